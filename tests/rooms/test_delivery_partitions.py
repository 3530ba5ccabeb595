"""On PostgreSQL every planned paper has a partition of the journal; elsewhere nothing changes."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from core.migrations import running
from core.unit import Database
from delivery import queries
from delivery.chain import find_break
from delivery.partitions import make_partitions
from delivery.tables import OTHERS
from tests.make.clock import MovableClock
from tests.make.delivery import Pen, look, started
from tests.make.postgres import Cluster

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def _pen(database: Database, clock: MovableClock, paper: str) -> Pen:
    return Pen.of(database, clock, started(database, clock(), paper=paper))


def _where(database: Database) -> dict[str, dict[str, int]]:
    """Return for each partition how many answers of which attempt it holds."""
    found: dict[str, dict[str, int]] = {}
    with database.reading() as session:
        for name, attempt, count in session.execute(text("SELECT tableoid::regclass::text, attempt, count(*) FROM journal GROUP BY 1, 2")):
            found.setdefault(name, {})[attempt] = count
    return found


@on_postgresql
def test_answers_land_in_the_partition_of_their_paper(database: Database, clock: MovableClock) -> None:
    first, second = _pen(database, clock, "pap_1"), _pen(database, clock, "pap_2")
    assert make_partitions(database, clock()) == 2
    assert make_partitions(database, clock()) == 0
    unplanned = _pen(database, clock, "pap_3")
    for pen in (first, second, unplanned):
        pen.write(1)
        pen.write(3)
        pen.write(2)  # out of order: the slow way
    assert _where(database) == {
        "journal_of_pap_1": {first.attempt: 3},
        "journal_of_pap_2": {second.attempt: 3},
        OTHERS: {unplanned.attempt: 3},
    }
    assert make_partitions(database, clock()) == 0, "what came too early stays where it is"


@on_postgresql
def test_a_sitting_is_put_away_without_touching_another(database: Database, clock: MovableClock) -> None:
    first, second = _pen(database, clock, "pap_1"), _pen(database, clock, "pap_2")
    make_partitions(database, clock())
    for seq in (1, 2):
        first.write(seq)
        second.write(seq)
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE journal DETACH PARTITION journal_of_pap_1"))
        assert connection.scalar(text("SELECT count(*) FROM journal_of_pap_1")) == 2
        connection.execute(text("DROP TABLE journal_of_pap_1"))
    assert second.write(3) == clock()
    assert _where(database) == {"journal_of_pap_2": {second.attempt: 3}}
    with database.reading() as session:
        assert queries.journal_of(session, first.attempt) == []
        assert find_break(second.attempt, queries.journal_of(session, second.attempt)) is None


@on_postgresql
def test_a_partition_is_put_off_rather_than_hold_up_running_answers(database: Database, clock: MovableClock) -> None:
    _pen(database, clock, "pap_1")
    with database.engine.connect() as busy:
        busy.execute(text("SELECT count(*) FROM journal"))  # holds a lock on every partition until its end
        assert make_partitions(database, clock()) == 0  # an endless patience would never come back
    assert make_partitions(database, clock()) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_embedded_database_has_one_table(database: Database, clock: MovableClock) -> None:
    pen = _pen(database, clock, "pap_1")
    assert make_partitions(database, clock()) == 0
    assert pen.write(1) == clock()
    assert look(database, pen.attempt).paper == "pap_1"


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database as it was before the journal had papers, with one answer."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/old.sqlite"
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.create("before_papers")
    with running._connected(url) as connection:
        command.upgrade(running._config(connection), "0004")
        row: dict[str, Any] = {"attempt": "att_1", "pos": 1, "seq": 1, "epoch": 1, "item": "1", "value": '"A"', "hash": "x"}
        instant = "2026-05-23 01:00:00.000000"
        columns = {
            **dict.fromkeys(("candidate", "form", "title", "language", "seat", "timing", "state"), "x"),
            **dict.fromkeys(("opens_at", "starts_at", "latest_start_at"), instant),
            **dict.fromkeys(("seed", "duration_s", "earliest_submit_s", "late_window_s", "epoch", "event_n"), 0),
            "id": "att_1",
            "paper": "pap_1",
            "deadline_version": 0,
            "deadline_acked": 0,
        }
        for table, values in (("attempts", columns), ("journal", {**row, "typed_at": instant, "received_at": instant})):
            named = ", ".join(f":{name}" for name in values)
            connection.execute(text(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({named})"), values)
    return url


def test_answers_from_before_find_their_paper(old_url: str) -> None:
    running.upgrade(old_url)
    database = Database(old_url)
    with database.reading() as session:
        assert session.execute(text("SELECT attempt, paper, pos, value FROM journal")).all() == [("att_1", "pap_1", 1, '"A"')]
        if not database.is_sqlite:
            assert session.scalar(text("SELECT count(*) FROM journal_of_pap_1")) == 1
    database.engine.dispose()
