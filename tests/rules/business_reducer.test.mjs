// The browser's fold against the cases that the server's fold is held to as well.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

// By its source, so that no package.json has to say what kind of module it is.
const source = readFileSync(new URL("../../static/exam/business_reducer.js", import.meta.url), "base64");
const { begin, checkAction, emptyFields, fold, isNumber, step } = await import(`data:text/javascript;base64,${source}`);

const cases = JSON.parse(readFileSync(new URL("../make/business_cases.json", import.meta.url)));
const desk = cases.workspace;

for (const { name, log, state } of cases.states) {
  test(`state: ${name}`, () => assert.deepEqual(fold(desk, log), state));
}

for (const { action, refusal } of cases.checks) {
  test(`check: ${JSON.stringify(action).slice(0, 70)}`, () => assert.equal(checkAction(desk, action), refusal));
}

for (const { text, unit, number } of cases.numbers) {
  test(`number: ${JSON.stringify(text)} in ${unit || "no unit"}`, () => assert.equal(isNumber(text, unit), number !== null));
}

test("a step changes no state that was handed in", () => {
  const before = begin(desk);
  const copy = structuredClone(before);
  step(desk, before, { action: "set", field: "price", value: "1" });
  assert.deepEqual(before, copy);
});

test("long texts have the limit that the workspace names", () => {
  const reply = (length) => ({ action: "set", field: "reply", value: "字".repeat(length) });
  assert.equal(checkAction(desk, reply(desk.limits.long)), null);
  assert.equal(checkAction(desk, reply(desk.limits.long + 1)), "too_long");
});

test("the empty fields are those without an entry", () => {
  const log = [{ action: "set", field: "pieces", value: "3" }, { action: "set", field: "faults", value: [] }];
  assert.deepEqual(emptyFields(desk, fold(desk, log).values).map((field) => field.name), ["ship_by", "term", "faults", "buyer", "reply"]);
});
