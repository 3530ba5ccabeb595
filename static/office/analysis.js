/** The analysis of a paper: asking for it, waiting until it is made, and noting its figures in the bank. */

import { call, Refused } from "../common/call.js";
import { ready } from "../common/ready.js";
import { words } from "../common/words.js";

const t = words({
  noted: { zh: "已记入 {n} 题", en: "{n} questions noted" },
  working: { zh: "正在计算，完成后本页会自动更新；您可以先离开。", en: "Computing; the page will renew itself. You may leave it meanwhile." },
  offline: { zh: "没有网络，请稍后再试。", en: "No network; please try again later." },
});
const page = document.getElementById("analysis");
const path = `analysis/papers/${page.dataset.paper}`;
const status = document.getElementById("status");
const ask = document.getElementById("ask");
const note = document.getElementById("note");
const EVERY_MS = 1500;

async function attempt(act) {
  status.hidden = true;
  try {
    return await act();
  } catch (error) {
    status.textContent = error instanceof Refused ? error.message : t("offline");
    status.hidden = false;
    return null;
  }
}

async function wait() {
  const found = await call("GET", `${path}/state`).catch(() => null);
  if (found && found.state !== "asked") location.reload();
  else setTimeout(wait, EVERY_MS);
}

ask.addEventListener("click", async () => {
  ask.disabled = true;
  const asked = await attempt(() => call("POST", path, { within_rooms: document.getElementById("within-rooms").checked }));
  if (!asked) {
    ask.disabled = false;
    return;
  }
  document.getElementById("working").textContent = t("working");
  wait();
});

note?.addEventListener("click", async () => {
  note.disabled = true;
  const done = await attempt(() => call("POST", `${path}/note`));
  if (done) document.getElementById("noted").textContent = t("noted", { n: done.noted });
  note.disabled = false;
});

if (page.dataset.state === "asked") wait();
ready();
