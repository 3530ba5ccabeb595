"""Catching up: the whole picture of an attempt, and the events since a number."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.clock import iso
from delivery import queries, sealing
from delivery.chain import Link
from delivery.deadline import Deadline, fold
from delivery.gates import Paper
from delivery.moving import told_sections
from delivery.opening_times import earliest_submit
from delivery.replay import replay
from delivery.states import State
from delivery.tables import AttemptRow


def picture(session: Session, row: AttemptRow, now: datetime, paper: Paper | None) -> dict[str, Any]:
    """Return the picture of an attempt as `messages.Picture` describes it, but for the tick; without a paper, without the answers."""
    links = None if paper is None else queries.journal_of(session, row.id)
    clock = fold(queries.ledger(session, row.id)) if row.state == State.PAUSED else Deadline()
    instants = {
        "server_time": now,
        "opens_at": row.opens_at,
        "starts_at": row.starts_at,
        "latest_start_at": row.latest_start_at,
        "started_at": row.started_at,
        "deadline": row.deadline_at,
        "paused_at": clock.paused_at,
        "earliest_submit_at": earliest_submit(row),
        "finish_time": row.finish_time,
    }
    return {
        "attempt": row.id,
        "title": row.title,
        "seat": row.seat,
        "state": row.state,
        "n": row.event_n,
        "duration_s": row.duration_s,
        "timing": row.timing,
        "awaits_room": row.awaits_room,
        "deadline_version": row.deadline_version,
        "deadline_acked": row.deadline_acked,
        "left_s": None if clock.left is None else clock.left.total_seconds(),
        "late_window_s": row.late_window_s,
        "epoch": row.epoch,
        "last_seq": queries.last_seq(session, row.id) if links is None else max([0, *(link.entry.seq for link in links)]),
        "submit_cause": row.submit_cause,
        "answers": None if paper is None or links is None else _answers(links, paper),
        **told_sections(row),
        **sealing.keys_told(session, row),
        **{name: None if instant is None else iso(instant) for name, instant in instants.items()},
    }


def _answers(links: Sequence[Link], paper: Paper) -> dict[str, Any]:
    """Return the current answer at each place."""
    current = replay((link.entry for link in links), paper.kinds)
    return {item: {"value": a.value, "seq": a.seq, "saved_at": a.saved_at} for item, a in current.items()}


def since(session: Session, attempt: str, n: int) -> list[dict[str, Any]]:
    """Return the events after number `n`, each with its name; whoever knows nothing (`n` is 0) needs the picture and no history."""
    if n <= 0:
        return []
    return [{"name": event.name, **event.data} for event in queries.events_since(session, attempt, n)]
