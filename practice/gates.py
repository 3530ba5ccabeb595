"""What practice asks of the floors that it does not know: may this candidate practise?"""

from collections.abc import Callable
from typing import Protocol

from sqlalchemy.orm import Session


class Standing(Protocol):
    """An answer: allowed, or what is missing in both languages."""

    @property
    def allowed(self) -> bool:
        """Whether the candidate may practise."""

    @property
    def zh(self) -> str:
        """What is missing, in Chinese."""

    @property
    def en(self) -> str:
        """What is missing, in English."""


Entitlement = Callable[[Session, str], Standing]
"""(session, candidate) → standing."""
