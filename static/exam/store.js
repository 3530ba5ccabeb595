/**
 * What this page keeps on the machine: unacknowledged entries, and the candidate's own pencil marks.  IndexedDB where the
 * browser grants it; memory, with a warning by whoever reads `durable`, where it does not (private windows, full disks).
 */

import { openDB } from "../vendor/idb/index.js";

const idOf = (entry) => `${entry.seq}@${entry.typed_at}`;

class Disk {
  constructor(database, attempt, failed) {
    Object.assign(this, { database, attempt, failed, durable: true });
  }

  async entries() {
    const rows = await this.database.getAll("entries", IDBKeyRange.bound([this.attempt], [this.attempt, []]));
    return rows.map((row) => row.entry).sort((a, b) => a.seq - b.seq);
  }

  add(entry) {
    return this.attempted(this.database.put("entries", { attempt: this.attempt, id: idOf(entry), entry: { ...entry } }));
  }

  remove(entries) {
    return Promise.all(entries.map((entry) => this.attempted(this.database.delete("entries", [this.attempt, idOf(entry)]))));
  }

  async recall(name) {
    return (await this.database.get("pencil", [this.attempt, name]))?.value;
  }

  keep(name, value) {
    return this.attempted(this.database.put("pencil", { attempt: this.attempt, name, value: structuredClone(value) }));
  }

  /** Remove the pencil marks of this attempt: the machine goes to somebody else. Unacknowledged entries stay. */
  wipePencil() {
    return this.attempted(this.database.delete("pencil", IDBKeyRange.bound([this.attempt], [this.attempt, []])));
  }

  async attempted(writing) {
    try {
      await writing;
    } catch {
      this.durable = false;
      this.failed();
    }
  }
}

class Memory {
  constructor() {
    this.durable = false;
    this.rows = new Map();
  }

  async entries() {
    return [];
  }

  async recall(name) {
    return this.rows.get(name);
  }

  async keep(name, value) {
    this.rows.set(name, structuredClone(value));
  }

  async add() {}

  async remove() {}

  async wipePencil() {
    this.rows.clear();
  }
}

/** Open the store of an attempt. `failed` is called when a write is refused later on. */
export async function openStore(attempt, failed = () => {}) {
  try {
    const database = await openDB("kaochang-exam", 1, {
      upgrade(db) {
        db.createObjectStore("entries", { keyPath: ["attempt", "id"] });
        db.createObjectStore("pencil", { keyPath: ["attempt", "name"] });
      },
    });
    return new Disk(database, attempt, failed);
  } catch {
    return new Memory();
  }
}
