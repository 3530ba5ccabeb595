// Outboxes for tests: entries, welcomes, and a shelf in memory instead of IndexedDB.

import { Outbox } from "../../static/exam/outbox.js";

export const entry = (seq, item, value, epoch = 1) => ({ seq, item, value, epoch, typed_at: `2026-11-21T05:00:0${seq % 10}.000Z` });
export const welcome = (epoch, last_seq, answers = {}) => ({ epoch, last_seq, answers });

class Shelf {
  constructor(entries = [], held = undefined) {
    Object.assign(this, { rows: entries, held });
  }
  async entries() { return this.rows; }
  async recall() { return this.held; }
  add() {}
  remove() {}
  keep(name, value) { this.held = structuredClone(value); }
}

export async function outboxOf(entries, held) {
  const outbox = new Outbox(new Shelf(entries, held), () => {});
  await outbox.load();
  return outbox;
}
