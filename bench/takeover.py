"""The death of a service: how long until all its pages are welcomed by the other.

The house of compose.yaml as local processes; one of its two services gets SIGKILL while candidates answer, and stays away.
"""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.place import quantile, row
from bench.rehearsal import stage
from bench.rehearsal.candidate import Script
from bench.rehearsal.faults import Faults
from bench.rehearsal.house import OwnHouse
from bench.rehearsal.run import Rehearsal
from core.clock import now
from core.migrations import running
from core.unit import Database
from web import wiring

CANDIDATES = 200
PACE = 3.0  # seconds between two answers of one candidate
WAITING = 15.0  # seconds until the start
LONG = timedelta(hours=1)
ANSWERS = 2  # of each, before and after
PATIENCE = 120.0  # seconds


def rows() -> list[dict[str, Any]]:
    """Return the row: seconds from the loss of a line to the welcome on the next, of the last page of the service that died."""
    with tempfile.TemporaryDirectory(prefix="kaochang-bench-") as folder:
        house = OwnHouse(Path(folder), "", 2, worker_apart=True)
        try:
            running.upgrade(house.database_url)
            return [asyncio.run(_measure(house))]
        finally:
            house.remove()


async def _measure(house: OwnHouse) -> dict[str, Any]:
    database = Database(house.database_url, wiring.LISTENERS)
    await house.start()
    starts_at = now() + timedelta(seconds=WAITING)
    seats = stage.seat(database, stage.publish(database, now()), CANDIDATES, starts_at, LONG, now())
    script = Script(house.url, PACE, LONG.total_seconds(), WAITING / 2)
    rehearsal = Rehearsal(script, (starts_at - now()).total_seconds(), Faults(), 1, None, lambda _line: None)
    sitting = asyncio.create_task(rehearsal.run(seats))
    await _more_answers(rehearsal)
    rehearsal.tally.away.clear()
    house.kill_service(0)
    await _more_answers(rehearsal)
    away = list(rehearsal.tally.away)
    rehearsal.end()
    await sitting
    database.engine.dispose()
    raw = {"candidates": CANDIDATES, "pages_of_the_dead": len(away), "p50_s": round(quantile(away, 0.5), 2)}
    name = f"seconds until the last page of a service that died is welcomed elsewhere: {CANDIDATES} candidates on two services"
    return row("takeover", name, max(away), "<= 5", raw)


async def _more_answers(rehearsal: Rehearsal) -> None:
    had = [len(candidate.acked) for candidate in rehearsal.cast] or [0] * CANDIDATES
    async with asyncio.timeout(PATIENCE):
        while len(rehearsal.cast) < CANDIDATES or any(
            len(candidate.acked) < before + ANSWERS for candidate, before in zip(rehearsal.cast, had, strict=True)
        ):
            await asyncio.sleep(0.1)
