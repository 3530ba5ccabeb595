"""A marker is blind at the level of data: no byte that a marker can fetch says whose a script is, or what another made of it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from core.actor import Actor, Role
from itembank.blueprint import Blueprint
from scoring import chief, chief_desk, marking_queue, queries, setup
from scoring.annotations import Annotation
from scoring.marking import give_mark
from scoring.setup import Setup
from scoring.tables import PartRow, ReadingRow, TaskRow
from tests.make import exam, sitting
from tests.make.bank import published, stock
from tests.make.house import Browser, House
from tests.make.marking import ten_marks
from tests.make.tables import make_tables
from web.permissions import TABLE

NAME, SITE, LOGIN = "Canary-Name-曾小燕", "Canary-Site-甬江", "canary-login"
COMMENT, NOTE, AGREED = "canary-comment-7d1", "canary-note-9e2", "canary-agreed-3c4"
LEVELS = {"c1": Decimal(7)}
_OWN = re.compile(rb"task_[0-9a-f]{20}|[0-9A-F]{8}|\d{4}-\d\d-\d\dT[\d:.]+Z|csrf[^,]*|nonce-[^'\"]*")


@dataclass
class Aviary:
    """A house in which everything that a marker must not see is marked; and everything that a marker was sent."""

    house: House
    sitting: sitting.Sitting
    accounts: dict[str, str]
    attempts: list[str]
    heard: list[bytes] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def unit(self, login: str) -> Any:
        return self.house.unit(Actor(self.accounts[login]))

    def secrets(self) -> list[str]:
        """Return all that must not be heard."""
        with self.house.database.reading() as session:
            parts = [row.id for row in session.query(PartRow)] + [row.script for row in session.query(TaskRow)]
        candidates = [self.accounts["c0"], self.accounts["c1"]]
        return [NAME, SITE, LOGIN, COMMENT, NOTE, AGREED, "A-01", self.sitting.paper, *self.attempts, *candidates, *parts]

    def call(self, browser: Browser, method: str, endpoint: str, body: Any = None, **names: str) -> Any:
        """Make a call as the page does; keep what comes back."""
        rule = next(rule for rule in self.house.app.url_map.iter_rules() if rule.endpoint == endpoint)
        built = rule.build(names)
        assert built
        answer = browser.open(built[1], method=method, json=body)
        self.heard.append(answer.data + str(answer.headers).encode())
        self.asked.add(endpoint)
        return answer.get_json(silent=True)


def build(house: House, first: int = 7) -> Aviary:
    """Let two candidates of a marked site hand in, and one marker and one chief leave marks, comments and notes behind."""
    stock(house.database, ten_marks(), house.clock())
    form = published(house.database, Blueprint.model_validate(exam.BLUEPRINT), house.clock())
    planned = sitting.plan(house, form=form)
    accounts = {
        login: house.account(login, role) for login, role in (("other", Role.MARKER), ("marker", Role.MARKER), ("chief", Role.CHIEF))
    }
    for n in range(2):
        accounts[f"c{n}"] = planned.enrol(f"{LOGIN}-{n}", name=NAME)
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE enrolments SET site = '{SITE}'")
    attempts = [planned.sit(accounts[f"c{n}"], {"6": f"Answer {n}."}) for n in range(2)]
    sitting.carry_on(house)
    aviary = Aviary(house, planned, accounts, attempts)
    rules = {"scheme": {"kind": "1+1", "tolerance": 10, "remark_rate": 0}, "quality": {"seed_every": 1}}
    with aviary.unit("chief") as unit:
        setup.change(unit, planned.paper, Setup.model_validate(rules))
    for _ in range(2):
        _read(aviary, "other", first)
    _keep_samples(aviary)
    return aviary


def _read(aviary: Aviary, login: str, marks: int) -> None:
    with aviary.unit(login) as unit:
        task = marking_queue.take_next(unit)
    with aviary.unit(login) as unit:
        note = Annotation(start=0, end=3, kind="wrong", note=NOTE)
        give_mark(unit, task.id, {"c1": Decimal(marks)}, COMMENT, [note])


def _keep_samples(aviary: Aviary) -> None:
    with aviary.unit("chief") as unit:
        like = next(iter(unit.session.query(PartRow)))
        for use, text in (("seed", "Planted."), ("exemplar", "Shown.")):
            chief.add_sample(unit, like, use, text, LEVELS, AGREED if use == "seed" else "why")  # type: ignore[arg-type]


def sit_at_the_desk(aviary: Aviary) -> list[Any]:
    """Do everything that the marker's page can do until nothing is left; return the tasks that were handed out."""
    browser = aviary.house.browser("marker")
    tasks = []
    aviary.call(browser, "GET", "marking.marking_page")
    for turn in range(9):
        handed = aviary.call(browser, "POST", "marking.next_task", {})
        if "task" not in handed:
            break
        task = handed["task"]
        tasks.append(task)
        names = {"task_id": task["id"]}
        body = {"levels": {"c1": "5"}, "comment": "mine", "annotations": []}
        aviary.call(browser, "GET", "marking.exemplars", **names)
        aviary.call(browser, "PUT", "marking.save_draft", body, **names)
        aviary.call(browser, "POST", "marking.next_task", {})
        aviary.call(browser, "POST", "marking.give_mark", {"levels": {"c1": "99"}}, **names)
        if turn == 8:
            aviary.call(browser, "POST", "marking.give_back", {"reason": "illegible"}, **names)
        aviary.call(browser, "POST", "marking.give_mark", body, **names)
        aviary.call(browser, "GET", "marking.mine")
    gone = {"task_id": tasks[0]["id"]}
    aviary.call(browser, "POST", "marking.give_back", {"reason": "late"}, **gone)
    aviary.call(browser, "POST", "marking.escalate", {"reason": "late"}, **gone)
    return tasks


@pytest.fixture
def aviary(house: House) -> Iterator[Aviary]:
    return build(house)  # type: ignore[return-value]


def found(heard: list[bytes], secrets: list[str]) -> set[str]:
    """Return the secrets that are among the bytes, as they are or as JSON escapes them."""
    whole = b"\n".join(heard)
    return {secret for secret in secrets if secret.encode() in whole or json.dumps(secret).strip('"').encode() in whole}


def test_no_byte_that_a_marker_is_sent_says_whose_it_is_or_what_another_made_of_it(aviary: Aviary) -> None:
    tasks = sit_at_the_desk(aviary)
    assert len(tasks) == 3  # two live scripts and a seed
    desk = {rule.endpoint for rule in aviary.house.app.url_map.iter_rules() if _act(aviary, rule.endpoint) == "marking.mark"}
    assert aviary.asked == desk, "every route of the marker's desk was asked"
    assert found(aviary.heard, aviary.secrets()) == set()
    assert {"Answer 0.", "Answer 1.", "Planted.", "Shown."} <= found(aviary.heard, ["Answer 0.", "Answer 1.", "Planted.", "Shown."])


def test_no_other_route_tells_a_marker_either(aviary: Aviary) -> None:
    """Every GET of the house, with the names of what is really there, asked by a marker."""
    browser = aviary.house.browser("marker")
    with aviary.house.database.reading() as session:
        part = next(iter(session.query(PartRow))).id
    known = {"paper": aviary.sitting.paper, "sitting": aviary.sitting.id, "attempt": aviary.attempts[0], "part_id": part}
    asked = 0
    for rule in aviary.house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static" or rule.endpoint.endswith("sign_out"):
            continue
        names = {name: known.get(name, 1 if "int" in type(kind).__name__.lower() else "none") for name, kind in rule._converters.items()}
        built = rule.build(names)
        assert built
        aviary.heard.append(browser.get(built[1]).data)
        asked += 1
    assert asked > 40
    asked_for = set(known.values())  # a page that refuses may name its own address
    assert found(aviary.heard, [secret for secret in aviary.secrets() if secret not in asked_for]) == set()


def _act(aviary: Aviary, endpoint: str) -> str | None:
    return getattr(aviary.house.app.view_functions[endpoint], "act", None) if endpoint != "static" else None


def test_what_another_gave_changes_not_one_byte(house: House, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same story with another first mark: what the second marker hears is the same, own numbers and times aside."""
    one = build(house, first=0)
    tasks = sit_at_the_desk(one)
    folder = tmp_path_factory.mktemp("again")
    other_house = House(_fresh(folder), house.clock.__class__(), folder, rate_limits=False)
    try:
        other = build(other_house, first=10)
        again = sit_at_the_desk(other)
        assert _told_apart(tasks) == _told_apart(again)
        assert sorted(map(_plain, one.heard)) == sorted(map(_plain, other.heard))
    finally:
        other_house.close()


def _fresh(folder: Any) -> str:
    url = f"sqlite:///{folder / 'house.sqlite'}"
    make_tables(url)
    return url


def _told_apart(tasks: list[Any]) -> list[str]:
    return sorted(json.dumps({**task, "id": "", "code": "", "lease_until": ""}, sort_keys=True) for task in tasks)


def _plain(heard: bytes) -> bytes:
    """Leave out what differs from call to call: names of tasks, codes, times, tokens; and the order of the three scripts."""
    body = re.sub(rb"Answer \d\.|Planted\.", b"Text", _OWN.sub(b"", heard))
    return re.sub(rb"(?i)(set-cookie|content-length|vary|etag|date|x-request-id)[^\n]*|content=\"[^\"]*\"", b"", body)


def test_a_seed_cannot_be_told_from_a_live_script(aviary: Aviary) -> None:
    tasks = sit_at_the_desk(aviary)
    (seed,) = [task for task in tasks if task["answer"] == "Planted."]
    for live in tasks:
        assert live.keys() == seed.keys()
        for name in live.keys() - {"id", "code", "answer"}:
            assert live[name] == seed[name] or name == "lease_until", name
        assert re.fullmatch(r"task_[0-9a-f]{20}", live["id"])
        assert re.fullmatch(r"[0-9A-F]{8}", live["code"])


def test_control_what_a_chief_is_sent_is_full_of_it(aviary: Aviary) -> None:
    with aviary.house.database.reading() as session:
        part = session.query(ReadingRow).first()
        assert part
        shown, accounts = chief_desk.part(session, part.script)
    assert {COMMENT, NOTE} <= found([json.dumps(shown).encode()], aviary.secrets())
    assert accounts == {aviary.accounts["other"]}
    assert "marker" not in {role.value for role in TABLE["marking.chief"]}


def test_control_a_payload_that_tells_is_heard(aviary: Aviary, monkeypatch: pytest.MonkeyPatch) -> None:
    blind = marking_queue._blind

    def telling(session: Any, task: TaskRow, marker: str) -> Any:
        made = blind(session, task, marker)
        part = queries.find_part(session, task.script)
        told = {
            **made.question,
            "from": part.site if part else "",
            "others": [r.comment for r in queries.counting_readings(session, task.script)],
        }
        return marking_queue.BlindTask(**{**vars(made), "question": told})

    monkeypatch.setattr(marking_queue, "_blind", telling)
    sit_at_the_desk(aviary)
    assert {SITE, COMMENT} <= found(aviary.heard, aviary.secrets())


def test_control_the_comparison_notices_a_mark() -> None:
    told = b'{"marks":[{"code":"0A1B2C3D","marks":"%d"}]}'
    assert _plain(told % 0) != _plain(told % 10)
