"""The read door of the proctor rooms for the floors above."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy.orm import Session

from proctor import queries


@dataclass(frozen=True)
class Starts:
    """How a common start went, by what the pages reported: milliseconds from the start to the first question in sight.

    `spread_ms` lies between the first page and the last; `sealed` pages had their paper on the machine before the start.
    """

    pages: int
    sealed: int
    median_ms: int
    slowest_ms: int
    spread_ms: int


def find_starts(session: Session, attempts: Sequence[str]) -> Starts | None:
    """Return how the pages of some attempts started; None when none has reported."""
    reports = queries.first_items(session, attempts)
    if not reports:
        return None
    times = sorted(ms for ms, _ in reports)
    sealed = sum(was_sealed for _, was_sealed in reports)
    return Starts(len(times), sealed, round(median(times)), times[-1], times[-1] - times[0])
