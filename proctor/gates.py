"""What the proctor rooms ask of the floors above: which papers are being sat, and what the candidates are called."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # names in types only: this file stays pure
    from sqlalchemy.orm import Session


class PaperOn(Protocol):
    """A paper that is being sat, or about to be."""

    @property
    def id(self) -> str:
        """The paper's id."""

    @property
    def title(self) -> str:
        """What it is called, with its sitting."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""


PapersOn = Callable[["Session", datetime], Sequence[PaperOn]]
"""(session, now): the papers that are on, by their start."""

CandidateNames = Callable[["Session", Collection[str]], Mapping[str, str]]
"""(session, accounts): account → name."""


@dataclass(frozen=True)
class Supervision:
    """Everything that the proctor rooms are handed."""

    papers_on: PapersOn
    names: CandidateNames
