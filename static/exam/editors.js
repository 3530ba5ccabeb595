/** The editor of an answer, by the kind of item: `node`, `refresh()`, `key(event)`, `flush()`, and perhaps `unsound`. A further kind is one line here. */

import { Choice } from "./choice.js";
import { HotSpot, HotText } from "./hot.js";
import { Ordering } from "./ordering.js";
import { GapMatch, InlineChoice, Matching } from "./pairs.js";
import { Quantity } from "./quantity.js";
import { Task } from "./task.js";
import { Written } from "./written.js";

const EDITORS = {
  single: Choice,
  multiple: Choice,
  truefalse: Choice,
  inline: InlineChoice,
  gapmatch: GapMatch,
  matching: Matching,
  ordering: Ordering,
  hottext: HotText,
  hotspot: HotSpot,
  numeric: Written,
  quantity: Quantity,
  text: Written,
  extended: Written,
  business: Task,
};

/** @param tools {book, pencil, t, labelledBy, stem}: the stem may hold markers where fields belong */
export function makeEditor(spot, tools) {
  return new EDITORS[spot.kind](spot, tools);
}
