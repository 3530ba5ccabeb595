/** Choice items: single, multiple, true or false. The whole row is the target; letters choose, Shift and a letter or X strike out. */

import { button, el } from "./dom.js";
import { letter } from "./paper.js";
import { prose } from "./prose.js";

export class Choice {
  constructor(spot, { book, pencil, t, labelledBy }) {
    Object.assign(this, { spot, book, pencil, t, hovered: null });
    this.multiple = spot.kind === "multiple";
    this.rows = spot.item.options.map((option, index) => this.row(option, letter(index)));
    this.node = el("fieldset", {
      class: this.multiple ? "options many" : "options", role: this.multiple ? "group" : "radiogroup", "aria-labelledby": labelledBy,
    }, ...this.rows.map((row) => row.node));
    this.refresh();
  }

  row(option, name) {
    const id = `option-${this.spot.place}-${option.id}`;
    const input = el("input", {
      id,
      type: this.multiple ? "checkbox" : "radio",
      name: `place-${this.spot.place}`,
      class: "visually-hidden",
      on: { change: () => this.chosen(row, input.checked) },
    });
    const struck = el("span", { class: "struck-word", text: this.t("struck"), hidden: true });
    const label = el("label", { for: id }, input, el("span", { class: "letter", text: name }), prose(option.html, "span"), struck);
    const strike = button("", () => this.strike(row), { class: "strike", tabindex: "-1", title: this.t("strikeOut") });
    const node = el("div", { class: "option", on: {
      contextmenu: (event) => { event.preventDefault(); this.strike(row); },
      pointerenter: () => { this.hovered = row; },
      pointerleave: () => { this.hovered = null; },
    } }, label, strike);
    const row = { id: option.id, name, input, struck, strike, node };
    return row;
  }

  /** Show what the book and the pencil hold. */
  refresh() {
    const value = this.book.answers.get(this.spot.place);
    const chosen = new Set(this.multiple ? value ?? [] : [value]);
    for (const row of this.rows) {
      const out = this.pencil.isStruck(this.spot.place, row.id);
      row.input.checked = chosen.has(row.id);
      row.input.disabled = this.book.isLocked(this.spot.place);
      row.node.classList.toggle("chosen", row.input.checked);
      row.node.classList.toggle("struck", out);
      row.struck.hidden = !out;
      row.strike.setAttribute("aria-label", `${this.t(out ? "strikeBack" : "strikeOut")} ${row.name}`);
      row.strike.textContent = out ? "↺" : "✕";
    }
  }

  chosen(row, on) {
    if (on && this.pencil.isStruck(this.spot.place, row.id)) this.pencil.strike(this.spot.place, row.id, false);
    const ids = this.rows.filter((other) => other.input.checked).map((other) => other.id);
    this.book.look(this.spot.place);
    this.book.answer(this.spot.place, this.multiple ? (ids.length ? ids : null) : row.id);
    this.refresh();
  }

  strike(row) {
    const out = !this.pencil.isStruck(this.spot.place, row.id);
    this.pencil.strike(this.spot.place, row.id, out);
    this.refresh();
  }

  /** Take a key: whether it meant something here. */
  key(event) {
    const focused = this.rows.find((row) => row.input === document.activeElement);
    if (event.key.toLowerCase() === "x" && (focused ?? this.hovered)) {
      this.strike(focused ?? this.hovered);
      return true;
    }
    const row = this.rows.find((candidate) => candidate.name === event.key.toUpperCase());
    if (!row || this.book.isLocked(this.spot.place)) return false;
    if (event.shiftKey) {
      this.strike(row);
    } else {
      row.input.checked = this.multiple ? !row.input.checked : true;
      this.chosen(row, row.input.checked);
    }
    return true;
  }

  flush() {}
}
