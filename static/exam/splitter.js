/** The bar between two panes: dragged, or moved by the arrow keys; its place is kept for the next case. */

import { el } from "./dom.js";
import { recall, remember } from "./display.js";

const LEAST = 25;
const MOST = 70;
const KEPT = "split";

export function splitter(frame, label) {
  const bar = el("div", {
    class: "splitter", role: "separator", tabindex: "0", "aria-orientation": "vertical", "aria-label": label, "aria-valuemin": LEAST, "aria-valuemax": MOST,
  });
  const set = (percent) => {
    const share = Math.round(Math.min(MOST, Math.max(LEAST, percent)));
    frame.style.setProperty("--split", `${share}%`);
    bar.setAttribute("aria-valuenow", share);
    return share;
  };
  const now = () => Number(bar.getAttribute("aria-valuenow"));
  const keep = () => remember(KEPT, now());
  set(Number(recall(KEPT)) || 50);
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    set(now() + by);
    keep();
  });
  bar.addEventListener("pointerdown", (event) => {
    bar.setPointerCapture(event.pointerId);
    event.preventDefault();
    bar.focus();
  });
  bar.addEventListener("pointermove", (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const box = frame.getBoundingClientRect();
    set(((event.clientX - box.left) / box.width) * 100);
  });
  bar.addEventListener("pointerup", keep);
  return bar;
}
