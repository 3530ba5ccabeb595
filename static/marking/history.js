/** The marker's own latest marks. */

import { call } from "../common/call.js";
import { dateAndTime } from "../common/words.js";
import { el } from "../exam/dom.js";

export async function showHistory(t) {
  const { marks } = await call("GET", "marking/mine");
  const dialog = document.getElementById("history");
  const rows = marks.map((mark) => el("li", {}, el("span", { class: "mono", text: mark.code }), el("span", { class: "muted", text: dateAndTime(mark.at) }), el("b", { text: `${mark.marks} / ${mark.max_marks}` })));
  dialog.querySelector("ol").replaceChildren(...(rows.length ? rows : [el("li", { text: t("noneYet") })]));
  dialog.showModal();
}
