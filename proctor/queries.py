"""All SQL of the proctor rooms."""

from collections.abc import Sequence
from datetime import datetime
from math import isfinite

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.errors import NOT_FOUND
from proctor.tables import EndpointRow, MessageRow, SignalRow

MEASUREMENTS = ("first_item",)
"""Signals in which the page reports how the engine does, not what the candidate did."""


def live_endpoints(session: Session) -> list[EndpointRow]:
    """Return the endpoints that are told facts."""
    return list(session.scalars(select(EndpointRow).where(EndpointRow.disabled_at.is_(None)).order_by(EndpointRow.id)))


def all_endpoints(session: Session) -> list[EndpointRow]:
    """Return every endpoint, the newest first."""
    return list(session.scalars(select(EndpointRow).order_by(EndpointRow.created_at.desc(), EndpointRow.id)))


def lock_endpoint(session: Session, endpoint: str) -> EndpointRow:
    """Return an endpoint with its row locked.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(EndpointRow, endpoint, with_for_update=True)
    if row is None:
        raise NOT_FOUND(endpoint=endpoint)
    return row


def lock_due(session: Session, now: datetime, most: int) -> list[tuple[MessageRow, EndpointRow]]:
    """Return messages that are due, with their endpoints, locked; those that others hold, or whose endpoint rests, are skipped."""
    awake = or_(EndpointRow.quiet_until.is_(None), EndpointRow.quiet_until <= now)
    due = (
        select(MessageRow, EndpointRow)
        .join(EndpointRow, EndpointRow.id == MessageRow.endpoint)
        .where(MessageRow.state == "pending", MessageRow.due_at <= now, EndpointRow.disabled_at.is_(None), awake)
        .order_by(MessageRow.fact_id)
        .limit(most)
        .with_for_update(skip_locked=True, of=MessageRow)
    )
    return list(session.execute(due))


def recent_messages(session: Session, most: int) -> list[MessageRow]:
    """Return the latest messages, dead ones first."""
    order = (MessageRow.state != "dead", MessageRow.fact_id.desc())
    return list(session.scalars(select(MessageRow).order_by(*order).limit(most)))


def first_items(session: Session, attempts: Sequence[str]) -> list[tuple[int, bool]]:
    """Return for each attempt that reported it: milliseconds from the start to its first question, and whether its paper lay there."""
    reports = select(SignalRow).where(SignalRow.attempt.in_(attempts), SignalRow.kind == "first_item").order_by(SignalRow.id)
    first: dict[str, tuple[int, bool]] = {}
    for row in session.scalars(reports):
        ms = row.detail.get("ms")
        if isinstance(ms, int | float) and isfinite(ms):  # the page's word, whatever it is
            first.setdefault(row.attempt, (round(ms), row.detail.get("sealed") is True))
    return list(first.values())


def count_signals(session: Session, attempt: str) -> int:
    """Count what an attempt's page has reported."""
    return session.scalar(select(func.count()).select_from(SignalRow).where(SignalRow.attempt == attempt)) or 0


def signal_counts(session: Session, attempts: Sequence[str]) -> dict[str, dict[str, int]]:
    """Count the signals of the attempts by kind; a measurement of the page is no sign of anything."""
    counted = (
        select(SignalRow.attempt, SignalRow.kind, func.count())
        .where(SignalRow.attempt.in_(attempts), SignalRow.kind.not_in(MEASUREMENTS))
        .group_by(SignalRow.attempt, SignalRow.kind)
    )
    counts: dict[str, dict[str, int]] = {}
    for attempt, kind, count in session.execute(counted):
        counts.setdefault(attempt, {})[kind] = count
    return counts
