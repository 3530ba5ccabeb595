/**
 * The desk of a simulated-business task: documents at the left, the tools of the trade at the right, the task sentence and its
 * marks always in sight.  What stands in the fields is the fold of the log; what the candidate does goes out as actions (see
 * business_reducer.js).
 */

import { Documents } from "./business_documents.js";
import { Typed, makeControl } from "./business_fields.js";
import { NOTE, checkAction, emptyFields, fieldsOf, fold, step } from "./business_reducer.js";
import { taskTexts } from "./business_texts.js";
import { el, say } from "./dom.js";

const desks = new WeakMap(); // container → the desk in it
let desksMade = 0;

/**
 * Draw a workspace into a container, or bring the desk that is already there to the state of `log`.
 * @param onAction is told every action, in order; the desk has taken it already.
 * @param readOnly documents can be read, nothing can be filled in.
 * @returns the desk: `flush()` tells what is typed and not told yet, to be called before the container is taken away.
 */
export function renderBusiness(container, workspace, log, { onAction, readOnly = false }) {
  let desk = desks.get(container);
  if (desk?.workspace !== workspace) {
    desk?.flush();
    desk = new Desk(workspace);
    desks.set(container, desk);
    container.replaceChildren(desk.node);
  }
  desk.show(log, onAction, readOnly);
  return desk;
}

class Desk {
  constructor(workspace) {
    this.workspace = workspace;
    this.texts = taskTexts(document.documentElement.lang);
    this.id = `bz-${++desksMade}`;
    this.documents = new Documents(workspace, this.texts, (id) => this.act({ action: "open", document: id }));
    this.controls = new Map(fieldsOf(workspace).map((field) => [field.name, this.control(field)]));
    this.note = this.scratchPaper();
    this.node = this.draw();
  }

  control(field) {
    const write = (entry) => this.act(entry === null ? { action: "clear", field: field.name } : { action: "set", field: field.name, value: entry });
    return makeControl(field, `${this.id}-${field.name}`, this.texts, write);
  }

  scratchPaper() {
    const field = { name: NOTE, type: "long_text", label: this.texts("scratch"), hint: "", marks: null, unit: "" };
    return new Typed(field, `${this.id}-scratch`, this.texts, (text) => this.act({ action: "note", text: text ?? "" }));
  }

  draw() {
    const { workspace, texts } = this;
    this.filled = el("span", { class: "bz-filled" });
    this.spoken = el("span", { class: "visually-hidden", role: "status" });
    this.undoButton = el("button", { type: "button", class: "bz-undo", text: texts("undo"), on: { click: () => this.undo() } });
    const head = el("header", { class: "bz-head" },
      el("p", { class: "bz-task", lang: workspace.language, text: workspace.task }),
      el("p", { class: "bz-meta" }, el("strong", { text: texts("total", { n: workspace.marks }) }), this.filled, this.undoButton, this.spoken));
    const node = el("div", { class: "bz" }, head,
      el("div", { class: "bz-panes" }, this.documents.node, el("div", { class: "bz-tools" }, ...workspace.steps.map((one) => this.tool(one)),
        el("details", { class: "bz-scratch" }, el("summary", { text: texts("scratch") }), this.note.node))));
    new ResizeObserver(() => node.style.setProperty("--bz-head", `${head.offsetHeight}px`)).observe(head);
    return node;
  }

  tool({ tool, title, fields }) {
    return el("section", { class: `bz-tool bz-tool-${tool}`, lang: this.workspace.language },
      el("h4", {}, el("span", { class: "bz-kind", text: this.texts(`tool_${tool}`) }), el("span", { text: title })),
      ...fields.map((field) => this.controls.get(field.name).node));
  }

  show(log, onAction, isReadOnly) {
    Object.assign(this, { onAction, isReadOnly, state: fold(this.workspace, log) });
    this.refresh();
  }

  /** Do an action here and tell it; the reason, as a code, when it cannot be done. */
  act(action) {
    const refusal = checkAction(this.workspace, action);
    if (refusal !== null || this.isReadOnly) return refusal;
    if (action.action === "open" && this.state.opened.includes(action.document)) return null; // the first look is the evidence
    this.state = step(this.workspace, this.state, action);
    this.onAction(action);
    this.refresh();
    return null;
  }

  undo() {
    this.flush(); // what is half typed is the last change
    if (this.state.history.length === 0 || this.isReadOnly) return;
    const place = this.lastPlace();
    this.act({ action: "undo" });
    say(this.spoken, "");
    say(this.spoken, this.texts("undone", { place }));
  }

  lastPlace() {
    const { history } = this.state;
    if (history.length === 0) return null;
    const place = history[history.length - 1][0];
    return place === NOTE ? this.texts("scratch") : this.controls.get(place).field.label;
  }

  refresh() {
    const { values, opened } = this.state;
    for (const [name, control] of this.controls) control.refresh(values[name], this.isReadOnly);
    this.note.refresh(values[NOTE], this.isReadOnly);
    this.documents.refresh(opened);
    const all = this.controls.size;
    say(this.filled, this.texts("filled", { n: all - emptyFields(this.workspace, values).length, all }));
    const place = this.isReadOnly ? null : this.lastPlace();
    const label = place === null ? this.texts("undoNothing") : this.texts("undoWhat", { place });
    this.undoButton.setAttribute("aria-disabled", String(place === null));
    this.undoButton.setAttribute("aria-label", label);
    this.undoButton.title = label;
  }

  flush() {
    for (const control of this.controls.values()) control.flush();
    this.note.flush();
  }
}
