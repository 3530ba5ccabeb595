"""What staff do to a running attempt: give time, pause, resume, end; and with two people, reopen and void.

Each change of time is an entry of the ledger with its reason and the account that answers for it.  `request` is the caller's own number for
an act: repeated, it does nothing more.
"""

from typing import Any

from core import audit, outbox
from core.clock import iso
from core.errors import CONFLICT, INVALID
from core.unit import Unit
from delivery import queries, submitting
from delivery.deadline import GRANTS, Deadline, TimeKind
from delivery.errors import REQUEST_TAKEN, SAME_PERSON
from delivery.facts import PAUSED, REOPENED, RESUMED, TIME_CHANGED, VOIDED
from delivery.moving import ids, move, subject, tell, told_deadline, write_time
from delivery.states import Event, State, step
from delivery.submitting import keep_time
from delivery.tables import AttemptRow, ProposalRow
from delivery.wording import named, wrong_state

_MAY_GET_TIME = (State.SCHEDULED, State.READY, State.RUNNING, State.PAUSED)


def extend(unit: Unit, attempt: str, seconds: int, reason: str, request: str | None = None, kind: TimeKind = TimeKind.EXTENSION) -> None:
    """Give an attempt `seconds` more, before its start or while it runs or is paused.

    Raises:
        ExamError: `core.invalid` without a reason or with no time to give, `delivery.wrong_state` when its time is over, `core.conflict`
            when the request was used for something else.
    """
    if kind not in GRANTS or seconds <= 0 or not reason.strip():
        raise INVALID(detail="seconds, reason")
    row = _lock(unit, attempt)
    if _is_repeat(unit, row, request, kind, seconds):
        return
    if row.state not in _MAY_GET_TIME:
        raise wrong_state(row.state, kind)
    deadline = write_time(unit, row, kind, unit.now, seconds, reason, request)
    told = {"kind": str(kind), "seconds": seconds, "reason": reason, **_told(row, deadline)}
    tell(unit, row, "deadline.changed", told)
    outbox.announce(unit, TIME_CHANGED, subject(row.id), {**ids(row), **told}, sequence=row.event_n)
    audit.record(unit, TIME_CHANGED.name, subject(row.id), n=row.event_n, **told)


def pause(unit: Unit, attempt: str, reason: str, request: str | None = None) -> None:
    """Stop the attempt's clock; what is stopped stays so.

    Raises:
        ExamError: `core.invalid` without a reason, `delivery.wrong_state` when it does not run.
    """
    row = _lock(unit, attempt)
    if row.state == State.PAUSED or _is_repeat(unit, row, request, TimeKind.PAUSE):
        return
    step(State(row.state), Event.PAUSE)
    deadline = write_time(unit, row, TimeKind.PAUSE, unit.now, 0, reason, request)
    move(unit, row, Event.PAUSE, PAUSED, reason, paused_at=iso(unit.now), **_told(row, deadline))


def resume(unit: Unit, attempt: str, reason: str, request: str | None = None) -> None:
    """Let the attempt's clock go on with the time that was left; what runs goes on.

    Raises:
        ExamError: `core.invalid` without a reason, `delivery.wrong_state` when it is not paused.
    """
    row = _lock(unit, attempt)
    if row.state != State.RUNNING and not _is_repeat(unit, row, request, TimeKind.RESUME):
        _resume(unit, row, reason, request)


def end(unit: Unit, attempt: str, reason: str) -> None:
    """Hand in a running or paused attempt for the candidate; what is handed in stays so.

    Raises:
        ExamError: `core.invalid` without a reason, `delivery.wrong_state`.
    """
    if not reason.strip():
        raise INVALID(detail="reason")
    row = _lock(unit, attempt)
    if row.state == State.SUBMITTED:
        return
    if row.state == State.PAUSED:
        _resume(unit, row, reason, None)
    submitting.end(unit, row, reason)


def notify(unit: Unit, attempt: str, text: str) -> None:
    """Show the candidate a notice of the invigilator."""
    row = _lock(unit, attempt)
    tell(unit, row, "notice", {"text": text})
    audit.record(unit, "delivery.attempt.notified", subject(row.id), n=row.event_n, text=text)


def reopen(unit: Unit, attempt: str, seconds: int, reason: str) -> bool:
    """Let a handed-in attempt run again for `seconds`: the first of two people asks, the second does it.  Return whether it is done.

    Raises:
        ExamError: `delivery.wrong_state`, `delivery.same_person`, `core.conflict` when the two differ in the time.
    """
    if seconds <= 0:
        raise INVALID(detail="seconds")
    row = _lock(unit, attempt)
    if not _agreed(unit, row, Event.REOPEN, reason, seconds):
        return False
    write_time(unit, row, TimeKind.REOPEN, unit.now, seconds, reason)
    row.submitted_at = row.finish_time = row.submit_cause = row.entries = row.head = None
    move(unit, row, Event.REOPEN, REOPENED, reason, **told_deadline(row))
    return True


def void(unit: Unit, attempt: str, reason: str) -> bool:
    """Void an attempt that was not handed in: the first of two people asks, the second does it.  Return whether it is done.

    Raises:
        ExamError: `delivery.wrong_state`, `delivery.same_person`.
    """
    row = _lock(unit, attempt)
    if not _agreed(unit, row, Event.VOID, reason, 0):
        return False
    move(unit, row, Event.VOID, VOIDED, reason)
    return True


def _lock(unit: Unit, attempt: str) -> AttemptRow:
    row = queries.lock_attempt(unit, attempt)
    keep_time(unit, row)
    return row


def _is_repeat(unit: Unit, row: AttemptRow, request: str | None, kind: TimeKind, seconds: int = 0) -> bool:
    """Say whether a request was done already; one that asks for something else under the same number is a conflict."""
    done = queries.find_request(unit.session, row.id, request) if request is not None else None
    if done and (done.kind, done.seconds) != (kind, seconds):
        raise REQUEST_TAKEN(request=request, done=named(done.kind), seconds=done.seconds)
    return done is not None


def _resume(unit: Unit, row: AttemptRow, reason: str, request: str | None) -> None:
    step(State(row.state), Event.RESUME)
    deadline = write_time(unit, row, TimeKind.RESUME, unit.now, 0, reason, request)
    move(unit, row, Event.RESUME, RESUMED, reason, paused_at=None, **_told(row, deadline))


def _told(row: AttemptRow, deadline: Deadline) -> dict[str, Any]:
    left = None if deadline.left is None else deadline.left.total_seconds()
    return {**told_deadline(row), "left_s": left}


def _agreed(unit: Unit, row: AttemptRow, event: Event, reason: str, seconds: int) -> bool:
    if not reason.strip():
        raise INVALID(detail="reason")
    step(State(row.state), event)
    proposal = unit.session.get(ProposalRow, (row.id, str(event)))
    if proposal is None:
        me = unit.actor.account
        unit.session.add(ProposalRow(attempt=row.id, event=event, proposer=me, reason=reason, seconds=seconds, at=unit.now))
        audit.record(unit, f"delivery.attempt.{event}_proposed", subject(row.id), reason=reason, seconds=seconds)
        return False
    if proposal.proposer == unit.actor.account:
        raise SAME_PERSON()
    if proposal.seconds != seconds:
        raise CONFLICT(detail=f"seconds: {proposal.seconds}")
    unit.session.delete(proposal)
    return True
