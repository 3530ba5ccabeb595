/** After the paper: the receipt with its code and file, or the sentence that says how the attempt ended. */

import { button, el } from "./dom.js";
import { dayAndTime } from "./texts.js";

/** The screen after handing in. `receipt` is the server's, or null when it could not be fetched yet. */
export function receiptScreen({ receipt, refused, view, boot, t }) {
  const late = view.submit_cause === "deadline" || receipt?.cause === "deadline";
  const body = [el("h1", { text: t(late ? "collected" : "handedIn") }), el("p", { text: t("everythingCounts") })];
  if (receipt) {
    body.push(
      el("h2", { class: "receipt-title", text: t("receiptCode") }),
      el("p", { class: "receipt-code", text: receipt.code }),
      el("dl", { class: "facts" }, ...facts(receipt, boot, t)),
      boot.candidate.mail ? el("p", { class: "muted", text: t("receiptMailed", { to: boot.candidate.mail }) }) : el("p", { class: "muted", text: t("receiptNotMailed") }),
      el("div", { class: "acts" }, button(t("keepReceipt"), () => download(receipt), { class: "primary" }), homeLink(t)));
  } else {
    body.push(el("p", { class: "muted", text: t("receiptComing") }));
  }
  if (refused.length) body.push(el("p", { class: "note warn", text: t("refusedAfter", { n: refused.length }) }));
  return el("main", { class: "over" }, el("section", { class: "card" }, ...body));
}

function facts(receipt, boot, t) {
  const rows = [["candidate", boot.candidate.name], ["exam", boot.title], ["submittedAt", dayAndTime(receipt.submitted_at)], ["entriesKept", receipt.entries]];
  const told = rows.flatMap(([key, value]) => [el("dt", { text: t(key) }), el("dd", { text: String(value) })]);
  return [...told, el("dt", { text: t("headHash") }), el("dd", { class: "hash", text: receipt.head })];
}

/** The link back to the candidate's exams. */
export function homeLink(t) {
  return el("a", { class: "button", href: "/exam", text: t("toMyExams") });
}

function download(receipt) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" }));
  el("a", { href: url, download: `receipt-${receipt.code}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A screen with a sentence: the attempt is absent, voided, or cannot be reached. */
export function sentenceScreen(title, text, act = null) {
  return el("main", { class: "over" }, el("section", { class: "card" }, el("h1", { text: title }), el("p", { text }), act));
}
