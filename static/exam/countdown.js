/** The time left: what it says, when it turns amber and red, and what is announced on the way. */

const MINUTE = 60_000;
export const MARKS = [30, 15, 10, 5, 1]; // minutes left at which the candidate is told, once each
export const HIDEABLE_ABOVE = 5 * MINUTE;

/** "1:05:09" above an hour, "05:09" below; never negative. A started second counts as a whole one. */
export function formatLeft(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${clock}` : clock;
}

/** How pressing the time left is: `calm`, `amber` at ten minutes, `red` at five. */
export function urgency(milliseconds) {
  if (milliseconds <= 5 * MINUTE) return "red";
  return milliseconds <= 10 * MINUTE ? "amber" : "calm";
}

/** The mark (in minutes) crossed between two readings of the time left, the nearest to the end when several were; or null. */
export function crossedMark(before, after) {
  const crossed = MARKS.filter((minutes) => before > minutes * MINUTE && after <= minutes * MINUTE);
  return crossed.length ? crossed.at(-1) : null;
}

/** Ticks at each whole second of the time left to a deadline on the server's clock. */
export class Countdown {
  /** @param events {tick(left), mark(minutes), end()} */
  constructor(clock, events) {
    this.clock = clock;
    this.events = events;
    this.deadline = NaN;
    this.before = Infinity;
    this.timer = 0;
  }

  /** Count to another deadline (epoch milliseconds); marks that come into reach again are announced again. */
  set(deadline) {
    if (deadline === this.deadline) return;
    this.deadline = deadline;
    this.before = Infinity;
    this.tick();
  }

  get left() {
    return this.deadline - this.clock.now();
  }

  stop() {
    clearTimeout(this.timer);
    this.deadline = NaN;
  }

  tick() {
    clearTimeout(this.timer);
    if (Number.isNaN(this.deadline)) return;
    const left = this.left;
    this.events.tick(left);
    const mark = Number.isFinite(this.before) && left > 0 ? crossedMark(this.before, left) : null;
    if (mark !== null) this.events.mark(mark);
    const ended = this.before > 0 && left <= 0;
    this.before = left;
    if (ended) this.events.end();
    else if (left > 0) this.timer = setTimeout(() => this.tick(), (left % 1000) + 5);
  }
}
