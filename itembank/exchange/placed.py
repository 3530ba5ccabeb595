"""Matches, gaps and orders as other systems write them, made into the values of a draft: each right place earns an equal share."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from itembank import errors
from itembank.exchange.draft import DraftGap, DraftKey, DraftOption
from itembank.kinds.declaration import MARKER

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FEWEST = 2  # words that a gap is chosen from
_PLACE = re.compile(r"\[\[([0-9]{1,3})\]\]")


@dataclass(frozen=True)
class Word:
    """One choice of a text with gaps: its HTML, which group of gaps may take it, and whether it may be used again."""

    html: str
    group: str
    again: bool = True


def match(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return left sides with their right sides (HTML); a pair without a left side is a right side that fits nowhere.

    Raises:
        ExamError: `itembank.question_wrong`, when there are too many.
    """
    rights = list(dict.fromkeys(right for _, right in pairs))
    lefts = [(left, right) for left, right in pairs if left.strip()]
    return {
        "gaps": [DraftGap.model_construct(id=str(n), html=left, options=[]) for n, (left, _) in enumerate(lefts, 1)],
        "options": _options(rights),
        "key": DraftKey(correct=[f"{n} {LETTERS[rights.index(right)]}" for n, (_, right) in enumerate(lefts, 1)], scheme="per_option"),
    }


def order(texts: Sequence[str], *, by_place: bool) -> dict[str, Any]:
    """Return texts (HTML) that stand in their right order."""
    options = _options(texts)
    return {
        "options": options,
        "key": DraftKey(correct=[option.id for option in options], scheme="per_option" if by_place else "all_or_nothing"),
    }


def fill(stem: str, words: Sequence[Word], *, inline: bool) -> dict[str, Any]:
    """Return a stem whose marks `[[n]]` name the right word of each gap: with a list for each gap, or one list for all.

    Raises:
        ExamError: `itembank.question_wrong`.
    """
    rights = [int(found) - 1 for found in _PLACE.findall(stem)]
    if not rights or any(not 0 <= right < len(words) for right in rights):
        raise errors.QUESTION_WRONG(detail="[[n]]")
    places = iter(range(1, len(rights) + 1))
    numbered = _PLACE.sub(lambda _: f"[[{next(places)}]]", stem)
    if inline:
        return {"stem": numbered, **_inline(words, rights)}
    if len({word.group for word in words}) > 1:
        raise errors.GAP_GROUPS(count=len({word.group for word in words}))
    options = _options([word.html for word in words])
    key = DraftKey(correct=[f"{n} {options[right].id}" for n, right in enumerate(rights, 1)], scheme="per_option")
    gaps = [DraftGap.model_construct(id=str(n), html="", options=[]) for n in range(1, len(rights) + 1)]
    return {"stem": numbered, "options": options, "gaps": gaps, "key": key, "once": not any(word.again for word in words)}


def words_of(asked: Any) -> tuple[str, list[Word]]:
    """Return the stem and the words of a draft with gaps, the other way round.

    A key without a right option for a gap leaves its marker, which is then read as another gap: what is lost is told by reading back.
    """
    right = dict(pair.split(" ", 1) for pair in asked.key.correct)
    words: list[Word] = []
    number: dict[tuple[str, str], int] = {}
    for group, options in enumerate([gap.options for gap in asked.gaps] if not asked.options else [asked.options], 1):
        for option in options:
            words.append(Word(option.html, str(group), again=not asked.once))
            number[str(group), option.id] = len(words)

    def mark(found: re.Match[str]) -> str:
        group = "1" if asked.options else found[1]
        return f"[[{number.get((group, right.get(found[1], '')), found[1])}]]"

    return MARKER.sub(mark, asked.stem), words


def plain(source: str) -> str:
    """Return a text as HTML."""
    return html.escape(source.strip(), quote=False)


def _inline(words: Sequence[Word], rights: Sequence[int]) -> dict[str, Any]:
    gaps, correct = [], []
    for n, right in enumerate(rights, 1):
        own = [word for word in words if word.group == words[right].group]
        if len(own) < _FEWEST:
            raise errors.GAP_WORDS(gap=n)
        options = _options([word.html for word in own])
        gaps.append(DraftGap.model_construct(id=str(n), html="", options=options))
        correct.append(f"{n} {options[own.index(words[right])].id}")
    return {"gaps": gaps, "key": DraftKey(correct=correct, scheme="per_option")}


def _options(texts: Sequence[str]) -> list[DraftOption]:
    if len(texts) > len(LETTERS):
        raise errors.QUESTION_WRONG(detail=f"{len(texts)} > {len(LETTERS)}")
    return [DraftOption.model_construct(id=letter, html=text, fixed=False, area="") for letter, text in zip(LETTERS, texts, strict=False)]
