"""What staff do to attempts and what they see of them, on both databases."""

from datetime import timedelta
from typing import Any

import pytest

from core.tables import AuditRow, FactRow
from core.unit import Database, Unit
from delivery import accommodating, jobs, presence, pushing, reading, submitting
from tests.make.clock import MovableClock
from tests.make.delivery import OFFICE, Pen, do, events, facts, look, paper, refusal, scheduled, see, started


def _notify_and_fail(unit: Unit, attempt: str) -> None:
    accommodating.notify(unit, attempt, "never said")
    accommodating.extend(unit, attempt, 0, "no time at all")


# --- what staff do


def test_an_extension_is_told_acknowledged_and_given_once(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    n = look(database, attempt).event_n
    for _ in range(3):
        do(database, clock, accommodating.extend, attempt, 600, "late papers", request="r1")
    told = events(database, attempt, n)
    assert [(number, name) for number, name, _ in told] == [(n + 1, "deadline.changed")]
    assert told[0][2]["deadline_version"] == 2
    assert told[0][2]["reason"] == "late papers"
    row = look(database, attempt)
    assert (row.deadline_at, row.deadline_acked) == (clock() + timedelta(seconds=4200), 0)
    for version, acked in ((2, 2), (1, 2)):
        do(database, clock, see, attempt, version)
        assert look(database, attempt).deadline_acked == acked


def test_a_deadline_that_never_was_cannot_be_acknowledged(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    do(database, clock, accommodating.extend, attempt, 600, "late papers")
    for version in (0, 3, 9):
        assert refusal(do, database, clock, see, attempt, version).kind.code == "delivery.no_such_deadline"
    assert look(database, attempt).deadline_acked == 0
    waiting = scheduled(database, clock(), candidate="acc_other")
    assert refusal(do, database, clock, see, waiting, 1).kind.code == "delivery.no_such_deadline"


@pytest.mark.parametrize(("seconds", "reason"), [(0, "x"), (-5, "x"), (60, " ")])
def test_time_is_given_with_seconds_and_a_reason(database: Database, clock: MovableClock, seconds: int, reason: str) -> None:
    attempt = started(database, clock())
    assert refusal(do, database, clock, accommodating.extend, attempt, seconds, reason).kind.code == "core.invalid"


def test_no_time_is_given_after_the_end(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    clock.move(3600)
    assert refusal(do, database, clock, accommodating.extend, attempt, 60, "late").kind.code == "delivery.wrong_state"


def test_a_pause_repeated_later_does_not_pause_again(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    do(database, clock, accommodating.pause, attempt, "ill", request="p1")
    clock.move(60)
    do(database, clock, accommodating.resume, attempt, "well", request="p2")
    do(database, clock, accommodating.pause, attempt, "ill", request="p1")
    assert look(database, attempt).state == "running"
    assert look(database, attempt).deadline_at == clock() + timedelta(seconds=3600)


def test_a_paused_attempt_ends_at_the_hard_stop(database: Database, clock: MovableClock) -> None:
    stop = clock() + timedelta(hours=2)
    attempt = started(database, clock(), hard_stop_at=stop)
    do(database, clock, accommodating.pause, attempt, "ill")
    assert jobs.sweep_deadlines(database, clock.move(7199)) == 0
    jobs.sweep_deadlines(database, clock.move(1))
    row = look(database, attempt)
    assert (row.state, row.deadline_at) == ("closing", stop)
    jobs.sweep_deadlines(database, clock.move(120))
    assert look(database, attempt).finish_time == stop


@pytest.mark.parametrize("is_paused", [False, True])
def test_the_invigilator_ends_an_attempt(database: Database, clock: MovableClock, is_paused: bool) -> None:
    attempt = started(database, clock())
    if is_paused:
        do(database, clock, accommodating.pause, attempt, "caught")
    for _ in range(2):
        do(database, clock, accommodating.end, attempt, "caught")
    row = look(database, attempt)
    assert (row.state, row.submit_cause, row.finish_time) == ("submitted", "invigilator", clock())
    assert facts(database, attempt).count("submitted") == 1


def test_reopening_takes_two_people(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    pen = Pen.of(database, clock, attempt)
    pen.write(1)
    do(database, clock, submitting.hand_in, attempt, pen.epoch, 1)
    assert do(database, clock, accommodating.reopen, attempt, 600, "power cut") is False
    assert refusal(do, database, clock, accommodating.reopen, attempt, 600, "power cut").kind.code == "delivery.same_person"
    assert refusal(do, database, clock, accommodating.reopen, attempt, 60, "power cut", actor=OFFICE).kind.code == "core.conflict"
    assert look(database, attempt).state == "submitted"
    assert do(database, clock, accommodating.reopen, attempt, 600, "power cut", actor=OFFICE) is True
    row = look(database, attempt)
    assert (row.state, row.deadline_at, row.head) == ("running", clock() + timedelta(seconds=600), None)
    assert pen.write(2) == clock()
    do(database, clock, submitting.hand_in, attempt, pen.epoch, 2)
    assert look(database, attempt).entries == 2


def test_voiding_takes_two_people_and_makes_room_for_a_new_attempt(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    assert do(database, clock, accommodating.void, attempt, "wrong form") is False
    assert do(database, clock, accommodating.void, attempt, "wrong form", actor=OFFICE) is True
    assert look(database, attempt).state == "voided"
    assert scheduled(database, clock()) != attempt


# --- the read door, and what is told


def test_the_hall_sees_who_is_connected_and_who_wrote_how_much(database: Database, clock: MovableClock) -> None:
    pens = [Pen.of(database, clock, started(database, clock(), candidate=f"acc_{n}", seat=f"A{n}")) for n in range(3)]
    pens[1].write(1)
    do(database, clock, presence.leave, pens[2].attempt, pens[2].epoch)
    with database.reading() as session:
        watched = reading.attempts_of_paper(session, "pap_1")
    assert [(w.seat, w.state, w.connected, w.entries) for w in watched] == [
        ("A0", "running", True, 0),
        ("A1", "running", True, 1),
        ("A2", "running", False, 0),
    ]
    with database.reading() as session:
        assert [a.id for a in reading.attempts_of(session, "acc_1")] == [pens[1].attempt]
        assert reading.get_attempt(session, pens[1].attempt).state == "running"


def test_a_submission_holds_the_answers(database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "frozen_paper", paper)
    pen = Pen.of(database, clock, started(database, clock()))
    written = [
        ("1", '"A"'),
        ("1", '"B"'),
        ("2", '["A","C"]'),
        ("3", '"x"'),
        ("3", "null"),
        ("5", '{"action":"a"}'),
        ("5", '{"action":"b"}'),
    ]
    for seq, (item, value) in enumerate(written, 1):
        pen.write(seq, value, item)
    with database.reading() as session:
        assert refusal(reading.get_submission, session, pen.attempt).kind.code == "delivery.no_receipt"
    do(database, clock, submitting.hand_in, pen.attempt, pen.epoch, 7)
    with database.reading() as session:
        submission = reading.get_submission(session, pen.attempt)
    assert submission.answers == {"1": "B", "2": ["A", "C"], "5": [{"action": "a"}, {"action": "b"}]}
    assert (submission.candidate, submission.seed, submission.cause) == ("acc_candidate", 7, "candidate")


def test_each_change_is_one_event_one_fact_one_audit_row_with_one_number(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    do(database, clock, accommodating.pause, attempt, "alarm")
    do(database, clock, accommodating.resume, attempt, "all clear")
    do(database, clock, accommodating.extend, attempt, 60, "alarm")
    do(database, clock, accommodating.end, attempt, "end")
    with database.reading() as session:
        told = session.query(FactRow).filter_by(subject=f"attempt/{attempt}").order_by(FactRow.id).all()
        audited = session.query(AuditRow).filter_by(subject=f"attempt/{attempt}").order_by(AuditRow.id).all()
    numbers = [n for n, _, _ in events(database, attempt)]
    assert numbers == list(range(1, 7))
    assert [fact.sequence for fact in told] == numbers
    assert [row.detail["n"] for row in audited if "n" in row.detail] == numbers
    assert [row.act for row in audited if "n" in row.detail] == [fact.name for fact in told]
    submitted = told[-1].data
    assert submitted.keys() == {"attempt", "candidate", "paper", "form", "cause", "finish_time", "entries", "head", "reason"}


def test_events_are_pushed_once_they_are_durable_and_a_broken_messenger_breaks_nothing(database: Database, clock: MovableClock) -> None:
    pushed: list[tuple[str, str, int]] = []

    def broken(*_: Any) -> None:
        raise RuntimeError("redis is gone")

    def messenger(attempt: str, event: str, data: dict[str, Any]) -> None:
        pushed.append((attempt, event, data["n"]))

    attempt = started(database, clock())
    pushing.connect(broken)
    pushing.connect(messenger)
    try:
        do(database, clock, accommodating.notify, attempt, "please sit down")
        assert refusal(do, database, clock, _notify_and_fail, attempt).kind.code == "core.invalid"
    finally:
        pushing.disconnect(broken)
        pushing.disconnect(messenger)
    assert pushed == [(attempt, "notice", 3)]
