"""Tables of the roof: accounts, the logins that open them, and sign-ins that can be taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, Id


class AccountRow(Base):
    """One person with the roles held; closed accounts stay for the audit trail."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(5))
    roles: Mapped[list[Any]]
    password_hash: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class LoginRow(Base):
    """One way to name an account at sign-in: a user name, a ticket number, an identity number."""

    __tablename__ = "account_logins"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))


class SessionRow(Base):
    """One sign-in; the token itself is known to the browser alone."""

    __tablename__ = "account_sessions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(200))
