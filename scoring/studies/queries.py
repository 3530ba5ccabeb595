"""The SQL of comparisons."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from core.errors import NOT_FOUND
from scoring.tables import ScriptRow, StudyRow


def get_study(session: Session, study: str, *, lock: bool = False) -> StudyRow:
    """Return a comparison.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(StudyRow, study, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NOT_FOUND()
    return row


def get_state(session: Session, study: str) -> str:
    """Return the state of a comparison; nothing else is read, so that pages may ask often.

    Raises:
        ExamError: `core.not_found`.
    """
    state = session.scalar(select(StudyRow.state).where(StudyRow.id == study))
    if state is None:
        raise NOT_FOUND()
    return state


def studies_of(session: Session, paper: str) -> Sequence[StudyRow]:
    """Return the comparisons that a paper is part of, the latest first; their figures are not read."""
    mine = select(StudyRow).where(or_(StudyRow.paper == paper, StudyRow.other == paper)).options(defer(StudyRow.figures))
    return session.scalars(mine.order_by(StudyRow.asked_at.desc(), StudyRow.id)).all()


def lock_asked(session: Session, now: datetime) -> StudyRow | None:
    """Return the longest asked comparison that nobody is making, locked."""
    free = or_(StudyRow.lease_until.is_(None), StudyRow.lease_until <= now)
    asked = select(StudyRow).where(StudyRow.state == "asked", free).order_by(StudyRow.asked_at)
    return session.scalars(asked.limit(1).with_for_update(skip_locked=True)).first()


def candidates_of(session: Session, paper: str) -> dict[str, str]:
    """Return attempt → candidate of the scripts of a paper."""
    wanted = select(ScriptRow.attempt, ScriptRow.candidate).where(ScriptRow.paper == paper).order_by(ScriptRow.attempt)
    return {row.attempt: row.candidate for row in session.execute(wanted)}
