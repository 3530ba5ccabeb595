/** The paper as the page walks through it: screens, places, and what counts as answered.  Pure. */

import { begin, emptyFields, fieldsOf, fold } from "./business_reducer.js";

export const FLAGS = "@flags"; // the pseudo-item whose value is the list of flagged places

/**
 * Lay out a paper.  A screen is what is seen at once: one item, or a case with its parts.
 * @returns {{screens: {index, section, item, spots}[], spots: Map<string, object>, sections: {section, spots}[]}}
 * A spot is a place that is answered: `{place, number, kind, item, section, screen, marks}`.
 */
export function layOut(paper) {
  const screens = [];
  const spots = new Map();
  const sections = paper.sections.map((section) => ({ section, spots: [] }));
  sections.forEach((entry) => {
    for (const item of entry.section.items) {
      const screen = { index: screens.length, section: entry.section, item, spots: [] };
      for (const part of item.parts ?? [item]) {
        const { item: place, number, kind, marks } = part;
        const spot = { place, number, kind, marks, item: part, section: entry.section, screen };
        screen.spots.push(spot);
        entry.spots.push(spot);
        spots.set(spot.place, spot);
      }
      screens.push(screen);
    }
  });
  return { screens, spots, sections };
}

/** Whether a value answers an item: nothing, blanks and empty lists do not, nor does having opened a task's documents. */
export function isAnswered(value, item = {}) {
  if (value === null || value === undefined) return false;
  if (item.kind === "business") return filled(item.workspace, fold(item.workspace, value)) > filled(item.workspace, begin(item.workspace));
  if (typeof value === "string") return value.trim() !== "";
  if (Array.isArray(value)) return value.length > 0;
  return true;
}

const filled = (workspace, { values }) => fieldsOf(workspace).length - emptyFields(workspace, values).length;

/** How far a task or an item with gaps is filled in, `{filled, of}`, once it is begun and while something in it is empty; else null. */
export function partOf(value, item = {}) {
  if (!(item.kind === "business" || item.gaps) || !isAnswered(value, item)) return null;
  const part = item.gaps ? { filled: value.length, of: item.gaps.length }
    : { filled: filled(item.workspace, fold(item.workspace, value)), of: fieldsOf(item.workspace).length };
  return part.filled < part.of ? part : null;
}

/** Counts and lists for the answer sheet and the hand-in: `{answered, empty, partial, flagged}` of spots, in paper order; `partial` are answered too. */
export function tally(layout, answers, flags) {
  const spots = [...layout.spots.values()];
  return {
    total: spots.length,
    answered: spots.filter((spot) => isAnswered(answers.get(spot.place), spot.item)),
    empty: spots.filter((spot) => !isAnswered(answers.get(spot.place), spot.item)),
    partial: spots.filter((spot) => partOf(answers.get(spot.place), spot.item)),
    flagged: spots.filter((spot) => flags.has(spot.place)),
  };
}

/** The letter of the option at an index: A, B, C … */
export function letter(index) {
  return String.fromCharCode(65 + index);
}

/** Every text of a paper that may hold TeX or business tasks decides which libraries are fetched with it. */
export function needs(paper) {
  const items = paper.sections.flatMap((section) => section.items.flatMap((item) => [item, ...(item.parts ?? [])]));
  return { tex: JSON.stringify(paper).includes("$"), business: items.some((item) => item.kind === "business") };
}
