/** Exemplars: scripts with agreed marks and why, in a drawer beside the task. */

import { call } from "../common/call.js";
import { el } from "../exam/dom.js";

export async function showExemplars(task, t) {
  const { exemplars } = await call("GET", `marking/tasks/${task.id}/exemplars`);
  const dialog = document.getElementById("exemplars");
  dialog.querySelector("div").replaceChildren(...exemplars.map((exemplar) => el("article", { class: "exemplar" },
    el("h3", { text: t("exemplarMarks", { marks: Number(exemplar.marks), most: Number(task.max_marks) }) }),
    exemplar.note ? el("p", { class: "note", text: exemplar.note }) : null,
    el("div", { class: "answer", text: exemplar.answer }))));
  dialog.showModal();
}
