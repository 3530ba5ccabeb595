/** A number and its unit: saved when both are there. */

import { el, say } from "./dom.js";
import { plain } from "./prose.js";
import { Written, readNumber } from "./written.js";

export class Quantity extends Written {
  makeField(labelledBy) {
    this.number = super.makeField(labelledBy);
    this.unit = el("select", { class: "unit", "aria-label": this.t("unit"), on: { change: () => { this.typed(); this.saver.saveNow(); }, focus: () => this.book.look(this.spot.place) } },
      el("option", { value: "", text: this.t("unitEmpty") }), ...this.spot.item.options.map((option) => el("option", { value: option.id, text: plain(option.html) })));
    return el("span", { class: "quantity-fields" }, this.number, this.unit);
  }

  get value() {
    return this.number.value;
  }

  refresh() {
    const locked = this.book.isLocked(this.spot.place);
    this.number.readOnly = locked;
    this.unit.disabled = locked;
    const [number, unit] = this.book.answers.get(this.spot.place) ?? ["", ""];
    if (!this.saver.dirty && !this.saver.composing && !this.unsound) {
      this.number.value = number;
      this.unit.value = unit;
    }
    this.shown();
  }

  /** Whether something stands here that cannot be an answer yet. */
  get unsound() {
    const empty = this.number.value.trim() === "";
    return !empty && (readNumber(this.number.value) === null || !this.unit.value);
  }

  shown() {
    if (this.saver.composing) return;
    const lacksUnit = this.unsound && readNumber(this.number.value) !== null;
    say(this.hint, lacksUnit ? this.t("unitMissing") : this.t(this.unsound ? "notANumber" : "numberHint"));
    this.hint.classList.toggle("bad", this.unsound);
    this.number.setAttribute("aria-invalid", String(this.unsound && !lacksUnit));
  }

  save() {
    const { book, spot } = this;
    book.touch(spot.place, false);
    const number = readNumber(this.number.value);
    if (this.number.value.trim() === "") book.answer(spot.place, null, this.typedAt);
    else if (number !== null && this.unit.value) book.answer(spot.place, [number, this.unit.value], this.typedAt);
  }
}
