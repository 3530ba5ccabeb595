"""The read door of scoring for the floors above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from scoring import marking_figures, queries, regrade_queries


@dataclass(frozen=True)
class SectionMarks:
    """What one section of one attempt stands at; `marks` is None while a part of it waits for a marker."""

    section: str
    marks: Decimal | None
    max_marks: Decimal


@dataclass(frozen=True)
class AttemptMarks:
    """What one attempt, as handed in at `submitted_at`, stands at; `state` is auto_scored, in_marking or marked."""

    attempt: str
    submitted_at: datetime
    state: str
    marks: Decimal | None
    max_marks: Decimal
    sections: list[SectionMarks]


def get_marks(session: Session, attempts: Sequence[str]) -> dict[str, AttemptMarks]:
    """Return the marks of the attempts that have been handed in, by attempt."""
    places: dict[str, dict[str, list[tuple[Decimal | None, Decimal]]]] = {}
    for row in queries.scores_of(session, attempts):
        places.setdefault(row.attempt, {}).setdefault(row.section, []).append((row.marks, row.max_marks))
    return {
        script.attempt: AttemptMarks(
            script.attempt,
            script.submitted_at,
            script.state,
            script.marks,
            script.max_marks,
            [_section(name, marks) for name, marks in places.get(script.attempt, {}).items()],
        )
        for script in queries.scripts_of(session, attempts)
    }


def totals_of_papers(session: Session, papers: Sequence[str]) -> dict[str, Decimal | None]:
    """Return the total of every attempt at some papers that has been handed in; None while a part waits for a marker."""
    return {row.attempt: row.marks for paper in papers for row in regrade_queries.scripts_of_paper(session, paper)}


def with_scripts(session: Session, papers: Sequence[str]) -> set[str]:
    """Return those of some papers of which anything was handed in."""
    return regrade_queries.papers_with_scripts(session, papers)


def marked(session: Session, attempts: Sequence[str]) -> set[str]:
    """Return those of the attempts of which every part has its mark."""
    return {script.attempt for script in queries.scripts_of(session, attempts) if script.state == "marked"}


def _section(name: str, marks: list[tuple[Decimal | None, Decimal]]) -> SectionMarks:
    given = [mark for mark, _ in marks if mark is not None]
    complete = len(given) == len(marks)
    return SectionMarks(name, sum(given, Decimal(0)) if complete else None, sum((top for _, top in marks), Decimal(0)))


@dataclass(frozen=True)
class Progress:
    """How many marking tasks of a paper are open, leased and marked."""

    paper: str
    open: int
    leased: int
    marked: int


def marking_progress(session: Session, papers: Sequence[str] | None = None) -> list[Progress]:
    """Return the marking progress of each paper that has tasks."""
    counts: dict[str, dict[str, int]] = {}
    for paper, _, state, count in marking_figures.progress(session, papers):
        of_paper = counts.setdefault(paper, {})
        of_paper[state] = of_paper.get(state, 0) + count
    return [
        Progress(paper, c.get("open", 0) + c.get("waiting", 0), c.get("leased", 0), c.get("marked", 0))
        for paper, c in sorted(counts.items())
    ]


@dataclass(frozen=True)
class MarkerProgress:
    """What one marker has done: tasks marked, tasks in hand, and the share (0 to 1) of full marks given; None without a mark."""

    marker: str
    marked: int
    in_hand: int
    share: float | None


def marker_progress(session: Session, now: datetime, papers: Sequence[str] | None = None) -> list[MarkerProgress]:
    """Return what each marker has done, by account."""
    held = marking_figures.held_counts(session, papers, now)
    given = {marker: (count, marks, full) for marker, count, marks, full in marking_figures.marker_counts(session, papers)}
    rows = []
    for marker in sorted(held.keys() | given.keys()):
        count, marks, full = given.get(marker, (0, Decimal(0), Decimal(0)))
        rows.append(MarkerProgress(marker, count, held.get(marker, 0), float(marks / full) if full else None))
    return rows
