/** Answers that the server did not take: they stay on this machine, in sight, until the candidate has decided about each. */

import { button, el } from "./dom.js";
import { timeOfDay } from "./texts.js";

export class HeldBack {
  constructor({ book, sitting, t }, refresh) {
    Object.assign(this, { book, sitting, t, refresh });
    this.list = el("ul", { class: "held-back" });
    this.node = el("dialog", { "aria-label": t("heldBack") },
      el("h2", { text: t("heldBack") }), el("p", { text: t("heldBackWhy") }), this.list,
      el("div", { class: "acts" }, button(t("close"), () => this.node.close())));
  }

  open() {
    this.draw();
    this.node.showModal();
  }

  draw() {
    const { outbox } = this.sitting;
    this.list.replaceChildren(...outbox.refused.map((entry) => this.row(entry)));
    if (!outbox.refused.length) this.node.close();
  }

  row(entry) {
    const { t, book } = this;
    const spot = book.layout.spots.get(entry.item);
    const drop = (then) => () => { then(); this.sitting.outbox.drop([entry]); this.refresh(); this.draw(); };
    const use = spot && !book.isLocked(spot.place) ? button(t("useThis"), drop(() => this.use(spot, entry.value)), { class: "primary" }) : null;
    const name = spot ? t("questionNumber", { n: spot.number }) : t("flagged");
    return el("li", {},
      el("h3", { text: `${name} · ${timeOfDay(entry.typed_at)}` }),
      el("p", { class: "muted", text: entry.refused.message }),
      el("blockquote", { text: inWords(entry.value, spot) }),
      el("div", { class: "acts" }, use, button(t("leaveThis"), drop(() => {}))));
  }

  use(spot, value) {
    if (spot.kind === "business") this.book.act(spot.place, value);
    else this.book.answer(spot.place, value);
    this.book.tell("cleared", spot.place);
  }
}

function inWords(value, spot) {
  const letters = new Map((spot?.item.options ?? []).map((option, index) => [option.id, String.fromCharCode(65 + index)]));
  const word = (one) => letters.get(one) ?? (typeof one === "object" ? JSON.stringify(one) : String(one));
  return Array.isArray(value) ? value.map(word).join(" ") : word(value ?? "–");
}
