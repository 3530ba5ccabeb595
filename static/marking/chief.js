/** The chief marker's page: what waits for a decision, progress, every marker's severity, the set-up of a paper's marking. */

import { call, Refused } from "../common/call.js";
import { ready } from "../common/ready.js";
import { timeOfDay, words } from "../common/words.js";
import { button, el } from "../exam/dom.js";
import { loadTex } from "../exam/tex.js";
import { PartView } from "./chief_part.js";
import { setupForm } from "./chief_setup.js";
import { texts } from "./chief_texts.js";
import { markerCard, siteChoice } from "./marker_card.js";
import { askReason } from "./reason.js";

const t = words(texts);
const EVERY_MS = 15000;
const paper = document.getElementById("paper");
const status = document.getElementById("status");
let shown = null;

function say(text, bad = false) {
  status.textContent = text;
  status.classList.toggle("bad", bad);
}

const fail = (error) => say(error instanceof Refused ? error.message : t("offline"), true);

async function refresh(whole = false) {
  const wanted = paper.value;
  const found = await call("GET", `marking/papers/${wanted}`);
  if (wanted !== paper.value) return;
  shown = found;
  show(whole);
}

/** Lists are drawn anew only when they changed, and the set-up only when asked: what somebody is doing there stays. */
function show(whole) {
  const { stopped } = shown;
  document.getElementById("switch").textContent = t(stopped ? "resumeAll" : "stopAll");
  const note = document.getElementById("stopped");
  note.hidden = !stopped;
  note.textContent = stopped ? t("stoppedBy", { by: stopped.by, time: timeOfDay(stopped.at), reason: stopped.reason }) : "";
  const agreement = shown.agreement;
  document.getElementById("pace").textContent = t("pace", { n: shown.last_hour })
    + (agreement ? t("agreement", { pairs: agreement.pairs, exact: percent(agreement.exact), within: percent(agreement.within), distance: agreement.mean_distance.toFixed(2) }) : "");
  redraw("waiting", shown.waiting, waiting);
  redraw("places", shown.places, places);
  redraw("markers", [shown.markers, shown.sites], markers);
  redraw("newcomers", [shown.not_here_yet, shown.sites], newcomers);
  redraw("kept", [shown.returned, shown.collisions, shown.samples], kept);
  if (whole) document.getElementById("setup").replaceChildren(...setupForm(shown, t, saveSetup));
}

const drawn = new Map();
function redraw(id, from, make) {
  const stamp = JSON.stringify(from);
  if (drawn.get(id) === stamp) return;
  drawn.set(id, stamp);
  const node = document.getElementById(id);
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  node.replaceChildren(...make());
  if (focused) node.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

const percent = (share) => `${Math.round(share * 100)}%`;

function waiting() {
  if (!shown.waiting.length) return [el("p", { class: "muted", text: t("nothingWaits") })];
  return [el("ul", { class: "waiting" }, ...shown.waiting.map((row) => el("li", {},
    el("span", { class: `tag ${row.why === "suspicious" ? "warn" : ""}`, text: t(row.why) }),
    el("span", { text: t("atPlace", { place: row.place }) }),
    row.suspicion || row.why === "nobody" ? el("span", { class: "muted", text: row.suspicion ?? t("nobodyWhy") }) : null,
    button(t("look"), () => look(row.part), { "data-key": row.part }))))];
}

function markers() {
  if (!shown.markers.length) return [el("p", { class: "muted", text: t("noMarkers") })];
  return shown.markers.map((marker) => markerCard(marker, shown.sites, t, { act: actOn, place: placeAt }));
}

function newcomers() {
  if (!shown.sites.length || !shown.not_here_yet.length) return [];
  const who = el("select", { "data-key": "newcomer" }, ...shown.not_here_yet.map(({ marker, name }) => el("option", { value: marker, text: name })));
  const site = siteChoice(shown.sites, t, { "data-key": "newcomer-site" });
  return [el("p", { class: "muted", text: t("placeFirst") }),
    el("p", { class: "row" }, el("label", {}, `${t("marker")} `, who), el("label", {}, `${t("ownSite")} `, site), button(t("setSite"), () => placeAt(who.value, site.value)))];
}

function places() {
  const heads = ["place", "open", "leased", "marked", "waitingTasks", "final", "suspicious"];
  const rows = shown.places.map(({ place, tasks, parts }) => el("tr", {}, el("th", { scope: "row", text: place }),
    ...[tasks.open, tasks.leased, tasks.marked, tasks.waiting, `${parts.final} / ${parts.final + parts.marking + parts.suspicious}`, parts.suspicious].map((n) => el("td", { class: "number", text: n }))));
  return [el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col", text: t(head) })))), el("tbody", {}, ...rows)];
}

function kept() {
  const list = (title, rows) => (rows.length ? [el("h3", { text: title }), el("ul", {}, ...rows)] : []);
  return [
    ...list(t("returnedOnes"), shown.returned.map((row) => el("li", { text: t("returnedLine", row) }))),
    ...list(t("collisions"), shown.collisions.map((row) => el("li", {}, t("collisionLine", row), " ", button(t("look"), () => look(row.part), { class: "quiet", "data-key": row.code })))),
    ...list(t("samples"), shown.samples.map((row) => el("li", { text: t("sampleLine", { ...row, use: t(row.use) }) }))),
    el("p", {}, el("a", { class: "button", href: `/marking/chief/samples/${shown.paper}`, text: t("uploadSamples") })),
    ...(shown.returned.length + shown.collisions.length + shown.samples.length ? [] : [el("p", { class: "muted", text: t("nothingKept") })]),
  ];
}

async function look(part) {
  try {
    const view = new PartView(await call("GET", `marking/parts/${part}`), t, { done: () => refresh().catch(fail) });
    const dialog = document.getElementById("part");
    dialog.firstElementChild.replaceChildren(view.node);
    dialog.showModal();
  } catch (error) {
    fail(error);
  }
}

async function actOn(marker, act) {
  const reason = await askReason(t, act);
  if (!reason) return;
  try {
    await call("POST", `marking/papers/${shown.paper}/markers/${marker.marker}`, { act, reason });
    say(t("done"));
    await refresh();
  } catch (error) {
    fail(error);
  }
}

async function placeAt(marker, site) {
  try {
    await call("PUT", `marking/papers/${shown.paper}/markers/${marker}/site`, { site });
    say(t("done"));
    await refresh();
  } catch (error) {
    fail(error);
  }
}

async function saveSetup(setup) {
  try {
    await call("PUT", `marking/papers/${shown.paper}/setup`, setup);
    say(t("saved"));
    await refresh(true);
  } catch (error) {
    fail(error);
  }
}

document.getElementById("switch").addEventListener("click", async () => {
  const act = shown.stopped ? "resume" : "stop";
  const reason = await askReason(t, `${act}All`);
  if (!reason) return;
  try {
    await call("POST", `marking/papers/${shown.paper}/${act}`, { reason });
    await refresh();
  } catch (error) {
    fail(error);
  }
});
paper.addEventListener("change", () => { drawn.clear(); refresh(true).catch(fail); });
await loadTex().catch(() => {}); // without formulas laid out, TeX is read as it was typed
await refresh(true).catch(fail);
setInterval(() => { if (!document.querySelector("dialog[open]")) refresh().catch(fail); }, EVERY_MS);
ready();
