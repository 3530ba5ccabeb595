/** Answers that were kept aside: what was typed beside what counts now, and the decision by two people. */

import { call } from "../common/call.js";
import { ready } from "../common/ready.js";
import { dateAndTime, timeOfDay, words } from "../common/words.js";
import { button, el, say } from "../exam/dom.js";
import { texts } from "./held_texts.js";

const t = words(texts);
const paper = document.getElementById("paper");
const onlyOpen = document.getElementById("only-open");
const list = document.getElementById("attempts");
const status = document.getElementById("status");
const dialog = document.getElementById("decide");
const reason = document.getElementById("reason");
let found = { attempts: [], you: "" };

function tell(text, bad = false) {
  say(status, text);
  status.classList.toggle("bad", bad);
}

async function attempted(act) {
  try {
    return await act();
  } catch (error) {
    tell(error instanceof TypeError ? t("unreachable") : error.message, true);
    return null;
  }
}

async function refresh() {
  const wanted = paper.value;
  const answer = await attempted(() => call("GET", `held/${encodeURIComponent(wanted)}`));
  if (!answer || wanted !== paper.value) return;
  found = answer;
  draw();
}

function draw() {
  const shown = found.attempts.map((attempt) => ({ ...attempt, answers: attempt.answers.filter((one) => !onlyOpen.checked || !(one.counts || one.stage === "decided")) }));
  const sections = shown.filter((attempt) => attempt.answers.length).map(section);
  list.replaceChildren(...(sections.length ? sections : [el("p", { class: "note", text: t("none") })]));
}

function section(attempt) {
  const times = [attempt.deadline && t("deadline", { at: timeOfDay(attempt.deadline) }), attempt.submitted_at && t("submittedAt", { at: timeOfDay(attempt.submitted_at) })];
  return el("section", { class: "held-attempt", "data-attempt": attempt.attempt },
    el("h2", { text: `${attempt.seat} ${attempt.name}`.trim() }, el("small", { text: times.filter(Boolean).join(" · ") })),
    ...attempt.answers.map((answer) => card(attempt, answer)));
}

function card(attempt, answer) {
  const where = answer.number ? t("question", { n: answer.number }) : answer.item === "@flags" ? t("flags") : t("place", { n: answer.item });
  const page = answer.page ? pageText(answer.page) : t("pageUnknown", { epoch: answer.epoch });
  const when = t("when", { typed: `${dateAndTime(answer.typed_at).split(" ")[0]} ${timeOfDay(answer.typed_at)}`, received: timeOfDay(answer.received_at), seq: answer.seq });
  return el("article", { class: `held-answer ${answer.counts ? "decided" : answer.stage}`, "data-digest": answer.digest },
    el("h3", { text: where }, el("span", { class: "why", text: t(answer.reason) })),
    el("div", { class: "held-two" }, side("typed", answer.value), side("current", answer.current)),
    el("p", { class: "held-facts", text: `${when} · ${page}` }),
    answer.opinions.length ? el("ol", { class: "held-opinions" }, ...answer.opinions.map(said)) : null,
    acts(attempt, answer));
}

function pageText({ where, since, taken_over_at: takenOver }) {
  const text = t("page", { where, since: timeOfDay(since) });
  return takenOver ? `${text}，${t("takenOver", { at: timeOfDay(takenOver) })}` : text;
}

const side = (key, value) => el("div", {}, el("h4", { text: t(key) }), el("blockquote", { text: value }));

const said = (opinion) => el("li", { text: t("opinion", { at: dateAndTime(opinion.at), name: opinion.name, ruling: t(opinion.ruling), reason: opinion.reason }) });

function acts(attempt, answer) {
  const { first, stage, rulings } = answer;
  if (answer.counts) return word(t("countsAlready"));
  if (stage === "decided") return word(t("decided", { ruling: t(first.ruling) }));
  if (!rulings.length) return word(t("notYet"));
  const mine = first?.by === found.you;
  const name = answer.opinions.at(-1)?.name;
  const note = first ? t(mine ? "yours" : "waiting", { name, ruling: t(first.ruling) }) : rulings.includes("count") ? "" : t("onlyLeave");
  const choices = rulings.filter((ruling) => !(mine && first.ruling === ruling));
  return el("div", { class: "held-acts" }, note ? el("p", { text: note }) : null, ...choices.map((ruling) => {
    const text = !first ? t(ruling) : mine ? t("takeBack") : first.ruling === ruling ? t("confirm", { ruling: t(ruling) }) : t(ruling);
    return button(text, () => decide(attempt, answer, ruling, text), first?.ruling === ruling ? { class: "primary" } : {});
  }));
}

const word = (text) => el("p", { class: "held-acts", text });

async function decide(attempt, answer, ruling, text) {
  if (!(await asked(text, `${attempt.seat} ${attempt.name} · ${answer.value}`))) return;
  const body = { ruling, reason: reason.value.trim() };
  reason.value = "";
  const done = await attempted(() => call("POST", `attempts/${attempt.attempt}/held/${answer.digest}`, body));
  if (done) tell(t(done.stage === "open" ? "voided" : done.stage === "decided" && ruling === "count" ? "willMark" : "saved"));
  await refresh();
}

function asked(title, what) {
  say(document.getElementById("decide-title"), title);
  say(document.getElementById("decide-yes"), title);
  say(document.getElementById("decide-what"), what);
  dialog.returnValue = "no";
  dialog.showModal();
  reason.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes" && reason.value.trim() !== ""), { once: true });
  });
}

paper.addEventListener("change", () => { tell(""); refresh(); });
onlyOpen.addEventListener("change", draw);
ready();
await refresh();
