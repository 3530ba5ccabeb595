/** Small helpers over the document. */

/** Make an element: `text` and `class` as they are, `on` a table of listeners, everything else attributes (true is an empty one). */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "on") for (const [event, hand] of Object.entries(value)) node.addEventListener(event, hand);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function button(text, hand, properties = {}) {
  return el("button", { type: "button", text, on: { click: hand }, ...properties });
}

/** Change a text only when it differs, so that live regions and selections are left in peace. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** The part of the page that a screen reader speaks from, politely. */
export class Speaker {
  constructor() {
    this.node = el("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  }

  speak(text) {
    this.node.textContent = "";
    setTimeout(() => { this.node.textContent = text; }, 50);
  }
}

/** Whether the person is typing there, so that single letters are no commands. */
export function isTyping(target) {
  const field = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])";
  return target instanceof HTMLElement && Boolean(target.closest(field));
}
