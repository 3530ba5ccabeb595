"""Where a bench takes place: cores, databases and servers; halls of candidates who are connected; and what a row is."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from bench import attempts
from bench.attempts import Seat, Stage
from bench.load import Line
from bench.processes import HOST, PostgresServer, RedisServer
from bench.served import Served
from bench.speaking import Speaker, Spoken, connect_all
from core.clock import now
from core.migrations import running
from core.unit import Database

LETTER = "B"
WELCOME_WAIT = 30.0  # seconds

Heard = Callable[[Seat, bytes], None]


@dataclass(frozen=True)
class Options:
    """How long and how much: `sockets` for what is measured flat out, `candidates` at their pace, `waiting` for a common start."""

    sockets: int = 1000
    seconds: float = 4.0
    rounds: int = 3
    candidates: int = 10_000
    every: float = 10.0
    turns: int = 3
    waiting: int = 5000
    soak: float = 60.0


@dataclass
class Place:
    """Where servers run: a folder, PostgreSQL and Redis, the core of the server under measure, and that of a second one.

    `apart` says whether the second one's core is its own.
    """

    folder: Path
    postgres: PostgresServer
    redis: RedisServer
    core: int
    spare: int
    apart: bool
    made: int = 0

    def database_url(self, kind: str) -> str:
        """Make a new migrated database; return its address."""
        self.made += 1
        name = f"bench{self.made}"
        url = self.postgres.create(name) if kind == "postgresql" else f"sqlite:///{self.folder / name}.sqlite"
        running.upgrade(url)
        return url

    @contextmanager
    def house(self, url: str, settings: Mapping[str, str] | None = None, core: int | None = None) -> Iterator[Served]:
        """Serve the house on a database."""
        folder = self.folder / "data"
        told = {"DATABASE_URL": url, "DATA_DIR": str(folder), "HOST": HOST, "RATE_LIMITS": "false", "LOG_LEVEL": "ERROR"}
        environment = {f"KAOCHANG_{name}": value for name, value in {**told, **(settings or {})}.items()}
        with _running(Served("web", ["serve"], environment, self.folder, self.core if core is None else core)) as served:
            yield served

    @contextmanager
    def echo(self, kind: str) -> Iterator[Served]:
        """Serve a bare echo."""
        with _running(Served("bench.echo", [kind, "PORT"], {}, self.folder, self.core)) as served:
            yield served


@contextmanager
def _running(served: Served) -> Iterator[Served]:
    try:
        yield served
    finally:
        served.stop()


def stage(url: str, count: int, *, waits: bool = False) -> Stage:
    """Fill a migrated database with attempts: running ones, or ones that wait for their start."""
    database = Database(url)
    try:
        return attempts.prepare(database, count, now(), waits=waits)
    finally:
        database.engine.dispose()


async def sit(url: str, seat: Seat, item: str, value: str, later: Heard | None = None) -> Speaker:
    """Connect the page of an attempt and wait for its welcome; `later` hears what comes after it."""
    welcome: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def heard(event: bytes) -> None:
        if not welcome.done():
            welcome.set_result(event)
        elif later:
            later(seat, event)

    line = await Line.connect(url, "/exam", {"ticket": seat.ticket}, heard)
    _, told = orjson.loads(await asyncio.wait_for(welcome, WELCOME_WAIT))
    return Speaker(line, item, value, told["epoch"], told["last_seq"])


async def call(url: str) -> Speaker:
    """Connect to an echo."""
    return Speaker(await Line.connect(url))


@asynccontextmanager
async def hall(url: str, seats: list[Seat], choice: str, later: Heard | None = None) -> AsyncIterator[list[Speaker]]:
    """Connect candidates who answer the item at the place `choice`; they leave at the end."""
    speakers = await connect_all([partial(sit, url, seat, choice, LETTER, later) for seat in seats])
    try:
        yield speakers
    finally:
        for speaker in speakers:
            speaker.line.hang_up()


def check(spoken: Spoken) -> Spoken:
    """Return what was spoken.

    Raises:
        RuntimeError: when an answer was refused, or got no answer.
    """
    if spoken.refused or spoken.unanswered:
        raise RuntimeError(f"{len(spoken.refused)} refused, {spoken.unanswered} unanswered: {spoken.refused[:1]}")
    return spoken


def quantile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def row(key: str, name: str, ratio: float, bound: str, raw: dict[str, Any]) -> dict[str, Any]:
    """Return one row of the table, as `bench.report` describes it."""
    return {"key": key, "name": name, "ratio": round(ratio, 3), "bound": bound, "raw": raw}
