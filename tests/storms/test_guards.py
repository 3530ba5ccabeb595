"""Each guard of the way into the journal, taken away: the rehearsal says what came of it.  With all of them it has nothing to say."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.rehearsal.figures import is_sound
from core.clock import iso, now
from delivery import queries
from tests.make import sitting
from tests.make.clock import MovableClock
from tests.make.house import House
from tests.make.people import ExamPage, Person
from tests.make.rehearsing import Rehearsal
from tests.make.server import Deployment, Server

CANDIDATES = 6
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def _served(database_url: str, folder: Path, *altered: str) -> Iterator[tuple[Deployment, str]]:
    deployment = Deployment(database_url, folder, altered=altered)
    server = Server(deployment).start()
    try:
        yield deployment, server.url
    finally:
        server.kill()


def _rehearse_two_pages(database_url: str, folder: Path, *altered: str) -> dict[str, Any]:
    """Let everybody open a second page now and then, and the older one write once more."""
    with _served(database_url, folder, *altered) as (deployment, url):
        return Rehearsal(deployment, url, CANDIDATES, 0.2, duration=5, faults="two-tabs").end()


@on_sqlite
def test_a_second_page_takes_over_and_what_the_older_one_writes_is_kept_aside(database_url: str, tmp_path: Path) -> None:
    document = _rehearse_two_pages(database_url, tmp_path)
    assert is_sound(document), document
    assert document["saves"]["refused"]["delivery.superseded"] >= CANDIDATES, "the storm was none"


@on_sqlite
@pytest.mark.parametrize(
    ("taken_away", "part", "figure"),
    [
        ("forget_fencing", "saves", "wrongly_taken"),
        ("forget_what_is_aside", "journals", "vanished_aside"),
        ("forget_the_link_before", "journals", "broken_chains"),
    ],
)
def test_control_without_a_guard_the_rehearsal_is_unsound(
    database_url: str, tmp_path: Path, taken_away: str, part: str, figure: str
) -> None:
    document = _rehearse_two_pages(database_url, tmp_path, taken_away)
    assert document[part][figure] > 0, document
    assert not is_sound(document)


def _write_after_hand_in(database_url: str, folder: Path, *altered: str) -> tuple[dict[str, Any], int]:
    """Hand in one answer and write another over the same line; return what becomes of that, and how many are in the journal."""
    house = House(database_url, MovableClock(now()), folder, rate_limits=False)
    sat = sitting.plan(house)
    attempt = sat.attempt(sat.enrol("candidate"))
    with _served(database_url, folder, *altered) as (_, url):
        person = Person(url, "candidate")
        person.call("POST", f"attempts/{attempt}/start", {})
        page = ExamPage(person, attempt)
        assert page.put(1, "6", "in time", iso(now()))["ok"]
        assert page.ask("attempt.submit", {"epoch": page.epoch, "last_seq": 1})["ok"]
        answer = page.put(2, "6", "afterwards", iso(now()))
        page.close()
    with house.database.reading() as session:
        held = len(queries.journal_of(session, attempt))
    house.close()
    return answer, held


def test_after_the_hand_in_nothing_is_written(database_url: str, tmp_path: Path) -> None:
    answer, held = _write_after_hand_in(database_url, tmp_path)
    assert (answer["error"]["code"], held) == ("delivery.closed", 1)


@on_sqlite
def test_control_without_the_state_something_is(database_url: str, tmp_path: Path) -> None:
    answer, held = _write_after_hand_in(database_url, tmp_path, "forget_state")
    assert (answer["ok"], held) == (True, 2)
