/**
 * The fold of a candidate's actions in a simulated-business task: the same as itembank/business/reducer.py, held to it by
 * tests/make/business_cases.json.  Pure.
 */

export const NOTE = "_note"; // where the scratch paper stands among the values

// What people write for a currency beside its code: the same table as itembank/business/values.py.
const SYMBOLS = { USD: ["US$", "$"], CNY: ["RMB", "¥", "元"], EUR: ["€"] };
const NUMBER = /^[+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,10})?$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

const ACTIONS = new Map([
  ["set", { names: ["action", "field", "value"], check: checkSet }],
  ["clear", { names: ["action", "field"], check: (desk, action) => (findField(desk, action.field) ? null : "unknown_field") }],
  ["note", { names: ["action", "text"], check: (desk, action) => checkText(action.text, desk.limits.long) }],
  ["undo", { names: ["action"], check: () => null }],
  ["open", { names: ["action", "document"], check: checkOpen }],
]);

/** All fields of a workspace, in the order in which they stand. */
export function fieldsOf(workspace) {
  return workspace.steps.flatMap((step) => step.fields);
}

/** The state before the first action: `{values, opened, history, refused, count}`. */
export function begin(workspace) {
  const started = fieldsOf(workspace).filter((field) => field.start !== "");
  const values = Object.fromEntries(started.map((field) => [field.name, field.start]));
  return { values, opened: [], history: [], refused: [], count: 0 };
}

/** The state after all actions of a log. */
export function fold(workspace, log) {
  return log.reduce((state, action) => step(workspace, state, action), begin(workspace));
}

/** The state after one more action; one that cannot be done is kept in `refused` with its place and reason. */
export function step(workspace, state, action) {
  const next = { ...state, count: state.count + 1 };
  let refusal = checkAction(workspace, action);
  if (refusal === null && action.action === "undo" && state.history.length === 0) refusal = "nothing_to_undo";
  if (refusal !== null) return { ...next, refused: [...state.refused, [state.count, refusal]] };
  if (action.action === "open") return { ...next, opened: [...state.opened, action.document] };
  if (action.action === "undo") {
    const [place, before] = state.history[state.history.length - 1];
    return { ...next, values: write(state.values, place, before), history: state.history.slice(0, -1) };
  }
  const [place, entry] = action.action === "note" ? [NOTE, action.text] : [action.field, action.value ?? null];
  const history = [...state.history, [place, state.values[place] ?? null]];
  return { ...next, values: write(state.values, place, entry), history };
}

/** Why an action cannot be done in this task, as a code; null when it can. */
export function checkAction(workspace, action) {
  const isObject = typeof action === "object" && action !== null && !Array.isArray(action);
  if (!isObject || typeof action.action !== "string") return "wrong_shape";
  const shape = ACTIONS.get(action.action);
  if (!shape) return "unknown_action";
  const names = Object.keys(action);
  const fits = names.length === shape.names.length && shape.names.every((name) => names.includes(name));
  return fits ? shape.check(workspace, action) : "wrong_shape";
}

/** Whether scoring will read a text as a number of a field with this unit. */
export function isNumber(text, unit) {
  let rest = text.normalize("NFKC").trim();
  for (const affix of [unit.normalize("NFKC"), ...(SYMBOLS[unit] ?? [])]) {
    const wanted = affix.toUpperCase();
    if (affix && rest.toUpperCase().startsWith(wanted)) {
      rest = rest.slice(affix.length).trim();
      break;
    }
    if (affix && rest.toUpperCase().endsWith(wanted)) {
      rest = rest.slice(0, -affix.length).trim();
      break;
    }
  }
  return NUMBER.test(rest);
}

/** The fields that hold nothing among these values. */
export function emptyFields(workspace, values) {
  return fieldsOf(workspace).filter((field) => !values[field.name] || values[field.name].length === 0);
}

function checkSet(workspace, action) {
  const field = findField(workspace, action.field);
  if (!field) return "unknown_field";
  const options = field.options.map((option) => option.id);
  const value = action.value;
  if (field.type === "multi_choice") {
    const isSound = Array.isArray(value) && value.every((id) => typeof id === "string") && new Set(value).size === value.length;
    if (!isSound) return "wrong_shape";
    return value.every((id) => options.includes(id)) ? null : "unknown_option";
  }
  const refusal = checkText(value, field.type === "long_text" ? workspace.limits.long : workspace.limits.short);
  if (refusal !== null) return refusal;
  if (field.type === "choice" && !options.includes(value)) return "unknown_option";
  return field.type === "date" && !DATE.test(value) ? "not_a_date" : null;
}

function checkOpen(workspace, action) {
  return workspace.documents.some((document) => document.id === action.document) ? null : "unknown_document";
}

function checkText(value, most) {
  if (typeof value !== "string") return "wrong_shape";
  return [...value].length > most ? "too_long" : null; // code points, as the server counts
}

function findField(workspace, name) {
  return fieldsOf(workspace).find((field) => field.name === name);
}

function write(values, place, entry) {
  const { [place]: _, ...others } = values;
  return entry === null ? others : { ...others, [place]: entry };
}
