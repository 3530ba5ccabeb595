/**
 * Decides when typed text is saved: when typing pauses, at the latest after a while of steady typing, and never while an input
 * method is composing: then right after.
 */

export const PAUSE_MS = 1200;
export const LONGEST_MS = 10_000;

/** How long to wait for a pause, and at the longest, with so many milliseconds left: the nearer the end, the sooner text is safe. */
export function paceFor(left) {
  if (left <= 60_000) return { pause: PAUSE_MS / 4, longest: LONGEST_MS / 10 };
  if (left <= 5 * 60_000) return { pause: PAUSE_MS / 2, longest: LONGEST_MS / 3 };
  return { pause: PAUSE_MS, longest: LONGEST_MS };
}

export class PauseSaver {
  /** @param left says how many milliseconds are left to write */
  constructor(save, timers = globalThis, left = () => Infinity) {
    Object.assign(this, { save, timers, left, composing: false, dirty: false, due: false, since: 0, timer: 0 });
  }

  /** Text changed (also while composing). `now` is any clock in milliseconds. */
  typed(now = Date.now()) {
    if (!this.dirty) this.since = now;
    this.dirty = true;
    this.timers.clearTimeout(this.timer);
    const { pause, longest } = paceFor(this.left());
    const wait = Math.max(0, Math.min(pause, this.since + longest - now));
    this.timer = this.timers.setTimeout(() => this.saveNow(), wait);
  }

  compositionStarted() {
    this.composing = true;
  }

  compositionEnded(now = Date.now()) {
    this.composing = false;
    if (this.due) this.saveNow();
    else this.typed(now);
  }

  /** Save what is not saved yet; while composing it is saved as soon as that ends. */
  saveNow() {
    this.timers.clearTimeout(this.timer);
    this.due = this.composing && this.dirty;
    if (this.composing || !this.dirty) return;
    this.dirty = false;
    this.save();
  }
}
