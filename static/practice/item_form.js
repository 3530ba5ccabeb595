/** One practice item: the question, the answer, and after checking the verdict with the explanation. */

import { button, el } from "../exam/dom.js";
import { makeEditor } from "../exam/editors.js";
import { letter } from "../exam/paper.js";
import { prose } from "../exam/prose.js";
import { texts as examTexts } from "../exam/texts.js";
import { OneSheet } from "./one_sheet.js";
import { tellRight } from "./right_answer.js";

const CHOICES = new Set(["single", "multiple", "truefalse"]);

export class ItemForm {
  /** @param on {back, choose, check(value) → what the server says or null, next} */
  constructor(item, t, on) {
    Object.assign(this, { item, t, on, many: item.kind === "multiple", busy: false });
    this.stem = this.inItsLanguage(prose(item.stem));
    this.stem.id = "stem";
    this.submit = el("button", { class: "primary", text: t("submit") });
    this.acts = el("p", { class: "acts" }, this.submit);
    this.node = el("form", { class: "practice-item", novalidate: true, on: { submit: (event) => { event.preventDefault(); this.check(); } } },
      el("p", { class: "crumb" }, button(t("back"), on.back, { class: "quiet" }), el("span", { class: "muted", text: item.knowledge.map((path) => path.replaceAll("/", " › ")).join("；") })),
      this.stem, CHOICES.has(item.kind) ? this.choice() : this.entry(), this.acts);
  }

  /** What the author wrote is in the item's language, whatever that of the page. */
  inItsLanguage(node) {
    node.lang = this.item.language === "en" ? "en" : "zh-CN";
    return node;
  }

  choice() {
    const { item, t } = this;
    this.rows = item.options.map((option, n) => {
      const input = el("input", { type: this.many ? "checkbox" : "radio", name: "value", value: option.id, class: "visually-hidden", on: { change: () => this.mark() } });
      const said = el("span", { class: "said" });
      const label = el("label", {}, input, el("span", { class: "letter", text: letter(n) }), this.inItsLanguage(prose(option.html, "span")), said);
      return { input, said, node: el("div", { class: "option" }, label) };
    });
    return el("fieldset", { class: this.many ? "options many" : "options" }, el("legend", { class: "muted", text: t(this.many ? "chooseMany" : "chooseOne") }), ...this.rows.map((row) => row.node));
  }

  /** The candidate's own page has an editor for every kind; here it writes on a sheet that nobody collects. */
  entry() {
    this.sheet = new OneSheet();
    const spot = { place: "1", kind: this.item.kind, item: this.item };
    this.editor = makeEditor(spot, { book: this.sheet, t: examTexts(document.documentElement.lang), labelledBy: "stem", stem: this.stem });
    return this.editor.node;
  }

  mark() {
    for (const row of this.rows) row.node.classList.toggle("chosen", row.input.checked);
  }

  value() {
    if (this.editor) {
      this.editor.flush();
      return this.editor.unsound ? "" : this.sheet.answers.get("1") ?? "";
    }
    const chosen = this.rows.filter((row) => row.input.checked).map((row) => row.input.value);
    return this.many ? chosen : chosen[0] ?? "";
  }

  async check() {
    if (this.busy) return;
    const value = this.value();
    if (!value.length) {
      this.on.choose();
      return;
    }
    this.busy = this.submit.disabled = true;
    const checked = await this.on.check(value);
    this.busy = this.submit.disabled = false;
    if (checked) this.show(checked);
  }

  show(checked) {
    const { t } = this;
    this.sheet?.close();
    this.editor?.refresh();
    for (const field of this.node.querySelectorAll("input")) field.disabled = true;
    for (const row of this.rows ?? []) {
      const right = checked.correct.includes(row.input.value);
      if (right) row.node.classList.add("correct");
      else if (row.input.checked) row.node.classList.add("mistaken");
      row.said.textContent = right ? t("isRight") : row.input.checked ? t("isWrong") : "";
    }
    const next = button(t("next"), this.on.next, { class: "primary" });
    this.acts.replaceWith(this.verdict(checked), el("p", { class: "acts" }, next));
    next.focus({ preventScroll: true });
  }

  verdict(checked) {
    const { t, item } = this;
    const word = checked.right ? "right" : Number(checked.marks) > 0 ? "partly" : "wrong";
    const answer = tellRight(item, checked.correct);
    return el("section", { class: `verdict ${word}`, role: "status" },
      el("p", { class: "word" }, el("span", { "aria-hidden": "true", text: checked.right ? "✓ " : "✗ " }), t(word)),
      checked.right && CHOICES.has(item.kind) ? null : el("p", { text: t("correct", { answer }) }),
      checked.explanation ? el("h2", { text: t("explanation") }) : null, checked.explanation ? this.inItsLanguage(prose(checked.explanation)) : null);
  }

  focus() {
    this.node.querySelector("input, select, .hot-text, .hot-spot, .movers button")?.focus({ preventScroll: true });
  }
}
