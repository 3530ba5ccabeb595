/** Practice: choose a knowledge point, answer, see the reason at once, next. */

import { call } from "../common/call.js";
import { words } from "../common/words.js";
import { button, el } from "../exam/dom.js";
import { loadTex } from "../exam/tex.js";
import { ItemForm } from "./item_form.js";
import { showTree } from "./tree.js";
import { texts } from "./texts.js";

const t = words(texts);
const desk = document.getElementById("desk");
const status = document.getElementById("status");

function tell(sentence = "") {
  status.textContent = sentence;
  status.hidden = !sentence;
}

async function guarded(act) {
  try {
    const done = await act();
    tell();
    return done;
  } catch (error) {
    if (error.code === "practice.nothing_left") showDone();
    else tell(error instanceof TypeError ? t("offline") : error.message);
    return null;
  }
}

async function showPoints() {
  const data = await guarded(() => call("GET", "practice/points"));
  if (data) desk.replaceChildren(...showTree(data, t, start));
}

async function start(wanted) {
  const data = await guarded(() => call("POST", "practice/next", wanted));
  if (!data) return;
  const form = new ItemForm(data.item, t, {
    back: showPoints,
    choose: () => tell(t("choose")),
    check: (value) => guarded(() => call("POST", "practice/answers", { version: data.item.version, value })),
    next: () => start(wanted),
  });
  desk.replaceChildren(form.node);
  window.scrollTo(0, 0);
  form.focus();
}

function showDone() {
  const back = button(t("back"), showPoints, { class: "primary" });
  desk.replaceChildren(el("p", { class: "note good", role: "status", text: t("done") }), back);
  back.focus();
}

await loadTex().catch(() => {}); // without formulas laid out, TeX is read as it was typed
await showPoints();
