/** Asking for comparisons of a paper: of groups, known to the house or from an uploaded table, and with another paper. */

import { call, upload } from "../common/call.js";
import { ready } from "../common/ready.js";
import { words } from "../common/words.js";
import { el } from "../exam/dom.js";
import { attempt } from "./status.js";

const t = words({
  group: { zh: "{name}（{people} 人）", en: "{name} ({people} people)" },
  sizes: { zh: "关注组 {focal} 人，对照组 {reference} 人。", en: "{focal} people in the focal group, {reference} in the reference group." },
  few: { zh: "每组至少 30 人才能计算。", en: "At least 30 people in each group are needed." },
  unsound: { zh: "人数不足以下结论（较小组 200 人、合计 500 人），数字只供参考。", en: "Too few to conclude (200 in the smaller group, 500 in both); the figures are a rough guide." },
  read: { zh: "读到 {people} 人，{groups} 组。", en: "{people} people in {groups} groups." },
  unknown: { zh: "有 {n} 行不是本卷的答卷，已略去：{some}", en: "{n} rows are no script of this paper and are left out: {some}" },
});
const { paper } = document.getElementById("studies").dataset;
const known = JSON.parse(document.getElementById("boot").textContent);
const dif = document.getElementById("dif");
const equating = document.getElementById("equating");
const { by, focal, reference, file } = dif.elements;
const path = `analysis/papers/${paper}/studies`;
let groups = [];

function offer(found) {
  groups = found;
  const choices = () => groups.map((one) => el("option", { value: one.group, text: t("group", one) }));
  focal.replaceChildren(...choices());
  if (groups.length > 1) focal.selectedIndex = groups.length - 1; // the smallest
  reference.replaceChildren(reference.options[0], ...choices());
  tellSizes();
}

function tellSizes() {
  const people = (name) => groups.find((one) => one.group === name)?.people ?? 0;
  const all = groups.reduce((sum, one) => sum + one.people, 0);
  const sizes = { focal: people(focal.value), reference: reference.value ? people(reference.value) : all - people(focal.value) };
  const small = Math.min(sizes.focal, sizes.reference);
  const care = small < 30 ? t("few") : small < 200 || sizes.focal + sizes.reference < 500 ? t("unsound") : "";
  document.getElementById("sizes").textContent = groups.length ? t("sizes", sizes) + care : "";
}

function choose() {
  const isFile = by.value === "file";
  document.getElementById("upload").hidden = !isFile;
  offer(known[by.value] ?? []);
  if (isFile && file.files.length) read();
}

async function read() {
  const told = document.getElementById("read");
  told.textContent = "";
  const found = file.files.length ? await attempt(() => upload(`${path}/dif/file?dry_run=true`, new FormData(dif))) : null;
  offer(found?.groups ?? []);
  if (!found) return;
  const people = found.groups.reduce((sum, one) => sum + one.people, 0);
  const unknown = found.unknown_count ? t("unknown", { n: found.unknown_count, some: found.unknown.slice(0, 5).join(" ") }) : "";
  told.textContent = t("read", { people, groups: found.groups.length }) + unknown;
}

async function ask(form, act) {
  const button = form.querySelector("button");
  button.disabled = true;
  const asked = await attempt(act);
  if (asked) location.assign(`/analysis/studies/${asked.study}`);
  else button.disabled = false;
}

by.addEventListener("change", choose);
file.addEventListener("change", read);
focal.addEventListener("change", tellSizes);
reference.addEventListener("change", tellSizes);
dif.addEventListener("submit", (event) => {
  event.preventDefault();
  const body = { by: by.value, focal: focal.value, ...(reference.value && { reference: reference.value }) };
  ask(dif, () => (by.value === "file" ? upload(`${path}/dif/file`, new FormData(dif)) : call("POST", `${path}/dif`, body)));
});
equating?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { other, design, degree } = equating.elements;
  ask(equating, () => call("POST", `${path}/equating`, { other: other.value, design: design.value, ...(degree.value && { degree: Number(degree.value) }) }));
});
choose();
ready();
