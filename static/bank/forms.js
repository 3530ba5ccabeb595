/** All forms: draw one by a blueprint. */

import { ready } from "../common/ready.js";
import { call, t, tell } from "./page.js";

document.getElementById("assemble")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  tell();
  try {
    const { form } = await call("POST", "forms", read(document.getElementById("blueprint").value));
    location.assign(`/bank/forms/${form.id}`);
  } catch (error) {
    tell(error.message);
  }
});

function read(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(t("notJson", { detail: error.message }));
  }
}

ready();
