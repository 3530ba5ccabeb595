"""Candidates as a load: what they send over their lines, flat out or at a pace, and how long the acknowledgements took."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from bench.load import Line

AT_ONCE = 40  # connections under way at the same time
DRAIN_WAIT = 20.0  # seconds for the last acknowledgements
REFUSED = b'[{"ok":false'
_TYPED_AT = "2026-11-21T05:00:00.000Z"


@dataclass(slots=True)
class Speaker:
    """One candidate over one line: numbered answers to one item."""

    line: Line
    item: str = "1"
    value: str = "B"
    epoch: int = 1
    seq: int = 0

    def speak(self, answered: Callable[[bytes], None]) -> None:
        """Send the next answer."""
        self.seq += 1
        message = f'{{"seq":{self.seq},"epoch":{self.epoch},"item":"{self.item}","value":"{self.value}","typed_at":"{_TYPED_AT}"}}'
        self.line.ask(b"answer.put", message.encode(), answered)


@dataclass
class Spoken:
    """What came of it; times in milliseconds from when each answer was due, `late` is how much of them was the generator's own delay."""

    acked: int = 0
    refused: list[bytes] = field(default_factory=list)
    unanswered: int = 0
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    def take(self, answer: bytes) -> None:
        """Count one acknowledgement."""
        self.unanswered -= 1
        if answer.startswith(REFUSED):
            self.refused.append(answer)
        else:
            self.acked += 1


async def connect_all(connects: Sequence[Callable[[], Awaitable[Speaker]]]) -> list[Speaker]:
    """Connect everybody, some at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(connect: Callable[[], Awaitable[Speaker]]) -> Speaker:
        async with gate:
            return await connect()

    return await asyncio.gather(*map(one, connects))


async def flat_out(speakers: Sequence[Speaker], seconds: float) -> Spoken:
    """Let each speak again as soon as it is answered; what is acknowledged within the time counts."""
    spoken = Spoken()
    began = time.perf_counter()
    until = began + seconds

    def next_one(speaker: Speaker, answer: bytes) -> None:
        spoken.take(answer)
        if time.perf_counter() < until:
            spoken.unanswered += 1
            speaker.speak(partial(next_one, speaker))

    for speaker in speakers:
        spoken.unanswered += 1
        speaker.speak(partial(next_one, speaker))
    await asyncio.sleep(seconds)
    counted, spoken.seconds = spoken.acked, time.perf_counter() - began
    await _drain(spoken)
    spoken.acked = counted
    return spoken


async def paced(speakers: Sequence[Speaker], every: float, turns: int) -> Spoken:
    """Let each speak once in every `every` seconds, at a moment of its own."""
    spoken = Spoken()
    chance = random.Random(len(speakers))
    phases = sorted((chance.uniform(0, every), place) for place in range(len(speakers)))
    began = time.perf_counter()

    def answered(due: float, answer: bytes) -> None:
        spoken.take(answer)
        spoken.times.append((time.perf_counter() - due) * 1000)

    for turn in range(turns):
        for phase, place in phases:
            due = began + turn * every + phase
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            spoken.late.append(max(0.0, (time.perf_counter() - due) * 1000))
            spoken.unanswered += 1
            speakers[place].speak(partial(answered, due))
    spoken.seconds = time.perf_counter() - began
    await _drain(spoken)
    return spoken


async def _drain(spoken: Spoken) -> None:
    until = time.perf_counter() + DRAIN_WAIT
    while spoken.unanswered and time.perf_counter() < until:
        await asyncio.sleep(0.01)
