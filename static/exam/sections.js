/** Reading time and sections with a limit of their own: what is left of them, a warning ahead, and going on by itself when one ends. */

import { instant } from "./clock.js";
import { Countdown, formatLeft, urgency } from "./countdown.js";
import { el, say } from "./dom.js";
import { clockTime } from "./texts.js";

const LONGEST_WAIT = 3600_000; // timers forget longer ones
const WARN_AT = [5, 1]; // minutes left of a section

/** The sections whose end is past at an instant. Pure. */
export function closedSections(view, now) {
  return new Set(Object.entries(view.section_ends ?? {}).filter(([, end]) => instant(end) < now).map(([section]) => section));
}

/** Where to go on from a screen whose section is closed: the next screen of an open section, else the first one; null when none is open. Pure. */
export function nextOpen(layout, screen, closed) {
  const open = layout.screens.filter((one) => !closed.has(one.section.id));
  return open.find((one) => one.index > screen.index) ?? open[0] ?? null;
}

export class Sections {
  /** @param tools {sitting, book, t, speaker}  @param on {ending(end), changed(), warn(title, text)}: `ending` saves what is typed */
  constructor(tools, on) {
    Object.assign(this, tools, { on, timer: 0 });
    this.left = el("span", { class: "section-left", role: "timer", "aria-label": this.t("sectionTimeLeft"), hidden: true });
    this.word = el("p", { class: "reading-word", role: "status", hidden: true });
    this.countdown = new Countdown(this.sitting.clock, { tick: (left) => this.showLeft(left), mark: (n) => this.warn(n), end: () => {} });
    this.reading = new Countdown(this.sitting.clock, { tick: (left) => this.showReading(left), mark: () => {}, end: () => this.on.changed() });
    this.book.on("move", () => this.count());
  }

  /** Whether the paper may be seen, and not answered yet. */
  get isReading() {
    const { view, clock } = this.sitting;
    return view.state === "running" && instant(view.reads_until ?? NaN) > clock.now();
  }

  /** Keep true to the attempt: close what has ended, and wait for the next end. */
  follow() {
    const { view, clock } = this.sitting;
    clearTimeout(this.timer);
    this.word.hidden = !this.isReading;
    if (this.isReading) this.reading.set(instant(view.reads_until));
    else this.reading.stop();
    if (view.state !== "paused") this.close(closedSections(view, clock.now()));
    this.count();
    const ahead = Object.values(view.section_ends ?? {}).map((end) => instant(end) - clock.now()).filter((left) => left >= 0);
    if (ahead.length) this.timer = setTimeout(() => this.follow(), Math.min(LONGEST_WAIT, Math.min(...ahead) + 5));
  }

  /** Close sections, and go on where one is open if the candidate is in one of them; an extension may have opened one again. */
  close(closed) {
    const { book, sitting, t } = this;
    const fresh = [...closed].filter((section) => !book.closed.has(section));
    if (!fresh.length && closed.size === book.closed.size) return;
    const here = book.screen.section;
    if (fresh.includes(here.id)) this.on.ending(instant(sitting.view.section_ends[here.id]));
    book.closed = closed;
    this.on.changed();
    const next = closed.has(here.id) && fresh.includes(here.id) ? nextOpen(book.layout, book.screen, closed) : null;
    if (!next) return;
    book.go(next.spots[0].place);
    this.on.warn(t("sectionEnded", { title: here.title }), t("sectionNext", { title: next.section.title }));
  }

  /** Count to the end of the section at hand. */
  count() {
    const { book, sitting } = this;
    const end = sitting.view.state === "running" ? sitting.view.section_ends?.[book.screen.section.id] : null;
    this.left.hidden = !end;
    if (!end) this.countdown.stop();
    else if (book.closed.has(book.screen.section.id)) {
      this.countdown.stop();
      this.left.className = "section-left";
      say(this.left, this.t("sectionOver"));
    } else this.countdown.set(instant(end));
  }

  showLeft(left) {
    this.left.className = `section-left ${urgency(left)}`;
    say(this.left, this.t("sectionLeft", { time: formatLeft(left) }));
  }

  showReading(left) {
    say(this.word, this.t("readingWord", { time: clockTime(this.sitting.view.reads_until), left: formatLeft(left) }));
  }

  warn(minutes) {
    if (!WARN_AT.includes(minutes)) return;
    const { title } = this.book.screen.section;
    this.on.warn(this.t("sectionMark", { title, n: minutes }), this.t("sectionMarkWhy"));
    this.speaker.speak(this.t("sectionMark", { title, n: minutes }));
  }

  leave() {
    clearTimeout(this.timer);
    this.countdown.stop();
    this.reading.stop();
  }
}
