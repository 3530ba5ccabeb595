"""A regrade is committed whole or not at all, also when the process that commits it is killed in the middle."""

import signal
import subprocess
import sys

import pytest

from core.unit import Database
from tests.make.clock import MovableClock
from tests.make.regrading import Sat, totals

CHANGES = {"place": "1", "act": "new_key", "correct": ["B"]}, {"place": "6", "act": "full_marks"}, {"place": "3", "act": "drop"}


def commit_apart(url: str, sat: Sat, made: str, point: int) -> int:
    """Commit in a process of its own that dies at a point; return how it ended."""
    command = [sys.executable, "-m", "tests.make.killed", url, made, sat.row(made).digest, str(point)]
    return subprocess.run(command, check=False).returncode


@pytest.mark.parametrize("point", [1, 3])
def test_a_commit_that_is_killed_leaves_nothing_half_done(database_url: str, database: Database, clock: MovableClock, point: int) -> None:
    sat = Sat(database, clock)
    attempts = [sat.sit("a", {"1": "A"}), sat.sit("b", {"1": "B", "6": "Because."}), sat.sit("c", {})]
    made = sat.propose(*CHANGES)
    before, previewed = sat.standing(), sat.previewed(made)
    assert commit_apart(database_url, sat, made, point) == -signal.SIGKILL
    assert (sat.standing(), sat.row(made).state, sat.row(made).number) == (before, "previewed", None)
    assert sat.commit(made) == len(attempts)  # by the digest that was seen: the dead process has changed nothing
    assert all(sat.marks(*place) == marks for place, marks in previewed.items())
    assert None not in totals(sat, attempts)
    sat.reverse(made)
    assert sat.standing() == before


def test_a_commit_that_nobody_kills_is_whole(database_url: str, database: Database, clock: MovableClock) -> None:
    """The control: the same process, left alone, does everything."""
    sat = Sat(database, clock)
    sat.sit("a", {"1": "A"})
    made = sat.propose(*CHANGES)
    before = sat.standing()
    assert commit_apart(database_url, sat, made, 0) == 0
    assert sat.row(made).state == "committed"
    assert sat.standing() != before
    assert all(sat.marks(*place) == marks for place, marks in sat.previewed(made).items())
