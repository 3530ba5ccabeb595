"""The rehearsal itself: candidates on stage, faults at random moments, figures on the way."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import aiohttp

from bench.rehearsal.candidate import Candidate, Script, Seat, Surroundings
from bench.rehearsal.faults import Faults
from bench.rehearsal.figures import Fault, Moment, Tally
from bench.rehearsal.house import OwnHouse

Progress = Callable[[str], None]
LAST_QUARTER = 0.75  # no fault begins after this share of the time: everybody shall be able to hand in
PATIENCE = 120.0  # seconds after the planned end in which nothing comes in before the rehearsal gives up on who is still out
GAP = (0.6, 1.4)  # times the mean time between two faults, drawn at random
TELL_EVERY = 5.0  # seconds


@dataclass
class Rehearsal:
    """One rehearsal: `waiting` seconds of waiting room, then the script, with a fault about every `fault_every` seconds."""

    script: Script
    waiting: float
    faults: Faults
    fault_every: float
    house: OwnHouse | None
    progress: Progress
    tally: Tally = field(default_factory=Tally)
    happened: list[Fault] = field(default_factory=list)
    cast: list[Candidate] = field(default_factory=list)
    seconds: float = 0.0
    began: float = 0.0
    _surroundings: Surroundings = field(default_factory=Surroundings)
    _chance: random.Random = field(default_factory=random.Random)
    _going_on: set[str] = field(default_factory=set)

    async def run(self, seats: list[Seat]) -> None:
        """Let everybody sit until they have handed in or patience ends."""
        planned = self.waiting + self.script.duration
        self.began = time.monotonic()
        self._surroundings.to_come = len(self.faults.drills)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            self.cast = [
                Candidate(seat, self.script, self._surroundings, http, self.tally, random.Random(self._chance.random())) for seat in seats
            ]
            sitting = [asyncio.create_task(candidate.sit()) for candidate in self.cast]
            beside = [asyncio.create_task(self._watch()), asyncio.create_task(self._cause_faults(self.began + planned * LAST_QUARTER))]
            await self._until_all_are_out(sitting, self.began + planned + self.faults.cut.total_seconds())
            self.seconds = time.monotonic() - self.began
            self._note()
            for task in (*sitting, *beside):
                task.cancel()
            outcomes = await asyncio.gather(*sitting, *beside, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def end(self) -> None:
        """Let everybody hand in what they have, without waiting for the planned end."""
        self._surroundings.over.set()

    async def _until_all_are_out(self, sitting: list[asyncio.Task[None]], planned: float) -> None:
        """Wait for everybody; give up when, after the planned end, neither an answer nor a hand-in has come in for a while."""
        seen, since = (0, 0), time.monotonic()
        while pending := [task for task in sitting if not task.done()]:
            await asyncio.wait(pending, timeout=1)
            come_in = (self.tally.acked, self.tally.submitted)
            if come_in != seen:
                seen, since = come_in, time.monotonic()
            if time.monotonic() > max(since, planned) + PATIENCE:
                return

    async def _cause_faults(self, until: float) -> None:
        """Begin a fault at random moments, whatever still goes on; one of a kind that has not ended is not begun again.

        However short the rehearsal, each comes once: the first ones come closer together where they must, and candidates go on until then.
        """
        asked = len(self.faults.drills)
        at_first = (until - time.monotonic()) / (GAP[1] * max(asked, 1))
        try:
            async with asyncio.TaskGroup() as going_on:
                for n, kind in enumerate(self._deck()):
                    every = min(self.fault_every, at_first) if n < asked else self.fault_every
                    await asyncio.sleep(self._chance.uniform(*GAP) * every)
                    if n >= asked and time.monotonic() > until:
                        return
                    if kind not in self._going_on:
                        self._going_on.add(kind)
                        going_on.create_task(self._cause(kind))
                    self._surroundings.to_come = max(0, asked - n - 1)
        finally:
            self._surroundings.to_come = 0  # a fault that could not be caused keeps nobody

    async def _cause(self, kind: str) -> None:
        at = time.monotonic()
        fault: Fault = {"kind": kind, "at_s": round(at - self.began, 2), "down_s": 0.0}
        self.happened.append(fault)
        self.progress(f"{fault['at_s']:.0f} s: {kind}")
        if kind in self.faults.of_processes:
            assert self.house
            fault |= await self.house.fail(kind, self._chance)
            fault["down_s"] = round(time.monotonic() - at, 2)
        elif kind == "cut":
            fault["down_s"] = self.faults.cut.total_seconds()
            self._surroundings.down_until = at + fault["down_s"]
            self._nudge()
            await asyncio.sleep(fault["down_s"])
        else:
            self._surroundings.tabs += 1
            self._nudge()
        self._going_on.discard(kind)

    def _deck(self) -> Iterator[str]:
        """Yield the drills in random order, all of them before any comes again."""
        while self.faults.drills:
            yield from self._chance.sample(self.faults.drills, len(self.faults.drills))

    def _nudge(self) -> None:
        for candidate in self.cast:
            candidate.nudge()

    async def _watch(self) -> None:
        step = max(0.5, (self.waiting + self.script.duration) / 300)
        told = time.monotonic()
        while True:
            self._note()
            if time.monotonic() - told >= TELL_EVERY:
                told = time.monotonic()
                self.progress(self._line())
            await asyncio.sleep(step)

    def _note(self) -> None:
        connected = sum(candidate.is_connected for candidate in self.cast)
        at = round(time.monotonic() - self.began, 2)
        self.tally.moments.append(Moment(at, connected, self.tally.acked, self.tally.submitted))

    def _line(self) -> str:
        tally, moment = self.tally, self.tally.moments[-1]
        return (
            f"{moment.at_s:.0f} s: {moment.connected}/{len(self.cast)} connected, {tally.acked} acked of {tally.sent} sent, "
            f"{tally.reconnects} reconnects, {len(self.happened)} faults, {tally.submitted} handed in"
        )
