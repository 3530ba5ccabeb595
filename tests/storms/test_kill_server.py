"""The server is killed with SIGKILL again and again under load; what it said was saved is in the database, once."""

import random
import time
from pathlib import Path
from typing import Any

import pytest

from core.unit import Database
from delivery import queries
from delivery.chain import find_break
from delivery.tables import AttemptRow
from tests.make.rehearsing import Rehearsal
from tests.make.server import Deployment, Server

CANDIDATES = 16
SEVERAL = 30  # answers that must have come in before the next blow
BREATH = (0.0, 0.4)  # real seconds more, so that the blow falls anywhere between two groups


def _storm(deployment: Deployment, kills: int) -> dict[str, Any]:
    """Let candidates answer while the server dies and comes back; return the rehearsal's document."""
    chance = random.Random(7)
    server = Server(deployment).start()
    try:
        rehearsal = Rehearsal(deployment, server.url, CANDIDATES, 0.25)
        for _ in range(kills):
            assert rehearsal.wait_for_load(chance.randint(SEVERAL, 2 * SEVERAL))
            time.sleep(chance.uniform(*BREATH))
            server.kill()
            server.start()
        return rehearsal.hand_in()
    finally:
        server.kill()


def test_a_killed_server_has_kept_what_it_acknowledged(database_url: str, tmp_path: Path) -> None:
    document = _storm(Deployment(database_url, tmp_path), kills=3)
    saves = document["saves"]
    assert (saves["lost"], saves["duplicated"]) == (0, 0), document
    assert document["reconnects"] >= CANDIDATES
    assert document["submitted"] == CANDIDATES, document
    assert saves["acked"] > 2 * SEVERAL
    _check_chains(database_url)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_control_a_server_that_acknowledges_before_the_commit_loses(database_url: str, tmp_path: Path) -> None:
    deployment = Deployment(database_url, tmp_path, altered=("ack_early",), group_window_ms=1000)
    document = _storm(deployment, kills=3)
    assert document["saves"]["lost"] > 0, document


def _check_chains(database_url: str) -> None:
    database = Database(database_url)
    with database.reading() as session:
        for row in session.query(AttemptRow):
            links = queries.journal_of(session, row.id)
            assert find_break(row.id, links) is None
            assert (row.state, row.entries, row.head) == ("submitted", len(links), links[-1].hash)
    database.engine.dispose()
