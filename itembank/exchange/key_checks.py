"""Whether a question makes sense, and its key fits it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from itembank import errors
from itembank.kinds.catalogue import KINDS
from itembank.kinds.declaration import Kind, Question
from itembank.kinds.errors import PATTERN_WRONG, SCHEME_WRONG, UNITS_WRONG, WORTHS_WRONG

if TYPE_CHECKING:  # which imports this
    from itembank.exchange.draft import DraftKey

_PARTS = ("options", "gaps", "once", "limit", "image")
_HUNDREDTH = Decimal("0.01")


def check_key(name: str, question: Question, key: "DraftKey", marks: Decimal) -> None:
    """Refuse a question that does not make sense, or a key that does not fit it; a key that `lacks` something is not looked at.

    Raises:
        ExamError: of `itembank.errors` or `itembank.kinds.errors`, saying what does not fit.
    """
    kind = KINDS[name]
    for part in _PARTS:
        if getattr(question, part) and part not in kind.parts_of_question:
            raise errors.FIELD_WRONG(field=part, detail=name)
    kind.check_question(question)
    if key.lacks:
        return
    if name == "extended":
        _check_rubric(key, marks)
    elif name == "text":
        _check_texts(key)
    elif name == "quantity":
        _check_factors(question, key.factors)
    if name not in {"text", "extended"}:
        kind.check_correct(question, key.correct)
    if key.scheme not in kind.schemes:
        raise SCHEME_WRONG(scheme=key.scheme)
    if key.scheme == "mapped":
        _check_worths(kind, question, key, marks)


def _check_texts(key: "DraftKey") -> None:
    if not any(text.strip() for text in key.correct):
        raise errors.NO_ANSWER()
    for pattern in key.patterns:
        if not pattern.replace("*", "").replace("?", "").strip():
            raise PATTERN_WRONG(pattern=pattern)


def _check_factors(question: Question, factors: Mapping[str, Decimal]) -> None:
    unknown = set(factors) - {option.id for option in question.options}
    if unknown or not factors:
        raise UNITS_WRONG(detail=", ".join(sorted(unknown)) or "–")


def _check_worths(kind: Kind, question: Question, key: "DraftKey", marks: Decimal) -> None:
    """See that the right answer earns the marks of the item, and that the bounds lie within them."""
    known = kind.values(question)
    unknown = [value for value in key.worths if known and value not in known]
    if unknown or not key.worths:
        raise WORTHS_WRONG(detail=", ".join(unknown)[:200] or "–")
    floor, ceiling = key.floor or Decimal(0), marks if key.ceiling is None else key.ceiling
    if not floor <= ceiling <= marks:
        raise WORTHS_WRONG(detail=f"{floor} ≤ {ceiling} ≤ {marks}")
    for answer in [kind.right(key.correct)] if known else [(text,) for text in key.correct]:
        earned = min(max(_sum(key.worths, answer), floor), ceiling)
        if abs(earned - marks) >= _HUNDREDTH / 2:
            raise WORTHS_WRONG(detail=f"{', '.join(answer)}: {earned} ≠ {marks}"[:200])


def _sum(worths: Mapping[str, Decimal], answer: Sequence[str]) -> Decimal:
    return sum((worths.get(value, Decimal(0)) for value in answer), Decimal(0))


def _check_rubric(key: "DraftKey", marks: Decimal) -> None:
    if not key.rubric and not key.reference.strip():
        raise errors.RUBRIC_MISSING()
    ids = [criterion.id for criterion in key.rubric]
    if len(set(ids)) != len(ids):
        raise errors.RUBRIC_TWICE(id=next(twice for twice in ids if ids.count(twice) > 1))
    total = sum(max(level.marks for level in criterion.levels) for criterion in key.rubric)
    if key.rubric and total != marks:
        raise errors.RUBRIC_MARKS(rubric=str(total), marks=str(marks))
