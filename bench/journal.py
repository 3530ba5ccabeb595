"""Durable saves a second through the journal in one process, without sockets: what the save path itself costs.

`python -m bench.journal [DATABASE_URL …]`; without an address an SQLite file in a temporary folder.  Tables are made, rows are left.
"""

import sys
import tempfile
import time
from datetime import datetime, timedelta

from core.actor import SYSTEM
from core.clock import iso, now
from core.ids import new_id
from core.migrations.schema import metadata
from core.unit import Database
from delivery import opening
from delivery.chain import Entry
from delivery.gates import Admitted
from delivery.journal import Journal
from delivery.presence import issue_ticket, take_over
from delivery.queries import lock_attempt
from delivery.saves import Save

CANDIDATES = 1000
SAVES_EACH = 60
SHORT = '"B"'
LONG = '"' + "答" * 1166 + '"'  # 3.5 kB


def prepare(database: Database, instant: datetime) -> list[str]:
    """Make running attempts, each with a connected page."""
    attempts = []
    with database.unit(SYSTEM, instant) as unit:
        for _ in range(CANDIDATES):
            times = {"opens_at": instant - timedelta(hours=1), "starts_at": instant, "duration_s": 7200}
            plan = opening.Plan(new_id("acc"), "pap_bench", "frm_bench", 1, "bench", **times)  # type: ignore[arg-type]  # a plan's times
            attempt = opening.schedule(unit, plan)
            opening.start(unit, attempt, lambda _session, _attempt: Admitted())
            ticket = issue_ticket(unit, lock_attempt(unit, attempt), {}, "bench").ticket
            take_over(unit, ticket, "srv_bench", lambda _session, accounts: accounts)
            attempts.append(attempt)
    return attempts


def measure(database: Database, value: str) -> dict[str, float]:
    """Save at full speed, every candidate in turn; return saves a second and the figures behind it."""
    instant = now()
    attempts = prepare(database, instant)
    settled: list[Save] = []
    journal = Journal(database, now, window_ms=5, group_max=500, capacity=CANDIDATES * SAVES_EACH)
    for seq in range(1, SAVES_EACH + 1):
        for attempt in attempts:
            journal.put(Save(attempt, Entry(seq, 1, str(seq), value, iso(instant), iso(instant)), settled.append))
    wall, cpu = time.perf_counter(), time.process_time()
    journal.flush()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    good = sum(isinstance(save.outcome, datetime) for save in settled)
    return {"saves": good, "refused": len(settled) - good, "per_s": round(good / wall), "cpu_s": round(cpu, 2), "wall_s": round(wall, 2)}


def main(urls: list[str]) -> None:
    """Measure each database."""
    with tempfile.TemporaryDirectory() as folder:
        for url in urls or [f"sqlite:///{folder}/bench.sqlite"]:
            database = Database(url)
            metadata().create_all(database.engine)
            for name, value in (("short", SHORT), ("3.5 kB", LONG)):
                print(database.engine.dialect.name, name, measure(database, value))
            database.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])
