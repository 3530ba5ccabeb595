"""What the bank calls options: letters that tell nothing.

An identifier such as `correct` would tell the candidate, and so would the order in which an author wrote down what is to be put in order or
matched: there the letters follow the digests of the texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar

from itembank.exchange.draft import Draft, DraftKey, DraftOption, DraftPart
from itembank.kinds.catalogue import KINDS
from itembank.sanitising import clean

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Asked = TypeVar("Asked", Draft, DraftPart)
Listed = tuple[Sequence[DraftOption], Mapping[str, str]]
"""Options in their order, and what each is called."""


@dataclass(frozen=True)
class Lettering:
    """The options of a question in the order in which the bank keeps them, and what it calls them; `gaps` for each gap those of its own."""

    options: Sequence[DraftOption]
    of_options: Mapping[str, str]
    gaps: Sequence[Listed]

    def in_key(self, value: str) -> str:
        """Return a value of a key as the bank writes it: an option, a gap and an option (`1 B`), an option and a place (`B 1`)."""
        first, blank, second = value.partition(" ")
        if value in self.of_options:
            return self.of_options[value]
        if not blank:
            return value
        if first in self.of_options and second.isdecimal() and not self.gaps:
            return f"{self.of_options[first]} {second}"
        if first.isdecimal() and 0 < int(first) <= len(self.gaps):
            own = self.gaps[int(first) - 1][1] or self.of_options
            return f"{first} {own.get(second, second)}"
        return value


def letter(asked: Draft | DraftPart) -> Lettering:
    """Return the lettering of a question."""
    is_mixed = KINDS[asked.kind].is_mixed
    options, names = _listed(asked.options, is_mixed=is_mixed)
    return Lettering(options, names, [_listed(gap.options, is_mixed=is_mixed) for gap in asked.gaps])


def by_place(options: Sequence[DraftOption]) -> dict[str, str]:
    """Return the letter by which the bank calls each option, whatever its author or another system called it."""
    return {option.id: LETTERS[n] if n < len(LETTERS) else f"A{n}" for n, option in enumerate(options)}


def lettered(asked: Asked) -> Asked:
    """Return a question with options called by letters in the author's order, what is right in that order, numbers in their shortest form.

    Two questions that mean the same are then equal, but for their HTML.
    """
    if asked.kind == "business":
        return asked
    names = Lettering(asked.options, by_place(asked.options), [(gap.options, by_place(gap.options)) for gap in asked.gaps])
    told: dict[str, Any] = {
        "options": _named(asked.options, names.of_options),
        "gaps": [gap.model_copy(update={"options": _named(*own)}) for gap, own in zip(asked.gaps, names.gaps, strict=True)],
        "key": _key(asked, names),
        "marks": shortest(asked.marks),
    }
    if isinstance(asked, Draft):
        told |= {"parts": [lettered(part) for part in asked.parts], "difficulty": shortest(asked.difficulty)}
    return asked.model_copy(update=told)


def shortest(number: Decimal | None) -> Decimal | None:
    """Return a number without zeros at its end: `1` for `1.00`."""
    return None if number is None else number.normalize() + 0


def _named(options: Sequence[DraftOption], names: Mapping[str, str]) -> list[DraftOption]:
    return [option.model_copy(update={"id": names[option.id]}) for option in options]


def _key(asked: Draft | DraftPart, names: Lettering) -> DraftKey:
    key = asked.key
    correct = [names.in_key(right.strip()) for right in key.correct]
    if asked.kind not in {"ordering", "case"} and (values := KINDS[asked.kind].values(asked)):
        order = {names.in_key(value): n for n, value in enumerate(values)}
        correct = sorted(dict.fromkeys(correct), key=lambda right: order.get(right, 0))
    numbers = {name: shortest(getattr(key, name)) for name in ("tolerance", "floor", "ceiling")}
    tables = {name: {names.in_key(of): shortest(worth) for of, worth in getattr(key, name).items()} for name in ("worths", "factors")}
    return key.model_copy(update={"correct": correct, **numbers, **tables})


def _listed(options: Sequence[DraftOption], *, is_mixed: bool) -> Listed:
    mixed = sorted(options, key=lambda option: sha256(clean(option.html).strip().encode()).digest()) if is_mixed else options
    return mixed, by_place(mixed)
