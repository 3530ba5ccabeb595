"""Candidates: the people behind the accounts that sit exams."""

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session
from stdnum.cn import ric

from core import audit
from core.errors import NOT_FOUND
from core.unit import Unit
from programme import queries
from programme.tables import CandidateRow


def register(unit: Unit, account: str, name: str, identity_number: str | None = None) -> None:
    """Enter a person as a candidate, or correct the entry; an identity number stays unless another is given.

    Entered as it stands already, nothing changes.
    """
    row = unit.session.get(CandidateRow, account, with_for_update=True)
    if row is None:
        unit.session.add(CandidateRow(account=account, name=name, identity_number=identity_number))
        unit.session.flush()
    elif (name, identity_number or row.identity_number) == (row.name, row.identity_number):
        return
    else:
        row.name, row.identity_number = name, identity_number or row.identity_number
    audit.record(unit, "programme.candidate.registered", f"candidate/{account}")


def get_name(session: Session, account: str) -> str:
    """Return a candidate's name.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(CandidateRow, account)
    if row is None:
        raise NOT_FOUND(candidate=account)
    return row.name


def names(session: Session, accounts: Collection[str]) -> Mapping[str, str]:
    """Return the names of those of the accounts that are candidates."""
    return queries.names(session, accounts)


def sex_of(identity_number: str | None) -> str | None:
    """Return `male` or `female` as a valid resident identity number (GB 11643) tells it by its 17th digit, else None."""
    if not identity_number or not ric.is_valid(identity_number):
        return None
    return "male" if int(ric.compact(identity_number)[16]) % 2 else "female"
