"""Tables of the proctor rooms."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, BigId, Id


class SignalRow(Base):
    """One thing that the candidate's browser reported of itself."""

    __tablename__ = "signals"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    attempt: Mapped[str] = mapped_column(Id, index=True)
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]


class EndpointRow(Base):
    """One outside address that wants to be told facts, with its own signing secret."""

    __tablename__ = "hook_endpoints"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(120))
    facts: Mapped[list[Any]]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    disabled_because: Mapped[str | None] = mapped_column(String(200))
    quiet_until: Mapped[datetime | None]


class MessageRow(Base):
    """One fact on its way to one endpoint: the exact body that is signed, and how the tries went."""

    __tablename__ = "hook_messages"
    __table_args__ = (Index("ix_hook_messages_due", "state", "due_at"),)

    endpoint: Mapped[str] = mapped_column(ForeignKey("hook_endpoints.id"), primary_key=True)
    fact_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="pending")
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    last_answer: Mapped[str | None] = mapped_column(String(500))
    sent_at: Mapped[datetime | None]
