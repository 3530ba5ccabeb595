"""An exam with every kind of item, and candidates who sit it: attempts that go through the real opening, journal and hand-in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.actor import SYSTEM
from core.facts import Fact
from core.unit import Database
from delivery import answering, opening, submitting
from delivery import reading as delivery_reading
from delivery.gates import Admitted
from delivery.journal import Journal
from delivery.papers import frozen_paper
from delivery.ticks import Ticker
from itembank.blueprint import Blueprint
from itembank.exchange.draft import Draft
from tests.make.bank import case, choice, published, stock, written
from tests.make.business import demo_drafts
from tests.make.clock import MovableClock

DRAFTS = [
    choice("one", marks=2),
    choice("many", "multiple", marks=2, key={"correct": ["A", "B"], "scheme": "partial_no_wrong"}),
    choice("either", "truefalse", options=2, marks=1),
    Draft.model_validate({"ref": "number", "kind": "numeric", "stem": "?", "key": {"correct": ["12.5"], "tolerance": "0.1"}, "marks": 2}),
    Draft.model_validate({"ref": "word", "kind": "text", "stem": "?", "key": {"correct": ["FOB"]}, "marks": 1}),
    written("essay"),
    case("case"),
    demo_drafts()["b2b-task-0001"].model_copy(update={"pool": "live"}),
]
"""Places 1 to 8 of the form; 7 is a case of a choice (7.1), a number (7.2) and a written answer (7.3)."""


def _section(name: str, title: str, *kinds: str) -> dict[str, Any]:
    return {"id": name, "title": title, "draws": [{"count": 1, "kind": kind} for kind in kinds]}


BLUEPRINT: dict[str, Any] = {
    "title": "综合卷",
    "seed": 1,
    "sections": [
        _section("A", "选择题", "single", "multiple", "truefalse", "numeric", "text"),
        _section("B", "案例分析题", "extended", "case"),
        _section("C", "模拟业务题", "business"),
    ],
}
"""The form of all kinds: an item of each."""

RIGHT: dict[str, Any] = {
    "1": "A",
    "2": ["A", "B"],
    "3": "A",
    "4": "12.5",
    "5": "fob",
    "6": "Because.",
    "7.1": "A",
    "7.2": 12.45,
    "7.3": "So.",
}
"""Right answers to everything but the task; the two written ones wait for a marker."""

MACHINE_MARKS = {"1": 2, "2": 2, "3": 1, "4": 2, "5": 1, "7.1": 2, "7.2": 1}
WRITTEN = ("6", "7.3")
DURATION = 3600
LANGUAGE = "zh"


def form_of_all_kinds(database: Database, now: datetime, drafts: list[Draft] | None = None) -> str:
    """Stock the bank and publish a form with every kind of item."""
    stock(database, drafts or DRAFTS, now)
    return published(database, Blueprint.model_validate(BLUEPRINT), now)


def start(database: Database, now: datetime, form: str, candidate: str, paper: str = "pap_1") -> str:
    """Schedule an attempt that begins now, and start it; return its id."""
    plan = opening.Plan(candidate, paper, form, 7, "综合卷", now, now, DURATION)
    with database.unit(SYSTEM, now) as unit:
        attempt = opening.schedule(unit, plan)
    with database.unit(SYSTEM, now) as unit:
        opening.start(unit, attempt, lambda *_: Admitted())
    return attempt


def answer(database: Database, clock: MovableClock, attempt: str, answers: Mapping[str, Any], first_seq: int = 1) -> int:
    """Save answers as the candidate's page does, an action of a log one by one; return the last number used."""
    with database.reading() as session:
        kinds = frozen_paper(session, delivery_reading.get_attempt(session, attempt).form).kinds
    sent = [(place, value) for place, given in answers.items() for value in (given if kinds.get(place) == "business" else [given])]
    journal = Journal(database, clock, window_ms=0, group_max=500)
    outcomes: list[Any] = []
    for seq, (place, value) in enumerate(sent, first_seq):
        entry = answering.Sent(seq, 0, place, value, clock())
        journal.put(answering.accept(attempt, kinds, entry, Ticker(b"exam"), clock(), lambda save: outcomes.append(save.outcome)))
    journal.flush()
    assert all(isinstance(outcome, datetime) for outcome in outcomes), outcomes
    return first_seq + len(sent) - 1


def hand_in(database: Database, now: datetime, attempt: str) -> Fact:
    """Hand in; return the fact that tells of it."""
    with database.unit(SYSTEM, now) as unit:
        row = submitting.hand_in(unit, attempt, 0, 0)
        data = {"attempt": row.id, "candidate": row.candidate, "paper": row.paper, "form": row.form}
    return Fact(1, "delivery.attempt.submitted", f"attempt/{attempt}", row.event_n, data, now, SYSTEM.account)


def sit(database: Database, clock: MovableClock, form: str, candidate: str, answers: Mapping[str, Any], paper: str = "pap_1") -> Fact:
    """Start, answer and hand in; return the fact of the hand-in."""
    attempt = start(database, clock(), form, candidate, paper)
    answer(database, clock, attempt, answers)
    return hand_in(database, clock(), attempt)
