/** One item: the preview, the conversation, and what can be done next. */

import { layTex } from "../exam/tex.js";
import { act, boot, wire } from "./page.js";
import { preview } from "./preview.js";
import { layTitles } from "./titles.js";

const path = `items/${boot.item}`;

document.getElementById("say")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = document.getElementById("words").value;
  act(`${path}/notes`, { version: boot.version, text, request: document.getElementById("asks").checked }, event.submitter);
});

wire(path, { reasoned: ["retire", "return"], numbered: ["approve", "return"] });
await layTitles();
await preview(document.getElementById("preview"), boot.paper, boot.language);
for (const prose of document.querySelectorAll("details .prose")) layTex(prose);
