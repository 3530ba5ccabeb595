"""How far the machines' clocks are from the server's: what their pages measure, kept as evidence.

A page measures in rounds of `time.sync` (RFC 5905, section 8: the true offset lies within half the round trip of the measured one).
Nothing is judged by it: only the server's own clock decides about time.
"""

from math import ceil

from core.unit import Unit
from delivery import queries
from delivery.tables import ClockRow

MOST = 50  # measurements kept of one page


def is_news(before: tuple[int, int] | None, offset_ms: int, error_ms: int) -> bool:
    """Say whether a measurement cannot be of the same offset as the one before: their intervals (offset, error) do not meet."""
    return before is None or abs(offset_ms - before[0]) > error_ms + before[1]


def report(unit: Unit, attempt: str, epoch: int, offset_ms: float, error_ms: float) -> bool:
    """Keep what the page of `epoch` has measured, if it says anything new; return whether it does."""
    offset, error = round(offset_ms), ceil(error_ms)
    kept = queries.clock_offsets(unit.session, attempt, epoch)
    last = (kept[-1].offset_ms, kept[-1].error_ms) if kept else None
    if len(kept) >= MOST or not is_news(last, offset, error):
        return False
    unit.session.add(ClockRow(attempt=attempt, epoch=epoch, n=len(kept) + 1, offset_ms=offset, error_ms=error, at=unit.now))
    return True
