"""Lines that go deaf and are cut under load, answers that come twice and late: nothing is lost, nothing is doubled, nothing vanishes."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from core.clock import iso, parse_iso
from delivery import presence, queries, reading
from delivery.chain import find_break
from tests.make import exam, sitting
from tests.make.clock import ToldClock
from tests.make.house import House
from tests.make.line import Line
from tests.make.people import Person, Refused, in_time
from tests.make.rehearsing import Rehearsal
from tests.make.server import Deployment, Server
from tests.make.wire import Wire

CANDIDATES = 16
CUTS = 5


def _cut_under_load(deployment: Deployment) -> dict[str, Any]:
    """Rehearse over a line that goes deaf and is cut again and again; return the rehearsal's document."""
    chance = random.Random(7)
    server = Server(deployment).start()
    try:
        with Wire(server.url) as wire:
            rehearsal = Rehearsal(deployment, wire.url, CANDIDATES, 0.25)
            for n in range(CUTS):
                assert rehearsal.wait_for_load(chance.randint(20, 40))
                wire.deaf = n != 1
                rehearsal.wait_for_load(5, within=5)  # where the line is deaf these are saved, and nobody is told
                wire.cut()
                wire.deaf = False
            return rehearsal.hand_in()
    finally:
        server.kill()


def test_over_lines_that_are_cut_every_answer_arrives_once(database_url: str, tmp_path: Path) -> None:
    document = _cut_under_load(Deployment(database_url, tmp_path))
    assert (document["saves"]["lost"], document["saves"]["duplicated"]) == (0, 0), document
    assert document["submitted"] == CANDIDATES, document
    assert document["reconnects"] >= CANDIDATES
    assert document["saves"]["resent"] > 0, "nothing came twice: the storm was none"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_control_a_server_that_takes_repeats_for_new_answers_doubles(database_url: str, tmp_path: Path) -> None:
    document = _cut_under_load(Deployment(database_url, tmp_path, altered=("take_repeats_for_new",)))
    assert document["saves"]["duplicated"] > 0, document


# --- late


@dataclass
class Sender:
    """A candidate's page with its outbox: it keeps what is not acknowledged, comes back after a cut, and sends everything twice."""

    person: Person
    attempt: str
    codes: dict[int, str] = field(default_factory=dict)
    _unsent: list[dict[str, Any]] = field(default_factory=list)
    _line: Line | None = None
    _epoch: int = 0
    _ticks: list[tuple[str, datetime]] = field(default_factory=list)
    _seq: int = 0

    def type(self, count: int, at: datetime) -> set[int]:
        """Type some answers; return their numbers."""
        numbers = range(self._seq + 1, self._seq + count + 1)
        entry = {"item": "6", "typed_at": iso(at), "evidence": self._evidence(at)}
        self._unsent += [{"seq": seq, "value": f"answer {seq}", **entry} for seq in numbers]
        self._seq += count
        return set(numbers)

    def _evidence(self, at: datetime) -> dict[str, Any] | None:
        """Return the last tick that there was at an instant, and the time since."""
        had = [(tick, given_at) for tick, given_at in self._ticks if given_at <= at]
        return {"tick": had[-1][0], "since_ms": (at - had[-1][1]).total_seconds() * 1000} if had else None

    def deliver(self) -> None:
        """Send what waits, the last first, until each answer has been answered twice over one line."""
        while self._unsent:
            try:
                if self._line is None:
                    self._connect()
                for entry in (*reversed(self._unsent), *self._unsent):
                    self._send(entry)
                self._unsent.clear()
            except (OSError, HTTPException, Refused):
                self._line = None

    def _connect(self) -> None:
        ticket = self.person.call("POST", f"attempts/{self.attempt}/ticket", {"device": {}})["ticket"]
        line = Line(self.person.url)
        assert line.enter(ticket) == ""
        welcome = line.welcome()
        self._line, self._epoch = line, welcome["epoch"]
        self._ticks.append((welcome["tick"], parse_iso(welcome["server_time"])))

    def _send(self, entry: dict[str, Any]) -> None:
        assert self._line
        answer = self._line.ask("answer.put", {**entry, "epoch": self._epoch})
        code = "saved" if answer["ok"] else answer["error"]["code"]
        assert self.codes.setdefault(entry["seq"], code) == code, "an answer that is sent again is answered as before"


@dataclass
class Late:
    """A sitting with a told clock and no background work but what the test does."""

    house: House
    clock: ToldClock
    wire: Wire
    senders: list[Sender]

    def cut_all(self) -> None:
        """Cut everybody's line, and wait until the server has seen it."""
        self.wire.cut()
        with self.house.database.reading() as session:
            in_time(lambda: not any(presence.find_page(session, sender.attempt, self.clock()) for sender in self.senders))

    def deliver(self, cuts: int = 0) -> None:
        """Let everybody send at once while the line is cut so many times."""
        with ThreadPoolExecutor(len(self.senders) + 1) as pool:
            sending = [pool.submit(sender.deliver) for sender in self.senders]
            for _ in range(cuts):
                heard = sum(map(len, self.wire.heard))
                in_time(lambda heard=heard: sum(map(len, self.wire.heard)) > heard + 2000 or all(job.done() for job in sending))
                self.wire.cut()
            for job in sending:
                job.result()


@contextmanager
def _late(database_url: str, folder: Path, *altered: str) -> Iterator[Late]:
    clock = ToldClock(folder)
    house = House(database_url, clock, folder, rate_limits=False)
    server = Server(Deployment(database_url, folder, altered=("tell_time", *altered), embedded_worker=False)).start()
    try:
        with Wire(server.url, listen=True) as wire:
            sat = sitting.plan(house)
            attempts = {f"c{n}": sat.attempt(sat.enrol(f"c{n}")) for n in range(6)}
            senders = [Sender(Person(wire.url, login), attempt) for login, attempt in attempts.items()]
            for sender in senders:
                sender.person.call("POST", f"attempts/{sender.attempt}/start", {})
            yield Late(house, clock, wire, senders)
    finally:
        server.kill()
        house.close()


def test_late_answers_count_or_are_kept_aside_and_none_vanishes(database_url: str, tmp_path: Path) -> None:
    with _late(database_url, tmp_path) as late:
        deadline = late.clock() + timedelta(seconds=exam.DURATION)
        before, moment = late.clock(), timedelta(seconds=1)
        counted = [sender.type(8, before) for sender in late.senders]
        late.deliver(cuts=4)
        late.cut_all()  # what is typed from now on cannot be sent
        counted = [numbers | sender.type(3, late.clock()) for numbers, sender in zip(counted, late.senders, strict=True)]
        late.clock.set(deadline + 30 * moment)
        too_late = [sender.type(2, late.clock()) for sender in late.senders]
        late.deliver(cuts=2)
        late.house.work()  # the clock closes what runs
        counted = [numbers | sender.type(2, deadline - 9 * moment) for numbers, sender in zip(counted, late.senders, strict=True)]
        late.deliver()
        late.clock.set(deadline + 130 * moment)
        too_late = [numbers | sender.type(2, before) for numbers, sender in zip(too_late, late.senders, strict=True)]
        late.deliver()
        late.house.work()  # and hands in
        closed = [sender.type(1, before) for sender in late.senders]
        late.deliver()
        for sender, *groups in zip(late.senders, counted, too_late, closed, strict=True):
            _check(late, sender, *groups)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_control_a_server_that_forgets_the_deadline_counts_what_is_late(database_url: str, tmp_path: Path) -> None:
    with _late(database_url, tmp_path, "forget_deadline") as late:
        for sender in late.senders:
            sender.type(1, late.clock())
        late.deliver()
        late.clock.move(exam.DURATION + 30)
        too_late = [sender.type(2, late.clock()) for sender in late.senders]
        late.deliver()
    assert "saved" in {sender.codes[seq] for sender, numbers in zip(late.senders, too_late, strict=True) for seq in numbers}


def _check(late: Late, sender: Sender, counted: set[int], too_late: set[int], closed: set[int]) -> None:
    expected = {
        **dict.fromkeys(counted, "saved"),
        **dict.fromkeys(too_late, "delivery.too_late"),
        **dict.fromkeys(closed, "delivery.closed"),
    }
    assert sender.codes == expected
    with late.house.database.reading() as session:
        links = queries.journal_of(session, sender.attempt)
        aside = {(kept.seq, kept.reason) for kept in reading.kept_aside(session, sender.attempt)}
        row = queries.get_attempt(session, sender.attempt)
    assert sorted(link.entry.seq for link in links) == sorted(counted), "each once"
    assert aside == {(seq, "too_late") for seq in too_late} | {(seq, "closed") for seq in closed}
    assert find_break(sender.attempt, links) is None
    assert (row.state, row.submit_cause, row.finish_time) == ("submitted", "deadline", row.deadline_at)
    assert (row.entries, row.head) == (len(links), links[-1].hash)
