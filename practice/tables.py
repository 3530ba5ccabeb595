"""Tables of the practice rooms."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, BigId, Id


class PracticeAnswerRow(Base):
    """One practice answer and its mark; only ever added."""

    __tablename__ = "practice_answers"
    __table_args__ = (Index("ix_practice_answers_learner", "candidate", "item"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    candidate: Mapped[str] = mapped_column(Id)
    item: Mapped[str] = mapped_column(Id)
    version: Mapped[str] = mapped_column(Id)
    value: Mapped[Any] = mapped_column(JSON)
    marks: Mapped[Decimal]
    max_marks: Mapped[Decimal]
    at: Mapped[datetime]


class WrongRow(Base):
    """One item in a candidate's wrong-answer book: how often wrong, and how often right in a row since."""

    __tablename__ = "wrong_book"

    candidate: Mapped[str] = mapped_column(Id, primary_key=True)
    item: Mapped[str] = mapped_column(Id, primary_key=True)
    knowledge: Mapped[str] = mapped_column(String(200))
    wrong: Mapped[int] = mapped_column(default=0)
    right_since: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
