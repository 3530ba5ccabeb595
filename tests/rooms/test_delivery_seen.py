"""Deadlines seen: a group is noted in one transaction, each in its candidate's name, and nobody is told before it is durable."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from core.errors import ExamError
from core.tables import AuditRow
from core.unit import Database
from delivery import accommodating, queries, seen
from delivery.seen import Notes, Seen, acknowledge
from tests.make.clock import MovableClock
from tests.make.delivery import do, look, started
from tests.make.statements import statements


class Told(list[tuple[str, str | None, int]]):
    """Who was told what, and which version the database held at that moment."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    def by(self, attempt: str) -> Callable[[ExamError | None], None]:
        return lambda error: self.append((attempt, error.kind.code if error else None, look(self._database, attempt).deadline_acked))


@pytest.fixture
def told(database: Database) -> Told:
    return Told(database)


@pytest.fixture
def notes(database: Database, clock: MovableClock) -> Notes:
    return Notes(database, clock, lambda _write: None)


def hall(database: Database, clock: MovableClock, count: int) -> list[str]:
    return [started(database, clock(), candidate=f"acc_{n}") for n in range(count)]


def test_a_group_takes_as_many_statements_as_one(database: Database, clock: MovableClock) -> None:
    costs = []
    for attempts in (hall(database, clock, 1), hall(database, clock, 31)[1:]):
        with statements(database) as sent:
            do(database, clock, acknowledge, [Seen("acc", attempt, 1, print) for attempt in attempts])
        costs.append(len(sent))
        assert {look(database, attempt).deadline_acked for attempt in attempts} == {1}
    assert costs[0] == costs[1]


def test_each_is_written_down_in_its_candidate_s_name(database: Database, clock: MovableClock, notes: Notes, told: Told) -> None:
    attempts = hall(database, clock, 3)
    for n, attempt in enumerate(attempts):
        notes.put(Seen(f"acc_{n}", attempt, 1, told.by(attempt)))
    notes.write_next()
    with database.reading() as session:
        written = session.execute(
            select(AuditRow.actor, AuditRow.subject, AuditRow.detail)
            .where(AuditRow.act == "delivery.deadline.acknowledged")
            .order_by(AuditRow.id)
        ).all()
    assert [tuple(row) for row in written] == [(f"acc_{n}", f"attempt/{attempt}", {"version": 1}) for n, attempt in enumerate(attempts)]


def test_what_never_was_fails_alone_and_an_older_version_takes_nothing_back(
    database: Database, clock: MovableClock, notes: Notes, told: Told
) -> None:
    one, other = hall(database, clock, 2)
    do(database, clock, accommodating.extend, one, 600, "late papers")
    for attempt, version in ((one, 2), (one, 1), (other, 2), (other, 1)):
        notes.put(Seen("acc", attempt, version, told.by(attempt)))
    notes.write_next()
    assert told == [(one, None, 2), (one, None, 2), (other, "delivery.no_such_deadline", 1), (other, None, 1)]


def test_one_whose_attempt_somebody_is_at_work_on_waits_and_holds_up_nobody(
    database: Database, clock: MovableClock, notes: Notes, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, free = hall(database, clock, 2)
    lock_free = queries.lock_free
    with monkeypatch.context() as patched:
        patched.setattr(queries, "lock_free", lambda unit, attempts: [row for row in lock_free(unit, attempts) if row.id != locked])
        for attempt in (locked, free):
            notes.put(Seen("acc", attempt, 1, told.by(attempt)))
        notes.write_next()
        assert told == [(free, None, 1)]
    notes.write_next()
    assert told == [(free, None, 1), (locked, None, 1)]


@pytest.mark.parametrize(
    ("error", "code"), [(OperationalError("UPDATE", {}, Exception("away")), "core.busy"), (KeyError("ours"), "core.unexpected")]
)
def test_a_page_is_answered_whatever_happens(
    database: Database, clock: MovableClock, notes: Notes, told: Told, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def fail(*_arguments: object) -> None:
        raise error

    (attempt,) = hall(database, clock, 1)
    with monkeypatch.context() as patched:
        patched.setattr(seen, "acknowledge", fail)
        notes.put(Seen("acc", attempt, 1, told.by(attempt)))
        notes.write_next()
    assert told == [(attempt, code, 0)]


def test_the_task_ends_once_nothing_waits_and_begins_again(
    database: Database, clock: MovableClock, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "COMPANY_S", 0)
    begun: list[Callable[[], None]] = []
    notes = Notes(database, clock, begun.append)
    one, other, third = hall(database, clock, 3)
    for attempt in (one, other):
        notes.put(Seen("acc", attempt, 1, told.by(attempt)))
    assert len(begun) == 1
    begun.pop()()
    notes.put(Seen("acc", third, 1, told.by(third)))
    assert len(begun) == 1
    begun.pop()()
    assert [attempt for attempt, _code, _version in told] == [one, other, third]
