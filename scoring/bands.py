"""Rank bands: the ranking of those who passed, cut by shares.

Only those who passed are ranked.  All arithmetic is exact.  A higher total never gets a lesser band, equal totals get
equal bands (unless `tie_keys` tell them apart), and the order of the input does not matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.band_policy import BandPolicy, plain

Rank = tuple[Decimal, ...]
"""What people are ranked by: the total, then the marks on the policy's tie keys."""

NO_BAND = -1

_DENSE = 8
"""Totals are counted in a table as long as it has no more than so many cells per person."""


@dataclass(frozen=True)
class Cut:
    """Where a band ended: ranks it reaches down to, how many people are in it, and the least of them (None: nobody)."""

    band: str
    places: int
    people: int
    least: Rank | None

    def document(self) -> dict[str, Any]:
        """Return the cut as a document; `min_total` is the least total in the band."""
        cut: dict[str, Any] = {
            "band": self.band,
            "places": self.places,
            "people": self.people,
            "min_total": None if self.least is None else plain(self.least[0]),
        }
        if self.least is not None and len(self.least) > 1:
            cut["min_keys"] = [plain(mark) for mark in self.least[1:]]
        return cut


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's marks per paper (None: no mark), total (None: did not sit), whether passed, and band."""

    id: str
    marks: Mapping[str, Decimal | None]
    total: Decimal | None
    passed: bool
    band: str | None = None


def standing(id_: str, marks: Mapping[str, Decimal | None], policy: BandPolicy) -> Standing:
    """Return where a person stands before the ranking."""
    known = [mark for mark in marks.values() if mark is not None]
    return Standing(id_, marks, sum(known, Decimal(0)) if known else None, policy.passes(marks))


def band_people(people: Sequence[Standing], policy: BandPolicy) -> tuple[list[Standing], list[Cut]]:
    """Give bands to people, in the order given, and say where the bands ended.

    The denominator `sitters` counts everybody with a mark on any paper.
    """
    ranks = [rank_of(person, policy) for person in people if person.passed]
    order = sorted(set(ranks))
    place = {rank: i for i, rank in enumerate(order)}
    levels = np.array([place[rank] for rank in ranks], np.int64)
    sitters = sum(person.total is not None for person in people)
    codes = band_codes(levels, policy, len(ranks) if policy.denominator == "passers" else sitters)
    given = iter(codes)
    names = [band.name for band in policy.bands]
    banded = [_with_band(person, names, int(next(given))) if person.passed else person for person in people]
    return banded, _cuts(levels, codes, order, policy, len(ranks) if policy.denominator == "passers" else sitters)


def add_late(people: Sequence[Standing], published: Mapping[str, str | None], cuts: Sequence[Cut], policy: BandPolicy) -> list[Standing]:
    """Give bands under published cuts: nobody already published loses a band, and nobody else's band moves.

    A band in which nobody was when it was published has no cut and is given to nobody.
    """
    names = [band.name for band in policy.bands]
    result = []
    for person in people:
        code = len(names)
        if person.passed:
            rank = rank_of(person, policy)
            code = next((names.index(c.band) for c in cuts if c.least is not None and rank >= c.least), len(names))
        before = published.get(person.id)
        best = min(code, names.index(before)) if before is not None else code
        result.append(_with_band(person, names, best if best < len(names) else NO_BAND))
    return result


def rank_of(person: Standing, policy: BandPolicy) -> Rank:
    """Return what a person who passed is ranked by."""
    keys = [person.marks[key] or Decimal(0) for key in policy.tie_keys] if policy.ties == "keys" else []
    return (person.total or Decimal(0), *keys)


def band_codes(totals: NDArray[np.int64], policy: BandPolicy, people: int) -> NDArray[np.int8]:
    """Return the place of each one's band in the policy, `NO_BAND` below the last.

    `totals` are whole numbers in any unit (tenths of a mark, or places in an order), of those who passed; `people` is the
    denominator.  Counting beats sorting: the totals are read twice, whatever their order.
    """
    if totals.size == 0:
        return np.empty(0, np.int8)
    least = int(totals.min())
    if int(totals.max()) - least > _DENSE * totals.size:
        _, level, count = np.unique(totals, return_inverse=True, return_counts=True)
    else:
        level = totals - least
        count = np.bincount(level)
    above = totals.size - np.cumsum(count)
    # The rank that decides for everybody on a level: the best of it, or the last.
    deciding = above + count if policy.ties == "all_down" else above + 1
    band = np.searchsorted(np.array(policy.places(people)), deciding, side="left").astype(np.int8)
    band[band == len(policy.bands)] = NO_BAND
    return np.asarray(band[level])


def _with_band(person: Standing, names: Sequence[str], code: int) -> Standing:
    band = None if code == NO_BAND else names[code]
    return Standing(person.id, person.marks, person.total, person.passed, band)


def _cuts(levels: NDArray[np.int64], codes: NDArray[np.int8], order: Sequence[Rank], policy: BandPolicy, people: int) -> list[Cut]:
    cuts = []
    for code, (band, places) in enumerate(zip(policy.bands, policy.places(people), strict=True)):
        inside = levels[codes == code]
        cuts.append(Cut(band.name, places, inside.size, order[int(inside.min())] if inside.size else None))
    return cuts
