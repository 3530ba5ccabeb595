"""Reading time and the ends of sections, case by case: an hour's work in sections of 20 and 30 minutes after 5 minutes of reading."""

from datetime import UTC, datetime, timedelta

import pytest

from delivery.deadline import TimeEntry, TimeKind, fold
from delivery.section_times import Limits

T0 = datetime(2026, 5, 23, 1, 0, tzinfo=UTC)
LIMITS = Limits(300, (("A", 1200), ("B", 1800)))
BASE = ("base", 0, 3900)
"""Five minutes of reading and an hour."""


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def ledger(*entries: tuple[str, float, int]) -> list[TimeEntry]:
    return [TimeEntry(n, TimeKind(kind), at(minutes), seconds, "r", "acc") for n, (kind, minutes, seconds) in enumerate(entries, 1)]


@pytest.mark.parametrize(
    ("entries", "reads_until", "first", "second", "deadline"),
    [
        ([BASE], 5, 25, 55, 65),
        ([("accommodation", -60, 900), BASE], 5, 30, 67.5, 80),  # a quarter more for each
        ([BASE, ("extension", 10, 600)], 5, 35, 65, 75),  # in the first section: that one gets it, the second moves on
        ([BASE, ("extension", 25, 600)], 5, 25, 65, 75),  # at its very end: it is closed, and stays so
        ([BASE, ("extension", 60, 600)], 5, 25, 55, 75),  # after both
        ([BASE, ("extension", 2, 600)], 5, 35, 65, 75),  # reading stays as long as it was
        ([BASE, ("pause", 2, 0), ("resume", 12, 0)], 15, 35, 65, 75),  # while reading
        ([BASE, ("pause", 10, 0), ("resume", 20, 0)], 5, 35, 65, 75),
        ([BASE, ("pause", 30, 0), ("resume", 40, 0)], 5, 25, 65, 75),
        ([BASE, ("pause", 10, 0), ("extension", 30, 300), ("resume", 40, 0)], 5, 60, 90, 100),  # given while the first stood still
        ([BASE, ("pause", 30, 0), ("extension", 31, 300), ("resume", 40, 0)], 5, 25, 70, 80),
        ([BASE, ("pause", 30, 0), ("stop", 50, 0)], 5, 25, 50, 50),
    ],
)
def test_the_ends(entries: list[tuple[str, float, int]], reads_until: float, first: float, second: float, deadline: float) -> None:
    folded = fold(ledger(*entries), LIMITS)
    assert folded.reads_until == at(reads_until)
    assert dict(folded.section_ends) == {"A": at(first), "B": at(second)}
    assert folded.instant == at(deadline)


@pytest.mark.parametrize("entries", [[], [("accommodation", -60, 900)], [BASE, ("pause", 10, 0)]])
def test_while_no_clock_runs_nothing_ends(entries: list[tuple[str, float, int]]) -> None:
    folded = fold(ledger(*entries), LIMITS)
    assert (folded.reads_until, folded.section_ends) == (None, ())


def test_an_attempt_opened_again_has_no_sections() -> None:
    folded = fold(ledger(BASE, ("reopen", 200, 600)), LIMITS)
    assert (folded.instant, folded.reads_until, folded.section_ends) == (at(210), None, ())


def test_without_limits_there_are_none() -> None:
    folded = fold(ledger(("base", 0, 3600)))
    assert (folded.reads_until, folded.section_ends) == (None, ())
