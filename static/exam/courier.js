/** The courier carries entries from the outbox to the server: over the line, or by HTTP while the line is down. One batch at a time. */

import { BATCH, nextBatch } from "./outbox.js";

const RETRY_MS = [1000, 2000, 4000, 8000];
const ALONE = { ...BATCH, count: 1 };

/** Whoever is refused at the door, signed out or with a page of an earlier sign-in, has had no answer judged: the answers wait. */
const AT_THE_DOOR = ["web.forged", "delivery.signed_out"];
const DOOR_STATUS = [401, 403, 404];
const isAtTheDoor = (error) => AT_THE_DOOR.includes(error.code) || DOOR_STATUS.includes(error.status);

const bare = ({ seq, item, value, typed_at, evidence }) => ({ seq, item, value, typed_at, evidence });

/** The socket message for a batch: one entry by itself, several together. */
export function asMessage(batch) {
  const { epoch } = batch[0];
  if (batch.length === 1) return ["answer.put", { epoch, ...bare(batch[0]) }];
  return ["answer.put_many", { epoch, entries: batch.map(bare) }];
}

export class Courier {
  /**
   * @param road {line, api, ready()}: how to send, and whether sending is allowed now
   * @param on {async refused(), barred(error), changed()}: `refused` is awaited before anything more is sent
   */
  constructor(outbox, road, on) {
    Object.assign(this, { outbox, road, on, busy: false, reached: false, barred: false, failures: 0, timer: 0 });
  }

  /** Send what waits, if nothing is under way. */
  kick() {
    clearTimeout(this.timer);
    if (!this.busy && !this.barred) this.run();
  }

  /** The server has let this page in again. */
  admit() {
    this.barred = false;
    this.kick();
  }

  async run() {
    this.busy = true;
    this.on.changed();
    await this.empty();
    this.busy = false;
    this.on.changed();
    if (!this.barred && this.road.ready() && this.outbox.waiting.length) this.later();
  }

  /** Send batch after batch, until nothing waits or the server cannot take more now. */
  async empty() {
    let limit = BATCH;
    while (this.road.ready() && this.outbox.waiting.length) {
      const batch = nextBatch(this.outbox.waiting, limit);
      const answer = await this.deliver(batch);
      if (answer.ok) {
        this.failures = 0;
        this.outbox.settle(batch, answer.saved_at);
      } else if (answer.error.retryable) {
        return;
      } else if (isAtTheDoor(answer.error)) {
        this.barred = true;
        this.on.barred(answer.error);
        return;
      } else if (batch.length > 1) {
        limit = ALONE; // one bad entry must not hold up the others: find it
        continue;
      } else {
        this.outbox.holdBack(batch, { code: answer.error.code, message: answer.error.message });
        await this.on.refused();
      }
      limit = BATCH;
    }
  }

  async deliver(batch) {
    const answer = this.road.line.open ? await this.byLine(batch) : await this.byHttp(batch);
    this.reached = answer.ok || (answer.error.code !== "network" && !isAtTheDoor(answer.error));
    return answer;
  }

  async byLine(batch) {
    try {
      return await this.road.line.ask(...asMessage(batch));
    } catch {
      return { ok: false, error: { code: "network", retryable: true } };
    }
  }

  async byHttp(batch) {
    let answer = null;
    try {
      for (const { seq, ...entry } of batch.map(bare)) {
        answer = await this.road.api.put(`answers/${seq}`, { epoch: batch[0].epoch, ...entry });
      }
    } catch (error) {
      return { ok: false, error };
    }
    return { ok: true, saved_at: answer.saved_at };
  }

  later() {
    const delay = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.kick(), delay);
  }
}
