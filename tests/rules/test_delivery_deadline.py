"""The fold of the time ledger, case by case."""

from datetime import UTC, datetime, timedelta

import pytest

from delivery.deadline import Deadline, TimeEntry, TimeKind, Timing, anchor, fold

T0 = datetime(2026, 5, 23, 1, 0, tzinfo=UTC)
HOUR = 3600


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def ledger(*entries: tuple[str, float, int]) -> list[TimeEntry]:
    return [TimeEntry(n, TimeKind(kind), at(minutes), seconds, "r", "acc") for n, (kind, minutes, seconds) in enumerate(entries, 1)]


@pytest.mark.parametrize(
    ("entries", "instant", "version"),
    [
        ([], None, 0),
        ([("accommodation", -60, 900)], None, 0),
        ([("base", 0, HOUR)], at(60), 1),
        ([("accommodation", -60, 900), ("base", 0, HOUR)], at(75), 1),
        ([("base", 0, HOUR), ("extension", 30, 600)], at(70), 2),
        ([("base", 0, HOUR), ("incident", 90, 600)], at(70), 2),
        ([("base", 0, HOUR), ("pause", 10, 0), ("resume", 25, 0)], at(75), 3),
        ([("base", 0, HOUR), ("pause", 10, 0), ("extension", 15, 300), ("resume", 25, 0)], at(80), 4),
        ([("base", 0, HOUR), ("pause", 10, 0), ("stop", 40, 0)], at(40), 3),
        ([("base", 0, HOUR), ("reopen", 200, 600)], at(210), 2),
    ],
)
def test_the_fold(entries: list[tuple[str, float, int]], instant: datetime | None, version: int) -> None:
    assert fold(ledger(*entries)) == Deadline(instant, version)


def test_a_pause_keeps_what_is_left() -> None:
    paused = fold(ledger(("base", 0, HOUR), ("pause", 20, 0)))
    assert paused == Deadline(None, 2, at(20), timedelta(minutes=40))
    given = fold(ledger(("base", 0, HOUR), ("pause", 20, 0), ("extension", 25, 60)))
    assert given.left == timedelta(minutes=41)


@pytest.mark.parametrize(
    "entries",
    [
        [("pause", 0, 0)],
        [("resume", 0, 0)],
        [("stop", 0, 0)],
        [("reopen", 0, 60)],
        [("base", 0, HOUR), ("base", 1, HOUR)],
        [("base", 0, HOUR), ("resume", 1, 0)],
        [("base", 0, HOUR), ("pause", 1, 0), ("pause", 2, 0)],
    ],
)
def test_entries_that_cannot_follow_each_other_are_an_error(entries: list[tuple[str, float, int]]) -> None:
    with pytest.raises(ValueError, match="cannot stand here"):
        fold(ledger(*entries))


def test_a_late_arrival_keeps_the_common_end_or_gets_the_full_time() -> None:
    assert anchor(Timing.COMMON_END, T0, at(12)) == T0
    assert anchor(Timing.FULL_TIME, T0, at(12)) == at(12)
