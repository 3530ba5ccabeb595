/** One seat of the wall: state by shape, colour and word; connection, time left, saves and signals. */

import { el, say } from "../exam/dom.js";

const SHAPES = { scheduled: "○", ready: "◐", running: "▶", paused: "❚❚", closing: "◔", submitted: "✓", absent: "✕", voided: "⊘" };
export const ENDED = new Set(["submitted", "absent", "voided"]);

export class Tile {
  constructor(t, chosen) {
    this.t = t;
    this.box = el("input", { type: "checkbox", on: { change: chosen } });
    this.parts = Object.fromEntries(["seat", "name", "shape", "state", "line", "time", "answers", "signals", "unread", "clock"].map((part) => [part, el("span", { class: `tile-${part}` })]));
    this.parts.shape.setAttribute("aria-hidden", "true");
    const { seat, name, shape, state, line, time, answers, signals, unread, clock } = this.parts;
    this.node = el("li", { class: "tile" }, el("label", {}, this.box, seat, name, line, el("span", { class: "tile-now" }, shape, state), time, answers, signals, unread, clock));
  }

  /** Show how the seat is; `seat` as the API tells it. */
  show(seat) {
    const { t, parts } = this;
    this.seat = seat;
    const count = Object.values(seat.signals).reduce((sum, n) => sum + n, 0);
    const gone = !seat.connected && !ENDED.has(seat.state) && seat.state !== "scheduled";
    const unread = seat.time_unread && !ENDED.has(seat.state);
    this.is = { signalled: count > 0, offline: gone, unread, clockOff: seat.clock_off_s !== null };
    this.node.className = `tile ${seat.state}${gone ? " gone" : ""}`;
    say(parts.seat, seat.seat || "–");
    say(parts.name, seat.name);
    say(parts.shape, SHAPES[seat.state] ?? "?");
    say(parts.state, t(seat.state));
    say(parts.line, gone ? `⚠ ${t("offline")}` : seat.connected ? `● ${t("online")}` : "");
    say(parts.answers, t("answers", { n: seat.answers }));
    say(parts.signals, count ? `⚑ ${t("signals", { n: count })}` : "");
    parts.signals.title = Object.entries(seat.signals).map(([kind, n]) => `${this.called(kind)} ${n}`).join("，");
    say(parts.unread, unread ? t("unread") : "");
    const off = seat.clock_off_s ?? 0;
    say(parts.clock, off ? t(off > 0 ? "clockAhead" : "clockBehind", { n: Math.abs(off) }) : "");
  }

  called(kind) {
    try {
      return this.t(`signal_${kind}`);
    } catch {
      return kind; // a kind that a later page reports
    }
  }

  /** Show the time left at an instant of the server. */
  tick(now) {
    const { deadline_at: deadline, state } = this.seat;
    if (!deadline || ENDED.has(state)) {
      say(this.parts.time, "");
      return;
    }
    const left = Math.floor((Date.parse(deadline) - now) / 1000);
    say(this.parts.time, left > 0 ? this.t("left", { time: clockText(left) }) : this.t("over"));
    this.parts.time.classList.toggle("short", left < 300);
  }
}

function clockText(seconds) {
  const two = (n) => String(n).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
