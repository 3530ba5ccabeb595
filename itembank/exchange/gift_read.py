"""GIFT questions as drafts: choices, true or false, short answers, numbers and essays and matching.

A category or a text without answers is no item.  `[id:…]` is the reference, each `[tag:…]` a knowledge point, general feedback the
explanation.
"""

from collections.abc import Iterator
from decimal import Decimal

from core.errors import ExamError
from itembank import errors
from itembank.exchange import gift_syntax, placed, weighted
from itembank.exchange.gift_syntax import Broken, Choice, Question, Text
from itembank.exchange.report import Place, Reading, Remark
from itembank.exchange.weighted import Answer, Found

_KINDS = {"Essay": "extended", "TF": "truefalse", "Short": "text", "Numerical": "numeric", "Matching": "matching"}


def read(data: bytes) -> Iterator[Reading]:
    """Yield every question of a file, or why it stays out.

    Raises:
        ExamError: `itembank.file_unreadable`.
    """
    yield from weighted.readings(_questions(gift_syntax.decode(data)))


def _questions(text: str) -> Iterator[Found | Remark]:
    for entry in gift_syntax.parse(text):
        place = Place(row=entry.row)
        if isinstance(entry, Broken):
            yield Remark("", errors.QUESTION_WRONG(detail=entry.detail), place)
        elif entry.kind not in {"Category", "Description"}:
            try:
                yield _found(entry, place)
            except ExamError as error:
                yield Remark(entry.id[: weighted.REF_LENGTH] or entry.title[: weighted.REF_LENGTH], error, place)


def _found(entry: Question, place: Place) -> Found:
    found = Found(
        kind=_kind(entry),
        stem=_html(entry.stem),
        place=place,
        title=entry.title,
        id=entry.id,
        explanation=_html(entry.general) if entry.general else "",
        values={"knowledge": list(entry.tags)},
    )
    _note(entry, found)
    if entry.kind == "TF":
        truth = Decimal(100 if entry.choices[0].is_correct else 0)
        found.answers = (Answer("", truth), Answer("", 100 - truth))
    elif entry.kind == "Numerical":
        found.answers = tuple(_number(choice) for choice in entry.choices)
    elif entry.kind == "Short":
        found.answers = tuple(Answer(choice.text.text, choice.worth) for choice in entry.choices)
    elif entry.kind == "Matching":
        found.values |= placed.match([_pair(choice) for choice in entry.choices])
    else:
        found.answers = tuple(Answer(_html(choice.text), choice.worth) for choice in entry.choices)
    return found


def _pair(choice: Choice) -> tuple[str, str]:
    left = Text(choice.text.format, choice.text.text.partition("->")[0].rstrip())
    return _html(left), placed.plain(choice.match or "")


def _kind(entry: Question) -> str:
    if entry.kind == "MC":
        return "single" if any(choice.is_correct for choice in entry.choices) else "multiple"
    return _KINDS[entry.kind]


def _note(entry: Question, found: Found) -> None:
    """Name what a draft has no room for."""
    feedback = [choice.feedback.text for choice in entry.choices if choice.feedback] + [
        text.strip() for text in entry.feedback if text.strip()
    ]
    found.left_out += [f"feedback {text[:60]}" for text in feedback]
    texts = [entry.stem, *([entry.general] if entry.general else []), *(choice.text for choice in entry.choices)]
    if any(text.format == "markdown" for text in texts):
        found.left_out.append("markdown")


def _number(choice: Choice) -> Answer:
    """Read `value`, `value:tolerance` or `low..high`; `*`, or nothing behind `~`, is any other number."""
    text = choice.text.text
    if choice.worth == 0 and text in {"", "*"}:
        return Answer("*", Decimal(0))
    low, ranged, high = text.partition("..")
    if ranged:
        bounds = weighted.number(low), weighted.number(high)
        if bounds[0] > bounds[1]:
            raise errors.NOT_A_NUMBER(answer=text[:40])
        return Answer(f"{(bounds[0] + bounds[1]) / 2:f}", choice.worth, (bounds[1] - bounds[0]) / 2)
    value, toleranced, tolerance = text.partition(":")
    found = weighted.number(tolerance) if toleranced else None
    if found is not None and found < 0:
        raise errors.NOT_A_NUMBER(answer=text[:40])
    return Answer(f"{weighted.number(value):f}", choice.worth, found)


def _html(text: Text) -> str:
    return weighted.as_html(text.text, text.format)
