/** Calls of the API by the desks' pages: JSON, the forgery token, one error shape. */

const csrf = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** The server said no: the catalogue's code, its sentence, its fields. A server that cannot be reached is a TypeError, as fetch has it. */
export class Refused extends Error {
  constructor(error, status) {
    super(error.message);
    Object.assign(this, { code: error.code, fields: error.fields ?? {}, status });
  }
}

/** Return the answer of a call below /api/v1. */
export async function call(method, path, body) {
  return send(path, { method, headers: { "Content-Type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });
}

/** Return the answer to a form with a file. */
export async function upload(path, form) {
  return send(path, { method: "POST", headers: {}, body: form });
}

async function send(path, { method, headers, body }) {
  const reply = await fetch(`/api/v1/${path}`, { method, headers: { ...headers, "X-CSRFToken": csrf, Accept: "application/json" }, body });
  const data = await reply.json().catch(() => null);
  if (reply.ok && data !== null) return data;
  throw new Refused(data?.error ?? { code: `http.${reply.status}`, message: `HTTP ${reply.status}` }, reply.status);
}
