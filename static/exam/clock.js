/**
 * The server's time on this machine's monotonic clock.  The wall clock of an examination hall's machine is often wrong and
 * can be set by anyone; only the offset to the server, measured in rounds, and `performance.now()` count.
 */

const MOST_BACK = -5000; // milliseconds that something may have been typed before its newest tick came
const DRIFT = 5e-5; // seconds of doubt per second since a round: twice what a poor quartz does

/** Milliseconds since the epoch, from a number of milliseconds or an ISO 8601 text; NaN for neither. */
export function instant(value) {
  return typeof value === "number" ? value : Date.parse(value);
}

/** Whether a measurement of this machine's clock cannot be of the same offset as the one reported before: their intervals do not meet. */
export function isNews(before, found) {
  return !before || Math.abs(found.offset_ms - before.offset_ms) > found.error_ms + before.error_ms;
}

export class ServerClock {
  constructor(monotonic = () => performance.now()) {
    this.monotonic = monotonic;
    this.best = null;
    this.tick = null;
  }

  /** Keep the newest tick, the server's signed time: evidence for what is typed from now on. */
  keepTick(tick) {
    if (tick) this.tick = { tick, at: this.monotonic() };
  }

  /** What bears out that something was typed at an instant of `iso()`: the last tick, and how long it had been here. Null without one. */
  evidence(typedAt) {
    if (!this.tick || !this.best) return null;
    return { tick: this.tick.tick, since_ms: Math.max(MOST_BACK, Math.round(instant(typedAt) - this.best.offset - this.tick.at)) };
  }

  /** Whether a round has been made, so that `now()` means anything. */
  get known() {
    return this.best !== null;
  }

  /**
   * Take one round of time.sync: `t0` sent and `t3` received on the monotonic clock, `t1` received and `t2` sent by the server
   * (epoch milliseconds).  The offset is NTP's (RFC 5905, section 8); the true one lies within half the round trip of it.
   * The tighter interval is kept.  Two intervals that do not meet mean that the machine slept: then the newer one holds.
   */
  addRound(t0, t1, t2, t3) {
    const round = { offset: (t1 + t2 - t0 - t3) / 2, error: Math.max(0, t3 - t0 - (t2 - t1)) / 2, at: t3 };
    if (!Number.isFinite(round.offset)) return;
    const apart = this.best && Math.abs(round.offset - this.best.offset) > round.error + this.errorAt(t3);
    if (!this.best || apart || round.error <= this.errorAt(t3)) this.best = round;
  }

  errorAt(monotonic) {
    return this.best.error + Math.max(0, monotonic - this.best.at) * DRIFT;
  }

  /** The bound of the error of `now()`, in milliseconds. */
  get error() {
    return this.best ? this.errorAt(this.monotonic()) : Infinity;
  }

  /** The server's time in milliseconds since the epoch, as well as this machine knows it. */
  now() {
    return this.best ? this.monotonic() + this.best.offset : Date.now();
  }

  /** How far this machine's own clock is ahead of the server's, with the bound of the error, in milliseconds. */
  get machine() {
    return { offset_ms: Date.now() - this.now(), error_ms: this.error };
  }

  /** The server's time as the ISO 8601 text of messages. */
  iso() {
    return new Date(this.now()).toISOString();
  }
}
