"""Instants that follow from an attempt's plan and its start."""

from datetime import datetime, timedelta

from delivery.deadline import Timing, anchor
from delivery.tables import AttemptRow

ROOM_PATIENCE = timedelta(hours=12)
"""How long after the appointed start an attempt waits for its room: a hall without power must not make its candidates absent."""


def no_show_at(row: AttemptRow) -> datetime:
    """Return the instant from which an attempt that has not started counts as absent."""
    return row.starts_at + ROOM_PATIENCE if row.awaits_room else row.latest_start_at


def base_start(row: AttemptRow, started_at: datetime) -> datetime:
    """Return the instant from which the attempt's base time counts."""
    return anchor(Timing(row.timing), row.starts_at, started_at)


def earliest_submit(row: AttemptRow) -> datetime | None:
    """Return the first instant at which the candidate may hand in; None before the start."""
    if row.started_at is None:
        return None
    return base_start(row, row.started_at) + timedelta(seconds=row.earliest_submit_s)
