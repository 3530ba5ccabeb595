"""All SQL of the roof."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, bindparam, cast, or_, select, text, update
from sqlalchemy.orm import Session

from web.tables import AccountRow, LoginRow, SessionRow


def find_account_by_login(session: Session, login: str) -> AccountRow | None:
    """Return the account that the login opens."""
    return session.scalar(select(AccountRow).join(LoginRow, LoginRow.account == AccountRow.id).where(LoginRow.login == login))


def find_live_session(session: Session, token_hash: str, now: datetime) -> tuple[SessionRow, AccountRow] | None:
    """Return the sign-in of a token with its account, when neither has ended."""
    row = session.execute(
        select(SessionRow, AccountRow)
        .join(AccountRow, AccountRow.id == SessionRow.account)
        .where(
            SessionRow.token_hash == token_hash,
            SessionRow.revoked_at.is_(None),
            SessionRow.expires_at > now,
            AccountRow.closed_at.is_(None),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def taken_logins(session: Session, logins: Iterable[str]) -> set[str]:
    """Return those of the logins that open an account already."""
    return set(session.scalars(select(LoginRow.login).where(LoginRow.login.in_(list(logins)))))


def accounts(session: Session, words: str, most: int) -> Sequence[AccountRow]:
    """Return accounts by name, those whose name or login holds `words`, at the most `most`."""
    query = select(AccountRow).order_by(AccountRow.name, AccountRow.id).limit(most)
    if words:
        by_login = select(LoginRow.account).where(LoginRow.login.contains(words.upper(), autoescape=True))
        query = query.where(or_(AccountRow.name.contains(words, autoescape=True), AccountRow.id.in_(by_login)))
    return session.scalars(query).all()


def names_of(session: Session, account_ids: Iterable[str]) -> dict[str, str]:
    """Return what the holders of accounts are called, by account."""
    wanted = select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(list(account_ids)))
    return dict(session.execute(wanted).all())


def names_with_roles(session: Session, roles: Iterable[str]) -> dict[str, str]:
    """Return what the holders of open accounts with one of the roles are called, by account."""
    holds = or_(*map(_holds, roles))
    return dict(session.execute(select(AccountRow.id, AccountRow.name).where(AccountRow.closed_at.is_(None), holds)).all())


def _holds(role: str) -> ColumnElement[bool]:
    return cast(AccountRow.roles, Text).contains(f'"{role}"')


def logins_of(session: Session, account_ids: Iterable[str]) -> Sequence[LoginRow]:
    """Return the logins of the accounts."""
    return session.scalars(select(LoginRow).where(LoginRow.account.in_(list(account_ids))).order_by(LoginRow.login)).all()


def lock_holders(session: Session, role: str) -> Sequence[AccountRow]:
    """Return the open accounts with a role, locked."""
    return session.scalars(
        select(AccountRow).where(AccountRow.closed_at.is_(None), _holds(role)).order_by(AccountRow.id).with_for_update()
    ).all()


_LIVING = (
    select(AccountRow.id, SessionRow.id, AccountRow.roles)
    .join(AccountRow, AccountRow.id == SessionRow.account)
    .where(
        SessionRow.id.in_(bindparam("wanted", expanding=True)),
        SessionRow.revoked_at.is_(None),
        SessionRow.expires_at > bindparam("now"),
        AccountRow.closed_at.is_(None),
    )
)
"""Made once: every page that connects asks it."""


def living(session: Session, sign_ins: Collection[str], now: datetime) -> list[tuple[str, str, list[str]]]:
    """Return those of the sign-ins that have not ended, of open accounts: account, sign-in, and the account's roles."""
    return [(row[0], row[1], row[2]) for row in session.execute(_LIVING, {"wanted": list(sign_ins), "now": now})]


def live_sessions(session: Session, account_id: str, now: datetime) -> Sequence[SessionRow]:
    """Return the account's sign-ins that have not ended, newest first."""
    query = select(SessionRow).where(SessionRow.account == account_id, SessionRow.revoked_at.is_(None), SessionRow.expires_at > now)
    return session.scalars(query.order_by(SessionRow.created_at.desc())).all()


def end_sessions(session: Session, account_id: str, now: datetime, only: str | None = None) -> None:
    """Take back the account's sign-ins, or the one named `only`."""
    query = update(SessionRow).where(SessionRow.account == account_id, SessionRow.revoked_at.is_(None)).values(revoked_at=now)
    session.execute(query if only is None else query.where(SessionRow.id == only))


def ping(session: Session) -> None:
    """Ask the database for a sign of life."""
    session.execute(text("SELECT 1"))
