/** Formulas: TeX between dollar signs in a text, laid out by KaTeX. */

let katex = null;

/** Fetch KaTeX; the page does so with the paper, so that formulas need no network later. */
export async function loadTex() {
  await import("../vendor/katex/katex.min.js");
  katex = globalThis.katex;
}

// As in Pandoc's manual ("tex_math_dollars"): no space inside the dollars, no digit after the closing one; so "$200 and $300" stays money.
const FORMULA = /\$\$([^$]+)\$\$|\$(?!\s)((?:[^$\\]|\\.)+?)(?<!\s)\$(?!\d)/g;

/** Cut a text into `{text}` and `{tex, display}` pieces. Pure. */
export function splitTex(text) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(FORMULA)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ tex: match[1] ?? match[2], display: match[1] !== undefined });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** Lay out the formulas below a node. KaTeX builds elements and sets styles through the object model, which a strict CSP allows. */
export function layTex(node) {
  if (!katex) return;
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (walker.currentNode.data.includes("$")) texts.push(walker.currentNode);
  for (const text of texts) {
    const pieces = splitTex(text.data);
    if (pieces.some((piece) => piece.tex)) text.replaceWith(...pieces.map(layPiece));
  }
}

function layPiece(piece) {
  if (!piece.tex) return document.createTextNode(piece.text);
  const node = document.createElement("span");
  katex.render(piece.tex, node, { displayMode: piece.display, throwOnError: false });
  return node;
}
