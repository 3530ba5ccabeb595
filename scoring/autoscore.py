"""Automatic scoring: a response and a key in, exact marks and their reason out."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any, Protocol

from itembank.kinds.catalogue import KINDS
from itembank.kinds.declaration import BaseType, Cardinality, Kind

MARK_STEP = Decimal("0.01")
"""Marks are kept to the hundredth."""

REASONS: dict[str, tuple[str, str]] = {
    "right": ("答案正确", "The answer is right"),
    "wrong": ("答案错误", "The answer is wrong"),
    "partial": ("部分正确,按规则得部分分", "Partly right: part of the marks by the rule"),
    "wrong_option": ("选入了错误选项,按规则不得分", "A wrong option was chosen: no marks by the rule"),
    "within_tolerance": ("数值在允许误差内", "The number is within the tolerance"),
    "unanswered": ("未作答", "Not answered"),
    "not_a_number": ("不是数字", "Not a number"),
    "wrong_unit": ("数值与所选单位不符", "The number is not right in the unit chosen"),
    "fits_pattern": ("符合可接受的写法", "Fits a pattern that is accepted"),
}
"""Reason code → Chinese, English."""

_FORGIVING = Context(prec=60, traps=[])  # a number of absurd size is infinitely far from the right one, never an error


class MarkingKey(Protocol):
    """What scoring needs of a key: see `itembank.exchange.draft.DraftKey`."""

    @property
    def correct(self) -> Sequence[str]:
        """Right option ids, accepted texts, or the one right number."""

    @property
    def scheme(self) -> str:
        """`all_or_nothing`, `per_option`, `partial_no_wrong` or `mapped`."""

    @property
    def worths(self) -> Mapping[str, Decimal]:
        """What each value earns or costs, when mapped."""

    @property
    def floor(self) -> Decimal | None:
        """The least that a mapped answer earns."""

    @property
    def ceiling(self) -> Decimal | None:
        """The most that a mapped answer earns."""

    @property
    def patterns(self) -> Sequence[str]:
        """Accepted texts with `*` for any run of characters and `?` for one."""

    @property
    def tolerance(self) -> Decimal | None:
        """Greatest absolute distance from the right number."""

    @property
    def factors(self) -> Mapping[str, Decimal]:
        """What one of each unit is in the unit of the right number."""


@dataclass(frozen=True)
class Scored:
    """Marks for one answer, with the code of the reason (see `REASONS`)."""

    marks: Decimal
    max_marks: Decimal
    reason: str


def round_marks(marks: Decimal) -> Decimal:
    """Round to the hundredth, half up: the one place where marks are rounded."""
    return marks.quantize(MARK_STEP, ROUND_HALF_UP)


def score(kind: str, key: MarkingKey, value: Any, marks: Decimal) -> Scored:
    """Score one answer of a machine-scored kind.

    Args:
        kind: a machine-scored kind of `itembank.kinds`.
        key: the item's key.
        value: the answer in the shape of its response declaration; `None` is unanswered.
        marks: full marks of the item.
    """
    if value is None or value in ("", []):
        return Scored(Decimal(0), marks, "unanswered")
    declared = KINDS[kind]
    match declared.response.base_type:
        case BaseType.NUMBER:
            return _numeric(key, value, Decimal(1), marks)
        case BaseType.QUANTITY:
            return _quantity(key, value, marks)
        case BaseType.STRING:
            return _text(key, value, marks)
    return _atoms(declared, key, value, marks)


def normalise(text: str) -> str:
    """Fold what a typist does not mean: full-width forms (NFKC), case, and runs of white space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def read_number(value: Any) -> Decimal | None:
    """Read a number as people type it: full-width digits and thousands separators allowed; None when it is none."""
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "").replace(" ", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _all_or_nothing(is_right: bool, marks: Decimal) -> Scored:
    return Scored(marks, marks, "right") if is_right else Scored(Decimal(0), marks, "wrong")


def _atoms(kind: Kind, key: MarkingKey, value: Any, marks: Decimal) -> Scored:
    """Score what an answer amounts to by the key's scheme.

    `per_option`: marks × max(0, right − wrong) / number of right ones; where a wrong one stands in the place of a right one it costs
    nothing more.  `partial_no_wrong` (少选得部分分、错选不得分): anything wrong gives 0, otherwise marks × right / number of right ones.
    `mapped`: the worths of the different values added up, within the bounds.
    """
    chosen, correct = set(kind.atoms(value)), set(kind.right(key.correct))
    if kind.response.cardinality is Cardinality.SINGLE and key.scheme != "mapped":
        return _all_or_nothing(chosen <= correct, marks)
    if chosen == correct:
        return Scored(marks, marks, "right")
    right, wrong = len(chosen & correct), len(chosen - correct)
    if key.scheme == "partial_no_wrong" and wrong:
        return Scored(Decimal(0), marks, "wrong_option")
    earned = Decimal(0)
    if key.scheme == "mapped":
        earned = _mapped(key, chosen, marks)
    elif key.scheme == "per_option":
        earned = marks * max(0, right - wrong * kind.wrong_costs) / len(correct)
    elif key.scheme == "partial_no_wrong":
        earned = marks * right / len(correct)
    return _part(earned, marks)


def _mapped(key: MarkingKey, values: Iterable[str], marks: Decimal) -> Decimal:
    total = sum((key.worths.get(value, Decimal(0)) for value in values), Decimal(0))
    return min(max(total, key.floor or Decimal(0)), marks if key.ceiling is None else key.ceiling)


def _part(earned: Decimal, marks: Decimal) -> Scored:
    rounded = round_marks(earned)
    return Scored(rounded, marks, "right" if rounded == marks else "partial" if rounded else "wrong")


def _text(key: MarkingKey, value: str, marks: Decimal) -> Scored:
    """Compare texts in their normal form; of a mapped key the first text that fits earns what it is worth."""
    said = normalise(value)
    if key.scheme == "mapped":
        known = next((text for text in key.worths if normalise(text) == said), None)
        if known is not None:
            return _part(_mapped(key, [known], marks), marks)
    elif said in {normalise(text) for text in key.correct}:
        return Scored(marks, marks, "right")
    if any(fnmatchcase(said, normalise(pattern).replace("[", "[[]")) for pattern in key.patterns):
        return Scored(marks, marks, "fits_pattern")
    return _part(key.floor or Decimal(0), marks) if key.scheme == "mapped" else Scored(Decimal(0), marks, "wrong")


def _quantity(key: MarkingKey, value: Sequence[Any], marks: Decimal) -> Scored:
    number, unit = value
    if unit not in key.factors:
        return Scored(Decimal(0), marks, "not_a_number" if read_number(number) is None else "wrong_unit")
    scored = _numeric(key, number, key.factors[unit], marks)
    is_right_elsewhere = scored.reason == "wrong" and any(
        _numeric(key, number, factor, marks).marks for other, factor in key.factors.items() if other != unit
    )
    return Scored(Decimal(0), marks, "wrong_unit") if is_right_elsewhere else scored


def _numeric(key: MarkingKey, value: Any, factor: Decimal, marks: Decimal) -> Scored:
    number = read_number(value)
    if number is None:
        return Scored(Decimal(0), marks, "not_a_number")
    distance = _FORGIVING.abs(_FORGIVING.subtract(_FORGIVING.multiply(number, factor), Decimal(key.correct[0])))
    if not distance:
        return Scored(marks, marks, "right")
    within = key.tolerance is not None and distance <= key.tolerance
    return Scored(marks, marks, "within_tolerance") if within else Scored(Decimal(0), marks, "wrong")
