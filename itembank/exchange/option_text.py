"""Options and answers as people write them in running text."""

import re
import unicodedata
from collections.abc import Sequence

from itembank.errors import OPTIONS_UNCLEAR

_MARKER = re.compile(r"(?<![A-Za-z0-9Ａ-Ｚａ-ｚ{\\])([A-HＡ-Ｈ])[ \u3000]*[.．、:：)）]")
_LINE_MARKER = re.compile(r"^[ \t\u3000]*([A-ZＡ-Ｚ])[ \u3000]*[.．、:：)）]", re.MULTILINE)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = re.compile(r"[A-Z](?:[\s,、;/&+和]*[A-Z])*")
_TRUE = frozenset({"对", "正确", "是", "√", "✓", "✔", "t", "true", "yes", "y", "right", "correct"})
_FALSE = frozenset({"错", "错误", "否", "×", "✗", "✘", "x", "f", "false", "no", "n", "wrong", "incorrect"})


def split_options(text: str) -> tuple[str, list[str]] | None:
    """Part a text that ends in options `A. … B. …` into what stands before them and the options; None when it holds no such marks.

    The letters must run from A without gap or repetition, in the text or at the beginnings of its lines: what is not clear is not
    guessed.

    Raises:
        ExamError: `itembank.options_unclear`.
    """
    markers = [(unicodedata.normalize("NFKC", found[1]), found) for found in _MARKER.finditer(text)]
    for start in range(len(markers) - 1, -1, -1):
        if markers[start][0] == "A":
            chain = _clear(markers[start:], text)
            if chain:
                ends = [marker.start() for marker in chain[1:]] + [len(text)]
                options = [text[marker.end() : end].strip() for marker, end in zip(chain, ends, strict=True)]
                return text[: chain[0].start()].rstrip(), options
    if len({letter for letter, _ in markers}) >= 2:
        raise OPTIONS_UNCLEAR(found=" ".join(letter for letter, _ in markers)[:40])
    return None


def read_options(cell: str) -> list[str]:
    """Return the options of one cell: marked `A. …`, or one a line; more than eight are marked each at the beginning of a line.

    Raises:
        ExamError: `itembank.options_unclear`.
    """
    lines = [line.strip() for line in cell.splitlines() if line.strip()]
    if not any(_MARKER.match(line) for line in lines):
        return lines
    many = _each_a_line(cell)
    if many:
        return many
    marked = split_options(cell)
    if not marked or marked[0]:
        raise OPTIONS_UNCLEAR(found=lines[0][:40])
    return marked[1]


def read_choice(answer: str, options: Sequence[str]) -> list[str] | None:
    """Return the letters that an answer names: letters, the text of an option, or a word for true or false; None when it names none."""
    text = unicodedata.normalize("NFKC", answer).strip()
    if text in options:
        return [_ALPHABET[options.index(text)]]
    truth = read_truth(text) if len(options) == 2 else None
    if _LETTERS.fullmatch(text.upper()) and (truth is None or text.upper() in "AB"):
        return [letter for letter in text.upper() if letter in _ALPHABET]
    meant = [letter for letter, option in zip(_ALPHABET, options, strict=False) if truth is not None and read_truth(option) is truth]
    return meant[:1] or None


def read_truth(text: str) -> bool | None:
    """Return what a word for true or false means; None when it is neither."""
    word = unicodedata.normalize("NFKC", text).strip().lower().rstrip("。.")
    return True if word in _TRUE else False if word in _FALSE else None


def _each_a_line(cell: str) -> list[str]:
    """Return more than eight options, each marked at the beginning of a line; nothing where they are not."""
    markers = list(_LINE_MARKER.finditer(cell))
    letters = "".join(unicodedata.normalize("NFKC", found[1]) for found in markers)
    if len(letters) <= 8 or letters != _ALPHABET[: len(letters)] or cell[: markers[0].start()].strip():
        return []
    ends = [found.start() for found in markers[1:]] + [len(cell)]
    return [cell[found.end() : end].strip() for found, end in zip(markers, ends, strict=True)]


def _clear(markers: Sequence[tuple[str, re.Match[str]]], text: str) -> list[re.Match[str]]:
    """Return the markers when their letters run A, B, …; else those at line beginnings when theirs do; else nothing."""
    at_lines = [(letter, found) for letter, found in markers if not text[: found.start()].rpartition("\n")[2].strip()]
    for chosen in (markers, at_lines):
        if len(chosen) >= 2 and [letter for letter, _ in chosen] == list("ABCDEFGH"[: len(chosen)]):
            return [found for _, found in chosen]
    return []
