"""The background work: one failing job keeps no other from its work, and a lost database is waited for."""

from datetime import datetime
from threading import Event, Thread

import pytest
from sqlalchemy.exc import OperationalError

from core import outbox
from core.actor import SYSTEM
from core.facts import Fact, FactKind
from core.unit import Database, Unit
from tests.make.clock import MovableClock
from web import worker as work
from web.wiring import Job
from web.worker import Worker

FIRST = FactKind("tests.first.happened", "", "")
SECOND = FactKind("tests.second.happened", "", "")


def _broken(_database: Database, _now: datetime) -> int:
    raise RuntimeError("broken")


def test_a_broken_job_keeps_no_other_from_its_work(database: Database, clock: MovableClock) -> None:
    seen: list[datetime] = []

    def sound(_database: Database, now: datetime) -> int:
        seen.append(now)
        return 1

    assert Worker(database, clock, {}, (Job(_broken), Job(sound))).turn() == 1
    assert seen == [clock()]


def test_what_follows_from_a_fact_is_done_too(database: Database, clock: MovableClock) -> None:
    database.listeners = {FIRST.name: ("next",), SECOND.name: ("last",)}
    done = []

    def announce_second(unit: Unit, _fact: Fact) -> None:
        outbox.announce(unit, SECOND, "thing/1", {})

    def note(_unit: Unit, fact: Fact) -> None:
        done.append(fact.name)

    with database.unit(SYSTEM, clock()) as unit:
        outbox.announce(unit, FIRST, "thing/1", {})
    assert Worker(database, clock, {"next": announce_second, "last": note}, ()).finish() == 2
    assert done == [SECOND.name]


def test_the_worker_outlives_a_database_that_is_away(database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "TROUBLED", 0.01)
    stop, turns = Event(), []

    def away_twice(_database: Database, _now: datetime) -> int:
        turns.append(1)
        if len(turns) <= 2:
            raise OperationalError("SELECT 1", {}, Exception("away"))
        stop.set()
        return 0

    running = Thread(target=Worker(database, clock, {}, (Job(away_twice, rest=0.01),)).run, args=(stop,))
    running.start()
    running.join(20)
    assert not running.is_alive()
    assert len(turns) == 3


def test_a_job_that_waits_for_somebody_outside_holds_up_nothing(database: Database, clock: MovableClock) -> None:
    database.listeners = {FIRST.name: ("note",)}
    stop, waiting, told = Event(), Event(), Event()

    def slow(_database: Database, _now: datetime) -> int:
        waiting.set()
        told.wait(20)  # ends only once the fact has been handed out beside it
        stop.set()
        return 0

    running = Thread(target=Worker(database, clock, {"note": lambda _unit, _fact: told.set()}, (Job(slow),)).run, args=(stop,))
    running.start()
    assert waiting.wait(20)
    with database.unit(SYSTEM, clock()) as unit:
        outbox.announce(unit, FIRST, "thing/1", {})
    assert told.wait(20)
    running.join(20)
    assert not running.is_alive()
