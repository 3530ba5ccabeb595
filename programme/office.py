"""What the exam office sees of a sitting: how its papers go, how far the marking is, what a release waits for, what came out."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery import reading as delivery_reading
from proctor import reading as proctor_reading
from proctor.reading import Starts
from programme import queries, results
from programme.gates import NamesOf
from programme.results import Readiness
from programme.tables import PaperRow, ResultRow
from scoring import reading as scoring_reading


@dataclass(frozen=True)
class PaperState:
    """How one paper goes: attempts by state, pages connected, and marking tasks open, leased and marked (None: there are none).

    `start` is how the pages that waited for the common start came to their first question (None: none has reported).
    """

    code: str
    attempts: int
    connected: int
    states: dict[str, int]
    marking: dict[str, int] | None
    start: Starts | None


@dataclass(frozen=True)
class Marker:
    """What one marker has done of a sitting; `share` (0 to 1) of full marks given, None without a mark."""

    name: str
    marked: int
    in_hand: int
    share: float | None


@dataclass(frozen=True)
class Progress:
    """How a sitting goes."""

    papers: list[PaperState]
    markers: list[Marker]
    release: Readiness


def progress(session: Session, sitting: str, names_of: NamesOf, now: datetime) -> Progress:
    """Return how a sitting goes.

    Raises:
        ExamError: `core.not_found`.
    """
    queries.get_sitting(session, sitting)
    papers = queries.papers_of(session, sitting)
    markers = scoring_reading.marker_progress(session, now, [paper.id for paper in papers])
    names = names_of(session, [row.marker for row in markers])
    return Progress(
        papers=[_paper_state(session, paper) for paper in papers],
        markers=[Marker(names.get(row.marker, row.marker), row.marked, row.in_hand, row.share) for row in markers],
        release=results.readiness(session, sitting),
    )


@dataclass(frozen=True)
class Outcome:
    """One result as the office reads it."""

    candidate: str
    paper: str
    result: ResultRow


def outcomes(session: Session, sitting: str) -> list[Outcome]:
    """Return the results of a sitting, held and released, by paper and candidate."""
    papers = {paper.id: paper.title for paper in queries.papers_of(session, sitting)}
    rows = queries.results_of_papers(session, list(papers))
    names = queries.names(session, {row.candidate for row in rows})
    found = [Outcome(names[row.candidate], papers[row.paper], row) for row in rows]
    return sorted(found, key=lambda outcome: (outcome.paper, outcome.candidate, outcome.result.attempt))


def _paper_state(session: Session, paper: PaperRow) -> PaperState:
    attempts = delivery_reading.attempts_of_paper(session, paper.id)
    marking = scoring_reading.marking_progress(session, [paper.id])
    return PaperState(
        code=paper.code,
        attempts=len(attempts),
        connected=sum(attempt.connected for attempt in attempts),
        states=dict(Counter(attempt.state for attempt in attempts)),
        marking={"open": marking[0].open, "leased": marking[0].leased, "marked": marking[0].marked} if marking else None,
        start=proctor_reading.find_starts(session, [attempt.id for attempt in attempts]),
    )
