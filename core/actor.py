"""Who is acting: an account with its roles, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account may be in the house; an account holds one or more."""

    CANDIDATE = "candidate"
    MARKER = "marker"
    CHIEF = "chief"
    INVIGILATOR = "invigilator"
    AUTHOR = "author"
    OFFICE = "office"


@dataclass(frozen=True)
class Actor:
    """Who is acting; `account` is an account's id, or `system`; `sign_in` the sign-in under which it acts, empty where there is none."""

    account: str
    roles: frozenset[Role] = frozenset()
    sign_in: str = ""

    def has(self, role: Role) -> bool:
        """Say whether the actor holds the role."""
        return role in self.roles


SYSTEM = Actor("system")
