"""Drafts as Aiken: plain text, one right option each.

The format has no place for a reference, by which a bank puts its items in order: they stand in the order of their texts, so that a
bank made of a file gives the same file.
"""

from collections.abc import Iterable

from itembank.exchange.draft import Draft
from itembank.exchange.lettering import by_place
from itembank.sanitising import plain_text

KINDS = frozenset({"single", "truefalse"})


def write(drafts: Iterable[Draft]) -> bytes:
    """Return a file of all drafts, each of a kind of `KINDS`."""
    return "\n".join(sorted(map(_question, drafts))).encode()


def _question(draft: Draft) -> str:
    letters = by_place(draft.options)
    stem = [line.strip() for part in draft.stem.split("<br>") if (line := plain_text(part)).strip()]
    options = [f"{letters[option.id]}. {' '.join(plain_text(option.html).split())}" for option in draft.options]
    answers = [f"ANSWER: {letters.get(right, right)}" for right in draft.key.correct]
    return "\n".join([*stem, *options, *answers, ""])
