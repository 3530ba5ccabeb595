"""Embedded answers ("Cloze") of Moodle: a text with fields such as `{2:SHORTANSWER:=Berlin~%50%Bonn#almost}`, made into a draft.

A text of choices alone is an item with gaps; one field of another sort an item of its kind; anything else a case, its text numbered where
the fields stood, its parts the fields.  Source: Moodle's documentation of embedded answers.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from itembank import errors
from itembank.exchange import weighted
from itembank.exchange.draft import DraftGap, DraftKey, DraftPart
from itembank.exchange.weighted import LETTERS, Answer, Found

_OPENING = re.compile(r"\{([0-9]{0,4}):([A-Z_]{1,20}):")
_ESCAPED = re.compile(r"\\([}#~/\"\\])")
_WEIGHT = re.compile(r"=|%(-?[0-9]{1,3}(?:[.,][0-9]{0,7})?)%")
_SORTS = {
    **dict.fromkeys(("MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH"), "single"),
    **dict.fromkeys(("MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"), "single"),
    **dict.fromkeys(("MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH"), "multiple"),
    **dict.fromkeys(("MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"), "multiple"),
    **dict.fromkeys(("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"), "text"),
    **dict.fromkeys(("NUMERICAL", "NM"), "numeric"),
}
_WITH_CASE = frozenset({"SHORTANSWER_C", "SAC", "MWC"})
_FULL = Decimal(100)


@dataclass(frozen=True)
class _Field:
    """One field: its place in the text, what it earns, its sort as Moodle calls it, and its answers with their feedback."""

    start: int
    end: int
    marks: Decimal
    sort: str
    answers: tuple[tuple[Decimal, str, str], ...]

    @property
    def kind(self) -> str:
        return _SORTS[self.sort]


def fill_in(found: Found) -> None:
    """Make a question whose stem holds the fields into an item of the kind that fits them.

    Raises:
        ExamError: of `itembank.errors`, when a field is of another sort, has no answer that is worth all of it, or there is none.
    """
    text, fields = found.stem, list(_fields(found.stem))
    if not fields:
        raise errors.QUESTION_WRONG(detail="cloze")
    found.values["marks"] = sum(field.marks for field in fields)
    found.left_out += [f"feedback {told[:60]}" for field in fields for *_, told in field.answers if told]
    found.left_out += [field.sort for field in fields if field.sort in _WITH_CASE]
    if all(field.kind == "single" for field in fields):
        found.kind = "inline"
        found.values |= {"stem": _marked(text, fields, "[[{n}]]"), **_gaps(fields)}
    elif len(fields) == 1:
        found.kind, found.stem = fields[0].kind, _marked(text, fields, "____")
        found.answers, found.fixed = _answers(fields[0]), not fields[0].sort.endswith("S")
    else:
        found.kind = "case"
        parts = [_part(found, n, field) for n, field in enumerate(fields, 1)]
        found.values |= {"stem": "", "stimulus": _marked(text, fields, "({n}) ____"), "parts": parts}


def _fields(text: str) -> Iterator[_Field]:
    at = 0
    while opening := _OPENING.search(text, at):
        weight, sort = opening.groups()
        if sort not in _SORTS:
            raise errors.QUESTION_UNSUPPORTED(kind=f"cloze {sort}")
        at = _end(text, opening.end(), "}")
        marks = Decimal(weight or 1)
        if at == len(text) or not 0 < marks <= 1000:
            raise errors.QUESTION_WRONG(detail=opening[0])
        answers = tuple(_answer(piece) for piece in _parted(text[opening.end() : at], "~"))
        at += 1
        yield _Field(opening.start(), at, marks, sort, answers)


def _end(text: str, at: int, sign: str) -> int:
    """Return where a sign stands that no backslash makes part of the text; the end of the text where there is none."""
    while at < len(text) and text[at] != sign:
        at += 2 if text[at] == "\\" else 1
    return min(at, len(text))


def _parted(text: str, sign: str) -> Iterator[str]:
    at = 0
    while at <= len(text):
        end = _end(text, at, sign)
        yield text[at:end]
        at = end + 1


def _answer(piece: str) -> tuple[Decimal, str, str]:
    """Return weight, text and feedback."""
    piece = piece.strip()
    cut = _end(piece, 0, "#")
    told, feedback = piece[:cut], piece[cut + 1 :]
    found = _WEIGHT.match(told)
    weight = Decimal(0) if found is None else _FULL if found[1] is None else weighted.number(found[1].replace(",", "."))
    return weight, _ESCAPED.sub(r"\1", told[found.end() if found else 0 :]).strip(), feedback.strip()


def _answers(field: _Field) -> tuple[Answer, ...]:
    if field.kind == "text":
        return tuple(Answer(html.unescape(text), weight) for weight, text, _ in field.answers)
    if field.kind == "numeric":
        return tuple(_number(weight, html.unescape(text)) for weight, text, _ in field.answers)
    return tuple(Answer(text, weight) for weight, text, _ in field.answers)


def _number(weight: Decimal, text: str) -> Answer:
    if text == "*" and weight == 0:
        return Answer(text, weight)
    value, _, tolerance = text.partition(":")
    margin = weighted.number(tolerance) if tolerance else None
    if margin is not None and margin < 0:
        raise errors.NOT_A_NUMBER(answer=text[:40])
    return Answer(f"{weighted.number(value):f}", weight, margin)


def _marked(text: str, fields: Sequence[_Field], mark: str) -> str:
    pieces, at = [], 0
    for n, field in enumerate(fields, 1):
        pieces += [text[at : field.start], mark.format(n=n)]
        at = field.end
    return "".join([*pieces, text[at:]])


def _gaps(fields: Sequence[_Field]) -> dict[str, Any]:
    """Return the gaps; what each choice is worth where they are not worth the same, or some are worth a part."""
    gaps, correct = [], []
    worths: dict[str, Decimal] = {}
    for n, field in enumerate(fields, 1):
        answers = _answers(field)
        full = [letter for letter, answer in zip(LETTERS, answers, strict=False) if answer.weight == _FULL]
        if len(full) != 1:
            raise errors.WEIGHTS_REFUSED(weights=weighted.told(answers))
        gaps.append(DraftGap.model_construct(id=str(n), html="", options=weighted.options(answers)))
        correct.append(f"{n} {full[0]}")
        earned = {letter: round(field.marks * answer.weight / _FULL, 6) for letter, answer in zip(LETTERS, answers, strict=False)}
        worths |= {f"{n} {letter}": worth.normalize() + 0 for letter, worth in earned.items() if worth}
    key: dict[str, Any] = {"correct": correct, "scheme": "per_option"}
    if len(worths) > len(fields) or len(set(worths.values())) > 1:
        key |= {"scheme": "mapped", "worths": worths}
    return {"gaps": gaps, "key": DraftKey.model_validate(key)}


def _part(whole: Found, n: int, field: _Field) -> DraftPart:
    sub = replace(whole, kind=field.kind, answers=_answers(field), fixed=not field.sort.endswith("S"), values={}, remarks=[], left_out=[])
    asked = weighted.asked(sub)
    whole.remarks += sub.remarks
    whole.left_out += sub.left_out
    if asked["key"].lacks:
        raise errors.WEIGHTS_REFUSED(weights=weighted.told(sub.answers))
    return DraftPart(kind=sub.kind, stem=f"({n})", marks=field.marks, **asked)
