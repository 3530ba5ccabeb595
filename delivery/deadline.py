"""The deadline: a fold of the attempt's time ledger, and the only place that computes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from delivery.section_times import Limits, Marks


class Timing(StrEnum):
    """What a late arrival means: the sitting ends for all together, or each has the full time."""

    COMMON_END = "common_end"
    FULL_TIME = "full_time"


class TimeKind(StrEnum):
    """What an entry of the ledger does to the clock."""

    BASE = "base"  # the clock starts at `at` with `seconds`
    ACCOMMODATION = "accommodation"  # more time that was granted to the candidate as a person
    EXTENSION = "extension"  # more time given during the sitting
    INCIDENT = "incident"  # time given back after something went wrong in the hall
    PAUSE = "pause"  # the clock stops at `at`
    RESUME = "resume"  # the clock goes on at `at`
    STOP = "stop"  # the sitting's hard stop: the deadline is `at`, whatever was left
    REOPEN = "reopen"  # a handed-in attempt runs again from `at` for `seconds`


NO_LIMITS = Limits()

GRANTS = frozenset({TimeKind.ACCOMMODATION, TimeKind.EXTENSION, TimeKind.INCIDENT})


@dataclass(frozen=True)
class TimeEntry:
    """One entry of the ledger: `n` counts from 1; `approver` is the account that answers for it."""

    n: int
    kind: TimeKind
    at: datetime
    seconds: int = 0
    reason: str = ""
    approver: str = ""


@dataclass(frozen=True)
class Deadline:
    """The fold.  `instant` is None before the start and while paused; `left` is the time left at a pause.

    `version` counts the entries from the base on: 0 before the start, 1 at it, and one more with every change.  `reads_until` is the end of
    the reading time, `section_ends` those of the limited sections; neither stands while paused.
    """

    instant: datetime | None = None
    version: int = 0
    paused_at: datetime | None = None
    left: timedelta | None = None
    reads_until: datetime | None = None
    section_ends: tuple[tuple[str, datetime], ...] = ()


def anchor(timing: Timing, starts_at: datetime, started_at: datetime) -> datetime:
    """Return the instant from which the base time counts: the sitting's start, or the candidate's own."""
    return starts_at if timing is Timing.COMMON_END else started_at


def fold(entries: Iterable[TimeEntry], limits: Limits = NO_LIMITS) -> Deadline:
    """Compute the deadline from the whole ledger, and with it the ends of reading time and sections.

    Grants before the base wait for it.  A pause freezes the time left, a resume lets it run from its own instant.

    Raises:
        ValueError: when the entries cannot follow each other (a resume without a pause, a second base …).
    """
    end: datetime | None = None
    paused_at: datetime | None = None
    waiting = timedelta()
    version = 0
    marks = Marks(limits)
    for entry in sorted(entries, key=lambda e: e.n):
        span = timedelta(seconds=entry.seconds)
        if entry.kind in GRANTS:
            if end is None:
                waiting += span
            else:
                end += span
                marks.give(paused_at or entry.at, span)
        elif entry.kind is TimeKind.BASE and end is None:
            end = entry.at + span + waiting
            marks.begin(entry.at, span, waiting)
        elif entry.kind is TimeKind.REOPEN and end is not None:
            end, paused_at = entry.at + span, None
            marks.open_again()
        elif entry.kind is TimeKind.STOP and end is not None:
            end, paused_at = entry.at, None
            marks.stop(entry.at)
        elif entry.kind is TimeKind.PAUSE and end is not None and paused_at is None:
            paused_at = entry.at
        elif entry.kind is TimeKind.RESUME and end is not None and paused_at is not None:
            marks.resume(paused_at, entry.at - paused_at)
            end, paused_at = end + (entry.at - paused_at), None
        else:
            raise ValueError(f"entry {entry.n} ({entry.kind}) cannot stand here in the ledger")
        version += end is not None
    if end is not None and paused_at is not None:
        return Deadline(None, version, paused_at, end - paused_at)
    return Deadline(end, version, reads_until=marks.reads_until, section_ends=tuple(marks.ends.items()))
