"""Tables of the ground floor: the audit trail, the facts and who is still owed them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, BigId, Id


class AuditRow(Base):
    """One change: who did what to which subject, when, and why."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Id)
    act: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    detail: Mapped[dict[str, Any]]


class FactRow(Base):
    """One fact, written in the transaction that made it true."""

    __tablename__ = "facts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    sequence: Mapped[int | None]
    data: Mapped[dict[str, Any]]
    occurred_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Id)


class DeliveryRow(Base):
    """One fact owed to one listener: pending, leased, done or dead."""

    __tablename__ = "fact_deliveries"
    __table_args__ = (Index("ix_fact_deliveries_due", "state", "due_at"),)

    fact_id: Mapped[int] = mapped_column(BigId, ForeignKey("facts.id"), primary_key=True)
    listener: Mapped[str] = mapped_column(String(80), primary_key=True)
    state: Mapped[str] = mapped_column(String(8), default="pending")
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(Id)
    last_error: Mapped[str | None] = mapped_column(Text)


class LetterRow(Base):
    """One letter on its way to one mailbox: pending, sent or dead."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_due", "state", "due_at"),)

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    attachment_name: Mapped[str] = mapped_column(String(120))
    attachment: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]
