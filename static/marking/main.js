/** The marking room: take a task, keep the draft, give the mark, next.  Nothing here knows whose script it is. */

import { call, Refused } from "../common/call.js";
import { timeOfDay, words } from "../common/words.js";
import { button, el, isTyping } from "../exam/dom.js";
import { loadTex } from "../exam/tex.js";
import { showExemplars } from "./exemplars.js";
import { showHistory } from "./history.js";
import { askReason } from "./reason.js";
import { TaskView } from "./task_view.js";
import { texts } from "./texts.js";

const t = words(texts);
const desk = document.getElementById("desk");
const status = document.getElementById("status");
const target = document.getElementById("target");
const REST_AFTER_MS = 60 * 60 * 1000;
const DRAFT_PAUSE_MS = 800;
const AGAIN_MS = 5000;
const WARN_MS = 3 * 60 * 1000;
const NOTHING = ["scoring.no_task", "scoring.marker_paused", "scoring.not_qualified"];

let current = null; // the TaskView on the desk
let usual = []; // comments that the marker has used before
let draftTimer = 0;
let giving = false;
let turn = Promise.resolve(); // calls about a task go out one after the other, so that a late draft never follows its mark
const began = performance.now();

function inTurn(act) {
  turn = turn.catch(() => {}).then(act);
  return turn;
}

function say(text, bad = false) {
  status.textContent = text;
  status.classList.toggle("bad", bad);
}

async function showProgress() {
  const { today, left, comments } = await call("GET", "marking/mine");
  const aim = Number(target.value);
  document.getElementById("progress").textContent = t(aim ? "progressTo" : "progress", { today, aim, left });
  if (aim && today === aim) say(t("reached", { aim }));
  usual = comments;
  current?.offer(usual);
}

/** The marker's own target for the day stays on this machine. */
target.value = localStorage.getItem("marking.target") ?? "";
target.addEventListener("change", () => {
  localStorage.setItem("marking.target", target.value);
  showProgress().catch(fail);
});

async function next() {
  clearTimeout(draftTimer);
  try {
    const { task, server_time: now } = await inTurn(() => call("POST", "marking/next", {}));
    current = new TaskView(task, t, { change: draftSoon, give, giveBack, escalate, exemplars });
    holdUntil(task.lease_until, now);
    desk.replaceChildren(current.node);
    focusCurrent();
  } catch (error) {
    if (NOTHING.includes(error.code)) showEmpty(error);
    else fail(error);
  }
  if (performance.now() - began > REST_AFTER_MS) say(t("rest"));
  showProgress().catch(fail);
}

function showEmpty(why) {
  current = null;
  const again = button(t("again"), next, { class: "primary" });
  desk.replaceChildren(el("section", { class: "marking-empty" }, el("p", { text: why.code === "scoring.no_task" ? t("nothing") : why.message }), again));
  focusCurrent();
}

function focusCurrent() {
  if (current && !current.closed) current.focus();
  else desk.querySelector("button.primary")?.focus();
}

function holdUntil(lease, now) {
  current.heldUntil = performance.now() + (Date.parse(lease) - Date.parse(now));
  current.warned = false;
}

function draftSoon() {
  clearTimeout(draftTimer);
  say(t("saving"));
  draftTimer = setTimeout(saveDraft, DRAFT_PAUSE_MS);
}

async function saveDraft() {
  const held = current;
  try {
    const saved = await inTurn(() => call("PUT", `marking/tasks/${held.task.id}/draft`, held.body()));
    if (held !== current) return;
    holdUntil(saved.lease_until, saved.saved_at);
    say(t("saved", { time: timeOfDay(saved.saved_at) }));
  } catch (error) {
    if (held !== current) return;
    if (!(error instanceof Refused)) draftTimer = setTimeout(saveDraft, AGAIN_MS);
    fail(error);
  }
}

async function give() {
  if (!current || giving) return;
  const missing = current.missing();
  if (missing.length) {
    say(t("missing", { titles: missing.map((criterion) => criterion.title).join("、") }), true);
    current.focus();
    return;
  }
  giving = desk.inert = true; // nothing more is entered while the mark is on its way
  clearTimeout(draftTimer);
  try {
    const { marks, counts } = await inTurn(() => call("POST", `marking/tasks/${current.task.id}/mark`, current.body()));
    say(t(counts ? "marked" : "beside", { marks }));
    await next();
  } catch (error) {
    fail(error);
  } finally {
    giving = desk.inert = false;
    focusCurrent();
  }
}

async function part(act, title, done) {
  const reason = await askReason(t, title);
  if (!reason || !current) return;
  clearTimeout(draftTimer);
  try {
    await inTurn(() => call("POST", `marking/tasks/${current.task.id}/${act}`, { reason }));
    say(t(done));
    await next();
  } catch (error) {
    fail(error);
  }
}

const giveBack = () => part("return", "giveBack", "returned");
const escalate = () => part("escalate", "escalate", "escalated");
const exemplars = () => showExemplars(current.task, t).catch(fail);

function fail(error) {
  if (!(error instanceof Refused)) say(t("offline"), true);
  else if (error.code === "scoring.task_not_yours") lose();
  else say(error.message, true);
}

/** The task is somebody else's by now: say so, leave what was written to be read, and offer the next one. */
function lose() {
  say(t("leaseGone"), true);
  current?.close(button(t("take"), next, { class: "primary" }));
}

function watchLease() {
  if (!current || current.closed) return;
  const left = current.heldUntil - performance.now();
  if (left <= 0) lose();
  else if (left < WARN_MS && !current.warned) {
    current.warned = true;
    say(t("leaseLow", { minutes: Math.ceil(left / 60000) }));
  }
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.metaKey || giving || !current || current.closed || document.querySelector("dialog[open]")) return;
  const typing = isTyping(event.target);
  if (event.key === "Enter" && (event.ctrlKey || (!typing && !event.target.closest("button, a, summary")))) {
    event.preventDefault();
    give();
  } else if (!typing && !event.ctrlKey && /^[0-9]$/.test(event.key) && current.choose(Number(event.key))) {
    event.preventDefault();
  }
});
document.getElementById("mine").addEventListener("click", () => showHistory(t).catch(fail));
setInterval(watchLease, 1000);
await loadTex().catch(() => {}); // without formulas laid out, TeX is read as it was typed
await next();
