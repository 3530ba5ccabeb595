/** Outbound events: add an endpoint, show its secret once, stop one, start it again. */

import { call } from "../common/call.js";
import { ready } from "../common/ready.js";
import { attempt } from "./status.js";

document.getElementById("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { url, facts } = event.target.elements;
  const chosen = [...facts].filter((box) => box.checked).map((box) => box.value);
  const made = await attempt(() => call("POST", "hooks", { url: url.value.trim(), facts: chosen }));
  if (!made) return;
  const line = document.getElementById("secret");
  line.querySelector("code").textContent = made.secret;
  line.hidden = false;
  line.focus();
  url.value = "";
});

for (const button of document.querySelectorAll("[data-endpoint]")) {
  button.addEventListener("click", async () => {
    const { endpoint, act } = button.dataset;
    const done = await attempt(() => (act === "disable" ? call("DELETE", `hooks/${endpoint}`) : call("POST", `hooks/${endpoint}/enable`, {})));
    if (done) location.reload();
  });
}

ready();
