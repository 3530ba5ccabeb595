/** The list of items: what is done to many at once. */

import { ready } from "../common/ready.js";
import { call, t, tell } from "./page.js";

const many = document.getElementById("many");
const boxes = [...document.querySelectorAll("input[name=ref]")];
const all = document.getElementById("all");

function chosen() {
  return boxes.filter((box) => box.checked).map((box) => box.value);
}

function count() {
  const n = chosen().length;
  many.hidden = n === 0;
  document.getElementById("chosen").textContent = t("chosen", { n });
}

async function act(name) {
  const refs = chosen();
  const tags = { [document.getElementById("facet")?.value]: [document.getElementById("tag")?.value.trim()] };
  tell();
  try {
    if (name === "submit") say("handedIn", (await call("POST", "submit", { refs })).items);
    else if (name === "approve") say("approvedMany", (await call("POST", "approve", { refs })).items);
    else say("tagged", (await call("POST", "tags", { refs, [name]: tags })).changed);
  } catch (error) {
    tell(error.message);
  }
}

/** Tell what was done, and show the list as it is now. */
function say(key, n) {
  sessionStorage.setItem("bank-said", t(key, { n }));
  location.reload();
}

if (many) {
  for (const box of boxes) box.addEventListener("change", count);
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; count(); });
  for (const button of document.querySelectorAll("[data-many]")) button.addEventListener("click", () => act(button.dataset.many));
  const said = sessionStorage.getItem("bank-said");
  sessionStorage.removeItem("bank-said");
  if (said) tell(said);
  count();
}
ready();
