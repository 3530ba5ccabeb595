"""The wrong-answer book: an item enters when answered wrong, and leaves after being right twice in a row."""

from core.unit import Unit
from practice import queries
from practice.tables import WrongRow

LEAVES_AFTER = 2
"""Right answers in a row after which an item leaves the book."""


def note(unit: Unit, candidate: str, item: str, knowledge: str, *, right: bool) -> None:
    """Enter the outcome of one practice answer in the candidate's book."""
    row = queries.find_wrong(unit.session, candidate, item)
    if row is None:
        if not right:
            unit.session.add(WrongRow(candidate=candidate, item=item, knowledge=knowledge, wrong=1, right_since=0, last_at=unit.now))
        return
    row.last_at = unit.now
    if not right:
        row.wrong, row.right_since, row.left_at = row.wrong + 1, 0, None
        return
    row.right_since += 1
    if row.right_since >= LEAVES_AFTER and row.left_at is None:
        row.left_at = unit.now
