/** A sheet for one question: what an editor of the exam's page needs of an answer book, and nothing behind it. */

export class OneSheet {
  answers = new Map();

  closed = false;

  answer(place, value) {
    if (value === null) this.answers.delete(place);
    else this.answers.set(place, value);
  }

  close() {
    this.closed = true;
  }

  isLocked() {
    return this.closed;
  }

  leftFor() {
    return Infinity;
  }

  now() {
    return new Date().toISOString();
  }

  look() {}

  touch() {}
}
