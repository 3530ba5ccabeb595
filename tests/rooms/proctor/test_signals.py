"""Signals: kept as evidence, told to who asked, and never an act upon the attempt."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actor import SYSTEM
from core.tables import FactRow
from core.unit import Database
from delivery import reading
from delivery.gates import SignalIn
from delivery.states import State
from delivery.tables import AttemptRow, EventRow, JournalRow, TimeRow
from proctor import queries, signals
from proctor.tables import SignalRow
from tests.make import exam
from tests.make.clock import MovableClock

KINDS = ("visibility", "focus", "fullscreen", "paste", "a_word_of_tomorrow")


def everything_of(session: Session, attempt: str) -> list[Any]:
    """Every row that delivery holds of the attempt, as values."""
    rows = [session.get(AttemptRow, attempt)]
    rows += [row for table in (TimeRow, EventRow, JournalRow) for row in session.scalars(select(table).where(table.attempt == attempt))]
    return [{name: value for name, value in vars(row).items() if not name.startswith("_")} for row in rows]


def test_no_signal_changes_an_attempt(database: Database, clock: MovableClock) -> None:
    attempt = exam.start(database, clock(), exam.form_of_all_kinds(database, clock()), "acc_1")
    exam.answer(database, clock, attempt, {"1": "A"})
    with database.reading() as session:
        before = everything_of(session, attempt)
        assert before[0]["state"] == State.RUNNING
    for n in range(50):
        sent = [SignalIn(kind, clock() - timedelta(seconds=n), {"n": n}) for kind in KINDS]
        with database.unit(SYSTEM, clock.move(1)) as unit:
            signals.record(unit, attempt, sent)
    with database.reading() as session:
        assert everything_of(session, attempt) == before
        assert reading.get_attempt(session, attempt).state == State.RUNNING


def test_signals_are_kept_and_told(database: Database, clock: MovableClock) -> None:
    at = clock() - timedelta(seconds=3)
    with database.unit(SYSTEM, clock()) as unit:
        signals.record(unit, "att_1", [SignalIn("paste", at, {"length": 7}), SignalIn("focus", at, {"focused": False})])
        signals.record(unit, "att_1", [SignalIn("paste", at, {"length": 9, "nul": "\0"})])
        signals.record(unit, "att_2", [SignalIn("focus", at, {})])
        signals.record(unit, "att_1", [])
    with database.reading() as session:
        kept = session.scalars(select(SignalRow).where(SignalRow.attempt == "att_1").order_by(SignalRow.id)).all()
        assert (kept[0].kind, kept[0].at, kept[0].received_at) == ("paste", at, clock())
        assert kept[2].detail == {"length": 9, "nul": "\0"}
        assert queries.signal_counts(session, ["att_1", "att_3"]) == {"att_1": {"paste": 2, "focus": 1}}
        told = session.scalars(select(FactRow).where(FactRow.subject == "attempt/att_1").order_by(FactRow.id)).all()
    assert [[signal["kind"] for signal in fact.data["signals"]] for fact in told] == [["paste", "focus"], ["paste"]]
    assert {fact.name for fact in told} == {"proctor.attempt.signalled"}


def test_one_attempt_cannot_leave_signals_without_end(database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "MOST_KEPT", 5)
    for attempt in ("att_1", "att_1", "att_1", "att_2"):
        with database.unit(SYSTEM, clock()) as unit:
            signals.record(unit, attempt, [SignalIn("paste", clock(), {})] * 3)
    with database.reading() as session:
        assert queries.signal_counts(session, ["att_1", "att_2"]) == {"att_1": {"paste": 5}, "att_2": {"paste": 3}}
        told = session.scalars(select(FactRow).where(FactRow.subject == "attempt/att_1").order_by(FactRow.id)).all()
    assert [len(fact.data["signals"]) for fact in told] == [3, 2]
