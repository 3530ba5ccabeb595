"""A rehearsal with every fault that the embedded house knows, short; and that its comparison with the database can fail."""

import random
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bench.rehearsal import checking
from bench.rehearsal.candidate import Candidate, Entry, Script, Seat, Surroundings
from bench.rehearsal.figures import Kept, Tally
from bench.rehearsal.house import OwnHouse
from bench.rehearsal.storm import HOUSES, summary
from core.clock import iso
from core.unit import Database
from tests.make.clock import MovableClock
from tests.make.delivery import Pen, started
from tests.make.server import Deployment
from web import cli

FAULTS = "kill-server,kill-worker,cut:1s,loss:20%,skew:10m,two-tabs"


def test_nothing_is_lost_over_all_faults_of_the_embedded_house(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    command = ("rehearse", "--candidates", "8", "--duration", "8", "--pace", "0.3", "--faults", FAULTS, "--fault-every", "2")
    code, document = Deployment("", tmp_path).run(*command, "--report", str(page), patience=300)
    assert code == 0, document
    assert {fault["kind"] for fault in document["faults"]} & {"kill-server", "kill-worker", "cut", "two-tabs"}
    assert document["saves"]["acked"] > 8
    assert document["saves"]["resent"] > 0
    assert document["worst_clock_error_ms"] < 5000, "ten minutes were put right"
    assert "通过" in page.read_text("utf-8")
    assert summary([(HOUSES[0], document)])["faults_total"] == len(document["faults"])


@pytest.mark.parametrize(
    "options",
    [
        ("--faults", "no-such-fault"),
        ("--faults", "stop-redis"),
        ("--faults", "restart-postgres"),
        ("--faults", "cut:60s", "--duration", "30"),
        ("--faults", "kill-server", "--url", "http://127.0.0.1:1"),
        ("--scaled", "2", "--url", "http://127.0.0.1:1"),
    ],
)
def test_what_cannot_be_rehearsed_is_wrong_usage(options: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli.kaochang, ["rehearse", "--candidates", "1", *options])
    assert done.exit_code == 2
    assert "Usage" in done.output


def test_the_embedded_house_needs_nothing_installed() -> None:
    assert OwnHouse.missing(0) == []


# --- the comparison with the database, and what it must notice ----------------------------------------------------------------------------


@pytest.fixture
def sat(database: Database, clock: MovableClock) -> tuple[Database, Candidate]:
    """Return a candidate to whom three answers were acknowledged, and one refused because a newer page had come."""
    attempt = started(database, clock())
    older = Pen.of(database, clock, attempt)
    pen = Pen.of(database, clock, attempt)
    candidate = Candidate(Seat(attempt, ""), Script("", 1, 1), Surroundings(), cast("Any", None), Tally(), random.Random(1))
    for seq in (1, 2, 3):
        clock.move(1)
        pen.write(seq, '"B"')
        candidate.acked.append(Entry(seq, "1", "B", iso(clock())))
    older.write(4, '"C"')
    candidate.aside.append(Entry(4, "1", "C", iso(clock())))
    return database, candidate


def test_what_is_whole_is_found_whole(sat: tuple[Database, Candidate]) -> None:
    database, candidate = sat
    assert checking.compare(database, [candidate]) == Kept(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("DELETE FROM journal WHERE pos = 3", Kept(1, 0, 0, 0)),
        ("DELETE FROM journal WHERE pos = 2", Kept(1, 0, 1, 0)),
        ("UPDATE journal SET value = '\"D\"' WHERE pos = 1", Kept(1, 0, 1, 0)),
        ("UPDATE journal SET hash = 'no' WHERE pos = 3", Kept(0, 0, 1, 0)),
        ("UPDATE attempts SET state = 'submitted', entries = 2, head = 'x'", Kept(0, 0, 1, 0)),
        ("DELETE FROM quarantine", Kept(0, 0, 0, 1)),
        (
            "INSERT INTO journal SELECT attempt, paper, 4, 9, epoch, item, value, typed_at, received_at, hash FROM journal WHERE pos = 3",
            Kept(0, 1, 1, 0),
        ),
    ],
)
def test_control_harm_is_noticed(sat: tuple[Database, Candidate], harm: str, found: Kept) -> None:
    database, candidate = sat
    with database.engine.begin() as connection:
        connection.execute(text(harm))
    assert checking.compare(database, [candidate]) == found
