"""Checking: one practice answer against its key, with what a learner wants to know at once."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from itembank import keys
from itembank import reading as bank
from itembank.content import Content
from itembank.kinds.catalogue import KINDS
from itembank.sanitising import plain_text
from scoring.autoscore import REASONS, score
from scoring.errors import NOT_CHECKABLE

CHECKABLE = frozenset(name for name, kind in KINDS.items() if kind.machine_scored and name not in {"case", "business"})


@dataclass(frozen=True)
class Checked:
    """The mark of one practice answer, what is right, and why (`explanation` is sanitised HTML)."""

    right: bool
    marks: Decimal
    max_marks: Decimal
    zh: str
    en: str
    correct: list[str]
    explanation: str


def check(session: Session, version: str, value: Any) -> Checked:
    """Check an answer to an item that stands alone.

    Raises:
        ExamError: `core.not_found`, or `scoring.not_checkable` for a kind that the machine does not score from one answer.
    """
    content = bank.keyless(session, version)
    if content.kind not in CHECKABLE:
        raise NOT_CHECKABLE(kind=content.kind)
    key = keys.get_key(session, version)
    scored = score(content.kind, key, value, content.marks)
    zh, en = REASONS[scored.reason]
    return Checked(scored.marks == scored.max_marks, scored.marks, scored.max_marks, zh, en, _correct(content, key), key.explanation)


def _correct(content: Content, key: keys.Key) -> list[str]:
    """Return the key's right answer; a quantity in the first unit that it may be given in."""
    if content.kind != "quantity":
        return list(key.correct)
    unit = next(option for option in content.options if option.id in key.factors)
    return [f"{(Decimal(key.correct[0]) / key.factors[unit.id]).normalize():f} {plain_text(unit.html)}"]
