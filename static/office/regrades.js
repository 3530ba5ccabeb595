/** Regrades of a paper: proposed with a reason, watched while the preview is made, approved by another person, taken back. */

import { call } from "../common/call.js";
import { ready } from "../common/ready.js";
import { language } from "../common/words.js";
import { el } from "../exam/dom.js";
import { attempt } from "./status.js";

const page = document.getElementById("regrades");
const { questions } = JSON.parse(document.getElementById("boot").textContent);
const form = document.getElementById("propose");
const EVERY_MS = 700;
const TEXTS = {
  now: ["现在的答案：{now}", "The key at present: {now}"],
  noKey: ["本题由人评阅，只能全体满分或作废。", "Marked by people: it can only be given to all or dropped."],
  right: ["正确答案", "Right answers"],
  value: ["正确答案（多个答案一行一个）", "Right answer (one a line when there are several)"],
  tolerance: ["允许误差（留空则照旧）", "Tolerance (empty: as before)"],
  progress: ["已预览 {done} / {due}", "{done} of {due} previewed"],
  commit: ["批准后立即按预览所示改变 {n} 份答卷的分数。确定批准吗？", "{n} attempts will change at once, as previewed. Approve?"],
  reversal: ["撤销也要另一人批准。请写明理由。", "Taking back needs a second person too. Please give the reason."],
};
const t = (key, values = {}) => TEXTS[key][language === "en" ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => values[name]);

const chosen = () => questions.find((question) => question.place === form.elements.place.value);
const byKey = () => ["new_key", "also_accept"].includes(form.elements.act.value);

/** Show what the question and the act ask for: options to tick, or lines to write. */
function furnish() {
  const question = chosen();
  for (const option of form.elements.act.options) option.disabled = !question.has_key && ["new_key", "also_accept"].includes(option.value);
  if (form.elements.act.selectedOptions[0].disabled) form.elements.act.value = "full_marks";
  document.getElementById("present").textContent = question.has_key ? t("now", { now: question.correct.join("、") }) : t("noKey");
  document.getElementById("dropped").hidden = form.elements.act.value !== "drop";
  document.getElementById("correct").replaceChildren(...(byKey() ? answers(question) : []));
}

function answers(question) {
  const tick = { single: "radio", truefalse: "radio", multiple: "checkbox" }[question.kind];
  if (tick) {
    return [el("fieldset", {}, el("legend", { text: t("right") }), ...question.options.map(([id, says]) =>
      el("label", { class: "tick" }, el("input", { type: tick, name: "answer", value: id }), ` ${id} ${says}`)))];
  }
  const fields = [el("label", { for: "answer", text: t("value") }), el("textarea", { id: "answer", name: "answer", rows: "2" })];
  if (question.kind === "numeric") fields.push(el("label", { for: "tolerance", text: t("tolerance") }), el("input", { id: "tolerance", name: "tolerance", inputmode: "decimal" }));
  return fields;
}

function change() {
  const { place, act } = form.elements;
  const made = { place: place.value, act: act.value };
  if (act.value === "drop") made.dropped = form.elements.dropped.value;
  if (!byKey()) return made;
  const lines = form.querySelector("textarea[name=answer]");
  made.correct = lines
    ? lines.value.split("\n").map((line) => line.trim()).filter(Boolean)
    : [...form.querySelectorAll("input[name=answer]:checked")].map((input) => input.value);
  const tolerance = form.elements.tolerance?.value.trim();
  if (tolerance) made.tolerance = tolerance;
  return made;
}

form.addEventListener("change", (event) => {
  if (["place", "act"].includes(event.target.name)) furnish();
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = { changes: [change()], reason: form.elements.reason.value.trim() };
  if (await attempt(() => call("POST", `regrades/papers/${page.dataset.paper}`, body))) location.reload();
});

const dialog = document.getElementById("confirm");
const why = document.getElementById("why");

/** Ask; return the reason that was given ("" where none is asked for), or null. */
function ask(text, wantsReason) {
  document.getElementById("confirm-text").textContent = text;
  document.getElementById("why-label").hidden = !wantsReason;
  why.required = wantsReason;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes" ? why.value.trim() : null), { once: true });
  });
}

const acts = {
  async commit(article) {
    const n = article.querySelector("[data-touched]").textContent;
    return (await ask(t("commit", { n }), false)) === null ? null : { digest: article.dataset.digest };
  },
  async reversal() {
    const reason = await ask(t("reversal"), true);
    return reason ? { reason } : null;
  },
  preview: () => ({}),
  withdraw: () => ({}),
};

page.addEventListener("click", async (event) => {
  const { act } = event.target.dataset;
  if (!act) return;
  const article = event.target.closest("[data-regrade]");
  const body = await acts[act](article);
  if (body && await attempt(() => call("POST", `regrades/${article.dataset.regrade}/${act}`, body))) location.reload();
});

/** Watch a preview that is being made; when it is there, show it. */
async function watch(article) {
  const found = await attempt(() => call("GET", `regrades/${article.dataset.regrade}`));
  if (found && found.state !== "asked") {
    location.reload();
    return;
  }
  if (found?.due) {
    article.querySelector("progress").value = found.done;
    article.querySelector("progress").max = found.due;
    article.querySelector("[data-progress]").textContent = t("progress", found);
  }
  setTimeout(watch, EVERY_MS, article);
}

furnish();
page.querySelectorAll('[data-state="asked"]').forEach(watch);
ready();
