"""A paper that has been sat, for tests of regrading: everything that counts, and acts by two people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.actor import SYSTEM, Actor
from core.facts import Fact
from core.unit import Database
from scoring import intake, regrade, regrade_preview, regrade_queries
from scoring.changes import Change
from scoring.gates import Consequences, no_consequences
from scoring.tables import MarkRow, RegradeMarkRow, RegradeRow, ScoreRow, ScriptRow
from tests.make import exam
from tests.make.clock import MovableClock

PAPER = "pap_1"
FIRST, SECOND = Actor("acc_first"), Actor("acc_second")


def idle() -> None:
    """Let nobody else have a turn."""


@dataclass
class Sat:
    """One paper of every kind of item."""

    database: Database
    clock: MovableClock
    form: str = ""
    consequences: Consequences = no_consequences
    facts: dict[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.form = self.form or exam.form_of_all_kinds(self.database, self.clock())

    def sit(self, candidate: str, answers: Mapping[str, Any]) -> str:
        """Hand in and be scored; return the attempt."""
        fact = exam.sit(self.database, self.clock, self.form, candidate, answers, PAPER)
        with self.database.unit(SYSTEM, self.clock()) as unit:
            intake.take_in(unit, fact)
        return str(fact.data["attempt"])

    def propose(self, *changes: Mapping[str, Any], who: Actor = FIRST) -> str:
        """Propose a regrade and let its preview be made."""
        with self.database.unit(who, self.clock()) as unit:
            made = regrade.propose(unit, PAPER, [Change.model_validate(change) for change in changes], "试题有误")
        self.preview()
        return made

    def propose_reversal(self, name: str, who: Actor = FIRST) -> str:
        """Propose to take a regrade back and let the preview be made."""
        with self.database.unit(who, self.clock()) as unit:
            made = regrade.propose_reversal(unit, name, "撤销")
        self.preview()
        return made

    def preview(self) -> None:
        """Make the previews that are asked for."""
        while regrade_preview.make_asked(self.consequences, self.database, self.clock()):
            pass

    def row(self, name: str) -> RegradeRow:
        """Return a regrade."""
        with self.database.reading() as session:
            return regrade_queries.get_regrade(session, name)

    def commit(self, name: str, who: Actor = SECOND, digest: str = "") -> int:
        """Commit what was previewed."""
        with self.database.unit(who, self.clock()) as unit:
            return regrade.commit(unit, name, digest or self.row(name).digest, self.consequences, idle)

    def regrade(self, *changes: Mapping[str, Any]) -> str:
        """Propose and commit."""
        made = self.propose(*changes)
        self.commit(made)
        return made

    def reverse(self, name: str) -> str:
        """Take back."""
        made = self.propose_reversal(name)
        self.commit(made)
        return made

    def rows(self, table: Any) -> list[Any]:
        """Return all rows of a table."""
        with self.database.reading() as session:
            return list(session.scalars(select(table).order_by(*table.__table__.primary_key)))

    def standing(self) -> dict[Any, Any]:
        """Return everything that counts: what every place stands at and what every script adds up to."""
        scores = {(row.attempt, row.place): (row.marks, row.max_marks, row.own_mark_id) for row in self.rows(ScoreRow)}
        scripts = {row.attempt: (row.state, row.marks, row.max_marks, row.marked_at) for row in self.rows(ScriptRow)}
        return {**scores, **scripts}

    def marks(self, attempt: str, place: str) -> tuple[Decimal | None, Decimal]:
        """Return what a place stands at, and of how much."""
        return next((row.marks, row.max_marks) for row in self.rows(ScoreRow) if (row.attempt, row.place) == (attempt, place))

    def reason(self, attempt: str, place: str) -> dict[str, Any]:
        """Return the reason of the mark that counts."""
        score = next(row for row in self.rows(ScoreRow) if (row.attempt, row.place) == (attempt, place))
        return next(row.reason for row in self.rows(MarkRow) if row.id == score.mark_id)  # type: ignore[no-any-return]

    def previewed(self, name: str) -> dict[tuple[str, str], tuple[Decimal | None, Decimal]]:
        """Return what a preview says that places become."""
        return {(row.attempt, row.place): (row.marks, row.max_marks) for row in self.rows(RegradeMarkRow) if row.regrade == name}


def totals(sat: Sat, attempts: Sequence[str]) -> list[Decimal | None]:
    """Return the totals of attempts."""
    found = {row.attempt: row.marks for row in sat.rows(ScriptRow)}
    return [found[attempt] for attempt in attempts]
