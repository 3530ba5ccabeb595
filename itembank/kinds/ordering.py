"""Ordering: all options, in order.  An option earns at its place: a key's mapping writes `"B 1"` for B at the first place."""

from collections.abc import Sequence
from typing import Any

from itembank.kinds.choices import check_among, check_options
from itembank.kinds.declaration import Check, Flaw, Kind, Question, is_different
from itembank.kinds.errors import ORDER_WRONG


class Ordering(Kind):
    """An answer and a key name every option once."""

    def check_shape(self, value: Any) -> Flaw:
        """See `Kind`."""
        return None if value is None or is_different(value) else "expected a list of different identifiers"

    def offer(self, question: Question) -> Check:
        """See `Kind`."""
        every = sorted(option.id for option in question.options)

        def check(value: Any) -> Flaw:
            flaw = self.check_shape(value)
            if flaw or value is None:
                return flaw
            return None if sorted(value) == every else "expected every option once"

        return check

    def atoms(self, value: Any) -> tuple[str, ...]:
        """See `Kind`."""
        return tuple(f"{option} {n}" for n, option in enumerate(value, 1))

    def right(self, correct: Sequence[str]) -> tuple[str, ...]:
        """See `Kind`."""
        return self.atoms(correct)

    def check_question(self, question: Question) -> None:
        """See `Kind`."""
        check_options(question.options)

    def check_correct(self, question: Question, correct: Sequence[str]) -> None:
        """See `Kind`."""
        check_among(correct, [option.id for option in question.options])
        if sorted(correct) != sorted(option.id for option in question.options):
            raise ORDER_WRONG(order=", ".join(correct)[:200])

    def values(self, question: Question) -> tuple[str, ...]:
        """See `Kind`."""
        return tuple(f"{option.id} {n}" for option in question.options for n in range(1, len(question.options) + 1))
