/** The knowledge tree with the learner's progress: a row for the whole bank, one for each branch, its points folded below. */

import { button, el } from "../exam/dom.js";

/** @param data {points: [{knowledge, items, answered, right}], wrong} @returns nodes; a row pressed calls `start(wanted)`. */
export function showTree({ points, wrong }, t, start) {
  const [whole, ...rest] = points;
  const branches = rest.filter((point) => !point.knowledge.includes("/"));
  const book = wrong ? button(t("wrongBook", { n: wrong }), () => start({ wrong_only: true }), { class: "wrong-book" }) : el("p", { class: "muted", text: t("wrongEmpty") });
  return [book, el("ul", { class: "points" }, el("li", {}, row(whole, t("all"), t, start)), ...branches.map((branch) => {
    const below = rest.filter((point) => point.knowledge.startsWith(`${branch.knowledge}/`));
    return el("li", {}, row(branch, branch.knowledge, t, start), below.length
      ? el("details", {}, el("summary", { text: t("finer", { n: below.length }) }), el("ul", { class: "points" }, ...below.map((point) =>
        el("li", {}, row(point, point.knowledge.slice(branch.knowledge.length + 1).replaceAll("/", " › "), t, start)))))
      : null);
  }))];
}

function row(point, name, t, start) {
  const right = el("span", { class: "right" });
  const seen = el("span", { class: "seen" });
  right.style.width = `${(100 * point.right) / Math.max(point.items, 1)}%`;
  seen.style.width = `${(100 * (point.answered - point.right)) / Math.max(point.items, 1)}%`;
  return el("button", { type: "button", class: "point", disabled: point.items === 0, on: { click: () => start({ knowledge: point.knowledge }) } },
    el("b", { text: name }), el("small", { text: t("share", point) }), el("span", { class: "bar", "aria-hidden": "true" }, right, seen));
}
