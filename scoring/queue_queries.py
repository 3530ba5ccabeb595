"""The SQL that hands a marker the next task, built once: many markers ask at once, and building a statement takes longer than asking it.

Their parameters are those of `_asking`.
"""

from datetime import datetime
from itertools import compress
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from scoring.queries import ALL
from scoring.tables import HoldRow, PaperMarkingRow, StaffRow, TaskRow

COUNT_MOST = 1000


def _fits(marker: Any, site: Any) -> tuple[ColumnElement[bool], ...]:
    """Never an own script, nor one of the own site; never a script held before, unless as this same task, which was not ended."""
    other = or_(HoldRow.task != TaskRow.id, HoldRow.ended.is_not(None))
    seen = exists().where(HoldRow.script == TaskRow.script, HoldRow.marker == marker, other).correlate_except(HoldRow)
    return TaskRow.candidate != marker, or_(site == "", TaskRow.site != site), ~seen


_MARKER = bindparam("marker", type_=String)
_FITS = _fits(_MARKER, bindparam("site", type_=String))

_OF_PAPER = select(TaskRow).where(TaskRow.paper == bindparam("paper"))
_LAPSED = and_(TaskRow.state == "leased", TaskRow.lease_until <= bindparam("now"))
_RARE = (
    _OF_PAPER.where(TaskRow.marker == _MARKER, TaskRow.state == "leased").order_by(TaskRow.id),
    _OF_PAPER.where(TaskRow.queue == ALL, _LAPSED, *_FITS).order_by(TaskRow.lease_until),
    _OF_PAPER.where(TaskRow.queue == _MARKER, TaskRow.state == "open", TaskRow.position <= bindparam("taken")),
)
_QUEUE = _OF_PAPER.where(TaskRow.queue == ALL, TaskRow.state == "open", *_FITS).order_by(TaskRow.place, TaskRow.position)
_THERE = select(*(tasks.with_only_columns(TaskRow.id).order_by(None).exists() for tasks in _RARE))
_LOCKING = [tasks.limit(1).with_for_update(skip_locked=True) for tasks in (*_RARE, _QUEUE)]

_FREE = select(TaskRow.id).where(TaskRow.paper == bindparam("paper"), TaskRow.queue == ALL, or_(TaskRow.state == "open", _LAPSED), *_FITS)
_COUNT = select(func.count()).select_from(_FREE.limit(COUNT_MOST).subquery())

_HELD = exists().where(TaskRow.paper == PaperMarkingRow.paper, TaskRow.marker == _MARKER, TaskRow.state == "leased")
_IN_QUEUE = exists().where(TaskRow.paper == PaperMarkingRow.paper, TaskRow.queue == ALL, TaskRow.state.in_(("open", "leased")))
_GOING_ON = select(PaperMarkingRow).where(PaperMarkingRow.stopped_at.is_(None), or_(_HELD, _IN_QUEUE))
_WITH_WORK = _GOING_ON.order_by(_HELD.desc(), PaperMarkingRow.paper)

_AT_WORK = and_(StaffRow.paper == TaskRow.paper, StaffRow.state.in_(("working", "qualifying")))
_MAY = exists().where(_AT_WORK, *_fits(StaffRow.marker, StaffRow.site))
_OPEN = select(TaskRow.script).where(TaskRow.paper == bindparam("paper"), TaskRow.queue == ALL, TaskRow.state == "open")
_STUCK = _OPEN.where(exists().where(_AT_WORK), ~_MAY)


def papers_with_work(session: Session, marker: str) -> list[PaperMarkingRow]:
    """Return the papers whose marking is not stopped with something for everybody or held by the marker; the latter come first."""
    return list(session.scalars(_WITH_WORK, {"marker": marker}))


def lock_next_task(session: Session, staff: StaffRow, now: datetime) -> TaskRow | None:
    """Return a task of the paper that this marker may be handed, locked; tasks that others are taking at this moment are skipped.

    What the marker holds comes first, then leases that have run out, then a re-reading that is due to this marker, then the queue of
    everybody, item by item.
    """
    asking = _asking(staff, now)
    there = session.execute(_THERE, asking).one()
    for tasks in compress(_LOCKING, (*there, True)):
        found = session.scalars(tasks, asking).first()
        if found:
            return found
    return None


def count_free(session: Session, staff: StaffRow, now: datetime) -> int:
    """Count the tasks of the paper that the marker could be handed, up to `COUNT_MOST`."""
    return session.scalar(_COUNT, _asking(staff, now)) or 0


def stuck(session: Session, paper: str) -> list[str]:
    """Return the parts with a task that none of the markers at work may be handed.  Looked for when no more than `COUNT_MOST` are open."""
    few = _OPEN.limit(COUNT_MOST + 1).subquery()
    if (session.scalar(select(func.count()).select_from(few), {"paper": paper}) or 0) > COUNT_MOST:
        return []
    return list(session.scalars(_STUCK.distinct().order_by(TaskRow.script), {"paper": paper}))


def is_stuck(session: Session, paper: str, part: str) -> bool:
    """Say whether a part has a task that none of the markers at work may be handed."""
    return session.scalar(select(_STUCK.where(TaskRow.script == part).exists()), {"paper": paper}) or False


def _asking(staff: StaffRow, now: datetime) -> dict[str, Any]:
    return {"paper": staff.paper, "marker": staff.marker, "site": staff.site or "", "taken": staff.taken, "now": now}
