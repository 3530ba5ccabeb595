"""A unit of work commits everything or nothing, on both databases."""

import pytest
from sqlalchemy import func, select

from core import audit, facts, outbox
from core.actor import SYSTEM
from core.tables import AuditRow, DeliveryRow, FactRow
from core.unit import Database, Unit
from tests.make.clock import MovableClock

HAPPENED = facts.FactKind("tests.thing.happened", "", "")


@pytest.fixture
def listening(database: Database) -> Database:
    database.listeners = {HAPPENED.name: ("first", "second")}
    return database


def _count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_change_audit_and_fact_are_one_transaction(listening: Database, clock: MovableClock) -> None:
    done = []
    with listening.unit(SYSTEM, clock()) as unit:
        audit.record(unit, "thing.changed", "thing/1", why="test")
        outbox.announce(unit, HAPPENED, "thing/1", {"n": 1})
        unit.on_commit(lambda: done.append(_count(listening, FactRow)))
    assert (_count(listening, AuditRow), _count(listening, FactRow), _count(listening, DeliveryRow)) == (1, 1, 2)
    assert done == [1]


def test_nothing_is_left_of_a_unit_that_fails(listening: Database, clock: MovableClock) -> None:
    done = []

    def _fail() -> None:
        with listening.unit(SYSTEM, clock()) as unit:
            outbox.announce(unit, HAPPENED, "thing/1", {})
            unit.on_commit(lambda: done.append(1))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        _fail()
    assert (_count(listening, FactRow), done) == (0, [])


def test_a_fact_reaches_each_listener_once_and_a_failing_one_is_tried_later(listening: Database, clock: MovableClock) -> None:
    with listening.unit(SYSTEM, clock()) as unit:
        outbox.announce(unit, HAPPENED, "thing/1", {"n": 7}, sequence=3)
    taken = []
    healthy = False

    def first(unit: Unit, fact: facts.Fact) -> None:
        taken.append(("first", fact.data["n"], fact.sequence))

    def second(unit: Unit, fact: facts.Fact) -> None:
        audit.record(unit, "half.done", "thing/1")
        if not healthy:
            raise RuntimeError("not now")
        taken.append(("second", fact.data["n"], fact.sequence))

    handlers = {"first": first, "second": second}
    assert outbox.hand_out(listening, handlers, clock()) == 1
    assert outbox.hand_out(listening, handlers, clock()) == 0
    assert _count(listening, AuditRow) == 0
    healthy = True
    assert outbox.hand_out(listening, handlers, clock.move(2)) == 1
    assert outbox.hand_out(listening, handlers, clock.move(3600)) == 0
    assert taken == [("first", 7, 3), ("second", 7, 3)]
    assert _count(listening, AuditRow) == 1
