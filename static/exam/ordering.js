/** Ordering: a list whose rows go up and down by buttons, or by the arrow keys on a row's button. */

import { button, el, say } from "./dom.js";
import { plain, prose } from "./prose.js";

export class Ordering {
  constructor(spot, { book, t, labelledBy }) {
    Object.assign(this, { spot, book, t });
    this.rows = new Map(spot.item.options.map((option) => [option.id, this.row(option)]));
    this.list = el("ol", { class: "order", "aria-labelledby": labelledBy });
    this.word = el("p", { class: "hint", "aria-live": "polite" });
    this.keep = button(t("orderKeep"), () => this.save(), { class: "keep-order" });
    this.node = el("div", { class: "ordering" }, this.list, this.keep, this.word);
    this.refresh();
  }

  row(option) {
    const { t } = this;
    const name = plain(option.html);
    const row = { id: option.id, name, place: el("span", { class: "row-number" }) };
    row.up = button("↑", () => this.move(row, -1), { "aria-label": t("orderUp", { name }), title: t("orderUp", { name: "" }).trim() });
    row.down = button("↓", () => this.move(row, 1), { "aria-label": t("orderDown", { name }), title: t("orderDown", { name: "" }).trim() });
    row.node = el("li", {}, row.place, prose(option.html, "span"), el("span", { class: "movers" }, row.up, row.down));
    return row;
  }

  get order() {
    return this.book.answers.get(this.spot.place) ?? this.shown ?? this.spot.item.options.map((option) => option.id);
  }

  move(row, by) {
    const order = [...this.order];
    const from = order.indexOf(row.id);
    const to = from + by;
    if (to < 0 || to >= order.length || this.book.isLocked(this.spot.place)) return;
    [order[from], order[to]] = [order[to], order[from]];
    this.shown = order;
    this.save();
    const wanted = by < 0 ? row.up : row.down;
    (wanted.disabled ? (by < 0 ? row.down : row.up) : wanted).focus({ preventScroll: true });
    say(this.word, this.t("orderNow", { name: row.name, n: to + 1, of: order.length }));
  }

  save() {
    this.book.look(this.spot.place);
    this.book.answer(this.spot.place, [...this.order]);
    this.refresh();
  }

  /** Show what the book holds; before there is an answer, the order of the paper. */
  refresh() {
    const { spot, book } = this;
    const given = book.answers.has(spot.place);
    const locked = book.isLocked(spot.place);
    if (!given) this.shown = null;
    const { order } = this;
    const rows = order.map((id) => this.rows.get(id));
    if ([...this.list.children].some((node, n) => node !== rows[n].node) || !this.list.children.length) this.list.replaceChildren(...rows.map((row) => row.node));
    rows.forEach((row, n) => {
      row.place.textContent = n + 1;
      row.up.disabled = locked || n === 0;
      row.down.disabled = locked || n === rows.length - 1;
    });
    this.node.classList.toggle("given", given);
    this.keep.hidden = given || locked;
    if (!given) say(this.word, this.t("orderHow"));
  }

  key(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = by && [...this.rows.values()].find(({ node }) => node.contains(document.activeElement));
    if (!row) return false;
    this.move(row, by);
    return true;
  }

  flush() {}
}
