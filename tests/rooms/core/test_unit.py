"""A unit of work commits everything or nothing, on both databases."""

import pytest
from sqlalchemy import event, func, select

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


def test_what_is_gathered_is_there_for_the_unit_s_own_questions_and_in_order(listening: Database, clock: MovableClock) -> None:
    with listening.unit(SYSTEM, clock()) as unit:
        for n in range(3):
            audit.record(unit, "thing.changed", f"thing/{n}")
            outbox.announce(unit, HAPPENED, f"thing/{n}", {"n": n})
        assert unit.session.scalars(select(AuditRow.subject).order_by(AuditRow.id)).all() == ["thing/0", "thing/1", "thing/2"]
        outbox.announce(unit, HAPPENED, "thing/3", {"n": 3})
    taken: list[tuple[int, str]] = []
    handlers = {name: lambda _unit, fact, name=name: taken.append((fact.data["n"], name)) for name in ("first", "second")}
    assert outbox.hand_out(listening, handlers, clock()) == 8
    assert taken == [(n, name) for n in range(4) for name in ("first", "second")]


def test_rows_of_one_table_are_one_statement_however_many(listening: Database, clock: MovableClock) -> None:
    sent: list[str] = []
    event.listen(listening.engine, "before_cursor_execute", lambda _connection, _cursor, statement, *_more: sent.append(statement))
    with listening.unit(SYSTEM, clock()) as unit:
        for n in range(50):
            audit.record(unit, "thing.changed", f"thing/{n}")
            outbox.announce(unit, HAPPENED, f"thing/{n}", {"n": n})
    assert sum("INSERT" in statement for statement in sent) == 3
    assert (_count(listening, AuditRow), _count(listening, FactRow), _count(listening, DeliveryRow)) == (50, 50, 100)


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
