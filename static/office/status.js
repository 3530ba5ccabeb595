/** The line in which an office page says what went wrong. */

import { words } from "../common/words.js";
import { texts } from "./texts.js";

export const t = words(texts);

/** Show a sentence, or with none hide the line. */
export function tell(sentence = "") {
  const line = document.getElementById("status");
  line.textContent = sentence;
  line.hidden = !sentence;
}

/** Do something; if it fails, say so and return null. */
export async function attempt(act) {
  try {
    const done = await act();
    tell();
    return done;
  } catch (error) {
    tell(error instanceof TypeError ? t("offline") : error.message);
    return null;
  }
}
