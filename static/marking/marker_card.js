/** One marker as the chief sees them: standing, pace, agreement, severity with its interval, the control chart, and the acts. */

import { button, el } from "../exam/dom.js";
import { controlChart } from "./chart.js";

const signed = (value) => (value > 0 ? "+" : "") + value.toFixed(2);
const percent = (share) => `${Math.round(share * 100)}%`;

function figures(title, found, t) {
  if (!found) return null;
  const interval = found.low === null ? "" : ` [${signed(found.low)}, ${signed(found.high)}]`;
  return el("div", {}, el("dt", { text: title }), el("dd", { text: t("severity", { n: found.n, exact: percent(found.exact), adjacent: percent(found.adjacent), mean: signed(found.mean) + interval }) }));
}

/** @param act (marker, name): what is to be done about the marker. */
export function markerCard(marker, t, act) {
  const acts = { working: ["pause", "redistribute"], qualifying: ["pause", "resume"], paused: ["resume", "requalify"], failed: ["resume", "requalify"] }[marker.state];
  const out = marker.chart.filter((point) => point.out).length;
  return el("article", { class: `card marker ${marker.state}` },
    el("h3", {}, marker.name, " ", el("span", { class: `tag ${marker.state === "working" ? "" : "warn"}`, text: t(`is_${marker.state}`) })),
    marker.reason ? el("p", { class: marker.state === "working" ? "muted" : "note warn", text: marker.reason }) : null,
    el("dl", {},
      el("div", {}, el("dt", { text: t("work") }), el("dd", { text: t("workFigures", { marked: marker.marked, hand: marker.in_hand, hour: marker.last_hour, seconds: marker.seconds || "–" }) })),
      el("div", {}, el("dt", { text: t("share") }), el("dd", { text: marker.share === null ? "–" : percent(marker.share) })),
      figures(t("onSeeds"), marker.seeds, t), figures(t("withPartners"), marker.partners, t), figures(t("withSelf"), marker.rereadings, t),
      marker.site ? el("div", {}, el("dt", { text: t("ownSite") }), el("dd", { text: marker.site })) : null),
    marker.chart.length ? controlChart(marker.chart, t("chartOf", { name: marker.name, n: marker.chart.length, out })) : el("p", { class: "muted", text: t("noSeeds") }),
    el("div", { class: "row" }, ...[...acts, "site"].map((name) => button(t(name), () => act(marker, name), { "data-key": `${marker.marker}-${name}` }))));
}
