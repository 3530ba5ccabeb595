"""Latest entry and earliest hand-in, with a common end and with full time: an hour's paper that lets in for half of it, out after half."""

from datetime import timedelta

import pytest

from core.errors import ExamError
from core.unit import Database
from delivery import accommodating, opening, submitting
from delivery.section_times import Section
from tests.make.clock import MovableClock
from tests.make.delivery import Doors, connect, do, look, scheduled

HALF = 1800
READING = 300


def planned(database: Database, clock: MovableClock, timing: str, reading_s: int = 0) -> str:
    latest = clock() + timedelta(seconds=HALF)
    sections = (Section("A", 1200, ("1",)),)
    return scheduled(
        database,
        clock(),
        timing=timing,
        latest_start_at=latest,
        earliest_submit_s=HALF,
        reading_s=reading_s,
        sections=sections if reading_s else (),
    )


def start(database: Database, clock: MovableClock, attempt: str) -> str:
    """Start; return `ok`, or why not."""
    try:
        do(database, clock, opening.start, attempt, Doors().gates().admission)
    except ExamError as error:
        return error.kind.code
    return "ok"


@pytest.mark.parametrize(
    ("timing", "late_s", "told", "ends_s"),
    [
        ("common_end", 0, "ok", 3600),
        ("common_end", 600, "ok", 3600),
        ("common_end", HALF - 0.001, "ok", 3600),
        ("common_end", HALF, "delivery.start_closed", None),
        ("full_time", 0, "ok", 3600),
        ("full_time", 600, "ok", 4200),
        ("full_time", HALF - 0.001, "ok", 3600 + HALF - 0.001),
        ("full_time", HALF, "delivery.start_closed", None),
    ],
)
def test_late_arrivals_keep_the_common_end_or_get_the_full_time(
    database: Database, clock: MovableClock, timing: str, late_s: float, told: str, ends_s: float | None
) -> None:
    begins = clock()
    attempt = planned(database, clock, timing)
    clock.move(late_s)
    assert start(database, clock, attempt) == told
    assert look(database, attempt).deadline_at == (begins + timedelta(seconds=ends_s) if ends_s else None)


@pytest.mark.parametrize(("timing", "late_s", "reads_s", "section_s"), [("common_end", 200, 300, 1500), ("full_time", 200, 500, 1700)])
def test_reading_time_and_sections_follow_the_policy_too(
    database: Database, clock: MovableClock, timing: str, late_s: int, reads_s: int, section_s: int
) -> None:
    begins = clock()
    attempt = planned(database, clock, timing, READING)
    clock.move(late_s)
    assert start(database, clock, attempt) == "ok"
    row = look(database, attempt)
    assert row.reads_until == begins + timedelta(seconds=reads_s)
    assert row.section_ends == {"A": (begins + timedelta(seconds=section_s)).isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    assert row.deadline_at == begins + timedelta(seconds=3600 + reads_s)


@pytest.mark.parametrize(
    ("timing", "late_s", "after_s", "told"),
    [
        ("common_end", 0, HALF - 0.001, "delivery.too_early"),
        ("common_end", 0, HALF, "ok"),
        ("common_end", 600, HALF - 0.001, "delivery.too_early"),
        ("common_end", 600, HALF, "ok"),  # counted from the common start
        ("full_time", 600, HALF, "delivery.too_early"),  # counted from the candidate's own
        ("full_time", 600, 600 + HALF - 0.001, "delivery.too_early"),
        ("full_time", 600, 600 + HALF, "ok"),
        ("common_end", 0, 3600, "ok"),  # past the end the paper is collected, whatever the earliest time
    ],
)
def test_nobody_hands_in_before_the_earliest_time(
    database: Database, clock: MovableClock, timing: str, late_s: float, after_s: float, told: str
) -> None:
    attempt = planned(database, clock, timing)
    clock.move(late_s)
    assert start(database, clock, attempt) == "ok"
    epoch = connect(database, clock(), attempt)
    clock.move(after_s - late_s)
    try:
        do(database, clock, submitting.hand_in, attempt, epoch, 0)
        done = "ok"
    except ExamError as error:
        done = error.kind.code
    assert done == told


def test_an_invigilator_may_hand_in_before_the_earliest_time(database: Database, clock: MovableClock) -> None:
    attempt = planned(database, clock, "common_end")
    assert start(database, clock, attempt) == "ok"
    do(database, clock, accommodating.end, attempt, "taken ill")
    assert look(database, attempt).state == "submitted"
