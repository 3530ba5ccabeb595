/** Fields inside a stem: each marker `[[1]]` or `[[A]]` gives way to what stands there. */

const MARKER = /\[\[([A-Z]|[1-9][0-9]?)\]\]/g;

/** Cut a text into `{text}` and `{id}` pieces. Pure. */
export function splitMarkers(text) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(MARKER)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ id: match[1] });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** Put `make(id)` in the place of every marker below a node. */
export function placeFields(node, make) {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (walker.currentNode.data.includes("[[")) texts.push(walker.currentNode);
  for (const text of texts) {
    const pieces = splitMarkers(text.data);
    text.replaceWith(...pieces.map((piece) => (piece.id ? make(piece.id) ?? `[[${piece.id}]]` : piece.text)));
  }
}
