/** Pass lines and bands of a sitting: written as a policy document, looked at with the distribution, set with a reason. */

import { call, upload } from "../common/call.js";
import { ready } from "../common/ready.js";
import { language } from "../common/words.js";
import { el } from "../exam/dom.js";
import { attempt } from "./status.js";

const page = document.getElementById("policy");
const { papers, document: kept } = JSON.parse(document.getElementById("boot").textContent);
const rules = document.getElementById("rules");
const judge = document.getElementById("judge");
const bands = document.getElementById("bands");
const address = `sittings/${page.dataset.sitting}/policy`;
const evidence = new Map();
const TEXTS = {
  found: ["参考 {sitters} 人，合格 {passers} 人。", "{sitters} sat, {passers} pass."],
  waiting: ["另有 {waiting} 人的分数未齐，暂不计入。", "{waiting} more still wait for marks and are left out."],
  changed: ["已发布的结果中有 {changed} 人会改变。", "{changed} people would be told otherwise than before."],
  cut: ["{band}：{people} 人，最低 {least} 分", "{band}: {people} people, from {least} marks"],
  nobody: ["{band}：无人", "{band}: nobody"],
  judged: ["分数线 {value}（标准误 {error}，{judgements} 项判断），已填入。", "Line {value} (standard error {error}, {judgements} judgements), filled in."],
  angoff: ["首行为题号（第一格任意），每行一位评委，数值 0 至 1。", "Heading: places after one free cell; a row a judge; 0 to 1."],
  ebel: ["首行：类别、分值、各评委；每行一类题目，数值 0 至 1。", "Heading: class, marks, judges; a row a class; 0 to 1."],
  borderline: ["首行为表头；每行一名考生：评级、得分。", "A heading; a row a candidate: rating, marks."],
};
const t = (key, values = {}) => TEXTS[key][language === "en" ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** Move the point of a decimal without ever making it a binary fraction. */
function shift(text, places) {
  const match = /^(\d*)\.?(\d*)$/.exec(text.trim());
  if (!match || !(match[1] + match[2])) return text.trim();
  const point = match[1].length + places;
  const digits = (match[1] + match[2]).padStart(match[1].length + match[2].length + Math.max(0, 1 - point), "0");
  const at = Math.max(1, point);
  const padded = digits.padEnd(at, "0");
  const whole = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const rest = padded.slice(at).replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : whole;
}

function addBand(name = "", top = "") {
  const row = document.getElementById("band-row").content.cloneNode(true);
  row.querySelector("[data-name]").value = name;
  row.querySelector("[data-top]").value = top;
  bands.append(row);
}

const field = (n) => rules.elements[`min-${n}`];

function policyDocument() {
  const { total_min, denominator, rounding, ties, late } = rules.elements;
  return {
    paper_min: Object.fromEntries(papers.map((code, n) => [code, field(n).value.trim()])),
    total_min: total_min.value.trim(),
    denominator: denominator.value,
    rounding: rounding.value,
    ties: ties.value,
    tie_keys: ties.value === "keys" ? papers : [],
    late: late.value,
    bands: [...bands.rows].map((row) => ({ name: row.querySelector("[data-name]").value.trim(), top: shift(row.querySelector("[data-top]").value, -2) })),
  };
}

async function preview() {
  const found = await attempt(() => call("POST", `${address}/preview`, { document: policyDocument() }));
  if (!found) return;
  const drawing = new DOMParser().parseFromString(found.picture, "image/svg+xml").documentElement;
  const cuts = found.cuts.map((cut) => el("li", { text: cut.least ? t("cut", { ...cut, least: cut.least[0] }) : t("nobody", cut) }));
  const said = t("found", found) + (found.waiting ? t("waiting", found) : "") + (found.changed ? t("changed", found) : "");
  document.getElementById("preview").replaceChildren(el("p", { text: said }), el("figure", { class: "histogram" }, document.importNode(drawing, true)), el("ul", {}, ...cuts));
}

function show(document_) {
  papers.forEach((code, n) => { field(n).value = typeof document_.paper_min === "object" ? document_.paper_min[code] ?? "0" : document_.paper_min; });
  for (const name of ["total_min", "denominator", "rounding", "ties", "late"]) rules.elements[name].value = document_[name];
  document_.bands.forEach((band) => addBand(band.name, shift(band.top, 2)));
}

function explain() {
  const method = judge.elements.method.value;
  document.getElementById("shape").textContent = t(method);
  const wanted = new URLSearchParams({ paper: judge.elements.paper.value, method });
  document.getElementById("template").href = `/office/sittings/${page.dataset.sitting}/policy/judgements.xlsx?${wanted}`;
  for (const id of ["borderline", "borderline-label"]) document.getElementById(id).hidden = method !== "borderline";
}

rules.addEventListener("click", (event) => {
  if ("drop" in event.target.dataset) event.target.closest("tr").remove();
});
document.getElementById("add-band").addEventListener("click", () => addBand());
document.getElementById("show").addEventListener("click", preview);
rules.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = { document: policyDocument(), evidence: [...evidence.values()], reason: rules.elements.reason.value.trim() };
  if (await attempt(() => call("PUT", address, body))) location.reload();
});
judge.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { paper, method, text, borderline } = judge.elements;
  const body = { paper: paper.value, method: method.value, text: text.value };
  if (method.value === "borderline" && borderline.value.trim()) body.borderline = borderline.value.trim();
  const found = await attempt(() => call("POST", `${address}/cut-score`, body));
  if (!found) return;
  evidence.set(body.paper, body);
  field(papers.indexOf(body.paper)).value = found.value;
  document.getElementById("judged").textContent = t("judged", { ...found, error: found.standard_error === null ? "–" : found.standard_error.toFixed(2) });
});
judge.elements.method.addEventListener("change", explain);
judge.elements.paper.addEventListener("change", explain);
document.getElementById("file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  const form = new FormData();
  form.append("file", file ?? "");
  const read = file && (await attempt(() => upload(`${address}/judgements`, form)));
  if (read) judge.elements.text.value = read.text;
});

if (kept) show(kept);
else addBand(language === "en" ? "Pass" : "合格", "100");
explain();
ready();
if (kept) preview();
