"""Intake: every kind is scored with its reason, once per hand-in, whatever a candidate has sent."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from core.actor import SYSTEM, Actor
from core.facts import Fact
from core.tables import FactRow
from core.unit import Database
from delivery import accommodating
from itembank.business.workspace import workspace
from itembank.forms import get_frozen
from itembank.paper import item_seed
from scoring import intake, marking, marking_queue, reading
from scoring.tables import MarkRow, PartRow, ScoreRow, TaskRow
from tests.make import exam
from tests.make.clerks import CLERKS
from tests.make.clock import MovableClock
from tests.make.exam import MACHINE_MARKS, RIGHT, WRITTEN


def take_in(database: Database, clock: MovableClock, fact: Fact) -> None:
    with database.unit(SYSTEM, clock()) as unit:
        intake.take_in(unit, fact)


def rows(database: Database, table: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.scalars(select(table).order_by(*table.__table__.primary_key)))


def scores(database: Database, attempt: str) -> dict[str, Decimal | None]:
    return {row.place: row.marks for row in rows(database, ScoreRow) if row.attempt == attempt}


def facts(database: Database, name: str) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(FactRow).where(FactRow.name == name)) or 0


@pytest.fixture
def form(database: Database, clock: MovableClock) -> str:
    return exam.form_of_all_kinds(database, clock())


def task_actions(database: Database, form: str) -> list[dict[str, Any]]:
    """Do the simulated-business task without a mistake."""
    with database.reading() as session:
        scenario = get_frozen(session, form).items["8"].content.scenario
    assert scenario
    desk = workspace(scenario, item_seed(7, "8"))
    return [{"action": "set", "field": field, "value": value} for field, value in CLERKS["b2b-task-0001"](desk).items()]


def test_right_answers_of_every_kind_earn_full_marks(database: Database, clock: MovableClock, form: str) -> None:
    fact = exam.sit(database, clock, form, "acc_1", {**RIGHT, "8": task_actions(database, form)})
    take_in(database, clock, fact)
    with database.reading() as session:
        frozen = get_frozen(session, form)
    found = scores(database, fact.data["attempt"])
    assert {place: found[place] for place in MACHINE_MARKS} == MACHINE_MARKS
    assert found["8"] == frozen.items["8"].content.marks
    assert [found[place] for place in WRITTEN] == [None, None]
    assert {part.place: part.answer for part in rows(database, PartRow)} == {place: RIGHT[place] for place in WRITTEN}


def test_every_mark_of_the_machine_has_its_reason_in_both_languages(database: Database, clock: MovableClock, form: str) -> None:
    wrong = {"1": "B", "2": ["A"], "3": "B", "4": "99", "5": "CIF", "7.1": "C"}
    take_in(database, clock, exam.sit(database, clock, form, "acc_1", {**wrong, "8": task_actions(database, form)[:3]}))
    reasons = {row.place: row.reason for row in rows(database, MarkRow)}
    codes = {place: reason["code"] for place, reason in reasons.items()}
    assert codes == {
        "1": "wrong",
        "2": "partial",
        "3": "wrong",
        "4": "wrong",
        "5": "wrong",
        "6": "unanswered",
        "7.1": "wrong",
        "7.2": "unanswered",
        "7.3": "unanswered",
        "8": "business",
    }
    told = [reason for place, reason in reasons.items() if place != "8"] + reasons["8"]["fields"]
    assert all(reason["zh"] and reason["en"] for reason in told)
    fields = [Decimal(field["marks"]) for field in reasons["8"]["fields"]]
    assert sum(fields) == scores(database, rows(database, ScoreRow)[0].attempt)["8"]
    assert sum(fields) > 0


@pytest.mark.parametrize("empty", [{}, {"6": "   \n ", "7.3": ""}])
def test_an_unanswered_question_earns_nothing_and_asks_nobody(
    database: Database, clock: MovableClock, form: str, empty: dict[str, str]
) -> None:
    fact = exam.sit(database, clock, form, "acc_1", empty)
    take_in(database, clock, fact)
    assert rows(database, TaskRow) == []
    assert set(scores(database, fact.data["attempt"]).values()) == {Decimal(0)}
    with database.reading() as session:
        assert reading.get_marks(session, [fact.data["attempt"]])[fact.data["attempt"]].state == "marked"


def test_told_twice_it_is_scored_once(database: Database, clock: MovableClock, form: str) -> None:
    fact = exam.sit(database, clock, form, "acc_1", {"1": "A", "6": "Because."})
    take_in(database, clock, fact)
    before = [(row.id, row.place) for row in rows(database, MarkRow)], [row.id for row in rows(database, TaskRow)]
    clock.move(60)
    take_in(database, clock, fact)
    assert before == ([(row.id, row.place) for row in rows(database, MarkRow)], [row.id for row in rows(database, TaskRow)])
    assert facts(database, "scoring.attempt.auto_scored") == 1


def test_flags_are_no_answer(database: Database, clock: MovableClock, form: str) -> None:
    fact = exam.sit(database, clock, form, "acc_1", {"@flags": ["1", "8"], "1": "A"})
    take_in(database, clock, fact)
    assert "@flags" not in scores(database, fact.data["attempt"])


FIGURES = ("volume", "rebate", "net_cost", "domestic", "fob", "freight_unit", "cif", "cif_total", "premium")
STRANGE: list[dict[str, Any]] = [
    {"4": "9e999999999", "7.2": "-9E99999999"},
    {"4": 10**300, "7.2": "1e-999999999"},
    {"4": "0" * 3000 + "12.5"},
    {"6": "nul\0nul", "7.3": "\0"},
    {"5": "\0"},
    {"6": "𠮷" * 2000},
    {"8": [{"action": "set", "field": "fob", "value": "9" * 400}, {"action": "set", "field": "nobody", "value": {"a": [None]}}]},
    {"8": [{"action": "fly"}, {"action": "undo"}, {"action": "set", "field": "reply", "value": "\0"}, {"action": "set"}]},
    {"8": [{"action": "set", "field": field, "value": "1e99"} for field in ("volume", "rebate", "net_cost", "fob", "cif", "premium")]},
    {"8": [{"action": "set", "field": field, "value": "0"} for field in ("volume", "rebate", "net_cost", "fob", "cif", "premium")]},
    {
        "8": [
            {"action": "set", "field": field, "value": "999999999999999.9999999999"}
            for field in ("fob", "freight_unit", "cif", "cif_total")
        ]
    },
]


@pytest.mark.parametrize("answers", STRANGE, ids=range(len(STRANGE)))
def test_whatever_delivery_accepts_can_be_scored(database: Database, clock: MovableClock, form: str, answers: dict[str, Any]) -> None:
    fact = exam.sit(database, clock, form, "acc_1", answers)
    take_in(database, clock, fact)
    found = scores(database, fact.data["attempt"])
    assert len(found) == 10
    assert all(marks is None or marks >= 0 for marks in found.values())


def mark_all(database: Database, clock: MovableClock, marker: str) -> list[str]:
    marked = []
    for task in [task for task in rows(database, TaskRow) if task.state == "open"]:
        with database.unit(Actor(marker), clock()) as unit:
            taken = marking_queue.take_next(unit)
            levels = {criterion["id"]: Decimal(4) for criterion in taken.rubric}
            marking.give_mark(unit, taken.id, levels)
        marked.append(task.place)
    return sorted(marked)


def test_an_attempt_opened_again_is_scored_anew_and_keeps_what_did_not_change(database: Database, clock: MovableClock, form: str) -> None:
    first = exam.sit(database, clock, form, "acc_1", {"1": "B", "6": "Because.", "7.3": "So."})
    attempt = first.data["attempt"]
    take_in(database, clock, first)
    assert mark_all(database, clock, "acc_m") == ["6", "7.3"]
    before = scores(database, attempt)
    for person in ("acc_o1", "acc_o2"):
        with database.unit(Actor(person), clock.move(60)) as unit:
            accommodating.reopen(unit, attempt, 600, "fire alarm")
    exam.answer(database, clock, attempt, {"1": "A", "7.3": "So it is."}, first_seq=4)
    second = exam.hand_in(database, clock.move(60), attempt)
    take_in(database, clock, first)  # the older fact, told late, finds the newer hand-in
    take_in(database, clock, second)
    after = scores(database, attempt)
    assert (before["1"], after["1"]) == (0, 2)
    assert (before["6"], after["6"]) == (4, 4)
    assert (before["7.3"], after["7.3"]) == (4, None)
    assert mark_all(database, clock, "acc_m") == ["7.3"]
    assert scores(database, attempt)["7.3"] == 4
    assert facts(database, "scoring.attempt.scored") == 2
    assert len([row for row in rows(database, MarkRow) if row.place == "7.3"]) == 2  # marks are only ever added


def test_an_attempt_that_is_open_again_is_not_scored(database: Database, clock: MovableClock, form: str) -> None:
    fact = exam.sit(database, clock, form, "acc_1", {"1": "A"})
    for person in ("acc_o1", "acc_o2"):
        with database.unit(Actor(person), clock.move(60)) as unit:
            accommodating.reopen(unit, fact.data["attempt"], 600, "fire alarm")
    take_in(database, clock, fact)
    assert scores(database, fact.data["attempt"]) == {}
