/** Moving to this machine with a code that the invigilator reads out. */

import { button, el, say } from "./dom.js";
import { homeLink } from "./over.js";

export class MoveCode {
  /** @param go takes the code  @param mayClose whether the page beneath is of use without it */
  constructor({ t, boot }, go, mayClose) {
    Object.assign(this, { go, mayClose });
    const plain = { autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: "12", required: true };
    this.field = el("input", { id: "move-code", class: "move-code", ...plain });
    this.word = el("p", { class: "bad", role: "alert" });
    this.why = el("p");
    this.close = button(t("close"), () => this.node.close());
    const form = el("form", { on: { submit: (event) => this.submit(event) } },
      el("h2", { id: "move-title", text: t("moveCodeTitle") }), el("p", { class: "muted", text: `${boot.title} · ${boot.candidate.name}` }), this.why, el("label", { for: "move-code", text: t("moveCode") }), this.field, this.word,
      el("div", { class: "acts" }, this.close, homeLink(t), el("button", { class: "primary", text: t("takeBack") })));
    const keep = (event) => { if (!this.mayClose()) event.preventDefault(); };
    this.node = el("dialog", { "aria-labelledby": "move-title", on: { cancel: keep } }, form);
  }

  /** Ask for a code; `error` says why one is needed, or that the last one was wrong. */
  ask(error) {
    say(error.code === "delivery.move_code_needed" ? this.why : this.word, error.message);
    this.close.hidden = !this.mayClose();
    if (!this.node.open) this.node.showModal();
    this.field.select();
  }

  submit(event) {
    event.preventDefault();
    say(this.word, "");
    this.go(this.field.value.trim());
  }

  /** The code was good. */
  done() {
    this.field.value = "";
    this.node.close();
  }
}
