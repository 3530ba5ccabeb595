/** What this page knows of its attempt, folded from what the server says.  Pure: a new view for every message. */

const STAGES = {
  scheduled: "waiting", ready: "waiting", running: "paper", paused: "paper", closing: "paper",
  submitted: "over", absent: "over", voided: "over",
};

/** The room of the page that a view belongs to; whoever waits at the desk's door (`entered`) goes in as soon as the key is told. */
export function stageOf(view, entered) {
  return entered && view.state === "ready" && view.paper_key ? "paper" : STAGES[view.state];
}

const FIELDS = [
  "state", "n", "deadline", "deadline_version", "deadline_acked", "left_s", "starts_at", "started_at", "earliest_submit_at",
  "paper_key", "file_key", "awaits_room", "reads_until", "section_ends",
];

const EMPTY = { state: null, n: 0, deadline: null, deadline_version: 0, deadline_acked: 0, epoch: null, reason: null };

const merge = (view, told) => {
  const next = { ...view };
  for (const field of FIELDS) if (told[field] !== undefined) next[field] = told[field];
  return next;
};

/** The view after a full picture: the answer of `GET state`, or a welcome, which alone gives this page its epoch. */
export function takePicture(view, picture, welcome = false) {
  const next = merge(view ?? EMPTY, picture);
  return welcome ? { ...next, epoch: picture.epoch } : next;
}

/**
 * The view after one numbered event, and what to make of it: `seen` for one that was here before, `gap` when an earlier one is
 * missing (the caller fetches the state since `view.n`), `fresh` otherwise.  `fetched` events come complete and in order.
 */
export function takeEvent(view, payload, fetched = false) {
  const before = view ?? EMPTY;
  const n = payload.n ?? before.n;
  if (payload.n !== undefined && n <= before.n) return { view, verdict: "seen" };
  if (payload.n !== undefined && n > before.n + 1 && !fetched) return { view, verdict: "gap" };
  return { view: { ...merge(before, payload), reason: payload.reason ?? null }, verdict: "fresh" };
}

/**
 * Whether entries may be sent: once the attempt has started, and not while it is paused.  After its end too: the server then keeps
 * them aside for people, which is better than on this machine alone.
 */
export function mayDeliver(view) {
  return Boolean(view?.state) && !["scheduled", "ready", "paused"].includes(view.state);
}
