"""What the database holds after a rehearsal, read past every line of the engine's own reading."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from bench.rehearsal.candidate import Candidate, Entry
from bench.rehearsal.figures import Kept
from core.base import UtcDateTime
from core.clock import iso
from core.unit import Database
from delivery.chain import Entry as Written
from delivery.chain import Link, find_break

_HELD = text("SELECT pos, seq, epoch, item, value, typed_at, received_at, hash FROM journal WHERE attempt = :attempt ORDER BY pos").columns(
    typed_at=UtcDateTime, received_at=UtcDateTime
)
_ASIDE = text("SELECT seq, item, value, typed_at FROM quarantine WHERE attempt = :attempt").columns(typed_at=UtcDateTime)
_FROZEN = text("SELECT state, entries, head FROM attempts WHERE id = :attempt")
_NOTHING = object()


def compare(database: Database, cast: list[Candidate]) -> Kept:
    """Read what the tables hold of every attempt and compare it with what was acknowledged.

    Lost is an acknowledged answer that the journal does not hold as it was sent; doubled is one that it holds more than once (every
    answer of a virtual candidate has an instant of its own, so the same item at the same instant is the same answer).
    """
    lost = duplicated = broken = vanished = 0
    with database.reading() as session:
        for candidate in cast:
            attempt = candidate.seat.attempt
            rows = session.execute(_HELD, {"attempt": attempt}).all()
            lost += count_missing(candidate.acked, rows)
            duplicated += sum(count - 1 for count in Counter((row.item, row.typed_at) for row in rows).values())
            broken += not chain_holds(session, attempt, rows)
            vanished += count_missing(candidate.aside, session.execute(_ASIDE, {"attempt": attempt}).all())
    return Kept(lost, duplicated, broken, vanished)


def count_missing(told: Iterable[Entry], rows: Iterable[Row[Any]]) -> int:
    """Return how many of the answers the rows do not hold as they were sent."""
    held = {(row.seq, row.item, iso(row.typed_at)): json.loads(row.value) for row in rows}
    return sum(held.get((entry.seq, entry.item, entry.typed_at), _NOTHING) != entry.value for entry in told)


def chain_holds(session: Session, attempt: str, rows: Iterable[Row[Any]]) -> bool:
    """Say whether every link of the journal follows from the one before, and a frozen attempt names its last one."""
    links = [
        Link(row.pos, Written(row.seq, row.epoch, row.item, row.value, iso(row.typed_at), iso(row.received_at)), row.hash) for row in rows
    ]
    frozen = session.execute(_FROZEN, {"attempt": attempt}).one()
    if links and frozen.state == "submitted" and (frozen.entries, frozen.head) != (len(links), links[-1].hash):
        return False
    return find_break(attempt, links) is None
