"""The read door of delivery for the floors above."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from delivery import held, presence, queries
from delivery.deadline import TimeEntry
from delivery.errors import NO_RECEIPT
from delivery.papers import frozen_paper
from delivery.replay import replay
from delivery.states import State
from delivery.tables import AttemptRow, ClockRow, LeaseRow


@dataclass(frozen=True)
class Attempt:
    """How an attempt stands."""

    id: str
    candidate: str
    paper: str
    form: str
    title: str
    seat: str
    room: str
    state: str
    opens_at: datetime
    starts_at: datetime
    latest_start_at: datetime
    duration_s: int
    started_at: datetime | None
    deadline_at: datetime | None
    deadline_version: int
    deadline_acked: int
    submitted_at: datetime | None
    finish_time: datetime | None
    submit_cause: str | None
    amended_at: datetime | None

    @property
    def standing_since(self) -> datetime | None:
        """Return since when what is handed in stands as it is: the hand-in, or the last answer that people counted after it."""
        return self.submitted_at and max(self.submitted_at, self.amended_at or self.submitted_at)


@dataclass(frozen=True)
class Watched(Attempt):
    """How an attempt stands in its hall: whether a page is connected, where and since when, and how many answers it has sent.

    `clock` is how far its machine's clock was last found to be ahead of the server's, with the bound of the error, in milliseconds.
    """

    connected: bool
    where: str | None
    since: datetime | None
    entries: int
    clock: tuple[int, int] | None


@dataclass(frozen=True)
class Submission:
    """What was handed in.  `answers` holds each answered place's value, of a simulated-business task the list of its actions."""

    attempt: str
    candidate: str
    paper: str
    form: str
    seed: int
    answers: dict[str, Any]
    finish_time: datetime
    cause: str


@dataclass(frozen=True)
class KeptAside:
    """An answer that does not count by itself, and why: too_late, superseded, closed, number_taken or unsound."""

    reason: str
    seq: int
    epoch: int
    item: str
    value: str
    typed_at: datetime
    received_at: datetime


def get_attempt(session: Session, attempt: str) -> Attempt:
    """Return how an attempt stands.

    Raises:
        ExamError: `core.not_found`.
    """
    return _attempt(queries.get_attempt(session, attempt))


def attempts_of(session: Session, candidate: str) -> list[Attempt]:
    """Return a candidate's attempts in the order of their start."""
    return [_attempt(row) for row in queries.attempts_of(session, candidate)]


def who_sits(session: Session, attempts: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the candidate and the paper of some attempts, of those that exist."""
    return queries.who_sits(session, attempts)


def attempts_of_paper(session: Session, paper: str) -> list[Watched]:
    """Return the attempts of a sitting's paper in the order of their seats, each with the page that is connected to it."""
    leases = queries.living_leases_of_paper(session, paper, presence.PATIENCE)
    counts = queries.answer_counts(session, paper)
    clocks = queries.latest_offsets(session, paper)
    return [
        _watched(row, leases.get(row.id), counts.get(row.id, 0), clocks.get(row.id)) for row in queries.attempts_of_paper(session, paper)
    ]


def get_submission(session: Session, attempt: str) -> Submission:
    """Return what was handed in.

    Raises:
        ExamError: `core.not_found`, `delivery.no_receipt` before the hand-in.
    """
    row = queries.get_attempt(session, attempt)
    if row.state != State.SUBMITTED or row.finish_time is None or row.submit_cause is None:
        raise NO_RECEIPT()
    entries = [link.entry for link in queries.journal_of(session, attempt)]
    answers = replay(entries, frozen_paper(session, row.form).kinds)
    given = {place: answer.value for place, answer in answers.items() if answer.value is not None}
    return Submission(row.id, row.candidate, row.paper, row.form, row.seed, given, row.finish_time, row.submit_cause)


def time_ledger(session: Session, attempt: str) -> list[TimeEntry]:
    """Return every entry of an attempt's time ledger."""
    return queries.ledger(session, attempt)


def kept_aside(session: Session, attempt: str) -> list[KeptAside]:
    """Return the answers of an attempt that were kept aside, in the order of their arrival."""
    return [
        KeptAside(row.reason, row.seq, row.epoch, row.item, row.value, row.typed_at, row.received_at)
        for row in queries.quarantine_of(session, attempt)
    ]


def undecided(session: Session, papers: Collection[str]) -> dict[str, int]:
    """Return how many answers kept aside wait for a decision, by attempt, for the attempts of some papers that have any."""
    return held.undecided(session, papers)


def _plain(row: AttemptRow) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(Attempt)}


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(**_plain(row))


def _watched(row: AttemptRow, lease: LeaseRow | None, entries: int, measured: ClockRow | None) -> Watched:
    where, since = (lease.place, lease.since) if lease else (None, None)
    clock = (measured.offset_ms, measured.error_ms) if measured else None
    return Watched(**_plain(row), connected=lease is not None, where=where, since=since, entries=entries, clock=clock)
