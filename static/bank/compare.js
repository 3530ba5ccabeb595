/** Two versions of an item, side by side as the candidate sees them. */

import { ready } from "../common/ready.js";
import { boot } from "./page.js";
import { preview } from "./preview.js";

ready();
for (const node of document.querySelectorAll("[data-paper]")) {
  await preview(node, boot.papers[node.dataset.paper], boot.language);
  const version = node.parentElement.getAttribute("aria-label");
  // both hold the same regions: who hears the page must be told them apart
  for (const region of node.querySelectorAll("[aria-label], section[aria-labelledby]")) {
    const name = region.getAttribute("aria-label") ?? document.getElementById(region.getAttribute("aria-labelledby")).textContent;
    region.removeAttribute("aria-labelledby");
    region.setAttribute("aria-label", `${version} ${name}`);
  }
}
