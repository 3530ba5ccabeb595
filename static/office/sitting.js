/** One sitting: how it goes, how the marking goes, what a release waits for; enrolling, payments, and the release itself. */

import { call, Refused } from "../common/call.js";
import { ready } from "../common/ready.js";
import { el } from "../exam/dom.js";
import { attempt, t, tell } from "./status.js";

const page = document.getElementById("sitting");
const { sitting } = page.dataset;
const releaseButton = document.getElementById("release");
const ORDER = ["submitted", "closing", "running", "paused", "ready", "scheduled", "absent", "voided"];
const EVERY_MS = 5000;

function showPaper(paper) {
  const article = page.querySelector(`[data-paper="${CSS.escape(paper.code)}"]`);
  const present = ORDER.filter((state) => paper.states[state]);
  article.querySelector("[data-gauge]").replaceChildren(...present.map((state) => {
    const bar = el("span", { class: `bar ${state}` });
    bar.style.flexGrow = paper.states[state];
    return bar;
  }));
  const rows = present.map((state) => [t(state), paper.states[state], state]);
  if (!present.length) rows.push([t("attempts"), 0, "none"]);
  rows.push([t("connected"), `${paper.connected} / ${paper.attempts}`, "connected"]);
  if (paper.start) rows.push([t("started"), t("startFigures", paper.start), "none"]);
  if (paper.marking) rows.push([t("marking"), t("markingFigures", paper.marking), "marking"]);
  article.querySelector("[data-figures]").replaceChildren(...rows.map(([name, value, look]) =>
    el("div", { class: `figure-row ${look}` }, el("dt", { text: name }), el("dd", { text: value }))));
}

function showMarkers(markers) {
  const rows = markers.map((marker) => el("tr", {},
    el("td", { text: marker.name }), el("td", { class: "number", text: marker.marked }), el("td", { class: "number", text: marker.in_hand }),
    el("td", { class: "number", text: marker.share === null ? "–" : `${Math.round(marker.share * 100)} %` })));
  if (!rows.length) rows.push(el("tr", {}, el("td", { colspan: "4", class: "muted", text: t("noMarkers") })));
  document.getElementById("markers").replaceChildren(...rows);
}

function showRelease(release) {
  const rows = [
    [release.open_attempts === 0, release.open_attempts ? t("someOpen", { n: release.open_attempts }) : t("allHandedIn")],
    [release.unmarked === 0, release.unmarked ? t("someUnmarked", { n: release.unmarked }) : t("allMarked")],
    ...(release.undecided ? [[false, t("someUndecided", { n: release.undecided }), "/invigilate/held"]] : []),
    ...(release.amended ? [[true, t("someAmended", { n: release.amended })]] : []),
    ...(release.new_policy ? [[true, t("newPolicy")]] : []),
    [release.held > 0, release.held ? t("held", { n: release.held }) : release.released ? t("allOut", { n: release.released }) : t("noneHeld")],
  ];
  document.getElementById("checks").replaceChildren(...rows.map(([good, text, href]) =>
    el("li", { class: good ? "good" : "wait" }, el("span", { "aria-hidden": "true", text: good ? "✓" : "○" }), " ", href ? el("a", { href, text }) : text)));
  releaseButton.disabled = !release.releasable;
  const words = document.getElementById("confirm-text");
  words.textContent = t("confirmRelease", { title: words.dataset.title, n: release.held });
}

async function refresh() {
  try {
    const found = await call("GET", `sittings/${sitting}/progress`);
    found.papers.forEach(showPaper);
    showMarkers(found.markers);
    showRelease(found.release);
    if (offline) tell();
    offline = false;
  } catch (error) {
    if (error instanceof Refused && error.status < 500) throw error;
    offline = true;
    tell(t("offline"));
  }
}

let offline = false;

page.addEventListener("submit", async (event) => {
  const { pay } = event.target.dataset;
  if (!pay) return;
  event.preventDefault();
  const reference = event.target.elements.reference.value.trim();
  if (await attempt(() => call("POST", `enrolments/${pay}/payment`, { reference }))) {
    const paid = document.getElementById("paid").content.cloneNode(true);
    paid.querySelector("[data-reference]").textContent = reference;
    event.target.replaceWith(paid);
  }
});

document.getElementById("enrol").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { candidate, site, seat } = event.target.elements;
  const body = { candidate: candidate.value.trim(), site: site.value.trim(), seat: seat.value.trim() };
  const made = await attempt(() => call("POST", `sittings/${sitting}/enrolments`, body));
  if (!made) return;
  const row = document.getElementById("enrolment-row").content.cloneNode(true);
  for (const [name, text] of Object.entries({ seat: body.seat, name: made.name, site: body.site })) row.querySelector(`[data-${name}]`).textContent = text;
  row.querySelector("form").dataset.pay = made.enrolment;
  const rows = document.getElementById("enrolments");
  rows.append(row);
  document.getElementById("enrolled-count").textContent = rows.children.length;
  document.getElementById("enrol-status").textContent = t("enrolled", { name: made.name });
  candidate.value = seat.value = "";
  candidate.focus();
});

const dialog = document.getElementById("confirm");
releaseButton.addEventListener("click", () => dialog.showModal());
dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "yes") return;
  releaseButton.disabled = true;
  if (await attempt(() => call("POST", `sittings/${sitting}/release`, {}))) location.reload();
});

ready();
refresh();
setInterval(refresh, EVERY_MS);
