"""Double marking and adjudication: each scheme from hand-in to final mark, never one script twice to one person, and the chief's word."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.actor import Actor
from core.tables import AuditRow, FactRow
from core.unit import Database
from scoring import chief, chief_desk, marking_queue, reading, setup
from scoring.setup import Setup
from scoring.tables import MarkRow, TaskRow
from tests.make.clock import MovableClock
from tests.make.marking import CHIEF, PAPER, Room, refusal

ANN, BOB, CID, DAN = "acc_ann", "acc_bob", "acc_cid", "acc_dan"
PAIR = {"kind": "1+1", "tolerance": 2}


@pytest.fixture
def room(database: Database, clock: MovableClock) -> Room:
    return Room(database, clock)


def begin(room: Room, scheme: dict[str, Any], candidate: str = "acc_1") -> str:
    """Hand in a script and mark its paper by the scheme."""
    attempt = room.script(candidate)
    room.set_up(scheme)
    return attempt


def test_two_who_agree_within_the_tolerance_make_a_mean(room: Room) -> None:
    attempt = begin(room, PAIR)
    assert room.tasks(attempt) == {"first": "open", "second": "open"}
    first = room.mark(ANN, 6)
    assert refusal(room.take, ANN) == "scoring.no_task"  # never the same script twice
    assert room.marks(attempt) is None
    second = room.mark(BOB, 7)
    assert first.code != second.code
    assert room.marks(attempt) == Decimal("6.5")
    with room.database.reading() as session:
        standing = reading.get_marks(session, [attempt])[attempt]
        (mark,) = session.scalars(select(MarkRow).where(MarkRow.attempt == attempt, MarkRow.place == "6"))
    assert (standing.state, mark.marker, mark.reason["code"]) == ("marked", "scheme", "mean")
    assert sorted(mark.reason["readings"]) == [row.id for row in room.readings()]


def test_two_who_differ_go_to_the_chief_who_sees_both_and_decides(room: Room) -> None:
    attempt = begin(room, PAIR)
    room.mark(ANN, 2)
    room.mark(BOB, 9)
    assert refusal(room.take, CID) == "scoring.no_task"  # the chief's task is in nobody else's queue
    part = room.part(attempt).id
    with room.database.reading() as session:
        shown, accounts = chief_desk.part(session, part)
        (waiting,) = chief_desk.desk(session, PAPER, room.clock(), {}, {})["waiting"]
    assert (waiting["part"], waiting["why"]) == (part, "differ")
    assert [(row["purpose"], row["marks"], row["counts"]) for row in shown["readings"]] in (
        [("first", "2", True), ("second", "9", True)],
        [("second", "2", True), ("first", "9", True)],
    )
    assert accounts == {ANN, BOB}
    assert refusal(room.decide, part, 5, ANN) == "scoring.own_reading"
    assert refusal(room.decide, part, Decimal("5.5")) == "scoring.mark_invalid"
    assert room.decide(part, 5) == 5
    assert (room.marks(attempt), room.part(attempt).state) == (5, "final")
    assert refusal(room.decide, part, 6) == "scoring.not_to_decide"
    assert [row.marks for row in room.readings()] == [2, 9, 5]


def test_a_third_reads_blind_when_two_differ(room: Room) -> None:
    attempt = begin(room, {"kind": "2+1", "tolerance": 2})
    room.mark(ANN, 2)
    room.mark(BOB, 9)
    assert room.tasks(attempt)["third"] == "open"
    for marker in (ANN, BOB):
        assert refusal(room.take, marker) == "scoring.no_task"
    room.mark(CID, 8)
    assert room.marks(attempt) == Decimal("8.5")


def test_when_three_differ_the_chief_decides(room: Room) -> None:
    attempt = begin(room, {"kind": "2+1+1", "tolerance": 1})
    for marker, marks in ((ANN, 0), (BOB, 9), (CID, 5)):
        room.mark(marker, marks)
    assert room.tasks(attempt) == {"first": "marked", "second": "marked", "third": "marked", "chief": "open"}
    room.decide(room.part(attempt).id, 6)
    assert room.marks(attempt) == 6


def test_the_scheme_may_change_until_the_first_mark_and_its_open_tasks_with_it(room: Room) -> None:
    attempt = begin(room, PAIR)
    room.set_up({"kind": "single"})
    assert room.tasks(attempt) == {"first": "open"}
    room.set_up(PAIR)
    assert room.tasks(attempt) == {"first": "open", "second": "open"}
    room.mark(ANN, 6)
    assert refusal(room.set_up, {"kind": "single"}) == "scoring.scheme_fixed"
    room.set_up(PAIR, {"seed_every": 5})  # how markers are watched may change at any time


def test_a_share_is_read_twice_as_a_sample(room: Room) -> None:
    room.script("acc_1")
    room.set_up({"kind": "single", "second_rate": "0.5", "tolerance": 2})
    attempts = [room.script(f"acc_{n}") for n in range(2, 22)]
    sampled = [attempt for attempt in attempts if "second" in room.tasks(attempt)]
    assert 2 <= len(sampled) <= 18  # of 20 at one half: outside with a chance below 1 in 20,000
    assert all(room.tasks(attempt) == {"first": "open"} for attempt in attempts if attempt not in sampled)


def test_nobody_marks_a_script_of_the_own_site(room: Room) -> None:
    room.sites = {"acc_1": "Hangzhou", "acc_2": "Ningbo"}
    room.script("acc_1")
    own = room.take(ANN)  # unknown yet where Ann is from
    assert own
    room.staff_act("set_site", ANN, "Hangzhou")
    assert refusal(room.give, ANN, own.id, 5) == "scoring.task_not_yours"
    assert refusal(room.take, ANN) == "scoring.no_task"
    second = room.script("acc_2")
    task = room.mark(ANN, 5)
    assert room.marks(second) == 5
    assert task.id != own.id
    assert room.take(BOB).id == own.id


def test_a_suspicious_script_is_nobodys_until_the_chief_has_looked(room: Room) -> None:
    attempt = begin(room, PAIR)
    task = room.take(ANN)
    room.escalate(ANN, task.id)
    assert refusal(room.give, ANN, task.id, 5) == "scoring.task_not_yours"
    assert refusal(room.take, BOB) == "scoring.no_task"
    part = room.part(attempt)
    assert (part.state, part.suspicion) == ("suspicious", "same words as another")
    with room.database.unit(Actor(CHIEF), room.clock()) as unit:
        chief.clear(unit, part.id, "quoted from the case")
    assert refusal(room.take, ANN) == "scoring.no_task"  # who escalated it has had it
    room.mark(BOB, 6)
    room.mark(CID, 6)
    assert room.marks(attempt) == 6


def test_the_chief_may_decide_a_suspicious_script_at_once(room: Room) -> None:
    attempt = begin(room, PAIR)
    other = room.take(BOB)
    room.escalate(ANN, room.take(ANN).id)
    room.decide(room.part(attempt).id, 0)
    assert (room.marks(attempt), room.part(attempt).state) == (0, "final")
    assert not room.give(BOB, other.id, 7).counts  # in hand meanwhile: kept beside, and changes nothing
    assert (room.marks(attempt), len(room.readings(BOB))) == (0, 1)


def test_a_suspicious_script_that_nobody_has_read_is_decided_with_a_reason_which_stays_in_the_file(room: Room) -> None:
    attempt = begin(room, PAIR)
    room.escalate(ANN, room.take(ANN).id)
    part = room.part(attempt).id
    for blank in ("", " \n"):
        assert refusal(room.decide, part, 0, CHIEF, blank) == "scoring.reason_missing"
    assert refusal(room.decide, part, 0, ANN) == "scoring.own_reading"  # who reported it does not judge it as well
    assert refusal(room.decide, part, 0, "acc_1") == "scoring.own_reading"  # nor whose script it is
    assert (room.marks(attempt), room.part(attempt).state) == (None, "suspicious")
    room.decide(part, 0, why="copied from the reference answer")
    (reading,) = room.readings()
    (mark,) = [row for row in room.rows(MarkRow) if (row.attempt, row.place) == (attempt, "6")]
    assert (reading.purpose, reading.marker, reading.comment) == ("chief", CHIEF, "copied from the reference answer")
    assert (mark.marker, mark.reason["code"], mark.reason["readings"]) == (CHIEF, "chief", [reading.id])
    (audited,) = [row for row in room.rows(AuditRow) if row.act == "scoring.part.decided"]
    assert (audited.detail["readings"], audited.detail["suspicion"]) == (0, "same words as another")
    assert set(room.tasks(attempt).values()) == {"marked"}
    assert refusal(room.decide, part, 5, "acc_other_chief") == "scoring.not_to_decide"


def test_a_mark_that_stands_counts_no_more_while_its_script_is_suspicious(room: Room) -> None:
    """A marker who meets a script anew, unannounced, may see what nobody saw before."""
    attempt = begin(room, {"kind": "single", "remark_rate": 1})
    room.mark(ANN, 7)
    assert room.marks(attempt) == 7
    (again,) = [row for row in room.rows(TaskRow) if row.purpose == "remark"]
    for n in range(2, 23):
        room.script(f"acc_{n}")
    while (task := room.take(ANN)).id != again.id:
        room.give(ANN, task.id, 5)
    room.escalate(ANN, task.id)
    assert (room.marks(attempt), room.part(attempt).state) == (None, "suspicious")
    with room.database.reading() as session:
        assert reading.get_marks(session, [attempt])[attempt].state == "in_marking"
    with room.database.unit(Actor(CHIEF), room.clock()) as unit:
        chief.clear(unit, room.part(attempt).id, "quoted from the case")
    assert (room.marks(attempt), room.part(attempt).state) == (7, "final")


def test_marking_is_stopped_and_resumed_and_nothing_is_lost(room: Room) -> None:
    attempt = begin(room, {"kind": "single"})
    task = room.take(ANN)
    with room.database.unit(Actor(CHIEF), room.clock()) as unit:
        setup.stop(unit, PAPER, "the rubric is wrong")
    assert refusal(room.give, ANN, task.id, 5) == "scoring.marking_stopped"
    assert refusal(room.take, ANN) == "scoring.no_task"
    assert refusal(room.take, BOB) == "scoring.no_task"
    with room.database.unit(Actor(CHIEF), room.clock.move(7200)) as unit:
        setup.resume(unit, PAPER, "mended")
    assert room.take(ANN).id == task.id
    assert room.give(ANN, task.id, 5).counts
    assert room.marks(attempt) == 5


def test_what_somebody_holds_is_redistributed(room: Room) -> None:
    attempt = begin(room, {"kind": "single"})
    task = room.take(ANN)
    assert room.staff_act("redistribute", ANN) == 1
    assert refusal(room.give, ANN, task.id, 5) == "scoring.task_not_yours"
    assert room.take(BOB).id == task.id
    assert room.give(BOB, task.id, 4).counts
    assert room.marks(attempt) == 4


def test_two_windows_of_one_marker_hold_one_task(room: Room) -> None:
    begin(room, PAIR)
    room.script("acc_2")
    assert room.take(ANN).id == room.take(ANN).id
    with room.database.reading() as session:
        assert len(marking_queue.queries.held_by(session, PAPER, ANN)) == 1


def test_an_attempt_is_told_of_once_by_its_scheme(room: Room) -> None:
    begin(room, PAIR)
    room.mark(ANN, 2)
    room.mark(BOB, 9)
    with room.database.reading() as session:
        assert session.scalars(select(FactRow).where(FactRow.name == "scoring.attempt.scored")).all() == []
    room.decide(room.part(room.rows(MarkRow)[0].attempt).id, 5)
    with room.database.reading() as session:
        (fact,) = session.scalars(select(FactRow).where(FactRow.name == "scoring.attempt.scored"))
    assert fact.data["marks"] == "5"


def test_a_set_up_is_complete_without_a_word() -> None:
    assert Setup().model_dump(mode="json")["scheme"]["kind"] == "single"
    assert Setup().quality.seed_every == 0
