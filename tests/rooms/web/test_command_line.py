"""The command line: one document with `--json`, exit codes, and the processes that stay."""

import sqlite3
import urllib.request
from pathlib import Path

import pytest

from tests.make.server import Deployment, Server


@pytest.fixture
def deployment(database_url: str, tmp_path: Path) -> Deployment:
    return Deployment(database_url, tmp_path)


def test_an_account_opened_by_command_signs_in_on_a_real_server(server: Server) -> None:
    account = server.deployment.add_account("chen", "office", name="陈晓")
    request = urllib.request.Request(
        f"{server.url}/api/v1/session",
        data=b'{"login": "chen", "password": "tests-only-pass"}',
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        assert account in answer.read().decode()


def test_ctrl_c_stops_the_server_and_a_second_start_goes_on(server: Server) -> None:
    server.deployment.add_account("chen", "office")
    assert server.stop() == 0
    server.start()
    code, listed = server.deployment.run("accounts", "list")
    assert (code, [row["logins"] for row in listed["accounts"]]) == (0, [["CHEN"]])


def test_a_taken_login_is_an_error_document_and_exit_code_1(deployment: Deployment) -> None:
    deployment.add_account("chen", "office")
    code, document = deployment.run("accounts", "add", "Chen", "--name", "x", "--role", "office", "--password", "long-enough")
    assert (code, document["error"]["code"]) == (1, "web.login_taken")


@pytest.mark.parametrize("wrong", [["accounts", "add"], ["nothing"], ["accounts", "add", "x", "--name", "x", "--role", "king"]])
def test_wrong_usage_is_exit_code_2(tmp_path: Path, wrong: list[str]) -> None:
    code, document = Deployment(f"sqlite:///{tmp_path}/x.sqlite", tmp_path).run(*wrong)
    assert (code, set(document)) == (2, {"error"})


def test_a_database_without_tables_is_refused_until_migrated(tmp_path: Path) -> None:
    fresh = Deployment(f"sqlite:///{tmp_path}/fresh.sqlite", tmp_path)
    code, document = fresh.run("serve", "--port", "0")
    assert (code, document["error"]["code"]) == (1, "web.not_migrated")
    code, document = fresh.run("doctor")
    assert code == 1
    assert [check["name"] for check in document["checks"] if not check["sound"]] == ["tables"]
    assert fresh.run("migrate")[0] == 0
    assert fresh.run("doctor")[0] == 0


def test_the_worker_does_what_is_due_and_ends(deployment: Deployment) -> None:
    assert deployment.run("worker", "--once") == (0, {"done": 0})


def test_a_backup_brings_back_what_was_there_and_nothing_newer(deployment: Deployment, tmp_path: Path) -> None:
    deployment.add_account("before", "office")
    copy = tmp_path / "copy.backup"
    code, document = deployment.run("backup", str(copy))
    assert (code, document["bytes"]) == (0, copy.stat().st_size)
    deployment.add_account("after", "office")
    code, document = deployment.run("restore", str(copy))
    assert (code, document["error"]["code"]) == (1, "web.not_empty")
    assert deployment.run("restore", str(copy), "--replace")[0] == 0
    listed = deployment.run("accounts", "list")[1]["accounts"]
    assert [row["logins"] for row in listed] == [["BEFORE"]]


def test_a_file_that_is_no_backup_is_refused(deployment: Deployment, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("nothing")
    code, document = deployment.run("restore", str(other), "--replace")
    assert (code, document["error"]["code"]) == (1, "web.not_a_backup")


def test_the_copy_of_the_embedded_database_is_whole_while_somebody_writes(tmp_path: Path) -> None:
    path = tmp_path / "live.sqlite"
    deployment = Deployment(f"sqlite:///{path}", tmp_path)
    deployment.run("migrate")
    deployment.add_account("chen", "office")
    writing = sqlite3.connect(path, isolation_level=None)
    writing.execute("BEGIN IMMEDIATE")
    writing.execute("DELETE FROM account_logins")
    deployment.run("backup", str(tmp_path / "copy.backup"))
    writing.rollback()
    copied = sqlite3.connect(tmp_path / "copy.backup")
    assert copied.execute("SELECT login FROM account_logins").fetchall() == [("CHEN",)]
    assert copied.execute("PRAGMA integrity_check").fetchone() == ("ok",)
