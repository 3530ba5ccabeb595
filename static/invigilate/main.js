/** The invigilator's wall: tiles that keep themselves true, filters, and acts on a selection with a reason. */

import { call } from "../common/call.js";
import { ready } from "../common/ready.js";
import { timeOfDay, words } from "../common/words.js";
import { button, el, say } from "../exam/dom.js";
import { ask } from "./ask.js";
import { Rooms } from "./rooms.js";
import { texts } from "./texts.js";
import { Tile } from "./tile.js";

const t = words(texts);
const EVERY_MS = 3000;
const STATES = ["running", "paused", "closing", "ready", "scheduled", "submitted", "absent", "voided"];
const paper = document.getElementById("paper");
const seats = document.getElementById("seats");
const status = document.getElementById("status");
const filters = document.getElementById("filters");
const acts = document.getElementById("acts");
const tiles = new Map(); // attempt → Tile
const chips = new Map(); // filter → its button
let filter = "all";
let offset = 0; // the server's clock less this page's
let asOf = null;
let saidUntil = 0;

const fits = (tile, wanted) => wanted === "all" || tile.seat.state === wanted || tile.is[wanted];
const shown = () => [...tiles.values()].filter((tile) => fits(tile, filter));
const chosen = () => [...tiles.values()].filter((tile) => tile.box.checked);

function announce(text, bad = false) {
  say(status, text);
  status.classList.toggle("bad", bad);
  saidUntil = performance.now() + 8000;
}

const rooms = new Rooms(t, { announce, refresh: () => refresh() });

async function refresh() {
  const wanted = paper.value;
  try {
    const found = await call("GET", `invigilation/papers/${wanted}`);
    if (wanted !== paper.value) return;
    offset = Date.parse(found.server_time) - Date.now();
    asOf = found.server_time;
    show(found.seats);
    rooms.show(wanted, found.rooms, found.seats);
    if (performance.now() > saidUntil) {
      status.classList.remove("bad");
      say(status, t("updated", { time: timeOfDay(asOf) }));
    }
  } catch (error) {
    announce(error instanceof TypeError ? t("unreachable", { time: asOf ? timeOfDay(asOf) : "–" }) : error.message, true);
  }
}

function show(found) {
  for (const seat of found) {
    if (!tiles.has(seat.attempt)) tiles.set(seat.attempt, new Tile(t, showChosen));
    tiles.get(seat.attempt).show(seat);
  }
  const standing = new Set(found.map((seat) => seat.attempt));
  for (const attempt of [...tiles.keys()]) if (!standing.has(attempt)) tiles.delete(attempt);
  layOut(found.map((seat) => tiles.get(seat.attempt)));
  tick();
}

/** Put the tiles in their order without touching those that stand right, so that focus and selection stay. */
function layOut(ordered) {
  const visible = ordered.filter((tile) => fits(tile, filter));
  visible.forEach((tile, n) => { if (seats.children[n] !== tile.node) seats.insertBefore(tile.node, seats.children[n] ?? null); });
  while (seats.children.length > visible.length) seats.lastElementChild.remove();
  if (!visible.length) seats.append(el("li", { class: "muted", text: t("nobody") }));
  showFilters();
  showChosen();
}

function showFilters() {
  for (const name of ["all", ...STATES, "offline", "unread", "signalled", "clockOff"]) {
    const count = [...tiles.values()].filter((tile) => fits(tile, name)).length;
    if (!chips.has(name)) {
      chips.set(name, button("", () => choose(name), { class: "chip" }));
      filters.append(chips.get(name));
    }
    const chip = chips.get(name);
    chip.hidden = !count && name !== "all" && name !== filter;
    chip.setAttribute("aria-pressed", String(name === filter));
    say(chip, `${t(name)} ${count}`);
  }
}

function choose(name) {
  filter = name;
  layOut([...tiles.values()].sort((a, b) => a.seat.seat.localeCompare(b.seat.seat, "zh", { numeric: true })));
}

function showChosen() {
  if (!acts) return;
  const count = chosen().length;
  say(document.getElementById("chosen"), t("chosen", { n: count }));
  say(document.getElementById("choose-all"), count ? t("chooseNone") : t("chooseShown"));
  for (const each of acts.querySelectorAll("[data-act]")) each.disabled = count === 0;
  for (const each of acts.querySelectorAll("[data-one]")) each.disabled = count !== 1;
}

async function act(kind) {
  const selection = chosen().map((tile) => tile.seat);
  const said = await ask(kind, selection, t);
  if (!said) return;
  const body = { act: kind, attempts: selection.map((seat) => seat.attempt), request: `${kind}-${Date.now()}-${Math.random().toString(36).slice(2)}`, ...said };
  try {
    const { done, refused } = await call("POST", "invigilation/acts", body).catch((error) => (error instanceof TypeError ? call("POST", "invigilation/acts", body) : Promise.reject(error)));
    const named = refused.map(({ attempt, error }) => `${tiles.get(attempt)?.seat.seat ?? ""} ${error.message}`).join("；");
    announce(refused.length ? t("someRefused", { n: done.length, refused: named }) : t("done", { n: done.length }), refused.length > 0);
    for (const attempt of done) if (tiles.has(attempt)) tiles.get(attempt).box.checked = false;
  } catch (error) {
    announce(error instanceof TypeError ? t("unreachable", { time: timeOfDay(asOf) }) : error.message, true);
  }
  await refresh();
}

/** Issue a code to change machines for the one who is chosen, and show it large. */
async function showMoveCode() {
  const [{ seat }] = chosen();
  try {
    const { code, expires_at: until } = await call("POST", `invigilation/attempts/${seat.attempt}/move-code`, {});
    say(document.getElementById("move-title"), t("moveTitle", { who: `${seat.seat} ${seat.name}`.trim() }));
    say(document.getElementById("move-word"), `${code.slice(0, 3)} ${code.slice(3)}`);
    say(document.getElementById("move-until"), t("moveUntil", { time: timeOfDay(until) }));
    document.getElementById("move-code").showModal();
  } catch (error) {
    announce(error instanceof TypeError ? t("notSent") : error.message, true);
  }
}

function tick() {
  const now = Date.now() + offset;
  for (const tile of tiles.values()) tile.tick(now);
}

paper.addEventListener("change", () => {
  tiles.clear();
  seats.replaceChildren();
  filter = "all";
  refresh();
});
acts?.addEventListener("click", (event) => {
  const { act: kind } = event.target.dataset;
  if (kind) act(kind);
  if (event.target.dataset.one) showMoveCode();
});
document.getElementById("choose-all")?.addEventListener("click", () => {
  const none = chosen().length > 0;
  for (const tile of none ? chosen() : shown()) tile.box.checked = !none;
  showChosen();
});
ready();
setInterval(tick, 1000);
setInterval(refresh, EVERY_MS);
await refresh();
