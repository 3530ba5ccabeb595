/** Bring in an answer file: choose it, see what it holds, confirm, and read what became of it. */

import { call } from "../common/call.js";
import { ready } from "../common/ready.js";
import { dateAndTime, words } from "../common/words.js";
import { el, say } from "../exam/dom.js";
import { texts } from "./held_texts.js";

const t = words(texts);
const ENDED = new Set(["submitted", "absent", "voided"]);
const [input, status, found, facts, hint, result] = ["file", "status", "found", "facts", "hint", "result"].map((id) => document.getElementById(id));
const bring = document.getElementById("bring");
let file = null;

function complain(text) {
  say(status, text);
  status.hidden = !text;
}

/** Do something with the server; null, and a sentence in sight, when it fails. */
async function attempted(act) {
  complain("");
  try {
    return await act();
  } catch (error) {
    complain(error instanceof TypeError ? t("unreachable") : error.message);
    return null;
  }
}

async function read(chosen) {
  try {
    const read = JSON.parse(await chosen.text());
    return read.kind === "kaochang-answers" ? read : null;
  } catch {
    return null;
  }
}

async function look() {
  found.hidden = result.hidden = true;
  if (!input.files.length) return;
  file = await read(input.files[0]);
  if (!file) {
    complain(t("noFile"));
    return;
  }
  const told = await attempted(() => call("POST", "answer-files/look", file));
  if (told) show(told);
}

function show(told) {
  const fresh = told.answers - told.here - told.aside;
  const rows = {
    exam: told.title, candidate: told.name, seat: told.seat || "–", answers: told.answers,
    span: told.first ? t("fromTo", { first: dateAndTime(told.first), last: dateAndTime(told.last) }) : "–",
    fresh, here: told.here + told.aside,
  };
  facts.replaceChildren(...Object.entries(rows).flatMap(([key, value]) => [el("dt", { text: t(key) }), el("dd", { text: String(value), "data-fact": key })]));
  const warning = !fresh ? t("allHere") : ENDED.has(told.state) ? t("over") : "";
  say(hint, warning);
  hint.hidden = !warning;
  found.hidden = false;
  bring.focus();
}

async function send() {
  bring.disabled = true;
  const done = await attempted(() => call("POST", "answer-files", file));
  bring.disabled = false;
  if (!done) return;
  found.hidden = true;
  say(document.getElementById("outcome"), t(done.refused.length ? "someHeld" : "brought", { kept: done.kept, aside: done.refused.length }));
  document.getElementById("to-held").hidden = done.refused.length === 0;
  result.hidden = false;
  result.focus();
  input.value = "";
}

input.addEventListener("change", look);
bring.addEventListener("click", send);
document.getElementById("leave").addEventListener("click", () => { found.hidden = true; input.value = ""; input.focus(); });
ready();
