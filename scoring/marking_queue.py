"""The marking queue: one written answer at a time, leased to one marker, without a word of whose it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core import audit
from core.errors import ErrorKind
from core.unit import Unit
from itembank import forms, paper
from scoring import queries, rubrics, settling, staffing
from scoring.errors import MARKER_PAUSED, NO_TASK, NOT_QUALIFIED, TASK_NOT_YOURS
from scoring.setup import setup_of
from scoring.tables import HoldRow, PaperMarkingRow, PartRow, SampleRow, StaffRow, TaskRow

LEASE = timedelta(minutes=20)
"""How long a marker holds a task; saving a draft renews it."""


@dataclass(frozen=True)
class BlindTask:
    """All that a marker is given: the question, the answer, the rubric; no name, no site, no other mark.

    A script that qualifies a marker says so in `phase` (`qualification`); a seed and a re-reading are `live` like any other.
    """

    id: str
    code: str
    phase: str
    question: dict[str, Any]
    answer: str
    max_marks: Decimal
    rubric: list[dict[str, Any]]
    reference: str
    exemplars: int
    lease_until: datetime
    draft: dict[str, Any] | None


def take_next(unit: Unit) -> BlindTask:
    """Hand the acting marker the task held already, or else the next free one, leased for `LEASE`.

    Raises:
        ExamError: as `lease_next`.
    """
    return _blind(unit.session, lease_next(unit), unit.actor.account)


def lease_next(unit: Unit) -> TaskRow:
    """Lease the task that the acting marker holds already, or else the next free one.

    Raises:
        ExamError: `scoring.no_task` when nothing is left for this marker; `scoring.marker_paused` or `scoring.not_qualified` when
            that is why.
    """
    task = _held(unit)
    if task is None:
        why: ErrorKind = NO_TASK
        for row in queries.papers_with_work(unit.session):
            task, refusal = _from_paper(unit, row)
            if task:
                break
            why = refusal or why
        else:
            raise why()
    assert task is not None
    _lease(unit, task)
    return task


def lock_held(unit: Unit, task_id: str) -> tuple[TaskRow, PartRow | None]:
    """Return the task, and its part unless it is a sample, with their rows locked, if the acting marker still holds it.

    A lease that has run out is still held while nobody else has taken the task over.

    Raises:
        ExamError: `scoring.task_not_yours`.
    """
    found = queries.find_task(unit.session, task_id)
    part = queries.lock_part(unit.session, found.script) if found else None
    task = queries.lock_task(unit.session, task_id) if found else None
    if task is None or task.state != "leased" or task.marker != unit.actor.account:
        raise TASK_NOT_YOURS()
    return task, part


def give_back(unit: Unit, task_id: str, reason: str) -> None:
    """Put a held task back into the queue for somebody else, with the reason kept.

    Raises:
        ExamError: `scoring.task_not_yours`.
    """
    task, _ = lock_held(unit, task_id)
    staffing.end_hold(unit, task, "returned", reason)
    audit.record(unit, "scoring.task.returned", f"task/{task_id}", reason=reason)


def escalate(unit: Unit, task_id: str, reason: str) -> None:
    """Put a suspicious script before the chief: until the chief has looked, nobody is handed any task of it.

    Raises:
        ExamError: `scoring.task_not_yours`.
    """
    task, part = lock_held(unit, task_id)
    staffing.end_hold(unit, task, "escalated", reason)
    audit.record(unit, "scoring.task.escalated", f"task/{task_id}", reason=reason)
    if part is not None:
        settling.suspect(unit, part, reason)


def exemplars(session: Session, marker: str, task_id: str) -> list[SampleRow]:
    """Return the exemplars of the item of a task that the marker holds, without those whose script is still being marked.

    Raises:
        ExamError: `scoring.task_not_yours`.
    """
    task = queries.find_task(session, task_id)
    if task is None or task.state != "leased" or task.marker != marker:
        raise TASK_NOT_YOURS()
    return queries.exemplars(session, task.paper, task.place)


def _held(unit: Unit) -> TaskRow | None:
    """Return the task that the marker holds, locked, unless the marking of its paper is stopped."""
    for held in queries.held_by(unit.session, unit.actor.account):
        row = queries.find_paper(unit.session, held.paper)
        task = queries.lock_task(unit.session, held.id) if row and row.stopped_at is None else None
        if task and task.state == "leased" and task.marker == unit.actor.account:
            return task
    return None


def _from_paper(unit: Unit, row: PaperMarkingRow) -> tuple[TaskRow | None, ErrorKind | None]:
    setup = setup_of(row)
    staff = staffing.lock_or_enter(unit, row.paper, setup)
    for held in queries.held_by(unit.session, staff.marker):  # taken in another window while this one waited for the lock
        if held.paper == row.paper:
            return held, None
    if staff.state == "qualifying":
        task = staffing.next_trial(unit, staff)
        return task, None if task else NOT_QUALIFIED
    if staff.state != "working":
        return None, MARKER_PAUSED if staff.state == "paused" else NOT_QUALIFIED
    live = queries.lock_next_task(unit.session, staff, unit.now)
    return staffing.mix_in(unit, staff, setup.quality, live) if live else None, None


def _lease(unit: Unit, task: TaskRow) -> None:
    marker = unit.actor.account
    had = task.state == "leased" and queries.find_hold(unit.session, task.id, marker)  # an open task is new to whoever is handed it
    staff = queries.find_staff(unit.session, task.paper, marker)
    assert staff is not None
    if not had:
        unit.session.add(HoldRow(task=task.id, marker=marker, script=_seen(unit.session, task), since=unit.now))
        staff.taken += 1
    task.state, task.marker, task.lease_until = "leased", marker, unit.now + LEASE


def _seen(session: Session, task: TaskRow) -> str:
    """Return what a marker sees by a task: its part, or the part that its sample is of, so that nobody sees one text under two names."""
    sample = queries.find_sample(session, task.script) if task.purpose in ("seed", "trial") else None
    return sample.source if sample and sample.source else task.script


def count_free(session: Session, marker: str, now: datetime) -> int:
    """Count the tasks that the marker could be handed, in every paper; rounded up to tens where seeds or re-readings are among them.

    A count that did not fall by one with each script would tell them.
    """
    total, exact = 0, True
    for row in queries.papers_with_work(session):
        staff = queries.find_staff(session, row.paper, marker)
        if staff is None or staff.state in ("working", "qualifying"):
            total += queries.count_free(session, staff or StaffRow(paper=row.paper, marker=marker, site=""), now)
            setup = setup_of(row)
            exact = exact and not setup.quality.seed_every and not setup.scheme.remark_rate
    return total if exact else -(-total // 10) * 10


def _blind(session: Session, task: TaskRow, marker: str) -> BlindTask:
    script = get_script(session, task)
    rubric, reference = rubrics.rubric_of(session, script.form, task.place, script.max_marks)
    draft = queries.find_draft(session, task.id, marker)
    assert task.lease_until is not None
    return BlindTask(
        id=task.id,
        code=task.code,
        phase="qualification" if task.purpose == "trial" else "live",
        question=paper.question(forms.get_frozen(session, script.form), task.place),
        answer=script.answer,
        max_marks=script.max_marks,
        rubric=[criterion.model_dump(mode="json") for criterion in rubric],
        reference=reference,
        exemplars=len(queries.exemplars(session, task.paper, task.place)),
        lease_until=task.lease_until,
        draft=draft.body if draft else None,
    )


def get_script(session: Session, task: TaskRow) -> PartRow | SampleRow:
    """Return what a task is to be done of: a part of a live script, or a sample."""
    script = queries.find_sample(session, task.script) or queries.find_part(session, task.script)
    if script is None:
        raise TASK_NOT_YOURS()
    return script
