/** The sealed paper: fetched while the candidate waits, kept on this machine, opened when its key is told. */

import { openBox, warmUp } from "./cipher.js";

const SPREAD_MS = 30_000; // a hall comes in within a minute: its fetches are spread
const MARGIN_MS = 10_000; // to be done before the start

export class SealedPaper {
  constructor(api, store) {
    Object.assign(this, { api, store, sealed: null, asked: false });
  }

  /** Whether the paper lies on this machine. */
  get here() {
    return this.sealed !== null;
  }

  /** Fetch at a moment of its own before the start, which is `left` milliseconds ahead; once. `done` is called when it is here. */
  prefetch(left, done) {
    if (this.asked) return;
    this.asked = true;
    const wait = Math.random() * Math.min(SPREAD_MS, Math.max(0, left - MARGIN_MS));
    setTimeout(() => this.fetch().then(done, () => { this.asked = false; }), wait);
  }

  async fetch() {
    await warmUp();
    this.sealed = (await this.store.recall("sealed")) ?? (await this.api.get("paper")).sealed ?? null;
    if (this.sealed) this.store.keep("sealed", this.sealed);
  }

  /** The paper, opened with the key if it lies here; otherwise, and when the key does not fit, as the server gives it now. */
  async paper(key) {
    const kept = key && this.sealed && (await this.opened(this.sealed, key).catch(() => null));
    if (kept) return kept;
    const given = await this.api.get("paper");
    return given.sealed ? this.opened(given.sealed, key) : given;
  }

  async opened(sealed, key) {
    return JSON.parse(await openBox(sealed, key, sealed.attempt));
  }
}
