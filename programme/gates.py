"""What the programme rooms ask of the roof, as small function types: who is behind a login, and what are accounts called."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # names in types only: this file stays pure
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    account: str
    name: str
    is_candidate: bool


FindPerson = Callable[["Session", str], Person | None]
"""(session, login or account id): who that is; None for a login that nobody has and for a closed account."""

NamesOf = Callable[["Session", Iterable[str]], Mapping[str, str]]
"""(session, accounts): account → name, of those that exist."""


@dataclass(frozen=True)
class People:
    """Everything that the programme rooms are handed."""

    find: FindPerson
    names: NamesOf
