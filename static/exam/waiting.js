/** The waiting room: the device check, the rules with the candidate's consent, the countdown; at the start the paper opens by itself. */

import { checkBrowser, checkClock, checkNetwork, checkStorage, deviceReport } from "./checks.js";
import { instant } from "./clock.js";
import { formatLeft } from "./countdown.js";
import { displayMenu } from "./display.js";
import { button, el, say } from "./dom.js";
import { sentenceOf } from "./sentences.js";
import { graceAfterBell } from "./sitting.js";
import { clockTime } from "./texts.js";

const AGAIN_MS = 2000;
const RULES = ["ruleTime", "ruleSave", "ruleNetwork", "ruleOwn"];
const RECORDED = ["recordAnswers", "recordPage", "recordNot"];

export class WaitingRoom {
  /** @param tools {boot, sitting, t, speaker} */
  constructor(tools) {
    Object.assign(this, tools, { entered: false, starting: false, found: {} });
    const { t } = this;
    this.until = el("h2", { text: t("untilStart") });
    this.left = el("p", { class: "big-time", role: "timer" });
    this.word = el("p", { class: "waiting-word", role: "status" });
    this.progress = el("progress", { class: "fetching", "aria-label": t("fetchingPaper") });
    this.checks = el("ul", { class: "checks" });
    this.consent = el("input", { type: "checkbox", id: "consent", on: { change: () => this.refresh() } });
    this.enter = button(t("enter"), () => this.goIn(), { class: "primary enter" });
    this.node = el("main", { class: "waiting" }, this.header(),
      el("section", { class: "card start-card" }, this.until, this.left, this.word, this.progress),
      el("section", { class: "card" }, el("h2", { text: t("deviceCheck") }), this.checks),
      el("section", { class: "card" }, el("h2", { text: t("rules") }), list(RULES, t), el("h3", { text: t("recorded") }), list(RECORDED, t),
        el("label", { class: "consent", for: "consent" }, this.consent, el("span", { text: t("consent") })), this.enter));
    this.runChecks();
    this.timer = setInterval(() => this.tick(), 250);
    this.tick();
  }

  header() {
    const { boot, t } = this;
    const { name, seat, photo } = boot.candidate;
    const person = seat ? `${name} · ${t("seat", { seat })}` : name;
    return el("header", { class: "waiting-head" }, photo ? el("img", { src: photo, alt: "", class: "photo" }) : null,
      el("div", {}, el("h1", { text: boot.title }), el("p", { text: person })), displayMenu(t));
  }

  async runChecks() {
    const { t, sitting } = this;
    const show = (name, { look, text, ...more }) => {
      Object.assign(this.found, { [name]: look }, more);
      this.row(name, look, text);
    };
    this.checks.replaceChildren();
    for (const name of ["browser", "storage", "network", "clock"]) this.row(name, "busy", t("checking"));
    show("browser", checkBrowser(t));
    show("storage", checkStorage(sitting.store, t));
    show("network", await checkNetwork(sitting, t));
    show("clock", checkClock(sitting.clock, t));
    this.offerTyping();
    this.offerFullscreen();
    if (this.found.network === "bad") setTimeout(() => this.runChecks(), AGAIN_MS);
    this.refresh();
  }

  row(name, look, text, ...more) {
    const row = el("li", { class: `check ${look}`, "data-check": name },
      el("span", { class: "check-sign", "aria-hidden": "true" }),
      el("div", {}, el("b", { text: this.t(`check_${name}`) }), el("span", { class: "check-word", text }), ...more));
    const old = this.checks.querySelector(`[data-check=${name}]`);
    if (old) old.replaceWith(row);
    else this.checks.append(row);
    return row;
  }

  /** A line to try keyboard and Chinese input on; nothing of it is kept. */
  offerTyping() {
    const { t } = this;
    const field = el("input", { type: "text", "aria-label": t("typeHere"), placeholder: t("typeHere"), autocomplete: "off" });
    const row = this.row("typing", "open", t("typeWhy"), field);
    const done = (key) => {
      row.className = "check good";
      say(row.querySelector(".check-word"), t(key));
      this.found.typing = key;
    };
    field.addEventListener("input", (event) => { if (!event.isComposing && this.found.typing !== "typedComposed") done("typedPlain"); });
    field.addEventListener("compositionend", () => done("typedComposed"));
  }

  offerFullscreen() {
    if (!document.fullscreenEnabled) return;
    const { t } = this;
    const go = button(t("goFullscreen"), async () => {
      await document.documentElement.requestFullscreen().catch(() => {});
      if (document.fullscreenElement) this.row("fullscreen", "good", t("fullscreenGood"));
    });
    this.row("fullscreen", "open", t("fullscreenWhy"), go);
  }

  get fit() {
    return this.found.network !== undefined && ![this.found.browser, this.found.network].includes("bad");
  }

  refresh() {
    this.enter.disabled = !this.fit || !this.consent.checked || this.entered;
    say(this.enter, this.t(this.entered ? "entered" : this.begun ? "startNow" : "enter"));
  }

  get begun() {
    const { clock, view } = this.sitting;
    return view?.starts_at && !view.awaits_room && clock.now() >= instant(view.starts_at);
  }

  goIn() {
    this.entered = true;
    this.grace = this.begun ? 0 : graceAfterBell(); // whoever waits is started by the server
    this.consent.disabled = true;
    this.refresh();
    this.sitting.connect(deviceReport({ ...this.found, consented_at: this.sitting.clock.iso() }));
    this.tick();
  }

  tick() {
    const { t, sitting } = this;
    const starts = instant(sitting.view?.starts_at ?? NaN);
    const left = starts - sitting.clock.now();
    const awaits = Boolean(sitting.view?.awaits_room) && left <= 0;
    say(this.left, Number.isNaN(left) ? "" : awaits ? t("awaitsRoomShort") : left > 0 ? formatLeft(left) : t("begun"));
    this.left.classList.toggle("waits", awaits);
    this.until.hidden = left <= 0;
    if (this.starting) return;
    if (!awaits && left <= -this.grace && this.entered && sitting.line.open) this.start();
    else say(this.word, this.problem ?? this.wordFor(left, starts));
    if (!this.entered) this.refresh();
  }

  wordFor(left, starts) {
    const { t, sitting } = this;
    if (this.entered && !sitting.line.open) return t("connecting");
    const time = clockTime(starts);
    if (sitting.view?.awaits_room) return this.wordForRoom(left, time);
    if (left > 0) return t(!this.entered ? "startsAt" : sitting.sealed.here ? "readyAndSealed" : "readyAndWaiting", { time });
    if (this.entered) return t("fetchingPaper");
    return t(left <= 0 ? "mayBegin" : "checking");
  }

  /** What is said while the start is the invigilator's act. */
  wordForRoom(left, time) {
    if (!this.entered) return this.t(left > 0 ? "roomStartsAfter" : "roomNotYet", { time });
    return this.t(this.sitting.sealed.here ? "awaitsRoomSealed" : "awaitsRoom", { time });
  }

  /** The hour has come: start, and try again until it is so. */
  async start() {
    this.starting = true;
    this.progress.classList.add("on");
    say(this.word, this.t("fetchingPaper"));
    try {
      await this.sitting.start();
    } catch (error) {
      if (error.code !== "delivery.not_started") this.tellTrouble(error);
      this.progress.classList.remove("on");
      setTimeout(() => { this.starting = false; }, error.code === "delivery.not_started" ? 200 : AGAIN_MS);
    }
  }

  /** The start was refused: say so; who may not sit is not in, however often the page asks. */
  tellTrouble(error) {
    say(this.word, sentenceOf(error, this.t));
    this.word.classList.toggle("bad", error.status === 403);
    say(this.enter, this.t(error.status === 403 ? "notAdmitted" : "entered"));
  }

  /** Show what is wrong instead of the usual word; null takes it away. */
  explain(text) {
    this.problem = text;
    this.tick();
  }

  leave() {
    clearInterval(this.timer);
  }
}

function list(keys, t) {
  return el("ul", {}, ...keys.map((key) => el("li", { text: t(key) })));
}
