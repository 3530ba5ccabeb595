"""Automatic scoring of a whole sitting: `scoring.autoscore` scores each different answer once, numpy gives it to whoever gave it.

Marks are exact integers here: hundredths of a mark (`autoscore.MARK_STEP`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.autoscore import MARK_STEP, MarkingKey, score

Codes = NDArray[np.unsignedinteger[Any]]
Hundredths = NDArray[np.int64]

_BLOCK = 1 << 17
"""Candidates in a block: their counters stay in the cache while all items pass."""


@dataclass(frozen=True)
class Answers:
    """The answers to one place: the different ones, and for each candidate the number of his among them."""

    codes: Codes
    different: tuple[Any, ...]


@dataclass(frozen=True)
class Worth:
    """What each of the different answers earns, in hundredths of a mark, and the code of the reason (`autoscore.REASONS`)."""

    hundredths: Hundredths
    reasons: NDArray[np.str_]


def gather(values: Sequence[Any]) -> Answers:
    """Return answers by their numbers; answers of different type are different, however equal."""
    numbers: dict[Any, int] = {}
    different: list[Any] = []
    codes = np.empty(len(values), np.uint32)
    for n, value in enumerate(values):
        name = value if isinstance(value, str) else (repr(value),)
        code = numbers.setdefault(name, len(different))
        if code == len(different):
            different.append(value)
        codes[n] = code
    return Answers(codes.astype(np.min_scalar_type(max(len(different) - 1, 0))), tuple(different))


def worth(kind: str, key: MarkingKey, different: Iterable[Any], marks: Decimal) -> Worth:
    """Score each of the different answers.

    Raises:
        ValueError: when the item's marks are no whole number of hundredths.
    """
    scored = [score(kind, key, value, marks) for value in different]
    return Worth(np.array([_hundredths(s.marks) for s in scored], np.int64), np.array([s.reason for s in scored], np.str_))


def score_many(kind: str, key: MarkingKey, values: Sequence[Any], marks: Decimal) -> tuple[Hundredths, NDArray[np.str_]]:
    """Return the marks of every answer in hundredths, and the codes of the reasons: what `autoscore.score` gives for each alone.

    Args:
        kind: a machine-scored kind.
        key: the item's key.
        values: one answer a candidate, `None` where there is none.
        marks: full marks of the item.

    Raises:
        ValueError: when the item's marks are no whole number of hundredths.
    """
    answers = gather(values)
    found = worth(kind, key, answers.different, marks)
    return found.hundredths[answers.codes], found.reasons[answers.codes]


def add_up(codes: Sequence[Codes], worths: Sequence[Hundredths]) -> Hundredths:
    """Return the totals of all candidates in hundredths: for each item the candidates' codes, and what each code is worth.

    Where one code alone earns, answers are compared and counted in bytes, items of equal worth together; else they are looked up.
    """
    persons = codes[0].size if len(codes) else 0
    totals = np.zeros(persons, np.int64)
    alone: dict[int, list[tuple[Codes, Any]]] = {}
    several: list[tuple[Codes, Hundredths]] = []
    for column, table in zip(codes, worths, strict=True):
        earning = np.flatnonzero(table)
        if earning.size == 1:
            alone.setdefault(int(table[earning[0]]), []).append((column, column.dtype.type(earning[0])))
        elif earning.size:
            several.append((column, table))
    for start in range(0, persons, _BLOCK):
        block = slice(start, start + _BLOCK)
        for each, items in alone.items():
            totals[block] += _count(items, block, min(persons - start, _BLOCK)).astype(np.int64) * each
        for column, table in several:
            totals[block] += table[column[block]]
    return totals


def _count(items: Sequence[tuple[Codes, Any]], block: slice, persons: int) -> Codes:
    """Count how many of the items each candidate of a block answered with the code that earns."""
    counted = np.zeros(persons, np.min_scalar_type(len(items)))
    equal = np.empty(persons, np.bool_)
    for column, right in items:
        np.equal(column[block], right, out=equal)
        np.add(counted, equal.view(np.uint8), out=counted)
    return counted


def _hundredths(marks: Decimal) -> int:
    counted = marks / MARK_STEP
    if counted != int(counted):
        raise ValueError(f"{marks} is no whole number of hundredths")
    return int(counted)
