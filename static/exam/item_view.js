/** One screen of the paper: an item with its head, stem and answer; or a case, whose parts are items of their own. */

import { CaseView } from "./case_view.js";
import { el, say } from "./dom.js";
import { makeEditor } from "./editors.js";
import { prose } from "./prose.js";
import { timeOfDay } from "./texts.js";

/** A question: number, kind and marks, whether it is saved, the stem, and the editor of its answer. */
export class Question {
  constructor(spot, tools) {
    Object.assign(this, { spot, tools });
    const { t } = tools;
    const stemId = `stem-${spot.place}`;
    this.saved = el("span", { class: "saved" });
    this.flag = el("span", { class: "flag-word", text: t("flagged") });
    const stem = spot.item.stem ? prose(spot.item.stem) : el("h3", { text: spot.item.title ?? "" });
    this.editor = makeEditor(spot, { ...tools, labelledBy: stemId, stem });
    const look = () => tools.book.look(spot.place);
    const named = { id: `place-${spot.place}`, tabindex: "-1", "aria-labelledby": `head-${spot.place}` };
    this.node = el("section", { class: `question ${spot.kind}`, ...named, on: { focusin: look, pointerdown: look } },
      this.head(t),
      el("div", { id: stemId }, stem),
      spot.kind === "multiple" ? el("p", { class: "how", text: t("multipleHow") }) : null,
      this.editor.node);
    this.refreshMarks();
  }

  head(t) {
    const { spot } = this;
    const words = [["question-number", spot.number], ["kind", t(`kind_${spot.kind}`)], ["marks", t("marks", { n: spot.marks })]];
    const title = el("h2", { id: `head-${spot.place}` }, ...words.map(([name, text]) => el("span", { class: name, text })));
    return el("header", { class: "question-head" }, title, this.flag, this.saved);
  }

  refresh() {
    this.editor.refresh();
    this.refreshMarks();
  }

  /** How safe the answer is, from its field through the outbox to the acknowledgement. */
  get safety() {
    const { book, sitting } = this.tools;
    if (book.typing.has(this.spot.place)) return { look: "pending" };
    return this.editor.unsound ? { look: "unsound" } : sitting.outbox.safety(this.spot.place);
  }

  /** Show how safe the answer is, and the flag. */
  refreshMarks() {
    const { book, t } = this.tools;
    const { look, time } = this.safety;
    say(this.saved, look === "none" ? "" : t(`item_${look}`, { time: timeOfDay(time) }));
    this.saved.className = `saved ${look}`;
    this.flag.classList.toggle("off", !book.flags.has(this.spot.place));
    this.node.classList.toggle("here", book.place === this.spot.place);
  }
}

/** The work area: shows the book's screen and keeps it true. */
export class ItemView {
  /** @param tools {book, sitting, pencil, t} */
  constructor(node, tools) {
    Object.assign(this, { node, tools, questions: [] });
    const { book, sitting } = tools;
    book.on("move", (screen, place) => this.show(screen, place));
    book.on("load", () => this.questions.forEach((question) => question.refresh()));
    book.on("answer", () => this.refreshMarks());
    book.on("flags", () => this.refreshMarks());
    book.on("look", () => this.refreshMarks());
    book.on("cleared", (place) => this.questions.find((question) => question.spot.place === place)?.refresh());
    sitting.on("save", () => this.refreshMarks());
  }

  show(screen, place) {
    if (screen !== this.screen) this.draw(screen);
    const target = document.getElementById(`place-${place}`);
    if (screen.spots.length > 1) target.scrollIntoView({ block: "start" });
    else this.node.scrollTop = 0;
    target.focus({ preventScroll: true });
  }

  draw(screen) {
    this.flush();
    this.screen = screen;
    this.questions = screen.spots.map((spot) => new Question(spot, this.tools));
    const { section, item } = screen;
    const isCase = item.kind === "case";
    const head = section.title && section.items[0] === item ? sectionHead(section) : null;
    const wide = item.kind === "business" ? " wide" : "";
    this.node.classList.toggle("split", isCase);
    this.node.replaceChildren(isCase
      ? new CaseView(item, head, this.questions, this.tools).node
      : el("div", { class: `sheet-of-paper${wide}` }, head, this.questions[0].node));
  }

  refresh() {
    this.questions.forEach((question) => question.refresh());
  }

  refreshMarks() {
    this.questions.forEach((question) => question.refreshMarks());
  }

  /** Save what is typed and not saved yet. */
  flush() {
    this.questions.forEach((question) => question.editor.flush());
  }

  key(event) {
    return this.questions.find((question) => question.spot.place === this.tools.book.place)?.editor.key(event) ?? false;
  }
}

function sectionHead({ title, instructions }) {
  return el("div", { class: "section-head" }, el("h2", { text: title }), instructions ? prose(instructions) : null);
}
