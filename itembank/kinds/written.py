"""What is typed: numbers, numbers with a unit, short and long texts."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from itembank import errors
from itembank.kinds.choices import check_options
from itembank.kinds.declaration import Check, Flaw, Kind, Question

MAX_TEXT = 100_000  # characters; far above any honest answer, below what a socket frame takes
_LARGEST = Decimal(10) ** 15  # what a number to be entered may come to


class Number(Kind):
    """A number, as JSON's or as typed."""

    def check_shape(self, value: Any) -> Flaw:
        """See `Kind`."""
        return None if value is None or _is_number(value) else "expected a number"

    def atoms(self, value: Any) -> tuple[str, ...]:
        """See `Kind`."""
        return (str(value),)

    def check_correct(self, question: Question, correct: Sequence[str]) -> None:
        """See `Kind`."""
        if not correct:
            raise errors.NO_ANSWER()
        try:
            sound = len(correct) == 1 and abs(Decimal(correct[0])) < _LARGEST
        except InvalidOperation:
            sound = False
        if not sound:
            raise errors.NOT_A_NUMBER(answer=", ".join(correct)[:200])


class Quantity(Number):
    """A number and one of the units that are offered: `["12.5", "A"]`; the options are the units."""

    def check_shape(self, value: Any) -> Flaw:
        """See `Kind`."""
        sound = isinstance(value, list) and len(value) == 2 and _is_number(value[0]) and isinstance(value[1], str)
        return None if value is None or sound else "expected a number and the identifier of its unit"

    def offer(self, question: Question) -> Check:
        """See `Kind`."""
        units = frozenset(option.id for option in question.options)

        def check(value: Any) -> Flaw:
            flaw = self.check_shape(value)
            return flaw if flaw or value is None or value[1] in units else "this unit is not offered"

        return check

    def atoms(self, value: Any) -> tuple[str, ...]:
        """See `Kind`."""
        return (f"{value[0]} {value[1]}",)

    def check_question(self, question: Question) -> None:
        """See `Kind`."""
        check_options(question.options)


class Text(Kind):
    """A text of at most `MAX_TEXT` characters."""

    def check_shape(self, value: Any) -> Flaw:
        """See `Kind`."""
        sound = isinstance(value, str) and len(value) <= MAX_TEXT
        return None if value is None or sound else f"expected a string of at most {MAX_TEXT} characters"


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False
