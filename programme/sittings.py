"""Sittings: when a level is examined, on which papers, by which rules of time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from core import audit
from core.errors import NOT_FOUND, Words
from core.ids import new_id
from core.unit import Unit
from delivery import reading as delivery_reading
from delivery.deadline import Timing
from delivery.machines import Moving
from itembank import forms
from programme import queries
from programme.errors import FORM_NOT_PUBLISHED, SITTING_INVALID
from programme.levels import get_level
from programme.tables import PaperRow, SittingRow
from scoring.gates import Told

OPEN_STATES = ("scheduled", "ready", "running", "paused", "closing")
"""States of an attempt that has not ended."""

FIRST_YEAR, LAST_YEAR = 2000, 2100  # in which an exam may be planned
DOORS_OPEN = timedelta(minutes=30)
"""How long before the start the waiting room opens."""


class StartBy(StrEnum):
    """What starts a paper: the clock, for all rooms together, or an invigilator's act in each room."""

    CLOCK = "clock"
    ROOM = "room"


@dataclass(frozen=True)
class PaperPlan:
    """One paper of a sitting to be.

    `timing` is `common_end` (everybody ends together, late arrivals lose time) or `full_time` (the time runs from each candidate's own
    start, which must come before `latest_start_s` after the common start).  All durations are in seconds.  `reading_s` come before
    `duration_s`; `section_limits` closes sections of the form one after another, a section that is not named with the paper; None: as the
    form says.
    """

    code: str
    title: str
    form: str
    starts_at: datetime
    duration_s: int
    timing: Timing = Timing.COMMON_END
    latest_start_s: int = 1800
    earliest_submit_s: int = 1800
    late_window_s: int = 120
    reading_s: int = 0
    section_limits: Mapping[str, int] | None = None
    start_by: StartBy = StartBy.CLOCK
    moving: Moving = Moving.FREE


@dataclass(frozen=True)
class PaperOn:
    """A paper that is being sat: its id, its title with that of its sitting, its start."""

    id: str
    title: str
    starts_at: datetime


def plan(unit: Unit, programme: str, level: str, title: str, papers: list[PaperPlan], *, rehearsal: bool = False) -> str:
    """Enter a sitting with its papers and return its id.

    Raises:
        ExamError: `programme.no_programme`, `programme.no_level`, `programme.form_not_published`, `programme.sitting_invalid`.
    """
    get_level(unit.session, programme, level)
    for paper in papers:
        _check_paper(unit, paper)
    if not papers or len({paper.code for paper in papers}) != len(papers):
        raise SITTING_INVALID(detail=Words("每份试卷需有不同的代码", "every paper needs a code of its own"))
    sitting = new_id("sit")
    starts_at = min(paper.starts_at for paper in papers)
    unit.session.add(SittingRow(id=sitting, programme=programme, level=level, title=title, rehearsal=rehearsal, starts_at=starts_at))
    unit.session.flush()
    unit.session.add_all(_paper_row(sitting, paper, section_limits(unit.session, paper)) for paper in papers)
    audit.record(unit, "programme.sitting.planned", f"sitting/{sitting}", title=title)
    return sitting


def papers_on(session: Session, now: datetime) -> list[PaperOn]:
    """Return the papers that are being sat, by their start: from the opening of the waiting room until everybody has ended."""
    return [
        PaperOn(paper.id, f"{sitting.title} · {paper.title}", paper.starts_at)
        for paper, sitting in queries.opened_papers(session, now)
        if now < paper.latest_start_at + timedelta(seconds=paper.duration_s) or _has_open_attempts(session, paper.id)
    ]


def told(session: Session, papers: Iterable[str]) -> dict[str, Told]:
    """Return what people call the papers of sittings, and when they began."""
    return {
        paper.id: Told(f"{sitting.title} · {paper.title}", paper.starts_at, sitting.rehearsal)
        for paper, sitting in queries.papers_with_sittings(session, list(papers))
    }


def _has_open_attempts(session: Session, paper: str) -> bool:
    return any(attempt.state in OPEN_STATES for attempt in delivery_reading.attempts_of_paper(session, paper))


def lock(unit: Unit, sitting: str) -> SittingRow:
    """Return a sitting with its row locked.

    Raises:
        ExamError: `core.not_found`.
    """
    row = unit.session.get(SittingRow, sitting, with_for_update=True)
    if row is None:
        raise NOT_FOUND(sitting=sitting)
    return row


def _check_paper(unit: Unit, paper: PaperPlan) -> None:
    if paper.duration_s <= 0 or min(paper.latest_start_s, paper.earliest_submit_s, paper.reading_s) < 0:
        raise SITTING_INVALID(detail=Words("时长须为正数", "durations must be positive"))
    if not FIRST_YEAR <= paper.starts_at.year <= LAST_YEAR:
        raise SITTING_INVALID(
            detail=Words(f"开考时间须在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间", f"the start must be between {FIRST_YEAR} and {LAST_YEAR}")
        )
    if paper.timing == "common_end" and paper.latest_start_s >= paper.duration_s:
        raise SITTING_INVALID(detail=Words("统一结束时,最晚入场须早于结束", "with a common end, the latest start must come before the end"))
    if paper.earliest_submit_s >= paper.duration_s:
        raise SITTING_INVALID(detail=Words("最早交卷时间须早于结束", "the earliest hand-in must come before the end"))
    if forms.get_state(unit.session, paper.form) != "published":
        raise FORM_NOT_PUBLISHED(form=paper.form)
    limits = section_limits(unit.session, paper)
    unknown = set(limits) - {section.id for section in forms.get_frozen(unit.session, paper.form).sections}
    if unknown:
        raise SITTING_INVALID(detail=Words(f"试卷没有这些部分:{sorted(unknown)}", f"the form has no such sections: {sorted(unknown)}"))
    if min(limits.values(), default=1) <= 0 or sum(limits.values()) > paper.duration_s:
        raise SITTING_INVALID(
            detail=Words("各部分时限须为正数,且合计不超过总时长", "section limits must be positive and fit the whole time")
        )


def section_limits(session: Session, paper: PaperPlan) -> dict[str, int]:
    """Return the seconds of the limited sections of a paper to be: its own, or those that its form came with."""
    if paper.section_limits is not None:
        return dict(paper.section_limits)
    return {section.id: section.limit_s for section in forms.get_frozen(session, paper.form).sections if section.limit_s}


def _paper_row(sitting: str, paper: PaperPlan, limits: dict[str, int]) -> PaperRow:
    return PaperRow(
        id=new_id("pap"),
        sitting=sitting,
        code=paper.code,
        title=paper.title,
        form=paper.form,
        opens_at=paper.starts_at - DOORS_OPEN,
        starts_at=paper.starts_at,
        latest_start_at=paper.starts_at + timedelta(seconds=paper.latest_start_s),
        duration_s=paper.duration_s,
        timing=paper.timing,
        start_by=paper.start_by,
        moving=paper.moving,
        earliest_submit_s=paper.earliest_submit_s,
        late_window_s=paper.late_window_s,
        reading_s=paper.reading_s,
        section_limits=limits or None,
    )


def find_titled(session: Session, title: str) -> str | None:
    """Return the id of the first sitting with this title."""
    return queries.find_sitting_titled(session, title)
