"""Rooms that an invigilator starts: the candidates wait, also after the appointed time, and then all of a room begin at one instant.

The act appoints an instant a moment ahead.  Every process hears of it before, by looking, so that the bell rings everywhere at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core import audit, outbox
from core.clock import iso
from core.errors import NOT_FOUND
from core.unit import Unit
from delivery import queries
from delivery.errors import ROOM_TOO_EARLY
from delivery.facts import ROOM_STARTED
from delivery.states import State
from delivery.tables import AttemptRow, RoomStartRow

LEAD = timedelta(seconds=3)
"""From the act to the start: longer than a process takes to look."""


@dataclass(frozen=True)
class Room:
    """One room of a paper that is started by hand: how many are expected and wait in it, and when it was started."""

    name: str
    expected: int
    ready: int
    appointed_at: datetime
    starts_at: datetime | None


def rooms_of(session: Session, paper: str) -> list[Room]:
    """Return the rooms of a paper that wait for an invigilator, or were started by one, in the order of their names."""
    started = queries.room_starts(session, [paper])
    rows: dict[str, list[AttemptRow]] = {}
    for row in queries.attempts_of_paper(session, paper):
        if (row.awaits_room and row.state in (State.SCHEDULED, State.READY)) or (paper, row.room) in started:
            rows.setdefault(row.room, []).append(row)
    return [_room(name, attempts, started.get((paper, name))) for name, attempts in sorted(rows.items())]


def start_room(unit: Unit, paper: str, room: str) -> datetime:
    """Start a room, and return the instant at which everybody in it begins; a room that was started keeps its start.

    Whoever comes later begins at once, as long as the paper's latest time to start, counted from the room's start, allows.

    Raises:
        ExamError: `core.not_found` when nobody waits for this room, `delivery.room_too_early` before the appointed time.
    """
    waiting = queries.waiting_for_room(unit.session, paper, room)
    if not waiting:
        return _started(unit, paper, room).starts_at
    appointed_at = waiting[0].starts_at
    if unit.now < appointed_at:
        raise ROOM_TOO_EARLY(starts_at=appointed_at)
    mine = {"paper": paper, "room": room, "starts_at": unit.now + LEAD, "started_by": unit.actor.account, "at": unit.now}
    queries.add_once(unit.session, RoomStartRow, **mine)
    starts_at = _started(unit, paper, room).starts_at
    queries.let_room_start(unit.session, paper, room, starts_at, starts_at + (waiting[0].latest_start_at - appointed_at))
    told = {"paper": paper, "room": room, "starts_at": iso(starts_at)}
    outbox.announce(unit, ROOM_STARTED, f"paper/{paper}", told)
    audit.record(unit, ROOM_STARTED.name, f"paper/{paper}", **told, waiting=len(waiting))
    return starts_at


def join_started(session: Session, row: AttemptRow) -> None:
    """Let an attempt that is planned for a room which was started already begin as the others there."""
    started = queries.find_room_start(session, row.paper, row.room)
    if started:
        late_by = row.latest_start_at - row.starts_at
        row.starts_at, row.latest_start_at, row.awaits_room = started.starts_at, started.starts_at + late_by, False


def _started(unit: Unit, paper: str, room: str) -> RoomStartRow:
    row = queries.find_room_start(unit.session, paper, room)
    if row is None:
        raise NOT_FOUND()
    return row


def _room(name: str, rows: list[AttemptRow], started: RoomStartRow | None) -> Room:
    ready = sum(row.state not in (State.SCHEDULED, State.ABSENT, State.VOIDED) for row in rows)
    return Room(name, len(rows), ready, rows[0].starts_at, started.starts_at if started else None)
