/** Gaps that each take one option: lists in the stem, or beside the left sides of a match. A list is chosen from by key, touch and mouse alike. */

import { el, say } from "./dom.js";
import { letter } from "./paper.js";
import { plain, prose } from "./prose.js";
import { placeFields } from "./stem_fields.js";

class Pairs {
  constructor(spot, { book, t, labelledBy, stem }) {
    Object.assign(this, { spot, book, t, labelledBy, stem });
    this.gaps = spot.item.gaps.map((gap) => ({ ...gap, field: this.field(gap) }));
    this.word = el("p", { class: "hint", "aria-live": "polite" });
    this.node = el("div", { class: "pairs", role: "group", "aria-labelledby": labelledBy }, ...this.lay(), this.word);
    this.refresh();
  }

  field(gap) {
    const { spot, book, t } = this;
    const options = this.choices(gap).map((option, n) => el("option", { value: option.id, text: this.call(option, n) }));
    return el("select", {
      id: `gap-${spot.place}-${gap.id}`, class: "gap", ...this.name(gap),
      on: { change: () => this.filled(gap.id), focus: () => book.look(spot.place) },
    }, el("option", { value: "", text: t("gapEmpty") }), ...options);
  }

  choices() {
    return this.spot.item.options;
  }

  call(option) {
    return plain(option.html);
  }

  name(gap) {
    return { "aria-label": this.t("gapNumber", { n: gap.id }) };
  }

  /** Put the fields into the stem; what stands below it is returned. */
  lay() {
    placeFields(this.stem, (id) => this.gaps.find((gap) => gap.id === id)?.field);
    return [];
  }

  filled(id) {
    const { spot, book, t } = this;
    const field = this.gaps.find((gap) => gap.id === id).field;
    const before = spot.item.once && field.value ? this.gaps.find((gap) => gap.id !== id && gap.field.value === field.value) : null;
    if (before) before.field.value = "";
    const value = this.gaps.filter((gap) => gap.field.value).map((gap) => [gap.id, gap.field.value]);
    book.look(spot.place);
    book.answer(spot.place, value.length ? value : null);
    this.refresh();
    say(this.word, before ? t("gapMoved", { from: before.id, to: id }) : "");
  }

  /** Show what the book holds. */
  refresh() {
    const { spot, book } = this;
    const held = new Map(book.answers.get(spot.place) ?? []);
    for (const { id, field } of this.gaps) {
      field.value = held.get(id) ?? "";
      field.disabled = book.isLocked(spot.place);
      field.classList.toggle("filled", held.has(id));
    }
    for (const entry of this.pool ?? []) entry.node.classList.toggle("used", [...held.values()].includes(entry.id));
  }

  /** The options that all gaps share, to be read at leisure; lists show them as plain text. */
  bank() {
    this.pool = this.spot.item.options.map((option, n) => ({
      id: option.id,
      node: el("li", {}, el("span", { class: "letter", text: letter(n) }), prose(option.html, "span")),
    }));
    return el("ul", { class: "pool", "aria-label": this.t("poolWord") }, ...this.pool.map((entry) => entry.node));
  }

  key() {
    return false;
  }

  flush() {}
}

/** Each gap of the stem has a list of its own. */
export class InlineChoice extends Pairs {
  choices(gap) {
    return gap.options;
  }
}

/** Words of one list go into the gaps of the stem. */
export class GapMatch extends Pairs {
  call(option, n) {
    return `${letter(n)}  ${plain(option.html)}`;
  }

  lay() {
    super.lay();
    return [this.bank()];
  }
}

/** Left sides, each with a list of the right sides. */
export class Matching extends GapMatch {
  name(gap) {
    return { "aria-labelledby": `left-${this.spot.place}-${gap.id}` };
  }

  lay() {
    const rows = this.gaps.map(({ id, html, field }) => el("li", {},
      el("label", { class: "left", id: `left-${this.spot.place}-${id}`, for: field.id }, el("span", { class: "row-number", text: id }), prose(html, "span")), field));
    return [el("ol", { class: "matches" }, ...rows), this.bank()];
  }
}
