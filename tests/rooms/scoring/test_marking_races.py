"""Two who act at one moment on one script, on real transactions: one of them acts, and the other is told."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.actor import Actor
from core.errors import ExamError
from core.unit import Database
from scoring import chief
from tests.make.clock import MovableClock
from tests.make.marking import Room

ANN, BOB = "acc_ann", "acc_bob"


@pytest.fixture
def room(database: Database, clock: MovableClock) -> Room:
    return Room(database, clock)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Let all act at one moment; return what became of each, refusals by their code."""
    go = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        go.wait()
        try:
            return act()
        except ExamError as refused:
            return refused.kind.code

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_mark_that_is_sent_twice_at_once_is_one_mark(room: Room) -> None:
    attempt = room.script("acc_1")
    room.set_up({"kind": "single"})
    task = room.take(ANN).id
    found = at_once(lambda: room.give(ANN, task, 5), lambda: room.give(ANN, task, 5))
    assert [given.counts for given in found] == [True, True]
    assert (room.marks(attempt), len(room.readings())) == (5, 1)


def test_of_two_marks_that_a_marker_sends_at_once_one_counts_and_the_other_is_refused(room: Room) -> None:
    attempt = room.script("acc_1")
    room.set_up({"kind": "single"})
    task = room.take(ANN).id
    found = at_once(lambda: room.give(ANN, task, 5), lambda: room.give(ANN, task, 6))
    assert "scoring.task_not_yours" in found
    (reading,) = room.readings()
    assert room.marks(attempt) == reading.marks


def test_of_three_chiefs_who_decide_at_once_one_decides(room: Room) -> None:
    attempt = room.script("acc_1")
    room.set_up({"kind": "1+1", "tolerance": 1})
    room.mark(ANN, 2)
    room.mark(BOB, 9)
    part = room.part(attempt).id
    found = at_once(*(lambda n=n: room.decide(part, n, f"acc_chief{n}") for n in (4, 5, 6)))
    assert found.count("scoring.not_to_decide") == 2
    assert [row.marks for row in room.readings() if row.purpose == "chief"] == [room.marks(attempt)]


def test_one_chief_clears_while_another_decides(room: Room) -> None:
    attempt = room.script("acc_1")
    room.set_up({"kind": "single"})
    room.escalate(ANN, room.take(ANN).id)
    part = room.part(attempt).id
    room.staff_act("set_site", BOB, "")  # at work too: the script is not left for nobody

    def clear() -> None:
        with room.database.unit(Actor("acc_chief1"), room.clock()) as unit:
            chief.clear(unit, part, "nothing wrong")

    found = at_once(lambda: room.decide(part, 0, "acc_chief2"), clear)
    assert found.count("scoring.not_to_decide") == 1
    assert (room.part(attempt).state, room.marks(attempt)) == (("final", 0) if found[0] == 0 else ("marking", None))


def test_who_finishes_after_the_lease_has_gone_to_another_counts_for_nothing(room: Room) -> None:
    attempt = room.script("acc_1")
    room.set_up({"kind": "single"})
    task = room.take(ANN).id
    room.clock.move(21 * 60)
    assert room.take(BOB).id == task
    found = at_once(lambda: room.give(ANN, task, 5), lambda: room.give(BOB, task, 6))
    assert [given.counts for given in found] == [False, True]
    assert (room.marks(attempt), len(room.readings())) == (6, 2)
