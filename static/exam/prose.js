/** HTML of the paper, which the server has sanitised, made fit to read: tables scroll by themselves, formulas are laid out. */

import { el } from "./dom.js";
import { layTex } from "./tex.js";

/** The words of HTML, and of its pictures, for where only words can stand: a list to choose from, a label. */
export function plain(html) {
  const held = document.createElement("template");
  held.innerHTML = html ?? "";
  for (const picture of held.content.querySelectorAll("img")) picture.replaceWith(` ${picture.alt} `);
  return held.content.textContent.replace(/\s+/g, " ").trim();
}

/** The only place that puts HTML into the page. */
export function prose(html, tag = "div") {
  const node = el(tag, { class: "prose" });
  node.innerHTML = html ?? "";
  for (const table of node.querySelectorAll("table")) {
    const frame = el("div", { class: "table-frame", tabindex: "0" });
    table.replaceWith(frame);
    frame.append(table);
  }
  layTex(node);
  return node;
}
