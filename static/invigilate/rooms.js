/** The rooms that an invigilator starts: who is ready, and the act, confirmed once more. */

import { call } from "../common/call.js";
import { timeOfDay } from "../common/words.js";
import { button, el, say } from "../exam/dom.js";

const NAMED = 8;

export class Rooms {
  /** @param announce (text, bad) says how it went  @param refresh looks at the wall anew */
  constructor(t, { announce, refresh }) {
    Object.assign(this, { t, announce, refresh, rows: new Map() });
    this.node = document.getElementById("rooms");
    this.mayAct = this.node.dataset.may === "yes";
    this.dialog = document.getElementById("start-room");
  }

  /** Show the rooms of a paper as the API tells them, with its seats. */
  show(paper, rooms, seats) {
    Object.assign(this, { paper, seats });
    this.node.hidden = !rooms.length;
    const named = rooms.map((room) => this.row(room));
    if (named.some((row, n) => row !== this.node.children[n]) || named.length !== this.node.children.length) this.node.replaceChildren(...named);
  }

  row(room) {
    const { t } = this;
    if (!this.rows.has(room.name)) this.rows.set(room.name, this.make(room));
    const { node, state, act } = this.rows.get(room.name);
    const counts = t("roomReady", { ready: room.ready, expected: room.expected });
    say(state, room.starts_at ? t("roomStarted", { time: timeOfDay(room.starts_at) }) : counts);
    act.hidden = Boolean(room.starts_at) || !this.mayAct;
    node.classList.toggle("started", Boolean(room.starts_at));
    return node;
  }

  make(room) {
    const act = button(this.t("startRoom"), () => this.start(room.name), { class: "primary" });
    const state = el("span", { class: "room-state" });
    return { act, state, node: el("li", {}, el("b", { text: this.called(room.name) }), state, act) };
  }

  called(room) {
    return room || this.t("noRoom");
  }

  async start(room) {
    if (!(await this.confirmed(room))) return;
    try {
      const { starts_at: startsAt } = await call("POST", `invigilation/papers/${this.paper}/rooms/start`, { room });
      this.announce(this.t("roomStarts", { room: this.called(room), time: timeOfDay(startsAt) }));
    } catch (error) {
      this.announce(error instanceof TypeError ? this.t("notSent") : error.message, true);
    }
    await this.refresh();
  }

  /** Say who is here and who is not, and ask once more. */
  confirmed(room) {
    const { t, dialog } = this;
    const mine = this.seats.filter((seat) => seat.room === room);
    const missing = mine.filter((seat) => seat.state === "scheduled");
    const gone = mine.filter((seat) => seat.state === "ready" && !seat.connected);
    const list = (key, seats) => (seats.length ? t(key, { n: seats.length, names: named(seats) }) : "");
    say(document.getElementById("start-title"), t("startRoomTitle", { room: this.called(room) }));
    say(document.getElementById("start-who"), t("roomReady", { ready: mine.filter((seat) => seat.state === "ready").length, expected: mine.length }));
    const note = document.getElementById("start-missing");
    say(note, [list("roomMissing", missing), list("roomGone", gone)].filter(Boolean).join(" "));
    note.hidden = !note.textContent;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((resolve) => { dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }); });
  }
}

function named(seats) {
  const names = seats.slice(0, NAMED).map((seat) => `${seat.seat} ${seat.name}`.trim()).join("、");
  return seats.length > NAMED ? `${names}…` : names;
}
