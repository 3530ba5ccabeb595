"""The clock: the only place that asks the time.  Everything else is handed an instant."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
"""The zone in which people read instants."""

Clock = Callable[[], datetime]
"""Anything that answers the present instant, timezone-aware, in UTC."""


def now() -> datetime:
    """Return the present instant in UTC, by the system's clock."""
    return datetime.now(UTC)


def iso(instant: datetime) -> str:
    """Write an instant as ISO 8601 in UTC with milliseconds, as every message does: `2026-11-21T05:00:00.000Z`."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def spoken(instant: datetime) -> str:
    """Write an instant as people read it, to the second: `2026-11-21 13:00:00`."""
    return f"{instant.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def parse_iso(text: str) -> datetime:
    """Read an ISO 8601 instant; one without a zone is refused.

    Raises:
        ValueError: when the text is no instant, or names no zone.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {text}")
    return instant.astimezone(UTC)
