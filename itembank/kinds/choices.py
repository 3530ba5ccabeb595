"""Choices: one option, several options, passages of a text, spots of a picture."""

from collections.abc import Sequence
from typing import Any

from itembank import errors
from itembank.kinds.areas import read_area
from itembank.kinds.declaration import MARKER, Check, Choosable, Flaw, Kind, Question, is_different
from itembank.kinds.errors import AREA_WRONG, IMAGE_MISSING, LIMIT_WRONG, MARKERS_WRONG


class OneOf(Kind):
    """One option is chosen: an identifier."""

    def check_shape(self, value: Any) -> Flaw:
        """See `Kind`."""
        return None if value is None or isinstance(value, str) else "expected the identifier of an option"

    def offer(self, question: Question) -> Check:
        """See `Kind`."""
        offered = {None, *(option.id for option in question.options)}

        def check(value: Any) -> Flaw:
            if isinstance(value, str | None) and value in offered:
                return None
            return self.check_shape(value) or "this option is not offered"

        return check

    def check_question(self, question: Question) -> None:
        """See `Kind`."""
        check_options(question.options)

    def check_correct(self, question: Question, correct: Sequence[str]) -> None:
        """See `Kind`."""
        check_among(correct, self.values(question))
        if len(correct) != 1:
            raise errors.ONE_ANSWER_ONLY()

    def values(self, question: Question) -> tuple[str, ...]:
        """See `Kind`."""
        return tuple(option.id for option in question.options)


class SomeOf(Kind):
    """Several options are chosen: a list of different identifiers, at most `limit` of them."""

    def check_shape(self, value: Any) -> Flaw:
        """See `Kind`."""
        return None if value is None or is_different(value) else "expected a list of different identifiers"

    def offer(self, question: Question) -> Check:
        """See `Kind`."""
        offered, most = frozenset(option.id for option in question.options), question.limit or len(question.options)

        def check(value: Any) -> Flaw:
            flaw = self.check_shape(value)
            if flaw or value is None:
                return flaw
            if not offered.issuperset(value):
                return "one of these options is not offered"
            return None if len(value) <= most else f"more than {most} options"

        return check

    def check_question(self, question: Question) -> None:
        """See `Kind`."""
        check_options(question.options)
        if not 0 <= question.limit <= len(question.options):
            raise LIMIT_WRONG(limit=question.limit, options=len(question.options))

    def check_correct(self, question: Question, correct: Sequence[str]) -> None:
        """See `Kind`."""
        check_among(correct, self.values(question))
        if question.limit and len(correct) > question.limit:
            raise LIMIT_WRONG(limit=question.limit, options=len(correct))

    def values(self, question: Question) -> tuple[str, ...]:
        """See `Kind`."""
        return tuple(option.id for option in question.options)


class HotText(SomeOf):
    """Passages of the stem are chosen, each where its marker `[[A]]` stands."""

    def check_question(self, question: Question) -> None:
        """See `Kind`."""
        super().check_question(question)
        check_markers(question.stem, [option.id for option in question.options])


class HotSpot(SomeOf):
    """Spots of a picture are chosen; what an option says is what a screen reader says of its spot."""

    def check_question(self, question: Question) -> None:
        """See `Kind`."""
        super().check_question(question)
        if question.image is None:
            raise IMAGE_MISSING()
        for option in question.options:
            area = read_area(option.area)
            if area is None or not area.is_within(question.image.width, question.image.height):
                raise AREA_WRONG(option=option.id, area=option.area[:80])


def check_options(options: Sequence[Choosable]) -> None:
    """Refuse options that are too few, empty, or not different."""
    if len(options) < 2:
        raise errors.NO_OPTIONS()
    seen: set[str] = set()
    texts: dict[str, str] = {}
    for option in options:
        text = option.html.strip()
        if option.id in seen:
            raise errors.OPTION_LETTER_TWICE(option=option.id)
        if not text:
            raise errors.OPTION_EMPTY(option=option.id)
        if text in texts:
            raise errors.OPTION_TEXT_TWICE(options=f"{texts[text]}, {option.id}")
        seen.add(option.id)
        texts[text] = option.id


def check_among(correct: Sequence[str], values: Sequence[str]) -> None:
    """Refuse a key that is empty or names what is not there."""
    if not correct:
        raise errors.NO_ANSWER()
    known = set(values)
    unknown = [value for value in correct if value not in known]
    if unknown:
        raise errors.ANSWER_UNKNOWN(answer=", ".join(unknown)[:200])


def check_markers(stem: str, ids: Sequence[str]) -> None:
    """Refuse a stem that does not hold the marker of each of these once, and no other."""
    found = MARKER.findall(stem)
    if sorted(found) != sorted(ids):
        raise MARKERS_WRONG(found=" ".join(found)[:80] or "–", wanted=" ".join(ids)[:80])
