"""Attempts for tests: a small paper, open gates, and an attempt taken to where a test begins."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.actor import SYSTEM, Actor, Role
from core.clock import iso
from core.errors import ExamError
from core.tables import FactRow
from core.unit import Database, Unit
from delivery import opening, presence, queries
from delivery.chain import Entry
from delivery.gates import Admitted, Gates, Paper, SignalIn
from delivery.journal import Journal
from delivery.saves import Outcome, Save
from delivery.seen import Seen, acknowledge
from delivery.tables import AttemptRow
from itembank.paper import Places
from tests.make.clock import MovableClock

KINDS = Places({"1": "single", "2": "multiple", "3": "text", "4.1": "extended", "5": "business", "@flags": "flags"})
INVIGILATOR = Actor("acc_invigilator", frozenset({Role.INVIGILATOR}))
OFFICE = Actor("acc_office", frozenset({Role.OFFICE}))


def paper(_session: Session, form: str) -> Paper:
    """Return the small paper."""
    return Paper(KINDS, lambda seed, attempt: {"form": form, "seed": seed, "attempt": attempt, "sections": []})


@dataclass
class Doors:
    """Gates that a test may close; signals that came through are kept."""

    admitted: Admitted = field(default_factory=Admitted)
    alive: bool = True
    gone: set[str] = field(default_factory=set)
    signals: list[tuple[str, SignalIn]] = field(default_factory=list)

    def gates(self) -> Gates:
        """Return the gates."""
        return Gates(
            admission=lambda _session, _attempt: self.admitted,
            admissions=lambda _session, attempts: dict.fromkeys(attempts, self.admitted),
            signed_in=lambda _session, holders: {holder for holder in holders if self.alive and holder[0] not in self.gone},
            signals=self._take,
            name_of=lambda _session, account: f"name of {account}",
            papers=paper,
            mail_to=lambda _session, _account: None,
        )

    def _take(self, _unit: Unit, attempt: str, signals: Sequence[SignalIn]) -> None:
        self.signals += [(attempt, signal) for signal in signals]


def plan(now: datetime, **changes: Any) -> opening.Plan:
    """Return a plan that opened an hour ago and starts now, for an hour."""
    usual: dict[str, Any] = {
        "candidate": "acc_candidate",
        "paper": "pap_1",
        "form": "frm_1",
        "seed": 7,
        "title": "跨境电商专员 · 综合",
        "opens_at": now - timedelta(hours=1),
        "starts_at": now,
        "duration_s": 3600,
        "late_window_s": 120,
    }
    return opening.Plan(**{**usual, **changes})


def scheduled(database: Database, now: datetime, **changes: Any) -> str:
    """Plan an attempt."""
    with database.unit(SYSTEM, now) as unit:
        return opening.schedule(unit, plan(now, **changes))


def started(database: Database, now: datetime, **changes: Any) -> str:
    """Plan an attempt and start it."""
    attempt = scheduled(database, now, **changes)
    with database.unit(SYSTEM, now) as unit:
        opening.start(unit, attempt, Doors().gates().admission)
    return attempt


def connect(database: Database, now: datetime, attempt: str, place: str = "10.0.0.7", server: str = "srv_test") -> int:
    """Let a page take the attempt over; return its epoch."""
    presence.heartbeat(database, server, now)
    with database.unit(SYSTEM, now) as unit:
        row = queries.lock_attempt(unit, attempt)
        ticket = presence.issue_ticket(unit, row, {}, place).ticket
        return presence.take_over(unit, ticket, server, lambda _session, accounts: accounts)[0].epoch


def look(database: Database, attempt: str) -> AttemptRow:
    """Return the attempt as it is."""
    with database.reading() as session:
        return queries.get_attempt(session, attempt)


@dataclass
class Pen:
    """Writes answers for one attempt through a journal, and keeps what became of them."""

    database: Database
    clock: MovableClock
    attempt: str
    epoch: int
    journal: Journal

    @classmethod
    def of(cls, database: Database, clock: MovableClock, attempt: str, **settings: Any) -> "Pen":
        """Connect a page to a started attempt and hand it a pen, by default with a journal of its own process."""
        journal = Journal(database, clock, **{"window_ms": 0, "group_max": 100, **settings})
        return cls(database, clock, attempt, connect(database, clock(), attempt), journal)

    def queue(self, seq: int, value: str = '"A"', item: str = "1", **changes: Any) -> Save:
        """Put one answer into the journal's queue."""
        entry = Entry(
            seq,
            changes.get("epoch", self.epoch),
            item,
            value,
            iso(changes.get("typed_at", self.clock())),
            iso(changes.get("received_at", self.clock())),
        )
        save = Save(self.attempt, entry, lambda _save: None, changes.get("flaw"), is_borne_out=changes.get("is_borne_out", True))
        self.journal.put(save)
        return save

    def write(self, seq: int, value: str = '"A"', item: str = "1", **changes: Any) -> Outcome:
        """Write one answer and say what became of it."""
        save = self.queue(seq, value, item, **changes)
        self.journal.flush()
        assert save.outcome is not None
        return save.outcome


def facts(database: Database, attempt: str) -> list[str]:
    """Return the facts of an attempt in order, without their common beginning."""
    with database.reading() as session:
        rows = session.query(FactRow).filter_by(subject=f"attempt/{attempt}").order_by(FactRow.id)
        return [row.name.removeprefix("delivery.attempt.") for row in rows]


def events(database: Database, attempt: str, since: int = 0) -> list[tuple[int, str, dict[str, Any]]]:
    """Return number, name and data of an attempt's events."""
    with database.reading() as session:
        return [(event.n, event.name, event.data) for event in queries.events_since(session, attempt, since)]


def refusal(act: Any, *arguments: Any, **named: Any) -> ExamError:
    """Do what must be refused; return the error."""
    with pytest.raises(ExamError) as refused:
        act(*arguments, **named)
    return refused.value


def see(unit: Unit, attempt: str, version: int) -> None:
    """Acknowledge a deadline as the page does; raise what it is refused with."""
    one = Seen("acc_candidate", attempt, version, lambda _error: None)
    error = acknowledge(unit, [one])[one]
    if error:
        raise error


def do(database: Database, clock: MovableClock, command: Any, *arguments: Any, actor: Actor = INVIGILATOR, **named: Any) -> Any:
    """Give a command in a unit of its own."""
    with database.unit(actor, clock()) as unit:
        return command(unit, *arguments, **named)
