/** What stands at the top of the page and over it: who, where, the time left, whether answers are safe, and what went wrong. */

import { instant } from "./clock.js";
import { Countdown, HIDEABLE_ABOVE, formatLeft, urgency } from "./countdown.js";
import { displayMenu } from "./display.js";
import { button, el, say } from "./dom.js";
import { ExportOffer } from "./export.js";
import { timeOfDay } from "./texts.js";

const SLOW_MS = 5000;

/** One of three: saved (acknowledged), saving, not connected. Never "saved" before the acknowledgement. Pure. */
export function saveState({ waiting, slow, refused, connected, durable, savedAt, elsewhere }, t) {
  if (elsewhere && !waiting) return { look: "down", text: t(refused ? "leftRestSaved" : "leftAllSaved") };
  if (!connected) return { look: "down", text: waiting ? t(durable ? "keptHere" : "keptInPage", { n: waiting }) : t("downAllSaved") };
  if (waiting && slow) return { look: "busy", text: t(durable ? "savingSlow" : "savingSlowInPage") };
  if (waiting) return { look: "busy", text: t("saving") };
  return { look: "safe", text: savedAt ? t("saved", { time: timeOfDay(savedAt) }) : t("connected") };
}

export class TopBar {
  constructor({ boot, sitting, book, t, speaker }, events) {
    Object.assign(this, { sitting, book, t });
    const { name, seat, photo } = boot.candidate;
    this.section = el("span", { class: "bar-section" });
    this.save = el("p", { class: "save-state", role: "status" });
    this.refused = button("", events.refused, { class: "refused", hidden: true });
    this.offer = new ExportOffer({ boot, sitting, t });
    this.time = el("span", { class: "time", role: "timer", "aria-label": t("timeLeft") });
    this.hide = button(t("hideTime"), () => this.hideTime(!this.hidden), { class: "quiet hide-time" });
    const person = el("div", {}, el("b", { text: name }), el("span", { text: seat ? t("seat", { seat }) : "" }));
    this.node = el("header", { class: "top-bar" },
      el("div", { class: "who" }, photo ? el("img", { src: photo, alt: "", class: "photo" }) : null, person),
      el("div", { class: "what" }, el("h1", { text: boot.title }), this.section),
      el("div", { class: "safety" }, this.save, this.refused, this.offer.node),
      el("div", { class: "clock" }, this.hide, this.time),
      displayMenu(t));
    this.countdown = new Countdown(sitting.clock, {
      tick: (left) => this.showTime(left),
      mark: (minutes) => speaker.speak(t("timeMark", { n: minutes })),
      end: events.timeUp,
    });
    book.on("move", () => this.where());
    sitting.on("save", () => this.showSave());
    this.where();
    this.showSave();
  }

  where() {
    say(this.section, this.book.screen.section.title ?? "");
  }

  /** Follow the attempt: count to its deadline while it runs. */
  follow(view) {
    if (view.state === "running" && view.deadline) {
      this.countdown.set(instant(view.deadline));
      return;
    }
    this.countdown.stop();
    this.time.className = "time calm";
    say(this.time, view.state === "running" ? this.t("untimed") : view.state === "paused" ? this.t("pausedShort") : view.state === "ready" ? this.t("begun") : "0:00");
    this.hide.hidden = true;
  }

  showTime(left) {
    const hideable = left > HIDEABLE_ABOVE;
    if (!hideable && this.hidden) this.hideTime(false);
    this.hide.hidden = !hideable;
    this.time.className = `time ${urgency(left)}`;
    if (!this.hidden) say(this.time, formatLeft(left));
  }

  hideTime(hidden) {
    this.hidden = hidden;
    say(this.hide, this.t(hidden ? "showTime" : "hideTime"));
    say(this.time, hidden ? "– – : – –" : formatLeft(this.countdown.left));
  }

  /** Note for how long the same answer has been the oldest without an acknowledgement, and say so by itself when that is long. */
  watchOldest(oldest) {
    if (oldest === this.oldest) return;
    clearTimeout(this.patience);
    Object.assign(this, { oldest, slow: false });
    if (oldest) this.patience = setTimeout(() => { this.slow = true; this.showSave(); }, SLOW_MS);
  }

  showSave() {
    const { outbox, connected, store, superseded } = this.sitting;
    const waiting = outbox.waiting.length + this.book.typing.size;
    const refused = outbox.refused.length;
    this.watchOldest(outbox.waiting[0]);
    const state = saveState({ waiting, slow: this.slow, refused, connected, durable: store.durable, savedAt: outbox.savedAt, elsewhere: Boolean(superseded) }, this.t);
    say(this.save, state.text);
    this.save.className = `save-state ${state.look}`;
    this.refused.hidden = refused === 0;
    say(this.refused, this.t("refusedCount", { n: refused }));
  }
}

/** A quiet sheet over the paper: paused, time is up. The paper under it is neither seen nor reached. */
export class Cover {
  constructor(beneath) {
    this.beneath = beneath;
    this.node = el("section", { class: "cover", tabindex: "-1", hidden: true, "aria-live": "polite" });
  }

  get up() {
    return !this.node.hidden;
  }

  raise(title, ...lines) {
    const said = [title, ...lines].join("\n");
    if (this.up && this.said === said) return;
    this.said = said;
    this.node.replaceChildren(el("div", { class: "card" }, el("h2", { text: title }), ...lines.map((line) => el("p", { text: line }))));
    if (this.up) return;
    this.node.hidden = false;
    for (const node of this.beneath) node.inert = true;
    this.node.focus();
  }

  lower() {
    if (!this.up) return;
    this.node.hidden = true;
    for (const node of this.beneath) node.inert = false;
  }
}

/** Cards at the edge: notices and changes of the deadline. They take neither focus nor room, and stay until pressed away. */
export class Cards {
  constructor(t) {
    this.t = t;
    this.node = el("div", { class: "cards", role: "region", "aria-label": t("notices"), "aria-live": "polite" });
    this.trouble = null;
  }

  show(title, text, acknowledge = null, look = "") {
    const card = el("div", { class: `card notice ${look}` }, el("h2", { text: title }), text ? el("p", { text }) : null);
    if (acknowledge) card.append(button(this.t("understood"), () => { card.remove(); acknowledge(); }, { class: "primary" }));
    this.node.append(card);
    return card;
  }

  /** The one thing that is wrong just now, with a way out of it where there is one; null takes it away. */
  showTrouble(text, wayOut = null) {
    if (this.trouble?.dataset.text === text) return;
    this.trouble?.remove();
    this.trouble = text ? this.show(this.t("troubleTitle"), text, null, "bad") : null;
    if (!this.trouble) return;
    this.trouble.dataset.text = text;
    if (wayOut) this.trouble.append(wayOut);
  }
}
