// Pure logic of the kinds with gaps and areas: markers, how far gaps are filled, shapes.

import assert from "node:assert/strict";
import test from "node:test";

import { outline } from "../../static/exam/hot.js";
import { isAnswered, partOf } from "../../static/exam/paper.js";
import { splitMarkers } from "../../static/exam/stem_fields.js";
import { TEXTS } from "../../static/exam/texts.js";

test("markers are cut out of a text, and nothing else is", () => {
  assert.deepEqual(splitMarkers("a [[1]] b[[A]]"), [{ text: "a " }, { id: "1" }, { text: " b" }, { id: "A" }]);
  assert.deepEqual(splitMarkers("[[0]] [[100]] [[ab]] [1]"), [{ text: "[[0]] [[100]] [[ab]] [1]" }]);
  assert.deepEqual(splitMarkers(""), []);
});

test("an item with gaps is filled in part until every gap has its option", () => {
  const item = { kind: "matching", gaps: [{ id: "1" }, { id: "2" }] };
  assert.equal(isAnswered(null, item), false);
  assert.deepEqual(partOf([["1", "B"]], item), { filled: 1, of: 2 });
  assert.equal(partOf([["1", "B"], ["2", "A"]], item), null);
  assert.equal(partOf(["A"], { kind: "multiple" }), null);
});

test("areas become shapes", () => {
  assert.deepEqual(outline("rect", [10, 20, 40, 60]), { x: 10, y: 20, width: 30, height: 40 });
  assert.deepEqual(outline("circle", [5, 6, 7]), { cx: 5, cy: 6, r: 7 });
  assert.equal(outline("poly", [0, 0, 9, 0, 5, 7]).points, "0,0 9,0 5,7");
});

test("every kind has a name in both languages", () => {
  for (const kind of ["inline", "gapmatch", "matching", "ordering", "hottext", "hotspot", "quantity"]) {
    assert.ok(TEXTS[`kind_${kind}`].zh && TEXTS[`kind_${kind}`].en);
  }
});
