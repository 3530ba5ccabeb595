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
from scoring import queries, queue_queries, rubrics, settling, staffing
from scoring.errors import MARKER_PAUSED, NO_TASK, NOT_QUALIFIED, TASK_NOT_YOURS
from scoring.setup import Setup, setup_of
from scoring.tables import HoldRow, PartRow, SampleRow, StaffRow, TaskRow

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
    why: ErrorKind = NO_TASK
    for row in queue_queries.papers_with_work(unit.session, unit.actor.account):
        setup = setup_of(row)
        staff = staffing.lock_or_enter(unit, row.paper, unit.actor.account, setup)
        task, refusal = _from_paper(unit, staff, setup)
        if task:
            _lease(unit, staff, task)
            return task
        why = refusal or why
    raise why()


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


def _from_paper(unit: Unit, staff: StaffRow, setup: Setup) -> tuple[TaskRow | None, ErrorKind | None]:
    """Return what the marker, whose row is locked, is to be handed of a paper, or why it is nothing; what is held already comes first."""
    if staff.state == "working":
        task = queue_queries.lock_next_task(unit.session, staff, unit.now)
        if task and task.marker != staff.marker:
            task = staffing.mix_in(unit, staff, setup.quality, task)
        return task, None
    if staff.state == "qualifying":
        held = queries.held_by(unit.session, staff.paper, staff.marker)
        trial = held[0] if held else staffing.next_trial(unit, staff)
        return trial, None if trial else NOT_QUALIFIED
    return None, MARKER_PAUSED if staff.state == "paused" else NOT_QUALIFIED


def _lease(unit: Unit, staff: StaffRow, task: TaskRow) -> None:
    had = task.state == "leased" and queries.find_hold(unit.session, task.id, staff.marker)  # an open task is new to whoever is handed it
    if not had:
        unit.session.add(HoldRow(task=task.id, marker=staff.marker, script=_seen(unit.session, task), since=unit.now))
        staff.taken += 1
    task.state, task.marker, task.lease_until = "leased", staff.marker, unit.now + LEASE


def _seen(session: Session, task: TaskRow) -> str:
    """Return what a marker sees by a task: its part, or the part that its sample is of, so that nobody sees one text under two names."""
    sample = queries.find_sample(session, task.script) if task.purpose in ("seed", "trial") else None
    return sample.source if sample and sample.source else task.script


def count_free(session: Session, marker: str, now: datetime) -> int:
    """Count the tasks that the marker could be handed, in every paper; rounded up to tens where seeds or re-readings are among them.

    A count that did not fall by one with each script would tell them.
    """
    total, exact = 0, True
    for row in queue_queries.papers_with_work(session, marker):
        staff = queries.find_staff(session, row.paper, marker)
        if staff is None or staff.state in ("working", "qualifying"):
            total += queue_queries.count_free(session, staff or StaffRow(paper=row.paper, marker=marker, site="", taken=0), now)
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
