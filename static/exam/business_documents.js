/** The documents of a simulated-business task: a list as in a mail box, and the one that is open below it. */

import { el } from "./dom.js";
import { prose } from "./prose.js";

const HEAD = ["sender", "to", "sent", "subject"];

export class Documents {
  /** @param onOpen is told the id of the document that the candidate opens. */
  constructor(workspace, say, onOpen) {
    Object.assign(this, { workspace, say, current: null });
    this.rows = new Map(workspace.documents.map((document) => [document.id, this.makeRow(document, onOpen)]));
    this.pane = el("div", { class: "bz-reading", tabindex: "0", role: "region", "aria-label": say("pick") }, el("p", { class: "muted", text: say("pick") }));
    this.node = el("section", { class: "bz-documents", "aria-label": say("documents") },
      el("ul", { class: "bz-list", lang: workspace.language }, ...[...this.rows.values()].map((row) => el("li", {}, row.button))), this.pane);
  }

  makeRow(document, onOpen) {
    const unread = el("span", { class: "bz-unread" }, el("span", { class: "visually-hidden", text: this.say("unread") }));
    const sender = document.mail ? el("span", { class: "bz-from", text: document.mail.sender.replace(/\s*<.*>$/, "") }) : null;
    const button = el("button", { type: "button", class: "bz-row", on: { click: () => { this.open(document.id); onOpen(document.id); } } },
      unread, el("span", { class: "bz-kind", text: this.say(`kind_${document.kind}`) }), el("span", { class: "bz-title", text: document.title }), sender);
    return { button, unread };
  }

  /** Show what has been opened before; on a new desk the last of these lies open. */
  refresh(opened) {
    for (const [id, { unread }] of this.rows) unread.hidden = opened.includes(id);
    if (this.current === null && opened.length > 0) this.open(opened[opened.length - 1]);
  }

  open(id) {
    if (this.current === id) return;
    this.current = id;
    for (const [other, { button }] of this.rows) button.setAttribute("aria-current", String(other === id));
    const document = this.workspace.documents.find((one) => one.id === id);
    this.pane.replaceChildren(...this.page(document));
    this.pane.setAttribute("aria-label", document.title);
    this.pane.scrollTop = 0;
  }

  page({ title, kind, mail, blocks }) {
    const head = mail && el("dl", { class: "bz-mail" }, ...HEAD.flatMap((name) => [el("dt", { text: this.say(name) }), el("dd", { lang: this.workspace.language, text: mail[name] })]));
    const sheet = el("article", { class: `bz-sheet bz-is-${kind}`, lang: this.workspace.language }, el("h4", { text: title }));
    sheet.append(...blocks.map((block, index) => (block.html === undefined ? this.table(block, this.say("table", { n: index + 1, title })) : prose(block.html))));
    return head ? [head, sheet] : [sheet];
  }

  table({ caption, columns, rows }, name) {
    const cell = (tag, text, column) => el(tag, { text, scope: tag === "th" ? "col" : null, class: columns[column].align === "right" ? "number" : null });
    return el("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": name },
      el("table", {}, caption ? el("caption", { text: caption }) : null,
        el("thead", {}, el("tr", {}, ...columns.map(({ label }, column) => cell("th", label, column)))),
        el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((text, column) => cell("td", text, column)))))));
  }
}
