/** The answer with the marker's annotations over it: ranges kept beside the text, in code points, and never in it. */

import { button, el } from "../exam/dom.js";

const KINDS = ["right", "wrong", "query"];
const KEYS = { r: "right", w: "wrong", q: "query" };
export const SIGNS = { right: "✓", wrong: "✗", query: "?" };

/** Return the ranges of the sentences of a text, in code points; white space at their ends left out. */
export function sentences(characters) {
  const ranges = [];
  let start = 0;
  characters.forEach((character, n) => {
    const isEnd = /[。！？!?\n]/.test(character) || (character === "." && /\s/.test(characters[n + 1] ?? " "));
    if (!isEnd && n < characters.length - 1) return;
    while (start < n && /\s/.test(characters[start])) start += 1;
    if (characters.slice(start, n + 1).join("").trim()) ranges.push({ start, end: n + 1 });
    start = n + 1;
  });
  return ranges;
}

/** Show a text with annotations, for reading only. */
export function annotated(text, annotations, cursor = null) {
  const characters = [...text];
  const cuts = new Set([0, characters.length]);
  for (const range of [...annotations, ...(cursor ? [cursor] : [])]) cuts.add(range.start).add(range.end);
  const points = [...cuts].sort((a, b) => a - b);
  return points.slice(1).map((end, n) => {
    const start = points[n];
    const words = characters.slice(start, end).join("");
    const over = annotations.find((annotation) => annotation.start <= start && end <= annotation.end);
    const here = cursor && cursor.start <= start && end <= cursor.end ? " here" : "";
    if (over) return el("mark", { class: `range ${over.kind}${over.end === end ? " last" : ""}${here}`, title: over.note || null, text: words });
    return here ? el("span", { class: "here", text: words }) : document.createTextNode(words);
  });
}

export class Annotations {
  constructor(task, t, changed) {
    Object.assign(this, { t, changed, text: task.answer, at: -1, closed: false });
    this.characters = [...task.answer];
    this.sentences = sentences(this.characters);
    this.list = [...(task.draft?.annotations ?? [])];
    this.body = el("div", { class: "answer", tabindex: "0", role: "group", "aria-label": t("answerKeys"), on: { keydown: (event) => this.key(event), blur: () => this.point(-1) } });
    this.tools = el("div", { class: "row annotate", role: "group", "aria-label": t("annotate") },
      ...KINDS.map((kind) => button(`${SIGNS[kind]} ${t(kind)}`, () => this.addSelected(kind), { class: "quiet" })));
    for (const tool of this.tools.children) tool.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
    this.notes = el("ol", { class: "notes" });
    this.status = el("p", { class: "visually-hidden", role: "status" });
    this.node = el("div", {}, this.body, this.tools, el("p", { class: "muted keys", text: t("annotateHow") }), this.notes, this.status);
    this.draw();
  }

  /** Put what is annotated on the page: over the text, and as a list with room for a word on each. */
  draw() {
    this.body.replaceChildren(...(this.text.trim() ? annotated(this.text, this.list, this.sentences[this.at]) : [document.createTextNode(this.t("empty"))]));
    this.notes.replaceChildren(...this.list.map((annotation, n) => this.line(annotation, n)));
  }

  line(annotation, n) {
    const words = this.characters.slice(annotation.start, annotation.end).join("").trim();
    const shown = words.length > 24 ? `${words.slice(0, 24)}…` : words;
    const note = el("input", { type: "text", maxlength: "500", value: annotation.note, "aria-label": this.t("noteOn", { words: shown }), on: { input: () => { annotation.note = note.value; this.changed(); } } });
    note.disabled = this.closed;
    const drop = button("×", () => { this.list.splice(n, 1); this.tell(); this.body.focus(); }, { class: "quiet", "aria-label": this.t("dropNote", { words: shown }) });
    drop.disabled = this.closed;
    return el("li", {}, el("span", { class: `sign ${annotation.kind}`, text: SIGNS[annotation.kind] }), el("q", { text: shown }), note, drop);
  }

  tell() {
    this.draw();
    this.changed();
  }

  add(start, end, kind) {
    if (this.closed || start >= end) return;
    this.list = this.list.filter((other) => other.end <= start || end <= other.start);
    this.list.push({ start, end, kind, note: "" });
    this.list.sort((a, b) => a.start - b.start);
    this.status.textContent = this.t("annotated", { kind: this.t(kind) });
    this.tell();
  }

  addSelected(kind) {
    const range = this.selected() ?? this.sentences[this.at];
    if (range) this.add(range.start, range.end, kind);
    else this.status.textContent = this.t("annotateHow");
    getSelection().removeAllRanges();
  }

  /** Return what is selected of the answer, in code points; null for nothing. */
  selected() {
    const selection = getSelection();
    if (selection.isCollapsed || !this.body.contains(selection.anchorNode) || !this.body.contains(selection.focusNode)) return null;
    const range = selection.getRangeAt(0);
    const before = document.createRange();
    before.selectNodeContents(this.body);
    before.setEnd(range.startContainer, range.startOffset);
    const start = [...before.toString()].length;
    return { start, end: start + [...range.toString()].length };
  }

  point(n) {
    if (this.at === n) return;
    this.at = n;
    this.body.replaceChildren(...annotated(this.text, this.list, this.sentences[n]));
    if (n >= 0) {
      const { start, end } = this.sentences[n];
      this.status.textContent = this.characters.slice(start, end).join("");
    }
  }

  /** Arrows go from sentence to sentence; r, w and q annotate the one they are at, or what is selected. */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.sentences.length) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && !event.shiftKey) this.point(Math.min(Math.max(this.at + step, 0), this.sentences.length - 1));
    else if (KEYS[event.key]) this.addSelected(KEYS[event.key]);
    else return;
    event.preventDefault();
  }

  close() {
    this.closed = true;
    for (const tool of this.tools.children) tool.disabled = true;
    this.draw();
  }
}
