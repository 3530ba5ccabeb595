/** Somebody who tells what happened, and the hands that take it. */
export class Emitter {
  #hands = new Map();

  on(name, hand) {
    this.#hands.set(name, [...(this.#hands.get(name) ?? []), hand]);
  }

  tell(name, ...what) {
    for (const hand of this.#hands.get(name) ?? []) hand(...what);
  }
}
