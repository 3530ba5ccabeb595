/** A new sitting: its papers, each with form, start and rules of time. */

import { call } from "../common/call.js";
import { ready } from "../common/ready.js";
import { el } from "../exam/dom.js";
import { attempt } from "./status.js";

const form = document.getElementById("plan");
const papers = document.getElementById("papers");

function fields(paper) {
  return Object.fromEntries([...paper.elements].filter((field) => field.name).map((field) => [field.name, field]));
}

/** A paper is called as its form is, until somebody types another name. */
function nameAfterForm(paper) {
  const { form: chosen, code, title } = fields(paper);
  const suggest = () => {
    if (title.dataset.typed) return;
    title.value = chosen.selectedOptions[0].dataset.title;
    if (!code.dataset.typed) code.value = String([...papers.children].indexOf(paper) + 1);
  };
  for (const field of [code, title]) field.addEventListener("input", () => { field.dataset.typed = "yes"; });
  chosen.addEventListener("change", suggest);
  suggest();
}

/** The sections of the chosen form, each with the minutes after which it closes; a form may come with its own. */
async function showSections(paper) {
  const { form: chosen } = fields(paper);
  const box = paper.querySelector("[data-sections]");
  const wanted = chosen.value;
  const found = await attempt(() => call("GET", `sittings/forms/${wanted}/sections`));
  if (!found || wanted !== chosen.value) return;
  const rows = found.sections.map(({ id, title, limit_s: limit }) => {
    const field = el("input", { type: "number", min: "1", max: "1440", "data-section": id, value: limit ? String(limit / 60) : null });
    return el("label", {}, title, field);
  });
  box.replaceChildren(box.querySelector("legend"), ...rows);
  box.hidden = rows.length < 2;
}

function settle(paper) {
  nameAfterForm(paper);
  showSections(paper);
  fields(paper).form.addEventListener("change", () => showSections(paper));
  paper.querySelector("[data-drop]").addEventListener("click", () => {
    paper.remove();
    showDrops();
  });
  showDrops();
}

function showDrops() {
  for (const paper of papers.children) paper.querySelector("[data-drop]").hidden = papers.children.length === 1;
}

function read(paper) {
  const given = fields(paper);
  const seconds = (name) => Math.round(Number(given[name].value) * 60);
  return {
    code: given.code.value.trim(),
    title: given.title.value.trim(),
    form: given.form.value,
    starts_at: `${given.starts_at.value}:00+08:00`, // exams start by the clocks of their country, wherever the office sits
    duration_s: seconds("duration"),
    reading_s: seconds("reading"),
    section_limits: Object.fromEntries([...paper.querySelectorAll("[data-section]")].filter((field) => field.value)
      .map((field) => [field.dataset.section, Math.round(Number(field.value) * 60)])),
    timing: given.timing.value,
    start_by: given.start_by.value,
    moving: given.moving.value,
    latest_start_s: seconds("latest_start"),
    earliest_submit_s: seconds("earliest_submit"),
  };
}

document.getElementById("built-in")?.addEventListener("click", async () => {
  if (await attempt(() => call("POST", "programmes/built-in", {}))) location.reload();
});

if (form) {
  settle(papers.firstElementChild);
  document.getElementById("add").addEventListener("click", () => {
    papers.append(document.getElementById("paper").content.cloneNode(true));
    settle(papers.lastElementChild);
    papers.lastElementChild.querySelector("select").focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const level = form.elements.level.selectedOptions[0];
    const made = await attempt(() => call("POST", "sittings", {
      programme: level.dataset.programme,
      level: level.value,
      title: form.querySelector("input[name=title]").value.trim(),
      rehearsal: form.elements.rehearsal.checked,
      papers: [...papers.children].map(read),
    }));
    if (made) location.assign(`/office/sittings/${made.sitting}`);
  });
}

ready();
