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
WAITING = 5.0  # seconds
LONG = timedelta(hours=1)  # nobody waits for it: a story ends the answering when it has seen enough
SOME = 3  # answers of a candidate
PATIENCE = 240.0  # real seconds

Trouble = Callable[[OwnHouse, Rehearsal], Awaitable[object]]


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


def _sit(town: Town, trouble: Trouble, seen: Callable[[list[Seat]], None] = lambda _seats: None) -> tuple[Tally, Kept]:
    """Let some candidates sit, with trouble while they answer; return what they counted and what the database says.

    They answer before, during and after it, as many times as it takes to tell.
    """
    starts_at = now() + timedelta(seconds=WAITING)
    seats = stage.seat(town.database, town.form, CANDIDATES, starts_at, LONG + timedelta(minutes=10), now())
    waiting = (starts_at - now()).total_seconds()
    rehearsal = Rehearsal(Script(town.house.url, 0.3, LONG.total_seconds(), 1), waiting, Faults(), 1, None, lambda _line: None)

    async def story() -> None:
        sitting = asyncio.create_task(rehearsal.run(seats))
        await _more_answers(rehearsal)
        await trouble(town.house, rehearsal)
        await asyncio.to_thread(seen, seats)
        await _more_answers(rehearsal)
        rehearsal.end()
        await sitting

    asyncio.run(story())
    return rehearsal.tally, checking.compare(town.database, rehearsal.cast)


async def _more_answers(rehearsal: Rehearsal) -> None:
    """Wait until some more answers of every candidate are acknowledged."""
    had = [len(candidate.acked) for candidate in rehearsal.cast] or [0] * CANDIDATES
    async with asyncio.timeout(PATIENCE):
        while [len(candidate.acked) >= before + SOME for candidate, before in zip(rehearsal.cast, had, strict=False)] != [
            True
        ] * CANDIDATES:
            await asyncio.sleep(0.05)  # real processes answer in real time


def _fault(kind: str) -> Trouble:
    return lambda house, _rehearsal: house.fail(kind, random.Random(1))


async def _die_for_good(house: OwnHouse, rehearsal: Rehearsal) -> None:
    """Kill one service, and start it again only when all its pages have answers acknowledged elsewhere."""
    lines = rehearsal.tally.reconnects
    house.kill_service(0)
    await _more_answers(rehearsal)
    assert rehearsal.tally.reconnects > lines, "nobody was there"
    await house.start_service(0)


def _check_whole(tally: Tally, kept: Kept) -> None:
    assert kept == Kept(0, 0, 0, 0)
    assert (tally.wrong, tally.submitted) == ({}, CANDIDATES)
    assert tally.acked == tally.sent >= 2 * SOME * CANDIDATES


@pytest.mark.parametrize("kind", ["restart-postgres", "stop-redis"])
def test_what_the_services_stand_on_goes_and_comes_back(town: Town, kind: str) -> None:
    _check_whole(*_sit(town, _fault(kind)))


def test_pages_of_a_service_that_dies_go_on_elsewhere(town: Town) -> None:
    _check_whole(*_sit(town, _die_for_good))


def test_all_services_are_replaced_one_after_the_other_and_no_acknowledgement_is_lost(town: Town) -> None:
    tally, kept = _sit(town, _fault("roll-servers"))
    _check_whole(tally, kept)
    assert tally.reconnects >= CANDIDATES


def test_without_redis_everything_works_and_news_are_fetched(town: Town) -> None:
    redis = town.house.redis
    assert redis

    def extend_and_look(seats: list[Seat]) -> None:
        with town.database.unit(INVIGILATOR, now()) as unit:
            accommodating.extend(unit, seats[0].attempt, 300, "Redis is gone")
        address = f"{town.house.url}/api/v1/attempts/{seats[0].attempt}/state?since=0"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {seats[0].token}"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert json.load(answer)["deadline_version"] == 2

    try:
        tally, kept = _sit(town, lambda _house, _rehearsal: asyncio.to_thread(redis.stop), extend_and_look)
    finally:
        redis.start()
    _check_whole(tally, kept)
