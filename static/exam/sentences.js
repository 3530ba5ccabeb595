/** What an error says to the candidate: always a sentence and what happens next, never a code alone. */

import { el } from "./dom.js";
import { clockTime } from "./texts.js";

const WITH_TIME = {
  "delivery.not_open": ["opens_at", "notOpen"],
  "delivery.not_started": ["starts_at", "notStarted"],
  "delivery.start_closed": ["latest", "startClosed"],
  "delivery.too_early": ["earliest", "tooEarly"],
};

/** The sentence for an error of the server, of the line, or of the network; times are those of the wall clock here. */
export function sentenceOf(error, t) {
  const [field, key] = WITH_TIME[error?.code] ?? [];
  if (error?.fields?.[field]) return t(key, { time: clockTime(error.fields[field]) });
  if (!error?.code || error.code === "network" || !error.message || error.message === error.code) return t("networkBad");
  return error.message;
}

const SIGNED_OUT = ["core.sign_in", "delivery.signed_out"];

/** The link that leads out of an error, where the candidate can do something: sign in again and come back here. */
export function wayOutOf(error, t) {
  if (!SIGNED_OUT.includes(error?.code)) return null;
  return el("a", { class: "button primary", href: `/signin?next=${encodeURIComponent(location.pathname)}`, text: t("signInAgain") });
}
