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

/** A choice among the sites of the paper, or none. */
export function siteChoice(sites, t, attributes) {
  return el("select", attributes, el("option", { value: "", text: t("noSite") }), ...sites.map((name) => el("option", { value: name, text: name })));
}

/** @param act (marker, name): what is to be done about the marker.  @param place (marker, site): that the marker is of a site. */
export function markerCard(marker, sites, t, { act, place }) {
  const known = marker.site && !sites.includes(marker.site) ? [...sites, marker.site] : sites;
  const site = siteChoice(known, t, { "data-key": `${marker.marker}-site` });
  site.value = marker.site;
  site.addEventListener("change", () => place(marker.marker, site.value));
  const acts = { working: ["pause", "redistribute"], qualifying: ["pause", "resume"], paused: ["resume", "requalify"], failed: ["resume", "requalify"] }[marker.state];
  const out = marker.chart.filter((point) => point.out).length;
  return el("article", { class: `card marker ${marker.state}` },
    el("h3", {}, marker.name, " ", el("span", { class: `tag ${marker.state === "working" ? "" : "warn"}`, text: t(`is_${marker.state}`) })),
    marker.reason ? el("p", { class: marker.state === "working" ? "muted" : "note warn", text: marker.reason }) : null,
    el("dl", {},
      el("div", {}, el("dt", { text: t("work") }), el("dd", { text: t("workFigures", { marked: marker.marked, hand: marker.in_hand, hour: marker.last_hour, seconds: marker.seconds || "–" }) })),
      el("div", {}, el("dt", { text: t("share") }), el("dd", { text: marker.share === null ? "–" : percent(marker.share) })),
      figures(t("onSeeds"), marker.seeds, t), figures(t("withPartners"), marker.partners, t), figures(t("withSelf"), marker.rereadings, t)),
    known.length ? el("label", { class: "own-site" }, `${t("ownSite")} `, site) : null,
    marker.chart.length ? controlChart(marker.chart, t("chartOf", { name: marker.name, n: marker.chart.length, out })) : el("p", { class: "muted", text: t("noSeeds") }),
    el("div", { class: "row" }, ...acts.map((name) => button(t(name), () => act(marker, name), { "data-key": `${marker.marker}-${name}` }))));
}
