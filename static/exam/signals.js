/** Signals of the attempt: leaving the page, losing focus, full screen, pasting. When, never what; and they hold nothing up. */

const EVERY_MS = 5000;
const MOST = 300; // kept while the line is down; then the oldest go

export class Signals {
  constructor(sitting) {
    Object.assign(this, { sitting, queue: [], sending: false });
  }

  /** Begin to watch the document. */
  watch(document, window) {
    document.addEventListener("visibilitychange", () => this.note("visibility", { state: document.visibilityState }));
    window.addEventListener("blur", () => this.note("focus", { focused: false }));
    window.addEventListener("focus", () => this.note("focus", { focused: true }));
    document.addEventListener("fullscreenchange", () => this.note("fullscreen", { on: Boolean(document.fullscreenElement) }));
    document.addEventListener("paste", (event) => this.note("paste", { length: event.clipboardData?.getData("text").length ?? 0 }));
    this.timer = setInterval(() => this.send(), EVERY_MS);
  }

  stop() {
    clearInterval(this.timer);
    this.send();
  }

  note(kind, detail) {
    this.queue.push({ kind, at: this.sitting.clock.iso(), detail });
    this.queue.splice(0, this.queue.length - MOST);
  }

  async send() {
    if (this.sending || !this.queue.length || !this.sitting.line.open) return;
    this.sending = true;
    const batch = this.queue.splice(0, 50);
    try {
      await this.sitting.sendSignals(batch);
    } catch {
      this.queue.unshift(...batch);
    }
    this.sending = false;
  }
}
