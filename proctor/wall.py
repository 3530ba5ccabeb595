"""The invigilator's wall: who sits where, how it goes, and what may be done about it: pause, resume, more time, hand in.

Signals are shown here and decide nothing: only a person acts, with a reason, through `delivery.accommodating`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from core.unit import Unit
from delivery import accommodating, machines, rooms
from delivery import reading as delivery_reading
from proctor import queries
from proctor.errors import NOT_ON
from proctor.gates import PaperOn, Supervision

CLOCK_OFF_MS = 30_000
"""A machine's clock that is surely further from the server's than this is pointed out."""


@dataclass(frozen=True)
class Seat:
    """One tile of the wall; `signals` counts what the candidate's browser reported, by kind.

    `time_unread`: the deadline has changed, and the candidate has not confirmed the new one.  `clock_off_s`: by how many seconds the
    machine's clock is surely wrong (ahead is positive); None when it is right, or wrong by little.
    """

    attempt: str
    seat: str
    room: str
    name: str
    state: str
    connected: bool
    where: str | None
    deadline_at: datetime | None
    time_unread: bool
    answers: int
    signals: dict[str, int]
    clock_off_s: int | None


class ActKind(StrEnum):
    """What an invigilator may do to an attempt."""

    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    END = "end"


@dataclass(frozen=True)
class Act:
    """An act as it was asked for: `seconds` for more time, `request` the asker's own number, so that a repeat does nothing more."""

    kind: ActKind
    reason: str
    request: str
    seconds: int = 0


def papers_on(session: Session, supervision: Supervision, now: datetime) -> Sequence[PaperOn]:
    """Return the papers whose walls can be watched now."""
    return supervision.papers_on(session, now)


def seats(session: Session, paper: str, supervision: Supervision, now: datetime) -> list[Seat]:
    """Return the tiles of a paper in the order of their seats.

    Raises:
        ExamError: `proctor.not_on` when the paper is not being sat.
    """
    _check_on(session, paper, supervision, now)
    attempts = delivery_reading.attempts_of_paper(session, paper)
    names = supervision.names(session, {attempt.candidate for attempt in attempts})
    signals = queries.signal_counts(session, [attempt.id for attempt in attempts])
    return [_seat(attempt, names.get(attempt.candidate, ""), signals.get(attempt.id, {})) for attempt in attempts]


def rooms_of(session: Session, paper: str) -> list[rooms.Room]:
    """Return the rooms of a paper that an invigilator starts, by name."""
    return rooms.rooms_of(session, paper)


def start_room(unit: Unit, paper: str, room: str, supervision: Supervision) -> datetime:
    """Start a room of a paper that is on; return the instant at which everybody in it begins.

    Raises:
        ExamError: `proctor.not_on`, `core.not_found`, `delivery.room_too_early`.
    """
    _check_on(unit.session, paper, supervision, unit.now)
    return rooms.start_room(unit, paper, room)


def issue_move_code(unit: Unit, attempt: str, supervision: Supervision) -> machines.MoveCode:
    """Issue a code with which a candidate goes on at another machine.

    Raises:
        ExamError: `proctor.not_on`, `core.not_found`, `delivery.wrong_state`, `delivery.move_codes_many`.
    """
    _check_on(unit.session, delivery_reading.get_attempt(unit.session, attempt).paper, supervision, unit.now)
    return machines.issue_code(unit, attempt)


def act(unit: Unit, attempt: str, wanted: Act, supervision: Supervision) -> None:
    """Do one act to one attempt of a paper that is on.

    Raises:
        ExamError: `proctor.not_on`, `core.not_found`, `core.invalid` without a reason, `delivery.wrong_state`.
    """
    _check_on(unit.session, delivery_reading.get_attempt(unit.session, attempt).paper, supervision, unit.now)
    if wanted.kind is ActKind.PAUSE:
        accommodating.pause(unit, attempt, wanted.reason, wanted.request)
    elif wanted.kind is ActKind.RESUME:
        accommodating.resume(unit, attempt, wanted.reason, wanted.request)
    elif wanted.kind is ActKind.EXTEND:
        accommodating.extend(unit, attempt, wanted.seconds, wanted.reason, wanted.request)
    else:
        accommodating.end(unit, attempt, wanted.reason)


def _check_on(session: Session, paper: str, supervision: Supervision, now: datetime) -> None:
    if paper not in {one.id for one in supervision.papers_on(session, now)}:
        raise NOT_ON()


def _seat(attempt: delivery_reading.Watched, name: str, signals: dict[str, int]) -> Seat:
    return Seat(
        attempt=attempt.id,
        seat=attempt.seat,
        room=attempt.room,
        name=name,
        state=attempt.state,
        connected=attempt.connected,
        where=attempt.where,
        deadline_at=attempt.deadline_at,
        time_unread=attempt.deadline_version > max(attempt.deadline_acked, 1),
        answers=attempt.entries,
        signals=signals,
        clock_off_s=_surely_off(attempt.clock),
    )


def _surely_off(clock: tuple[int, int] | None) -> int | None:
    if clock is None or abs(clock[0]) - clock[1] < CLOCK_OFF_MS:
        return None
    return round(clock[0] / 1000)
