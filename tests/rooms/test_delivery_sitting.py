"""An attempt from its plan to its hand-in, on both databases."""

from datetime import timedelta

import pytest

from core.unit import Database
from delivery import accommodating, jobs, opening, queries, reading, submitting
from delivery.deadline import TimeKind, fold
from delivery.gates import Admitted, Reason
from tests.make.clock import MovableClock
from tests.make.delivery import INVIGILATOR, Doors, Pen, connect, do, facts, look, refusal, scheduled, started

UNPAID = Admitted((Reason("unpaid", "尚未缴费", "the fee is not paid"),))


# --- opening


def test_a_candidate_has_one_attempt_at_a_paper(database: Database, clock: MovableClock) -> None:
    assert scheduled(database, clock()) == scheduled(database, clock())
    assert scheduled(database, clock(), paper="pap_2") != scheduled(database, clock())


def test_the_waiting_room_opens_and_the_paper_starts_on_time(database: Database, clock: MovableClock) -> None:
    hour = timedelta(hours=1)
    attempt = scheduled(database, clock(), opens_at=clock() + hour, starts_at=clock() + 2 * hour)
    gate = Doors().gates().admission
    assert refusal(do, database, clock, opening.start, attempt, gate).kind.code == "delivery.not_open"
    clock.move(3600)
    assert refusal(do, database, clock, opening.start, attempt, gate).kind.code == "delivery.not_started"
    clock.move(3600)
    assert do(database, clock, opening.start, attempt, gate).state == "running"
    row = look(database, attempt)
    assert (row.started_at, row.deadline_at, row.deadline_version) == (clock(), clock() + hour, 1)
    assert facts(database, attempt) == ["ready", "started"]


def test_a_second_start_gives_the_same_attempt_and_no_new_time(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    deadline = look(database, attempt).deadline_at
    clock.move(600)
    assert do(database, clock, opening.start, attempt, Doors().gates().admission).deadline_at == deadline
    assert facts(database, attempt) == ["ready", "started"]


def test_whoever_is_not_admitted_is_told_what_is_missing(database: Database, clock: MovableClock) -> None:
    attempt = scheduled(database, clock())
    error = refusal(do, database, clock, opening.start, attempt, Doors(UNPAID).gates().admission)
    assert (error.kind.code, error.fields["codes"]) == ("delivery.not_admitted", ["unpaid"])
    assert "尚未缴费" in error.text("zh")
    assert "the fee is not paid" in error.text("en")
    assert look(database, attempt).state == "scheduled"


@pytest.mark.parametrize(("timing", "left_s"), [("common_end", 3000), ("full_time", 3600)])
def test_a_late_arrival(database: Database, clock: MovableClock, timing: str, left_s: int) -> None:
    attempt = scheduled(database, clock(), timing=timing)
    clock.move(600)
    row = do(database, clock, opening.start, attempt, Doors().gates().admission)
    assert row.deadline_at == clock() + timedelta(seconds=left_s)


def test_an_accommodation_before_the_start_counts_from_it(database: Database, clock: MovableClock) -> None:
    attempt = scheduled(database, clock())
    do(database, clock, accommodating.extend, attempt, 900, "extra reading time", kind=TimeKind.ACCOMMODATION)
    row = do(database, clock, opening.start, attempt, Doors().gates().admission)
    assert (row.deadline_at, row.deadline_version) == (clock() + timedelta(seconds=4500), 1)


# --- the clock


def test_the_clock_closes_and_hands_in_without_any_page(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    assert jobs.sweep_deadlines(database, clock.move(3599)) == 0
    assert jobs.sweep_deadlines(database, clock.move(1)) == 1
    assert look(database, attempt).state == "closing"
    assert jobs.sweep_deadlines(database, clock.move(119)) == 0
    assert jobs.sweep_deadlines(database, clock.move(1)) == 1
    row = look(database, attempt)
    assert (row.state, row.submit_cause, row.finish_time) == ("submitted", "deadline", row.deadline_at)
    assert facts(database, attempt) == ["ready", "started", "deadline", "submitted"]
    assert jobs.sweep_deadlines(database, clock.move(9999)) == 0


def test_unsubmitted_work_counts(database: Database, clock: MovableClock) -> None:
    pen = Pen.of(database, clock, started(database, clock()))
    pen.write(1, '"B"')
    jobs.sweep_deadlines(database, clock.move(3600))
    pen.write(2, '"C"', typed_at=look(database, pen.attempt).deadline_at)
    jobs.sweep_deadlines(database, clock.move(120))
    with database.reading() as session:
        kept = {link.entry.value for link in queries.journal_of(session, pen.attempt)}
    assert kept == {'"B"', '"C"'}
    assert look(database, pen.attempt).entries == 2


def test_whoever_never_starts_is_absent(database: Database, clock: MovableClock) -> None:
    attempt = scheduled(database, clock(), latest_start_at=clock() + timedelta(minutes=30))
    assert jobs.sweep_deadlines(database, clock.move(1800)) == 1
    assert look(database, attempt).state == "absent"
    error = refusal(do, database, clock, opening.start, attempt, Doors().gates().admission)
    assert error.kind.code == "delivery.start_closed"


def test_many_due_attempts_are_swept_in_one_go(database: Database, clock: MovableClock) -> None:
    attempts = [scheduled(database, clock(), candidate=f"acc_{n}") for n in range(jobs.BATCH + 5)]
    assert jobs.sweep_deadlines(database, clock.move(3600)) == len(attempts)
    assert {look(database, attempt).state for attempt in attempts} == {"absent"}


def test_the_deadline_column_is_always_the_fold(database: Database, clock: MovableClock) -> None:
    attempt = started(database, clock())
    acts = [
        (accommodating.extend, attempt, 600, "projector"),
        (accommodating.pause, attempt, "alarm"),
        (accommodating.extend, attempt, 60, "alarm"),
        (accommodating.resume, attempt, "all clear"),
    ]
    for act, *arguments in acts:
        clock.move(60)
        do(database, clock, act, *arguments)
        row = look(database, attempt)
        with database.reading() as session:
            folded = fold(queries.ledger(session, attempt))
        assert (row.deadline_at, row.deadline_version) == (folded.instant, folded.version)
    assert look(database, attempt).deadline_version == 5
    with database.reading() as session:
        ledger = [(e.kind, e.seconds, e.reason, e.approver) for e in reading.time_ledger(session, attempt)]
    assert ledger[1] == ("extension", 600, "projector", INVIGILATOR.account)


# --- handing in


def test_handing_in_twice_is_handing_in_once(database: Database, clock: MovableClock) -> None:
    pen = Pen.of(database, clock, started(database, clock()))
    pen.write(1)
    first = do(database, clock, submitting.hand_in, pen.attempt, pen.epoch, 1)
    clock.move(60)
    again = do(database, clock, submitting.hand_in, pen.attempt, pen.epoch, 1)
    assert (first.submitted_at, first.head, first.submit_cause) == (again.submitted_at, again.head, "candidate")
    assert facts(database, pen.attempt).count("submitted") == 1


def test_handing_in_names_the_answers_that_are_not_here(database: Database, clock: MovableClock) -> None:
    pen = Pen.of(database, clock, started(database, clock()))
    for seq in (1, 2, 5):
        pen.write(seq)
    error = refusal(do, database, clock, submitting.hand_in, pen.attempt, pen.epoch, 6)
    assert (error.kind.code, error.kind.retryable, error.fields["missing"]) == ("delivery.entries_missing", True, [3, 4, 6])
    assert look(database, pen.attempt).state == "running"


def test_handing_in_too_early_an_older_page_and_before_the_start(database: Database, clock: MovableClock) -> None:
    attempt = scheduled(database, clock(), earliest_submit_s=1800)
    assert refusal(do, database, clock, submitting.hand_in, attempt, 0, 0).kind.code == "delivery.not_started"
    do(database, clock, opening.start, attempt, Doors().gates().admission)
    epoch = connect(database, clock(), attempt)
    assert refusal(do, database, clock, submitting.hand_in, attempt, epoch, 0).kind.code == "delivery.too_early"
    clock.move(1800)
    assert refusal(do, database, clock, submitting.hand_in, attempt, epoch - 1, 0).kind.code == "delivery.superseded"
    assert do(database, clock, submitting.hand_in, attempt, epoch, 0).state == "submitted"


def test_a_page_that_has_sent_everything_need_not_wait_for_the_window(database: Database, clock: MovableClock) -> None:
    pen = Pen.of(database, clock, started(database, clock()))
    pen.write(1)
    clock.move(3605)
    row = do(database, clock, submitting.hand_in, pen.attempt, pen.epoch, 1)
    assert (row.state, row.submit_cause, row.finish_time) == ("submitted", "deadline", row.deadline_at)
