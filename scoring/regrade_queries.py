"""The SQL of regrades."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from core.errors import NOT_FOUND
from scoring.tables import MarkRow, RegradedPaperRow, RegradeMarkRow, RegradeRow, ScoreRow, ScriptRow


def lock_paper(session: Session, paper: str, *, alone: bool = False) -> RegradedPaperRow | None:
    """Lock a paper's rules to the end of the transaction: with others who mark under them, or alone to change them.

    None: nobody has ever proposed a regrade.
    """
    wanted = select(RegradedPaperRow).where(RegradedPaperRow.paper == paper).with_for_update(read=not alone)
    return session.scalars(wanted.execution_options(populate_existing=True)).first()


def add_paper(session: Session, paper: str) -> None:
    """Make room for the rules of a paper, unless there is."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(RegradedPaperRow).values(paper=paper, version=0).on_conflict_do_nothing())


def version_of(session: Session, paper: str) -> int:
    """Return how often the rules of a paper have changed."""
    return session.scalar(select(RegradedPaperRow.version).where(RegradedPaperRow.paper == paper)) or 0


def get_regrade(session: Session, regrade: str, *, lock: bool = False) -> RegradeRow:
    """Return a regrade.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(RegradeRow, regrade, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NOT_FOUND()
    return row


def committed(session: Session, paper: str) -> list[RegradeRow]:
    """Return the regrades of a paper that are in force, in the order in which they were committed."""
    wanted = select(RegradeRow).where(RegradeRow.paper == paper, RegradeRow.state == "committed", RegradeRow.reverses.is_(None))
    return list(session.scalars(wanted.order_by(RegradeRow.number).execution_options(populate_existing=True)))


def regrades_of(session: Session, paper: str) -> list[RegradeRow]:
    """Return every regrade of a paper, the latest first."""
    wanted = select(RegradeRow).where(RegradeRow.paper == paper)
    return list(session.scalars(wanted.order_by(RegradeRow.proposed_at.desc(), RegradeRow.id)))


def last_number(session: Session, paper: str) -> int:
    """Return the number of the paper's last commit; 0 without one."""
    return session.scalar(select(func.max(RegradeRow.number)).where(RegradeRow.paper == paper)) or 0


def lock_asked(session: Session, now: datetime) -> RegradeRow | None:
    """Return the longest asked regrade whose preview nobody is making, locked."""
    free = or_(RegradeRow.lease_until.is_(None), RegradeRow.lease_until <= now)
    wanted = select(RegradeRow).where(RegradeRow.state == "asked", free).order_by(RegradeRow.proposed_at, RegradeRow.id)
    return session.scalars(wanted.limit(1).with_for_update(skip_locked=True)).first()


def scripts_of_paper(session: Session, paper: str, *, lock: bool = False) -> Sequence[ScriptRow]:
    """Return the scripts of a paper in the order of their attempts; with `lock`, their rows stay locked."""
    wanted = select(ScriptRow).where(ScriptRow.paper == paper).order_by(ScriptRow.attempt).execution_options(populate_existing=True)
    return session.scalars(wanted.with_for_update() if lock else wanted).all()


def papers_with_scripts(session: Session, papers: Iterable[str]) -> set[str]:
    """Return those of some papers of which anything was handed in."""
    return set(session.scalars(select(ScriptRow.paper).where(ScriptRow.paper.in_(tuple(papers))).distinct()))


def scores_at(session: Session, paper: str, places: Iterable[str]) -> Sequence[ScoreRow]:
    """Return what some places of every script of a paper stand at, in a fixed order."""
    joined = select(ScoreRow).join(ScriptRow, ScriptRow.attempt == ScoreRow.attempt)
    wanted = joined.where(ScriptRow.paper == paper, ScoreRow.place.in_(tuple(places))).order_by(ScoreRow.attempt, ScoreRow.place)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def own_marks(session: Session, paper: str, places: Iterable[str]) -> dict[tuple[str, str], MarkRow]:
    """Return the marks that machine or markers gave at some places of a paper, by attempt and place."""
    joined = select(MarkRow).join(ScoreRow, ScoreRow.own_mark_id == MarkRow.id).join(ScriptRow, ScriptRow.attempt == ScoreRow.attempt)
    wanted = joined.where(ScriptRow.paper == paper, ScoreRow.place.in_(tuple(places)))
    return {(row.attempt, row.place): row for row in session.scalars(wanted)}


def last_given(session: Session, attempts: Sequence[str]) -> dict[str, datetime]:
    """Return when the last of the marks that count for each attempt was given; a copy of a mark counts as given when that was."""
    copied = aliased(MarkRow)
    given = func.max(func.coalesce(copied.at, MarkRow.at))
    joined = select(ScoreRow.attempt, given).join(MarkRow, MarkRow.id == ScoreRow.mark_id)
    wanted = joined.outerjoin(copied, copied.id == MarkRow.reason["copy_of"].as_integer()).where(ScoreRow.attempt.in_(attempts))
    return dict(session.execute(wanted.group_by(ScoreRow.attempt)).all())


def marks_of(session: Session, regrade: str) -> Sequence[RegradeMarkRow]:
    """Return what a regrade changes, in a fixed order."""
    wanted = select(RegradeMarkRow).where(RegradeMarkRow.regrade == regrade)
    return session.scalars(wanted.order_by(RegradeMarkRow.attempt, RegradeMarkRow.place)).all()


def forget_marks(session: Session, regrade: str) -> None:
    """Forget what an earlier preview of a regrade found."""
    session.execute(delete(RegradeMarkRow).where(RegradeMarkRow.regrade == regrade))
