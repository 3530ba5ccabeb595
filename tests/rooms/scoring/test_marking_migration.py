"""A house that has marked before the marking room had parts: what was there is carried over."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from core.engine import WRITE, make_engine
from core.migrations import running
from tests.make.postgres import Cluster

WHEN = "2026-05-23 01:00:00+00:00"
MARKS = {"sqlite": ("40000", "60000"), "postgresql": ("4", "6")}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/before.sqlite"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.create("before_parts", tables=False)


def test_tasks_marks_and_returns_are_carried_over(url: str) -> None:
    engine = make_engine(url)
    four, six = MARKS[engine.dialect.name]
    with engine.execution_options(**{WRITE: True}).begin() as connection:
        command.upgrade(running._config(connection), "0008")
        for statement in (
            (
                "INSERT INTO marking_tasks (id, code, attempt, candidate, place, paper, form, answer, max_marks, state, marker) VALUES "
                f"('task_1', 'AA', 'att_1', 'acc_1', '6', 'pap_1', 'frm_1', 'So.', {six}, 'marked', 'acc_m'), "
                f"('task_2', 'BB', 'att_2', 'acc_2', '6', 'pap_1', 'frm_1', 'No.', {six}, 'open', NULL)"
            ),
            (
                "INSERT INTO marks (id, attempt, place, marks, max_marks, marker, reason, at) VALUES "
                f"(1, 'att_1', '6', {four}, {six}, 'acc_m', '{{}}', '{WHEN}')"
            ),
            f"INSERT INTO scores (attempt, place, section, marks, max_marks, mark_id) VALUES ('att_1', '6', 'B', {four}, {six}, 1)",
            f"INSERT INTO marking_returns (task, marker, reason, at) VALUES ('task_2', 'acc_m', 'illegible', '{WHEN}')",
        ):
            connection.execute(text(statement))
    running.upgrade(url)
    with engine.connect() as connection:
        parts = connection.execute(text("SELECT id, attempt, answer, state FROM marking_parts ORDER BY id")).all()
        tasks = connection.execute(text("SELECT id, script, purpose, queue, state FROM marking_tasks ORDER BY id")).all()
        readings = connection.execute(text("SELECT task, marker, script FROM marking_readings")).all()
        holds = connection.execute(text("SELECT task, marker, ended, reason FROM marking_holds")).all()
        papers = connection.execute(text("SELECT paper, form FROM marking_papers")).all()
    assert [tuple(row) for row in parts] == [("prt_1", "att_1", "So.", "final"), ("prt_2", "att_2", "No.", "marking")]
    assert [tuple(row) for row in tasks] == [("task_1", "prt_1", "first", "all", "marked"), ("task_2", "prt_2", "first", "all", "open")]
    assert [tuple(row) for row in readings] == [("task_1", "acc_m", "prt_1")]
    assert [tuple(row) for row in holds] == [("task_2", "acc_m", "returned", "illegible")]
    assert [tuple(row) for row in papers] == [("pap_1", "frm_1")]
    engine.dispose()
