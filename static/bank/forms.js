/** All forms: draw one, or parallel ones, by a blueprint. */

import { ready } from "../common/ready.js";
import { call, t, tell } from "./page.js";

document.getElementById("assemble")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  tell();
  const button = event.target.querySelector("button");
  const count = document.getElementById("count").value;
  button.disabled = true;
  try {
    const { forms } = await call("POST", `forms?forms=${count}`, read(document.getElementById("blueprint").value));
    location.assign(forms.length === 1 ? `/bank/forms/${forms[0].id}` : "/bank/forms");
  } catch (error) {
    button.disabled = false;
    tell(error.message);
    document.getElementById("status").scrollIntoView({ block: "nearest" });
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
