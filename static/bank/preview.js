/** An item drawn by the code of the candidate's own page; what is answered in it stays in it. */

import { Book } from "../exam/book.js";
import { Emitter } from "../exam/emitter.js";
import { ItemView } from "../exam/item_view.js";
import { layOut, needs } from "../exam/paper.js";
import { Pencil } from "../exam/pencil.js";
import { loadBusiness } from "../exam/task.js";
import { loadTex } from "../exam/tex.js";
import { texts } from "../exam/texts.js";

/** A sitting that sends nothing. */
class NoSitting extends Emitter {
  outbox = { safety: () => ({ look: "none" }) };

  clock = { now: () => Date.now() };

  put() {}
}

const NO_STORE = { keep() {}, recall: async () => undefined };

/** Draw a paper of one item into a node. */
export async function preview(node, paper, language) {
  const { business } = needs(paper);
  await Promise.all([loadTex(), business && loadBusiness()]);
  const sitting = new NoSitting();
  const book = new Book(sitting, layOut(paper), NO_STORE);
  const view = new ItemView(node, { book, sitting, pencil: new Pencil(NO_STORE), t: texts(language) });
  view.draw(book.screen);
}
