"""No byte that a candidate can fetch comes from a key: every payload of a whole exam is searched for what was planted in every key."""

import base64
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.actor import Role
from core.clock import iso, now
from itembank.blueprint import Blueprint
from itembank.business import scenario
from itembank.exchange.draft import RubricCriterion, RubricLevel
from itembank.keys import Key
from programme import results
from tests.make import exam, sitting
from tests.make.bank import published, stock
from tests.make.canaries import Aviary
from tests.make.demo_bank import demo_bank
from tests.make.house import House
from tests.make.kinds import NEW, live_of_each, some_answer
from tests.make.people import ExamPage, Person, Refused
from tests.make.server import ROOT, Deployment, Server
from tests.make.wire import Wire
from web.permissions import TABLE

KEY_MODELS = (Key, RubricCriterion, RubricLevel, scenario.Key, scenario.ValueKey, scenario.AcceptedKey, scenario.TicksKey, scenario.Point)
ALSO_ELSEWHERE = {"about", "by", "fields", "id", "levels", "marks", "parts", "points", "right", "scenario", "text", "title"}
KEY_NAMES = {name for model in KEY_MODELS for name in model.model_fields} - ALSO_ELSEWHERE
"""Names that only keys have."""

_NAMED = re.compile(f'"({"|".join(KEY_NAMES)})" ?:'.encode())
COUNTS = {"single": 12, "multiple": 6, "truefalse": 6, "numeric": 1, "text": 1, "extended": 1, "case": 9, "business": 4}
COUNTS |= dict.fromkeys(NEW, 1)
DRAFTS = [draft for draft in demo_bank() if draft.kind not in NEW or draft.pool == "practice"]
DRAFTS += [draft.model_copy(update={"ref": f"live-{draft.kind}"}) for draft in live_of_each()]
PAPER = {
    "title": "综合卷",
    "seed": 7,
    "sections": [{"id": kind, "title": kind, "draws": [{"count": count, "kind": kind}]} for kind, count in COUNTS.items()],
}


@dataclass
class Room:
    """A house whose keys are full of canaries, and a sitting in it."""

    house: House
    folder: Path
    aviary: Aviary
    sitting: sitting.Sitting

    @contextmanager
    def served(self, *altered: str) -> Iterator[str]:
        """Serve the house, with something altered or as it is; yield the address."""
        settings = {"embedded_worker": False, "altered": altered}
        server = Server(Deployment(str(self.house.settings.database_url), self.folder, **settings)).start()
        try:
            yield server.url
        finally:
            server.kill()

    def candidate(self, url: str, login: str) -> tuple[Person, str]:
        """Enrol somebody; return the person at the address, and the attempt."""
        attempt = self.sitting.attempt(self.sitting.enrol(login))
        return Person(url, login), attempt


@pytest.fixture(scope="module")
def room(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("aviary")
    shutil.copyfile(_sqlite_template, folder / "house.sqlite")
    house = House(f"sqlite:///{folder}/house.sqlite", now, folder, rate_limits=False)
    aviary = Aviary()
    stock(house.database, [aviary.plant(draft) for draft in (*DRAFTS, *exam.DRAFTS[3:6])], now())
    form = published(house.database, Blueprint.model_validate(PAPER), now())
    yield Room(house, folder, aviary, sitting.plan(house, form=form))
    house.close()


def test_every_canary_sits_in_the_locked_cupboard_and_nowhere_else(room: Room) -> None:
    """Else the search below would find nothing because there is nothing to find."""
    with room.house.database.reading() as session:
        locked = {row[0]: row[1] for row in session.execute(text("SELECT version, body || source FROM item_keys"))}
        open_to_see = session.execute(text("SELECT content || title || search_text FROM item_versions")).scalars().all()
        papers = session.execute(text("SELECT content || blueprint FROM forms")).scalars().all()
    assert len(locked) == len(DRAFTS) + 3
    kept = {place for place in room.aviary.places.values() if " option " not in place}  # what authors call options is kept nowhere
    assert room.aviary.find("".join(locked.values()).encode()) == kept
    assert room.aviary.find("".join([*open_to_see, *papers]).encode()) == set()


def test_nothing_of_a_key_reaches_a_candidate(room: Room) -> None:
    with room.served() as url, Wire(url, listen=True) as own, Wire(url, listen=True) as public:
        candidate, attempt = room.candidate(own.url, "candidate")
        _sit(room, candidate, attempt)
        _mark_and_release(room)
        _fetch_all(room, candidate, attempt)
        assert candidate.call("GET", "me/results")["results"]
        asked = [_ask_for_practice(candidate, point) for point in candidate.call("GET", "practice/points")["points"]]
        _fetch_public(room, Person(public.url, "candidate"))
        heard, heard_in_public = (b"\n".join(map(bytes, wire.heard)) for wire in (own, public))
        assert b"Content-Encoding" not in heard + heard_in_public, "what is compressed cannot be searched"
        assert len(heard) > 300_000
        assert room.aviary.find(heard + heard_in_public) == set()
        assert set(_NAMED.findall(heard)) == set()

        already = len(own.heard)
        version = str(asked[0]["version"])
        assert candidate.call("POST", "practice/answers", {"version": version, "value": _answer(asked[0])})["explanation"]
        told = room.aviary.find(b"\n".join(map(bytes, own.heard[already:])))
        assert {place.split(" ")[0] for place in told} == {_ref_of(room, version)}, "of the item that was answered, and of no other"


def test_control_a_key_that_gets_out_is_heard(room: Room) -> None:
    with room.served("leak_explanations") as url, Wire(url, listen=True) as wire:
        candidate, attempt = room.candidate(wire.url, "eavesdropper")
        candidate.call("POST", f"attempts/{attempt}/ticket", {"device": {}})
        candidate.call("POST", f"attempts/{attempt}/start", {})
        candidate.call("GET", f"attempts/{attempt}/paper")
        found = room.aviary.find(b"".join(map(bytes, wire.heard)))
    assert len([place for place in found if place.endswith("explanation")]) >= sum(COUNTS.values()) - COUNTS["case"] - COUNTS["business"]


def test_control_names_and_what_is_wrapped_are_heard() -> None:
    aviary = Aviary()
    word = aviary.word("item", "explanation")
    claims = json.dumps({"trail": "x" * 40, "why": word}).encode()
    assert aviary.find(b"." + base64.urlsafe_b64encode(claims).rstrip(b"=") + b".") == {"item explanation"}
    assert _NAMED.findall(b'{"explanation":"","tolerance": 1, "correct_answers": 2}') == [b"explanation", b"tolerance"]


def _sit(room: Room, candidate: Person, attempt: str) -> None:
    """Sit the whole paper, with every message and every refusal that a page can cause."""
    _fetch_all(room, candidate, attempt)
    page = ExamPage(candidate, attempt)
    _fetch_all(room, candidate, attempt)
    candidate.call("POST", f"attempts/{attempt}/start", {})
    paper = candidate.call("GET", f"attempts/{attempt}/paper")
    items = [part for section in paper["sections"] for item in section["items"] for part in item.get("parts", [item])]
    assert len(items) > 60
    for seq, item in enumerate(items, 1):
        assert page.put(seq, item["item"], _answer(item), iso(now()))["ok"], item
    assert not page.put(1, items[0]["item"], "another", iso(now()))["ok"]
    assert not page.put(len(items) + 1, items[0]["item"], {"wrong": "shape"}, iso(now()))["ok"]
    assert not page.ask("attempt.submit", {"epoch": page.epoch, "last_seq": len(items) + 9})["ok"]
    for message in ("answer.put_many", "signals.put", "deadline.ack", "time.sync", "no.such"):
        page.ask(message, {})
    second = ExamPage(candidate, attempt)
    page.told("superseded")
    _fetch_all(room, candidate, attempt)
    assert second.ask("attempt.submit", {"epoch": second.epoch, "last_seq": len(items)})["ok"]
    second.told("attempt.state", state="submitted")
    page.close()
    second.close()
    _fetch_all(room, candidate, attempt)


def _answer(item: dict[str, Any]) -> Any:
    if item["kind"] == "business":
        field = item["workspace"]["steps"][0]["fields"][0]["name"]
        return {"action": "set", "field": field, "value": "1"}
    return some_answer(item)


def _fetch_all(room: Room, candidate: Person, attempt: str) -> None:
    """Fetch everything that a candidate may fetch, whatever the answer is now."""
    rules = [rule for rule in room.house.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"]
    own = [rule for rule in rules if Role.CANDIDATE in TABLE.get(room.house.app.view_functions[rule.endpoint].act, ())]  # type: ignore[attr-defined]
    assert len(own) >= 10
    for rule in own:
        built = rule.build({"attempt": attempt}, append_unknown=False)
        assert built, f"what to fill into {rule.rule}?"
        with suppress(Refused):
            candidate.page(built[1])
    with suppress(Refused):
        candidate.page(f"/api/v1/attempts/{attempt}/state?since=1")


def _fetch_public(room: Room, candidate: Person) -> None:
    for rule in room.house.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            with suppress(Refused):
                candidate.page(rule.rule)
    for file in sorted((ROOT / "static").rglob("*")):
        if file.suffix in {".js", ".mjs", ".css", ".json", ".svg", ".html"}:
            candidate.page(f"/static/{file.relative_to(ROOT / 'static')}")


def _mark_and_release(room: Room) -> None:
    room.house.work()
    room.sitting.mark_all(room.house.account("marker", Role.MARKER), marks=0)
    room.house.work()
    assert room.sitting.leave_out_what_is_held() > 1  # what was refused while the paper was sat
    with room.house.unit(sitting.OFFICE) as unit:
        assert results.release(unit, room.sitting.id) == 1


def _ask_for_practice(candidate: Person, point: dict[str, Any]) -> dict[str, Any]:
    return dict(candidate.call("POST", "practice/next", {"knowledge": point["knowledge"]})["item"])


def _ref_of(room: Room, version: str) -> str:
    with room.house.database.reading() as session:
        ref = text("SELECT i.ref FROM items i JOIN item_versions v ON v.item = i.id WHERE v.id = :version")
        return str(session.execute(ref, {"version": version}).scalar_one())
