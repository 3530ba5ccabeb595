/** Written answers: a plain textarea that grows, a line, a number. Saved when typing pauses; an input method is never disturbed. */

import { el, say } from "./dom.js";
import { PauseSaver } from "./pause_saver.js";

/** A number as it was typed, in the form that is sent: full-width digits and thousands marks are tolerated. Null when it is none. Pure. */
export function readNumber(text) {
  const plain = text.normalize("NFKC").replace(/[\s,]/g, "");
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(plain) ? plain.replace(/^\+/, "") : null;
}

/** Characters that count: blanks and line ends do not, a rare character is one. Pure. */
export function countCharacters(text) {
  return [...text.replace(/\s/g, "")].length;
}

export class Written {
  constructor(spot, { book, t, labelledBy }) {
    Object.assign(this, { spot, book, t });
    this.saver = new PauseSaver(() => this.save(), globalThis, () => book.leftFor(spot.place));
    this.field = this.makeField(labelledBy);
    this.hint = el("p", { class: "hint", id: `hint-${spot.place}`, "aria-live": spot.kind === "numeric" || spot.kind === "quantity" ? "polite" : null });
    const frame = el("div", { class: `field ${spot.kind}` }, this.field);
    this.frame = frame;
    this.node = el("div", { class: "written" }, frame, this.hint);
    this.refresh();
  }

  makeField(labelledBy) {
    const { kind, place } = this.spot;
    const plain = { autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
    const common = { "aria-labelledby": labelledBy, "aria-describedby": `hint-${place}`, ...plain, on: this.hands() };
    if (kind === "extended") return el("textarea", { ...common, rows: "8" });
    return el("input", { ...common, type: "text", inputmode: kind === "numeric" || kind === "quantity" ? "decimal" : null });
  }

  hands() {
    return {
      input: () => this.typed(),
      compositionstart: () => this.saver.compositionStarted(),
      compositionend: () => { this.saver.compositionEnded(); this.shown(); },
      blur: () => this.saver.saveNow(),
      focus: () => this.book.look(this.spot.place),
    };
  }

  typed() {
    this.typedAt = this.book.now();
    this.saver.typed();
    this.book.touch(this.spot.place, true);
    this.shown();
  }

  get value() {
    return this.field.value;
  }

  /** Show what the book holds, unless the candidate is writing here. */
  refresh() {
    this.field.readOnly = this.book.isLocked(this.spot.place);
    if (!this.saver.dirty && !this.saver.composing) this.field.value = this.book.answers.get(this.spot.place) ?? "";
    this.shown();
  }

  /** Let the field grow and count, both only between compositions. */
  shown() {
    if (this.saver.composing) return;
    if (this.spot.kind === "extended") {
      this.frame.dataset.text = this.value;
      say(this.hint, this.t("characters", { n: countCharacters(this.value) }));
    }
    if (this.spot.kind === "numeric") {
      say(this.hint, this.unsound ? this.t("notANumber") : this.t("numberHint"));
      this.hint.classList.toggle("bad", this.unsound);
      this.field.setAttribute("aria-invalid", String(this.unsound));
    }
  }

  /** Whether the field holds what cannot be an answer. */
  get unsound() {
    return this.spot.kind === "numeric" && this.value.trim() !== "" && readNumber(this.value) === null;
  }

  save() {
    this.book.touch(this.spot.place, false);
    const text = this.value;
    const value = this.spot.kind === "numeric" ? readNumber(text) : text;
    if (text.trim() === "") this.book.answer(this.spot.place, null, this.typedAt);
    else if (value !== null) this.book.answer(this.spot.place, value, this.typedAt);
  }

  key() {
    return false;
  }

  /** Save now what is typed; called before anything takes the field away. */
  flush() {
    this.saver.saveNow();
  }
}
