"""Facts: what has happened, in the past tense, for whoever listens.

A package lists its own in `X/facts.py` with `define`; a command announces one through `core.outbox` in its own transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class FactKind:
    """One kind of fact: its dotted name, and for people what it says and what its data holds."""

    name: str
    says: str
    data: str


@dataclass(frozen=True)
class Fact:
    """A fact as a listener is handed it.  `sequence` orders the facts of one subject where the teller numbers them."""

    id: int
    name: str
    subject: str
    sequence: int | None
    data: dict[str, Any]
    occurred_at: datetime
    actor: str


CATALOGUE: dict[str, FactKind] = {}


def define(name: str, says: str, data: str) -> FactKind:
    """Enter a kind of fact in the catalogue.

    Raises:
        ValueError: when the name is taken.
    """
    if name in CATALOGUE:
        raise ValueError(f"fact {name} is defined twice")
    kind = FactKind(name, says, data)
    CATALOGUE[name] = kind
    return kind
