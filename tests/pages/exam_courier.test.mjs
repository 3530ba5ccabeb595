// The courier and the sitting: what becomes of an answer on its way, and what the page shows when one was not taken.

import assert from "node:assert/strict";
import test from "node:test";

import { Api, ApiError } from "../../static/exam/api.js";
import { Courier } from "../../static/exam/courier.js";
import { Sitting } from "../../static/exam/sitting.js";
import { outboxOf, welcome } from "./outboxes.mjs";

const quiet = { refused: async () => {}, barred() {}, changed() {} };

const refusing = (bad) => (name, payload) => {
  const sent = payload.entries ?? [payload];
  const found = sent.find((e) => bad.has(e.seq));
  return found ? { ok: false, error: { code: "delivery.unsound", message: "no", retryable: false } } : { ok: true, saved_at: "t" };
};

test("one bad entry is held back alone; the others arrive", async () => {
  const outbox = await outboxOf([], undefined);
  outbox.open(welcome(1, 0));
  for (const place of ["1", "2", "3"]) outbox.put(place, "A", "t");
  const line = { open: true, ask: async (name, payload) => refusing(new Set([2]))(name, payload) };
  const courier = new Courier(outbox, { line, api: null, ready: () => true }, quiet);
  await courier.run();
  assert.deepEqual(outbox.waiting, []);
  assert.deepEqual(outbox.refused.map((e) => e.seq), [2]);
});

test("while the line is down entries go one by one over HTTP, under the same numbers", async () => {
  const outbox = await outboxOf([], undefined);
  outbox.open(welcome(1, 6));
  outbox.put("1", "A", "t");
  outbox.put("2", "B", "t");
  const calls = [];
  const api = { put: async (path, body) => { calls.push([path, body.epoch, body.item]); return { saved_at: "t" }; } };
  const courier = new Courier(outbox, { line: { open: false }, api, ready: () => true }, quiet);
  await courier.run();
  assert.deepEqual(calls, [["answers/7", 1, "1"], ["answers/8", 1, "2"]]);
  assert.deepEqual(outbox.waiting, []);
});

test("no answer of the server leaves everything waiting", async () => {
  const outbox = await outboxOf([], undefined);
  outbox.open(welcome(1, 0));
  outbox.put("1", "A", "t");
  const line = { open: true, ask: async () => { throw new Error("timeout"); } };
  const courier = new Courier(outbox, { line, api: null, ready: () => true }, quiet);
  await courier.run();
  clearTimeout(courier.timer);
  assert.equal(outbox.waiting.length, 1);
  assert.equal(courier.reached, false);
});

test("whoever is refused at the door keeps every answer until the line is up again", async () => {
  for (const [code, status] of [["core.sign_in", 401], ["web.forged", 400], ["core.forbidden", 403], ["core.not_found", 404]]) {
    const outbox = await outboxOf([], undefined);
    outbox.open(welcome(1, 0));
    outbox.put("1", "A", "t");
    let calls = 0;
    const told = [];
    const api = { put: async () => { calls += 1; throw new ApiError({ code, message: "no" }, status); } };
    const line = { open: false, ask: async () => ({ ok: true, saved_at: "t" }) };
    const courier = new Courier(outbox, { line, api, ready: () => true }, { ...quiet, barred: (error) => told.push(error.code) });
    await courier.run();
    courier.kick();
    assert.deepEqual([calls, told, outbox.waiting.length, outbox.refused.length, courier.reached], [1, [code], 1, 0, false]);
    line.open = true;
    courier.admit();
    await new Promise((done) => { setTimeout(done, 0); });
    assert.equal(outbox.waiting.length, 0);
  }
});

test("a page of an earlier sign-in takes up the new token, asks once more, and never sends an answer under it", async () => {
  const asked = [];
  const reply = (status, body) => ({ ok: status === 200, status, json: async () => body });
  globalThis.fetch = async (address, options) => {
    asked.push(`${options.method ?? "GET"} ${address.split("/").at(-1)} ${options.headers?.["X-CSRFToken"] ?? ""}`.trim());
    if (address.endsWith("/session")) return reply(200, { account: "acc_1", csrf: "new" });
    return options.headers["X-CSRFToken"] === "new" ? reply(200, { ticket: "t" }) : reply(400, { error: { code: "web.forged" } });
  };
  const api = () => new Api({ attempt: "att_1", csrf: "old", language: "zh" });
  assert.deepEqual(await api().post("ticket"), { ticket: "t" });
  assert.deepEqual(asked.splice(0), ["POST ticket old", "GET session", "POST ticket new"]);
  await assert.rejects(api().put("answers/1", {}), { code: "web.forged", status: 400 });
  assert.deepEqual(asked, ["PUT 1 old", "GET session"]);
});

test("after a refused answer the page shows what the server holds, and passes over no event", async () => {
  globalThis.window = { addEventListener() {} };
  const asked = [];
  const picture = { server_time: "2026-11-21T05:00:00.000Z", n: 7, state: "running", epoch: 1, events: [], answers: { 1: { value: "A" } } };
  const api = { get: async (path) => { asked.push(path); return path.includes("answers=true") ? picture : { ...picture, answers: null }; } };
  const sitting = new Sitting(api, null, null);
  sitting.view = { n: 7, state: "running", epoch: 1 };
  await sitting.reload();
  assert.deepEqual([asked, sitting.saved], [["state?since=7&answers=true"], { 1: { value: "A" } }]);
});
