/** What this tab alone knows: it outlives a reload, and another tab of the same browser begins without it. */

const nameOf = (attempt) => `kaochang-epoch ${attempt}`;

/** The epoch under which this tab holds an attempt; null while it does not. Where the browser keeps nothing a reload forgets it, and the page asks. */
export class Tab {
  constructor(attempt) {
    this.attempt = attempt;
    try {
      this.epoch = JSON.parse(sessionStorage.getItem(nameOf(attempt)));
    } catch {
      this.epoch = null;
    }
  }

  hold(epoch) {
    this.epoch = epoch;
    try {
      sessionStorage.setItem(nameOf(this.attempt), JSON.stringify(epoch));
    } catch {
      // it is known until the page goes
    }
  }
}
