/** Passages of a text and spots of a picture that are chosen: each a toggle, by key, touch and mouse. */

import { el, say } from "./dom.js";
import { plain, prose } from "./prose.js";
import { placeFields } from "./stem_fields.js";

const SVG = "http://www.w3.org/2000/svg";

class Hot {
  constructor(spot, { book, t, labelledBy, stem }) {
    Object.assign(this, { spot, book, t, labelledBy, stem, limit: spot.item.limit ?? 0 });
    this.word = el("p", { class: "hint", "aria-live": "polite", text: this.rule });
    this.toggles = spot.item.options.map((option) => ({ id: option.id, node: this.toggle(option) }));
    this.node = el("div", { class: "hot-things" }, this.lay(), this.word);
    this.refresh();
  }

  get rule() {
    return this.limit ? this.t("hotLimit", { n: this.limit }) : this.t("hotAny");
  }

  hands(option) {
    return {
      click: () => this.chosen(option.id),
      focus: () => this.book.look(this.spot.place),
      keydown: (event) => {
        if (event.key !== " " && event.key !== "Enter") return;
        event.preventDefault();
        this.chosen(option.id);
      },
    };
  }

  chosen(id) {
    const { spot, book, limit } = this;
    if (book.isLocked(spot.place)) return;
    const held = book.answers.get(spot.place) ?? [];
    let now = held.includes(id) ? held.filter((other) => other !== id) : [...held, id];
    if (limit === 1) now = now.slice(-1);
    if (limit && now.length > limit) {
      say(this.word, this.t("hotFull", { n: limit }));
      return;
    }
    say(this.word, this.rule);
    const order = spot.item.options.map((option) => option.id).filter((one) => now.includes(one));
    book.look(spot.place);
    book.answer(spot.place, order.length ? order : null);
    this.refresh();
  }

  /** Show what the book holds. */
  refresh() {
    const held = this.book.answers.get(this.spot.place) ?? [];
    const locked = this.book.isLocked(this.spot.place);
    for (const { id, node } of this.toggles) {
      node.setAttribute("aria-checked", String(held.includes(id)));
      node.setAttribute("aria-disabled", String(locked));
    }
  }

  key() {
    return false;
  }

  flush() {}
}

/** Passages, each where its marker stands in the stem. */
export class HotText extends Hot {
  toggle(option) {
    return el("span", { class: "hot-text", role: "checkbox", tabindex: "0", on: this.hands(option) }, prose(option.html, "span"));
  }

  lay() {
    placeFields(this.stem, (id) => this.toggles.find((toggle) => toggle.id === id)?.node);
    return null;
  }
}

/** Spots over a picture, drawn in its pixels, so that they grow and shrink with it. */
export class HotSpot extends Hot {
  toggle(option) {
    const [shape, coords] = option.area.split(" ");
    const node = document.createElementNS(SVG, { rect: "rect", circle: "circle", poly: "polygon" }[shape]);
    for (const [name, value] of Object.entries(outline(shape, coords.split(",").map(Number)))) node.setAttribute(name, value);
    for (const [name, value] of Object.entries({ class: "hot-spot", role: "checkbox", tabindex: "0", "aria-label": plain(option.html) })) node.setAttribute(name, value);
    for (const [event, hand] of Object.entries(this.hands(option))) node.addEventListener(event, hand);
    return node;
  }

  lay() {
    const { data, width, height, alt } = this.spot.item.image;
    const layer = document.createElementNS(SVG, "svg");
    for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, role: "group", "aria-labelledby": this.labelledBy })) layer.setAttribute(name, value);
    layer.append(...this.toggles.map((toggle) => toggle.node));
    return el("div", { class: "hot-picture" }, el("img", { src: data, width, height, alt }), layer);
  }
}

/** The attributes of an area's shape in SVG. Pure. */
export function outline(shape, coords) {
  if (shape === "circle") return { cx: coords[0], cy: coords[1], r: coords[2] };
  if (shape === "poly") return { points: coords.map((number, n) => `${number}${n % 2 ? " " : ","}`).join("").trim() };
  return { x: coords[0], y: coords[1], width: coords[2] - coords[0], height: coords[3] - coords[1] };
}
