"""One virtual candidate: waits for the start, types at a human pace, loses the connection and comes back, hands in.

As on the real page, typing and delivering are apart: what is typed waits, numbered, until the engine has acknowledged it.
"""

import asyncio
import json
import random
import time
from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.rehearsal.behaviour import moves, think
from bench.rehearsal.client import DisconnectedError, ExamSocket, RefusedError, call
from bench.rehearsal.figures import Tally
from core.clock import iso, now, parse_iso

COME_BACK = (0.1, 1.0)  # seconds before the next try to connect, drawn at random
RESEND = 2.0  # seconds until an answer that got no acknowledgement is sent again
MOST_AT_ONCE = 50  # answers in one message
SYNC_ROUNDS = 3
KEY_LATE = 2.0  # seconds after the start until a page that was not told the key starts by itself


@dataclass(frozen=True)
class Seat:
    """Who sits which attempt, with a bearer token."""

    attempt: str
    token: str


@dataclass(frozen=True)
class Script:
    """How the candidates behave: one answer every `pace` seconds in the mean for `duration` seconds after the start.

    They arrive over `arrival` seconds; their clocks are wrong by `skew`, some ahead and some behind; `loss` is the share of messages, or
    of their acknowledgements, that get lost.
    """

    url: str
    pace: float
    duration: float
    arrival: float = 0.0
    loss: float = 0.0
    skew: timedelta = timedelta()


@dataclass
class Surroundings:
    """What happens to everybody: the network is gone until `down_until` (monotonic), and so many times a second page is opened.

    Nobody stops answering while a fault is still `to_come`; everybody does as soon as it is `over`.
    """

    down_until: float = 0.0
    tabs: int = 0
    to_come: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_down(self) -> bool:
        """Say whether the network is gone."""
        return time.monotonic() < self.down_until


@dataclass
class Entry:
    """One numbered answer as it was sent."""

    seq: int
    item: str
    value: Any
    typed_at: str
    evidence: dict[str, Any] | None = None


@dataclass
class Unsent:
    """An answer that nobody has acknowledged yet: when it was typed, and when it may be sent (again), in monotonic seconds."""

    entry: Entry
    typed: float
    due: float = 0.0
    tries: int = 0


@dataclass
class Candidate:
    """One virtual candidate.

    `acked` are the answers that the engine said it keeps; `aside` those that an older page wrote after a newer one had come, which the
    engine has refused and promised to keep aside.
    """

    seat: Seat
    script: Script
    surroundings: Surroundings
    http: aiohttp.ClientSession
    tally: Tally
    chance: random.Random
    acked: list[Entry] = field(default_factory=list)
    aside: list[Entry] = field(default_factory=list)
    _unsent: dict[int, Unsent] = field(default_factory=dict)
    _socket: ExamSocket | None = None
    _typing: asyncio.Task[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _room: asyncio.Event = field(default_factory=asyncio.Event)
    _seq: int = 0
    _tabs: int = 0
    _skew: timedelta = timedelta()
    _offset: timedelta | None = None
    _sealed: dict[str, str] | None = None
    _last_typed: datetime | None = None
    _tick: tuple[str, float] = ("", 0.0)
    _lost_at: float | None = None

    @property
    def is_connected(self) -> bool:
        """Say whether the candidate's page has a connection."""
        return self._socket is not None and not self._socket.is_lost

    def nudge(self) -> None:
        """Let the candidate look at its surroundings."""
        if self.surroundings.is_down and self._socket:
            self._socket.cut()
        self._news.set()

    async def sit(self) -> None:
        """Sit the paper to its end, coming back after every loss of connection."""
        self._skew = self.script.skew * self.chance.choice((-1, 1))
        await asyncio.sleep(self.chance.uniform(0, self.script.arrival))
        try:
            while not await self._once():
                await asyncio.sleep(self.chance.uniform(*COME_BACK))
        finally:
            if self._typing:
                self._typing.cancel()
            if self._socket:
                self._socket.close()
        self.tally.submitted += 1

    async def _once(self) -> bool:
        """Work over one connection; say whether the paper is handed in."""
        try:
            await self._connect()
            return await self._work()
        except RefusedError as error:
            self.tally.refuse(error.code, right=error.retryable, where=error.where)
        except DisconnectedError:
            self._lost_at = self._lost_at or time.monotonic()
        await asyncio.sleep(max(0.0, self.surroundings.down_until - time.monotonic()))
        return False

    async def _connect(self) -> dict[str, Any]:
        """Connect a new page, which takes over from an older one; return its welcome."""
        if self.surroundings.is_down:
            raise DisconnectedError("the network is gone")
        address = f"{self._attempt}/ticket"
        ticket = await call(self.http, "POST", address, self.seat.token, {"device": {"client": "rehearsal"}})
        older = self._socket
        self._socket = await ExamSocket.connect(self.script.url, ticket["ticket"], self._news.set)
        if older:
            self.tally.reconnects += 1
            older.close()
        if self._lost_at is not None:
            self.tally.away.append(time.monotonic() - max(self._lost_at, self.surroundings.down_until))
            self._lost_at = None
        for unsent in self._unsent.values():
            unsent.due = 0.0
        return self._socket.welcome.result()

    async def _work(self) -> bool:
        assert self._socket
        welcome = self._socket.welcome.result()
        if welcome["state"] == "submitted":
            return True
        self._seq = max(self._seq, welcome["last_seq"])
        self._tick = (welcome["tick"], time.monotonic())
        if self._offset is None:
            self._offset = await self._measure_clock(self._socket)
        if self._typing is None:
            await self._begin(welcome)
        return await self._deliver(welcome["epoch"])

    async def _begin(self, welcome: dict[str, Any]) -> None:
        """Fetch the sealed paper, wait for the common start, open it when its key is told, and start.

        Whoever comes after the start, or is not told the key, starts first and fetches the paper as it is.
        """
        starts_at = parse_iso(welcome["starts_at"])
        if self._sealed is None and self._server_now() < starts_at:
            self._sealed = (await call(self.http, "GET", f"{self._attempt}/paper", self.seat.token)).get("sealed")
        key = welcome["paper_key"] or await self._hear_key(starts_at)
        paper = unseal(self._sealed, key) if self._sealed and key else None
        shown = self._server_now()
        await call(self.http, "POST", f"{self._attempt}/start", self.seat.token, {})
        if paper is None:
            paper = await call(self.http, "GET", f"{self._attempt}/paper", self.seat.token)
            shown = self._server_now()
        self.tally.first_items.append((shown - starts_at).total_seconds() * 1000)
        self._typing = asyncio.create_task(self._type(paper))

    async def _hear_key(self, starts_at: datetime) -> str | None:
        """Wait for the key of the sealed paper; None when it has not come some time after the start."""
        assert self._socket
        patience = (starts_at - self._server_now()).total_seconds() + KEY_LATE
        try:
            return await asyncio.wait_for(asyncio.shield(self._socket.paper_key), max(0.0, patience))
        except TimeoutError:
            return None

    async def _type(self, paper: dict[str, Any]) -> None:
        until = time.monotonic() + self.script.duration
        for item, value in moves(paper, self.chance):
            if await self._is_over(until):
                break
            while self._unsent and not self.script.pace:  # flat out: one answer at a time
                self._room.clear()
                await self._room.wait()
            entry = Entry(self._seq + 1, item, value, self._instant(), self._evidence())
            self._seq += 1
            self._unsent[entry.seq] = Unsent(entry, time.monotonic())
            self._news.set()

    async def _is_over(self, until: float) -> bool:
        """Think about the next answer; say whether the time for it has passed meanwhile."""
        thinking = think(self.chance, self.script.pace)
        if not self.surroundings.to_come:
            thinking = min(thinking, max(0.0, until - time.monotonic()))
        with suppress(TimeoutError):
            await asyncio.wait_for(self.surroundings.over.wait(), thinking)
        return self.surroundings.over.is_set() or (time.monotonic() >= until and not self.surroundings.to_come)

    # --- delivering -----------------------------------------------------------------------------------------------------------------------

    async def _deliver(self, epoch: int) -> bool:
        assert self._typing
        self._typing.add_done_callback(lambda _: self._news.set())
        while True:
            if not self.is_connected:
                raise DisconnectedError("the connection is gone")
            self._news.clear()
            moment = time.monotonic()
            due = [unsent for unsent in self._unsent.values() if unsent.due <= moment][:MOST_AT_ONCE]
            if self._tabs < self.surroundings.tabs:
                epoch = await self._open_second_page(epoch)
            elif due:
                await self._send(epoch, due)
            elif self._typing.done() and not self._unsent:
                self._typing.result()
                return await self._hand_in(epoch)
            else:
                await self._wait(min((unsent.due for unsent in self._unsent.values()), default=None))

    async def _wait(self, until: float | None) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), None if until is None else max(0.0, until - time.monotonic()))

    async def _send(self, epoch: int, due: list[Unsent]) -> None:
        assert self._socket
        for unsent in due:
            self.tally.sent += unsent.tries == 0
            self.tally.resent += unsent.tries > 0
            unsent.tries += 1
            unsent.due = time.monotonic() + RESEND
        is_lost = self.chance.random() < self.script.loss
        if is_lost and self.chance.random() < 0.5:
            return  # the message itself got lost
        began = time.monotonic()
        entries = [vars(unsent.entry) for unsent in due]
        one = len(due) == 1
        payload = {"epoch": epoch, **entries[0]} if one else {"epoch": epoch, "entries": entries}
        answer = await self._socket.ask("answer.put" if one else "answer.put_many", payload)
        if is_lost:
            return  # its acknowledgement got lost
        if answer["ok"]:
            self._settle(due, began)
        elif one:
            self._refused(due[0], answer["error"])
        else:  # the error is the first one's: ask one by one, what is here already is acknowledged again
            for unsent in due:
                await self._send(epoch, [unsent])

    def _settle(self, sent: list[Unsent], began: float) -> None:
        moment = time.monotonic()
        self.tally.note_saves(len(sent), began, moment)
        for unsent in sent:
            self.tally.longest_unsafe = max(self.tally.longest_unsafe, moment - unsent.typed)
            self.acked.append(unsent.entry)
            del self._unsent[unsent.entry.seq]
        self._room.set()

    def _refused(self, unsent: Unsent, error: dict[str, Any]) -> None:
        self.tally.refuse(error["code"], right=error["retryable"])
        if not error["retryable"]:
            del self._unsent[unsent.entry.seq]
            self._room.set()

    async def _open_second_page(self, epoch: int) -> int:
        """Open a second page, and let the older one write once more: the engine must refuse that and keep it aside."""
        self._tabs = self.surroundings.tabs
        older, self._socket = self._socket, None
        assert older
        try:
            welcome = await self._connect()
            late = Entry(self._seq + 1, "@flags", ["1"], self._instant(), self._evidence())
            answer = await older.ask("answer.put", {"epoch": epoch, **vars(late)})
            if answer["ok"]:
                self.tally.wrongly_taken += 1
            elif answer["error"]["code"] == "delivery.superseded":
                self.tally.refuse("delivery.superseded", right=True)
                self.aside.append(late)
            return int(welcome["epoch"])
        finally:
            older.close()

    async def _hand_in(self, epoch: int) -> bool:
        assert self._socket
        answer = await self._socket.ask("attempt.submit", {"epoch": epoch, "last_seq": self._seq})
        if not answer["ok"]:
            self.tally.refuse(answer["error"]["code"], right=answer["error"]["retryable"])
        return bool(answer["ok"])

    # --- the clock ------------------------------------------------------------------------------------------------------------------------

    async def _measure_clock(self, socket: ExamSocket) -> timedelta:
        """Return by how much the server's clock is ahead of this candidate's, by the quickest of some rounds."""
        rounds = []
        for _ in range(SYNC_ROUNDS):
            t0 = self._own_ms()
            told = await socket.ask("time.sync", {"t0": t0})
            t3 = self._own_ms()
            rounds.append((t3 - t0, ((told["t1"] - t0) + (told["t2"] - t3)) / 2))
        offset = timedelta(milliseconds=min(rounds)[1])
        self.tally.worst_clock = max(self.tally.worst_clock, abs((offset + self._skew).total_seconds()))
        return offset

    def _own_ms(self) -> float:
        return (now() + self._skew).timestamp() * 1000

    def _server_now(self) -> datetime:
        return now() + self._skew + (self._offset or timedelta())

    def _instant(self) -> str:
        """Return the present instant as the page writes it; every answer has one of its own."""
        typed = self._server_now()
        if self._last_typed is not None:
            typed = max(typed, self._last_typed + timedelta(milliseconds=1))
        self._last_typed = typed
        return iso(typed)

    def _evidence(self) -> dict[str, Any]:
        """Return the last tick, and for how long it has been here."""
        tick, at = self._tick
        return {"tick": tick, "since_ms": (time.monotonic() - at) * 1000}

    @property
    def _attempt(self) -> str:
        return f"{self.script.url}/api/v1/attempts/{self.seat.attempt}"


def unseal(sealed: dict[str, str], key: str) -> dict[str, Any]:
    """Open a sealed paper (AES-256-GCM, everything in base64) with its key."""
    box = AESGCM(b64decode(key)).decrypt(b64decode(sealed["nonce"]), b64decode(sealed["box"]), sealed["attempt"].encode())
    return dict(json.loads(box))
