"""A process that commits a regrade and dies in the middle: `python -m tests.make.killed URL REGRADE DIGEST POINT`.

POINT 1 is after the marks were written, 2 after the totals, 3 after all of it and before the transaction ends; at 0 nobody dies.
"""

import os
import signal
import sys
from collections.abc import Callable

from core.unit import Database
from scoring import regrade
from scoring.gates import no_consequences
from tests.make.clock import MovableClock
from tests.make.regrading import SECOND


def reaching(point: int) -> Callable[[], None]:
    """Return what is called at one point after another, and ends the process at this one as `kill -9` does."""
    left = [point]

    def reached() -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


if __name__ == "__main__":
    url, name, digest, point = sys.argv[1:]
    reached = reaching(int(point))
    with Database(url).unit(SECOND, MovableClock()()) as unit:
        regrade.commit(unit, name, digest, no_consequences, reached)
        reached()
