/** A simulated-business task: the workspace draws itself; every action it reports is an entry of the answer's log. */

import { el } from "./dom.js";

const SETTLES_MS = 2000; // after this long without a key a field has told what there was to tell

let renderBusiness = null;

/** Fetch the workspaces' code; the page does so with the paper. */
export async function loadBusiness() {
  ({ renderBusiness } = await import("./business.js"));
}

export class Task {
  constructor(spot, { book }) {
    Object.assign(this, { spot, book });
    this.node = el("div", { class: "workspace", on: { input: () => this.typed() } });
    this.refresh();
  }

  refresh() {
    const { spot, book } = this;
    const log = book.answers.get(spot.place) ?? [];
    this.desk = renderBusiness(this.node, spot.item.workspace, log, { onAction: (action) => this.act(action), readOnly: book.isLocked(spot.place) });
  }

  typed() {
    const { spot, book } = this;
    clearTimeout(this.timer);
    book.touch(spot.place, true);
    this.timer = setTimeout(() => book.touch(spot.place, false), SETTLES_MS);
  }

  act(action) {
    this.book.touch(this.spot.place, false);
    this.book.act(this.spot.place, action);
  }

  key() {
    return false;
  }

  flush() {
    this.desk.flush();
  }
}
