/** Scripts with agreed marks from a workbook: checked first, kept when the chief says so. */

import { ready } from "../common/ready.js";
import { words } from "../common/words.js";
import { button, el } from "../exam/dom.js";

const t = words({
  found: { zh: "样卷 {exemplar} 份，定标 {trial} 份，种子 {seed} 份", en: "{exemplar} exemplars, {trial} to qualify by, {seed} seeds" },
  refused: { zh: "有 {n} 行不能导入：", en: "{n} rows cannot be taken in:" },
  line: { zh: "{sheet} 第 {row} 行：{reason}", en: "{sheet}, row {row}: {reason}" },
  keep: { zh: "导入", en: "Take in" },
  checked: { zh: "检查完毕，尚未导入。", en: "Checked; nothing is taken in yet." },
  kept: { zh: "已导入。", en: "Taken in." },
  offline: { zh: "没有网络，请稍后再试。", en: "No network; please try again later." },
});
const { paper } = document.getElementById("samples").dataset;
const form = document.getElementById("upload");
const status = document.getElementById("status");
const report = document.getElementById("report");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(new FormData(form), true);
});
document.getElementById("file").addEventListener("change", () => { report.replaceChildren(); status.textContent = ""; });

async function send(file, dryRun) {
  const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content, Accept: "application/json" };
  report.replaceChildren();
  try {
    const reply = await fetch(`/api/v1/marking/papers/${paper}/samples?dry_run=${dryRun}`, { method: "POST", headers, body: file });
    const told = await reply.json();
    status.textContent = reply.ok ? t(dryRun ? "checked" : "kept") : told.error.message;
    if (reply.ok) show(told, file, dryRun);
  } catch {
    status.textContent = t("offline");
  }
}

function show({ kept, refused }, file, dryRun) {
  const any = Object.values(kept).some((n) => n > 0);
  report.replaceChildren(
    el("p", { text: t("found", kept) }),
    ...(refused.length ? [el("p", { class: "bad", text: t("refused", { n: refused.length }) }), el("ul", {}, ...refused.map((row) => el("li", { text: t("line", row) })))] : []),
    ...(dryRun && any ? [button(t("keep"), () => send(file, false), { class: "primary" })] : []),
  );
}

ready();
