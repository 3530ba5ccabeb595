// Pure logic of the candidate's page: numbers, clocks, the fold of the attempt, what counts as answered.

import assert from "node:assert/strict";
import test from "node:test";

import { mayDeliver, stageOf, takeEvent, takePicture } from "../../static/exam/attempt.js";
import { openBox, sealBox } from "../../static/exam/cipher.js";
import { ServerClock, isNews } from "../../static/exam/clock.js";
import { answerFile } from "../../static/exam/export.js";
import { crossedMark, formatLeft, urgency } from "../../static/exam/countdown.js";
import { asMessage } from "../../static/exam/courier.js";
import { NEVER_HELD, nextBatch, reconcile } from "../../static/exam/outbox.js";
import { isAnswered, layOut, partOf, tally } from "../../static/exam/paper.js";
import { LONGEST_MS, PAUSE_MS, PauseSaver, paceFor } from "../../static/exam/pause_saver.js";
import { SealedPaper } from "../../static/exam/sealed.js";
import { saveState } from "../../static/exam/status.js";
import { splitTex } from "../../static/exam/tex.js";
import { withoutCutFormula } from "../../static/bank/titles.js";
import { TEXTS } from "../../static/exam/texts.js";
import { countCharacters, readNumber } from "../../static/exam/written.js";
import { entry, outboxOf, welcome } from "./outboxes.mjs";

const MINUTE = 60_000;
// Clocks and pace

test("a clock is reported again when the intervals of two measurements do not meet", () => {
  const found = (offset_ms, error_ms) => ({ offset_ms, error_ms });
  const cases = [[null, found(0, 5), true], [found(100, 5), found(110, 5), false], [found(100, 5), found(111, 5), true], [found(100, 500), found(450, 5), false]];
  for (const [before, now, news] of cases) assert.equal(isNews(before, now), news);
});

test("text is saved sooner towards the end", () => {
  const paces = [Infinity, 301_000, 300_000, 61_000, 60_000, 0].map((left) => paceFor(left).pause);
  assert.deepEqual(paces, [PAUSE_MS, PAUSE_MS, PAUSE_MS / 2, PAUSE_MS / 2, PAUSE_MS / 4, PAUSE_MS / 4]);
  let waited = 0;
  const saver = new PauseSaver(() => {}, { setTimeout: (_hand, ms) => { waited = ms; }, clearTimeout() {} }, () => 30_000);
  saver.typed(0);
  assert.equal(waited, PAUSE_MS / 4);
  saver.typed(LONGEST_MS / 10 - 1);
  assert.equal(waited, 1);
});

// The outbox

test("a fresh page numbers on from what the server holds", async () => {
  const outbox = await outboxOf([], undefined);
  outbox.open(welcome(4, 17));
  assert.deepEqual([outbox.put("1", "A", "t").seq, outbox.put("2", "B", "t").seq], [18, 19]);
});

test("after a reload the unacknowledged keep their numbers and new ones go above them", async () => {
  const outbox = await outboxOf([entry(3, "1", "A"), entry(4, "2", "B")], { epoch: 1, tries: 1, top: 4 });
  const elsewhere = outbox.open(welcome(2, 2));
  assert.equal(elsewhere, false);
  assert.deepEqual(outbox.current.map((e) => [e.seq, e.epoch]), [[3, 2], [4, 2]]);
  assert.equal(outbox.put("3", "C", "t").seq, 5);
});

test("tries that never were welcomed do not count as somebody else", async () => {
  const outbox = await outboxOf([entry(3, "1", "A")], { epoch: 1, tries: 3, top: 3 });
  assert.equal(outbox.open(welcome(4, 2)), false);
});

test("what another machine overtook goes out under its own epoch, and new numbers follow the server's", async () => {
  const outbox = await outboxOf([entry(3, "1", "A"), entry(4, "2", "B")], { epoch: 1, tries: 1, top: 4 });
  const elsewhere = outbox.open(welcome(3, 3, { 1: { value: "A", seq: 3, saved_at: "t" } }));
  assert.equal(elsewhere, true);
  assert.deepEqual(outbox.waiting.map((e) => [e.seq, e.epoch, e.overtaken]), [[4, 1, true]]);
  assert.deepEqual(outbox.current, []);
  assert.equal(outbox.put("3", "C", "t").seq, 4);
});

test("a number that holds somebody else's answer shows that somebody else wrote", () => {
  const answers = { 9: { value: "D", seq: 3, saved_at: "t" } };
  assert.equal(reconcile([entry(3, "1", "A")], { epoch: 1, tries: 5, top: 3 }, welcome(2, 3, answers)).elsewhere, true);
  assert.equal(reconcile([], { epoch: 1, tries: 5, top: 3 }, welcome(2, 9)).elsewhere, true);
  assert.equal(reconcile([], NEVER_HELD, welcome(2, 9)).elsewhere, false);
});

test("only an acknowledgement makes an answer safe", async () => {
  const outbox = await outboxOf([], undefined);
  outbox.open(welcome(1, 0));
  const first = outbox.put("1", "A", "t");
  assert.deepEqual(outbox.safety("1"), { look: "pending" });
  const second = outbox.put("1", "B", "t");
  outbox.settle([first], "2026-11-21T05:00:01Z");
  assert.deepEqual(outbox.safety("1"), { look: "pending" });
  outbox.settle([second], "2026-11-21T05:00:02Z");
  assert.deepEqual(outbox.safety("1"), { look: "safe", time: "2026-11-21T05:00:02Z" });
  outbox.holdBack([outbox.put("1", "C", "t")], { code: "delivery.too_late", message: "late" });
  assert.deepEqual(outbox.safety("1"), { look: "refused" });
  assert.equal(outbox.refused.length, 1);
});

test("a batch is in order, of one epoch, and never empty", () => {
  const entries = [entry(5, "1", "x"), entry(3, "1", "y"), entry(4, "2", "z", 2)];
  assert.deepEqual(nextBatch(entries).map((e) => e.seq), [3]);
  assert.deepEqual(nextBatch([entry(1, "1", "字".repeat(9)), entry(2, "1", "b")], { count: 9, bytes: 10 }).map((e) => e.seq), [1]);
  assert.equal(asMessage([entry(1, "1", "x")])[0], "answer.put");
  assert.equal(asMessage([entry(1, "1", "x"), entry(2, "1", "y")])[0], "answer.put_many");
});

test("what is said of the answers never calls arrived what was refused", () => {
  const t = (key) => key;
  const left = { waiting: 0, refused: 0, connected: true, durable: true, savedAt: null, elsewhere: true };
  assert.equal(saveState(left, t).text, "leftAllSaved");
  assert.equal(saveState({ ...left, refused: 2 }, t).text, "leftRestSaved");
});

// The attempt

test("events fold in order; a repeat is seen, a hole is a gap, fetched ones are complete", () => {
  const view = takePicture(null, { state: "ready", n: 2, epoch: 7, deadline: null, deadline_version: 0 }, true);
  assert.equal(view.epoch, 7);
  assert.equal(takeEvent(view, { n: 2, state: "running" }).verdict, "seen");
  assert.equal(takeEvent(view, { n: 4, state: "running" }).verdict, "gap");
  assert.equal(takeEvent(view, { n: 4, state: "running" }, true).verdict, "fresh");
  const after = takeEvent(view, { n: 3, epoch: 8, state: "running", deadline: "2026-11-21T06:00:00Z" }).view;
  assert.deepEqual([after.state, after.n, after.epoch], ["running", 3, 7]);
});

test("entries go out once the attempt runs, not while it is paused, and also after its end", () => {
  const may = ["scheduled", "ready", "running", "paused", "closing", "submitted", "voided"].filter((state) => mayDeliver({ state }));
  assert.deepEqual(may, ["running", "closing", "submitted", "voided"]);
});

// The clock

test("the offset lies within half the round trip, and the tightest round wins", () => {
  const at = { now: 0 };
  const clock = new ServerClock(() => at.now);
  const offset = 1_000_000;
  clock.addRound(0, offset + 300, offset + 310, 400); // out 300, back 90
  assert.ok(Math.abs(clock.best.offset - offset) <= clock.best.error);
  clock.addRound(1000, offset + 1010, offset + 1011, 1021);
  assert.ok(clock.best.error <= 10);
  clock.addRound(2000, offset + 2500, offset + 2500, 2510); // a slow round changes nothing
  at.now = 3000;
  assert.ok(Math.abs(clock.now() - (offset + 3000)) <= clock.error);
});

test("a machine that slept takes the newer round", () => {
  const at = { now: 0 };
  const clock = new ServerClock(() => at.now);
  clock.addRound(0, 5000, 5000, 2);
  clock.addRound(100, 65_300, 65_300, 300); // the monotonic clock stood still for a minute; a worse round, yet another offset
  at.now = 300;
  assert.ok(Math.abs(clock.now() - 65_400) <= 100);
});

test("what was typed is borne out by the newest tick and the time since, whatever rounds came after it", () => {
  const at = { now: 1000 };
  const clock = new ServerClock(() => at.now);
  assert.equal(clock.evidence("2026-05-23T01:00:00.000Z"), null);
  const begun = Date.parse("2026-05-23T01:00:00.000Z");
  clock.addRound(1000, begun, begun, 1000);
  clock.keepTick("t1");
  at.now = 61_000;
  assert.deepEqual(clock.evidence(clock.iso()), { tick: "t1", since_ms: 60_000 });
  const typed = clock.iso();
  at.now = 62_000;
  clock.keepTick("t2");
  clock.keepTick(undefined); // an answer without one changes nothing
  assert.deepEqual(clock.evidence(typed), { tick: "t2", since_ms: -1000 });
  assert.equal(clock.evidence("2026-05-23T01:00:00.000Z").since_ms, -5000);
});

// The time left

test("time left is written like a clock and turns amber and red", () => {
  assert.deepEqual([3_909_000, 309_000, 999, 0, -5].map(formatLeft), ["1:05:09", "05:09", "00:01", "00:00", "00:00"]);
  assert.deepEqual([11, 10, 6, 5, 0].map((m) => urgency(m * MINUTE)), ["calm", "amber", "amber", "red", "red"]);
});

test("each mark is announced when it is crossed, the nearest when several were", () => {
  assert.equal(crossedMark(30 * MINUTE + 1, 30 * MINUTE), 30);
  assert.equal(crossedMark(30 * MINUTE, 29 * MINUTE), null);
  assert.equal(crossedMark(31 * MINUTE, 4 * MINUTE), 5);
});

// Typing

class Timers {
  constructor() { this.due = null; }
  setTimeout(hand, ms) { this.due = { hand, ms }; return 1; }
  clearTimeout() { this.due = null; }
  fire() { const { hand } = this.due; this.due = null; hand(); }
}

test("typing is saved when it pauses, and at the latest after a while", () => {
  const timers = new Timers();
  let saves = 0;
  const saver = new PauseSaver(() => { saves += 1; }, timers);
  saver.typed(0);
  assert.equal(timers.due.ms, PAUSE_MS);
  saver.typed(LONGEST_MS - 300);
  assert.equal(timers.due.ms, 300);
  timers.fire();
  assert.equal(saves, 1);
});

test("nothing is saved while an input method composes, and at once afterwards when it was due", () => {
  const timers = new Timers();
  let saves = 0;
  const saver = new PauseSaver(() => { saves += 1; }, timers);
  saver.compositionStarted();
  saver.typed(0);
  timers.fire();
  saver.saveNow();
  assert.equal(saves, 0);
  saver.compositionEnded(5000);
  assert.equal(saves, 1);
});

test("numbers are read as they are typed, characters as they are read", () => {
  assert.deepEqual([" 1,234.5 ", "１２．５", "-3", "+7", ".5"].map(readNumber), ["1234.5", "12.5", "-3", "7", ".5"]);
  assert.deepEqual(["", "12a", "1.2.3", "--1"].map(readNumber), [null, null, null, null]);
  assert.equal(countCharacters("跨境 电商\n𠮷"), 5);
});

// The paper

const PAPER = { sections: [
  { id: "a", title: "A", items: [{ item: "2", number: "1", kind: "single" }, { item: "1", number: "2", kind: "multiple" }] },
  { id: "b", title: "B", items: [{ item: "3", number: "3", kind: "case", parts: [{ item: "3.1", number: "3.1", kind: "numeric" }, { item: "3.2", number: "3.2", kind: "extended" }] }] },
] };

test("a case is one screen with a place for each part", () => {
  const layout = layOut(PAPER);
  assert.equal(layout.screens.length, 3);
  assert.deepEqual([...layout.spots.keys()], ["2", "1", "3.1", "3.2"]);
  assert.equal(layout.spots.get("3.2").screen, layout.screens[2]);
});

test("blank is empty, nought is not", () => {
  assert.deepEqual([null, undefined, "", "  ", [], "0", 0, ["a"], {}].map(isAnswered), [false, false, false, false, false, true, true, true, true]);
  const counts = tally(layOut(PAPER), new Map([["2", "A"], ["3.2", " "]]), new Set(["1"]));
  assert.deepEqual([counts.answered.length, counts.empty.map((s) => s.place), counts.flagged.map((s) => s.place)], [1, ["1", "3.1", "3.2"], ["1"]]);
});

test("a task is answered once a field is filled, not by reading", () => {
  const field = { name: "price", type: "money", options: [], start: "" };
  const workspace = { limits: { short: 9, long: 9 }, documents: [{ id: "d" }], steps: [{ fields: [field, { ...field, name: "term", start: "FOB" }] }] };
  const read = { action: "open", document: "d" };
  const filled = { action: "set", field: "price", value: "12" };
  const answered = [[], [read], [read, filled], [filled, { action: "undo" }]].map((log) => isAnswered(log, { kind: "business", workspace }));
  assert.deepEqual(answered, [false, false, true, false]);
  const more = { ...workspace, steps: [{ fields: [field, { ...field, name: "freight" }, { ...field, name: "term", start: "FOB" }] }] };
  const parts = [[read], [filled], [filled, { ...filled, field: "freight" }]].map((log) => partOf(log, { kind: "business", workspace: more }));
  assert.deepEqual(parts, [null, { filled: 2, of: 3 }, null]);
});

test("formulas stand between dollars, money does not", () => {
  assert.deepEqual(splitTex("价 $a<b$ 元"), [{ text: "价 " }, { tex: "a<b", display: false }, { text: " 元" }]);
  assert.deepEqual(splitTex("$$x$$"), [{ tex: "x", display: true }]);
  for (const money of ["$200 and $300", "USD $5, or $ 6", "$1"]) assert.deepEqual(splitTex(money), [{ text: money }]);
  assert.deepEqual(splitTex("$35\\%$")[0].tex, "35\\%");
});

test("a title leaves out the formula that its end cuts through, and keeps money", () => {
  assert.equal(withoutCutFormula("销售额为 $\\text{曝光}\\times\\text{…"), "销售额为 …");
  assert.equal(withoutCutFormula("若 $a$ 则 $x^2 +…"), "若 $a$ 则 …");
  assert.equal(withoutCutFormula("若 $x^2$ 则…"), "若 $x^2$ 则…");
  assert.equal(withoutCutFormula("The price is $200 for…"), "The price is $200 for…");
});

test("every text is there in both languages, with the same fields", () => {
  const fields = (text) => [...text.matchAll(/\{\w+\}/g)].map((match) => match[0]).sort().join();
  for (const [key, { zh, en }] of Object.entries(TEXTS)) {
    assert.ok(zh && en, key);
    assert.equal(fields(zh), fields(en), key);
  }
});

// Sealed papers

const KEY = Buffer.alloc(32, 7).toString("base64");
const OTHER_KEY = Buffer.alloc(32, 8).toString("base64");
const TEXT = JSON.stringify({ stem: "跨境电商".repeat(20_000) });

test("the browser's cipher and the library's open each other's boxes, and nothing else", async () => {
  const { subtle } = globalThis.crypto;
  for (const [sealer, opener] of [[subtle, null], [null, subtle], [subtle, subtle], [null, null]]) {
    const box = await sealBox(TEXT, KEY, "att_1", sealer);
    assert.equal(await openBox(box, KEY, "att_1", opener), TEXT);
    await assert.rejects(openBox(box, OTHER_KEY, "att_1", opener));
    await assert.rejects(openBox(box, KEY, "att_2", opener));
    await assert.rejects(openBox({ ...box, box: `A${box.box.slice(1)}A` }, KEY, "att_1", opener));
  }
  const [one, two] = [await sealBox(TEXT, KEY, "att_1"), await sealBox(TEXT, KEY, "att_1")];
  assert.notEqual(one.nonce, two.nonce);
});

test("a box that the server has sealed opens with either cipher", async () => {
  const vector = {
    nonce: "AAECAwQFBgcICQoL",
    box: "Y6MA0oUr42lGz62VL7S4rIRnmX9AAMiCuhU=",
  };
  for (const subtle of [globalThis.crypto.subtle, null]) assert.equal(await openBox(vector, KEY, "att_1", subtle), "{\"题\": 1}");
});

test("a sealed paper opens with its key; with a wrong one the server is asked", async () => {
  const asked = [];
  const sealed = { attempt: "att_1", ...(await sealBox(TEXT, KEY, "att_1")) };
  const answers = [{ sealed }, { stem: "by the server" }];
  const api = { get: async (path) => { asked.push(path); return answers.shift(); } };
  const kept = new Map();
  const store = { recall: async (name) => kept.get(name), keep: (name, value) => kept.set(name, value) };
  const paper = new SealedPaper(api, store);
  await paper.fetch();
  assert.equal(paper.here, true);
  assert.deepEqual(await paper.paper(KEY), JSON.parse(TEXT));
  assert.deepEqual(asked, ["paper"]);
  assert.deepEqual(await paper.paper(OTHER_KEY), { stem: "by the server" });
  const again = new SealedPaper(api, store);
  await again.fetch();
  assert.deepEqual(await again.paper(KEY), JSON.parse(TEXT));
  assert.equal(asked.length, 2);
});

test("whoever has come in goes to the paper when the key is told, and nobody else", () => {
  assert.equal(stageOf({ state: "ready", paper_key: null }, true), "waiting");
  assert.equal(stageOf({ state: "ready", paper_key: KEY }, false), "waiting");
  assert.equal(stageOf({ state: "ready", paper_key: KEY }, true), "paper");
  assert.equal(stageOf({ state: "running", paper_key: null }, false), "paper");
});

test("an answer file holds what waits, in the shape of the engine, and opens with its key only", async () => {
  const waiting = [{ ...entry(3, "1", "A"), overtaken: true }, entry(4, "6", "案例")];
  for (const subtle of [globalThis.crypto.subtle, null]) {
    const { nonce, box, ...open } = await answerFile("att_1", KEY, waiting, subtle);
    assert.deepEqual(open, { kind: "kaochang-answers", version: 1, attempt: "att_1" });
    assert.deepEqual(JSON.parse(await openBox({ nonce, box }, KEY, "att_1")), { entries: [entry(3, "1", "A"), entry(4, "6", "案例")] });
    await assert.rejects(openBox({ nonce, box }, OTHER_KEY, "att_1"));
  }
});
