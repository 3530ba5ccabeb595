"""What the bank calls options: letters that tell nothing.

An identifier such as `correct` would tell the candidate, and so would the order in which an author wrote down what is to be put in order or
matched: there the letters follow the digests of the texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from itembank.exchange.draft import Draft, DraftOption, DraftPart
from itembank.kinds.catalogue import KINDS

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

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


def letters_of(options: Sequence[DraftOption]) -> dict[str, str]:
    """Return the letter by which the bank calls each option: its own capital letter where every option has one, else by place."""
    if all(option.id in LETTERS and len(option.id) == 1 for option in options):
        return {option.id: option.id for option in options}
    return _by_place(options)


def _listed(options: Sequence[DraftOption], *, is_mixed: bool) -> Listed:
    if not is_mixed:
        return options, letters_of(options)
    mixed = sorted(options, key=lambda option: sha256(option.html.encode()).digest())
    return mixed, _by_place(mixed)


def _by_place(options: Sequence[DraftOption]) -> dict[str, str]:
    return {option.id: LETTERS[n] if n < len(LETTERS) else f"A{n}" for n, option in enumerate(options)}
