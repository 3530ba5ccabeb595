"""Attempts for a bench, each with a ticket: one is made by the house's own commands, the others are copies of its rows.

Ten thousand enrolments and starts would take longer than what is measured afterwards.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from bench.rehearsal.stage import OFFICE, publish, seat
from core.engine import WRITE
from core.ids import new_id
from core.migrations.schema import metadata
from core.unit import Database
from delivery import opening
from delivery.gates import Admitted
from delivery.queries import lock_attempt
from itembank import forms
from itembank.paper import answer_kinds

LASTS = timedelta(hours=4)
COPIED = ("attempts", "time_entries", "attempt_events")
ROOM = "bench"


@dataclass(frozen=True)
class Seat:
    """An attempt, and a ticket to connect its page."""

    attempt: str
    ticket: str


@dataclass(frozen=True)
class Stage:
    """Seats at a sitting's paper; `choice` and `text` are places of it that take an option and a long text."""

    paper: str
    seats: list[Seat]
    choice: str
    text: str


def prepare(database: Database, count: int, now: datetime, *, waits: bool = False) -> Stage:
    """Fill an empty database with `count` attempts of one signed-in candidate: running, or let in to wait until their room is started."""
    form = publish(database, now)
    (real,) = seat(database, form, 1, now, LASTS, now)
    with database.unit(OFFICE, now) as unit:
        if waits:
            opening.check_in(unit, lock_attempt(unit, real.attempt), lambda _session, _attempt: Admitted())
        else:
            opening.start(unit, real.attempt, lambda _session, _attempt: Admitted())
    attempts = [new_id("att") for _ in range(count)]
    with database.engine.execution_options(**{WRITE: True}).begin() as connection:
        standing = connection.execute(select(_table("attempts")).where(_table("attempts").c.id == real.attempt)).one()
        for name in COPIED:
            changes = {"room": ROOM, "awaits_room": waits} if name == "attempts" else {}
            _copy(connection, _table(name), real.attempt, attempts, changes)
        seats = _issue_tickets(connection, standing.candidate, attempts, now)
    with database.reading() as session:
        kinds = answer_kinds(forms.get_frozen(session, form))
    places = {kind: place for place, kind in reversed(list(kinds.items()))}
    return Stage(standing.paper, seats, places["single"], places["extended"])


def _table(name: str) -> Table:
    return metadata().tables[name]


def _copy(connection: Connection, table: Table, first: str, attempts: list[str], changes: dict[str, Any]) -> None:
    key = "id" if table.name == "attempts" else "attempt"
    rows = [dict(row._mapping) for row in connection.execute(select(table).where(table.c[key] == first))]
    if rows:
        connection.execute(insert(table), [{**row, **changes, key: attempt} for attempt in attempts for row in rows])


def _issue_tickets(connection: Connection, candidate: str, attempts: list[str], now: datetime) -> list[Seat]:
    seats = [Seat(attempt, f"bench {attempt}") for attempt in attempts]
    signed_in = connection.scalar(select(_table("account_sessions").c.id).where(_table("account_sessions").c.account == candidate))
    ticket: dict[str, Any] = {
        "account": candidate,
        "sign_in": signed_in,
        "device": {},
        "place": "bench",
        "language": "zh",
        "expires_at": now + LASTS,
        "used_at": None,
    }
    digests = ({"attempt": seat.attempt, "digest": sha256(seat.ticket.encode()).hexdigest()} for seat in seats)
    connection.execute(insert(_table("tickets")), [{**ticket, **digest} for digest in digests])
    return seats
