"""Rooms that an invigilator starts: who waits, what the act does, and that everybody in the room begins at one instant."""

from datetime import timedelta
from typing import Any

from core.unit import Database
from delivery import jobs, opening, queries, resync, rooms
from delivery.bell import Bell
from delivery.gates import Admitted, Reason
from delivery.states import State
from tests.make.clock import MovableClock
from tests.make.delivery import INVIGILATOR, Doors, do, events, look, paper, refusal, scheduled

PAPER = "pap_1"


def waiting(database: Database, clock: MovableClock, n: int, room: str = "一考场", **changes: Any) -> str:
    """Plan an attempt that waits for its room, and let the candidate in."""
    attempt = scheduled(
        database, clock(), **{"candidate": f"acc_{n}", "room": room, "awaits_room": True, "latest_start_at": None, **changes}
    )
    do(database, clock, lambda unit: opening.check_in(unit, queries.lock_attempt(unit, attempt), Doors().gates().admission))
    return attempt


def states(database: Database, attempts: list[str]) -> list[str]:
    return [look(database, attempt).state for attempt in attempts]


def test_nobody_starts_before_the_room_does(database: Database, clock: MovableClock) -> None:
    attempt = waiting(database, clock, 1)
    clock.move(600)
    assert refusal(do, database, clock, opening.start, attempt, Doors().gates().admission).kind.code == "delivery.room_waits"
    with database.reading() as session:
        told = resync.picture(session, queries.get_attempt(session, attempt), clock(), None)
    assert (told["awaits_room"], told["paper_key"], told["state"]) == (True, None, "ready")


def test_a_late_room_makes_nobody_absent(database: Database, clock: MovableClock) -> None:
    attempt = waiting(database, clock, 1, latest_start_at=clock() + timedelta(minutes=30))
    clock.move(5400)
    jobs.sweep_deadlines(database, clock())
    assert states(database, [attempt]) == [State.READY]
    starts_at = do(database, clock, rooms.start_room, PAPER, "一考场")
    row = look(database, attempt)
    assert (row.starts_at, row.latest_start_at) == (starts_at, starts_at + timedelta(minutes=30))
    clock.move(3)
    started = do(database, clock, opening.start, attempt, Doors().gates().admission)
    assert started.deadline_at == starts_at + timedelta(seconds=3600)


def test_a_room_that_nobody_starts_is_absent_in_the_end(database: Database, clock: MovableClock) -> None:
    attempt = waiting(database, clock, 1)
    clock.move(12 * 3600)
    jobs.sweep_deadlines(database, clock())
    assert states(database, [attempt]) == [State.ABSENT]


def test_a_room_starts_once_at_one_instant_and_alone(database: Database, clock: MovableClock) -> None:
    first, second, other = waiting(database, clock, 1), waiting(database, clock, 2), waiting(database, clock, 3, "二考场")
    absent = scheduled(database, clock(), candidate="acc_4", room="一考场", awaits_room=True)
    clock.move(60)
    starts_at = do(database, clock, rooms.start_room, PAPER, "一考场")
    assert starts_at == clock() + rooms.LEAD
    clock.move(1)
    assert do(database, clock, rooms.start_room, PAPER, "一考场") == starts_at
    assert {look(database, attempt).starts_at for attempt in (first, second, absent)} == {starts_at}
    assert look(database, other).awaits_room
    with database.reading() as session:
        told = [(room.name, room.expected, room.ready, room.starts_at) for room in rooms.rooms_of(session, PAPER)]
    assert told == [("一考场", 3, 2, starts_at), ("二考场", 1, 1, None)]
    late = scheduled(database, clock(), candidate="acc_5", room="一考场", awaits_room=True)
    assert (look(database, late).starts_at, look(database, late).awaits_room) == (starts_at, False)


def test_a_room_cannot_start_before_the_appointed_time_nor_when_nobody_waits(database: Database, clock: MovableClock) -> None:
    waiting(database, clock, 1, starts_at=clock() + timedelta(seconds=60))
    assert refusal(do, database, clock, rooms.start_room, PAPER, "一考场").kind.code == "delivery.room_too_early"
    assert refusal(do, database, clock, rooms.start_room, PAPER, "三考场").kind.code == "core.not_found"


def test_the_bell_rings_for_the_room_when_its_process_sees_the_start(database: Database, clock: MovableClock) -> None:
    here = [waiting(database, clock, n) for n in range(3)]
    there = waiting(database, clock, 9, "二考场")
    jobs.seal_papers(paper, database, clock())
    told: list[tuple[str, str]] = []
    withdrawn = here[2]
    refused = Admitted((Reason("x", "x", "x"),))
    bell = Bell(
        database,
        clock,
        lambda _session, attempts: {attempt: refused if attempt == withdrawn else Admitted() for attempt in attempts},
        lambda page, event, data: told.append((page, event)),
    )
    for attempt in (*here, there):
        bell.expect_room(attempt, attempt, (PAPER, look(database, attempt).room))
    bell.ring()
    do(database, clock, rooms.start_room, PAPER, "一考场", actor=INVIGILATOR)
    clock.move(0.4)
    bell.ring()
    assert told == []  # it has not looked again yet
    clock.move(0.1)
    bell.ring()
    assert told == [(attempt, "room.started") for attempt in here]
    clock.move(2.4)
    bell.ring()
    assert states(database, [*here, there]) == [State.READY] * 4
    clock.move(0.1)
    bell.ring()
    assert told[3:] == [(attempt, "paper.key") for attempt in here[:2]]
    assert states(database, [*here, there]) == [State.RUNNING, State.RUNNING, State.READY, State.READY]
    assert [name for _n, name, _data in events(database, withdrawn)] == ["attempt.state"]  # let in, and no more
    assert look(database, here[0]).started_at == look(database, here[1]).started_at == clock()
