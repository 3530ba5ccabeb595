"""Opening an attempt: plan it, let the candidate in, start or resume.  Every act may be repeated."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from core import audit
from core.clock import iso
from core.errors import ExamError
from core.ids import new_id
from core.unit import Unit
from delivery import queries, rooms, sealing
from delivery.deadline import TimeEntry, TimeKind, Timing
from delivery.errors import NOT_ADMITTED, NOT_OPEN, NOT_STARTED, ROOM_WAITS, START_CLOSED
from delivery.facts import READY, STARTED
from delivery.gates import Admission, Admissions
from delivery.machines import Moving
from delivery.moving import append_time, move, next_due, subject, told_deadline
from delivery.opening_times import base_start
from delivery.section_times import Section
from delivery.states import Event, State
from delivery.submitting import keep_time
from delivery.tables import AttemptRow

_PAPER = attrgetter("paper")


@dataclass(frozen=True)
class Plan:
    """An attempt to be: who sits which form of which sitting paper, when, and by which rules.

    `latest_start_at` None: until the sitting's base time is over.  `hard_stop_at`: even a paused attempt ends then.
    `reading_s` come before `duration_s`; `sections` are those with a limit, in the order of the paper.
    `awaits_room`: the start is an invigilator's act for the whole `room`, at `starts_at` or later.
    """

    candidate: str
    paper: str
    form: str
    seed: int
    title: str
    opens_at: datetime
    starts_at: datetime
    duration_s: int
    timing: Timing = Timing.COMMON_END
    latest_start_at: datetime | None = None
    hard_stop_at: datetime | None = None
    earliest_submit_s: int = 0
    late_window_s: int = 120
    reading_s: int = 0
    sections: tuple[Section, ...] = ()
    seat: str = ""
    room: str = ""
    awaits_room: bool = False
    moving: Moving = Moving.FREE
    language: str = "zh"


def schedule(unit: Unit, plan: Plan) -> str:
    """Plan an attempt and return its id; a candidate has one attempt at a paper, unless it was voided."""
    standing = queries.find_standing_attempt(unit.session, plan.candidate, plan.paper)
    if standing:
        return standing.id
    row = AttemptRow(
        id=new_id("att"),
        candidate=plan.candidate,
        paper=plan.paper,
        form=plan.form,
        seed=plan.seed,
        title=plan.title,
        language=plan.language,
        seat=plan.seat,
        room=plan.room,
        awaits_room=plan.awaits_room,
        moving=plan.moving,
        opens_at=plan.opens_at,
        starts_at=plan.starts_at,
        latest_start_at=plan.latest_start_at or plan.starts_at + timedelta(seconds=plan.duration_s),
        hard_stop_at=plan.hard_stop_at,
        duration_s=plan.duration_s,
        timing=Timing(plan.timing),
        earliest_submit_s=plan.earliest_submit_s,
        late_window_s=plan.late_window_s,
        reading_s=plan.reading_s,
        section_limits=[[section.id, section.seconds] for section in plan.sections] or None,
        section_of={place: section.id for section in plan.sections for place in section.places} or None,
        state=State.SCHEDULED,
    )
    if plan.awaits_room:
        rooms.join_started(unit.session, row)
    row.due_at = next_due(row)
    sealing.make_secret(unit, row.paper)
    unit.session.add(row)
    audit.record(unit, "delivery.attempt.scheduled", subject(row.id), candidate=row.candidate, paper=row.paper, form=row.form)
    return row.id


def check_in(unit: Unit, row: AttemptRow, admission: Admission) -> None:
    """Let the candidate of a locked attempt into the waiting room; whoever is in already stays.

    Raises:
        ExamError: `delivery.not_open`, `delivery.not_admitted`.
    """
    keep_time(unit, row)
    if row.state != State.SCHEDULED:
        return
    if unit.now < row.opens_at:
        raise NOT_OPEN(opens_at=row.opens_at)
    _check_admitted(unit, row, admission)
    move(unit, row, Event.CHECK_IN, READY)


def start(unit: Unit, attempt: str, admission: Admission) -> AttemptRow:
    """Start the attempt, or resume one that has started: the same attempt, with no new time.

    Raises:
        ExamError: `delivery.not_open`, `delivery.not_admitted`, `delivery.not_started` before the start of the sitting,
            `delivery.room_waits` before the start of its room, `delivery.start_closed` from the latest time to start on.
    """
    row = queries.lock_attempt(unit, attempt)
    if _may_start(unit, row, admission):
        _begin(unit, row, queries.ledger(unit.session, row.id))
    return row


def start_together(unit: Unit, attempts: Sequence[str], admissions: Admissions) -> None:
    """Start attempts in one transaction; one that may not start, or that somebody else is at work on, is left to its own page.

    Who may start is asked once for all; what is written takes a handful of statements for each paper, however many sit it.
    """
    rows = queries.lock_free(unit, attempts)
    admitted = admissions(unit.session, [row.id for row in rows])
    starting = []
    for row in rows:
        with suppress(ExamError):
            if _may_start(unit, row, lambda _session, attempt: admitted[attempt]):
                starting.append(row)
    ledgers = queries.ledgers(unit.session, [row.id for row in starting])
    for _paper, together in groupby(sorted(starting, key=_PAPER), _PAPER):
        for row in together:
            _begin(unit, row, ledgers[row.id])
        unit.session.flush()  # attempts of one paper change in the same columns, and so in one statement


def _may_start(unit: Unit, row: AttemptRow, admission: Admission) -> bool:
    """Say whether a locked attempt begins now: False for one that has begun before."""
    check_in(unit, row, admission)
    if row.state == State.ABSENT:
        raise START_CLOSED(latest=row.latest_start_at)
    if row.state != State.READY:
        return False
    if row.awaits_room:
        raise ROOM_WAITS()
    if unit.now < row.starts_at:
        raise NOT_STARTED(starts_at=row.starts_at)
    _check_admitted(unit, row, admission)
    return True


def _begin(unit: Unit, row: AttemptRow, ledger: Sequence[TimeEntry]) -> None:
    row.started_at = unit.now
    base = TimeEntry(len(ledger) + 1, TimeKind.BASE, base_start(row, unit.now), row.reading_s + row.duration_s, approver=unit.actor.account)
    append_time(unit, row, ledger, base)
    move(unit, row, Event.START, STARTED, started_at=iso(unit.now), **told_deadline(row))


def _check_admitted(unit: Unit, row: AttemptRow, admission: Admission) -> None:
    reasons = admission(unit.session, row.id).reasons
    if reasons:
        raise NOT_ADMITTED(
            codes=[reason.code for reason in reasons],
            reasons_zh=";".join(reason.zh for reason in reasons),
            reasons_en="; ".join(reason.en for reason in reasons),
        )
