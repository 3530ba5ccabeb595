/** A comparison: waits until it is made. */

import { call } from "../common/call.js";
import { ready } from "../common/ready.js";

const { study, state } = document.getElementById("study").dataset;
const EVERY_MS = 1500;

async function wait() {
  const found = await call("GET", `analysis/studies/${study}/state`).catch(() => null);
  if (found && found.state !== "asked") location.reload();
  else setTimeout(wait, EVERY_MS);
}

if (state === "asked") setTimeout(wait, EVERY_MS);
ready();
