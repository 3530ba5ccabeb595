/** The candidate's pencil: options struck out, passages highlighted, notes in the margin. Kept on this machine alone, never sent. */

export class Pencil {
  constructor(store) {
    Object.assign(this, { store, strikes: {}, marks: {} });
  }

  async load() {
    Object.assign(this, await this.store.recall("pencil"));
  }

  keep() {
    this.store.keep("pencil", { strikes: this.strikes, marks: this.marks });
  }

  isStruck(place, option) {
    return this.strikes[place]?.includes(option) ?? false;
  }

  strike(place, option, struck) {
    const others = (this.strikes[place] ?? []).filter((id) => id !== option);
    this.strikes[place] = struck ? [...others, option] : others;
    this.keep();
  }

  /** Marks of a case's material: `{id, start, end, note}` with offsets into its text. */
  marksOf(place) {
    return this.marks[place] ?? [];
  }

  mark(place, start, end, note = null) {
    const id = Math.max(0, ...this.marksOf(place).map((mark) => mark.id)) + 1;
    this.marks[place] = [...this.marksOf(place), { id, start, end, note }];
    this.keep();
    return id;
  }

  write(place, id, note) {
    this.marks[place] = this.marksOf(place).map((mark) => (mark.id === id ? { ...mark, note } : mark));
    this.keep();
  }

  rub(place, id) {
    this.marks[place] = this.marksOf(place).filter((mark) => mark.id !== id);
    this.keep();
  }
}
