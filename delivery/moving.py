"""The one way in which an attempt changes: its state by the table, its deadline by the ledger, its events by number."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core import audit, outbox
from core.clock import iso
from core.errors import INVALID
from core.facts import FactKind
from core.unit import Unit, into
from delivery import pushing, queries
from delivery.deadline import Deadline, TimeEntry, TimeKind, fold
from delivery.opening_times import no_show_at
from delivery.section_times import Limits
from delivery.states import TABLE, Event, State, step
from delivery.tables import AttemptRow, EventRow, TimeRow


def subject(attempt: str) -> str:
    """Return the attempt's name as the subject of facts and audit rows."""
    return f"attempt/{attempt}"


def ids(row: AttemptRow) -> dict[str, Any]:
    """Return what every fact of an attempt holds."""
    return {"attempt": row.id, "candidate": row.candidate, "paper": row.paper, "form": row.form}


def move(unit: Unit, row: AttemptRow, event: Event, fact: FactKind, reason: str = "", **data: Any) -> None:
    """Take a locked attempt through `event`: state, numbered event for the page, fact and audit row in one.

    Raises:
        ExamError: `delivery.wrong_state`; `core.invalid` when the table wants a reason and there is none.
    """
    target = step(State(row.state), event)
    if TABLE[State(row.state), event].needs_reason and not reason.strip():
        raise INVALID(detail="reason")
    row.state = target
    row.due_at = next_due(row)
    told = {**data, "reason": reason} if reason else data
    tell(unit, row, "attempt.state", {"state": str(target), **told})
    outbox.announce(unit, fact, subject(row.id), {**ids(row), **told}, sequence=row.event_n)
    audit.record(unit, fact.name, subject(row.id), n=row.event_n, **told)


def tell(unit: Unit, row: AttemptRow, name: str, data: dict[str, Any]) -> None:
    """Write the next numbered event of a locked attempt, and push it once durable."""
    row.event_n += 1
    numbered = {"n": row.event_n, "server_time": iso(unit.now), **data}
    unit.gather(into(EventRow), {"attempt": row.id, "n": row.event_n, "name": name, "data": numbered, "at": unit.now})
    pushing.push_on_commit(unit, row.id, name, numbered)


def write_time(
    unit: Unit,
    row: AttemptRow,
    kind: TimeKind,
    at: datetime,
    seconds: int = 0,
    reason: str = "",
    request: str | None = None,
) -> Deadline:
    """Append to a locked attempt's ledger and fold it anew."""
    entries = queries.ledger(unit.session, row.id)
    return append_time(unit, row, entries, TimeEntry(len(entries) + 1, kind, at, seconds, reason, unit.actor.account), request)


def append_time(unit: Unit, row: AttemptRow, before: Sequence[TimeEntry], entry: TimeEntry, request: str | None = None) -> Deadline:
    """Append an entry to the ledger of a locked attempt, which is `before`: the only writer of deadline, version and sections' ends."""
    deadline = fold([*before, entry], limits_of(row))
    unit.gather(into(TimeRow), {**vars(entry), "attempt": row.id, "recorded_at": unit.now, "request": request})
    row.deadline_at, row.deadline_version = deadline.instant, deadline.version
    row.reads_until = deadline.reads_until
    row.section_ends = {section: iso(end) for section, end in deadline.section_ends} or None
    row.due_at = next_due(row)
    return deadline


def limits_of(row: AttemptRow) -> Limits:
    """Return what is planned of an attempt's reading time and sections."""
    return Limits(row.reading_s, tuple((section, seconds) for section, seconds in row.section_limits or ()))


def told_deadline(row: AttemptRow) -> dict[str, Any]:
    """Return the deadline as messages and facts write it, null while the clock does not run; and reading and sections, where planned."""
    told: dict[str, Any] = {"deadline": iso(row.deadline_at) if row.deadline_at else None, "deadline_version": row.deadline_version}
    if row.reading_s or row.section_limits:
        told |= told_sections(row)
    return told


def told_sections(row: AttemptRow) -> dict[str, Any]:
    """Return the end of the reading time, and those of the limited sections, as messages write them."""
    return {"reads_until": iso(row.reads_until) if row.reads_until else None, "section_ends": row.section_ends}


def window_end(row: AttemptRow) -> datetime | None:
    """Return the end of the late window."""
    return row.deadline_at + timedelta(seconds=row.late_window_s) if row.deadline_at else None


def next_due(row: AttemptRow) -> datetime | None:
    """Return the next instant at which the clock alone decides something about the attempt."""
    due = {
        State.SCHEDULED: no_show_at(row),
        State.READY: no_show_at(row),
        State.RUNNING: row.deadline_at,
        State.PAUSED: row.hard_stop_at,
        State.CLOSING: window_end(row),
    }
    return due.get(State(row.state))
