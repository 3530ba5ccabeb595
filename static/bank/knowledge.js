/** The outline of a level: shown as a tree, edited as lines that a sheet can be pasted into. */

import { ready } from "../common/ready.js";
import { call, tell } from "./page.js";

const LINE = /^(?<path>.+?)(?:[\t ]+(?<importance>[XYZxyz]))?(?:[\t ]+(?<weight>\d+(?:\.\d+)?)\s*%?)?$/u;

/** A line as a point: what is not said is left to the server. */
function point(line) {
  const { path, importance, weight } = LINE.exec(line).groups;
  return { path: path.trim(), ...(importance && { importance: importance.toUpperCase() }), ...(weight && { weight }) };
}

document.getElementById("outline")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  tell();
  const [programme, level] = ["programme", "level"].map((id) => document.getElementById(id).value.trim());
  const lines = document.getElementById("lines").value.split("\n").map((line) => line.trim()).filter(Boolean);
  try {
    await call("PUT", "knowledge", { programme, level, points: lines.map(point) });
    location.assign(`/bank/knowledge?${new URLSearchParams({ programme, level })}`);
  } catch (error) {
    tell(error.message);
  }
});
ready();
