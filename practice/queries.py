"""All SQL of the practice rooms."""

from collections.abc import Sequence

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from practice.tables import PracticeAnswerRow, WrongRow


def answer_counts(session: Session, candidate: str) -> dict[str, tuple[int, int]]:
    """For each item that the candidate answered: how often, and how often with full marks."""
    full = func.sum(cast(PracticeAnswerRow.marks == PracticeAnswerRow.max_marks, Integer))
    counted = (
        select(PracticeAnswerRow.item, func.count(), full).where(PracticeAnswerRow.candidate == candidate).group_by(PracticeAnswerRow.item)
    )
    return {item: (count, int(right or 0)) for item, count, right in session.execute(counted)}


def wrong_rows(session: Session, candidate: str) -> Sequence[WrongRow]:
    """Return the candidate's wrong-answer book, the longest untouched first."""
    inside = select(WrongRow).where(WrongRow.candidate == candidate, WrongRow.left_at.is_(None))
    return session.scalars(inside.order_by(WrongRow.last_at, WrongRow.item)).all()


def find_wrong(session: Session, candidate: str, item: str) -> WrongRow | None:
    """Return the entry of an item in the book, also one that has left it."""
    return session.get(WrongRow, (candidate, item), with_for_update=True)
