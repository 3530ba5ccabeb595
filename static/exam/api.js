/** The engine's HTTP routes, as far as the candidate's page calls them. */

/** An answer of the server that is not the wished one: the catalogue's code and sentence, or `network` when none came. */
export class ApiError extends Error {
  constructor(error, status) {
    super(error.message ?? error.code);
    Object.assign(this, { code: error.code, fields: error.fields ?? {}, retryable: Boolean(error.retryable), status });
  }

  get isNetwork() {
    return this.status === 0;
  }
}

const TIMEOUT_MS = 12_000;

export class Api {
  constructor({ attempt, csrf, language }) {
    this.root = `/api/v1/attempts/${encodeURIComponent(attempt)}`;
    this.headers = { "X-CSRFToken": csrf, "Accept-Language": language, Accept: "application/json" };
  }

  get(path) {
    return this.call("GET", path);
  }

  post(path, body = {}) {
    return this.call("POST", path, body);
  }

  put(path, body) {
    return this.call("PUT", path, body);
  }

  /** A page whose candidate has signed in anew elsewhere in this browser takes up the new token, and asks once more for all but answers. */
  async call(method, path, body) {
    try {
      return await this.ask(method, path, body);
    } catch (error) {
      if (error.code !== "web.forged") throw error;
      const session = await fetch("/api/v1/session", { credentials: "same-origin", cache: "no-store" }).then((response) => response.json()).catch(() => null);
      if (!session?.account) throw error;
      this.headers["X-CSRFToken"] = session.csrf;
      if (method === "PUT") throw error; // under the epoch of a line of the old sign-in an answer would count as an older page's
      return this.ask(method, path, body);
    }
  }

  async ask(method, path, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
    try {
      const response = await fetch(`${this.root}/${path}`, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        signal: stop.signal,
        headers: body === undefined ? this.headers : { ...this.headers, "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return await read(response);
    } catch (problem) {
      throw problem instanceof ApiError ? problem : new ApiError({ code: "network", retryable: true }, 0);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function read(response) {
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  const error = body?.error ?? { code: `http.${response.status}`, retryable: response.status >= 500 };
  throw new ApiError(error, response.status);
}
