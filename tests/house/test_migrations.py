"""The migrations lead, on both databases, to exactly the tables that are in the code."""

from pathlib import Path

import pytest

from core.migrations import running
from tests.make.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.sqlite"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.create("migrations", tables=False)


def test_migrations_lead_to_the_tables_in_the_code_and_can_be_repeated(empty_url: str) -> None:
    assert running.upgrade(empty_url) == running.newest()
    assert running.differences(empty_url) == []
    assert running.upgrade(empty_url) == running.newest()
