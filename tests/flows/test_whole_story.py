"""The whole story through HTTP and the socket, with nothing in place of anything: from an empty house to a candidate who reads the marks.

It is told on SQLite, on PostgreSQL, and on two services with PostgreSQL and Redis, where a candidate sits at the one and the office works
at the other.
"""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.actor import Role
from core.clock import iso
from delivery import receipts
from programme import levels
from tests.flows.conftest import Town
from tests.make.bank import sheet
from tests.make.clerks import CLERKS
from tests.make.exam import BLUEPRINT, DRAFTS, DURATION, RIGHT
from tests.make.house import PASSWORD
from tests.make.people import ExamPage, Person, Refused, in_time
from tests.make.receiver import Receiver, receiving

BACKGROUND = 60.0  # real seconds that the background work may take on a busy machine
STAFF = ("author", "office", "marker", "invigilator")
CANDIDATES = {"li": "李晓雨", "wang": "王思远", "zhao": "赵一鸣"}
PRACTICE = {
    "编号": "practice-1",
    "题型": "单选题",
    "题干": "CIF 条件下,谁支付至目的港的运费?",
    "选项A": "卖方",
    "选项B": "买方",
    "答案": "A",
    "解析": "卖方订舱并付运费。",
    "知识点": "贸易术语/CIF",
    "题库": "练习",
}
EVENTS = {
    "delivery.attempt.started": 2,
    "proctor.attempt.signalled": 1,
    "delivery.attempt.submitted": 2,
    "scoring.attempt.scored": 2,
    "programme.result.released": 2,
}


@dataclass(frozen=True)
class Sitting:
    """What the office has planned."""

    id: str
    starts_at: datetime


def refusal(code: str) -> Any:
    """Expect to be refused with this error."""
    return pytest.raises(Refused, match=f"^{re.escape(code)}$")


def test_the_whole_story(town: Town) -> None:
    with receiving() as receiver:
        office, people = _open_accounts(town)
        _fill_the_bank(people["author"], office)
        form = _make_the_form(office, people["office2"])
        secret = office.call("POST", "hooks", {"url": receiver.url})["secret"]
        sitting = _plan(town, office, form)
        _practise(people["li"], people["zhao"])
        attempt = _sit(town, people, sitting)
        _leave_without_handing_in(town, people["wang"])
        _refuse_to_release_early(office, sitting)
        town.clock.set(sitting.starts_at + timedelta(seconds=DURATION + 121))
        _mark(people["marker"], people["marker2"])
        _decide_about_what_was_kept_aside(office, people["office2"])
        _release(office, sitting)
        _read_the_marks(people, attempt)
        _verify_the_events(receiver, secret, attempt)


def _open_accounts(town: Town) -> tuple[Person, dict[str, Person]]:
    town.first_account("office", Role.OFFICE)
    office = Person(town.far, "office")
    names = {role: role for role in STAFF} | {"office2": "office", "marker2": "marker"} | dict.fromkeys(CANDIDATES, "candidate")
    del names["office"]
    for login, role in names.items():
        office.fill_in("/office/accounts", name=CANDIDATES.get(login, login), login=login, password=PASSWORD, role=role)
    return office, {login: Person(town.near if login in CANDIDATES else town.far, login) for login in names}


def _fill_the_bank(author: Person, office: Person) -> None:
    wrong = {**PRACTICE, "编号": "wrong", "答案": "E"}
    files = {
        "题库.xlsx": sheet([PRACTICE, wrong]),
        "items.jsonl": "\n".join(draft.model_dump_json() for draft in DRAFTS).encode(),
    }
    tried = author.upload("bank/import?dry_run=true", files)
    assert author.call("GET", "bank/items")["total"] == 0, "a dry run writes nothing"
    done = author.upload("bank/import", files)
    for report in (tried, done):
        assert len(report["items"]) == len(DRAFTS) + 1
        assert [(r["code"], r["row"]) for r in report["refused"]] == [("itembank.answer_unknown", 3)]
    items = author.call("GET", "bank/items")["items"]
    for item in items:
        author.call("POST", f"bank/items/{item['id']}/submit", {})
    with refusal("itembank.own_item"):
        author.call("POST", f"bank/items/{items[0]['id']}/approve", {"version": 1})
    for item in items:
        office.call("POST", f"bank/items/{item['id']}/approve", {"version": 1})
    assert not any(item["waits_for_approval"] for item in office.call("GET", "bank/items")["items"])


def _make_the_form(office: Person, second: Person) -> str:
    form = str(office.call("POST", "bank/forms", BLUEPRINT)["forms"][0]["id"])
    with refusal("itembank.form_state"):
        second.call("POST", f"bank/forms/{form}/publish", {})
    assert office.call("POST", f"bank/forms/{form}/freeze", {})["form"]["content_hash"]
    with refusal("itembank.own_form"):
        office.call("POST", f"bank/forms/{form}/publish", {})
    assert second.call("POST", f"bank/forms/{form}/publish", {})["form"]["state"] == "published"
    return form


def _plan(town: Town, office: Person, form: str) -> Sitting:
    office.call("POST", "programmes", json.loads((levels.DEFINITIONS / "cbec.json").read_text("utf-8")))
    starts_at = town.clock() + timedelta(hours=1)
    paper = {"code": "综合", "title": "综合卷", "form": form, "starts_at": iso(starts_at), "duration_s": DURATION, "earliest_submit_s": 0}
    plan = {"programme": "cbec", "level": "初级", "title": "十一月场", "papers": [paper]}
    sitting = office.call("POST", "sittings", plan)["sitting"]
    for n, login in enumerate(CANDIDATES, 1):
        enrolled = office.call("POST", f"sittings/{sitting}/enrolments", {"candidate": login, "site": "考点", "seat": f"A-{n}"})
        if login != "zhao":
            office.call("POST", f"enrolments/{enrolled['enrolment']}/payment", {"reference": f"pay-{login}"})
    return Sitting(sitting, starts_at)


def _practise(paid: Person, unpaid: Person) -> None:
    with refusal("practice.not_entitled"):
        unpaid.call("POST", "practice/next", {})
    assert PRACTICE["知识点"] in {point["knowledge"] for point in paid.call("GET", "practice/points")["points"]}
    item = paid.call("POST", "practice/next", {"knowledge": PRACTICE["知识点"]})["item"]
    assert "订舱" not in str(item)
    checked = paid.call("POST", "practice/answers", {"version": item["version"], "value": "B"})
    assert (checked["right"], checked["correct"]) == (False, ["A"])
    assert "订舱" in checked["explanation"]
    assert paid.call("POST", "practice/next", {"wrong_only": True})["item"]["version"] == item["version"]


def _sit(town: Town, people: dict[str, Person], sitting: Sitting) -> str:
    """One candidate from the waiting room to the receipt, over two pages and the way without a socket; return the attempt."""
    li, zhao, invigilator = people["li"], people["zhao"], people["invigilator"]
    (mine,) = li.call("GET", "me/attempts")["attempts"]
    attempt = str(mine["id"])
    with refusal("delivery.not_open"):
        li.call("POST", f"attempts/{attempt}/ticket", {"device": {}})
    town.clock.set(sitting.starts_at - timedelta(seconds=20))
    (unpaid,) = zhao.call("GET", "me/attempts")["attempts"]
    with refusal("delivery.not_admitted"):
        zhao.call("POST", f"attempts/{unpaid['id']}/ticket", {"device": {}})
    first = ExamPage(li, attempt)
    assert (first.welcome["state"], first.welcome["answers"]) == ("ready", {})
    with refusal("delivery.not_started"):
        li.call("POST", f"attempts/{attempt}/start", {})
    assert li.call("GET", f"attempts/{attempt}/paper").keys() == {"sealed"}
    town.clock.set(sitting.starts_at)
    assert li.call("POST", f"attempts/{attempt}/start", {})["state"] == "running"
    first.told("attempt.state", state="running")

    answers = _answers(li.call("GET", f"attempts/{attempt}/paper"))
    now = iso(town.clock())
    for seq, (item, value) in enumerate(answers[:5], 1):
        assert first.put(seq, item, value, now)["ok"]
    fallback = {"item": answers[5][0], "value": answers[5][1], "typed_at": now, "epoch": first.epoch}
    assert li.call("PUT", f"attempts/{attempt}/answers/6", fallback)["ok"]
    _extend(first, invigilator, attempt)

    second = ExamPage(Person(town.far, "li"), attempt)
    assert first.told("superseded")["epoch"] == second.epoch
    assert first.put(7, *answers[6], now)["error"]["code"] == "delivery.superseded"
    assert {item: kept["value"] for item, kept in second.welcome["answers"].items()} == dict(answers[:6])
    entries = [{"seq": seq, "item": item, "value": value, "typed_at": now} for seq, (item, value) in enumerate(answers[6:], 7)]
    assert second.ask("answer.put_many", {"epoch": second.epoch, "entries": entries})["ok"]
    assert second.ask("signals.put", {"signals": [{"kind": "focus", "at": now, "detail": {}}]}) == {"ok": True}
    _hand_in(li, second, attempt, len(answers))
    first.close()
    second.close()
    return attempt


def _answers(paper: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return an answer to every question: right ones but for one, and the task as its clerk does it, action by action."""
    task = next(item for section in paper["sections"] for item in section["items"] if item["kind"] == "business")
    entries = CLERKS["b2b-task-0001"](task["workspace"])
    actions = [(task["item"], {"action": "set", "field": field, "value": value}) for field, value in entries.items()]
    return [*{**RIGHT, "3": "B"}.items(), *actions, ("@flags", ["3"])]


def _extend(page: ExamPage, invigilator: Person, attempt: str) -> None:
    """Time given at the other service arrives by push, and the invigilator sees that the candidate has seen it."""
    deadline = page.told("attempt.state", state="running")["deadline"]
    given = {"seconds": 600, "reason": "试卷晚发", "request": "r-1"}
    for _ in range(2):  # a repeat gives nothing more
        assert invigilator.call("POST", f"attempts/{attempt}/extend", given)["ok"]
    told = page.told("deadline.changed")
    assert datetime.fromisoformat(told["deadline"]) - datetime.fromisoformat(deadline) == timedelta(seconds=600)
    assert page.ask("deadline.ack", {"deadline_version": told["deadline_version"]}) == {"ok": True}
    ledger = invigilator.call("GET", f"attempts/{attempt}/ledger")
    assert [(entry["kind"], entry["seconds"]) for entry in ledger["time"]] == [("base", DURATION), ("extension", 600)]
    assert page.events[-1][0] == "deadline.changed"


def _hand_in(candidate: Person, page: ExamPage, attempt: str, last_seq: int) -> None:
    with refusal("delivery.no_receipt"):
        candidate.call("GET", f"attempts/{attempt}/receipt")
    missing = page.ask("attempt.submit", {"epoch": page.epoch, "last_seq": last_seq + 2})
    assert missing["error"]["fields"]["missing"] == [last_seq + 1, last_seq + 2]
    handed_in = page.ask("attempt.submit", {"epoch": page.epoch, "last_seq": last_seq})
    assert handed_in["ok"], handed_in
    receipt = candidate.call("GET", f"attempts/{attempt}/receipt")
    assert handed_in["receipt"] == {name: value for name, value in receipt.items() if name != "journal"}
    assert (receipt["entries"], receipt["cause"]) == (last_seq, "candidate")
    assert receipts.verify(receipt, candidate.call("GET", "receipt-key"))["valid"]
    late = page.put(last_seq + 1, "1", "B", receipt["submitted_at"])
    assert late["error"]["code"] == "delivery.closed"


def _leave_without_handing_in(town: Town, wang: Person) -> None:
    (mine,) = wang.call("GET", "me/attempts")["attempts"]
    page = ExamPage(wang, mine["id"])
    wang.call("POST", f"attempts/{mine['id']}/start", {})
    assert page.put(1, "1", "A", iso(town.clock()))["ok"]
    page.close()


def _refuse_to_release_early(office: Person, sitting: Sitting) -> None:
    progress = office.call("GET", f"sittings/{sitting.id}/progress")
    assert progress["papers"][0]["states"] == {"submitted": 1, "running": 1, "scheduled": 1}
    assert not progress["release"]["releasable"]
    with refusal("programme.not_releasable"):
        office.call("POST", f"sittings/{sitting.id}/release")


def _mark(marker: Person, second: Person) -> None:
    """Two markers with a task each, one with full marks and one with none; neither task says whose it is."""
    task = in_time(lambda: _find_task(marker), BACKGROUND)
    other = in_time(lambda: _find_task(second), BACKGROUND)
    assert task["id"] != other["id"]
    assert not {"candidate", "name", "attempt", "seat"} & (task.keys() | other.keys())
    assert not [name for name in CANDIDATES.values() if name in str(task)]
    draft = {"levels": {"c1": "4"}, "comment": "说理充分"}
    assert marker.call("PUT", f"marking/tasks/{task['id']}/draft", draft)["ok"]
    assert _find_task(marker)["draft"]["comment"] == "说理充分"
    with refusal("scoring.task_not_yours"):
        second.call("POST", f"marking/tasks/{task['id']}/mark", {"levels": {"c1": "0"}})
    assert marker.call("POST", f"marking/tasks/{task['id']}/mark", draft)["marks"] == "4"
    assert second.call("POST", f"marking/tasks/{other['id']}/mark", {"levels": {"c1": "0"}})["marks"] == "0"
    with refusal("scoring.no_task"):
        marker.call("POST", "marking/next")


def _find_task(marker: Person) -> Any:
    try:
        return marker.call("POST", "marking/next")["task"]
    except Refused as error:
        if error.code != "scoring.no_task":
            raise
        return None


def _decide_about_what_was_kept_aside(office: Person, second: Person) -> None:
    """What was typed after the hand-in waits for two people; what came again in time needs no word."""
    (paper,) = re.findall(r'<option value="(pap_[0-9a-z]+)"', office.page("/invigilate/held"))
    (kept,) = office.call("GET", f"held/{paper}")["attempts"]
    assert [(answer["reason"], answer["counts"]) for answer in kept["answers"]] == [("superseded", True), ("closed", False)]
    path = f"attempts/{kept['attempt']}/held/{kept['answers'][1]['digest']}"
    word = {"ruling": "leave", "reason": "交卷后作答"}
    assert office.call("POST", path, word)["stage"] == "proposed"
    with refusal("delivery.same_person"):
        office.call("POST", path, word)
    assert second.call("POST", path, word)["stage"] == "decided"


def _release(office: Person, sitting: Sitting) -> None:
    """The clock has handed in for the one who left, and counted the one who never paid as absent."""
    progress = in_time(lambda: _find_releasable(office, sitting), BACKGROUND)
    assert progress["papers"][0]["states"] == {"submitted": 2, "absent": 1}
    assert office.call("POST", f"sittings/{sitting.id}/release") == {"released": 2}
    with refusal("programme.released_already"):
        office.call("POST", f"sittings/{sitting.id}/release")


def _find_releasable(office: Person, sitting: Sitting) -> Any:
    progress = office.call("GET", f"sittings/{sitting.id}/progress")
    counts = {"open_attempts": 0, "unmarked": 0, "held": 2, "released": 0, "undecided": 0, "amended": 0}
    waited_for = {**counts, "new_policy": False, "releasable": True}
    return progress if progress["release"] == waited_for else None


def _read_the_marks(people: dict[str, Person], attempt: str) -> None:
    (result,) = people["li"].call("GET", "me/results")["results"]
    assert result["attempt"] == attempt
    assert [(part["title"], part["marks"], part["max_marks"]) for part in result["sections"]] == [
        ("选择题", "7", "8"),
        ("案例分析题", "7", "11"),
        ("模拟业务题", "20", "20"),
    ]
    assert "十一月场" in people["li"].page("/results")
    (cut_off,) = people["wang"].call("GET", "me/results")["results"]
    assert [part["marks"] for part in cut_off["sections"]] == ["2", "0", "0"], "what was saved counts, handed in or not"
    assert people["zhao"].call("GET", "me/results") == {"results": [], "outcomes": []}


def _verify_the_events(receiver: Receiver, secret: str, attempt: str) -> None:
    in_time(lambda: len(receiver.received) >= sum(EVENTS.values()), BACKGROUND)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    counts = dict.fromkeys(EVENTS, 0)
    for headers, body in receiver.received:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        made = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{made}"
        event = json.loads(body)
        assert (event["specversion"], event["id"]) == ("1.0", headers["webhook-id"])
        counts[event["type"].removeprefix("cn.kaochang.")] += 1
    assert counts == EVENTS
    assert f"attempt/{attempt}" in {json.loads(body)["subject"] for _, body in receiver.received}
