"""What the scoring rooms ask of the floors above, as small function types."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # names in types only: this file stays pure
    from sqlalchemy.orm import Session

SiteOf = Callable[["Session", str, str], str]
"""(session, candidate, paper): the site at which the candidate sits the paper; empty when there is none."""

NamesOf = Callable[["Session", Iterable[str]], Mapping[str, str]]
"""(session, accounts): account → name, of those that exist."""


MarkersOf = Callable[["Session"], Mapping[str, str]]
"""(session): account → name, of those that may mark."""


@dataclass(frozen=True)
class Told:
    """What people call a paper of a sitting, when it began, and whether it is a rehearsal."""

    title: str
    starts_at: datetime
    rehearsal: bool = False


Totals = Mapping[str, Decimal | None]
"""Attempt → its total; None while a part waits for a marker."""

Consequences = Callable[["Session", str, Totals], dict[str, Any]]
"""(session, paper, totals to be): what else would change if the attempts had these totals, as JSON values:

    {"lines": [{candidate, line, least, before, after, passed, kept}], "bands": [{candidate, before, after}],
     "certificates": [{candidate, change: gained, lost or regraded, before, after}], "released": n, "policy": true or false}

`line` is a paper's code or "total"; `passed` says on which side of the line the candidate comes to stand, `kept` that who falls below it
keeps the pass all the same, since results are frozen; `released` counts attempts whose results are out.
"""


ToldOf = Callable[["Session", Iterable[str]], Mapping[str, Told]]
"""(session, papers): paper → what people call it, of those that are a sitting's."""

GroupsOf = Callable[["Session", str], Mapping[str, Mapping[str, str]]]
"""(session, paper): what is known of those who sit a paper, as attribute → candidate → group; `site` and `sex` have names for people."""


def nowhere(session: "Session", candidate: str, paper: str) -> str:
    """Know of no site."""
    return ""


def no_consequences(session: "Session", paper: str, totals: Totals) -> dict[str, Any]:
    """Know of nothing beyond marks."""
    return {"lines": [], "bands": [], "certificates": [], "released": 0, "policy": False}
