"""What one candidate costs, piece by piece: the figures that `docs/scale.md` multiplies.

`python -m bench.units` measures on a private PostgreSQL, in one process and without sockets.  It prints microseconds of a core, which a
busy machine changes little, of the service and of PostgreSQL, and bytes of its log and its tables.
"""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from bench.processes import migrated
from core.actor import SYSTEM
from core.clock import iso, now
from core.ids import new_id
from core.unit import Database
from delivery import opening
from delivery.chain import Entry
from delivery.gates import Admitted
from delivery.journal import Journal
from delivery.partitions import make_partitions
from delivery.presence import issue_ticket, take_over
from delivery.queries import lock_attempt
from delivery.saves import Save
from delivery.seen import AT_ONCE, Notes, Seen

CANDIDATES, SAVES_EACH, TOGETHER = 1000, 40, 50
TICKS = os.sysconf("SC_CLK_TCK")
PAPER = "pap_units"


class Units:
    """A database with candidates, and what things done to it cost."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.attempts: list[str] = []

    def schedule(self) -> None:
        """Plan an attempt for everybody."""
        instant = now()
        times = {"opens_at": instant - timedelta(hours=1), "starts_at": instant, "duration_s": 7200}
        with self.database.unit(SYSTEM, instant) as unit:
            for _ in range(CANDIDATES):
                plan = opening.Plan(new_id("acc"), PAPER, "frm_units", 1, "units", **times)  # type: ignore[arg-type]  # a plan's times
                self.attempts.append(opening.schedule(unit, plan))
        make_partitions(self.database, instant)

    def connect(self) -> None:
        """Let everybody in with a ticket, and everybody's page take its attempt over: two transactions each."""
        for attempt in self.attempts:
            with self.database.unit(SYSTEM, now()) as unit:
                row = lock_attempt(unit, attempt)
                opening.check_in(unit, row, lambda _session, _attempt: Admitted())
                ticket = issue_ticket(unit, row, {}, "units").ticket
            with self.database.unit(SYSTEM, now()) as unit:
                take_over(unit, ticket, "srv_units", lambda _session, accounts: accounts)

    def start(self) -> None:
        """Start everybody in groups, as at the common start."""
        for first in range(0, CANDIDATES, TOGETHER):
            with self.database.unit(SYSTEM, now()) as unit:
                opening.start_together(
                    unit, self.attempts[first : first + TOGETHER], lambda _session, ids: {one: Admitted() for one in ids}
                )

    def acknowledge(self) -> None:
        """Let everybody's page say that it has seen its deadline."""
        notes = Notes(self.database, now, lambda _write: None)
        for attempt in self.attempts:
            notes.put(Seen("acc_units", attempt, 1, lambda _error: None))
        for _ in range(0, CANDIDATES, AT_ONCE):
            notes.write_next()

    def save(self) -> None:
        """Let everybody save, in groups of two hundred."""
        settled: list[Save] = []
        journal = Journal(self.database, now, window_ms=0, group_max=200, capacity=CANDIDATES * SAVES_EACH)
        instant = iso(now())
        for seq in range(1, SAVES_EACH + 1):
            for attempt in self.attempts:
                journal.put(Save(attempt, Entry(seq, 1, str(seq), '"B"', instant, instant), settled.append))
        journal.flush()
        if not all(isinstance(save.outcome, datetime) for save in settled):
            raise RuntimeError("a save was refused")

    def journal_bytes(self) -> int:
        """Return how large the journal is with its indexes."""
        with self.database.reading() as session:
            return int(session.scalar(text(f"SELECT pg_total_relation_size('journal_of_{PAPER}')")) or 0)

    def measure(self, act: Callable[[], None], count: int) -> str:
        """Return what one of `count` costs."""
        log, cpu, backend = self._log(), time.process_time(), self._backends()
        act()
        cpu, backend, log = time.process_time() - cpu, self._backends() - backend, self._log() - log
        return (
            f"{1e6 * cpu / count:8.0f} µs of a service, {1e6 * backend / count:8.0f} µs of PostgreSQL, {log / count:8.0f} bytes of its log"
        )

    def _log(self) -> int:
        with self.database.reading() as session:
            return int(session.scalar(text("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")) or 0)

    def _backends(self) -> float:
        with self.database.reading() as session:
            pids = session.scalars(text("SELECT pid FROM pg_stat_activity WHERE pid <> 0")).all()
        return sum(_cpu(pid) for pid in pids)


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def main() -> None:
    """Measure and print."""
    with migrated("units") as url:
        database = Database(url, pool_size=2)
        units = Units(database)
        print("enrol  ", units.measure(units.schedule, CANDIDATES))
        print("connect", units.measure(units.connect, CANDIDATES))
        print("start  ", units.measure(units.start, CANDIDATES))
        print("seen   ", units.measure(units.acknowledge, CANDIDATES))
        print("save   ", units.measure(units.save, CANDIDATES * SAVES_EACH))
        print(f"an answer in its table and indexes: {units.journal_bytes() / (CANDIDATES * SAVES_EACH):.0f} bytes")
        database.engine.dispose()


if __name__ == "__main__":
    main()
