/**
 * The outbox: every change of an answer becomes a numbered entry that is kept on this machine until the server has said that
 * it is durable.  Numbers only grow; an entry that is sent again keeps its number, so the server can tell it from a new one.
 */

export const BATCH = { count: 40, bytes: 200_000 };
export const NEVER_HELD = { epoch: null, tries: 0, top: 0 };

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Whether somebody else wrote to the attempt since this machine last held it: `held` is its own record, see `Outbox.held`. */
export function wroteElsewhere(entries, held, welcome) {
  if (held.epoch === null) return false;
  if (welcome.epoch - held.epoch > held.tries) return true;
  if (welcome.last_seq > held.top) return true;
  const bySeq = new Map(Object.entries(welcome.answers ?? {}).map(([item, answer]) => [answer.seq, { item, value: answer.value }]));
  return entries.some((entry) => {
    const there = bySeq.get(entry.seq);
    return there && (there.item !== entry.item || !(same(there.value, entry.value) || Array.isArray(there.value)));
  });
}

/**
 * What becomes of the entries kept here, once the server has said what it holds.  Pure.
 * Nobody else wrote: all are sent again, and the server drops what it has.  Somebody else did: an entry that the server holds is
 * done; any other is overtaken: it goes out under the epoch it was written in, so that the server keeps it aside for people.
 * @returns {{elsewhere: boolean, done: object[], overtaken: object[], next: number}}
 */
export function reconcile(entries, held, welcome) {
  const elsewhere = wroteElsewhere(entries, held, welcome);
  if (!elsewhere) return { elsewhere, done: [], overtaken: [], next: Math.max(held.top, welcome.last_seq) + 1 };
  const landed = (entry) => {
    const answer = welcome.answers?.[entry.item];
    return answer?.seq === entry.seq && same(answer.value, entry.value);
  };
  const done = entries.filter(landed);
  return { elsewhere, done, overtaken: entries.filter((entry) => !done.includes(entry)), next: welcome.last_seq + 1 };
}

/** The first entries in order, of one epoch, that fit one message; always at least one when there is one. */
export function nextBatch(entries, limit = BATCH) {
  const batch = [];
  let bytes = 0;
  for (const entry of [...entries].sort((a, b) => a.seq - b.seq)) {
    bytes += JSON.stringify(entry.value ?? null).length * 3; // a Chinese character takes three bytes of UTF-8
    if (batch.length && (batch.length >= limit.count || bytes > limit.bytes || entry.epoch !== batch[0].epoch)) break;
    batch.push(entry);
  }
  return batch;
}

export class Outbox {
  /** @param store see store.js  @param changed called after every change */
  constructor(store, changed) {
    this.store = store;
    this.changed = changed;
    this.entries = [];
    this.next = null;
    this.savedAt = null;
    this.savedOf = new Map();
  }

  /** Take up what an earlier page on this machine left. `held`: epoch last held here, connections tried since, highest number given. */
  async load() {
    this.entries = await this.store.entries();
    this.held = (await this.store.recall("held")) ?? { ...NEVER_HELD };
  }

  /** Note that a connection is tried: it may take the lease even if its welcome never arrives. */
  countTry() {
    this.held.tries += 1;
    this.keepHeld();
  }

  /** Begin to number after a welcome; says whether somebody else wrote meanwhile. */
  open(welcome) {
    const verdict = reconcile(this.current, this.held, welcome);
    this.next = verdict.next;
    this.held = { epoch: welcome.epoch, tries: 0, top: verdict.next - 1 };
    this.keepHeld();
    for (const [item, answer] of Object.entries(welcome.answers ?? {})) this.savedOf.set(item, answer.saved_at);
    this.drop(verdict.done);
    for (const entry of verdict.overtaken) this.rewrite(entry, { overtaken: true });
    for (const entry of this.current) this.rewrite(entry, { epoch: welcome.epoch });
    this.changed();
    return verdict.elsewhere;
  }

  /** Number a change and keep it; `typedAt` is when the candidate made it, which may be a while before it is put here, `evidence` for that. */
  put(item, value, typedAt, evidence = null) {
    const entry = { seq: this.next, epoch: this.held.epoch, item, value, typed_at: typedAt, evidence };
    this.next += 1;
    this.held.top = entry.seq;
    this.entries.push(entry);
    this.store.add(entry);
    this.keepHeld();
    this.changed();
    return entry;
  }

  get waiting() {
    return this.entries.filter((entry) => !entry.refused);
  }

  /** What waits and is the candidate's present will: nobody has overtaken it. */
  get current() {
    return this.waiting.filter((entry) => !entry.overtaken);
  }

  get refused() {
    return this.entries.filter((entry) => entry.refused);
  }

  /** How safe the newest answer of an item is: `{look: "none" | "pending" | "refused" | "safe", time}`. */
  safety(item) {
    const own = this.entries.filter((entry) => entry.item === item);
    if (own.some((entry) => !entry.refused)) return { look: "pending" };
    if (own.length) return { look: "refused" };
    return this.savedOf.has(item) ? { look: "safe", time: this.savedOf.get(item) } : { look: "none" };
  }

  /** The server holds these entries durably since `savedAt`. */
  settle(entries, savedAt) {
    this.savedAt = savedAt ?? this.savedAt;
    for (const entry of entries) this.savedOf.set(entry.item, savedAt);
    this.drop(entries);
    this.changed();
  }

  /** The server will not take these: they stay on this machine, in sight, until the candidate has dealt with them. */
  holdBack(entries, reason) {
    for (const entry of entries) this.rewrite(entry, { refused: reason });
    if (entries.length) this.changed();
  }

  rewrite(entry, change) {
    Object.assign(entry, change);
    this.store.add(entry);
  }

  drop(entries) {
    const gone = new Set(entries);
    this.entries = this.entries.filter((entry) => !gone.has(entry));
    this.store.remove(entries);
  }

  keepHeld() {
    this.store.keep("held", this.held);
  }
}
