"""Delivery over HTTP in the whole house: what the candidate's page and the staff's calls get."""

import json
from base64 import b64decode
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.actor import Role
from core.clock import iso
from core.unit import Database
from delivery import messages, presence, queries, receipts
from delivery.papers import frozen_paper
from tests.make import sitting
from tests.make.delivery import connect, look
from tests.make.house import Browser, House


def _texts(desk: "Desk") -> set[str]:
    """Return the texts of every item of the attempt's paper."""
    row = look(desk.house.database, desk.attempt)
    with desk.house.database.reading() as session:
        built = frozen_paper(session, row.form).build(row.seed, row.id)
    texts: set[str] = set()

    def gather(node: Any, name: str = "") -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                gather(value, key)
        elif isinstance(node, list):
            for value in node:
                gather(value, name)
        elif name in ("stem", "html", "stimulus") and len(node) > 6:
            texts.add(node)

    gather(built)
    assert len(texts) > 5
    return texts


def _opened(sealed: dict[str, str], key: str) -> Any:
    nonce, box = b64decode(sealed["nonce"]), b64decode(sealed["box"])
    return json.loads(AESGCM(b64decode(key)).decrypt(nonce, box, sealed["attempt"].encode()))


class Desk:
    """One candidate's calls for one attempt."""

    def __init__(self, house: House, browser: Browser, attempt: str) -> None:
        self.house, self.browser, self.attempt = house, browser, attempt

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.browser.open(f"/api/v1/attempts/{self.attempt}/{path}", method=method, json=body)
        data = answer.get_json()
        return data if answer.status_code == 200 else (answer.status_code, data["error"]["code"])

    def put(self, seq: int, value: Any, item: str = "1", epoch: int = 0) -> Any:
        entry = {"epoch": epoch, "item": item, "value": value, "typed_at": iso(self.house.clock())}
        return self.call("PUT", f"answers/{seq}", entry)


@pytest.fixture
def desk(house: House) -> Desk:
    made = sitting.plan(house, starts_in=600)
    account = made.enrol("kandidat", name="王小明")
    made.enrol("other")
    house.account("watch", Role.INVIGILATOR)
    house.account("office", Role.OFFICE)
    return Desk(house, house.browser("kandidat"), made.attempt(account))


def test_the_candidate_sees_the_own_attempt_and_no_other(desk: Desk) -> None:
    listed = desk.browser.get("/api/v1/me/attempts").get_json()["attempts"]
    assert [(row["id"], row["state"]) for row in listed] == [(desk.attempt, "scheduled")]
    stranger = Desk(desk.house, desk.house.browser("other"), desk.attempt)
    for method, path, body in (
        ("POST", "ticket", {"device": {}}),
        ("POST", "start", {}),
        ("GET", "state", None),
        ("GET", "paper", None),
        ("PUT", "answers/1", {"epoch": 0, "item": "1", "value": "A", "typed_at": iso(desk.house.clock())}),
        ("POST", "submit", {"epoch": 0, "last_seq": 0}),
        ("GET", "receipt", None),
    ):
        assert stranger.call(method, path, body) == (404, "core.not_found")


def test_the_pages_open(desk: Desk) -> None:
    assert desk.attempt in desk.browser.get("/exam").text
    page = desk.browser.get(f"/exam/{desk.attempt}")
    assert page.status_code == 200
    assert '"candidate"' in page.text
    assert desk.browser.get("/exam/att_unknown").status_code == 404


def test_the_paper_is_sealed_until_the_start_and_again_after_the_end(desk: Desk) -> None:
    assert desk.call("GET", "paper") == (403, "delivery.paper_sealed")
    assert desk.call("POST", "start", {}) == (409, "delivery.not_started")
    desk.call("POST", "ticket", {"device": {}})
    sealed = desk.call("GET", "paper")["sealed"]
    assert desk.call("GET", "paper")["sealed"] == sealed
    assert desk.call("GET", "state")["paper_key"] is None
    desk.house.clock.move(600)
    assert _opened(sealed, desk.call("POST", "start", {})["paper_key"])["sections"][0]["id"] == "A"
    started = desk.call("POST", "start", {})
    assert started.keys() == messages.Picture.model_fields.keys()
    paper = desk.call("GET", "paper")
    assert [section["id"] for section in paper["sections"]] == ["A", "B", "C"]
    desk.call("POST", "submit", {"epoch": 0, "last_seq": 0})
    assert desk.call("GET", "paper") == (409, "delivery.wrong_state")


def test_no_word_of_an_item_is_on_the_wire_before_the_start(desk: Desk) -> None:
    texts = _texts(desk)
    desk.call("POST", "ticket", {"device": {}})
    addresses = [f"/exam/{desk.attempt}", *(f"/api/v1/attempts/{desk.attempt}/{path}" for path in ("paper", "state", "state?since=1"))]

    def seen() -> set[str]:
        wire = "".join(desk.browser.get(address).get_data(as_text=True) for address in ["/exam", "/api/v1/me/attempts", *addresses])
        return {text for text in texts if text in wire or json.dumps(text)[1:-1] in wire}

    assert seen() == set()
    desk.house.clock.move(600)
    desk.call("POST", "start", {})
    assert seen() == texts  # the same eyes do see it now


def test_another_sign_in_of_the_candidate_cannot_write_for_the_page(desk: Desk) -> None:
    house = desk.house
    with house.unit() as unit:
        queries.lock_attempt(unit, desk.attempt).moving = "code"
    house.clock.move(600)
    ticket = desk.call("POST", "ticket", {"device": {"machine": "here"}})["ticket"]
    with house.unit() as unit:
        presence.take_over(unit, ticket, "srv", lambda _session, asked: asked)
    desk.call("POST", "start", {})
    accomplice = Desk(house, house.browser("kandidat"), desk.attempt)
    assert accomplice.call("GET", "state")["state"] == "running"
    assert accomplice.put(1, "B", epoch=1) == (409, "delivery.superseded")
    assert accomplice.call("POST", "submit", {"epoch": 1, "last_seq": 0}) == (409, "delivery.superseded")
    assert accomplice.call("GET", "paper") == (403, "delivery.move_code_needed")
    assert desk.put(1, "A", epoch=1)["ok"]
    assert desk.call("GET", "paper")["sections"]
    with house.database.reading() as session:
        assert [(row.entry.item, row.entry.value) for row in queries.journal_of(session, desk.attempt)] == [("1", '"A"')]
    assert desk.call("POST", "submit", {"epoch": 1, "last_seq": 1})["ok"]


def test_whoever_has_not_paid_is_not_let_in(house: House) -> None:
    made = sitting.plan(house)
    attempt = made.attempt(made.enrol("broke", paid=False))
    broke = Desk(house, house.browser("broke"), attempt)
    assert broke.call("POST", "ticket", {"device": {}}) == (403, "delivery.not_admitted")
    assert broke.call("POST", "start", {}) == (403, "delivery.not_admitted")


def test_a_ticket_lets_one_page_in_and_tells_of_the_other(desk: Desk, database_url: str) -> None:
    first = desk.call("POST", "ticket", {"device": {"browser": "good"}})
    assert first["other"] is None
    assert first["expires_at"] == iso(desk.house.clock.move(60))
    assert look(desk.house.database, desk.attempt).state == "ready"
    database = Database(database_url)
    connect(database, desk.house.clock(), desk.attempt, "hall 3")
    database.engine.dispose()
    other = desk.call("POST", "ticket", {"device": {}})["other"]
    assert other == {"epoch": 1, "where": "hall 3", "since": iso(desk.house.clock())}


def test_answers_by_http_keep_the_socket_s_rules(desk: Desk) -> None:
    desk.house.clock.move(600)
    assert desk.put(1, "A") == (409, "delivery.not_started")
    desk.call("POST", "start", {})
    saved = {"ok": True, "seq": 1, "saved_at": iso(desk.house.clock())}
    assert desk.put(1, "A") == saved
    assert desk.put(1, "A") == saved
    assert desk.put(1, "B") == (409, "delivery.number_taken")
    assert desk.put(2, "A", epoch=5) == (409, "delivery.superseded")
    assert desk.put(3, "A", item="99") == (422, "delivery.unsound")
    assert desk.put(0, "A") == (404, "core.not_found")
    assert desk.call("PUT", "answers/4", {"item": "1"}) == (422, "core.invalid")
    desk.house.clock.move(3600.001)
    assert desk.put(5, "A") == (409, "delivery.too_late")
    state = desk.call("GET", "state")
    assert (state["state"], state["last_seq"], state["answers"]["1"]["value"]) == ("closing", 1, "A")


def test_the_page_catches_up_since_a_number(desk: Desk) -> None:
    desk.house.clock.move(600)
    n = desk.call("POST", "start", {})["n"]
    staff = Desk(desk.house, desk.house.browser("watch"), desk.attempt)
    assert staff.call("POST", "extend", {"seconds": 600, "reason": "late papers", "request": "r1"}) == {"ok": True, "done": True}
    assert staff.call("POST", "notice", {"text": "ten minutes more"})["ok"]
    state = desk.call("GET", f"state?since={n}")
    assert [(event["name"], event["n"]) for event in state["events"]] == [("deadline.changed", n + 1), ("notice", n + 2)]
    assert (state["n"], state["deadline_version"]) == (n + 2, 2)
    assert desk.call("GET", f"state?since={n + 2}")["events"] == []
    assert state["answers"] is None
    asked = desk.call("GET", f"state?since={n}&answers=true")
    assert (asked["answers"], asked["events"]) == ({}, state["events"]), (
        "the answers are asked for by themselves, and no event is passed over"
    )
    assert desk.call("GET", "state")["events"] == []
    assert desk.call("GET", "state?since=-1") == (422, "core.invalid")


def test_the_deadline_is_kept_on_reading_too(desk: Desk) -> None:
    desk.house.clock.move(600)
    desk.call("POST", "start", {})
    desk.house.clock.move(3600 + 120)
    assert desk.call("GET", "receipt")["cause"] == "deadline"
    assert desk.call("GET", "state")["state"] == "submitted"


def test_the_receipt_is_a_file_that_verifies_with_the_published_key(desk: Desk) -> None:
    desk.house.clock.move(600)
    assert desk.call("GET", "receipt") == (404, "delivery.no_receipt")
    desk.call("POST", "start", {})
    desk.put(1, "A")
    assert desk.call("POST", "submit", {"epoch": 0, "last_seq": 2}) == (409, "delivery.entries_missing")
    brief = desk.call("POST", "submit", {"epoch": 0, "last_seq": 1})["receipt"]
    whole = desk.call("GET", "receipt")
    assert receipts.brief(whole) == brief
    key = desk.house.browser().get("/api/v1/receipt-key").get_json()
    told = {"valid": True, "first_bad_entry": None, "entries": 1, "head": brief["head"], "signature": "good", "altered": []}
    assert receipts.verify(whole, key) == told


def test_staff_pause_resume_and_end(desk: Desk) -> None:
    desk.house.clock.move(600)
    desk.call("POST", "start", {})
    staff = Desk(desk.house, desk.house.browser("watch"), desk.attempt)
    assert staff.call("POST", "resume", {"reason": "x"})["ok"]
    assert staff.call("POST", "pause", {"reason": " "}) == (422, "core.invalid")
    staff.call("POST", "pause", {"reason": "fire alarm"})
    assert desk.call("GET", "paper") == (409, "delivery.paused")
    paused = desk.call("GET", "state")
    assert (paused["deadline"], paused["left_s"]) == (None, 3600)
    desk.house.clock.move(300)
    staff.call("POST", "resume", {"reason": "all clear"})
    staff.call("POST", "end", {"reason": "agreed"})
    ledger = staff.call("GET", "ledger")
    assert [(entry["kind"], entry["reason"]) for entry in ledger["time"]] == [
        ("base", ""),
        ("pause", "fire alarm"),
        ("resume", "all clear"),
    ]
    assert staff.call("POST", "extend", {"seconds": 60, "reason": "late"}) == (409, "delivery.wrong_state")


def test_reopening_takes_two_people(desk: Desk) -> None:
    desk.house.clock.move(600)
    desk.call("POST", "start", {})
    desk.call("POST", "submit", {"epoch": 0, "last_seq": 0})
    one, two = (Desk(desk.house, desk.house.browser(login), desk.attempt) for login in ("watch", "office"))
    body = {"seconds": 600, "reason": "power cut"}
    assert one.call("POST", "reopen", body)["done"] is False
    assert one.call("POST", "reopen", body) == (403, "delivery.same_person")
    assert two.call("POST", "reopen", body)["done"] is True
    assert desk.call("GET", "state")["state"] == "running"


def test_the_hall_is_watched_by_staff_only(desk: Desk) -> None:
    paper = look(desk.house.database, desk.attempt).paper
    assert desk.browser.get(f"/api/v1/papers/{paper}/attempts").status_code == 403
    assert desk.call("GET", "ledger") == (403, "core.forbidden")
    assert desk.call("POST", "extend", {"seconds": 60, "reason": "more"}) == (403, "core.forbidden")
    rows = desk.house.browser("watch").get(f"/api/v1/papers/{paper}/attempts").get_json()["attempts"]
    assert len(rows) == 2
    row = next(row for row in rows if row["id"] == desk.attempt)
    assert (row["state"], row["connected"], row["entries"], row["deadline_acked"]) == ("scheduled", False, 0, True)
