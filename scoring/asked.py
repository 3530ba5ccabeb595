"""Work that people ask for and a process does in the background: taken up under a lease, given up after some tries."""

from datetime import datetime, timedelta
from typing import Protocol

LEASE = timedelta(minutes=30)
"""After this long whoever took up the work counts as dead, and the next may."""

MAX_TRIES = 3


class Asked(Protocol):
    """A row of work; its state stays until the work is done, or it is `failed`."""

    state: str
    tries: int
    lease_until: datetime | None


def take_up(work: Asked, now: datetime) -> bool:
    """Take up locked work; say whether it is to be done, or has failed too often."""
    work.tries += 1
    work.lease_until = now + LEASE
    if work.tries > MAX_TRIES:
        work.state = "failed"
    return work.state != "failed"
