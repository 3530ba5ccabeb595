/** What the item bank's pages share: their data, calls to the server, and buttons that act on the thing shown. */

import { ready } from "../common/ready.js";
import { texts } from "./texts.js";

export const boot = JSON.parse(document.getElementById("boot").textContent);
export const t = texts(boot.language);

/** Call the API; the answer, or an Error with the server's sentence. A body that is no FormData goes as JSON. */
export async function call(method, path, body) {
  const files = body instanceof FormData;
  const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content, Accept: "application/json" };
  if (!files) headers["Content-Type"] = "application/json";
  let reply;
  try {
    reply = await fetch(`/api/v1/bank/${path}`, { method, headers, body: files ? body : body && JSON.stringify(body) });
  } catch {
    throw new Error(t("offline"));
  }
  const data = await reply.json();
  if (!reply.ok) throw Object.assign(new Error(data.error.message), { code: data.error.code });
  return data;
}

/** Show a sentence in the page's status line, or hide the line. */
export function tell(sentence) {
  const line = document.getElementById("status");
  line.textContent = sentence ?? "";
  line.hidden = !sentence;
}

/**
 * Let every button with `data-act` call `path/act`. Acts in `reasoned` ask for the reason first; those in `numbered` tell which version
 * the page shows.
 */
export function wire(path, { reasoned = [], numbered = [] } = {}) {
  for (const button of document.querySelectorAll("[data-act]")) {
    button.addEventListener("click", async () => {
      const name = button.dataset.act;
      const body = reasoned.includes(name) ? await askReason() : {};
      if (!body) return;
      await act(`${path}/${name}`, numbered.includes(name) ? { ...body, version: boot.version } : body, button);
    });
  }
  ready();
}

/** Do something through the API and load the page anew; or say what is in the way. */
export async function act(path, body, button) {
  tell();
  button.disabled = true;
  try {
    await call("POST", path, body);
    location.reload();
  } catch (error) {
    button.disabled = false;
    tell(error.message);
  }
}

function askReason() {
  const dialog = document.getElementById("reason");
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes" ? { reason: document.getElementById("why").value } : null), { once: true });
  });
}
