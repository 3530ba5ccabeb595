"""Reading time and the ends of sections: instants on the same clock as the deadline, moved by the same entries of the ledger.

Reading comes first, then the sections with a limit, one after another in the order of the paper; a section without one ends with the paper.
Time granted before the start stretches every section alike; time given during the sitting moves every end that has not passed; a pause
moves them all, the end of the reading time too.  An attempt that two people have opened again has no sections any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limits:
    """The plan: seconds of reading time, and the limited sections in their order, each with its seconds."""

    reading_s: int = 0
    sections: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Section:
    """A limited section of an attempt to be: its id, its seconds, and the places of the paper that stand in it."""

    id: str
    seconds: int
    places: tuple[str, ...]


class Marks:
    """The instants as the fold of a ledger moves them; empty before the base."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.reads_until: datetime | None = None
        self.ends: dict[str, datetime] = {}

    def begin(self, at: datetime, base: timedelta, granted: timedelta) -> None:
        """Set the marks from the start of the clock: `base` holds the reading time, `granted` was given before."""
        reading = timedelta(seconds=self._limits.reading_s)
        work, passed = base - reading, timedelta()
        self.reads_until = at + reading if reading else None
        for section, seconds in self._limits.sections:
            passed += timedelta(seconds=seconds)
            self.ends[section] = at + reading + passed + granted * (passed / work)

    def give(self, at: datetime, span: timedelta) -> None:
        """Move the ends that come after an instant; reading stays as long as it was."""
        self.ends = {section: end + span if end > at else end for section, end in self.ends.items()}

    def resume(self, paused_at: datetime, span: timedelta) -> None:
        """Move everything that was to come when the clock stopped."""
        self.give(paused_at, span)
        if self.reads_until and self.reads_until > paused_at:
            self.reads_until += span

    def stop(self, at: datetime) -> None:
        """Let nothing end after the hard stop."""
        self.ends = {section: min(end, at) for section, end in self.ends.items()}

    def open_again(self) -> None:
        """Take every limit away."""
        self.reads_until, self.ends = None, {}
