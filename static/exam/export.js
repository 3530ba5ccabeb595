/** The answer file: what could not be sent, encrypted for the engine alone, for the invigilator to bring in from another machine. */

import { sealBox, warmUp } from "./cipher.js";
import { instant } from "./clock.js";
import { button, el } from "./dom.js";

const OFFER_AFTER_MS = 60_000; // a short cut heals by itself

/** The file as the engine reads it; only the engine and this page hold the key. */
export async function answerFile(attempt, key, entries, subtle) {
  const bare = entries.map(({ seq, epoch, item, value, typed_at, evidence }) => ({ seq, epoch, item, value, typed_at, evidence }));
  return { kind: "kaochang-answers", version: 1, attempt, ...(await sealBox(JSON.stringify({ entries: bare }), key, attempt, subtle)) };
}

/** A button that is there while answers have waited without a network for a minute, or past the deadline. Nothing leaves the outbox by it. */
export class ExportOffer {
  constructor({ boot, sitting, t }) {
    Object.assign(this, { boot, sitting, t, since: null });
    this.node = button(t("exportAnswers"), () => this.save(), { class: "export", title: t("exportWhy"), hidden: true });
    warmUp().catch(() => {}); // it will be wanted when nothing can be fetched
    this.timer = setInterval(() => this.refresh(), 1000);
  }

  refresh() {
    const { outbox, connected, clock, view } = this.sitting;
    const stuck = !connected && outbox.waiting.length > 0 && Boolean(view.file_key);
    this.since = stuck ? this.since ?? clock.monotonic() : null;
    const isOver = instant(view.deadline ?? NaN) <= clock.now();
    this.node.hidden = !stuck || (!isOver && clock.monotonic() - this.since < OFFER_AFTER_MS);
  }

  async save() {
    const { boot, sitting } = this;
    const file = await answerFile(boot.attempt, sitting.view.file_key, sitting.outbox.waiting);
    const url = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
    el("a", { href: url, download: `answers-${boot.attempt}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  leave() {
    clearInterval(this.timer);
  }
}
