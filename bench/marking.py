"""The marking queue under many markers: the next task against a bare `SKIP LOCKED` look-up, on one table of PostgreSQL.

`python -m bench.marking`.  Markers are threads with a connection each; both sides take, lease and commit, in turns of the same run.
"""

import json
import statistics as st
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from bench.processes import migrated
from core.actor import SYSTEM, Actor
from core.errors import ExamError
from core.unit import Database
from scoring import marking_queue, queue_queries
from scoring.marking_queue import LEASE
from scoring.setup import Setup
from scoring.tables import PaperMarkingRow, StaffRow

MARKERS = 200
TASKS = 100_000
DRAINED = 2_000
AT_ONCE = 4
TURNS = 6
PAPER, SMALL = "pap_bench", "pap_small"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
_OPEN = "SELECT id FROM marking_tasks WHERE paper = :paper AND queue = 'all' AND state = 'open' ORDER BY place, position LIMIT 1"
LOOK = text(f"{_OPEN} FOR UPDATE SKIP LOCKED")
TAKE = text(
    "UPDATE marking_tasks SET state = 'leased', marker = :marker, lease_until = :until "
    f"WHERE id = ({_OPEN} FOR UPDATE SKIP LOCKED) RETURNING id"
)

Take = Callable[[Database, str], str]


def rows() -> list[dict[str, Any]]:
    """Return a row per figure: what was measured, the ratio, the bound it is held to, and the raw figures."""
    with migrated("marking") as url:
        database = Database(url, pool_size=AT_ONCE)
        _fill(database, PAPER, TASKS)
        measured = [_look_ups(database), _takes(database)]
        _close(database)
        _fill(database, SMALL, DRAINED)
        measured.append(_drain(database))
        database.engine.dispose()
        return measured


def _look_ups(database: Database) -> dict[str, Any]:
    """Time the looking alone, with its row lock and nothing written."""

    def bare(database: Database, marker: str) -> str:
        with database.reading() as session:
            return str(session.scalar(LOOK, {"paper": PAPER}))

    def ours(database: Database, marker: str) -> str:
        with database.reading() as session:
            found = queue_queries.lock_next_task(session, session.get_one(StaffRow, (PAPER, marker)), NOW)
            assert found
            return found.id

    one, two, _ = _in_turns(database, bare, ours)
    return _row(f"look-up of the next of {TASKS:,} tasks, {MARKERS} markers / bare SKIP LOCKED look-up, p95", one, two)


def _takes(database: Database) -> dict[str, Any]:
    """Time the whole taking, from the first statement to the durable commit, without reading question and rubric."""

    def bare(database: Database, marker: str) -> str:
        with database.unit(Actor(marker), NOW) as unit:
            return str(unit.session.scalar(TAKE, {"paper": PAPER, "marker": "bare", "until": NOW + LEASE}))

    one, two, given = _in_turns(database, bare, _take)
    if len(set(given)) != len(given):
        raise AssertionError("a task was given twice")
    return _row(f"next task taken of {TASKS:,}, {MARKERS} markers / bare SKIP LOCKED take, p95", one, two)


def _take(database: Database, marker: str) -> str:
    with database.unit(Actor(marker), NOW) as unit:
        task = marking_queue.lease_next(unit)
        task.state = "marked"  # so that the next asking is for another
        return task.id


def _drain(database: Database) -> dict[str, Any]:
    """Take until nothing is left; every task must have been given once."""
    given: list[str] = []

    def work(markers: list[str]) -> None:
        for marker in markers * (DRAINED // MARKERS * 2):
            try:
                given.append(_take(database, marker))
            except ExamError:
                return

    _at_once(work)
    wrong = len(given) - len(set(given)) + DRAINED - len(set(given))
    return {
        "name": f"{DRAINED:,} tasks drained by {MARKERS} markers: given twice or forgotten",
        "ratio": float(wrong),
        "bound": "<= 0",
        "raw": {"given": len(given), "distinct": len(set(given))},
    }


def _in_turns(database: Database, bare: Take, ours: Take) -> tuple[list[float], list[float], list[str]]:
    """Let all markers ask, in turns of either side; return the seconds of each side, and what ours was given."""
    seconds: tuple[list[float], list[float]] = ([], [])
    given: list[str] = []
    for turn in range(TURNS * 2):
        side = turn % 2

        def work(markers: list[str], side: int = side) -> None:
            for marker in markers:
                started = time.perf_counter()
                task = (bare, ours)[side](database, marker)
                seconds[side].append(time.perf_counter() - started)
                if side:
                    given.append(task)

        _at_once(work)
    return seconds[0], seconds[1], given


def _at_once(work: Callable[[list[str]], None]) -> None:
    markers = [f"acc_{n:04}" for n in range(MARKERS)]
    threads = [threading.Thread(target=work, args=(markers[n::AT_ONCE],)) for n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _fill(database: Database, paper: str, tasks: int) -> None:
    """Open tasks of a paper, and let every marker have been there before."""
    with database.unit(SYSTEM, NOW) as unit:
        unit.session.add(PaperMarkingRow(paper=paper, form="frm_bench", setup=Setup().model_dump(mode="json")))
        unit.session.add_all(StaffRow(paper=paper, marker=f"acc_{n:04}", state="working", since=NOW) for n in range(MARKERS))
        unit.session.execute(
            text(
                "INSERT INTO marking_tasks (id, code, script, paper, place, candidate, site, purpose, queue, position, state) "
                "SELECT 'task_' || :paper || n, md5(n::text), 'prt_' || :paper || n, :paper, (n % 4)::text, 'c' || n, 'site ' || n % 50, "
                "'first', 'all', (n * 7919::bigint) % 2147483647, 'open' FROM generate_series(1, :tasks) n"
            ),
            {"paper": paper, "tasks": tasks},
        )
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _close(database: Database) -> None:
    with database.unit(SYSTEM, NOW) as unit:
        unit.session.execute(text("UPDATE marking_papers SET stopped_at = :now"), {"now": NOW})


def _row(name: str, bare: list[float], ours: list[float]) -> dict[str, Any]:
    one, two = (st.quantiles(seconds, n=20)[18] for seconds in (bare, ours))
    raw = {"bare_p95": one, "ours_p95": two, "bare_p50": st.median(bare), "ours_p50": st.median(ours)}
    shown = {name: round(seconds, 5) for name, seconds in raw.items()}
    return {"name": name, "ratio": round(two / one, 4), "bound": "<= 5", "raw": {**shown, "asked": len(ours)}}


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
