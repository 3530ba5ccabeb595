/** How the page looks for this person: text size and contrast, kept on the machine. */

import { button, el } from "./dom.js";

const ROOMS = { snug: 70, narrow: 52, tiny: 20 }; // rem; below this width the class is set
const KEYS = ["choose", "strike", "move", "flag"];
const PREFIX = "kaochang.";
export const SIZES = [100, 125, 150, 175, 200];

/** Small wishes about the display live in localStorage; where that is refused they last as long as the page. */
export function recall(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // the wish holds for this page
  }
}

/** The random name of this machine's browser; where nothing can be kept it lasts as long as the page. */
export function machineName() {
  const name = recall("machine") ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  remember("machine", name);
  return name;
}

export function applyDisplay() {
  const root = document.documentElement;
  const size = Number(recall("size")) || 100;
  root.style.setProperty("--text-scale", size / 100);
  root.dataset.theme = recall("theme") ?? "plain";
}

/**
 * Keep classes on a node that tell how much room there is, counted in the candidate's own letters: large text on a large screen is
 * laid out like small text on a small one.  (Container queries in rem do not follow a later change of the letters everywhere.)
 */
export function watchRoom(node) {
  const measure = () => {
    const rem = node.clientWidth / parseFloat(getComputedStyle(document.documentElement).fontSize);
    for (const [name, most] of Object.entries(ROOMS)) node.classList.toggle(name, rem <= most);
  };
  measure();
  new ResizeObserver(measure).observe(node);
  document.addEventListener("displaychange", measure);
}

/** The menu behind the button 显示: text size, contrast, and the keys that the page takes. */
export function displayMenu(t) {
  const panel = el("div", { class: "menu-panel", id: "display-panel", hidden: true });
  const opener = button("Aa", () => toggle(panel.hidden), {
    class: "menu-opener", "aria-expanded": "false", "aria-controls": "display-panel", "aria-label": t("display"), title: t("display"),
  });
  const toggle = (open) => {
    panel.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
  };
  panel.append(
    chooser(t("textSize"), "size", SIZES.map((size) => [String(size), `${size}%`]), recall("size") ?? "100"),
    chooser(t("contrast"), "theme", [["plain", t("contrastPlain")], ["contrast", t("contrastHigh")]], recall("theme") ?? "plain"),
    el("h2", { text: t("keys") }),
    el("dl", { class: "keys" }, ...KEYS.flatMap((key) => [el("dt", { text: t(`key_${key}`) }), el("dd", { text: t(`key_${key}_does`) })])),
  );
  const node = el("div", { class: "menu", on: {
    keydown: (event) => { if (event.key === "Escape") { toggle(false); opener.focus(); } },
    focusout: (event) => { if (event.relatedTarget && !node.contains(event.relatedTarget)) toggle(false); },
  } }, opener, panel);
  document.addEventListener("pointerdown", (event) => { if (!node.contains(event.target)) toggle(false); });
  return node;
}

function chooser(title, name, choices, current) {
  const choose = (event) => {
    remember(name, event.target.value);
    applyDisplay();
    document.dispatchEvent(new Event("displaychange"));
  };
  const inputs = choices.map(([value, text]) => el("label", {},
    el("input", { type: "radio", name: `display-${name}`, value, checked: value === current, on: { change: choose } }), el("span", { text })));
  return el("fieldset", { class: "chooser" }, el("legend", { text: title }), ...inputs);
}
