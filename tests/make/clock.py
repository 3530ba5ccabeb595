"""A clock that stands still until a test moves it, and one that a test tells to processes of their own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.clock import now

START = datetime(2026, 5, 23, 1, 0, tzinfo=UTC)


class MovableClock:
    """Answers the instant that it was set to, as `core.clock.now` answers the present one."""

    def __init__(self, instant: datetime = START) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def move(self, seconds: float) -> datetime:
        """Go on by so many seconds; return the new instant."""
        self.instant += timedelta(seconds=seconds)
        return self.instant

    def set(self, instant: datetime) -> None:
        """Go to an instant."""
        self.instant = instant


class ToldClock:
    """Goes on by itself, ahead of the real time by as much as the test says; a server started with `tell_time` goes by it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "told-time"
        self._ahead = 0.0
        self.move(0)

    def __call__(self) -> datetime:
        return now() + timedelta(seconds=self._ahead)

    def move(self, seconds: float) -> datetime:
        """Go on by so many seconds; return the new instant."""
        self._ahead += seconds
        draft = self.file.with_suffix(".draft")
        draft.write_text(str(self._ahead), "ascii")
        draft.replace(self.file)  # a reader never sees half a number
        return self()

    def set(self, instant: datetime) -> datetime:
        """Go to an instant."""
        return self.move((instant - self()).total_seconds())
