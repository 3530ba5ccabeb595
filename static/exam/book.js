/**
 * The answer book: the candidate's answers, flags and place in the paper, as this page shows them.  Every change goes to the
 * sitting's outbox.  Events: `answer` (place), `flags`, `cleared` (place), `look` (place),
 * `move` (screen, place), `load`.
 */

import { instant } from "./clock.js";
import { Emitter } from "./emitter.js";
import { FLAGS, isAnswered, partOf } from "./paper.js";

export class Book extends Emitter {
  constructor(sitting, layout, store) {
    super();
    Object.assign(this, { sitting, layout, store, readOnly: false, until: Infinity });
    Object.assign(this, { answers: new Map(), flags: new Set(), typing: new Set(), closed: new Set() });
    this.screen = layout.screens[0];
    this.place = this.screen.spots[0].place;
  }

  /** Fill the book with what the server holds and, over it, what still waits here. */
  load(saved, waiting) {
    this.answers.clear();
    for (const [place, answer] of Object.entries(saved)) this.set(place, answer.value);
    for (const entry of waiting) {
      const log = this.layout.spots.get(entry.item)?.kind === "business";
      this.set(entry.item, log ? [...(this.answers.get(entry.item) ?? []), entry.value] : entry.value);
    }
    this.flags = new Set(this.answers.get(FLAGS) ?? []);
    this.answers.delete(FLAGS);
    this.tell("load");
  }

  /** Note that a field holds what is not an entry yet, or no more. */
  touch(place, isTyping) {
    if (this.typing.has(place) === isTyping) return;
    if (isTyping) this.typing.add(place);
    else this.typing.delete(place);
    this.sitting.tell("save");
  }

  /** The place that the server saw answered last. */
  get latest() {
    const answered = Object.entries(this.sitting.saved).filter(([place]) => this.layout.spots.has(place));
    return answered.sort(([, a], [, b]) => a.seq - b.seq).at(-1)?.[0];
  }

  set(place, value) {
    if (value === null || value === undefined) this.answers.delete(place);
    else this.answers.set(place, value);
  }

  get spot() {
    return this.layout.spots.get(this.place);
  }

  isAnswered(place) {
    return isAnswered(this.answers.get(place), this.layout.spots.get(place).item);
  }

  partOf(place) {
    return partOf(this.answers.get(place), this.layout.spots.get(place).item);
  }

  /** The instant of what is done now; after `until` that instant, for what a field gives up when time is up was typed before. */
  now() {
    return new Date(Math.min(this.sitting.clock.now(), this.until)).toISOString();
  }

  /** The milliseconds left to answer at a place; infinite while no clock runs. */
  leftFor(place) {
    const { view, clock } = this.sitting;
    const end = view?.section_ends?.[this.layout.spots.get(place).section.id] ?? view?.deadline;
    return end ? instant(end) - clock.now() : Infinity;
  }

  /** Whether a place cannot be answered now: nothing can, or its section is closed. */
  isLocked(place) {
    return this.readOnly || this.closed.has(this.layout.spots.get(place).section.id);
  }

  /** Change an answer; `typedAt` when it was typed a while ago. */
  answer(place, value, typedAt = this.now()) {
    if (this.isLocked(place)) return;
    this.set(place, value);
    this.sitting.put(place, value, typedAt);
    this.tell("answer", place);
  }

  /** Add an action to the log of a business task. */
  act(place, action) {
    if (this.isLocked(place)) return;
    this.set(place, [...(this.answers.get(place) ?? []), action]);
    this.sitting.put(place, action, this.now());
    this.tell("answer", place);
  }

  clear(place) {
    if (this.layout.spots.get(place).kind === "business" || !this.isAnswered(place)) return;
    this.answer(place, null);
    this.tell("cleared", place);
  }

  toggleFlag(place) {
    if (this.readOnly) return;
    if (!this.flags.delete(place)) this.flags.add(place);
    this.sitting.put(FLAGS, [...this.flags], this.now());
    this.tell("flags", place);
  }

  /** Turn to a place; the screen changes when it is on another one. */
  go(place) {
    const spot = this.layout.spots.get(place);
    if (!spot) return;
    this.screen = spot.screen;
    this.look(place);
    this.tell("move", spot.screen, place);
  }

  /** Note which place of the screen the candidate is at. */
  look(place) {
    if (this.place === place) return;
    this.place = place;
    this.store.keep("position", place);
    this.tell("look", place);
  }

  step(by) {
    const screen = this.layout.screens[this.screen.index + by];
    if (screen) this.go(screen.spots[0].place);
  }
}
