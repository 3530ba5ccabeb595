/** Highlights and margin notes on the material of a case, by offsets into its text, so that they survive a new rendering. */

import { button, el, say } from "./dom.js";

/** The offsets of a selection inside a root, or null when it lies elsewhere or is empty. */
export function offsetsOf(root, selection) {
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!root.contains(range.commonAncestorContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(root);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  const end = start + range.toString().length;
  return end > start ? { start, end } : null;
}

/** Wrap the text between two offsets; a passage across several elements gives several pieces. */
export function wrapText(root, start, end, makeWrapper) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const pieces = [];
  let at = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, node.length);
    if (from < to && node.data.slice(from, to).trim()) pieces.push({ node, from, to });
    at += node.length;
  }
  return pieces.map(({ node, from, to }) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    const wrapper = makeWrapper();
    range.surroundContents(wrapper);
    return wrapper;
  });
}

export class Highlighter {
  /** @param draw makes the unmarked material afresh */
  constructor(place, draw, { pencil, t }) {
    Object.assign(this, { place, draw, pencil, t });
    this.text = el("div", { class: "material-text" });
    this.notes = el("ol", { class: "margin-notes", "aria-label": t("myNotes") });
    const keepSelection = (event) => event.preventDefault(); // a press on the tool must not end the selection
    const tool = (key, hand) => button(t(key), hand, { class: "tool", on: { click: hand, mousedown: keepSelection } });
    this.word = el("span", { class: "tool-word", role: "status" });
    this.tools = el("div", { class: "tools", role: "toolbar", "aria-label": t("pencilTools") }, this.word,
      tool("highlight", () => this.mark(false)), tool("addNote", () => this.mark(true)));
    this.redraw();
  }

  redraw() {
    this.text.replaceChildren(this.draw());
    const marks = [...this.pencil.marksOf(this.place)].sort((a, b) => a.start - b.start);
    let number = 0;
    const rows = [];
    for (const mark of marks) {
      const label = mark.note === null ? null : String((number += 1));
      const pieces = wrapText(this.text, mark.start, mark.end, () => this.makeMark(mark));
      if (label) pieces.at(-1)?.setAttribute("data-note", label);
      if (label) rows.push(this.makeNote(mark, pieces));
    }
    this.text.normalize();
    this.notes.replaceChildren(...rows);
    this.notes.hidden = rows.length === 0;
  }

  makeMark(mark) {
    return el("mark", { title: this.t("rubOut"), on: { click: () => (mark.note === null ? this.rub(mark) : this.focusNote(mark)) } });
  }

  makeNote(mark, pieces) {
    const quote = pieces.map((piece) => piece.textContent).join("").slice(0, 24);
    const field = el("textarea", {
      rows: "2", id: `note-${this.place}-${mark.id}`, "aria-label": `${this.t("noteOn")} ${quote}`, placeholder: this.t("noteHere"),
      on: { change: () => this.pencil.write(this.place, mark.id, field.value) },
    });
    field.value = mark.note;
    return el("li", {}, el("q", { text: quote }), field, button(this.t("rubNote"), () => this.rub(mark), { class: "quiet" }));
  }

  mark(withNote) {
    const selection = document.getSelection();
    const offsets = offsetsOf(this.text, selection);
    say(this.word, offsets ? "" : this.t("selectFirst"));
    if (!offsets) return;
    selection.removeAllRanges();
    const covers = (mark) => mark.note === null && mark.start <= offsets.start && mark.end >= offsets.end;
    const overlapped = this.pencil.marksOf(this.place).find(covers);
    if (overlapped && !withNote) {
      this.rub(overlapped);
      return;
    }
    const id = this.pencil.mark(this.place, offsets.start, offsets.end, withNote ? "" : null);
    this.redraw();
    if (withNote) this.focusNote({ id });
  }

  rub(mark) {
    this.pencil.rub(this.place, mark.id);
    this.redraw();
  }

  focusNote(mark) {
    document.getElementById(`note-${this.place}-${mark.id}`)?.focus();
  }
}
