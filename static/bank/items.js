/** The list of items: what is done to many at once. */

import { ready } from "../common/ready.js";
import { el } from "../exam/dom.js";
import { call, t, tell } from "./page.js";
import { layTitles } from "./titles.js";

const many = document.getElementById("many");
const boxes = [...document.querySelectorAll("input[name=ref]")];
const all = document.getElementById("all");

function chosen() {
  return boxes.filter((box) => box.checked);
}

function count() {
  const n = chosen().length;
  many.hidden = n === 0;
  document.getElementById("chosen").textContent = t("chosen", { n });
}

async function act(name) {
  const refs = chosen().map((box) => box.value);
  const tags = { [document.getElementById("facet")?.value]: [document.getElementById("tag")?.value.trim()] };
  tell();
  const buttons = many.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    if (name === "submit") say("handedIn", (await call("POST", "submit", { refs })).items);
    else if (name === "approve") say("approvedMany", (await call("POST", "approve", { items: chosen().map((box) => ({ ref: box.value, version: Number(box.dataset.version) })) })).items);
    else say("tagged", (await call("POST", "tags", { refs, [name]: tags })).changed);
  } catch (error) {
    for (const button of buttons) button.disabled = false;
    tell(error.message);
  }
}

/** Tell what was done, and show the list as it is now. */
function say(key, n) {
  sessionStorage.setItem("bank-said", t(key, { n }));
  location.reload();
}

/** What the format that is chosen cannot hold: each feature, and of which items. */
async function tellLosses(button) {
  const lost = document.getElementById("lost");
  button.disabled = true;
  lost.textContent = t("checking");
  try {
    const wanted = new URLSearchParams(new FormData(document.getElementById("export")));
    wanted.set("report", "true");
    const told = await call("GET", `export?${wanted}`);
    const of = new Map();
    for (const { ref, feature } of told.lost) of.set(feature, [...(of.get(feature) ?? []), ref]);
    const rows = [...of].map(([feature, refs]) => el("tr", {},
      el("td", { text: named(feature) }), el("td", { text: refs.length }), el("td", { text: refs.slice(0, 10).join("、") + (refs.length > 10 ? " …" : "") })));
    lost.replaceChildren(
      el("p", { text: t(rows.length ? "losses" : "noLosses", { n: told.items }) }),
      ...(rows.length ? [el("div", { class: "table-scroll" }, el("table", {},
        el("thead", {}, el("tr", {}, ...["feature", "howMany", "ofItems"].map((column) => el("th", { scope: "col", text: t(column) })))),
        el("tbody", {}, ...rows)))] : []));
  } catch (error) {
    lost.textContent = error.message;
  } finally {
    button.disabled = false;
  }
}

function named(feature) {
  const [first, kind] = feature.split(" ");
  return first === "kind" && kind ? t("wholeKind", { kind: t(`kind_${kind}`) }) : feature;
}

document.getElementById("losses")?.addEventListener("click", (event) => tellLosses(event.target));
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
await layTitles();
