"""Marks by hand: drafts that survive, and readings that are only ever added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core import audit
from core.unit import Unit
from scoring import queries, rubrics, settling, staffing
from scoring.adjudication import Scheme, is_drawn
from scoring.annotations import Annotation, check_annotations
from scoring.errors import MARK_INVALID, MARKING_STOPPED, TASK_NOT_YOURS
from scoring.marking_queue import LEASE, get_script, lock_held
from scoring.setup import get_paper, setup_of
from scoring.tables import DraftMarkRow, HoldRow, PartRow, ReadingRow, StaffRow, TaskRow

AGAIN_AFTER = 20
"""Tasks that lie, at least, between a reading and its unannounced re-reading by the same marker."""


@dataclass(frozen=True)
class Given:
    """What became of a mark: the marks, and whether they count, or are kept beside those of who took the task over."""

    marks: Decimal
    counts: bool


def save_draft(unit: Unit, task_id: str, body: dict[str, Any]) -> None:
    """Keep what the marker has entered so far and renew the lease.

    Raises:
        ExamError: `scoring.task_not_yours` when the lease is lost.
    """
    task, _ = lock_held(unit, task_id)
    task.lease_until = unit.now + LEASE
    unit.session.merge(DraftMarkRow(task=task.id, marker=unit.actor.account, body=body, at=unit.now))


def give_mark(unit: Unit, task_id: str, levels: Mapping[str, Decimal], comment: str = "", annotations: Sequence[Annotation] = ()) -> Given:
    """Mark a task by its rubric; the same mark given again changes nothing.

    Whoever has held the task may finish it.  When it has been taken over meanwhile, both readings are kept and the one that does not
    hold the task is kept beside: it is shown to the chief and counts for nothing.

    Args:
        unit: the transaction, whose actor is the marker.
        task_id: a task that the marker holds or has held, and neither returned nor escalated.
        levels: criterion id → marks of the level given, one for every criterion.
        comment: for the file, never shown to another marker.
        annotations: ranges over the answer.

    Raises:
        ExamError: `scoring.task_not_yours`, `scoring.marking_stopped`, or `scoring.mark_invalid` when the levels do not fit the rubric.
    """
    staff, found, hold = _had(unit, task_id)
    given = queries.find_reading(unit.session, task_id, unit.actor.account)
    if given and (given.levels, given.comment, given.annotations) == (rubrics.plain(levels), comment, _plain(annotations)):
        return Given(given.marks, found.marker == unit.actor.account)
    if given or hold.ended:
        raise TASK_NOT_YOURS()
    row = get_paper(unit.session, found.paper)
    if row.stopped_at is not None:
        raise MARKING_STOPPED()
    setup = setup_of(row)
    part = queries.lock_part(unit.session, found.script)
    task = queries.lock_task(unit.session, task_id)
    if task is None:
        raise TASK_NOT_YOURS()
    marks = _read(unit, task, hold, levels, comment, annotations)
    counts = task.state == "leased" and task.marker == unit.actor.account
    audit.record(unit, "scoring.task.marked" if counts else "scoring.task.collided", f"task/{task.id}", marks=str(marks))
    if counts:
        task.state, task.lease_until = "marked", None
        unit.session.flush()
        if part is None:
            staffing.judge(unit, staff, setup, task.purpose)
        elif task.purpose != "remark":
            _plan_rereading(unit, setup.scheme, staff, task, part)
            settling.settle(unit, part, setup.scheme)
    return Given(marks, counts)


def _had(unit: Unit, task_id: str) -> tuple[StaffRow, TaskRow, HoldRow]:
    """Return the marker, locked before anything is looked at, so that a mark that is sent twice at once is one; the task; and the hold."""
    task = queries.find_task(unit.session, task_id)
    staff = queries.lock_staff(unit.session, task.paper, unit.actor.account) if task else None
    hold = queries.find_hold(unit.session, task_id, unit.actor.account) if staff else None
    if task is None or staff is None or hold is None:
        raise TASK_NOT_YOURS()
    unit.session.refresh(task)
    return staff, task, hold


def _read(
    unit: Unit, task: TaskRow, hold: HoldRow, levels: Mapping[str, Decimal], comment: str, annotations: Sequence[Annotation]
) -> Decimal:
    script = get_script(unit.session, task)
    marks = rubrics.add_up(unit.session, script.form, task.place, script.max_marks, levels)
    misfit = check_annotations(script.answer, annotations)
    if misfit:
        raise MARK_INVALID(detail=misfit)
    hold.ended = "marked"
    unit.session.add(
        ReadingRow(
            task=task.id,
            script=task.script,
            paper=task.paper,
            place=task.place,
            purpose=task.purpose,
            marker=unit.actor.account,
            marks=marks,
            max_marks=script.max_marks,
            levels=rubrics.plain(levels),
            comment=comment,
            annotations=_plain(annotations),
            seconds=max(0, int((unit.now - hold.since).total_seconds())),
            at=unit.now,
        )
    )
    unit.session.flush()
    return marks


def _plain(annotations: Sequence[Annotation]) -> list[dict[str, Any]]:
    return [annotation.model_dump() for annotation in annotations]


def _plan_rereading(unit: Unit, scheme: Scheme, staff: StaffRow, task: TaskRow, part: PartRow) -> None:
    """Put the script before the same marker once more, later and unannounced, at the scheme's rate."""
    if is_drawn(scheme.remark_rate, "remark", task.id):
        unit.session.add(settling.new_task(part, "remark", staff.marker, staff.taken + AGAIN_AFTER))
