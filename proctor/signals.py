"""Signals of the candidate's browser: kept as evidence, announced, and never an act upon the attempt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from core import outbox
from core.clock import iso
from core.unit import Unit
from proctor import queries
from proctor.facts import SIGNALLED
from proctor.tables import SignalRow


class Signal(Protocol):
    """One signal as delivery hands it over."""

    @property
    def kind(self) -> str:
        """`visibility`, `focus`, `fullscreen`, `paste` or another word of the page's."""

    @property
    def at(self) -> datetime:
        """When the page says it happened."""

    @property
    def detail(self) -> dict[str, Any]:
        """What the page adds."""


MOST_KEPT = 5000
"""How many signals one attempt may leave behind: one a second for more than an hour.  What comes after them tells nothing new."""


def record(unit: Unit, attempt: str, signals: Sequence[Signal]) -> None:
    """Keep the signals of one message and announce them, measurements aside, as one fact; the attempt is not touched."""
    signals = signals[: max(0, MOST_KEPT - queries.count_signals(unit.session, attempt))]
    unit.session.add_all(
        SignalRow(attempt=attempt, kind=signal.kind, at=signal.at, received_at=unit.now, detail=signal.detail) for signal in signals
    )
    told = [{"kind": signal.kind, "at": iso(signal.at)} for signal in signals if signal.kind not in queries.MEASUREMENTS]
    if told:
        outbox.announce(unit, SIGNALLED, f"attempt/{attempt}", {"attempt": attempt, "signals": told})
