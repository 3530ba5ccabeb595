"""Acknowledged is durable, at the very moment it is said: several processes' journals, many pages, takeovers, pauses, hand-ins."""

import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Queue

from sqlalchemy import text

from core.actor import SYSTEM
from core.clock import iso, now
from core.errors import ExamError
from core.unit import Database
from delivery import accommodating, presence, queries, submitting
from delivery.chain import Entry, find_break
from delivery.journal import Journal
from delivery.replay import replay
from delivery.saves import Save
from delivery.states import State
from tests.make.delivery import INVIGILATOR, KINDS, connect, look, started

ATTEMPTS, PROCESSES, ANSWERS = 6, 3, 60
PATIENCE = 60  # real seconds
ITEMS = ("1", "2", "3", "4.1", "5")
_HELD = text("SELECT value FROM journal WHERE attempt = :attempt AND seq = :seq")


def _answer(seq: int) -> str:
    item = ITEMS[seq % len(ITEMS)]
    return json.dumps({"action": f"a{seq}"} if KINDS[item] == "business" else f"answer {seq}")


class Hasty(Journal):
    """The control: a journal that acknowledges when it should only promise."""

    def put(self, save: Save) -> None:
        save.outcome = now()
        save.settle(save)
        save.settle = lambda _save: None
        super().put(save)


@dataclass
class Crowd:
    """Pages that write to their attempts through several processes at once, and what they were told."""

    database: Database
    journals: list[Journal]
    attempts: list[str]
    acked: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    refused: Counter[str] = field(default_factory=Counter)
    missing: list[tuple[str, int]] = field(default_factory=list)

    def settle(self, save: Save) -> None:
        """Take an acknowledgement, and look at once whether another connection finds the answer."""
        if isinstance(save.outcome, ExamError):
            self.refused[save.outcome.kind.code] += 1
            return
        with self.database.reading() as session:
            held = session.execute(_HELD, {"attempt": save.attempt, "seq": save.entry.seq}).scalar()
        if held != save.entry.value:
            self.missing.append((save.attempt, save.entry.seq))
        self.acked[save.attempt][save.entry.seq] = save.entry.value

    def write(self, attempt: str, page: int) -> None:
        """Be a page: send in any order, now through one process and now through another, and again until it is acknowledged or too late."""
        chance = random.Random(f"{attempt}{page}")
        mine = {seq: _answer(seq) for seq in range(page + 1, ANSWERS + 1, 2)}  # two pages of one candidate never use the same number
        while open_numbers := sorted(mine.keys() - self.acked[attempt].keys()):
            row = look(self.database, attempt)
            if row.state == State.SUBMITTED and self.refused["delivery.closed"]:
                return
            told: Queue[None] = Queue()
            sent = [seq for seq in chance.sample(open_numbers, min(3, len(open_numbers))) for _ in range(chance.choice((1, 1, 2)))]
            for seq in sent:
                entry = Entry(seq, row.epoch, ITEMS[seq % len(ITEMS)], mine[seq], iso(now()), iso(now()))
                chance.choice(self.journals).put(Save(attempt, entry, lambda save, told=told: told.put(self.settle(save))))
            for _ in sent:
                told.get(timeout=PATIENCE)

    def disturb(self, attempt: str) -> None:
        """Take the attempt over, stop its clock, give time, and hand in before the last answers are here."""
        for count in (ANSWERS // 5, 2 * ANSWERS // 5, 3 * ANSWERS // 5):
            self._wait_for(attempt, count)
            connect(self.database, now(), attempt)
            for act, *given in ((accommodating.pause, "fire"), (accommodating.extend, 60, "fire"), (accommodating.resume, "all clear")):
                with self.database.unit(INVIGILATOR, now()) as unit:
                    act(unit, attempt, *given)
        self._wait_for(attempt, 4 * ANSWERS // 5)
        with self.database.unit(SYSTEM, now()) as unit:
            submitting.hand_in(unit, attempt, queries.get_attempt(unit.session, attempt).epoch, 0)

    def _wait_for(self, attempt: str, count: int) -> None:
        until = time.monotonic() + PATIENCE
        while len(self.acked[attempt]) < count:
            assert time.monotonic() < until
            time.sleep(0.002)  # other threads write meanwhile

    def run(self) -> None:
        """Let everybody go at once, and wait until every answer is settled."""
        tasks: list[Callable[[], None]] = []
        for attempt in self.attempts:
            tasks += [lambda a=attempt, p=page: self.write(a, p) for page in (0, 1)]  # type: ignore[misc]  # bound early
            tasks.append(lambda a=attempt: self.disturb(a))  # type: ignore[misc]
        threads = [threading.Thread(target=task) for task in tasks]
        for journal in self.journals:
            journal.start()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        for journal in self.journals:
            journal.stop()


def _crowd(database: Database, kind: type[Journal]) -> Crowd:
    presence.heartbeat(database, "srv_test", now())
    attempts = [started(database, now(), paper=f"pap_{n}") for n in range(ATTEMPTS)]
    for attempt in attempts:
        connect(database, now(), attempt)
    return Crowd(database, [kind(database, now, window_ms=3, group_max=20) for _ in range(PROCESSES)], attempts)


def test_whatever_is_acknowledged_is_there_at_that_moment_and_stays(database: Database) -> None:
    crowd = _crowd(database, Journal)
    crowd.run()
    assert crowd.missing == [], "acknowledged before it was there"
    assert crowd.refused["delivery.superseded"], "nobody wrote as an older page"
    assert crowd.refused["delivery.closed"], "nobody wrote into a closing door"
    for attempt in crowd.attempts:
        _check(crowd, attempt)


def test_control_a_journal_that_acknowledges_early_is_caught(database: Database) -> None:
    crowd = _crowd(database, Hasty)
    crowd.run()
    assert crowd.missing


def _check(crowd: Crowd, attempt: str) -> None:
    with crowd.database.reading() as session:
        links = queries.journal_of(session, attempt)
        row = queries.get_attempt(session, attempt)
    entries = [link.entry for link in links]
    acked = crowd.acked[attempt]
    assert len(acked) >= 4 * ANSWERS // 5
    assert {entry.seq: entry.value for entry in entries} == acked, "what is held is what was acknowledged, no more and no less"
    assert len(entries) == len(acked), "a number is held twice"
    assert find_break(attempt, links) is None
    assert (row.state, row.entries, row.head) == ("submitted", len(links), links[-1].hash)
    answers = replay(entries, KINDS)
    for n, item in enumerate(ITEMS):
        own = [json.loads(acked[seq]) for seq in sorted(acked) if seq % len(ITEMS) == n]
        assert answers[item].value == (own if KINDS[item] == "business" else own[-1])
