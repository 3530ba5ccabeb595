"""Receipts: what they prove, and that no touched one passes."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.errors import ExamError
from delivery import receipts
from delivery.chain import Entry, Link, advance, genesis, link
from delivery.tables import AttemptRow
from web.commands_receipt import receipt as receipt_command

NOON = datetime(2026, 5, 23, 4, 0, tzinfo=UTC)


def chain(values: list[str]) -> list[Link]:
    head, links = genesis("att_1"), []
    for seq, value in enumerate(values, 1):
        links.append(link(head, Entry(seq, 1, "1", json.dumps(value), "2026-05-23T03:00:00.000Z", "2026-05-23T03:00:00.100Z")))
        head = advance(head, links[-1])
    return links


def row(links: list[Link]) -> AttemptRow:
    end = links[-1] if links else Link(0, links, genesis("att_1").hash)  # type: ignore[arg-type]  # its entry is not looked at
    done = {"state": "submitted", "submitted_at": NOON, "finish_time": NOON, "submit_cause": "candidate"}
    return AttemptRow(id="att_1", candidate="acc_1", paper="pap_1", form="frm_1", entries=len(links), head=end.hash, **done)


@pytest.fixture
def signer(tmp_path: Path) -> receipts.Signer:
    return receipts.Signer(tmp_path / "var")


@pytest.fixture
def receipt(signer: receipts.Signer) -> dict[str, Any]:
    links = chain(["甲", "乙", "丙", "丁"])
    made: dict[str, Any] = json.loads(json.dumps(receipts.make(signer, row(links), links)))
    return made


def test_an_untouched_receipt_is_valid(signer: receipts.Signer, receipt: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt, indent=2), "utf-8")
    told = {"valid": True, "first_bad_entry": None, "entries": 4, "head": receipt["journal"][-1][-1], "altered": []}
    assert receipts.verify_file(file) == {**told, "signature": "good_own_key"}
    assert receipts.verify_file(file, signer.public) == {**told, "signature": "good"}


def test_an_empty_journal_has_a_receipt_too(signer: receipts.Signer) -> None:
    assert receipts.verify(receipts.make(signer, row([]), []), signer.public)["valid"]


def _alter(r: dict[str, Any]) -> None:
    r["journal"][1][4] = '"戊"'


def _alter_and_hash_again(r: dict[str, Any]) -> None:
    """Make the whole chain anew from the altered entry on, with a fitting head."""
    values = [json.loads(entry[4]) for entry in r["journal"]]
    values[1] = "戊"
    r["journal"] = [[made.pos, *made.entry, made.hash] for made in chain(values)]
    r["head"] = r["journal"][-1][-1]


def _drop(r: dict[str, Any]) -> None:
    del r["journal"][1]


def _drop_the_last(r: dict[str, Any]) -> None:
    del r["journal"][-1]


def _add(r: dict[str, Any]) -> None:
    links = chain(["甲", "乙", "丙", "丁", "戊"])
    r["journal"] = [[made.pos, *made.entry, made.hash] for made in links]


def _swap(r: dict[str, Any]) -> None:
    r["journal"][1], r["journal"][2] = r["journal"][2], r["journal"][1]


@pytest.mark.parametrize(
    ("touch", "place"),
    [(_alter, 2), (_alter_and_hash_again, 2), (_drop, 2), (_drop_the_last, 4), (_add, 5), (_swap, 2)],
)
def test_the_first_touched_entry_is_named(
    signer: receipts.Signer, receipt: dict[str, Any], touch: Callable[[dict[str, Any]], None], place: int
) -> None:
    touched = copy.deepcopy(receipt)
    touch(touched)
    for key in (None, signer.public):
        told = receipts.verify(touched, key)
        assert (told["valid"], told["first_bad_entry"]) == (False, place)


FIELDS = ("pos", "seq", "epoch", "item", "value", "typed_at", "received_at", "hash")
OTHER = {
    "pos": 9,
    "seq": 9,
    "epoch": 9,
    "item": "9",
    "value": '"戊"',
    "typed_at": "2026-05-23T02:00:00.000Z",
    "received_at": "2026-05-23T03:00:00.101Z",
    "hash": "0" * 64,
}


WRONG = [(7, None), (7, 5), (0, 2**64), (1, 2**64), (2, -(2**64)), (0, 1.0), (0, True), (4, None), (4, "\ud800"), (3, 1)]
"""Places in an entry, and what cannot stand there."""


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("field", FIELDS)
def test_each_field_of_each_entry_is_covered(signer: receipts.Signer, receipt: dict[str, Any], place: int, field: str) -> None:
    receipt["journal"][place][FIELDS.index(field)] = OTHER[field]
    told = receipts.verify(receipt, signer.public)
    assert (told["valid"], told["first_bad_entry"], told["signature"]) == (False, place + 1, "good")


@pytest.mark.parametrize("place", range(4))
def test_each_missing_entry_is_named(signer: receipts.Signer, receipt: dict[str, Any], place: int) -> None:
    del receipt["journal"][place]
    told = receipts.verify(receipt, signer.public)
    assert (told["valid"], told["first_bad_entry"]) == (False, place + 1)


@pytest.mark.parametrize("order", [order for order in permutations(range(4)) if order != (0, 1, 2, 3)])
def test_each_other_order_is_named_by_its_first_stranger(signer: receipts.Signer, receipt: dict[str, Any], order: tuple[int, ...]) -> None:
    receipt["journal"] = [receipt["journal"][at] for at in order]
    told = receipts.verify(receipt, signer.public)
    first = next(place for place, at in enumerate(order, 1) if at != place - 1)
    assert (told["valid"], told["first_bad_entry"]) == (False, first)


@pytest.mark.parametrize("place", range(5))
def test_each_entry_that_was_put_in_is_named(signer: receipts.Signer, receipt: dict[str, Any], place: int) -> None:
    receipt["journal"].insert(place, list(receipt["journal"][place % 4]))
    told = receipts.verify(receipt, signer.public)
    assert not told["valid"]
    assert told["first_bad_entry"] in (place + 1, place + 2)  # put in before itself, the first of the two is sound


def test_what_people_counted_later_is_covered_and_the_earlier_receipt_is_its_beginning(signer: receipts.Signer) -> None:
    links = chain(["甲", "乙", "丙"])
    before, after = receipts.make(signer, row(links[:2]), links[:2]), receipts.make(signer, row(links[:2]), links)
    assert [receipts.verify(json.loads(json.dumps(made)), signer.public)["valid"] for made in (before, after)] == [True, True]
    assert after["handed_in"] == {"entries": 2, "head": before["head"]}
    assert (before["code"], "handed_in" in before) == (after["code"], False)
    for name, value in (("entries", 1), ("head", "0" * 64)):
        told = receipts.verify({**after, "handed_in": {**after["handed_in"], name: value}}, signer.public)
        assert not told["valid"]
    lying = receipts.make(signer, row([*links[:1], links[2]]), links)  # a hand-in whose head is not that of its place
    assert receipts.verify(lying, signer.public)["first_bad_entry"] == 2


@pytest.mark.parametrize("name", ["attempt", "candidate", "entries", "finish_time", "cause", "code", "submitted_at", "head"])
def test_no_claim_can_be_touched(signer: receipts.Signer, receipt: dict[str, Any], name: str) -> None:
    touched = {**receipt, name: "something else"}
    told = receipts.verify(touched, signer.public)
    assert (told["valid"], told["signature"], told["altered"]) == (False, "bad", [name])


@pytest.mark.parametrize("with_key", [False, True])
def test_a_number_of_another_kind_is_another_claim(signer: receipts.Signer, receipt: dict[str, Any], with_key: bool) -> None:
    told = receipts.verify({**receipt, "entries": 4.0}, signer.public if with_key else None)
    assert (told["valid"], told["altered"]) == (False, ["entries"])


@pytest.mark.parametrize("touch", [{"x": "A" * 43}, {"crv": "X25519"}, {"kty": "EC"}, {"kty": None}, None])
def test_beside_the_published_key_the_receipt_s_own_must_be_the_same(
    signer: receipts.Signer, receipt: dict[str, Any], touch: dict[str, Any] | None
) -> None:
    if touch is None:
        del receipt["key"]
    else:
        receipt["key"].update(touch)
    told = receipts.verify(receipt, signer.public)
    assert (told["valid"], told["signature"], told["first_bad_entry"]) == (False, "other_key", None)
    assert receipts.verify(receipt)["valid"] is False


def _drop_a_field(entry: list[Any]) -> None:
    del entry[4]


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize(
    "touch",
    [
        _drop_a_field,
        lambda entry: entry.append(1),
        lambda entry: entry.clear(),
        *(lambda entry, at=at, value=value: entry.__setitem__(at, value) for at, value in WRONG),
    ],
)
def test_what_cannot_be_an_entry_is_named(
    signer: receipts.Signer, receipt: dict[str, Any], place: int, touch: Callable[[list[Any]], None]
) -> None:
    touch(receipt["journal"][place])
    for key in (None, signer.public):
        told = receipts.verify(receipt, key)
        assert (told["valid"], told["first_bad_entry"]) == (False, place + 1)


def test_another_key_is_not_the_office_s(signer: receipts.Signer, receipt: dict[str, Any], tmp_path: Path) -> None:
    forger = receipts.Signer(tmp_path / "elsewhere")
    links = chain(["forged"])
    forged = receipts.make(forger, row(links), links)
    assert receipts.verify(forged)["signature"] == "good_own_key"
    assert receipts.verify(forged, {})["valid"] is False
    assert receipts.verify(forged, signer.public) == {**receipts.verify(forged), "valid": False, "signature": "bad"}


@pytest.mark.parametrize("given", [None, [], {}, "x", {"journal": 3}, {"journal": [[1, 2]], "signature": "x", "key": {}}])
def test_what_is_no_receipt_is_not_valid(given: Any) -> None:
    assert receipts.verify(given)["valid"] is False


def test_a_file_that_is_no_json_is_not_valid(tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    for text in (b"\xff\x00", b"[" * 100_000):
        file.write_bytes(text)
        assert receipts.verify_file(file)["valid"] is False


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    assert receipts.Signer(folder).public == receipts.Signer(folder).public
    assert (folder / receipts.KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert "d" not in receipts.Signer(folder).public


def test_before_the_hand_in_there_is_none(signer: receipts.Signer) -> None:
    with pytest.raises(ExamError) as refused:
        receipts.make(signer, AttemptRow(id="att_1", state="running"), [])
    assert refused.value.kind.code == "delivery.no_receipt"


def test_the_command_line_checks_a_file_offline(signer: receipts.Signer, receipt: dict[str, Any], tmp_path: Path) -> None:
    file, key = tmp_path / "receipt.json", tmp_path / "key.json"
    key.write_text(json.dumps(signer.public), "utf-8")
    file.write_text(json.dumps(receipt), "utf-8")
    asked = ["verify", str(file), "--key", str(key), "--json"]
    good = CliRunner().invoke(receipt_command, asked)
    assert (good.exit_code, json.loads(good.output)["signature"]) == (0, "good")
    spoken = CliRunner().invoke(receipt_command, asked[:-1]).output
    assert "不能证明" in spoken
    assert "nor that nothing else was typed" in spoken
    assert "the published key" not in spoken
    assert "the published key" in CliRunner().invoke(receipt_command, asked[:2]).output  # its own key proves less, and it says so
    for no_key in ("[]", "{}", '"x"', "null", '{"kty": ""}'):
        key.write_text(no_key, "utf-8")
        assert CliRunner().invoke(receipt_command, asked).exit_code == 2
    key.write_text(json.dumps(signer.public), "utf-8")
    receipt["journal"][2][4] = '"戊"'
    file.write_text(json.dumps(receipt), "utf-8")
    bad = CliRunner().invoke(receipt_command, asked)
    assert (bad.exit_code, json.loads(bad.output)["valid"], json.loads(bad.output)["first_bad_entry"]) == (1, False, 3)


def test_the_command_line_says_why_a_signature_does_not_hold(signer: receipts.Signer, receipt: dict[str, Any], tmp_path: Path) -> None:
    file, key = tmp_path / "receipt.json", tmp_path / "key.json"
    key.write_text(json.dumps(signer.public), "utf-8")
    keyless = {name: value for name, value in receipt.items() if name != "key"}
    strange = receipts.Signer(tmp_path / "elsewhere").sign({})
    for touched, said in (
        ({**receipt, "cause": "deadline"}, "Some signed field was altered: cause"),
        (keyless, "the key inside the receipt is missing or another one"),
        ({**receipt, "signature": strange}, "was not made with this key"),
    ):
        file.write_text(json.dumps(touched), "utf-8")
        spoken = CliRunner().invoke(receipt_command, ["verify", str(file), "--key", str(key)])
        assert spoken.exit_code == 1
        assert said in spoken.output
