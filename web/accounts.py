"""Accounts: who there is, by which logins, in which roles; and their sign-ins."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from core import audit
from core.actor import Actor, Role
from core.errors import NOT_FOUND
from core.ids import new_id
from core.unit import Unit
from web import queries
from web.errors import BAD_EMAIL, LAST_OFFICE, LOGIN_TAKEN, NO_LOGIN
from web.tables import AccountRow, LoginRow, SessionRow

LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class LoginKind(StrEnum):
    """What a login is."""

    NAME = "name"
    TICKET = "ticket"
    IDENTITY = "identity"


@dataclass(frozen=True)
class AccountDraft:
    """An account to be; the password is hashed before the transaction begins, because that takes long."""

    name: str
    roles: frozenset[Role]
    logins: dict[str, LoginKind]
    password_hash: str
    language: str = "zh"


@dataclass(frozen=True)
class SignedIn:
    """Somebody with a live sign-in."""

    session_id: str
    account: str
    name: str
    language: str
    actor: Actor


def normal_login(login: str) -> str:
    """Return the one spelling of a login: full-width forms narrowed, no blanks around, upper case."""
    return unicodedata.normalize("NFKC", login).strip().upper()


def create(unit: Unit, draft: AccountDraft) -> str:
    """Open an account; return its id.

    Raises:
        ExamError: `web.no_login`, `web.login_taken`.
    """
    account = AccountRow(
        id=new_id("acc"),
        name=draft.name,
        language=draft.language,
        roles=sorted(draft.roles),
        password_hash=draft.password_hash,
        created_at=unit.now,
    )
    unit.session.add(account)
    unit.session.flush()
    if not any(normal_login(login) for login in draft.logins):
        raise NO_LOGIN()
    for login, kind in draft.logins.items():
        add_login(unit, account.id, login, kind)
    audit.record(unit, "account.created", f"account/{account.id}", roles=account.roles)
    return account.id


def add_login(unit: Unit, account_id: str, login: str, kind: LoginKind) -> None:
    """Give the account one more login, such as the ticket number of a sitting.

    Raises:
        ExamError: `web.login_taken`.
    """
    name = normal_login(login)
    if queries.taken_logins(unit.session, [name]):
        raise LOGIN_TAKEN(login=login)
    unit.session.add(LoginRow(login=name, account=account_id, kind=kind))
    unit.session.flush()


def set_roles(unit: Unit, account_id: str, roles: frozenset[Role]) -> None:
    """Give the account these roles and no others; they hold from its next request.

    Raises:
        ExamError: `web.last_office`.
    """
    if Role.OFFICE not in roles:
        _check_office_stays(unit, account_id)
    account = _lock_account(unit, account_id)
    audit.record(unit, "account.roles_set", f"account/{account_id}", before=account.roles, after=sorted(roles))
    account.roles = sorted(roles)


def set_password(unit: Unit, account_id: str, password_hash: str) -> None:
    """Change the password and take back every sign-in."""
    _lock_account(unit, account_id).password_hash = password_hash
    end_sessions(unit, account_id)
    audit.record(unit, "account.password_set", f"account/{account_id}")


def set_language(unit: Unit, account_id: str, language: str) -> None:
    """Remember the language that the account's holder reads."""
    _lock_account(unit, account_id).language = language


def set_email(unit: Unit, account_id: str, email: str) -> None:
    """Note where the account's holder gets mail; empty for nowhere.

    Raises:
        ExamError: `web.bad_email`.
    """
    given = email.strip()
    if given and not (_EMAIL.fullmatch(given) and len(given) <= LONGEST_EMAIL):
        raise BAD_EMAIL(email=given[:80])
    _lock_account(unit, account_id).email = given or None
    audit.record(unit, "account.email_set", f"account/{account_id}", has_one=bool(given))


def find_email(session: Session, account_id: str) -> str | None:
    """Return where the account's holder gets mail; None for nowhere."""
    account = session.get(AccountRow, account_id)
    return account.email if account else None


def set_closed(unit: Unit, account_id: str, *, closed: bool) -> None:
    """Close the account and take back its sign-ins, or open it again.

    Raises:
        ExamError: `web.last_office`.
    """
    if closed:
        _check_office_stays(unit, account_id)
    _lock_account(unit, account_id).closed_at = unit.now if closed else None
    if closed:
        end_sessions(unit, account_id)
    audit.record(unit, "account.closed" if closed else "account.reopened", f"account/{account_id}")


def open_session(unit: Unit, account_id: str, lasts: timedelta, address: str, agent: str) -> str:
    """Begin a sign-in; return its token, which is kept nowhere here."""
    token = secrets.token_urlsafe(32)
    row = SessionRow(
        id=new_id("ses"),
        token_hash=_token_hash(token),
        account=account_id,
        created_at=unit.now,
        expires_at=unit.now + lasts,
        address=address[:45],
        agent=agent[:200],
    )
    unit.session.add(row)
    audit.record(unit, "session.opened", f"account/{account_id}", session=row.id)
    return token


def end_sessions(unit: Unit, account_id: str, only: str | None = None) -> None:
    """Take back the account's sign-ins, or the one named `only`."""
    queries.end_sessions(unit.session, account_id, unit.now, only)
    audit.record(unit, "session.ended", f"account/{account_id}", session=only or "all")


def find_signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Return who holds the token, while the sign-in lives."""
    found = queries.find_live_session(session, _token_hash(token), now)
    if found is None:
        return None
    row, account = found
    actor = Actor(account.id, frozenset(Role(role) for role in account.roles), row.id)
    return SignedIn(row.id, account.id, account.name, account.language, actor)


def signed_in(session: Session, sign_ins: Collection[str], role: Role, now: datetime) -> set[tuple[str, str]]:
    """Return account and sign-in of those sign-ins that have not ended, of open accounts with the role."""
    return {(account, sign_in) for account, sign_in, roles in queries.living(session, sign_ins, now) if role.value in roles}


def get_name(session: Session, account_id: str) -> str:
    """Return what the account's holder is called.

    Raises:
        ExamError: `core.not_found`.
    """
    account = session.get(AccountRow, account_id)
    if account is None:
        raise NOT_FOUND(account=account_id)
    return account.name


def _check_office_stays(unit: Unit, leaving: str) -> None:
    """Whoever goes, somebody must be left who can open accounts.  Locks the office's accounts, so that two cannot go at once."""
    if {row.id for row in queries.lock_holders(unit.session, Role.OFFICE.value)} == {leaving}:
        raise LAST_OFFICE()


def _lock_account(unit: Unit, account_id: str) -> AccountRow:
    account = unit.session.get(AccountRow, account_id, with_for_update=True)
    if account is None:
        raise NOT_FOUND()
    return account


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
