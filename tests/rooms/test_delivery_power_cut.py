"""What is left when the power goes: of the embedded database, whatever was on the disk when an answer was acknowledged."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from core.engine import make_engine
from core.migrations.schema import metadata
from core.unit import Database
from delivery import queries
from delivery.chain import find_break
from tests.make.clock import MovableClock
from tests.make.delivery import Pen, started

CHANCE = random.Random(20260523)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "running"
    made.mkdir()
    engine = make_engine(f"sqlite:///{made}/house.sqlite")
    metadata().create_all(engine)
    engine.dispose()
    return made


def _write(folder: Path, clock: MovableClock) -> tuple[Pen, dict[int, int]]:
    """Write answers; return for each acknowledged one how long the log was that had been forced to the disk by then."""
    pen = Pen.of(Database(f"sqlite:///{folder}/house.sqlite"), clock, started(Database(f"sqlite:///{folder}/house.sqlite"), clock()))
    forced = {}
    for seq in range(1, 31):
        assert pen.write(seq, f'"{seq * "答"}"') == clock()
        forced[seq] = (folder / "house.sqlite-wal").stat().st_size
    return pen, forced


def _after_the_cut(folder: Path, copy: Path, attempt: str, length: int, torn: bytes) -> list[int]:
    """Return the numbers in a copy whose log is cut at `length` and goes on with what was being written."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    shutil.copyfile(folder / "house.sqlite", copy / "house.sqlite")
    log = (folder / "house.sqlite-wal").read_bytes()
    (copy / "house.sqlite-wal").write_bytes(log[:length] + torn)
    database = Database(f"sqlite:///{copy}/house.sqlite")
    with database.reading() as session:
        links = queries.journal_of(session, attempt)
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    database.engine.dispose()
    assert find_break(attempt, links) is None
    return [link.entry.seq for link in links]


def test_what_was_acknowledged_survives_a_cut_anywhere_behind_it(folder: Path, clock: MovableClock, tmp_path: Path) -> None:
    pen, forced = _write(folder, clock)
    whole = max(forced.values())
    for seq, length in forced.items():
        cut = CHANCE.randint(length, whole)
        torn = CHANCE.randbytes(CHANCE.randint(0, 5000))
        kept = _after_the_cut(folder, tmp_path / "copy", pen.attempt, cut, torn)
        assert kept[:seq] == list(range(1, seq + 1))
    pen.database.engine.dispose()


def test_control_a_cut_before_it_loses_it(folder: Path, clock: MovableClock, tmp_path: Path) -> None:
    pen, forced = _write(folder, clock)
    assert _after_the_cut(folder, tmp_path / "copy", pen.attempt, forced[20] - 1, b"") == list(range(1, 20))
    pen.database.engine.dispose()


def test_every_connection_forces_its_commits_to_the_disk(folder: Path) -> None:
    database = Database(f"sqlite:///{folder}/house.sqlite")
    with database.reading() as one, database.reading() as two:
        for session in (one, two):
            assert session.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL: the log is forced at every commit
            assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    database.engine.dispose()


def test_the_log_is_forced_between_the_write_and_the_acknowledgement(folder: Path) -> None:
    """The promise rests on SQLite's own; say loudly when it is built without it."""
    options = {row[0] for row in sqlite3.connect(":memory:").execute("PRAGMA compile_options")}
    assert "OMIT_WAL" not in options
    assert "NO_SYNC" not in options
