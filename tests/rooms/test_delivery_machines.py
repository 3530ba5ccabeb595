"""Moving to another machine with an invigilator's code: when one is needed, and what it is good for."""

from typing import Any

import pytest
from sqlalchemy import select

from core.errors import ExamError
from core.tables import AuditRow
from core.unit import Database, Unit
from delivery import machines, presence, queries
from tests.make.clock import MovableClock
from tests.make.delivery import do, refusal, scheduled, started

HERE, THERE = {"machine": "here"}, {"machine": "there"}


@pytest.fixture
def attempt(database: Database, clock: MovableClock) -> str:
    """Return an attempt that was started at a machine, and needs a code for another."""
    attempt = started(database, clock(), moving="code")
    connect(database, clock, attempt, HERE)
    return attempt


def connect(database: Database, clock: MovableClock, attempt: str, device: dict[str, Any]) -> None:
    presence.heartbeat(database, "srv_test", clock())

    def take(unit: Unit) -> None:
        ticket = presence.issue_ticket(unit, queries.lock_attempt(unit, attempt), device, "A-07").ticket
        presence.take_over(unit, ticket, "srv_test", lambda _session, accounts: accounts)

    do(database, clock, take)


def knock(database: Database, clock: MovableClock, attempt: str, device: dict[str, Any], code: str | None = None) -> str:
    shut: ExamError | None = do(database, clock, lambda unit: machines.knock(unit, queries.lock_attempt(unit, attempt), device, code))
    return shut.kind.code.removeprefix("delivery.move_code_") if shut else "in"


def audited(database: Database) -> list[str]:
    with database.reading() as session:
        acts = session.scalars(select(AuditRow.act).where(AuditRow.act.like("delivery.move_code%")).order_by(AuditRow.id))
        return [act.removeprefix("delivery.move_code.") for act in acts]


@pytest.mark.parametrize(
    ("moving", "device", "told"),
    [("free", THERE, "in"), ("free", {}, "in"), ("code", HERE, "in"), ("code", THERE, "needed"), ("code", {}, "needed")],
)
def test_another_machine_needs_a_code_where_the_plan_says_so(
    database: Database, clock: MovableClock, moving: str, device: dict[str, Any], told: str
) -> None:
    attempt = started(database, clock(), moving=moving)
    assert knock(database, clock, attempt, device) == "in"  # nobody has held it yet
    connect(database, clock, attempt, HERE)
    assert knock(database, clock, attempt, device) == told


def test_a_code_lets_one_machine_in_once(database: Database, clock: MovableClock, attempt: str) -> None:
    code = do(database, clock, machines.issue_code, attempt).code
    assert knock(database, clock, attempt, THERE, f" {code[:3].lower()}-{code[3:]} ") == "in"
    assert knock(database, clock, attempt, THERE) == "in"  # its ticket lapsed before it connected
    assert knock(database, clock, attempt, {"machine": "third"}, code) == "wrong"
    clock.move(1)
    connect(database, clock, attempt, THERE)
    assert knock(database, clock, attempt, THERE) == "in"
    assert knock(database, clock, attempt, HERE) == "needed"  # the way back takes another code
    assert audited(database) == ["issued", "used", "refused"]


def test_a_machine_without_a_name_is_not_let_in_with_a_code(database: Database, clock: MovableClock, attempt: str) -> None:
    code = do(database, clock, machines.issue_code, attempt).code
    assert knock(database, clock, attempt, {}, code) == "delivery.no_machine"
    assert knock(database, clock, attempt, THERE, code) == "in"


def test_a_code_lapses(database: Database, clock: MovableClock, attempt: str) -> None:
    issued = do(database, clock, machines.issue_code, attempt)
    clock.move(599.999)
    assert issued.expires_at > clock()
    clock.move(0.001)
    assert knock(database, clock, attempt, THERE, issued.code) == "wrong"


def test_a_code_cannot_be_guessed_at_and_a_new_one_puts_the_old_away(database: Database, clock: MovableClock, attempt: str) -> None:
    first = do(database, clock, machines.issue_code, attempt).code
    second = do(database, clock, machines.issue_code, attempt).code
    wrong = ["AAAAAA" if second != "AAAAAA" else "BBBBBB", first, "", "A" * 20, "\0"]
    assert [knock(database, clock, attempt, THERE, code) for code in wrong] == ["wrong"] * machines.MOST_TRIES
    assert knock(database, clock, attempt, THERE, second) == "wrong"  # five wrong tries have spoilt it
    assert audited(database).count("refused") == 6
    third = do(database, clock, machines.issue_code, attempt).code
    assert knock(database, clock, attempt, THERE, third) == "in"


def test_codes_are_issued_sparingly_and_only_while_there_is_something_to_move(
    database: Database, clock: MovableClock, attempt: str
) -> None:
    codes = {do(database, clock, machines.issue_code, attempt).code for _ in range(machines.MOST_ISSUED)}
    assert len(codes) == machines.MOST_ISSUED
    assert refusal(do, database, clock, machines.issue_code, attempt).kind.code == "delivery.move_codes_many"
    clock.move(3600)
    do(database, clock, machines.issue_code, attempt)
    waiting = scheduled(database, clock(), candidate="acc_other")
    assert refusal(do, database, clock, machines.issue_code, waiting).kind.code == "delivery.wrong_state"


def test_only_the_hash_of_a_code_is_kept(database: Database, clock: MovableClock, attempt: str) -> None:
    code = do(database, clock, machines.issue_code, attempt).code
    with database.reading() as session:
        row = queries.last_move_code(session, attempt)
        assert row is not None
        assert code not in str(vars(row))
        assert code not in str([vars(audit) for audit in session.scalars(select(AuditRow))])
