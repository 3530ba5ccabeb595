/** Controls of the editor: each shows a part of the draft and writes back into it. */

import { button, el } from "../exam/dom.js";
import { t } from "./page.js";
import { askPicture, fold, unfold } from "./pictures.js";

const TABLE = "<table><tr><th>　</th><th>　</th></tr><tr><td>　</td><td class=\"num\">　</td></tr></table>";
const MARKS = [["bold", "<b>", "</b>"], ["sub", "<sub>", "</sub>"], ["sup", "<sup>", "</sup>"], ["tex", "$", "$"], ["table", TABLE, ""]];

/** A control under its name. */
export function field(name, control, hint) {
  return el("label", { class: "bank-field" }, el("span", { text: name }), control, hint && el("small", { class: "muted", text: hint }));
}

/** One line of text. */
export function line(value, put, properties = {}) {
  const input = el("input", { type: "text", ...properties, on: { input: () => put(input.value) } });
  input.value = value ?? "";
  return input;
}

/** A text that grows; its pictures stand there under short names. */
export function prose(value, put, properties = {}) {
  const area = el("textarea", { rows: 2, ...properties, on: { input: () => { grow(); put(unfold(area.value)); } } });
  const grow = () => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  area.value = fold(value ?? "");
  requestAnimationFrame(grow);
  return area;
}

function insert(area, before, after) {
  const { selectionStart: from, selectionEnd: to } = area;
  area.setRangeText(before + area.value.slice(from, to) + after, from, to, "end");
  if (after) area.setSelectionRange(from + before.length, to + before.length);
  area.focus();
  area.dispatchEvent(new Event("input"));
}

/** A button that puts a picture where the cursor of a text stands. */
export function pictureButton(area, name) {
  return button(t("mark_picture"), async () => {
    const tag = await askPicture();
    if (tag) insert(area, tag, "");
  }, { class: "quiet", "aria-label": t("picture_for", { name }) });
}

/** A text with the marks of an item: bold, sub- and superscript, TeX, tables, pictures. */
export function marked(name, value, put, properties = {}) {
  const area = prose(value, put, { "aria-label": name, ...properties });
  const tools = MARKS.map(([look, before, after]) => button(t(`mark_${look}`), () => insert(area, before, after), { class: "quiet" }));
  tools.push(pictureButton(area, name));
  return el("div", { class: "bank-field" }, el("span", { text: name }), el("div", { class: "bank-tools", role: "group", "aria-label": t("marks_for", { name }) }, ...tools), area);
}

/** A choice of one. `values` are pairs of value and name. */
export function chooser(values, value, put, properties = {}) {
  const select = el("select", { ...properties, on: { change: () => put(select.value) } }, ...values.map(([given, name]) => el("option", { value: given, text: name })));
  select.value = value;
  return select;
}

/** Yes or no; `full` says it to who does not see what it stands beside. */
export function check(name, value, put, full) {
  const box = el("input", { type: "checkbox", "aria-label": full, on: { change: () => put(box.checked) } });
  box.checked = Boolean(value);
  return el("label", { class: "bank-check" }, box, name);
}

/** Several short values, one a line; known ones are proposed below. */
export function several(values, put, known = []) {
  const area = prose((values ?? []).join("\n"), (text) => put(text.split("\n").map((one) => one.trim()).filter(Boolean)));
  if (!known.length) return area;
  const add = chooser([["", t("add_known")], ...known.map((one) => [one, one])], "", (one) => {
    if (one && !area.value.split("\n").includes(one)) {
      area.value = [area.value.trim(), one].filter(Boolean).join("\n");
      area.dispatchEvent(new Event("input"));
    }
    add.value = "";
  }, { "aria-label": t("add_known") });
  return el("div", { class: "stack" }, area, add);
}
