"""The firewall: what is practised is never part of a form that is, or will be, sat."""

from sqlalchemy.orm import Session

from itembank import reading as bank
from practice.errors import NOT_PRACTICE
from scoring.checking import CHECKABLE


def open_items(session: Session) -> dict[str, bank.PracticeItem]:
    """Return the items that may be practised, by item id: of the practice pool, in no live form, checked from one answer."""
    return {row.item: row for row in bank.practice_items(session) if row.kind in CHECKABLE}


def get_open(session: Session, version: str) -> bank.PracticeItem:
    """Return the item of a version that may be practised now; a version that a newer one has replaced may not.

    Raises:
        ExamError: `practice.not_practice`.
    """
    for row in open_items(session).values():
        if row.version == version:
            return row
    raise NOT_PRACTICE(version=version)
