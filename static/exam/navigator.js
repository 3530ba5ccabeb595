/** Finding the way: the answer sheet 答题卡, and the bar with previous, flag, clear, next. */

import { button, el, say } from "./dom.js";
import { recall, remember } from "./display.js";
import { tally } from "./paper.js";

export class AnswerSheet {
  constructor({ book, t }) {
    Object.assign(this, { book, t, cells: new Map() });
    this.count = el("span", { class: "sheet-count" });
    const groups = book.layout.sections.map((entry) => this.group(entry));
    this.close = button(t("fold"), () => (this.raised ? this.lower() : this.fold(true)), { class: "quiet fold" });
    this.rail = button(t("sheet"), () => this.fold(false), { class: "rail", "aria-expanded": "false" });
    this.body = el("div", { class: "sheet-body" },
      el("div", { class: "sheet-head" }, el("h2", { text: t("sheet") }), this.count, this.close),
      el("div", { class: "sheet-groups", tabindex: "-1" }, ...groups), legend(t));
    const escape = (event) => { if (event.key === "Escape") this.lower(); };
    const named = { class: "sheet", id: "sheet", tabindex: "-1", "aria-label": t("sheet") };
    this.node = el("aside", { ...named, on: { keydown: escape } }, this.rail, this.body);
    for (const event of ["answer", "flags", "load"]) book.on(event, () => this.refresh());
    for (const event of ["move", "look"]) book.on(event, () => this.here());
    this.fold(recall("sheet") === "folded", false);
    this.refresh();
    this.here();
  }

  group({ section, spots }) {
    const cells = spots.map((spot) => {
      const turn = () => { this.lower(); this.book.go(spot.place); };
      const cell = button(spot.number, turn, { class: spot.number.length > 3 ? "cell long" : "cell" });
      this.cells.set(spot.place, cell);
      return cell;
    });
    return el("section", { class: "sheet-group" }, el("h3", { text: section.title }), el("div", { class: "cells" }, ...cells));
  }

  refresh() {
    const { book, t } = this;
    for (const [place, cell] of this.cells) {
      const answered = book.isAnswered(place);
      const flagged = book.flags.has(place);
      const part = book.partOf(place);
      cell.classList.toggle("answered", answered && !part);
      cell.classList.toggle("partial", Boolean(part));
      const closed = book.closed.has(book.layout.spots.get(place).section.id);
      cell.classList.toggle("flagged", flagged);
      cell.classList.toggle("closed", closed);
      const words = [t("questionNumber", { n: cell.textContent }), part ? t("partly", part) : t(answered ? "answered" : "unanswered"), flagged && t("flagged"), closed && t("sectionOver")];
      cell.setAttribute("aria-label", words.filter(Boolean).join(t("comma")));
    }
    const { answered, total } = tally(book.layout, book.answers, book.flags);
    say(this.count, `${answered.length} / ${total}`);
    this.count.setAttribute("aria-label", t("answeredOf", { n: answered.length, total }));
  }

  here() {
    for (const [place, cell] of this.cells) cell.setAttribute("aria-current", String(place === this.book.place));
    this.cells.get(this.book.place).scrollIntoView({ block: "nearest" });
  }

  /** At the side: folded to a rail or not, kept for the next time. */
  fold(folded, keep = true) {
    this.node.classList.toggle("folded", folded);
    this.node.classList.remove("raised");
    this.rail.setAttribute("aria-expanded", String(!folded));
    if (keep) remember("sheet", folded ? "folded" : "open");
  }

  /** On narrow screens the sheet comes up from below. */
  toggleRaised() {
    const raised = this.node.classList.toggle("raised");
    if (raised) this.cells.get(this.book.place).focus();
    return raised;
  }

  get raised() {
    return this.node.classList.contains("raised");
  }

  lower() {
    this.node.classList.remove("raised");
  }
}

function legend(t) {
  const entry = (look, text) => el("li", {}, el("span", { class: `cell small ${look}`, "aria-hidden": "true" }), t(text));
  return el("ul", { class: "legend" }, entry("answered", "answered"), entry("", "unanswered"), entry("flagged", "flagged"));
}

export class StepBar {
  /** @param acts {handIn(), sheet()} */
  constructor({ book, t }, acts) {
    Object.assign(this, { book, t });
    this.back = button(t("previous"), () => book.step(-1), { class: "step back", "aria-keyshortcuts": "ArrowLeft" });
    this.flag = button("", () => book.toggleFlag(book.place), { class: "flag", "aria-keyshortcuts": "M" });
    this.clear = button(t("clear"), () => book.clear(book.place), { class: "clear", "aria-keyshortcuts": "Delete" });
    this.next = button(t("next"), () => book.step(1), { class: "step next", "aria-keyshortcuts": "ArrowRight" });
    this.sheet = button(t("sheet"), acts.sheet, { class: "open-sheet", "aria-controls": "sheet" });
    this.handIn = button(t("handIn"), acts.handIn, { class: "hand-in" });
    const steps = el("div", { class: "steps" }, this.back, this.flag, this.clear, this.sheet, this.next);
    this.node = el("footer", { class: "step-bar" }, steps, el("div", { class: "apart" }, this.handIn));
    for (const event of ["move", "look", "flags", "answer", "load"]) book.on(event, () => this.refresh());
    this.refresh();
  }

  refresh() {
    const { book, t } = this;
    const flagged = book.flags.has(book.place);
    const among = book.screen.spots.length > 1 ? ` ${book.spot.number}` : "";
    say(this.flag, t("flag") + among);
    this.flag.setAttribute("aria-pressed", String(flagged));
    this.back.disabled = book.screen.index === 0;
    this.next.disabled = book.screen.index === book.layout.screens.length - 1;
    this.clear.disabled = book.isLocked(book.place) || !book.isAnswered(book.place) || book.spot.kind === "business";
    this.flag.disabled = book.readOnly;
  }
}
