/**
 * The fields of a simulated-business task.  Each control shows an entry and tells `write(entry)` what the candidate made of it;
 * null is nothing.  Typed text is told when typing pauses or the field is left, never while an input method composes.
 */

import { isNumber } from "./business_reducer.js";
import { el, say } from "./dom.js";
import { PauseSaver } from "./pause_saver.js";
import { countCharacters } from "./written.js";

const FIGURES = ["money", "number", "quantity"];

/** The control for a field. @param write returns why an entry cannot be kept, as a code, or null. */
export function makeControl(field, id, texts, write) {
  return field.type === "choice" || field.type === "multi_choice" ? new Ticks(field, id, texts, write) : new Typed(field, id, texts, write);
}

/** Anything typed: a figure, a date, a line, a letter. */
export class Typed {
  constructor(field, id, texts, write) {
    Object.assign(this, { field, texts, write, shown: "", refused: null });
    this.saver = new PauseSaver(() => this.save());
    this.warning = el("p", { class: "bz-warning", id: `${id}-warning`, "aria-live": "polite" });
    this.count = field.type === "long_text" ? el("p", { class: "bz-count muted" }) : null;
    this.input = this.makeInput(id);
    const unit = field.unit ? el("span", { class: "bz-unit", id: `${id}-unit`, text: field.unit }) : null;
    const inFront = field.type === "money";
    this.box = el("div", { class: "bz-box" }, inFront ? unit : null, this.input, inFront ? null : unit);
    this.node = el("div", { class: `bz-field bz-${field.type}` },
      el("label", { class: "bz-label", for: id, text: field.label }), marks(field, id, texts), hint(field, id), this.box, this.count, this.warning);
  }

  makeInput(id) {
    const { type, unit, marks: worth, hint: text } = this.field;
    const describedBy = [unit && "unit", worth && "marks", text && "hint", "warning"].filter(Boolean).map((part) => `${id}-${part}`).join(" ");
    const common = { id, class: "bz-input", "aria-describedby": describedBy, autocomplete: "off", autocapitalize: "off", spellcheck: "false", on: this.hands() };
    if (type === "long_text") return el("textarea", { ...common, rows: "6" });
    return el("input", { ...common, type: type === "date" ? "date" : "text", inputmode: FIGURES.includes(type) ? "decimal" : null });
  }

  hands() {
    return {
      input: () => { this.saver.typed(); this.measure(); },
      compositionstart: () => this.saver.compositionStarted(),
      compositionend: () => { this.saver.compositionEnded(); this.measure(); },
      blur: () => this.saver.saveNow(),
      change: () => this.saver.saveNow(),
    };
  }

  /** Show an entry, unless the candidate is writing here or what is written cannot be kept. */
  refresh(entry, isReadOnly) {
    this.input.readOnly = isReadOnly;
    if (this.saver.dirty || this.saver.composing || this.refused !== null) return;
    this.shown = entry ?? "";
    if (this.input.value !== this.shown) this.input.value = this.shown;
    this.measure();
    this.warn();
  }

  save() {
    const text = this.input.value;
    if (this.input.validity.badInput) this.refused = "not_a_date"; // half a date reads as empty: it must not clear what stood there
    else this.refused = text === this.shown ? null : this.write(text === "" ? null : text);
    if (this.refused === null) this.shown = text;
    this.warn();
  }

  /** Let a letter grow and count it, only between compositions. */
  measure() {
    if (this.count === null || this.saver.composing) return;
    this.box.dataset.text = this.input.value;
    say(this.count, this.texts("characters", { n: countCharacters(this.input.value) }));
  }

  warn() {
    const isOdd = FIGURES.includes(this.field.type) && this.shown.trim() !== "" && !isNumber(this.shown, this.field.unit);
    const key = this.refused ?? (isOdd ? "not_a_number" : null);
    say(this.warning, key ? this.texts(key) : "");
    this.input.setAttribute("aria-invalid", String(key !== null));
  }

  flush() {
    this.saver.saveNow();
  }
}

/** One choice or several: each row is a target as wide as the form. */
class Ticks {
  constructor(field, id, texts, write) {
    Object.assign(this, { field, write, isReadOnly: false });
    const type = field.type === "choice" ? "radio" : "checkbox";
    this.inputs = field.options.map((option) => el("input", { type, name: id, value: option.id, "aria-describedby": `${id}-marks`, on: { change: () => this.tell(), click: (event) => { if (this.isReadOnly) event.preventDefault(); } } }));
    const rows = field.options.map((option, index) => el("label", { class: "bz-option" }, this.inputs[index], el("span", { text: option.label })));
    this.clear = el("button", { type: "button", class: "quiet bz-clear", text: texts("clear"), "aria-label": `${texts("clear")} ${field.label}`, on: { click: () => this.write(null) } });
    this.node = el("div", { class: `bz-field bz-${field.type}` }, el("fieldset", {},
      el("legend", { class: "bz-label" }, el("span", { text: field.label }), marks(field, id, texts)), hint(field, id), ...rows, this.clear));
  }

  tell() {
    const ticked = this.inputs.filter((input) => input.checked).map((input) => input.value);
    if (this.field.type === "choice") this.write(ticked[0]);
    else this.write(ticked.length > 0 ? ticked : null);
  }

  refresh(entry, isReadOnly) {
    this.isReadOnly = isReadOnly;
    for (const input of this.inputs) {
      input.checked = Array.isArray(entry) ? entry.includes(input.value) : entry === input.value;
      input.setAttribute("aria-disabled", String(isReadOnly));
    }
    const isClearable = this.field.type === "choice" && Boolean(entry) && !isReadOnly;
    this.clear.classList.toggle("bz-away", !isClearable);
    this.clear.disabled = !isClearable;
  }

  flush() {}
}

function marks(field, id, texts) {
  return field.marks && el("span", { class: "bz-marks", id: `${id}-marks`, text: texts("marks", { n: field.marks }) });
}

function hint(field, id) {
  return field.hint ? el("p", { class: "bz-hint", id: `${id}-hint`, text: field.hint }) : null;
}
