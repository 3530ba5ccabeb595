/** Titles of items with their formulas laid out. */

import { layTex, loadTex } from "../exam/tex.js";

// A title is the beginning of a stem: a formula that its end cuts through cannot be laid out.
const CUT_FORMULA = /\$[^$]*[\\^_{][^$]*…$/;

/** A title without the formula that its end cuts through; money stays. Pure. */
export function withoutCutFormula(title) {
  const dollars = title.split("$").length - 1;
  return dollars % 2 ? title.replace(CUT_FORMULA, "…") : title;
}

/** Lay out the formulas of every title on the page. */
export async function layTitles() {
  const titles = [...document.querySelectorAll("[data-title]")].filter((node) => node.textContent.includes("$"));
  if (!titles.length) return;
  await loadTex();
  for (const node of titles) {
    node.textContent = withoutCutFormula(node.textContent);
    layTex(node);
  }
}
