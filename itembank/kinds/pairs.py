"""Pairs: gaps that each take one option, from a list of their own, or from one list for all; and left sides to be matched with right ones.

An answer is a list of pairs `[gap, option]`, each gap once; a key writes a pair `"1 B"`.
"""

from collections.abc import Sequence
from typing import Any

from itembank import errors
from itembank.kinds.choices import check_among, check_markers, check_options
from itembank.kinds.declaration import Check, Choosable, Fillable, Flaw, Kind, Question
from itembank.kinds.errors import GAP_EMPTY, GAPS_WRONG, PAIRS_WRONG

_SHAPE = "expected a list of pairs [gap, option], each gap once"


class Pairs(Kind):
    """Gaps take options of one list; with `once`, each option goes into one gap only."""

    def check_shape(self, value: Any) -> Flaw:
        """See `Kind`."""
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
            return _SHAPE
        if not all(isinstance(name, str) for pair in value for name in pair):
            return _SHAPE
        return None if len({gap for gap, _ in value}) == len(value) else _SHAPE

    def offer(self, question: Question) -> Check:
        """See `Kind`."""
        offered = frozenset(self.values(question))

        def check(value: Any) -> Flaw:
            flaw = self.check_shape(value)
            if flaw or value is None:
                return flaw
            if not offered.issuperset(self.atoms(value)):
                return "one of these pairs is not offered"
            if question.once and len({option for _, option in value}) < len(value):
                return "an option may be used once only"
            return None

        return check

    def atoms(self, value: Any) -> tuple[str, ...]:
        """See `Kind`."""
        return tuple(f"{gap} {option}" for gap, option in value)

    def check_question(self, question: Question) -> None:
        """See `Kind`."""
        if not question.gaps or [gap.id for gap in question.gaps] != [str(n) for n in range(1, len(question.gaps) + 1)]:
            raise GAPS_WRONG(found=" ".join(gap.id for gap in question.gaps)[:80] or "–")
        for gap in question.gaps:
            self.check_gap(gap)
        self.check_offer(question)

    def check_gap(self, gap: Fillable) -> None:
        """Refuse a gap that is not made as this kind makes them."""

    def check_offer(self, question: Question) -> None:
        """Refuse options, or a stem, that do not fit the gaps."""
        check_options(question.options)

    def check_correct(self, question: Question, correct: Sequence[str]) -> None:
        """See `Kind`."""
        check_among(correct, self.values(question))
        filled = [pair.partition(" ")[0] for pair in correct]
        used = [pair.partition(" ")[2] for pair in correct]
        if sorted(filled) != sorted(gap.id for gap in question.gaps) or (question.once and len(set(used)) < len(used)):
            raise PAIRS_WRONG(pairs=", ".join(correct)[:200])

    def values(self, question: Question) -> tuple[str, ...]:
        """See `Kind`."""
        return tuple(f"{gap.id} {option.id}" for gap in question.gaps for option in self.choices(question, gap))

    def choices(self, question: Question, gap: Fillable) -> Sequence[Choosable]:
        """Return what a gap may take."""
        return question.options


class Matching(Pairs):
    """Left sides are matched with right ones: a gap's text is the left side, the options are the right ones."""

    def check_gap(self, gap: Fillable) -> None:
        """See `Pairs`."""
        if not gap.html.strip():
            raise GAP_EMPTY(gap=gap.id)


class GapMatch(Pairs):
    """Words of one list go into the gaps of the stem, each gap where its marker `[[1]]` stands."""

    def check_offer(self, question: Question) -> None:
        """See `Pairs`."""
        check_options(question.options)
        check_markers(question.stem, [gap.id for gap in question.gaps])


class InlineChoice(Pairs):
    """Each gap of the stem has a list of its own."""

    def check_gap(self, gap: Fillable) -> None:
        """See `Pairs`."""
        check_options(gap.options)

    def check_offer(self, question: Question) -> None:
        """See `Pairs`."""
        if question.options:
            raise errors.FIELD_WRONG(field="options", detail="gaps.options")
        check_markers(question.stem, [gap.id for gap in question.gaps])

    def choices(self, question: Question, gap: Fillable) -> Sequence[Choosable]:
        """See `Pairs`."""
        return gap.options
