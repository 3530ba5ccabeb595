"""The SQL behind the figures of the marking room: progress, throughput, agreement, seeds, and what waits for the chief."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from scoring.adjudication import COUNTING
from scoring.tables import HoldRow, PartRow, ReadingRow, SampleRow, StaffRow, TaskRow

LIVE = TaskRow.purpose.in_(COUNTING)
_STANDS = and_(TaskRow.id == ReadingRow.task, TaskRow.marker == ReadingRow.marker, TaskRow.state == "marked")


def progress(session: Session, papers: Sequence[str] | None) -> Sequence[tuple[str, str, str, int]]:
    """Count the tasks that count for candidates by paper, place and state; those set aside not."""
    counts = select(TaskRow.paper, TaskRow.place, TaskRow.state, func.count()).where(LIVE, TaskRow.state != "void")
    grouped = _in_papers(counts, papers).group_by(TaskRow.paper, TaskRow.place, TaskRow.state)
    return [(paper, place, state, count) for paper, place, state, count in session.execute(grouped)]


def part_states(session: Session, paper: str) -> dict[tuple[str, str], int]:
    """Count the parts of a paper by place and state."""
    counts = select(PartRow.place, PartRow.state, func.count()).where(PartRow.paper == paper).group_by(PartRow.place, PartRow.state)
    return {(place, state): count for place, state, count in session.execute(counts)}


def marker_counts(session: Session, papers: Sequence[str] | None) -> Sequence[tuple[str, int, Decimal, Decimal]]:
    """For each marker by account: tasks marked, marks given, and full marks of the same tasks; readings that count only."""
    sums = select(ReadingRow.marker, func.count(), func.sum(ReadingRow.marks), func.sum(ReadingRow.max_marks)).join(TaskRow, _STANDS)
    grouped = _in_papers(sums.where(LIVE), papers).group_by(ReadingRow.marker).order_by(ReadingRow.marker)
    return session.execute(grouped).all()


def held_counts(session: Session, papers: Sequence[str] | None, now: datetime) -> dict[str, int]:
    """For each marker: tasks under a running lease."""
    held = select(TaskRow.marker, func.count()).where(TaskRow.state == "leased", TaskRow.lease_until > now).group_by(TaskRow.marker)
    return dict(session.execute(_in_papers(held, papers)).all())


def paces(session: Session, paper: str, since: datetime) -> dict[str, tuple[int, float]]:
    """For each marker: readings given since an instant, and the mean seconds that a reading takes."""
    given = select(ReadingRow.marker, func.count(), func.avg(ReadingRow.seconds)).where(ReadingRow.paper == paper, ReadingRow.at >= since)
    return {marker: (count, float(mean)) for marker, count, mean in session.execute(given.group_by(ReadingRow.marker))}


def staff_of(session: Session, paper: str) -> list[StaffRow]:
    """Return the markers at a paper."""
    return list(session.scalars(select(StaffRow).where(StaffRow.paper == paper).order_by(StaffRow.marker)))


def seed_differences(session: Session, paper: str) -> dict[str, list[Decimal]]:
    """For each marker: the marks given to seeds less the agreed ones, in order."""
    return _by_marker(session, ReadingRow.marks - SampleRow.marks, paper, "seed", SampleRow.id == ReadingRow.script)


def rereading_differences(session: Session, paper: str) -> dict[str, list[Decimal]]:
    """For each marker: the marks given at a re-reading less those that the same marker gave before, in order."""
    before = aliased(ReadingRow)
    same = and_(before.script == ReadingRow.script, before.marker == ReadingRow.marker, before.purpose.in_(COUNTING))
    return _by_marker(session, ReadingRow.marks - before.marks, paper, "remark", same, before)


def _by_marker(session: Session, difference: Any, paper: str, purpose: str, on: Any, other: Any = SampleRow) -> dict[str, list[Decimal]]:
    joined = select(ReadingRow.marker, difference).join(other, on).where(ReadingRow.paper == paper, ReadingRow.purpose == purpose)
    found: dict[str, list[Decimal]] = {}
    for marker, value in session.execute(joined.order_by(ReadingRow.id)):
        found.setdefault(marker, []).append(value)
    return found


def pairs(session: Session, paper: str) -> Sequence[tuple[str, str, str, Decimal, Decimal]]:
    """Return the double readings of a paper that stand: place, first marker, second marker, first marks, second marks."""
    first, second, first_task, second_task = aliased(ReadingRow), aliased(ReadingRow), aliased(TaskRow), aliased(TaskRow)
    found = (
        select(first.place, first.marker, second.marker, first.marks, second.marks)
        .join(second, and_(second.script == first.script, second.purpose == "second"))
        .join(first_task, _stands(first, first_task))
        .join(second_task, _stands(second, second_task))
        .where(first.paper == paper, first.purpose == "first")
    )
    return session.execute(found.order_by(first.id)).all()


def _stands(reading: Any, task: Any) -> Any:
    return and_(task.id == reading.task, task.marker == reading.marker, task.state == "marked")


def awaiting_chief(session: Session, paper: str, stuck: Collection[str], most: int) -> Sequence[PartRow]:
    """Return the parts that wait for the chief, place by place: suspicious ones, those whose readings differ, and these that are stuck."""
    asked = select(TaskRow.script).where(TaskRow.paper == paper, TaskRow.queue == "chief", TaskRow.state == "open")
    waits = or_(PartRow.state == "suspicious", PartRow.id.in_(asked), PartRow.id.in_(stuck))
    return session.scalars(select(PartRow).where(PartRow.paper == paper, waits).order_by(PartRow.place, PartRow.id).limit(most)).all()


def returned(session: Session, paper: str, most: int) -> Sequence[tuple[HoldRow, TaskRow]]:
    """Return the latest tasks that were given back, with why."""
    joined = select(HoldRow, TaskRow).join(TaskRow, TaskRow.id == HoldRow.task)
    wanted = joined.where(TaskRow.paper == paper, HoldRow.ended == "returned")
    return session.execute(wanted.order_by(HoldRow.since.desc()).limit(most)).all()


def collisions(session: Session, paper: str, most: int) -> Sequence[tuple[ReadingRow, TaskRow]]:
    """Return the latest readings that were kept beside, since somebody else had taken the task over."""
    joined = select(ReadingRow, TaskRow).join(TaskRow, TaskRow.id == ReadingRow.task)
    wanted = joined.where(ReadingRow.paper == paper, TaskRow.state != "void", TaskRow.marker != ReadingRow.marker)
    return session.execute(wanted.order_by(ReadingRow.id.desc()).limit(most)).all()


def _in_papers(statement: Any, papers: Sequence[str] | None) -> Any:
    return statement if papers is None else statement.where(TaskRow.paper.in_(papers))
