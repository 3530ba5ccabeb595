/** Ask why something is done (`title` names it among the texts); the reason, or null when the asked thinks better of it. */

import { button, el } from "../exam/dom.js";

export function askReason(t, title) {
  const why = el("textarea", { id: "why", rows: "3", maxlength: "500", required: true });
  const form = el("form", { method: "dialog", class: "stack" },
    el("label", { for: "why", text: t(`${title}Why`) }), why,
    el("div", { class: "row" }, el("button", { class: "primary", value: "yes", text: t("confirm") }), button(t("cancel"), () => dialog.close("no"), { class: "quiet" })));
  const dialog = el("dialog", { "aria-label": t(title) }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" && why.value.trim() ? why.value.trim() : null);
    }, { once: true });
  });
}
