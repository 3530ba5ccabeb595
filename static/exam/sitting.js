/**
 * The sitting: ties the attempt's view, the line, the clock and the outbox together, and tells the page what happened.
 * Knows nothing of the document.  Events: `view` (new, old), `welcome`, `answers` (`saved` is new: load it again), `save`, `notice`,
 * `superseded`, `moveCode` (an error: this machine needs a code), `trouble` (an error the candidate should read; null when it is over).
 */

import { mayDeliver, takeEvent, takePicture } from "./attempt.js";
import { ServerClock, instant, isNews } from "./clock.js";
import { Courier } from "./courier.js";
import { machineName } from "./display.js";
import { Emitter } from "./emitter.js";
import { Outbox } from "./outbox.js";
import { SealedPaper } from "./sealed.js";
import { Line } from "./socket.js";

const MOVE_CODE = ["delivery.move_code_needed", "delivery.move_code_wrong"];
const ROUNDS_AT_ONCE = 4;
const ROUND_EVERY_MS = 30_000;
/** How long a page waits for the server's bell before it starts alone, in milliseconds: not all at once. */
export const graceAfterBell = () => 1500 + Math.random() * 2500;

const LOOK_EVERY_MS = 60_000; // pushed events may be lost: the state is also fetched

export class Sitting extends Emitter {
  constructor(api, store, tab) {
    super();
    Object.assign(this, { api, store, tab, clock: new ServerClock(), view: null, superseded: null, device: {}, saved: null, machine: machineName() });
    this.sealed = new SealedPaper(api, store);
    this.outbox = new Outbox(store, () => this.tell("save"));
    this.line = new Line(() => this.takeTicket(), {
      welcome: (picture) => this.welcomed(picture),
      event: (name, payload) => this.happened(name, payload),
      up: () => this.cameUp(),
      down: () => this.tell("save"),
      refused: (problem) => this.connectionRefused(problem),
    });
    const road = { line: this.line, api, ready: () => this.outbox.next !== null && mayDeliver(this.view) };
    this.courier = new Courier(this.outbox, road, {
      refused: () => this.reload().catch(() => {}),
      barred: (error) => this.tell("trouble", error),
      changed: () => this.tell("save"),
    });
  }

  /** Fetch the state by HTTP, with the answers where they are wanted; also gives the clock its first round. */
  async look(answers = false) {
    const t0 = this.clock.monotonic();
    const picture = await this.api.get(`state?since=${this.view?.n ?? 0}${answers ? "&answers=true" : ""}`);
    const t1 = instant(picture.server_time);
    this.clock.addRound(t0, t1, t1, this.clock.monotonic());
    this.clock.keepTick(picture.tick);
    for (const { name, ...payload } of picture.events ?? []) this.happened(name, payload, true);
    this.turn(takePicture(this.view, picture));
    return picture;
  }

  /**
   * Take the attempt onto this machine: open the line and keep it open; `overrule` even when a page elsewhere holds it.
   * `code` is the invigilator's, where another machine needs one.
   */
  connect(device, overrule = false, code = null) {
    Object.assign(this, { device, overrule, code, superseded: null });
    this.line.start();
    clearInterval(this.looking);
    this.looking = setInterval(() => this.quietly(this.look()), LOOK_EVERY_MS * (1 + Math.random() / 2));
    clearInterval(this.rounding);
    this.rounding = setInterval(() => this.round(), ROUND_EVERY_MS);
  }

  async start() {
    this.turn(takePicture(this.view, await this.api.post("start")));
  }

  async paper() {
    if (this.sealed.here && !this.view.paper_key) await this.look().catch(() => {}); // its key is less to fetch than the paper
    return this.sealed.paper(this.view.paper_key);
  }

  /** The key may come before the start itself, which the server writes for many at a time; whoever it passes over starts alone. */
  async startIfPassedOver() {
    for (;;) {
      await new Promise((done) => { setTimeout(done, graceAfterBell()); });
      if (this.view.state !== "ready") return;
      await this.start().catch((error) => this.tell("trouble", error));
    }
  }

  /** Note a change of an answer; it is kept here at once and sent as soon as it can be. */
  put(item, value, typedAt) {
    this.outbox.put(item, value, typedAt, this.clock.evidence(typedAt));
    this.courier.kick();
  }

  get connected() {
    return this.line.open || (this.courier.reached && navigator.onLine);
  }

  /** Hand in: over the line, or by HTTP. Rejects with the server's error. */
  async submit() {
    const message = { epoch: this.view.epoch, last_seq: this.outbox.next - 1 };
    const answer = this.line.open ? await this.line.ask("attempt.submit", message) : await this.api.post("submit", message);
    if (answer.ok === false) throw answer.error;
    this.turn({ ...this.view, state: "submitted" });
    return answer.receipt;
  }

  receipt() {
    return this.api.get("receipt");
  }

  /** Tell the server that the candidate has seen the change of the deadline. */
  async acknowledgeDeadline(version) {
    this.toAcknowledge = version; // until the server has it, over however many connections
    if (!this.line.open) return;
    const answer = await this.line.ask("deadline.ack", { deadline_version: version });
    if (answer.ok && this.toAcknowledge === version) this.toAcknowledge = 0;
  }

  async sendSignals(signals) {
    return this.line.ask("signals.put", { signals });
  }

  // What comes in

  /** A page elsewhere, be it another tab, that holds the attempt now is not pushed aside unless the candidate says so. */
  async takeTicket() {
    const asked = { device: { ...this.device, machine: this.machine } };
    const { ticket, other } = await this.api.post("ticket", this.code ? { ...asked, code: this.code } : asked);
    this.code = null;
    if (other && other.epoch !== this.tab.epoch && !this.overrule) throw Object.assign(new Error("elsewhere"), { other });
    this.overrule = false;
    this.outbox.countTry();
    return ticket;
  }

  welcomed(picture) {
    this.tell("welcome");
    this.clock.keepTick(picture.tick);
    const since = this.view?.n ?? 0;
    const elsewhere = this.outbox.open(picture);
    this.tab.hold(picture.epoch);
    this.turn(takePicture(this.view, { ...picture, n: since || picture.n }, true));
    if (elsewhere || !this.saved) {
      this.saved = picture.answers ?? {};
      this.tell("answers");
    }
    if (since && picture.n > since) this.quietly(this.look());
    if (picture.state === "ready") this.sealed.prefetch(instant(picture.starts_at) - this.clock.now(), () => this.tell("save"));
  }

  cameUp() {
    this.tell("trouble", null);
    this.tell("save");
    Object.assign(this, { rounds: 0, reported: null });
    for (let i = 0; i < ROUNDS_AT_ONCE; i += 1) setTimeout(() => this.round(), i * 200);
    if (this.toAcknowledge) this.quietly(this.acknowledgeDeadline(this.toAcknowledge));
    this.courier.admit();
  }

  happened(name, payload, fetched = false) {
    if (name === "paper.key") {
      this.turn({ ...this.view, paper_key: payload.key });
      if (payload.n > this.view.n) this.quietly(this.look());
      return;
    }
    if (name === "room.started") {
      this.turn({ ...this.view, starts_at: payload.starts_at, awaits_room: false });
      if (payload.n > this.view.n) this.quietly(this.look());
      return;
    }
    const { view, verdict } = takeEvent(this.view, payload, fetched);
    if (verdict === "seen") return;
    if (verdict === "gap") {
      this.quietly(this.look());
      return;
    }
    this.turn(view);
    if (name === "notice") this.tell("notice", payload);
    if (name === "superseded" && payload.epoch > view.epoch) this.giveWay(payload);
  }

  giveWay(payload) {
    this.superseded = payload;
    this.line.stop(); // it goes on looking: what becomes of the attempt elsewhere is shown here too
    this.tell("superseded", payload);
    this.courier.kick(); // what was not sent yet goes out once more, by HTTP: the server keeps it aside for people
  }

  turn(view) {
    const before = this.view;
    this.view = view;
    this.tell("view", view, before);
    if (mayDeliver(view)) this.courier.kick();
  }

  /** Show again what the server holds; only while nothing is under way to it. */
  async reload() {
    this.saved = (await this.look(true)).answers;
    this.tell("answers");
  }

  // What goes wrong

  connectionRefused(problem) {
    if (problem.other) {
      this.giveWay(problem.other);
      return false;
    }
    const error = problem.data?.error ?? problem.data ?? problem;
    if (MOVE_CODE.includes(error.code)) {
      this.line.stop();
      this.tell("moveCode", error);
      return false;
    }
    if (!error.code || error.code === "network" || error.retryable || error.status >= 500) return true;
    if (this.line.failures > 1) this.tell("trouble", error); // a lapsed ticket is cured by the next one
    return true;
  }

  /** One time.sync round; a failed one is no harm. */
  async round() {
    if (!this.line.open) return;
    const t0 = this.clock.monotonic();
    const answer = await this.line.ask("time.sync", { t0 }).catch(() => null);
    if (!answer) return;
    this.clock.addRound(t0, instant(answer.t1), instant(answer.t2), this.clock.monotonic());
    this.clock.keepTick(answer.tick);
    this.rounds += 1;
    if (this.rounds >= ROUNDS_AT_ONCE) this.quietly(this.reportClock());
  }

  /** Tell the server how far this machine's clock is off: once a connection, and again when it was set meanwhile. */
  async reportClock() {
    const found = this.clock.machine;
    if (!isNews(this.reported, found)) return;
    this.reported = found;
    await this.line.ask("clock.report", found);
  }

  quietly(promise) {
    promise.catch(() => {});
  }
}
