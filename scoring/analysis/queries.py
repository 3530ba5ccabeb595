"""The SQL of analyses: scripts of a paper, and what has been asked for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, defer

from scoring import regrade_queries
from scoring.tables import AnalysisRow, ScriptRow


def scripts_of_paper(session: Session, paper: str) -> Sequence[ScriptRow]:
    """Return the scripts of a paper in the order of their attempts."""
    return session.scalars(select(ScriptRow).where(ScriptRow.paper == paper).order_by(ScriptRow.attempt)).all()


def count_scripts(session: Session, papers: Sequence[str] | None = None) -> dict[str, tuple[int, int]]:
    """Return for each paper with scripts how many there are, and how many of them have all their marks."""
    marked = func.count(ScriptRow.marked_at)
    counts = select(ScriptRow.paper, func.count(), marked).group_by(ScriptRow.paper)
    wanted = counts if papers is None else counts.where(ScriptRow.paper.in_(papers))
    return {paper: (count, done) for paper, count, done in session.execute(wanted)}


def standing(session: Session, paper: str) -> str:
    """Return a text that is another whenever a script has come, a total has changed, or a regrade was committed or taken back."""
    figures = select(func.count(), func.count(ScriptRow.marked_at), func.max(ScriptRow.submitted_at), func.max(ScriptRow.marked_at))
    count, marked, last_in, last_marked = session.execute(figures.where(ScriptRow.paper == paper)).one()
    regraded = regrade_queries.version_of(session, paper)
    return f"{count}/{marked}/{last_in and last_in.isoformat()}/{last_marked and last_marked.isoformat()}/{regraded}"


def find_analysis(session: Session, paper: str, *, lock: bool = False) -> AnalysisRow | None:
    """Return the analysis of a paper; None when none was ever asked for."""
    return session.get(AnalysisRow, paper, with_for_update=lock or None, populate_existing=lock)


def find_state(session: Session, paper: str) -> str | None:
    """Return the state of the analysis of a paper; None when none was ever asked for."""
    return session.scalar(select(AnalysisRow.state).where(AnalysisRow.paper == paper))


def all_analyses(session: Session) -> dict[str, AnalysisRow]:
    """Return every analysis by its paper; its figures are not read."""
    return {row.paper: row for row in session.scalars(select(AnalysisRow).options(defer(AnalysisRow.figures)))}


def lock_asked(session: Session, now: datetime) -> AnalysisRow | None:
    """Return the longest asked analysis that nobody is making, locked."""
    free = or_(AnalysisRow.lease_until.is_(None), AnalysisRow.lease_until <= now)
    asked = select(AnalysisRow).where(AnalysisRow.state == "asked", free).order_by(AnalysisRow.asked_at)
    return session.scalars(asked.limit(1).with_for_update(skip_locked=True)).first()
