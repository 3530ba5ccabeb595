/** A case: its text and exhibits at the left, its questions at the right, each scrolling alone; on narrow screens one at a time. */

import { button, el } from "./dom.js";
import { Highlighter } from "./highlighter.js";
import { prose } from "./prose.js";
import { splitter } from "./splitter.js";

export class CaseView {
  /** @param head what stands above the first question of a section, or null */
  constructor(item, head, questions, tools) {
    const { t } = tools;
    this.left = this.material(item, tools);
    this.right = pane("questions", t("questions"), head, ...questions.map((question) => question.node));
    this.sides = ["material", "questions"].map((side) => button(t(side), () => this.turn(side), { "data-side": side }));
    const sides = el("div", { class: "pane-switch", role: "group", "aria-label": t("caseParts") }, ...this.sides);
    this.node = el("div", { class: "case" }, sides, this.left, this.right);
    this.left.after(splitter(this.node, t("splitter")));
    this.turn("questions");
  }

  material(item, tools) {
    const { t } = tools;
    const exhibits = item.exhibits ?? [];
    const highlighter = new Highlighter(item.item, () => material(item.stimulus, exhibits), tools);
    const leaves = exhibits.map(({ title }, index) => button(title, () => this.leaf(index), { class: "tool", title }));
    const node = pane("material", t("material"),
      el("div", { class: "pane-head" }, el("div", { class: "leaves" }, ...leaves), highlighter.tools),
      el("h2", { class: "case-title", text: item.title ?? t("kind_case") }), highlighter.text, highlighter.notes);
    node.tabIndex = 0;
    return node;
  }

  /** On narrow screens: which pane is seen. */
  turn(side) {
    this.node.dataset.side = side;
    for (const one of this.sides) one.setAttribute("aria-pressed", String(one.dataset.side === side));
  }

  leaf(index) {
    this.left.querySelectorAll(".exhibit")[index].scrollIntoView({ block: "start" });
  }
}

function pane(name, label, ...children) {
  return el("div", { class: `pane ${name}`, role: "region", "aria-label": label }, ...children);
}

function material(stimulus, exhibits) {
  const sections = exhibits.map(({ title, html }) => el("section", { class: "exhibit" }, el("h3", { text: title }), prose(html)));
  return el("div", {}, prose(stimulus), ...sections);
}
