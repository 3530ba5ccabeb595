/** The editor of one question: what its kind is made of (`fields`), and what is right. A new kind of the same parts needs nothing here. */

import { button, el } from "../exam/dom.js";
import { check, chooser, field, line, marked, pictureButton, prose, several } from "./controls.js";
import { boot, t } from "./page.js";
import { FILES, upload } from "./pictures.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** What a question of a kind begins with. */
export function blank(kind) {
  const made = { kind, stem: "", key: {}, marks: 1 };
  const { fields } = boot.kinds[kind];
  if (fields.includes("options")) made.options = (kind === "truefalse" ? [t("true"), t("false")] : ["", ""]).map((html, n) => ({ id: LETTERS[n], html }));
  if (fields.includes("gaps")) made.gaps = [gap(fields, 1)];
  if (kind === "case") return { kind, title: "", stimulus: "", exhibits: [], parts: [blank("single")] };
  return made;
}

function gap(fields, n) {
  return fields.includes("options") ? { id: String(n), html: "" } : { id: String(n), options: [{ id: "A", html: "" }, { id: "B", html: "" }] };
}

/** The fields of a question; `hand.changed()` after every change, `hand.redraw()` where the fields themselves change. */
export function question(q, hand) {
  const kind = boot.kinds[q.kind];
  const has = (name) => kind.fields.includes(name);
  q.key ??= {};
  return [
    marked(t("stem"), q.stem, put(q, "stem", hand), { rows: 3, required: true }),
    has("image") && picture(q, hand),
    has("options") && options(q, kind, hand),
    has("gaps") && gaps(q, kind, hand),
    has("once") && check(t("once"), q.once, put(q, "once", hand)),
    has("limit") && field(t("limit"), number(q, "limit", hand, { min: 0, step: 1 })),
    ...written(q, kind, hand),
    kind.schemes.length > 1 && field(t("scheme"), chooser(kind.schemes.map((name) => [name, t(`scheme_${name}`)]), q.key.scheme ?? "all_or_nothing", (name) => { q.key.scheme = name; hand.redraw(); })),
    q.key.scheme === "mapped" && worths(q.key, hand),
    field(t("marks"), number(q, "marks", hand, { min: 0.01, step: "any", required: true })),
    marked(t("explanation"), q.explanation, put(q, "explanation", hand)),
  ].filter(Boolean);
}

function put(target, name, hand) {
  return (value) => {
    target[name] = value;
    hand.changed();
  };
}

function number(target, name, hand, properties) {
  return line(target[name], (value) => { if (value === "") delete target[name]; else target[name] = value; hand.changed(); }, { type: "number", ...properties });
}

function options(q, kind, hand) {
  q.options ??= [];
  const ordered = kind.cardinality === "ordered";
  const chosen = kind.base === "identifier" && !ordered;
  const single = kind.cardinality === "single";
  if (ordered) q.key.correct = q.options.map((option) => option.id);
  const right = (option) => {
    const box = el("input", { type: single ? "radio" : "checkbox", name: `right-${hand.path}`, "aria-label": t("is_right", { id: option.id }), on: { change: () => {
      const others = single ? [] : (q.key.correct ?? []).filter((id) => id !== option.id);
      q.key.correct = box.checked ? [...others, option.id].sort() : others;
      hand.changed();
    } } });
    box.checked = (q.key.correct ?? []).includes(option.id);
    return box;
  };
  const rows = q.options.map((option, n) => el("li", {},
    chosen && right(option),
    el("b", { text: option.id }),
    ...shortProse(option, t("option", { id: option.id }), hand, !kind.fields.includes("image") && kind.base !== "quantity"),
    kind.base === "quantity" && line((q.key.factors ?? {})[option.id], (value) => { q.key.factors = { ...q.key.factors, [option.id]: value }; hand.changed(); }, { "aria-label": t("factor", { id: option.id }), placeholder: t("factor_short"), size: 6 }),
    kind.fields.includes("image") && line(option.area, put(option, "area", hand), { "aria-label": t("area", { id: option.id }), placeholder: "rect 10,10,90,60" }),
    kind.fixed && check(t("fixed"), option.fixed, put(option, "fixed", hand), t("option_fixed", { id: option.id })),
    button("×", () => { q.options.splice(n, 1); rename(q, option.id); hand.redraw(); }, { class: "quiet", "aria-label": t("remove_option", { id: option.id }) })));
  return el("fieldset", {}, el("legend", { text: t(chosen ? "options_right" : ordered ? "options_order" : "options") }),
    kind.fixed && el("p", { class: "muted", text: t("fixed_how") }),
    el("ol", { class: "bank-options" }, ...rows),
    button(t("add_option"), () => { q.options.push({ id: LETTERS[q.options.length], html: "" }); hand.redraw(); }, { disabled: q.options.length >= LETTERS.length }));
}

/** A line of an option or a left side, which grows, and the button that puts a picture into it. */
function shortProse(target, name, hand, pictured = true) {
  const area = prose(target.html, put(target, "html", hand), { rows: 1, required: true, "aria-label": name });
  return pictured ? [area, pictureButton(area, name)] : [area];
}

/** Letters stay without a gap: the key follows. */
function rename(q, gone) {
  const kept = (q.key.correct ?? []).filter((id) => id !== gone);
  const names = Object.fromEntries(q.options.map((option, n) => [option.id, LETTERS[n]]));
  for (const option of q.options) option.id = names[option.id];
  q.key.correct = kept.filter((value) => !value.endsWith(` ${gone}`)).map((value) => {
    const [first, second] = value.split(" ");
    return second === undefined ? names[first] ?? first : `${first} ${names[second] ?? second}`;
  });
}

function gaps(q, kind, hand) {
  q.gaps ??= [];
  const shared = kind.fields.includes("options");
  const answer = (place) => (q.key.correct ?? []).find((pair) => pair.startsWith(`${place.id} `))?.split(" ")[1] ?? "";
  const set = (place, id) => {
    q.key.correct = [...(q.key.correct ?? []).filter((pair) => !pair.startsWith(`${place.id} `)), ...(id ? [`${place.id} ${id}`] : [])].sort();
    hand.changed();
  };
  const rows = q.gaps.map((place, n) => {
    const offered = (shared ? q.options : place.options) ?? [];
    return el("li", {},
      el("b", { text: q.kind === "matching" ? place.id : `[[${place.id}]]` }),
      ...(q.kind === "matching" ? shortProse(place, t("gap", { id: place.id }), hand) : []),
      !shared && prose(offered.map((option) => option.html).join("\n"), (text) => { place.options = text.split("\n").map((html, m) => ({ id: LETTERS[m], html })); hand.changed(); }, { "aria-label": t("gap_options", { id: place.id }), placeholder: t("one_a_line") }),
      chooser([["", t("right_answer")], ...(shared ? offered : LETTERS.slice(0, 8).split("").map((id) => ({ id }))).map((option) => [option.id, option.id])], answer(place), (id) => set(place, id), { "aria-label": t("gap_right", { id: place.id }) }),
      button("×", () => { q.gaps.splice(n, 1); q.key.correct = []; q.gaps.forEach((one, m) => { one.id = String(m + 1); }); hand.redraw(); }, { class: "quiet", "aria-label": t("remove_gap", { id: place.id }) }));
  });
  return el("fieldset", {}, el("legend", { text: t(q.kind === "matching" ? "lefts" : "gaps") }), q.kind !== "matching" && el("p", { class: "muted", text: t("gaps_how") }),
    el("ol", { class: "bank-options" }, ...rows), button(t(q.kind === "matching" ? "add_left" : "add_gap"), () => { q.gaps.push(gap(kind.fields, q.gaps.length + 1)); hand.redraw(); }));
}

function written(q, kind, hand) {
  const { key } = q;
  if (kind.base === "number" || kind.base === "quantity") {
    return [
      field(t("right_number"), line((key.correct ?? [])[0], (value) => { key.correct = value ? [value] : []; hand.changed(); }, { inputmode: "decimal" })),
      field(t("tolerance"), line(key.tolerance, (value) => { if (value) key.tolerance = value; else delete key.tolerance; hand.changed(); }, { inputmode: "decimal" })),
    ];
  }
  if (kind.base !== "string" || kind.cardinality !== "single") return [];
  if (kind.machine) {
    return [field(t("accepted"), several(key.correct, put(key, "correct", hand)), t("one_a_line")), field(t("patterns"), several(key.patterns, put(key, "patterns", hand)), t("patterns_how"))];
  }
  return [marked(t("reference"), key.reference, put(key, "reference", hand)), rubric(key, hand)];
}

function rubric(key, hand) {
  key.rubric ??= [];
  const rows = key.rubric.map((criterion, n) => {
    const most = criterion.levels.at(-1);
    return el("li", {},
      line(criterion.title, put(criterion, "title", hand), { "aria-label": t("criterion", { n: n + 1 }), placeholder: t("criterion_how") }),
      line(most.marks, put(most, "marks", hand), { type: "number", min: 0, step: "any", "aria-label": t("criterion_marks", { n: n + 1 }), size: 5 }),
      button("×", () => { key.rubric.splice(n, 1); hand.redraw(); }, { class: "quiet", "aria-label": t("remove_criterion", { n: n + 1 }) }));
  });
  const add = () => {
    key.rubric.push({ id: `c${key.rubric.length + 1}-${Date.now() % 1000}`, title: "", levels: [{ marks: 0, text: "" }, { marks: 1, text: "" }] });
    hand.redraw();
  };
  return el("fieldset", {}, el("legend", { text: t("rubric") }), el("ol", { class: "bank-options" }, ...rows), button(t("add_criterion"), add));
}

function worths(key, hand) {
  const lines = Object.entries(key.worths ?? {}).map(([value, worth]) => `${value} = ${worth}`);
  return field(t("worths"), several(lines, (told) => {
    key.worths = Object.fromEntries(told.map((one) => one.split("=").map((piece) => piece.trim())).filter((pair) => pair.length === 2));
    hand.changed();
  }), t("worths_how"));
}

function picture(q, hand) {
  const wrong = el("small", { class: "bad", role: "alert" });
  const file = el("input", { type: "file", accept: FILES, on: { change: async () => {
    if (!file.files[0]) return;
    wrong.textContent = "";
    try {
      const { data } = await upload(file.files[0]);
      q.image = { alt: q.image?.alt ?? "", data };
      hand.changed();
    } catch (error) {
      wrong.textContent = error.message;
    }
  } } });
  return el("fieldset", {}, el("legend", { text: t("picture") }), field(t("picture_file"), file, t("picture_how")), wrong,
    field(t("picture_alt"), line(q.image?.alt, (alt) => { q.image = { data: q.image?.data ?? "", alt }; hand.changed(); })));
}
