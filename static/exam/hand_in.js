/** Handing in: first what is empty and flagged, with ways to it; then once more, are you sure. Not before the earliest time. */

import { instant } from "./clock.js";
import { button, el, say } from "./dom.js";
import { tally } from "./paper.js";
import { sentenceOf } from "./sentences.js";
import { clockTime } from "./texts.js";

export class HandIn {
  /** @param tools {book, sitting, t}  @param flush saves what is typed */
  constructor(tools, flush) {
    Object.assign(this, { ...tools, flush });
    this.title = el("h2", { id: "hand-in-title" });
    this.body = el("div");
    this.word = el("p", { class: "hand-in-word", role: "status" });
    this.acts = el("div", { class: "acts" });
    const on = { close: () => clearInterval(this.timer) };
    this.node = el("dialog", { class: "hand-in-dialog", "aria-labelledby": "hand-in-title", on }, this.title, this.body, this.word, this.acts);
  }

  open() {
    this.flush();
    this.review();
    this.node.showModal();
  }

  /** Step one: the state of the paper. */
  review() {
    const { t, book } = this;
    const { total, answered, empty, partial, flagged } = tally(book.layout, book.answers, book.flags);
    const refused = this.sitting.outbox.refused.length;
    say(this.title, t("handInReview"));
    this.body.replaceChildren(
      el("p", { class: "tally" }, el("b", { text: `${answered.length} / ${total}` }), ` ${t("answeredWord")}`),
      ...(refused ? [el("p", { class: "hand-in-refused", text: t("handInRefused", { n: refused }) })] : []),
      this.list(t("stillEmpty"), empty, t("noneEmpty")),
      ...(partial.length ? [this.list(t("stillPartial"), partial)] : []),
      this.list(t("stillFlagged"), flagged, t("noneFlagged")));
    const onward = button(t("handInOn"), () => this.confirm(), { class: "primary" });
    this.acts.replaceChildren(button(t("backToPaper"), () => this.node.close()), onward);
    const watch = () => this.watch(onward);
    watch();
    clearInterval(this.timer);
    this.timer = setInterval(watch, 1000);
  }

  list(title, spots, none) {
    const { book } = this;
    const named = (spot) => [spot.number, book.partOf(spot.place)].map((part) => (part?.of ? `（${part.filled} / ${part.of}）` : part ?? "")).join("");
    const chips = spots.map((spot) => button(named(spot), () => { this.node.close(); book.go(spot.place); }, { class: "chip" }));
    return el("section", { class: "chips" }, el("h3", { text: spots.length ? `${title}（${spots.length}）` : none }), ...chips);
  }

  /** What stands in the way now: the earliest time, answers under way, no network. */
  watch(onward) {
    const { t, sitting } = this;
    const earliest = instant(sitting.view.earliest_submit_at ?? NaN);
    const early = earliest > sitting.clock.now();
    const waiting = sitting.outbox.waiting.length;
    onward.disabled = early || waiting > 0;
    if (early) say(this.word, t("tooEarly", { time: clockTime(earliest) }));
    else if (waiting) say(this.word, t(sitting.connected ? "sendingRest" : "cannotHandIn", { n: waiting }));
    else say(this.word, "");
  }

  /** Step two: sure? */
  confirm() {
    const { t } = this;
    clearInterval(this.timer);
    say(this.title, t("handInSure"));
    this.body.replaceChildren(el("p", { text: t("handInFinal") }));
    say(this.word, "");
    const doIt = button(t("handInNow"), () => this.submit(doIt), { class: "primary" });
    this.acts.replaceChildren(button(t("backToPaper"), () => this.node.close()), doIt);
    this.acts.firstChild.focus();
  }

  async submit(doIt) {
    doIt.disabled = true;
    say(this.word, this.t("handingIn"));
    try {
      await this.sitting.submit();
      this.node.close();
    } catch (error) {
      doIt.disabled = false;
      say(this.word, error.code && error.code !== "network" ? sentenceOf(error, this.t) : this.t("handInFailed"));
    }
  }
}
