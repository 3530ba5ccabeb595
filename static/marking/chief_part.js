/** One part before the chief: the answer, every mark side by side, and the decision; or kept as a sample with agreed marks. */

import { call, Refused } from "../common/call.js";
import { button, el } from "../exam/dom.js";
import { prose } from "../exam/prose.js";
import { annotated } from "./annotations.js";

export class PartView {
  /** @param on {done}: what the page does when something was decided. */
  constructor(part, t, on) {
    Object.assign(this, { part, t, on });
    this.status = el("p", { role: "status", class: "bad" });
    this.comment = el("textarea", { id: "decision", rows: "2", maxlength: "2000" });
    this.choices = part.rubric.map((criterion) => this.choice(criterion));
    const { waits } = part;
    this.node = el("div", { class: "part" },
      el("h2", { id: "part-title", text: t("partTitle", { place: part.place, most: Number(part.max_marks) }) }),
      part.suspicion ? el("p", { class: "note warn", text: t("suspicionNote", { why: part.suspicion }) }) : null,
      el("details", {}, el("summary", { text: t("question") }), prose(part.question.stem), part.reference ? el("p", { class: "muted", text: t("reference") }) : null, part.reference ? prose(part.reference) : null),
      el("div", { class: "readings" }, ...(part.readings.length ? part.readings.map((reading) => this.reading(reading)) : [el("div", { class: "answer", text: part.answer })])),
      el("fieldset", { class: "decide" }, el("legend", { text: t("yourMark") }), ...this.choices.map((choice) => choice.node),
        el("label", { for: "decision", text: t(part.state === "suspicious" ? "decisionWhyAlone" : "decisionWhy") }), this.comment),
      this.status,
      el("div", { class: "row" },
        waits ? button(t("decide"), () => this.act("decide", { levels: this.levels(), comment: this.comment.value }), { class: "primary" }) : null,
        part.state === "suspicious" ? button(t("clear"), () => this.act("clear", { reason: this.comment.value.trim() || t("cleared") })) : null,
        ...["exemplar", "trial", "seed"].map((use) => button(t("keepAs", { use: t(use) }), () => this.act("samples", { use, levels: this.levels(), note: this.comment.value }), { class: "quiet" })),
        button(t("close"), () => this.close(), { class: "quiet" })));
  }

  /** One reading with its marks, levels, comment, and its annotations over the answer. */
  reading(reading) {
    const { t, part } = this;
    const titles = Object.fromEntries(part.rubric.map((criterion) => [criterion.id, criterion.title]));
    return el("article", { class: `card reading${reading.counts ? "" : " aside"}` },
      el("h3", {}, t(`as_${reading.purpose}`), " ", el("b", { class: "total-figure", text: Number(reading.marks) })),
      el("p", { class: "muted", text: reading.name + (reading.counts ? "" : t("aside")) }),
      el("ul", {}, ...Object.entries(reading.levels).map(([id, marks]) => el("li", { text: `${titles[id] ?? id}: ${Number(marks)}` }))),
      reading.comment ? el("p", { class: "note", text: reading.comment }) : null,
      el("div", { class: "answer" }, ...annotated(part.answer, reading.annotations)),
      el("ul", { class: "muted" }, ...reading.annotations.filter((annotation) => annotation.note).map((annotation) => el("li", { text: annotation.note }))));
  }

  choice(criterion) {
    const id = `level-${criterion.id}`;
    const levels = [...criterion.levels].sort((a, b) => Number(b.marks) - Number(a.marks));
    const select = el("select", { id }, el("option", { value: "", text: "–" }),
      ...levels.map((level) => el("option", { value: level.marks, text: `${Number(level.marks)}　${level.text}` })));
    return { id: criterion.id, select, node: el("p", {}, el("label", { for: id, text: criterion.title }), " ", select) };
  }

  levels() {
    return Object.fromEntries(this.choices.filter((choice) => choice.select.value).map((choice) => [choice.id, choice.select.value]));
  }

  async act(path, body) {
    if (body.levels && Object.keys(body.levels).length < this.choices.length) {
      this.status.textContent = this.t("levelsMissing");
      this.choices.find((choice) => !choice.select.value).select.focus();
      return;
    }
    if (path === "decide" && this.part.state === "suspicious" && !body.comment.trim()) {
      this.status.textContent = this.t("whyMissing");
      this.comment.focus();
      return;
    }
    try {
      await call("POST", `marking/parts/${this.part.part}/${path}`, body);
      this.close();
      this.on.done();
    } catch (error) {
      this.status.textContent = error instanceof Refused ? error.message : this.t("offline");
    }
  }

  close() {
    this.node.closest("dialog").close();
  }
}
