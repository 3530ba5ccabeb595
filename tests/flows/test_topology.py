"""The house of compose.yaml as local processes from the shipped settings: what its parts may suffer while candidates sit.

nginx, two web services under gunicorn, a worker, PostgreSQL and Redis; one house for all stories of this file, one sitting for each.
"""

import asyncio
import json
import random
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest

from bench.rehearsal import checking, stage
from bench.rehearsal.candidate import Script, Seat
from bench.rehearsal.faults import Faults
from bench.rehearsal.figures import Kept, Tally
from bench.rehearsal.house import OwnHouse
from bench.rehearsal.run import Rehearsal
from core.clock import now
from core.migrations import running
from core.unit import Database
from delivery import accommodating
from tests.make.delivery import INVIGILATOR
from web import wiring

CANDIDATES = 6
WAITING, ANSWERING = 5.0, 10.0  # seconds
REPLACING = 40.0  # seconds of answering while two services are replaced, on a busy machine
ELSEWHERE = 5.0  # seconds within which a page has another service

Trouble = Callable[[OwnHouse], Awaitable[object]]


class Town(NamedTuple):
    """A running house, its database and the form of its papers."""

    house: OwnHouse
    database: Database
    form: str


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    if missing := OwnHouse.missing(2):
        pytest.skip(f"not installed: {', '.join(missing)}; run `make test` as root")
    house = OwnHouse(tmp_path_factory.mktemp("town"), "", 2, worker_apart=True)
    try:
        running.upgrade(house.database_url)
        database = Database(house.database_url, wiring.LISTENERS)
        asyncio.run(house.start())
        yield Town(house, database, stage.publish(database, now()))
        database.engine.dispose()
    finally:
        house.remove()


def _sit(
    town: Town, trouble: Trouble, seen: Callable[[list[Seat]], None] = lambda _seats: None, answering: float = ANSWERING
) -> tuple[Tally, Kept]:
    """Let some candidates sit, with trouble beginning while they answer; return what they counted and what the database says."""
    starts_at = now() + timedelta(seconds=WAITING)
    seats = stage.seat(town.database, town.form, CANDIDATES, starts_at, timedelta(minutes=20), now())
    waiting = (starts_at - now()).total_seconds()
    rehearsal = Rehearsal(Script(town.house.url, 0.3, answering, 1), waiting, Faults(), 1, None, lambda _line: None)

    async def story() -> None:
        sitting = asyncio.create_task(rehearsal.run(seats))
        await asyncio.sleep(waiting + 2)
        await trouble(town.house)
        await asyncio.to_thread(seen, seats)
        await sitting

    asyncio.run(story())
    return rehearsal.tally, checking.compare(town.database, rehearsal.cast)


def _fault(kind: str) -> Trouble:
    return lambda house: house.fail(kind, random.Random(1))


def _check_whole(tally: Tally, kept: Kept) -> None:
    assert kept == Kept(0, 0, 0, 0)
    assert (tally.wrong, tally.submitted) == ({}, CANDIDATES)
    assert tally.acked == tally.sent > 3 * CANDIDATES


@pytest.mark.parametrize("kind", ["restart-postgres", "stop-redis"])
def test_what_the_services_stand_on_goes_and_comes_back(town: Town, kind: str) -> None:
    _check_whole(*_sit(town, _fault(kind)))


def test_pages_of_a_service_that_dies_go_on_elsewhere(town: Town) -> None:
    tally, kept = _sit(town, _fault("kill-server"))
    _check_whole(tally, kept)
    assert 0 < tally.reconnects < 2 * CANDIDATES, "those of the other service stay where they are"
    assert tally.longest_unsafe < ELSEWHERE


def test_all_services_are_replaced_one_after_the_other_and_no_acknowledgement_is_lost(town: Town) -> None:
    tally, kept = _sit(town, _fault("roll-servers"), answering=REPLACING)
    _check_whole(tally, kept)
    assert tally.reconnects >= CANDIDATES
    assert tally.longest_unsafe < ELSEWHERE


def test_without_redis_everything_works_and_news_are_fetched(town: Town) -> None:
    redis = town.house.redis
    assert redis

    def extend_and_look(seats: list[Seat]) -> None:
        with town.database.unit(INVIGILATOR, now()) as unit:
            accommodating.extend(unit, seats[0].attempt, 300, "Redis is gone")
        address = f"{town.house.url}/api/v1/attempts/{seats[0].attempt}/state?since=0"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {seats[0].token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert json.load(answer)["deadline_version"] == 2

    try:
        tally, kept = _sit(town, lambda _house: asyncio.to_thread(redis.stop), extend_and_look)
    finally:
        redis.start()
    _check_whole(tally, kept)
