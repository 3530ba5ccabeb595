/** A control chart of one marker: the difference of each seed, the running mean, and the limits, as SVG. */

const NS = "http://www.w3.org/2000/svg";
const WIDTH = 320, HEIGHT = 96, EDGE = 22;

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const path = (points) => points.map(([x, y], n) => `${n ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** @param points [{difference, running, low, high, out}], oldest first; @param title what a screen reader says of the whole. */
export function controlChart(points, title) {
  const most = Math.max(1, ...points.flatMap((point) => [Math.abs(point.difference), point.high]));
  const x = (n) => EDGE + (points.length > 1 ? (n / (points.length - 1)) * (WIDTH - EDGE - 8) : (WIDTH - EDGE) / 2);
  const y = (value) => HEIGHT / 2 - (value / most) * (HEIGHT / 2 - 8);
  const along = (field) => points.map((point, n) => [x(n), y(point[field])]);
  const label = (value) => svg("text", { x: EDGE - 4, y: y(value) + 4, class: "axis" }, value > 0 ? `+${value}` : String(value));
  const top = Number(most.toFixed(1));
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": title },
    svg("path", { d: `${path(along("high"))}${path(along("low").reverse()).replace("M", "L")}Z`, class: "band" }),
    svg("line", { x1: EDGE, x2: WIDTH - 8, y1: y(0), y2: y(0), class: "nought" }),
    label(top), label(0), label(-top),
    ...points.map((point, n) => svg("circle", { cx: x(n), cy: y(point.difference), r: 2.2, class: "dot" })),
    svg("path", { d: path(along("running")), class: "running" }),
    ...points.flatMap((point, n) => (point.out ? [svg("path", { d: `M${x(n) - 4} ${y(point.running) - 4}l8 8m0 -8l-8 8`, class: "out" })] : [])));
}
