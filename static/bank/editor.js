/** The editor: fields beside what the candidate will see, looked at by the server after every pause of typing. */

import { ready } from "../common/ready.js";
import { button, el } from "../exam/dom.js";
import { chooser, field, line, marked, prose, several } from "./controls.js";
import { boot, call, t, tell } from "./page.js";
import { preview } from "./preview.js";
import { blank, question } from "./question.js";

const PAUSE_MS = 600;
const DIFFICULTIES = ["", "0.2", "0.35", "0.5", "0.65", "0.8"];
const form = document.getElementById("editor");
const shown = document.getElementById("preview");
const hints = document.getElementById("hints");
const save = document.getElementById("save");
let draft = boot.base ? boot.draft : { ...blank(boot.draft.kind) };
let asked = 0;
let timer;
let kept = true;

function changed() {
  kept = false;
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE_MS);
}

function hand(path) {
  return { path, changed, redraw: () => { draw(); changed(); } };
}

function draw() {
  const kinds = Object.entries(boot.kinds).map(([name, kind]) => [name, kind.name]);
  const chosen = chooser(kinds, draft.kind, (kind) => { draft = { ...blank(kind), ...common() }; draw(); changed(); }, { disabled: Boolean(boot.base) });
  form.replaceChildren(
    field(t("kind"), chosen, boot.base ? t("kind_stays") : undefined),
    ...body(),
    el("details", { class: "bank-attributes", open: true }, el("summary", { text: t("attributes") }), ...attributes()));
}

function body() {
  if (draft.kind === "case") return caseSet();
  if (draft.kind === "business") return business();
  return question(draft, hand("item"));
}

/** What does not depend on the kind, and stays when it is changed. */
function common() {
  const names = ["ref", "stem", "explanation", "difficulty", "levels", "programmes", "knowledge", "enemies", "pool", "language", "source"];
  return Object.fromEntries(names.filter((name) => draft[name] !== undefined).map((name) => [name, draft[name]]));
}

function put(name) {
  return (value) => {
    if (value === "" || value?.length === 0) delete draft[name];
    else draft[name] = value;
    changed();
  };
}

function caseSet() {
  draft.parts ??= [];
  draft.exhibits ??= [];
  const total = () => { draft.marks = String(draft.parts.reduce((sum, part) => sum + Math.round(Number(part.marks ?? 0) * 100), 0) / 100); };
  const names = Object.entries(boot.kinds).filter(([, kind]) => kind.cardinality !== "none" && kind.cardinality !== "log").map(([name, kind]) => [name, kind.name]);
  const parts = draft.parts.map((part, n) => {
    const own = { path: `part-${n}`, changed: () => { total(); changed(); }, redraw: () => { total(); draw(); changed(); } };
    return el("fieldset", { class: "bank-part" }, el("legend", { text: t("part", { n: n + 1 }) }),
      field(t("kind"), chooser(names, part.kind, (kind) => { draft.parts[n] = { ...blank(kind), stem: part.stem }; own.redraw(); })),
      ...question(part, own),
      button(t("remove_part", { n: n + 1 }), () => { draft.parts.splice(n, 1); own.redraw(); }, { class: "quiet" }));
  });
  const exhibits = draft.exhibits.map((exhibit, n) => el("fieldset", { class: "bank-part" }, el("legend", { text: t("exhibit", { n: n + 1 }) }),
    field(t("title"), line(exhibit.title, (text) => { exhibit.title = text; changed(); })),
    marked(t("exhibit_text", { n: n + 1 }), exhibit.html, (text) => { exhibit.html = text; changed(); }),
    button(t("remove_exhibit", { n: n + 1 }), () => { draft.exhibits.splice(n, 1); draw(); changed(); }, { class: "quiet" })));
  total();
  return [
    field(t("title"), line(draft.title, put("title"), { maxlength: 200 })),
    marked(t("stimulus"), draft.stimulus, put("stimulus"), { rows: 5 }),
    ...exhibits,
    button(t("add_exhibit"), () => { draft.exhibits.push({ title: "", html: "" }); draw(); }),
    ...parts,
    button(t("add_part"), () => { draft.parts.push(blank("single")); draw(); changed(); }),
  ];
}

function business() {
  const wrong = el("small", { class: "bad", role: "alert" });
  const area = prose(JSON.stringify(draft.scenario ?? {}, null, 2), (text) => {
    try {
      draft.scenario = JSON.parse(text);
      wrong.textContent = "";
      changed();
    } catch (error) {
      wrong.textContent = t("notJson", { detail: error.message });
    }
  }, { rows: 16, class: "mono", spellcheck: "false" });
  return [field(t("scenario"), area, t("scenario_how")), wrong, field(t("task_marks"), line(draft.marks, put("marks"), { type: "number", min: 0, step: "any" }))];
}

function attributes() {
  const words = DIFFICULTIES.map((value) => [value, t(`difficulty_${value.replace(".", "")}`)]);
  if (draft.difficulty && !DIFFICULTIES.includes(String(Number(draft.difficulty)))) words.push([draft.difficulty, draft.difficulty]);
  return [
    field(t("ref"), line(draft.ref, put("ref"), { maxlength: 64, readonly: Boolean(boot.base), placeholder: t("ref_made") })),
    field(t("difficulty"), chooser(words, draft.difficulty ?? "", put("difficulty"))),
    field(t("programmes"), several(draft.programmes, put("programmes"), boot.facets.programme)),
    field(t("levels"), several(draft.levels, put("levels"), boot.facets.level)),
    field(t("knowledge"), several(draft.knowledge, put("knowledge"), boot.facets.knowledge), t("knowledge_how")),
    field(t("enemies"), several(draft.enemies, put("enemies")), t("enemies_how")),
    field(t("pool"), chooser([["live", t("pool_live")], ["practice", t("pool_practice")]], draft.pool ?? "live", put("pool"))),
    field(t("language"), chooser([["zh", "中文"], ["en", "English"]], draft.language ?? "zh", put("language"))),
    field(t("source"), line(draft.source, put("source"))),
  ];
}

async function look() {
  const turn = ++asked;
  try {
    const told = await call("POST", "draft/preview", { draft });
    if (turn !== asked) return;
    const alike = told.alike.map((like) => t("alike", { ref: like.ref, share: Math.round(like.share * 100) }));
    const lost = told.lost.length ? [t("lost", { what: told.lost.join(", ") })] : [];
    show([...lost, ...told.remarks, ...alike].join("；"));
    shown.replaceChildren();
    await preview(shown, told.paper, boot.language);
  } catch (error) {
    if (turn === asked) show(error.code === "core.invalid" ? t("incomplete") : error.message);
  }
}

function show(text) {
  hints.textContent = text;
  hints.hidden = !text;
}

save.addEventListener("click", async () => {
  tell();
  save.disabled = true;
  try {
    const { item } = await call("POST", "draft", { draft, base: boot.base });
    kept = true;
    location.assign(`/bank/items/${item}`);
  } catch (error) {
    save.disabled = false;
    tell(error.code === "itembank.version_moved" ? t("moved_while_writing") : error.message);
  }
});
const bar = save.closest(".bank-save");
new ResizeObserver(() => document.documentElement.style.setProperty("--bank-save", `${bar.offsetHeight + 12}px`)).observe(bar);
form.addEventListener("focusin", (event) => event.target.scrollIntoView({ block: "nearest" })); // of a text the browser shows the cursor alone
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("beforeunload", (event) => { if (!kept) event.preventDefault(); });

draw();
ready();
if (boot.base) await look();
