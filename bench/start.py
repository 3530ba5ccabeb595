"""The common start: a hall waits with its sealed papers, the room is started, the key comes, and the last candidate sees the first item.

The start is the invigilator's act, so that T0 comes when everybody is in, on whatever machine.
"""

import asyncio
import json
import time
from base64 import b64decode
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, select, text

from bench.attempts import ROOM, Seat
from bench.load import Line
from bench.place import Options, Place, hall, quantile, row, stage
from core.actor import SYSTEM
from core.clock import now
from core.migrations.schema import metadata
from core.unit import Database
from delivery import rooms, sealing
from delivery.papers import frozen_paper
from delivery.queries import lock_attempt

SEALED = 200  # papers that are opened as their pages would; every other candidate counts from when the key is there
STARTED_WITHIN = 300.0  # seconds
STATISTICS_WAIT = 2.0  # seconds until PostgreSQL has counted what its sessions wrote


async def start(place: Place, options: Options) -> list[dict[str, Any]]:
    """Measure from T0 until the last of the waiting candidates has the key and, of those with a sealed paper, has opened it."""
    url = place.database_url("postgresql")
    seated = stage(url, options.waiting, waits=True)
    database = Database(url)
    papers = _seal(database, seated.seats[:SEALED])
    shown: dict[str, datetime] = {}
    lines: dict[str, Line] = {}

    def heard(seat: Seat, event: bytes) -> None:
        name, payload = orjson.loads(event)
        if name == "paper.key":
            if seat.attempt in papers:
                _open(papers[seat.attempt], payload["key"], seat.attempt)
            shown[seat.attempt] = now()
        elif payload.get("state") == "running":
            lines[seat.attempt].ask(b"deadline.ack", b'{"deadline_version":%d}' % payload["deadline_version"], _no_matter)

    with place.house(url, {"EMBEDDED_WORKER": "false"}) as served:  # a hall of this size has its worker beside it
        async with hall(served.url, seated.seats, seated.choice, heard) as speakers:
            lines.update({seat.attempt: speaker.line for seat, speaker in zip(seated.seats, speakers, strict=True)})
            with database.unit(SYSTEM, now()) as unit:
                starts_at = rooms.start_room(unit, seated.paper, ROOM)
            await asyncio.sleep((starts_at - now()).total_seconds() - 1)
            before, used = _written(database), served.used()
            seconds = await _until_seen(database, options.waiting)
            used = served.used().since(used)
            await asyncio.sleep(STATISTICS_WAIT)
            after = _written(database)
    database.engine.dispose()
    times = [(at - starts_at).total_seconds() for at in shown.values()]
    last = max(times) if len(times) == options.waiting else float("inf")
    raw = {
        "candidates": options.waiting,
        "told": len(times),
        "papers_opened": len(papers),
        "p50_s": round(quantile(times, 0.5), 3),
        "all_seen_s": round(seconds - 1, 1),
        "cpu_s": round(used.cpu_s, 1),
        "kept_waiting_s": round(used.kept_waiting_s, 1),
        "transactions": after[0] - before[0],
        "rows": after[1] - before[1],
    }
    people = f"{options.waiting:,} waiting candidates"
    writes = (after[0] - before[0]) / options.waiting
    return [
        row("start", f"seconds from T0 until the last first item is shown: {people}", last, "<= 2", raw),
        row("start-writes", f"database transactions that write, per candidate: {people}", writes, "<= 1", raw),
    ]


def _no_matter(_answer: bytes) -> None:
    """Take what the database is asked about."""


def _seal(database: Database, seats: Iterable[Seat]) -> dict[str, dict[str, str]]:
    """Seal papers as they are fetched in the waiting room."""
    sealed = {}
    with database.unit(SYSTEM, now()) as unit:
        for seat in seats:
            attempt = lock_attempt(unit, seat.attempt)
            sealed[seat.attempt] = sealing.as_message(sealing.seal(unit, attempt, frozen_paper(unit.session, attempt.form)))
    return sealed


def _open(sealed: dict[str, str], key: str, attempt: str) -> None:
    """Open a sealed paper and read its first item.

    Raises:
        InvalidTag: when the key is not its.
    """
    opened = AESGCM(b64decode(key)).decrypt(b64decode(sealed["nonce"]), b64decode(sealed["box"]), attempt.encode())
    assert json.loads(opened)["sections"][0]["items"][0]


async def _until_seen(database: Database, count: int) -> float:
    """Return the seconds until everybody has started and has acknowledged the deadline."""
    attempts = metadata().tables["attempts"]
    began = time.perf_counter()
    while True:
        await asyncio.sleep(0.25)
        with database.reading() as session:
            seen = session.scalar(select(func.count()).select_from(attempts).where(attempts.c.deadline_acked == 1))
        seconds = time.perf_counter() - began
        if seen == count:
            return seconds
        if seconds > STARTED_WITHIN:
            raise RuntimeError(f"only {seen} of {count} have started and seen their deadline")


def _written(database: Database) -> tuple[int, int]:
    """Return the number of the next writing transaction, and how many rows were written so far."""
    with database.reading() as session:
        return (
            session.scalar(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")) or 0,
            session.scalar(text("SELECT sum(n_tup_ins + n_tup_upd)::bigint FROM pg_stat_user_tables")) or 0,
        )
