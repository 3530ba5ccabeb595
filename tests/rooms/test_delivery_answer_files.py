"""Answer files: what a page without a network exported is brought in by an invigilator, once or several times."""

import json
from base64 import b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.actor import Role
from core.clock import iso
from delivery import queries, sealing, slow_way
from tests.make import sitting
from tests.make.house import Browser, House

NONCE = bytes(12)


class Room:
    """A candidate whose attempt runs, and an invigilator at another machine."""

    def __init__(self, house: House) -> None:
        made = sitting.plan(house)
        self.house = house
        self.attempt = made.attempt(made.enrol("kandidat"))
        house.account("watch", Role.INVIGILATOR)
        self.candidate, self.staff = house.browser("kandidat"), house.browser("watch")
        self.tick = self.candidate.post(f"/api/v1/attempts/{self.attempt}/start", json={}).get_json()["tick"]
        self.ticked_at = house.clock()

    def entry(self, seq: int, value: Any = "A", item: str = "1", epoch: int = 0, earlier: float = 0) -> dict[str, Any]:
        self.house.clock.move(-earlier)
        typed_at = self.house.clock()
        self.house.clock.move(earlier)
        evidence = {"tick": self.tick, "since_ms": max(-5000, (typed_at - self.ticked_at).total_seconds() * 1000)}
        return {"seq": seq, "epoch": epoch, "item": item, "value": value, "typed_at": iso(typed_at), "evidence": evidence}

    def file(self, *entries: dict[str, Any], attempt: str = "", contents: Any = None) -> dict[str, Any]:
        """Seal what a page would export."""
        with self.house.database.reading() as session:
            secret = queries.find_secret(session, queries.get_attempt(session, self.attempt).paper)
        assert secret
        text = json.dumps({"entries": entries} if contents is None else contents).encode()
        box = AESGCM(sealing.file_key(secret, self.attempt)).encrypt(NONCE, text, self.attempt.encode())
        told = {"nonce": b64encode(NONCE).decode(), "box": b64encode(box).decode()}
        return {"kind": "kaochang-answers", "version": 1, "attempt": attempt or self.attempt, **told}

    def bring(self, file: dict[str, Any], browser: Browser | None = None) -> Any:
        answer = (browser or self.staff).post("/api/v1/answer-files", json=file)
        data = answer.get_json()
        return data if answer.status_code == 200 else (answer.status_code, data["error"]["code"])

    def journal(self) -> list[tuple[int, str]]:
        with self.house.database.reading() as session:
            return [(link.entry.seq, link.entry.value) for link in queries.journal_of(session, self.attempt)]

    def aside(self) -> list[tuple[int, str]]:
        ledger = self.staff.get(f"/api/v1/attempts/{self.attempt}/ledger").get_json()
        return [(answer["seq"], answer["reason"]) for answer in ledger["kept_aside"]]


@pytest.fixture
def room(house: House) -> Room:
    return Room(house)


def test_a_file_is_brought_in_beside_what_arrived_and_twice_is_once(room: Room) -> None:
    saved = room.entry(1)
    assert (
        room.candidate.put(f"/api/v1/attempts/{room.attempt}/answers/1", json={k: v for k, v in saved.items() if k != "seq"}).status_code
        == 200
    )
    file = room.file(saved, room.entry(2, "B"), *(room.entry(seq, "C") for seq in range(3, 250)))
    for _ in range(2):
        assert room.bring(file) == {"attempt": room.attempt, "kept": 249, "refused": []}
        assert room.journal() == [(1, '"A"'), (2, '"B"'), *((seq, '"C"') for seq in range(3, 250))]
    assert room.aside() == []


def test_what_does_not_count_is_kept_aside_and_listed_for_people(room: Room) -> None:
    room.bring(room.file(room.entry(1)))
    told = room.bring(room.file(room.entry(1, "B"), room.entry(2, item="99"), room.entry(3, epoch=7), room.entry(4)))
    codes = {row["seq"]: row["code"] for row in told["refused"]}
    assert codes == {1: "delivery.number_taken", 2: "delivery.unsound", 3: "delivery.superseded"}
    assert sorted(room.aside()) == [(1, "number_taken"), (2, "unsound"), (3, "superseded")]
    assert [seq for seq, _ in room.journal()] == [1, 4]


def test_a_file_that_comes_after_the_window_is_kept_aside_whole(room: Room) -> None:
    room.house.clock.move(3600 + 60)
    within = room.bring(room.file(room.entry(1, earlier=120), room.entry(2)))
    assert [(row["seq"], row["code"]) for row in within["refused"]] == [(2, "delivery.too_late")]
    unproven = {**room.entry(5, earlier=120), "evidence": None}
    assert room.bring(room.file(unproven))["refused"][0]["code"] == "delivery.too_late"
    room.house.clock.move(3600)
    assert room.bring(room.file(room.entry(3, earlier=7200)))["refused"][0]["code"] == "delivery.closed"
    assert sorted(room.aside()) == [(2, "too_late"), (3, "closed"), (5, "too_late")]
    assert [seq for seq, _ in room.journal()] == [1]


def test_what_came_by_file_and_then_from_its_page_is_kept_aside_once(room: Room) -> None:
    room.house.clock.move(3600 + 60 + 3600)
    entry = room.entry(3, earlier=7200)
    room.bring(room.file(entry))
    by_page = {**{k: v for k, v in entry.items() if k != "seq"}, "epoch": 1}  # a page that has come back writes under its new epoch
    assert room.candidate.put(f"/api/v1/attempts/{room.attempt}/answers/3", json=by_page).get_json()["error"]["code"] == "delivery.closed"
    assert room.aside() == [(3, "closed")]


@pytest.mark.parametrize("bound", ["MOST_ASIDE", "MOST_ASIDE_CHARS"])
def test_what_is_kept_aside_of_one_attempt_is_bounded_and_the_rest_stays_with_its_page(
    room: Room, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(slow_way, bound, 2)
    room.bring(room.file(room.entry(1)))
    for n in range(4):
        answer = room.bring(room.file(room.entry(1, "BCDE"[n])))
        assert answer["refused"][0]["code"] == ("delivery.number_taken" if n < (2 if bound == "MOST_ASIDE" else 1) else "core.busy")
    assert room.bring(room.file(room.entry(2)))["refused"] == []  # what counts is taken as ever


def test_only_the_attempt_s_own_untouched_file_is_taken_and_only_from_staff(room: Room) -> None:
    file = room.file(room.entry(1))
    assert room.bring(file, room.candidate) == (403, "core.forbidden")
    box = file["box"]
    for touched in ({**file, "box": ("B" if box[0] != "B" else "C") + box[1:]}, {**file, "nonce": "AAAA"}, {**file, "box": "no base64!"}):
        assert room.bring(touched) == (422, "delivery.file_refused")
    assert room.bring(room.file(contents={"entries": [{"seq": 1}]})) == (422, "delivery.file_refused")
    assert room.bring(room.file(room.entry(1), attempt="att_unknown")) == (404, "core.not_found")
    assert room.bring({**file, "kind": "other"}) == (422, "core.invalid")
    assert room.journal() == []
    assert room.bring(file)["kept"] == 1
