"""The marking room: one holder a task, leases, drafts, blindness, rubrics, and totals that are complete once."""

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.actor import SYSTEM, Actor, Role
from core.errors import ExamError
from core.tables import FactRow
from core.unit import Database, Unit
from scoring import intake, marking, marking_figures, marking_queue, queue_queries, reading
from scoring.marking_queue import LEASE, BlindTask
from scoring.tables import MarkRow, PartRow, ReadingRow, StaffRow, TaskRow
from tests.make import exam
from tests.make.clock import MovableClock
from tests.make.house import House

ANN, BOB = "acc_ann", "acc_bob"
FULL = {"c1": Decimal(4)}
ONE: Mapping[str, str] = {}
TWO = {"7.3": "So."}


@pytest.fixture
def form(database: Database, clock: MovableClock) -> str:
    return exam.form_of_all_kinds(database, clock())


def script(database: Database, clock: MovableClock, form: str, candidate: str, answers: Mapping[str, str] = ONE) -> str:
    """Let a candidate write an answer at place 6, and more; return the attempt."""
    fact = exam.sit(database, clock, form, candidate, {"6": "Because.", **answers})
    with database.unit(SYSTEM, clock()) as unit:
        intake.take_in(unit, fact)
    return str(fact.data["attempt"])


def take(database: Database, clock: MovableClock, marker: str) -> BlindTask:
    with database.unit(Actor(marker), clock()) as unit:
        return marking_queue.take_next(unit)


def give(database: Database, clock: MovableClock, marker: str, task: str, levels: dict[str, Decimal]) -> Decimal:
    with database.unit(Actor(marker), clock()) as unit:
        return marking.give_mark(unit, task, levels).marks


def refusal(act: Any, *arguments: Any) -> str:
    with pytest.raises(ExamError) as refused:
        act(*arguments)
    return refused.value.kind.code


def test_two_markers_hold_two_tasks_and_one_gets_the_same_again(database: Database, clock: MovableClock, form: str) -> None:
    script(database, clock, form, "acc_1")
    script(database, clock, form, "acc_2")
    ann, bob = take(database, clock, ANN), take(database, clock, BOB)
    assert ann.id != bob.id
    assert take(database, clock, ANN).id == ann.id
    assert refusal(take, database, clock, "acc_cid") == "scoring.no_task"


def test_no_two_markers_ever_hold_one_task(database: Database, clock: MovableClock, form: str) -> None:
    """Eight markers at once, on real transactions: every task is marked exactly once."""
    for n in range(10):
        script(database, clock, form, f"acc_{n}", TWO)
    marked: Counter[str] = Counter()
    begin = threading.Barrier(8)
    trouble: list[Exception] = []

    def work(marker: str) -> None:
        begin.wait()
        try:
            while True:
                task = take(database, clock, marker)
                marked[task.id] += 1
                give(database, clock, marker, task.id, FULL)
        except ExamError as error:
            if error.kind.code != "scoring.no_task":
                trouble.append(error)
        except Exception as error:
            trouble.append(error)

    threads = [threading.Thread(target=work, args=(f"acc_m{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert set(marked.values()) == {1}
    assert len(marked) == 20
    with database.reading() as session:
        by_hand = [row for row in session.scalars(select(MarkRow)) if row.marker != intake.MACHINE]
        assert len(session.scalars(select(ReadingRow)).all()) == 20
        assert len(by_hand) == 20
        scored = [
            row.subject for row in session.scalars(select(FactRow).where(FactRow.name == "scoring.attempt.scored").order_by(FactRow.id))
        ]
    assert len(scored) == len(set(scored)) == 10  # two markers finished each attempt, and it was complete once


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_it_is_the_row_lock_that_keeps_them_apart(
    database: Database, clock: MovableClock, form: str, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Two markers ask in the same instant, neither transaction done; without the lock both are handed the same task."""
    script(database, clock, form, "acc_1", TWO)
    with database.unit(SYSTEM, clock()) as unit:  # both have been here before: none waits for the other's first entry
        for marker in (ANN, BOB):
            unit.session.add(StaffRow(paper="pap_1", marker=marker, state="working", since=clock()))
    if not guarded:
        unlocked = select(TaskRow).where(TaskRow.state == "open").order_by(TaskRow.place, TaskRow.position).limit(1)
        monkeypatch.setattr(queue_queries, "lock_next_task", lambda session, *_: session.scalars(unlocked).first())
    with database.unit(Actor(ANN), clock()) as ann:
        hers = marking_queue.take_next(ann)
        with database.reading() as session:
            bob = Unit(session, Actor(BOB), clock(), {})
            his = marking_queue.take_next(bob)
    assert (hers.id != his.id) is guarded


def test_a_lease_that_ran_out_is_taken_over_and_the_draft_is_kept(database: Database, clock: MovableClock, form: str) -> None:
    script(database, clock, form, "acc_1")
    task = take(database, clock, ANN)
    draft = {"levels": {"c1": "4"}, "comment": "草稿"}
    with database.unit(Actor(ANN), clock()) as unit:
        marking.save_draft(unit, task.id, draft)
    assert take(database, clock, ANN).draft == draft
    clock.move(LEASE.total_seconds())
    bob = take(database, clock, BOB)
    assert (bob.id, bob.draft) == (task.id, None)
    assert refusal(take, database, clock, ANN) == "scoring.no_task"
    with database.unit(Actor(ANN), clock()) as unit:
        assert refusal(marking.save_draft, unit, task.id, draft) == "scoring.task_not_yours"
    clock.move(LEASE.total_seconds())
    assert take(database, clock, ANN).draft == draft


def test_a_lease_that_ran_out_and_nobody_took_over_is_still_good(database: Database, clock: MovableClock, form: str) -> None:
    script(database, clock, form, "acc_1")
    task = take(database, clock, ANN)
    clock.move(LEASE.total_seconds() * 10)
    assert take(database, clock, ANN).id == task.id
    clock.move(LEASE.total_seconds() * 10)
    assert give(database, clock, ANN, task.id, FULL) == 4


def test_two_who_finish_one_task_leave_two_readings_and_the_holder_s_counts(database: Database, clock: MovableClock, form: str) -> None:
    attempt = script(database, clock, form, "acc_1")
    task = take(database, clock, ANN)
    clock.move(LEASE.total_seconds())
    assert take(database, clock, BOB).id == task.id
    with database.unit(Actor(ANN), clock()) as unit:
        assert not marking.give_mark(unit, task.id, {"c1": Decimal(0)}).counts
    with database.unit(Actor(BOB), clock()) as unit:
        assert marking.give_mark(unit, task.id, FULL).counts
    with database.reading() as session:
        readings = [(row.marker, row.marks) for row in session.scalars(select(ReadingRow).order_by(ReadingRow.id))]
        (mark,) = session.scalars(select(MarkRow).where(MarkRow.attempt == attempt, MarkRow.place == "6"))
        beside = [(reading.marker, reading.marks) for reading, _ in marking_figures.collisions(session, "pap_1", 9)]
    assert readings == [(ANN, 0), (BOB, 4)]
    assert (mark.marker, mark.marks) == (BOB, 4)
    assert beside == [(ANN, 0)]


def test_a_draft_renews_the_lease(database: Database, clock: MovableClock, form: str) -> None:
    script(database, clock, form, "acc_1")
    task = take(database, clock, ANN)
    for _ in range(5):
        clock.move((LEASE - timedelta(minutes=1)).total_seconds())
        with database.unit(Actor(ANN), clock()) as unit:
            marking.save_draft(unit, task.id, {"levels": {}, "comment": ""})
    assert give(database, clock, ANN, task.id, FULL) == 4


def test_a_task_given_back_goes_to_somebody_else(database: Database, clock: MovableClock, form: str) -> None:
    script(database, clock, form, "acc_1")
    task = take(database, clock, ANN)
    with database.unit(Actor(ANN), clock()) as unit:
        marking_queue.give_back(unit, task.id, "I know this hand")
    assert refusal(take, database, clock, ANN) == "scoring.no_task"
    with database.reading() as session:
        assert [marking_queue.count_free(session, marker, clock()) for marker in (ANN, BOB)] == [0, 1]
    assert take(database, clock, BOB).id == task.id


def test_nobody_marks_a_script_of_their_own(database: Database, clock: MovableClock, form: str) -> None:
    script(database, clock, form, ANN)
    assert refusal(take, database, clock, ANN) == "scoring.no_task"
    assert take(database, clock, BOB)


LEVELS = [
    {},
    {"c1": Decimal(3)},
    {"c1": Decimal(-4)},
    {"c1": Decimal(4), "c2": Decimal(0)},
    {"c2": Decimal(4)},
    {"c1": Decimal("NaN")},
]


@pytest.mark.parametrize("levels", LEVELS)
def test_a_mark_that_does_not_fit_the_rubric_is_refused(
    database: Database, clock: MovableClock, form: str, levels: dict[str, Decimal]
) -> None:
    script(database, clock, form, "acc_1")
    task = take(database, clock, ANN)
    assert refusal(give, database, clock, ANN, task.id, levels) == "scoring.mark_invalid"
    assert give(database, clock, ANN, task.id, {"c1": Decimal("0.0")}) == 0


def test_a_mark_given_again_changes_nothing(database: Database, clock: MovableClock, form: str) -> None:
    attempt = script(database, clock, form, "acc_1")
    task = take(database, clock, ANN)
    assert give(database, clock, ANN, task.id, FULL) == 4
    assert give(database, clock, ANN, task.id, {"c1": Decimal("4.0")}) == 4  # the answer was lost on the way, the page asks again
    assert refusal(give, database, clock, ANN, task.id, {"c1": Decimal(0)}) == "scoring.task_not_yours"
    assert refusal(give, database, clock, BOB, task.id, FULL) == "scoring.task_not_yours"
    with database.reading() as session:
        marks = [
            row.marks
            for row in session.scalars(select(MarkRow).where(MarkRow.attempt == attempt, MarkRow.place == "6").order_by(MarkRow.id))
        ]
        scored = session.scalars(select(FactRow).where(FactRow.name == "scoring.attempt.scored").order_by(FactRow.id)).all()
    assert (marks, len(scored)) == ([Decimal(4)], 1)


def test_an_attempt_is_marked_when_its_last_place_is(database: Database, clock: MovableClock, form: str) -> None:
    attempt = script(database, clock, form, "acc_1", {**TWO, "1": "A"})
    states = []
    for marker in (ANN, BOB):
        with database.reading() as session:
            found = reading.get_marks(session, [attempt])[attempt]
        states.append((found.state, found.marks))
        give(database, clock, marker, take(database, clock, marker).id, FULL)
    with database.reading() as session:
        found = reading.get_marks(session, [attempt])[attempt]
    assert states == [("in_marking", None), ("in_marking", None)]
    assert (found.state, found.marks) == ("marked", 10)
    assert {part.section: part.marks for part in found.sections} == {"A": 2, "B": 8, "C": 0}
    assert sum(part.max_marks for part in found.sections) == found.max_marks


def test_progress_counts_tasks_and_markers(database: Database, clock: MovableClock, form: str) -> None:
    for n in range(3):
        script(database, clock, form, f"acc_{n}")
    give(database, clock, ANN, take(database, clock, ANN).id, {"c1": Decimal(0)})
    give(database, clock, ANN, take(database, clock, ANN).id, FULL)
    take(database, clock, BOB)
    with database.reading() as session:
        (paper,) = reading.marking_progress(session, ["pap_1"])
        markers = reading.marker_progress(session, clock(), ["pap_1"])
        elsewhere = reading.marker_progress(session, clock(), ["pap_2"])
    assert (paper.open, paper.leased, paper.marked) == (0, 1, 2)
    assert [(row.marker, row.marked, row.in_hand, row.share) for row in markers] == [(ANN, 2, 0, 0.5), (BOB, 0, 1, None)]
    assert elsewhere == []


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    else:
        yield str(value)


def test_the_payload_says_nothing_of_whose_it_is(house: House) -> None:
    name = "李晓雨"
    candidate = house.account("candidate-7", Role.CANDIDATE, name=name)
    house.account("marker", Role.MARKER, name="Marker")
    form = exam.form_of_all_kinds(house.database, house.clock())
    attempt = script(house.database, house.clock, form, candidate, TWO)
    browser = house.browser("marker")
    body = browser.post("/api/v1/marking/next").data
    task = json.loads(body)["task"]
    mine = browser.get("/api/v1/marking/mine").data
    with house.database.reading() as session:
        row = session.get(TaskRow, task["id"])
        part = session.get(PartRow, row.script)
    assert part.attempt == attempt
    for secret in (name, candidate, attempt, "candidate-7", "pap_1"):
        for payload in (body, mine):
            assert secret.encode() not in payload
            assert json.dumps(secret).strip('"').encode() not in payload
    assert not {"candidate", "attempt", "seat", "site", "name", "paper"} & set(strings(json.loads(body)))
    assert task["code"] not in (attempt, candidate, task["id"])
