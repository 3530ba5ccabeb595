/** Keys of the paper: letters answer, arrows turn the page, M flags, Delete clears. Never while somebody types or composes. */

import { isTyping } from "./dom.js";

export function listenToKeys({ book, view, covered }) {
  const commands = {
    ArrowLeft: () => book.step(-1),
    ArrowRight: () => book.step(1),
    m: () => book.toggleFlag(book.place),
    Delete: () => book.clear(book.place),
  };
  document.addEventListener("keydown", (event) => {
    if (covered() || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.target.closest?.(".table-frame, .workspace, .menu, dialog")) return;
    const command = commands[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (view.key(event)) {
      event.preventDefault();
    } else if (command) {
      event.preventDefault();
      if (!event.repeat) command();
    }
  });
}
