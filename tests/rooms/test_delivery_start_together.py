"""Starting together: what is written for a group is what each would have written alone, by as many statements however many they are."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select

from core.actor import SYSTEM
from core.tables import AuditRow, DeliveryRow, FactRow
from core.unit import Database
from delivery import accommodating, opening, queries
from delivery.deadline import TimeKind
from delivery.facts import STARTED
from delivery.gates import Admitted, Reason
from delivery.section_times import Section
from delivery.states import State
from delivery.tables import AttemptRow, EventRow, TimeRow
from tests.make.clock import MovableClock
from tests.make.delivery import Doors, do, events, look, scheduled
from tests.make.statements import statements

GATES = Doors().gates()
SECTIONED: dict[str, Any] = {"reading_s": 300, "sections": (Section("1", 600, ("1", "2")),)}


def waiting(database: Database, clock: MovableClock, count: int, paper: str = "pap_1", **changes: Any) -> list[str]:
    """Let some candidates in."""
    attempts = [scheduled(database, clock(), candidate=f"acc_{paper}_{n}", paper=paper, **changes) for n in range(count)]
    for attempt in attempts:
        do(database, clock, lambda unit, attempt=attempt: opening.check_in(unit, queries.lock_attempt(unit, attempt), GATES.admission))
    return attempts


def cost(database: Database, clock: MovableClock, attempts: list[str]) -> int:
    """Start attempts together; return how many statements that took."""
    with statements(database) as sent:
        do(database, clock, opening.start_together, attempts, GATES.admissions, actor=SYSTEM)
    assert {look(database, attempt).state for attempt in attempts} == {State.RUNNING}
    return len(sent)


def test_a_group_takes_as_many_statements_as_one_attempt(database: Database, clock: MovableClock) -> None:
    database.listeners = {STARTED.name: ("a.listener", "another")}
    one, many = waiting(database, clock, 1), waiting(database, clock, 40, "pap_2")
    assert cost(database, clock, many) == cost(database, clock, one) <= 10


def test_each_paper_of_a_group_adds_no_more_than_its_own_statements(database: Database, clock: MovableClock) -> None:
    (alone,) = waiting(database, clock, 1)
    mixed = waiting(database, clock, 15, "pap_2") + waiting(database, clock, 15, "pap_3", **SECTIONED)
    assert cost(database, clock, mixed) <= 2 * cost(database, clock, [alone])


def written(database: Database, attempt: str) -> list[dict[str, Any]]:
    """Return every row that tells of an attempt, but for the numbers that the database counts up; names are replaced."""
    with database.reading() as session:
        facts = session.scalars(select(FactRow).where(FactRow.subject == f"attempt/{attempt}").order_by(FactRow.id)).all()
        owed = select(DeliveryRow).where(DeliveryRow.fact_id.in_([fact.id for fact in facts]))
        rows = [
            session.get_one(AttemptRow, attempt),
            *session.scalars(select(TimeRow).where(TimeRow.attempt == attempt).order_by(TimeRow.n)),
            *session.scalars(select(EventRow).where(EventRow.attempt == attempt).order_by(EventRow.n)),
            *facts,
            *session.scalars(owed.order_by(DeliveryRow.fact_id, DeliveryRow.listener)),
            *session.scalars(select(AuditRow).where(AuditRow.subject == f"attempt/{attempt}").order_by(AuditRow.id)),
        ]
        names = {attempt: "ATTEMPT", session.get_one(AttemptRow, attempt).candidate: "CANDIDATE"}
        return [{column.key: _named(getattr(row, column.key), names) for column in inspect(type(row)).columns} for row in rows]


def _named(value: Any, names: dict[str, str]) -> str:
    text = str(value)
    for name, instead in names.items():
        text = text.replace(name, instead)
    return text


def without_numbers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the numbers of facts and audit rows."""
    return [{name: value for name, value in row.items() if name not in ("fact_id", "id") or value == "ATTEMPT"} for row in rows]


@pytest.mark.parametrize("changes", [{}, SECTIONED, {"timing": "full_time"}], ids=["plain", "sections", "full time"])
def test_together_each_has_the_rows_that_it_would_have_alone(database: Database, clock: MovableClock, changes: dict[str, Any]) -> None:
    database.listeners = {STARTED.name: ("a.listener", "another")}
    alone, *others = waiting(database, clock, 4, **changes)
    given = others[0]
    for attempt in (alone, given):
        do(database, clock, accommodating.extend, attempt, 300, "无障碍安排", None, TimeKind.ACCOMMODATION)
    clock.move(30)
    do(database, clock, opening.start, alone, GATES.admission, actor=SYSTEM)
    do(database, clock, opening.start_together, others, GATES.admissions, actor=SYSTEM)
    rows = without_numbers(written(database, alone))
    assert without_numbers(written(database, given)) == rows
    assert len(rows) == 1 + 2 + 3 + 3 + 2 + 4  # attempt; ledger; events, facts; what is owed of one; audit
    more, usual = look(database, alone).deadline_at, look(database, others[1]).deadline_at
    assert more
    assert usual
    assert more - usual == timedelta(seconds=300)


def test_who_may_not_start_leaves_no_row_and_hinders_nobody(database: Database, clock: MovableClock) -> None:
    early = waiting(database, clock, 1, "pap_2", starts_at=clock() + timedelta(seconds=60))
    held = waiting(database, clock, 1, "pap_3", room="一考场", awaits_room=True)
    running, refused, ready = waiting(database, clock, 3)
    do(database, clock, opening.start, running, GATES.admission)
    before = {attempt: written(database, attempt) for attempt in (*early, *held, running, refused)}

    def admissions(_session: Any, attempts: Sequence[str]) -> dict[str, Admitted]:
        return {attempt: Admitted((Reason("x", "x", "x"),)) if attempt == refused else Admitted() for attempt in attempts}

    do(database, clock, opening.start_together, [*before, ready, ready], admissions, actor=SYSTEM)
    assert {attempt: written(database, attempt) for attempt in before} == before
    assert look(database, ready).state == State.RUNNING
    assert [data["state"] for _n, _name, data in events(database, ready)] == ["ready", "running"]
