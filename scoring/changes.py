"""What a regrade changes at a place of a paper, as data, and what several changes of one place come to together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

BY_KEY = ("new_key", "also_accept")
"""Acts that say what is right; the others give or take marks whatever was answered."""


class Change(BaseModel):
    """One change at one place.

    `new_key`: `correct` is what is right instead (a `tolerance` with it, for a number).  `also_accept`: who answers `correct` earns full
    marks as well; of several keys the one that earns most counts.  `full_marks`: everybody has full marks.  `drop`: the item counts no
    more, and by `dropped` its marks leave the maximum (`off_maximum`) or everybody has them (`marks_to_all`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: Annotated[str, Field(min_length=1, max_length=16)]
    act: Literal["new_key", "also_accept", "full_marks", "drop"]
    correct: Annotated[list[Annotated[str, Field(min_length=1, max_length=500)]], Field(max_length=100)] = []
    tolerance: Annotated[Decimal, Field(ge=0, le=10**12)] | None = None
    dropped: Literal["off_maximum", "marks_to_all"] = "off_maximum"


@dataclass(frozen=True)
class Rule:
    """What counts at a place: the best of some keys (None is the item's own), full marks for all, or nothing out of nothing.

    `by` is the regrade that spoke last.
    """

    gives: Literal["best_key", "full_marks", "off_maximum"]
    keys: tuple[Change | None, ...]
    by: str

    @property
    def needs_answers(self) -> bool:
        """Say whether the mark depends on what was answered."""
        return self.gives == "best_key"


def contradicted(changes: Iterable[Change]) -> str | None:
    """Return a place of which one proposal says two things that exclude each other: beside a key only further answers can be accepted."""
    said: dict[str, Change] = {}
    for change in changes:
        before = said.setdefault(change.place, change)
        if before is not change and not (before.act in BY_KEY and change.act == "also_accept"):
            return change.place
    return None


def rules(regrades: Iterable[tuple[str, Sequence[Change]]]) -> dict[str, Rule]:
    """Return the rule of each place under regrades (id, changes) in the order in which they were committed; the last word counts.

    A key builds on the keys before it: what was accepted stays accepted until a new key replaces everything.
    """
    found: dict[str, Rule] = {}
    for regrade, changes in regrades:
        for change in changes:
            before = found.get(change.place)
            found[change.place] = _after(change, before.keys if before else (None,), regrade)
    return found


def _after(change: Change, keys: tuple[Change | None, ...], regrade: str) -> Rule:
    if change.act == "new_key":
        return Rule("best_key", (change,), regrade)
    if change.act == "also_accept":
        return Rule("best_key", (*keys, change), regrade)
    if change.act == "drop" and change.dropped == "off_maximum":
        return Rule("off_maximum", keys, regrade)
    return Rule("full_marks", keys, regrade)
