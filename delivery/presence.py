"""Who writes: tickets, leases and takeover.  The page that connected last holds the highest epoch and is the only writer."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from core.actor import SYSTEM, Actor
from core.clock import iso
from core.unit import Database, Unit, into
from delivery import queries
from delivery.errors import SIGNED_OUT, TICKET_REFUSED
from delivery.gates import SignedIn
from delivery.moving import tell
from delivery.queries import UsedTicket
from delivery.submitting import keep_time
from delivery.tables import AttemptRow, LeaseRow, ServerRow, TicketRow

TICKET_LIFE = timedelta(seconds=60)
HEARTBEAT_S = 10.0
PATIENCE = timedelta(seconds=30)
"""After this long without a heartbeat a process, and every connection that it held, counts as gone."""


@dataclass(frozen=True)
class Page:
    """A connected page, as another is told of it: the epoch that it holds, where it is and since when."""

    epoch: int
    where: str
    since: datetime

    def as_dict(self) -> dict[str, Any]:
        """Return the page as messages write it."""
        return {"epoch": self.epoch, "where": self.where, "since": iso(self.since)}


@dataclass(frozen=True)
class Ticket:
    """A ticket of one use: good until `expires_at`; `other` is the page that connecting will take over from."""

    ticket: str
    expires_at: datetime
    other: Page | None


def issue_ticket(unit: Unit, row: AttemptRow, device: dict[str, Any], place: str, language: str = "zh") -> Ticket:
    """Issue a ticket to connect one page to a locked attempt, bound to what the device check found and where it was made."""
    ticket = secrets.token_urlsafe(32)
    expires_at = unit.now + TICKET_LIFE
    issued = {
        "digest": _digest(ticket),
        "attempt": row.id,
        "account": row.candidate,
        "sign_in": unit.actor.sign_in or None,
        "device": device,
        "place": place[:120],
        "language": language,
        "expires_at": expires_at,
    }
    unit.gather(into(TicketRow), issued)
    return Ticket(ticket, expires_at, find_page(unit.session, row.id, unit.now))


def find_page(session: Session, attempt: str, now: datetime) -> Page | None:
    """Return the page that is connected to the attempt."""
    lease = queries.find_living_lease(session, attempt, now - PATIENCE)
    return Page(lease.epoch, lease.place, lease.since) if lease else None


def find_end_of_line(session: Session, attempt: str, at: datetime, now: datetime) -> datetime | None:
    """Return when the line ended that the attempt's page had at an instant: `now` while it is there; None for none, or unknown."""
    lease = queries.find_lease_at(session, attempt, at)
    if lease is None:
        return None
    if lease.ended_at is not None:
        return lease.ended_at
    page = find_page(session, attempt, now)
    return now if page and page.epoch == lease.epoch else None


def take_over(unit: Unit, ticket: str, server: str, signed_in: SignedIn) -> tuple[AttemptRow, UsedTicket]:
    """Use a ticket: its page becomes the attempt's one writer, a page that was connected before is told.

    Return the attempt with its new epoch, and the ticket.

    Raises:
        ExamError: `delivery.ticket_refused`, `delivery.signed_out`.
    """
    used = queries.use_ticket(unit, _digest(ticket))
    if used is None:
        raise TICKET_REFUSED()
    if used.holder not in signed_in(unit.session, {used.holder}):
        raise SIGNED_OUT()
    row = queries.lock_attempt(unit, used.attempt)
    keep_time(unit, row)
    older = queries.find_living_lease(unit.session, row.id, unit.now - PATIENCE)
    row.epoch += 1
    if older:
        older.ended_at, older.ended = unit.now, "superseded"
        tell(unit, row, "superseded", Page(row.epoch, used.place, unit.now).as_dict())
    machine = {"sign_in": used.sign_in, "place": used.place, "device": used.device}
    unit.gather(into(LeaseRow), {"attempt": row.id, "epoch": row.epoch, "server": server, "since": unit.now, **machine})
    return row, used


def epoch_of(session: Session, attempt: str, actor: Actor, claimed: int) -> int:
    """Return the epoch under which somebody writes who has no connection: the one claimed, where it is that of the own sign-in's page.

    Whoever claims another's counts as an older page; 0 is the epoch before any page.
    """
    lease = queries.find_lease(session, attempt, claimed)
    return claimed if lease is None or lease.sign_in in (None, actor.sign_in) else 0


def is_elsewhere(session: Session, row: AttemptRow, actor: Actor) -> bool:
    """Say whether the attempt's page belongs to another sign-in of the candidate."""
    lease = queries.find_lease(session, row.id, row.epoch)
    return lease is not None and lease.sign_in not in (None, actor.sign_in)


def leave(unit: Unit, attempt: str, epoch: int) -> None:
    """Note that the page of an epoch has gone."""
    queries.end_lease(unit, attempt, epoch)


def heartbeat(database: Database, server: str, now: datetime) -> None:
    """Say that the process `server` lives."""
    with database.unit(SYSTEM, now) as unit:
        unit.session.merge(ServerRow(id=server, seen_at=now))


def _digest(ticket: str) -> str:
    return sha256(ticket.encode()).hexdigest()
