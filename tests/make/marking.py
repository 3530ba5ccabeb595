"""A marking room for tests: scripts that are handed in, markers who take and give, a chief who decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.actor import SYSTEM, Actor
from core.errors import ExamError
from core.unit import Database
from scoring import chief, intake, marking, marking_queue, setup, staffing
from scoring.marking_queue import BlindTask
from scoring.setup import Setup
from scoring.tables import PartRow, ReadingRow, ScoreRow, StaffRow, TaskRow
from tests.make import exam
from tests.make.bank import written
from tests.make.clock import MovableClock

PAPER = "pap_1"
CHIEF = "acc_chief"
STEPS = [{"marks": marks, "text": str(marks)} for marks in range(11)]


def ten_marks() -> list[Any]:
    """Return the drafts of all kinds, the written item marked from 0 to 10 by whole marks."""
    essay = written("essay", marks=10, key={"rubric": [{"id": "c1", "title": "Whole", "levels": STEPS}]})
    return [*exam.DRAFTS[:5], essay, *exam.DRAFTS[6:]]


@dataclass
class Room:
    """A paper with one written item of ten marks (place 6), and whoever works at it."""

    database: Database
    clock: MovableClock
    form: str = ""
    sites: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.form = self.form or exam.form_of_all_kinds(self.database, self.clock(), ten_marks())

    def script(self, candidate: str, text: str = "Because.") -> str:
        """Let a candidate hand in one written answer; return the attempt."""
        fact = exam.sit(self.database, self.clock, self.form, candidate, {"6": text})
        with self.database.unit(SYSTEM, self.clock()) as unit:
            intake.take_in(unit, fact, lambda _session, who, _paper: self.sites.get(who, ""))
        return str(fact.data["attempt"])

    def set_up(self, scheme: Mapping[str, Any] | None = None, quality: Mapping[str, Any] | None = None) -> None:
        """Set how the paper is marked."""
        made = Setup.model_validate({"scheme": scheme or {}, "quality": quality or {}})
        with self.database.unit(Actor(CHIEF), self.clock()) as unit:
            setup.change(unit, PAPER, made)

    def take(self, marker: str) -> BlindTask:
        """Take the next task."""
        with self.database.unit(Actor(marker), self.clock()) as unit:
            return marking_queue.take_next(unit)

    def give(self, marker: str, task: str, marks: float | Decimal, comment: str = "") -> marking.Given:
        """Give a mark."""
        with self.database.unit(Actor(marker), self.clock()) as unit:
            return marking.give_mark(unit, task, {"c1": Decimal(str(marks))}, comment)

    def mark(self, marker: str, marks: float | Decimal) -> BlindTask:
        """Take the next task and give it a mark."""
        task = self.take(marker)
        self.give(marker, task.id, marks)
        return task

    def escalate(self, marker: str, task: str, reason: str = "same words as another") -> None:
        """Put a script before the chief."""
        with self.database.unit(Actor(marker), self.clock()) as unit:
            marking_queue.escalate(unit, task, reason)

    def decide(self, part: str, marks: float | Decimal, who: str = CHIEF, why: str = "decided") -> Decimal:
        """Let the chief decide."""
        with self.database.unit(Actor(who), self.clock()) as unit:
            return chief.decide(unit, part, {"c1": Decimal(str(marks))}, why)

    def sample(self, use: chief.Use, text: str, marks: int) -> str:
        """Keep a script with agreed marks."""
        with self.database.unit(Actor(CHIEF), self.clock()) as unit:
            like = unit.session.scalars(select(PartRow).where(PartRow.place == "6")).first()
            assert like
            return chief.add_sample(unit, like, use, text, {"c1": Decimal(marks)}, "agreed by the board")

    def staff_act(self, act: str, marker: str, reason: str = "because") -> Any:
        """Do something about a marker."""
        with self.database.unit(Actor(CHIEF), self.clock()) as unit:
            return getattr(staffing, act)(unit, PAPER, marker, reason)

    def rows(self, table: Any) -> list[Any]:
        """Return all rows of a table."""
        with self.database.reading() as session:
            return list(session.scalars(select(table).order_by(*table.__table__.primary_key)))

    def part(self, attempt: str) -> PartRow:
        """Return the part of an attempt."""
        return next(row for row in self.rows(PartRow) if row.attempt == attempt)

    def marks(self, attempt: str) -> Decimal | None:
        """Return what counts for the written answer of an attempt."""
        return next(row.marks for row in self.rows(ScoreRow) if row.attempt == attempt and row.place == "6")  # type: ignore[no-any-return]

    def tasks(self, attempt: str) -> dict[str, str]:
        """Return purpose → state of the tasks of an attempt that are not void."""
        part = self.part(attempt).id
        return {row.purpose: row.state for row in self.rows(TaskRow) if row.script == part and row.state != "void"}

    def readings(self, marker: str | None = None) -> list[ReadingRow]:
        """Return readings, of one marker if named, in order."""
        found = [row for row in self.rows(ReadingRow) if marker in (None, row.marker)]
        return sorted(found, key=lambda row: row.id)

    def staff(self, marker: str) -> StaffRow:
        """Return a marker at the paper."""
        return next(row for row in self.rows(StaffRow) if row.marker == marker)


def refusal(act: Any, *arguments: Any) -> str:
    """Return the code with which an act is refused."""
    with pytest.raises(ExamError) as refused:
        act(*arguments)
    return refused.value.kind.code
