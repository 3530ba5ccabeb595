"""Tickets, leases and takeover, on both databases."""

from core.actor import SYSTEM
from core.errors import ExamError
from core.unit import Database
from delivery import presence, queries
from tests.make.clock import MovableClock
from tests.make.delivery import connect, do, events, look, refusal, started

# --- who writes


def test_a_ticket_works_once_and_for_a_minute(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())

    def ticket() -> str:
        with database.unit(SYSTEM, clock()) as unit:
            return presence.issue_ticket(unit, queries.lock_attempt(unit, attempt), {"browser": "good"}, "hall 3").ticket

    def use(given: str) -> str | int:
        try:
            with database.unit(SYSTEM, clock()) as unit:
                return presence.take_over(unit, given, "srv_1", lambda _session, accounts: accounts)[0].epoch
        except ExamError as error:
            return error.kind.code

    first = ticket()
    assert [use(first), use(first), use("made up")] == [1, "delivery.ticket_refused", "delivery.ticket_refused"]
    second = ticket()
    clock.move(60)
    assert use(second) == "delivery.ticket_refused"
    with database.reading() as session:
        lease = queries.find_lease(session, attempt, 1)
        assert lease is not None
        assert (lease.device, lease.place) == ({"browser": "good"}, "hall 3")


def test_a_ticket_of_somebody_who_was_signed_out_opens_nothing(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    with database.unit(SYSTEM, clock()) as unit:
        given = presence.issue_ticket(unit, queries.lock_attempt(unit, attempt), {}, "hall 3").ticket
    error = refusal(do, database, clock, presence.take_over, given, "srv_1", lambda _session, _accounts: ())
    assert error.kind.code == "delivery.signed_out"
    assert look(database, attempt).epoch == 0


def test_the_older_page_is_told_where_the_newer_one_is(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    connect(database, clock(), attempt, "10.0.0.7")
    with database.reading() as session:
        found = presence.find_page(session, attempt, clock())
    assert found == presence.Page(1, "10.0.0.7", clock())
    n = look(database, attempt).event_n
    clock.move(5)
    assert connect(database, clock(), attempt, "10.0.0.9") == 2
    (told,) = events(database, attempt, n)
    assert (told[1], told[2]["epoch"], told[2]["where"]) == ("superseded", 2, "10.0.0.9")


def test_a_page_that_left_or_whose_process_died_is_not_there(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    epoch = connect(database, clock(), attempt)

    def present() -> bool:
        with database.reading() as session:
            return presence.find_page(session, attempt, clock()) is not None

    assert present()
    do(database, clock, presence.leave, attempt, epoch)
    assert not present()
    connect(database, clock(), attempt)
    assert present()
    clock.move(31)
    assert not present()
    presence.heartbeat(database, "srv_test", clock())
    assert present()
