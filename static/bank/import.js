/** Import: the files are checked first and nothing is written; the same files go in when the author says so. */

import { ready } from "../common/ready.js";
import { el } from "../exam/dom.js";
import { call, t, tell } from "./page.js";

const SHOWN = 200; // rows of one table
const form = document.getElementById("files");
const report = document.getElementById("report");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(new FormData(form), true);
});
document.getElementById("upload").addEventListener("change", () => { report.replaceChildren(); tell(); });

async function send(files, dryRun) {
  tell(t(dryRun ? "checking" : "importing"));
  const buttons = document.querySelectorAll("main button");
  for (const button of buttons) button.disabled = true;
  try {
    show(await call("POST", `import?dry_run=${dryRun}`, files), files, dryRun);
    tell(t(dryRun ? "checked" : "imported"));
  } catch (error) {
    report.replaceChildren();
    tell(error.message);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

function show(told, files, dryRun) {
  const by = (status) => told.items.filter((item) => item.status === status).length;
  const figures = [["new", by("new")], ["changed", by("changed")], ["unchanged", by("unchanged")], ["refused", rows(told.refused) + told.untold.refused]];
  const coming = by("new") + by("changed");
  const act = coming > 0 ? el("button", { type: "button", class: "primary", text: t("importNow", { n: coming }), on: { click: () => send(files, false) } }) : el("p", { text: t("nothing") });
  report.replaceChildren(
    el("p", { class: "bank-figures" }, ...figures.map(([name, n]) => el("span", { class: name === "refused" && n ? "bad" : "", text: t(`count_${name}`, { n }) }))),
    ...(dryRun ? [act] : []),
    ...table("refusedTitle", told.refused, ["file", "row", "column", "ref", "reason"], "bank-refused", told.untold.refused),
    ...table("warningsTitle", told.warnings, ["file", "row", "ref", "reason"], "bank-refused", told.untold.warnings),
    ...tests(told.tests),
    ...table("itemsTitle", told.items.map((item) => ({ ...item, kind: t(`kind_${item.kind}`), status: t(`status_${item.status}`) })), ["ref", "kind", "title", "version", "status"], ""));
}

/** How many rows, items or files stay out: one may be refused for several reasons. */
function rows(refused) {
  return new Set(refused.map(({ file, row, ref }) => JSON.stringify([file, row, ref]))).size;
}

/** Tests become blueprints: their files are for the office, who draws forms by them once the items are approved. */
function tests(found) {
  if (!found.length) return [];
  const file = ({ ref, blueprint }) => el("a", {
    href: URL.createObjectURL(new Blob([JSON.stringify(blueprint, null, 2)], { type: "application/json" })),
    download: `${ref || "blueprint"}.json`, text: t("blueprintFile"),
  });
  const sections = (test) => test.sections.map(({ title, items }) => t("sectionOf", { title, n: items })).join("；");
  return [
    el("h2", { text: t("testsTitle") }),
    el("p", { class: "muted", text: t("testsNote") }),
    el("div", { class: "table-scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, ...["ref", "testTitle", "sections", "blueprint"].map((column) => el("th", { scope: "col", text: t(column) })))),
      el("tbody", {}, ...found.map((test) => el("tr", {},
        el("td", { text: test.ref }), el("td", { text: test.title }), el("td", { text: sections(test) }), el("td", {}, file(test))))))),
  ];
}

function table(title, rows, columns, look, untold = 0) {
  if (!rows.length) return [];
  const cells = (row) => columns.map((column) => el("td", { text: row[column] ?? "" }));
  return [
    el("h2", { text: t(title) }),
    el("div", { class: "table-scroll" }, el("table", { class: look },
      el("thead", {}, el("tr", {}, ...columns.map((column) => el("th", { scope: "col", text: t(column) })))),
      el("tbody", {}, ...rows.slice(0, SHOWN).map((row) => el("tr", {}, ...cells(row)))))),
    ...(rows.length + untold > SHOWN ? [el("p", { class: "muted", text: t("more", { n: rows.length + untold - SHOWN }) })] : []),
  ];
}

ready();
