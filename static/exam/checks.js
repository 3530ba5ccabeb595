/** The device check: each check ends in a tick or in a plain sentence that says what to do. */

import { instant } from "./clock.js";

const SLOW_MS = 1500;
const CLOCK_OFF_S = 60;

/** What every check tells: `look` is good, warn or bad; only bad keeps the candidate out. */
const result = (look, text) => ({ look, text });

export function checkBrowser(t) {
  const able = "WebSocket" in window && "fetch" in window && "inert" in HTMLElement.prototype && "showModal" in HTMLDialogElement.prototype;
  return able ? result("good", t("browserGood")) : result("bad", t("browserBad"));
}

export function checkStorage(store, t) {
  return store.durable ? result("good", t("storageGood")) : result("warn", t("storageBad"));
}

/** Three looks at the server: is it there, and how far. Gives the clock its first rounds by the way. */
export async function checkNetwork(sitting, t) {
  let best = Infinity;
  try {
    for (let i = 0; i < 3; i += 1) {
      const t0 = performance.now();
      await sitting.look();
      best = Math.min(best, performance.now() - t0);
    }
  } catch {
    return result("bad", t("networkBad"));
  }
  const n = Math.max(1, Math.round(best));
  return { ...result(best > SLOW_MS ? "warn" : "good", t(best > SLOW_MS ? "networkSlow" : "networkGood", { n })), rtt_ms: n };
}

export function checkClock(clock, t) {
  const off = Math.round((Date.now() - instant(clock.now())) / 1000);
  if (Math.abs(off) <= 1) return { ...result("good", t("clockGood")), offset_s: off };
  return { ...result(Math.abs(off) > CLOCK_OFF_S ? "warn" : "good", t("clockOff", { n: Math.abs(off) })), offset_s: off };
}

/** What the server is told of this device along with the ticket. */
export function deviceReport(findings) {
  return {
    agent: navigator.userAgent.slice(0, 300),
    screen: `${window.screen.width}x${window.screen.height}`,
    ...findings,
  };
}
