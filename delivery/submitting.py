"""Handing in: by the candidate, by the clock, by the invigilator.  Whatever was acknowledged before is part of the submission."""

from datetime import datetime

from core.actor import SYSTEM
from core.clock import iso
from core.unit import Database, Unit
from delivery import queries
from delivery.deadline import TimeKind
from delivery.errors import ENTRIES_MISSING, NOT_STARTED, PAUSED, SUPERSEDED, TOO_EARLY
from delivery.facts import ABSENT, DEADLINE, SUBMITTED
from delivery.moving import move, told_deadline, window_end, write_time
from delivery.opening_times import earliest_submit, no_show_at
from delivery.states import Cause, Event, State
from delivery.tables import AttemptRow
from delivery.wording import wrong_state

SHOWN = 50  # missing numbers named in one refusal


def keep_time(unit: Unit, row: AttemptRow) -> None:
    """Do to a locked attempt what the clock has already decided: no-show, end of time, end of the late window."""
    if row.state in (State.SCHEDULED, State.READY) and unit.now >= no_show_at(row):
        move(unit, row, Event.NO_SHOW, ABSENT)
    elif row.state == State.RUNNING and row.deadline_at and unit.now >= row.deadline_at:
        move(unit, row, Event.TIME_UP, DEADLINE, **told_deadline(row))
    elif row.state == State.PAUSED and row.hard_stop_at and unit.now >= row.hard_stop_at:
        write_time(unit, row, TimeKind.STOP, row.hard_stop_at)
        move(unit, row, Event.TIME_UP, DEADLINE, **told_deadline(row))
    end = window_end(row)
    if row.state == State.CLOSING and end and unit.now >= end:
        freeze(unit, row, Event.WINDOW_OVER, Cause.DEADLINE)


def keep_time_if_due(database: Database, attempt: str, now: datetime) -> None:
    """Do what the clock has decided about an attempt before somebody reads it; costs one read when there is nothing to do."""
    with database.reading() as session:
        due_at = queries.get_attempt(session, attempt).due_at
    if due_at and due_at <= now:
        with database.unit(SYSTEM, now) as unit:
            keep_time(unit, queries.lock_attempt(unit, attempt))


def hand_in(unit: Unit, attempt: str, epoch: int, last_seq: int) -> AttemptRow:
    """Hand in for the candidate whose page holds `epoch` and has numbered its answers up to `last_seq`; a repeat changes nothing.

    The caller drains the process's journal first.

    Raises:
        ExamError: `delivery.entries_missing` with the numbers that have not arrived, `delivery.superseded`, `delivery.too_early`,
            `delivery.paused`, `delivery.not_started`, `delivery.wrong_state`.
    """
    row = queries.lock_attempt(unit, attempt)
    keep_time(unit, row)
    if row.state == State.SUBMITTED:
        return row
    if row.state in (State.SCHEDULED, State.READY):
        raise NOT_STARTED()
    if row.epoch != epoch:
        raise SUPERSEDED()
    if row.state == State.PAUSED:
        raise PAUSED()
    earliest = earliest_submit(row)
    if row.state == State.RUNNING and earliest and unit.now < earliest:
        raise TOO_EARLY(earliest=earliest)
    missing = sorted(set(range(1, last_seq + 1)) - queries.numbers_up_to(unit.session, attempt, last_seq))
    if missing:
        raise ENTRIES_MISSING(missing=missing[:SHOWN])
    freeze(unit, row, Event.HAND_IN, Cause.CANDIDATE if row.state == State.RUNNING else Cause.DEADLINE)
    return row


def end(unit: Unit, row: AttemptRow, reason: str) -> None:
    """Hand in a locked, running attempt by the invigilator's act.

    Raises:
        ExamError: `delivery.wrong_state`.
    """
    if row.state != State.RUNNING:
        raise wrong_state(row.state, "end")
    freeze(unit, row, Event.HAND_IN, Cause.INVIGILATOR, reason)


def freeze(unit: Unit, row: AttemptRow, event: Event, cause: Cause, reason: str = "") -> None:
    """Close a locked attempt's journal for good: its length, its head, its finish time, and the fact."""
    row.submitted_at = unit.now
    row.finish_time = min(unit.now, row.deadline_at) if row.deadline_at else unit.now
    row.submit_cause = cause
    row.entries, row.head = queries.chain_end(unit.session, row.id)
    told = {"cause": str(cause), "finish_time": iso(row.finish_time), "entries": row.entries, "head": row.head}
    move(unit, row, event, SUBMITTED, reason, **told)
