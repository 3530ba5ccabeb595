/** One marking task: question and answer at the left, rubric at the right. */

import { button, el, say } from "../exam/dom.js";
import { prose } from "../exam/prose.js";
import { countCharacters } from "../exam/written.js";
import { Annotations } from "./annotations.js";

const digitOf = (level) => (/^[0-9]$/.test(String(Number(level.marks))) ? String(Number(level.marks)) : "");

/** One criterion of the rubric: a group of levels, best first; the digit of its marks is the key of a level. */
class Criterion {
  constructor(criterion, index, chosen, t, changed) {
    Object.assign(this, { id: criterion.id, title: criterion.title, changed });
    const levels = [...criterion.levels].sort((a, b) => Number(b.marks) - Number(a.marks));
    this.inputs = levels.map((level) => el("input", { type: "radio", name: `criterion-${index}`, value: level.marks, on: { change: changed } }));
    const rows = levels.map((level, n) => el("label", { class: "level" },
      this.inputs[n], el("kbd", { text: digitOf(level), "aria-hidden": "true" }), el("b", { text: t("points", { n: Number(level.marks) }) }), el("span", { text: level.text })));
    this.node = el("fieldset", { class: "criterion" }, el("legend", { text: criterion.title }), ...rows);
    const input = this.inputs.find((one) => chosen !== undefined && Number(one.value) === Number(chosen));
    if (input) input.checked = true;
  }

  get marks() {
    return this.inputs.find((input) => input.checked)?.value;
  }

  focus() {
    (this.inputs.find((input) => input.checked) ?? this.inputs[0]).focus();
  }
}

export class TaskView {
  /** @param on {change, give, giveBack, escalate, exemplars}: what the room does when something is entered or an act is asked for. */
  constructor(task, t, on) {
    Object.assign(this, { task, t, closed: false });
    this.sum = el("output", { class: "total-figure" });
    this.criteria = task.rubric.map((criterion, index) => new Criterion(criterion, index, task.draft?.levels?.[criterion.id], t, () => { this.add(); on.change(); }));
    this.comment = el("textarea", { id: "comment", rows: "2", maxlength: "2000", on: {
      input: (event) => { if (!event.isComposing) on.change(); },
      compositionend: on.change,
    } });
    this.comment.value = task.draft?.comment ?? "";
    this.usual = el("select", { class: "usual", "aria-label": t("usual"), hidden: true, on: { change: () => this.insert(on.change) } });
    this.annotations = new Annotations(task, t, on.change);
    this.node = el("div", { class: "task" }, this.reading(), this.rubric(on));
    this.add();
  }

  reading() {
    const { t, task } = this;
    const { question } = task;
    return el("section", { class: "script", tabindex: "0", "aria-label": t("script") },
      el("p", { class: "script-code" }, el("span", {}, t("script"), " ", el("b", { class: "mono", text: task.code })), el("span", { class: "muted", text: t("blind") })),
      task.phase === "qualification" ? el("p", { class: "note warn", text: t("qualification") }) : null,
      this.material(question),
      el("h2", { text: t("question") }), prose(question.stem),
      el("h2", {}, t("answer"), " ", el("small", { class: "muted", text: t("characters", { n: countCharacters(task.answer) }) })),
      this.annotations.node);
  }

  material(question) {
    if (!question.stimulus && !question.exhibits?.length) return null;
    return el("details", { class: "material" }, el("summary", { text: this.t("material") }), prose(question.stimulus),
      ...(question.exhibits ?? []).map((exhibit) => el("figure", {}, el("figcaption", { text: exhibit.title }), prose(exhibit.html))));
  }

  rubric(on) {
    const { t, task } = this;
    this.acts = el("div", { class: "row" }, button(t("give"), on.give, { class: "primary" }), button(t("giveBack"), on.giveBack, { class: "quiet" }), button(t("escalate"), on.escalate, { class: "quiet" }));
    return el("section", { class: "rubric", "aria-label": t("rubric") },
      el("div", { class: "rubric-scroll", tabindex: "0", role: "group", "aria-label": t("rubric") },
        el("h2", { text: t("rubric") }), el("p", { class: "muted keys", text: t("keys") }), ...this.criteria.map((criterion) => criterion.node),
        task.exemplars ? button(t("exemplars", { n: task.exemplars }), on.exemplars) : null,
        task.reference ? el("details", { class: "material" }, el("summary", { text: t("reference") }), prose(task.reference)) : null,
        el("div", { class: "comment-head" }, el("label", { for: "comment", text: t("comment") }), this.usual), this.comment),
      el("div", { class: "rubric-foot" }, el("p", { class: "total" }, el("span", { text: t("total") }), this.sum), this.acts));
  }

  /** Offer comments that were written before. */
  offer(comments) {
    this.usual.replaceChildren(el("option", { value: "", text: this.t("usual") }), ...comments.map((text) => el("option", { value: text, text: [...text].slice(0, 30).join("") })));
    this.usual.hidden = this.closed || !comments.length;
  }

  insert(changed) {
    const text = this.usual.value;
    this.usual.value = "";
    if (!text || this.closed) return;
    this.comment.value = [this.comment.value.trim(), text].filter(Boolean).join("\n");
    this.comment.focus();
    changed();
  }

  add() {
    const total = this.criteria.reduce((sum, criterion) => sum + Math.round(Number(criterion.marks ?? 0) * 10000), 0) / 10000;
    const open = this.missing().length;
    say(this.sum, `${Math.min(total, Number(this.task.max_marks))} / ${Number(this.task.max_marks)}${open ? this.t("open", { n: open }) : ""}`);
  }

  body() {
    const levels = this.criteria.filter((criterion) => criterion.marks !== undefined).map((criterion) => [criterion.id, criterion.marks]);
    return { levels: Object.fromEntries(levels), comment: this.comment.value, annotations: this.annotations.list };
  }

  missing() {
    return this.criteria.filter((criterion) => criterion.marks === undefined);
  }

  /** Give the criterion that has the focus, else the first one without a mark, so many marks; go on to the next. */
  choose(digit) {
    const at = this.criteria.findIndex((criterion) => criterion.node.contains(document.activeElement));
    const criterion = this.criteria[at] ?? this.missing()[0];
    const input = criterion?.inputs.find((one) => Number(one.value) === digit);
    if (!input) return false;
    input.checked = true;
    criterion.changed();
    (this.criteria[this.criteria.indexOf(criterion) + 1] ?? criterion).focus();
    return true;
  }

  focus() {
    (this.missing()[0] ?? this.criteria[0]).focus();
  }

  /** Let nothing more be entered; what stands there can be read and copied. */
  close(instead) {
    this.closed = true;
    for (const field of this.node.querySelectorAll(".criterion input")) field.disabled = true;
    this.comment.readOnly = true;
    this.usual.hidden = true;
    this.annotations.close();
    this.acts.replaceChildren(instead);
  }
}
