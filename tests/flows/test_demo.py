"""What `make run` serves: the demonstration is there after one run, the same after the next, and every printed account opens its desk."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.make.people import ExamPage, Person, Refused
from tests.make.server import Deployment, Server

ITEM, REWRITTEN = "cbec-ops-0001", "<p>An author has put it otherwise.</p>"
DESKS = {
    "candidate": "/exam",
    "candidate2": "/practice",
    "candidate3": "/results",
    "marker": "/marking",
    "chief": "/marking/chief",
    "author": "/bank/import",
    "office": "/office",
}


def test_the_demonstration_is_walked_by_its_printed_accounts(tmp_path: Path) -> None:
    deployment = Deployment("", tmp_path)
    assert deployment.run("migrate")[0] == 0
    first = deployment.run("demo")
    _write_a_version(deployment, tmp_path)
    second = deployment.run("demo")
    assert first == second
    assert _version_of(deployment, tmp_path)["stem"] == REWRITTEN, "what an author has made of an item stays"
    printed = first[1]
    server = Server(deployment).start()
    try:
        people = {login: Person(server.url, login, printed["password"]) for login in [account["login"] for account in printed["accounts"]]}
        for login, desk in DESKS.items():
            assert "<!doctype html>" in people[login].page(desk).lower()
        _sit_the_open_paper(people["candidate"])
        assert people["candidate"].call("GET", "practice/points")["points"]
        with pytest.raises(Refused, match=r"practice\.not_entitled"):
            people["unpaid"].call("GET", "practice/points")
    finally:
        assert server.stop() == 0


def _version_of(deployment: Deployment, folder: Path) -> dict[str, Any]:
    """Return the newest version of an item of the demo's bank."""
    code, _ = deployment.run("bank", "export", "--format", "jsonl", str(folder / "bank.jsonl"))
    assert code == 0
    items = map(json.loads, (folder / "bank.jsonl").read_text("utf-8").splitlines())
    return next(item for item in items if item["ref"] == ITEM)


def _write_a_version(deployment: Deployment, folder: Path) -> None:
    (folder / "mine.jsonl").write_text(json.dumps({**_version_of(deployment, folder), "stem": REWRITTEN}), "utf-8")
    assert deployment.run("bank", "import", str(folder / "mine.jsonl"))[0] == 0


def _sit_the_open_paper(candidate: Person) -> None:
    attempts = candidate.call("GET", "me/attempts")["attempts"]
    assert len(attempts) == 4, "the open sitting, two papers of next week, and the rehearsal: once each, however often the demo is loaded"
    attempt = next(row["id"] for row in attempts if "示范考试" in row["title"])
    page = ExamPage(candidate, attempt)
    candidate.call("POST", f"attempts/{attempt}/start", {})
    paper = candidate.call("GET", f"attempts/{attempt}/paper")
    items = [part for section in paper["sections"] for item in section["items"] for part in item.get("parts", [item])]
    assert {"single", "multiple", "truefalse", "extended", "business"} <= {item["kind"] for item in items}
    assert page.ask("attempt.submit", {"epoch": page.epoch, "last_seq": 0})["ok"]
    page.close()
