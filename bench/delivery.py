"""The figures of delivery: durable saves against bare echoes in one run, ten thousand candidates at their pace, a soak, a second worker.

Rates are by the seconds that a server had its core to itself: where others share the machine, the seconds that it stood ready and waited
for them are left out (the kernel counts them); the plain rate stands beside it.
"""

import asyncio
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench.place import LETTER, Options, Place, call, check, hall, quantile, row, sit, stage
from bench.served import Served
from bench.speaking import Speaker, connect_all, flat_out, paced

LONG = "按照国际贸易术语解释通则,风险自货物装上船时转移。" * 48  # 3.5 kB


# --- flat out -----------------------------------------------------------------------------------------------------------------------------


@dataclass
class Contender:
    """A server with candidates connected to it, and what it reached in each round."""

    served: Served
    speakers: list[Speaker]
    answer: tuple[str, str] | None = None
    rates: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    async def run(self, seconds: float) -> None:
        """Let everybody speak for some seconds."""
        if self.answer:
            for speaker in self.speakers:
                speaker.item, speaker.value = self.answer
        before = self.served.used()
        spoken = check(await flat_out(self.speakers, seconds))
        used = self.served.used().since(before)
        self.rates.append(spoken.acked / (spoken.seconds - used.kept_waiting_s))
        self.plain.append(spoken.acked / spoken.seconds)
        self.cpu.append(used.cpu_s / spoken.seconds)

    def figures(self) -> dict[str, Any]:
        """Return the medians: events a second of its core, events a second, share of its core that it had."""
        medians = (statistics.median(values) for values in (self.rates, self.plain, self.cpu))
        return dict(zip(("per_s", "per_s_plain", "core"), (round(value, 2 if value < 10 else 0) for value in medians), strict=True))


async def saves(place: Place, options: Options) -> list[dict[str, Any]]:
    """Measure durable saves against bare echoes, in rounds that take turns."""
    urls = {kind: place.database_url(kind) for kind in ("postgresql", "sqlite")}
    stages = {kind: stage(url, options.sockets) for kind, url in urls.items()}
    with ExitStack() as stack:  # every server first: nobody answers pings while the next one is waited for
        echoes = {kind: stack.enter_context(place.echo(kind)) for kind in ("flask", "python")}
        houses = {kind: stack.enter_context(place.house(url)) for kind, url in urls.items()}
        contenders: dict[str, Contender] = {}
        for kind, served in echoes.items():
            contenders[kind] = Contender(served, await connect_all([partial(call, served.url)] * options.sockets))
        for kind, served in houses.items():
            seated = stages[kind]
            sat = [partial(sit, served.url, seat, seated.choice, LETTER) for seat in seated.seats]
            contenders[kind] = Contender(served, await connect_all(sat), (seated.choice, LETTER))
        contenders["text"] = Contender(
            contenders["postgresql"].served, contenders["postgresql"].speakers, (stages["postgresql"].text, LONG)
        )
        for contender in contenders.values():
            await flat_out(contender.speakers, 1.0)
        for _ in range(options.rounds):
            for contender in contenders.values():
                await contender.run(options.seconds)
        for contender in contenders.values():
            for speaker in contender.speakers:
                speaker.line.hang_up()

    def compared(key: str, name: str, one: str, other: str, bound: str) -> dict[str, Any]:
        ratio = statistics.median(a / b for a, b in zip(contenders[one].rates, contenders[other].rates, strict=True))
        raw = {one: contenders[one].figures(), other: contenders[other].figures()}
        return row(key, name, ratio, bound, raw)

    people = f"{options.sockets:,} sockets"
    return [
        compared("saves-flask", f"durable saves/s on PostgreSQL / bare Flask-SocketIO echo, {people}", "postgresql", "flask", ">= 1.5"),
        compared("saves-python", f"durable saves/s on PostgreSQL / bare python-socketio echo, {people}", "postgresql", "python", ">= 0.8"),
        compared("saves-sqlite", f"durable saves/s on embedded SQLite / on PostgreSQL, {people}", "sqlite", "postgresql", ">= 0.8"),
        compared("saves-text", f"saves/s of a 3.5 kB text / of a short answer, {people}", "text", "postgresql", ">= 0.5"),
    ]


# --- at their pace ------------------------------------------------------------------------------------------------------------------------


async def pace(place: Place, options: Options) -> list[dict[str, Any]]:
    """Measure the acknowledgements of a full hall at its pace, and the memory that it takes."""
    url = place.database_url("postgresql")
    seated = stage(url, options.candidates)
    with place.house(url) as served:
        async with hall(served.url, seated.seats[:1], seated.choice):
            empty = served.rss_kb()
            before, began = served.used(), time.perf_counter()
            async with hall(served.url, seated.seats[1:], seated.choice) as speakers:
                connected, seconds = served.used().since(before), time.perf_counter() - began
                await paced(speakers, options.every, 1)  # everybody once, to warm up
                before, mine = served.used(), time.process_time()
                spoken = check(await paced(speakers, options.every, options.turns))
                used, memory = served.used().since(before), served.rss_kb()
                mine = time.process_time() - mine
    p50, p95, p99 = (quantile(spoken.times, share) for share in (0.5, 0.95, 0.99))
    raw = {
        "candidates": options.candidates,
        "saves": spoken.acked,
        "p50_ms": round(p50, 1),
        "p95_ms": round(p95, 1),
        "p99_ms": round(p99, 1),
        "max_ms": round(max(spoken.times), 1),
        "generator_late_p99_ms": round(quantile(spoken.late, 0.99), 1),
        "generator_core": round(mine / spoken.seconds, 3),
        "core": round(used.cpu_s / spoken.seconds, 2),
        "kept_waiting": round(used.kept_waiting_s / spoken.seconds, 2),
    }
    each = (memory - empty) / len(speakers)
    full = {
        "rss_mb": round(memory / 1024, 1),
        "rss_mb_empty": round(empty / 1024, 1),
        "connects_per_s": round(len(speakers) / seconds),
        "connect_cpu_ms": round(1000 * connected.cpu_s / len(speakers), 2),
    }
    people = f"{options.candidates:,} candidates, one save each per {options.every:.0f} s, one process"
    return [
        row("pace-p99", f"p99 of the acknowledgements in ms: {people}", p99, "<= 50", raw),
        row("pace-tail", f"p99 / p50 of the acknowledgements: {people}", p99 / p50, "<= 5", raw),
        row("pace-memory", "resident memory of a connected, running candidate in kB", each, "<= 64", full),
    ]


# --- for long -----------------------------------------------------------------------------------------------------------------------------


async def soak(place: Place, options: Options) -> list[dict[str, Any]]:
    """Measure the memory of a server at its full rate: at the end against the end of the first tenth."""
    url = place.database_url("postgresql")
    seated = stage(url, options.sockets)
    with place.house(url) as served:
        async with hall(served.url, seated.seats, seated.choice) as speakers:
            contender = Contender(served, speakers)
            parts = 10
            memory = []
            for _ in range(parts):
                await contender.run(options.soak / parts)
                memory.append(served.rss_kb() / 1024)
    raw = {"seconds": options.soak, "rss_mb": [round(value, 1) for value in memory], **contender.figures()}
    name = f"resident memory after {options.soak:.0f} s at full rate / after the first tenth"
    return [row("soak", name, memory[-1] / memory[0], "<= 1.1", raw)]


# --- a second worker ----------------------------------------------------------------------------------------------------------------------


async def workers(place: Place, options: Options) -> list[dict[str, Any]]:
    """Measure two services on one database and Redis against one of them."""
    url = place.database_url("postgresql")
    seated = stage(url, 2 * options.sockets)
    halves = seated.seats[: options.sockets], seated.seats[options.sockets :]
    shared = {"REDIS_URL": place.redis.url, "EMBEDDED_WORKER": "false"}
    with place.house(url, shared) as one, place.house(url, shared, place.spare) as two:
        async with hall(one.url, halves[0], seated.choice) as here, hall(two.url, halves[1], seated.choice) as there:
            alone, first, second = Contender(one, here), Contender(one, here), Contender(two, there)
            for _ in range(options.rounds):
                await alone.run(options.seconds)
                await asyncio.gather(first.run(options.seconds), second.run(options.seconds))
    ratio = statistics.median((a + b) / c for a, b, c in zip(first.rates, second.rates, alone.rates, strict=True))
    raw = {"one": alone.figures(), "first_of_two": first.figures(), "second_of_two": second.figures()}
    name = "two workers / one worker" + ("" if place.apart else ", the second on the core of the load generator and the database")
    return [row("workers", name, ratio, ">= 1.7", raw)]
