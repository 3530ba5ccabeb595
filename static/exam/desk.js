/** The candidate's desk while the paper lies on it: puts the parts together and keeps them true to the attempt. */

import { Book } from "./book.js";
import { instant } from "./clock.js";
import { el } from "./dom.js";
import { HandIn } from "./hand_in.js";
import { HeldBack } from "./held_back.js";
import { ItemView } from "./item_view.js";
import { listenToKeys } from "./keyboard.js";
import { AnswerSheet, StepBar } from "./navigator.js";
import { layOut } from "./paper.js";
import { Pencil } from "./pencil.js";
import { Sections } from "./sections.js";
import { sentenceOf, wayOutOf } from "./sentences.js";
import { Signals } from "./signals.js";
import { Cards, Cover, TopBar } from "./status.js";
import { clockTime, timeOfDay } from "./texts.js";

const LOOK_AGAIN_MS = 10_000;
const SECTION_WORD_MS = 15_000;
const CLOSE_AFTER_MS = 1000; // past the error of any clock
const CLOSE_SPREAD_MS = 3000; // a whole hall ends in the same second

export class Desk {
  /** @param tools {boot, sitting, store, t, speaker}; the sitting has been welcomed */
  constructor(paper, tools) {
    const { sitting, store, t } = tools;
    this.sitting = sitting;
    this.t = t;
    this.book = new Book(sitting, layOut(paper), store);
    this.book.load(sitting.saved, sitting.outbox.current);
    this.pencil = new Pencil(store);
    this.tools = { ...tools, book: this.book, pencil: this.pencil };
    this.build();
    this.listen();
  }

  build() {
    const { t } = this;
    this.work = el("main", { class: "work", id: "work", tabindex: "-1", "aria-label": t("paper") });
    this.view = new ItemView(this.work, this.tools);
    this.bar = new TopBar(this.tools, { refused: () => this.heldBack.open(), timeUp: () => this.timeUp() });
    this.sections = new Sections(this.tools, {
      ending: (end) => this.giveUpFields(end),
      changed: () => this.showClosed(),
      warn: (title, text) => this.warnOfSection(title, text),
    });
    this.bar.section.after(this.sections.left);
    this.sheet = new AnswerSheet(this.tools);
    this.handIn = new HandIn(this.tools, () => this.view.flush());
    this.heldBack = new HeldBack(this.tools, () => this.sitting.tell("save"));
    this.steps = new StepBar(this.tools, { handIn: () => this.handIn.open(), sheet: () => this.sheet.toggleRaised() });
    this.readOnlyWord = el("p", { class: "read-only", role: "alert", hidden: true });
    this.cover = new Cover([this.work, this.sheet.node, this.steps.node]);
    this.cards = new Cards(t);
    const skips = [["#work", "skipToPaper"], ["#sheet", "skipToSheet"]];
    this.node = el("div", { class: "desk" },
      ...skips.map(([href, key]) => el("a", { class: "skip-link", href, text: t(key) })),
      this.bar.node, el("div", { class: "words" }, this.readOnlyWord, this.sections.word), this.work, this.sheet.node, this.steps.node,
      this.cover.node, this.cards.node, this.handIn.node, this.heldBack.node);
  }

  listen() {
    const { sitting, book, view } = this;
    listenToKeys({ book, view, covered: () => this.cover.up });
    sitting.on("answers", () => { book.load(sitting.saved, sitting.outbox.current); });
    sitting.on("notice", (payload) => this.cards.show(this.t("noticeTitle"), payload.text, () => {}));
    sitting.on("superseded", (payload) => this.giveWay(payload));
    sitting.on("trouble", (error) => this.cards.showTrouble(error && sentenceOf(error, this.t), wayOutOf(error, this.t)));
    sitting.on("save", () => this.saveChanged());
    this.work.addEventListener("pointerdown", () => this.sheet.lower());
    this.away = () => { if (document.visibilityState === "hidden") view.flush(); };
    document.addEventListener("visibilitychange", this.away);
    window.addEventListener("pagehide", () => view.flush());
    this.signals = new Signals(sitting);
    this.signals.watch(document, window);
  }

  /** Open the paper where the candidate left it, on this machine or, by the last answer, on another one. */
  async open() {
    const { book, tools } = this;
    await this.pencil.load();
    const place = (await tools.store.recall("position")) ?? book.latest;
    book.go(book.layout.spots.has(place) ? place : book.place);
    this.follow(this.sitting.view);
    if (this.sitting.superseded) this.giveWay(this.sitting.superseded);
    if (!tools.store.durable) this.cards.show(this.t("storageTitle"), this.t("storageBad"), () => {}, "warn");
  }

  /** Report how long after the start the first question was seen, in milliseconds of the server's time. */
  noteFirstItem() {
    const { clock, view, sealed } = this.sitting;
    requestAnimationFrame(() => this.signals.note("first_item", { ms: Math.round(clock.now() - instant(view.starts_at)), sealed: sealed.here }));
  }

  /** Keep true to the attempt's state. */
  follow(view) {
    this.bar.follow(view);
    if (view.state !== "ready") this.tellDeadline(view);
    this.sections.follow();
    this.refreshLocks();
    const isOver = view.state === "closing" || instant(view.deadline ?? NaN) <= this.sitting.clock.now();
    if (!isOver) this.goOn();
    if (view.state === "paused") this.cover.raise(this.t("pausedTitle"), this.t("pausedWhy"), this.t("pausedNext"));
    else if (isOver) this.timeUp();
    else this.cover.lower();
  }

  /** Let nothing be answered while reading, paused or open elsewhere. */
  refreshLocks() {
    const { view, superseded } = this.sitting;
    this.sections.word.hidden = !this.sections.isReading;
    this.lock(view.state !== "running" || Boolean(superseded) || this.sections.isReading);
  }

  /** Show which sections are closed now. */
  showClosed() {
    this.refreshLocks();
    for (const part of [this.view, this.steps, this.sheet]) part.refresh();
  }

  lock(readOnly) {
    if (this.book.readOnly === readOnly) return;
    Object.assign(this.book, { readOnly, until: Infinity });
    this.view.refresh();
    this.steps.refresh();
    this.steps.handIn.disabled = readOnly;
  }

  /** Take what stands in the fields as it was at an instant that has just passed. */
  giveUpFields(end) {
    this.book.until = end;
    document.activeElement?.blur(); // ends a composition, so that its text is part of the answer
    this.view.flush();
    this.book.until = Infinity;
  }

  /** A word about the section's time, which the head shows as well: it goes by itself, so that it hides nothing for long. */
  warnOfSection(title, text) {
    this.sectionCard?.remove();
    const card = this.cards.show(title, text, () => {}, "warn");
    this.sectionCard = card;
    setTimeout(() => card.remove(), SECTION_WORD_MS);
  }

  /** The deadline is here: what is typed goes out, then nothing more is taken; the server collects the paper by itself. */
  timeUp() {
    if (!this.cover.up) {
      this.book.until = instant(this.sitting.view.deadline ?? Infinity);
      document.activeElement?.blur(); // ends a composition, so that its text is part of the answer
      this.view.flush();
      this.lock(true);
      for (const dialog of [this.handIn.node, this.heldBack.node]) dialog.close();
    }
    this.coverCollecting();
    if (this.looking) return;
    this.looking = setInterval(() => this.sitting.quietly(this.sitting.look()), LOOK_AGAIN_MS);
    this.closing = setTimeout(() => { this.mayClose = true; this.closeWhenEmpty(); }, CLOSE_AFTER_MS + Math.random() * CLOSE_SPREAD_MS);
  }

  /** While the paper is collected, promise no more than what has arrived. */
  coverCollecting() {
    const { t, sitting } = this;
    const n = sitting.outbox.current.length;
    const unsent = [t("timeUpUnsent", { n }), t("timeUpUnsentNext"), t("timeUpUnsentExport"), t("timeUpUnsentCount")];
    const lines = n && !sitting.connected ? unsent : [n ? t("sendingRest", { n }) : t("timeUpWhy"), t("timeUpNext")];
    this.cover.raise(t("timeUpTitle"), ...lines);
  }

  /** Time is not up, or no more. */
  goOn() {
    clearInterval(this.looking);
    clearTimeout(this.closing);
    Object.assign(this, { looking: 0, mayClose: false });
  }

  saveChanged() {
    if (this.looking) this.coverCollecting();
    this.closeWhenEmpty();
  }

  /** When time is up and nothing waits here any more, say so, so that the server need not wait. */
  closeWhenEmpty() {
    const { sitting } = this;
    if (!this.mayClose || sitting.outbox.waiting.length || sitting.superseded) return;
    this.mayClose = false;
    sitting.quietly(sitting.submit().finally(() => { this.mayClose = true; }));
  }

  /** Tell of a deadline that the candidate has not acknowledged, however this page came to know of it; the first one is no news. */
  tellDeadline(view) {
    const { t, sitting } = this;
    const before = this.told ?? { version: Math.max(1, view.deadline_acked), deadline: null };
    const inSight = !this.told && view.deadline_version === 1 && view.deadline_acked < 1;
    if (inSight) sitting.quietly(sitting.acknowledgeDeadline(1)); // the first one needs no press
    this.told = { version: Math.max(before.version, view.deadline ? view.deadline_version : 0), deadline: view.deadline };
    if (this.told.version === before.version) return;
    const minutes = before.deadline ? Math.round((instant(view.deadline) - instant(before.deadline)) / 60_000) : 0;
    const title = minutes > 0 ? t("extended", { n: minutes }) : t("deadlineNew");
    const text = [t("newDeadline", { time: clockTime(view.deadline) }), view.reason].filter(Boolean).join(" ");
    this.deadlineCard?.remove();
    this.deadlineCard = this.cards.show(title, text, () => sitting.quietly(sitting.acknowledgeDeadline(view.deadline_version)), "good");
  }

  giveWay({ where, since }) {
    const { t, sitting } = this;
    this.view.flush();
    this.lock(true);
    const here = el("button", { type: "button", text: t("takeBack"), on: { click: () => this.takeBack() } });
    this.readOnlyWord.replaceChildren(t("elsewhere", { where: where || t("otherDevice"), time: timeOfDay(since) }), here);
    this.readOnlyWord.hidden = false;
    sitting.tell("save");
  }

  takeBack() {
    this.readOnlyWord.hidden = true;
    this.sitting.connect(this.sitting.device, true);
    this.follow(this.sitting.view);
  }

  leave() {
    this.goOn();
    this.bar.countdown.stop();
    this.sections.leave();
    this.bar.offer.leave();
    document.removeEventListener("visibilitychange", this.away);
    this.signals.stop();
  }
}
