"""Reading time and limited sections against the real journal: the same statement that writes an answer bars what is closed."""

from datetime import timedelta
from typing import Any

import pytest

from core.clock import iso
from core.errors import ExamError
from core.unit import Database
from delivery import accommodating, group, queries, resync
from delivery.section_times import Section
from tests.make.clock import MovableClock
from tests.make.delivery import Pen, do, events, look, started

SECTIONS = (Section("A", 1200, ("1", "2")), Section("B", 1800, ("3",)))
"""Of the places of the small paper, 4.1 and 5 stand in a section without a limit."""


@pytest.fixture
def pen(database: Database, clock: MovableClock) -> Pen:
    """A started attempt: five minutes of reading, then an hour, of which twenty minutes for A and thirty for B."""
    return Pen.of(database, clock, started(database, clock(), reading_s=300, sections=SECTIONS))


def outcome(pen: Pen, seq: int, item: str, **changes: Any) -> str:
    """Write an answer; return `ok`, or the code with which it was refused."""
    done = pen.write(seq, item=item, value='"x"', **changes)
    return done.kind.code if isinstance(done, ExamError) else "ok"


def aside(pen: Pen) -> list[tuple[str, str]]:
    with pen.database.reading() as session:
        return [(row.item, row.reason) for row in queries.quarantine_of(session, pen.attempt)]


def test_in_the_reading_time_nothing_is_taken_and_nothing_lost(pen: Pen) -> None:
    pen.clock.move(299.999)
    assert outcome(pen, 1, "1") == "delivery.reading"
    assert aside(pen) == []
    pen.clock.move(0.001)
    assert outcome(pen, 1, "1") == "ok"  # sent again under its number


@pytest.mark.parametrize(
    ("minutes", "typed_minutes", "item", "became"),
    [
        (24.9, 24.9, "1", "ok"),
        (25, 25, "2", "ok"),  # the last instant belongs to it
        (25.1, 25, "1", "ok"),  # typed in time, within the window
        (25.1, 25.1, "1", "delivery.too_late"),
        (27.1, 25, "1", "delivery.too_late"),  # after the window
        (25.1, 25.1, "3", "ok"),
        (55, 55, "3", "ok"),
        (55.1, 55.1, "3", "delivery.too_late"),
        (55.1, 55.1, "4.1", "ok"),
        (60, 60, "@flags", "ok"),
        (65.1, 65.1, "4.1", "delivery.too_late"),
    ],
)
def test_an_answer_to_a_section_is_judged_by_the_end_of_its_section(
    pen: Pen, minutes: float, typed_minutes: float, item: str, became: str
) -> None:
    begun = pen.clock()
    pen.clock.move(minutes * 60)
    assert outcome(pen, 1, item, typed_at=begun + timedelta(minutes=typed_minutes)) == became
    assert aside(pen) == ([(item, "too_late")] if became != "ok" else [])


def test_what_is_open_and_what_is_closed_need_no_second_statement(pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    slow: list[int] = []
    honest = group.slow_way.settle
    monkeypatch.setattr(group.slow_way, "settle", lambda unit, saves, heads: (slow.append(len(saves)), honest(unit, saves, heads)))
    pen.clock.move(600)
    assert [outcome(pen, seq, item) for seq, item in ((1, "1"), (2, "3"), (3, "5"))] == ["ok"] * 3
    assert slow == []
    pen.clock.move(16 * 60)
    assert outcome(pen, 4, "3") == "ok"
    assert slow == []  # the first section is closed, and the second is as quick as before
    assert outcome(pen, 5, "1") == "delivery.too_late"
    assert slow == [1]


def test_in_one_group_the_closed_is_kept_aside_and_the_open_is_written(pen: Pen, database: Database, clock: MovableClock) -> None:
    other = Pen(database, clock, started(database, clock(), candidate="acc_other"), 0, pen.journal)
    clock.move(30 * 60)
    saves = [pen.queue(1, item="1"), pen.queue(2, item="3"), other.queue(1, item="1")]
    pen.journal.flush()
    codes = [save.outcome.kind.code if isinstance(save.outcome, ExamError) else "ok" for save in saves]
    assert codes == ["delivery.too_late", "ok", "ok"]


def test_more_time_opens_the_section_in_the_same_instant(pen: Pen) -> None:
    begun = pen.clock()
    pen.clock.move(24 * 60)
    do(pen.database, pen.clock, accommodating.extend, pen.attempt, 600, "late papers")
    (told,) = [data for _n, name, data in events(pen.database, pen.attempt) if name == "deadline.changed"]
    ends = {"A": iso(begun + timedelta(minutes=35)), "B": iso(begun + timedelta(minutes=65))}
    assert (told["section_ends"], told["reads_until"]) == (ends, iso(begun + timedelta(minutes=5)))
    pen.clock.move(10 * 60)
    assert outcome(pen, 1, "1") == "ok"
    with pen.database.reading() as session:
        picture = resync.picture(session, queries.get_attempt(session, pen.attempt), pen.clock(), None)
    assert picture["section_ends"] == ends


def test_a_pause_moves_the_ends(pen: Pen) -> None:
    begun = pen.clock()
    pen.clock.move(60)
    do(pen.database, pen.clock, accommodating.pause, pen.attempt, "fire drill")
    assert look(pen.database, pen.attempt).section_ends is None
    pen.clock.move(600)
    do(pen.database, pen.clock, accommodating.resume, pen.attempt, "over")
    row = look(pen.database, pen.attempt)
    assert row.reads_until == begun + timedelta(minutes=15)
    assert row.section_ends == {"A": iso(begun + timedelta(minutes=35)), "B": iso(begun + timedelta(minutes=65))}
    assert row.deadline_at == begun + timedelta(minutes=75)
