/** The candidate's page: which of its three rooms is open (waiting, paper, over) follows from the attempt's state alone. */

import { Api } from "./api.js";
import { stageOf } from "./attempt.js";
import { deviceReport } from "./checks.js";
import { instant } from "./clock.js";
import { Desk } from "./desk.js";
import { applyDisplay, watchRoom } from "./display.js";
import { Speaker, button, el } from "./dom.js";
import { homeLink, receiptScreen, sentenceScreen } from "./over.js";
import { MoveCode } from "./move_code.js";
import { needs } from "./paper.js";
import { sentenceOf, wayOutOf } from "./sentences.js";
import { Sitting } from "./sitting.js";
import { openStore } from "./store.js";
import { Tab } from "./tab.js";
import { loadBusiness } from "./task.js";
import { loadTex } from "./tex.js";
import { texts, timeOfDay } from "./texts.js";
import { WaitingRoom } from "./waiting.js";

const AGAIN_MS = 3000;
const WARM_SPREAD_MS = 10_000; // a hall comes in within a minute
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

class Page {
  constructor(root, tools) {
    Object.assign(this, { root, tools, stage: null, room: null, isCommonStart: false });
    this.frame = el("div", { class: "frame" });
    this.moveCode = new MoveCode(tools, (code) => tools.sitting.connect(tools.sitting.device, true, code), () => this.stage === "desk");
    root.replaceChildren(this.frame, tools.speaker.node, this.moveCode.node);
    tools.sitting.on("moveCode", (error) => this.moveCode.ask(error));
    tools.sitting.on("welcome", () => this.moveCode.done());
    tools.sitting.on("view", (view) => this.follow(view));
    tools.sitting.on("superseded", (page) => { if (this.stage !== "desk") this.askToTakeOver(page); });
    tools.sitting.on("trouble", (error) => { if (this.stage !== "desk") this.explain(error); });
    root.addEventListener("click", (event) => { this.signsIn = Boolean(event.target.closest("a[href^='/signin']")); });
    window.addEventListener("beforeunload", (event) => {
      if (!this.mustStay || this.signsIn) return; // signing in comes back here, and what waits on this machine is sent then
      event.preventDefault();
      event.returnValue = true; // what browsers of before 2023 go by
    });
  }

  /** Leaving would lose sight of answers that are not safe yet, or of a paper that cannot be fetched again without a network. */
  get mustStay() {
    const { sitting } = this.tools;
    return sitting.outbox.current.length > 0 || (this.stage === "desk" && !sitting.connected);
  }

  show(node) {
    this.frame.replaceChildren(node);
  }

  /** Say what is wrong where the candidate looks: in the waiting room, or instead of the paper that does not come. Null: all is well. */
  explain(error) {
    const { t } = this.tools;
    const text = error && sentenceOf(error, t);
    if (this.room) this.room.explain?.(text);
    else if (text) this.show(sentenceScreen(t("onTheWay"), text, wayOutOf(error, t)));
  }

  follow(view) {
    const stage = stageOf(view, this.tools.sitting.saved !== null);
    if (stage === "waiting" && this.stage === null) this.wait(view);
    else if (stage === "paper" && this.stage !== "paper" && this.stage !== "desk") this.fetchPaper();
    else if (stage === "paper" && this.stage === "desk") this.room.follow(view);
    else if (stage === "over" && this.stage !== "over") this.end(view);
  }

  wait(view) {
    this.stage = "waiting";
    this.isCommonStart = view.awaits_room || this.tools.sitting.clock.now() < instant(view.starts_at); // and not whenever the candidate likes
    this.room = new WaitingRoom(this.tools);
    this.show(this.room.node);
    setTimeout(() => Promise.all([loadTex(), loadBusiness()]).catch(() => {}), Math.random() * WARM_SPREAD_MS); // at the start nothing is to be fetched
  }

  /** The attempt runs: fetch the paper and everything it needs, wait for the welcome, and open it. */
  async fetchPaper() {
    const { sitting, t } = this.tools;
    this.stage = "paper";
    if (!this.room) {
      this.show(sentenceScreen(t("fetchingPaper"), t("fetchingWhy")));
      sitting.connect(deviceReport({ resumed: true }));
    }
    const paper = await this.untilDone(() => sitting.paper());
    const { tex, business } = needs(paper);
    await this.untilDone(() => Promise.all([tex && loadTex(), business && loadBusiness()]));
    if (!sitting.saved) await new Promise((done) => { sitting.on("answers", done); });
    if (this.stage !== "paper") return;
    this.room?.leave();
    this.room = new Desk(paper, this.tools);
    this.stage = "desk";
    this.show(this.room.node);
    await this.room.open();
    if (this.isCommonStart) this.room.noteFirstItem();
    sitting.quietly(sitting.startIfPassedOver());
  }

  /** Try until it is done; says why it takes long. */
  async untilDone(work) {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        this.explain(error);
        await pause(AGAIN_MS);
      }
    }
  }

  askToTakeOver({ where, since }) {
    const { sitting, t } = this.tools;
    const act = button(t("takeBack"), () => {
      this.show(sentenceScreen(t("fetchingPaper"), t("fetchingWhy")));
      sitting.connect(sitting.device, true);
    }, { class: "primary" });
    this.show(sentenceScreen(t("takeOverTitle"), t("takeOverAsk", { where: where || t("otherDevice"), time: timeOfDay(since) }), act));
  }

  async end(view) {
    const { sitting, store, t, boot } = this.tools;
    this.stage = "over";
    this.room?.leave();
    if (view.state !== "submitted") {
      sitting.line.stop();
      this.show(sentenceScreen(t(`${view.state}Title`), t(`${view.state}Why`), homeLink(t)));
      return;
    }
    const draw = (receipt) => this.show(receiptScreen({ receipt, refused: sitting.outbox.refused, view: sitting.view, boot, t }));
    draw(null);
    const receipt = await this.untilDone(() => sitting.receipt());
    draw(receipt);
    sitting.on("save", () => draw(receipt));
    await store.wipePencil();
  }
}

async function open() {
  applyDisplay();
  const boot = JSON.parse(document.getElementById("boot").textContent);
  const store = await openStore(boot.attempt, () => sitting.tell("save"));
  const sitting = new Sitting(new Api(boot), store, new Tab(boot.attempt));
  await sitting.outbox.load();
  const root = document.getElementById("exam");
  watchRoom(root);
  const page = new Page(root, { boot, store, sitting, t: texts(boot.language), speaker: new Speaker() });
  await page.untilDone(() => sitting.look());
}

open();
