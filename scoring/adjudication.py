"""Marking schemes as data: how many read an answer, what their marks become, and who decides when they differ (双评仲裁).

Pure.  A part of a script goes through readings, each with a purpose: `first`, `second`, `third`, `chief`.  `resolve` says what a part
still needs, or its final mark.  All marks are exact decimals; the mean alone is rounded, here, by the scheme's step and rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from hashlib import sha256
from itertools import combinations
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Purpose = Literal["first", "second", "third", "chief"]
COUNTING: tuple[Purpose, ...] = ("first", "second", "third", "chief")
"""The purposes whose marks can become a final mark."""

How = Literal["single", "first_stands", "mean", "closest_pair", "third", "chief"]
_ROUNDINGS = {"half_up": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}

Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)]
Difference = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=3)]


class Scheme(BaseModel):
    """How a paper is marked.

    kind: `single` (one reading); `1+1` (two, their mean within the tolerance, else `adjudicator`); `2+1` (a third when the two differ,
      resolved by `third`); `2+1+1` (a third when they differ; the mean of a closest pair within the tolerance, else the chief decides).
    tolerance: the largest difference, in marks, at which two marks agree; `tolerances` gives a place one of its own.
    adjudicator: of `1+1`: `chief`, or `third`: a third person whose mark is final.
    third: of `2+1`: `closest_pair` (the mean of the two closest of three; of two pairs equally close the higher), or `decides`.
    rounding_step, rounding: a mean is rounded to a multiple of the step, half up, up or down.
    second_rate: of `single`: the share of parts that are read twice as a sample; the first mark stands within the tolerance, else the
      chief decides.
    remark_rate: the share of a marker's readings that come back to the same marker later, unannounced; they count for nothing but
      the marker's own consistency.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["single", "1+1", "2+1", "2+1+1"] = "single"
    tolerance: Difference = Decimal(0)
    tolerances: dict[str, Difference] = {}
    adjudicator: Literal["chief", "third"] = "chief"
    third: Literal["closest_pair", "decides"] = "closest_pair"
    rounding_step: Annotated[Decimal, Field(gt=0, le=10, decimal_places=3)] = Decimal("0.5")
    rounding: Literal["half_up", "up", "down"] = "half_up"
    second_rate: Share = Decimal(0)
    remark_rate: Share = Decimal(0)

    def tolerance_at(self, place: str) -> Decimal:
        """Return the tolerance at a place."""
        return self.tolerances.get(place, self.tolerance)


@dataclass(frozen=True)
class Final:
    """A part's final mark, how it came about, and the purposes of the readings that it rests on."""

    marks: Decimal
    how: How
    rests_on: tuple[Purpose, ...]


@dataclass(frozen=True)
class Needs:
    """The readings that a part still needs."""

    purposes: tuple[Purpose, ...]


def resolve(scheme: Scheme, marks: Mapping[Purpose, Decimal], tolerance: Decimal, *, sampled: bool = False) -> Final | Needs:
    """Say what becomes of a part that has these marks by purpose; a chief's mark is always final.

    `sampled`: under `single`, this part belongs to the sample that is read twice.
    """
    if "chief" in marks:
        return Final(marks["chief"], "chief", ("chief",))
    single = scheme.kind == "single"
    wanted: tuple[Purpose, ...] = ("first",) if single and not sampled else ("first", "second")
    missing = tuple(purpose for purpose in wanted if purpose not in marks)
    if missing:
        return Needs(missing)
    if len(wanted) == 1:
        return Final(marks["first"], "single", ("first",))
    if abs(marks["first"] - marks["second"]) <= tolerance:
        return Final(marks["first"], "first_stands", wanted) if single else _mean(scheme, marks, wanted, "mean")
    return _differing(scheme, marks, tolerance)


def _differing(scheme: Scheme, marks: Mapping[Purpose, Decimal], tolerance: Decimal) -> Final | Needs:
    third_reads = scheme.kind in ("2+1", "2+1+1") or (scheme.kind == "1+1" and scheme.adjudicator == "third")
    if not third_reads:
        return Needs(("chief",))
    if "third" not in marks:
        return Needs(("third",))
    if scheme.kind == "1+1" or (scheme.kind == "2+1" and scheme.third == "decides"):
        return Final(marks["third"], "third", ("third",))
    pair = _closest_pair(marks)
    if scheme.kind == "2+1+1" and abs(marks[pair[0]] - marks[pair[1]]) > tolerance:
        return Needs(("chief",))
    return _mean(scheme, marks, pair, "closest_pair")


def _closest_pair(marks: Mapping[Purpose, Decimal]) -> tuple[Purpose, ...]:
    """Return the two of three that differ least; of pairs equally close the one with the higher marks."""
    pairs = combinations(COUNTING[:3], 2)
    return min(pairs, key=lambda pair: (abs(marks[pair[0]] - marks[pair[1]]), -(marks[pair[0]] + marks[pair[1]])))


def _mean(scheme: Scheme, marks: Mapping[Purpose, Decimal], of: tuple[Purpose, ...], how: How) -> Final:
    mean = sum((marks[purpose] for purpose in of), Decimal(0)) / len(of)
    return Final(round_to(mean, scheme.rounding_step, scheme.rounding), how, of)


def round_to(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    """Round to a multiple of the step: `half_up` (四舍五入), `up` or `down`."""
    return (value / step).quantize(Decimal(1), _ROUNDINGS[rounding]) * step


def is_drawn(rate: Decimal, *names: str) -> bool:
    """Say whether a draw at this rate (0 to 1) takes what is named so: the same names are always drawn alike."""
    block = int.from_bytes(sha256("/".join(names).encode()).digest()[:8], "big")
    return block < rate * 2**64
