/** The right answer in words, from the notation of a key. */

import { letter } from "../exam/paper.js";
import { plain } from "../exam/prose.js";

/** Pairs as "1 → word", an order as its words, choices as letters, passages and spots as their words, all else as it stands. */
export function tellRight(item, correct) {
  const words = new Map(item.options.map((option) => [option.id, plain(option.html)]));
  if (item.gaps) return item.gaps.map((gap) => `${gap.id} → ${chosen(gap, words, correct)}`).join("；");
  if (item.kind === "ordering") return correct.map((id) => words.get(id)).join(" → ");
  if (item.kind === "hottext" || item.kind === "hotspot") return correct.map((id) => words.get(id)).join("；");
  if (item.kind === "quantity" || !words.size) return correct.join(" / ");
  return item.options.map((option, n) => (correct.includes(option.id) ? letter(n) : "")).join("");
}

function chosen(gap, words, correct) {
  const id = correct.find((pair) => pair.startsWith(`${gap.id} `))?.split(" ")[1];
  return words.get(id) ?? plain(gap.options.find((option) => option.id === id)?.html);
}
