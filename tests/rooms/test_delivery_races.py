"""Two at once: what a group is writing and what a hand-in freezes, two processes on one chain, two pages on one ticket."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.actor import SYSTEM
from core.errors import ExamError
from core.unit import Database, Unit
from delivery import fast_way, journal, presence, queries, submitting
from delivery.chain import find_break
from delivery.journal import Journal
from tests.make.clock import MovableClock
from tests.make.delivery import Pen, look, started

PATIENCE = 60  # seconds of real time for a thread to get where it must
SOON = 0.5  # seconds in which a thread that is not held up would have got through


def _write_while_handing_in(pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a hand-in come between a group's statement and its commit."""
    written, may_commit = threading.Event(), threading.Event()
    honest = journal.write_group  # type: ignore[attr-defined]  # the journal's own name for it

    def slow(unit: Unit, *arguments: Any) -> None:
        honest(unit, *arguments)
        written.set()
        may_commit.wait(PATIENCE)

    monkeypatch.setattr(journal, "write_group", slow)

    def hand_in() -> None:
        with pen.database.unit(SYSTEM, pen.clock()) as unit:
            submitting.hand_in(unit, pen.attempt, pen.epoch, 0)

    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(pen.write, 1)
        assert written.wait(PATIENCE)
        handing_in = pool.submit(hand_in)
        threading.Event().wait(SOON)
        may_commit.set()
        handing_in.result(PATIENCE)
        assert writing.result(PATIENCE) == pen.clock(), "the answer was not acknowledged"


def _submitted(pen: Pen) -> tuple[int | None, int]:
    with pen.database.reading() as session:
        return look(pen.database, pen.attempt).entries, len(queries.journal_of(session, pen.attempt))


def test_a_hand_in_waits_for_the_group_that_is_being_written(
    database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pen = Pen.of(database, clock, started(database, clock()))
    _write_while_handing_in(pen, monkeypatch)
    assert _submitted(pen) == (1, 1)


def test_control_without_the_lock_an_acknowledged_answer_misses_the_submission(
    database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite's one write transaction is the lock: it cannot be taken away")
    monkeypatch.setattr(fast_way, "_POSTGRESQL", fast_way._POSTGRESQL.replace("FOR SHARE OF a", ""))
    pen = Pen.of(database, clock, started(database, clock()))
    _write_while_handing_in(pen, monkeypatch)
    assert _submitted(pen) == (0, 1)


def test_many_writers_in_two_processes_and_a_hand_in_amid_them(database: Database, clock: MovableClock) -> None:
    pen = Pen.of(database, clock, started(database, clock()))
    other = Pen(database, clock, pen.attempt, pen.epoch, Journal(database, clock, window_ms=0, group_max=4))
    acked: list[int] = []
    go = threading.Barrier(5)

    def write(own: Pen, first: int) -> None:
        go.wait(PATIENCE)
        for seq in range(first, 161, 4):
            outcome = own.write(seq, f'"{seq}"')
            while isinstance(outcome, ExamError) and outcome.kind.code == "core.busy":
                outcome = own.write(seq, f'"{seq}"')
            if not isinstance(outcome, ExamError):
                acked.append(seq)

    def hand_in() -> None:
        go.wait(PATIENCE)
        while len(acked) < 60:
            threading.Event().wait(0.005)
        with database.unit(SYSTEM, clock()) as unit:
            submitting.hand_in(unit, pen.attempt, pen.epoch, 0)

    with ThreadPoolExecutor(5) as pool:
        jobs = [pool.submit(write, own, first) for own, first in ((pen, 1), (other, 2), (pen, 3), (other, 4))]
        for job in [*jobs, pool.submit(hand_in)]:
            job.result(PATIENCE * 3)
    with database.reading() as session:
        links = queries.journal_of(session, pen.attempt)
    assert find_break(pen.attempt, links) is None
    assert sorted(link.entry.seq for link in links) == sorted(acked)
    row = look(database, pen.attempt)
    assert (row.entries, row.head) == (len(links), links[-1].hash)


def _at_once(times: int, act: Callable[[], Any]) -> list[Any]:
    go = threading.Barrier(times)

    def one() -> Any:
        go.wait(PATIENCE)
        try:
            return act()
        except ExamError as error:
            return error.kind.code

    with ThreadPoolExecutor(times) as pool:
        return [job.result(PATIENCE) for job in [pool.submit(one) for _ in range(times)]]


def test_a_ticket_used_at_once_by_many_lets_one_in(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    with database.unit(SYSTEM, clock()) as unit:
        ticket = presence.issue_ticket(unit, queries.lock_attempt(unit, attempt), {}, "hall 3").ticket

    def use() -> int:
        with database.unit(SYSTEM, clock()) as unit:
            return presence.take_over(unit, ticket, "srv_1", lambda _session, accounts: accounts)[0].epoch

    assert sorted(map(str, _at_once(6, use))) == ["1", *["delivery.ticket_refused"] * 5]


def test_handing_in_at_once_many_times_is_one_hand_in(database: Database, clock: MovableClock) -> None:
    pen = Pen.of(database, clock, started(database, clock()))
    pen.write(1)

    def hand_in() -> str | None:
        with database.unit(SYSTEM, clock()) as unit:
            return submitting.hand_in(unit, pen.attempt, pen.epoch, 1).head

    assert len(set(_at_once(6, hand_in))) == 1
    assert look(database, pen.attempt).event_n == 3  # ready, running, submitted
