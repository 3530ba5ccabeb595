"""What pages measure of their machines' clocks: few rows, kept for ever, and told to the hall."""

import pytest

from core.unit import Database
from delivery import clocks, queries, reading
from tests.make.clock import MovableClock
from tests.make.delivery import connect, do, started


@pytest.mark.parametrize(
    ("before", "found", "news"),
    [
        (None, (0, 5), True),
        ((100, 5), (100, 5), False),
        ((100, 5), (110, 5), False),  # the intervals touch
        ((100, 5), (111, 5), True),
        ((100, 5), (-3_600_000, 20), True),
        ((100, 500), (450, 5), False),  # a slow line tells little
        ((100, 500), (606, 5), True),
    ],
)
def test_a_measurement_is_news_when_it_cannot_be_of_the_same_offset(
    before: tuple[int, int] | None, found: tuple[int, int], news: bool
) -> None:
    assert clocks.is_news(before, *found) is news


def test_each_connection_is_measured_and_a_change_is_kept(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    first = connect(database, clock(), attempt)
    kept = [do(database, clock, clocks.report, attempt, first, *found) for found in ((812.4, 3.2), (815.0, 4.0), (90_000.0, 4.0))]
    assert kept == [True, False, True]
    second = connect(database, clock(), attempt)
    assert do(database, clock, clocks.report, attempt, second, 90_000.0, 4.0)
    with database.reading() as session:
        rows = [
            (row.epoch, row.n, row.offset_ms, row.error_ms) for e in (first, second) for row in queries.clock_offsets(session, attempt, e)
        ]
        (watched,) = reading.attempts_of_paper(session, "pap_1")
    assert rows == [(1, 1, 812, 4), (1, 2, 90_000, 4), (2, 1, 90_000, 4)]
    assert watched.clock == (90_000, 4)


def test_a_page_cannot_fill_the_table(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    epoch = connect(database, clock(), attempt)
    kept = [do(database, clock, clocks.report, attempt, epoch, n * 1000, 1) for n in range(clocks.MOST + 5)]
    assert sum(kept) == clocks.MOST
