"""Who people are, for the rooms below that know accounts by their ids only."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from core.actor import Role
from programme.gates import Person
from web import queries
from web.accounts import normal_login
from web.permissions import TABLE
from web.tables import AccountRow


def find(session: Session, who: str) -> Person | None:
    """Return who has the login, or the account id, `who`; None for nobody and for a closed account."""
    account = queries.find_account_by_login(session, normal_login(who)) or session.get(AccountRow, who.strip())
    if account is None or account.closed_at is not None:
        return None
    return Person(account.id, account.name, Role.CANDIDATE in account.roles)


def markers(session: Session) -> Mapping[str, str]:
    """Return account → name, of those that may mark."""
    return queries.names_with_roles(session, TABLE["marking.mark"])


def names(session: Session, accounts: Iterable[str]) -> Mapping[str, str]:
    """Return account → name, of those that exist."""
    return queries.names_of(session, accounts)
