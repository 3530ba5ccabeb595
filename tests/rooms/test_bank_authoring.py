"""Writing at the page: looked at before it is kept, never over somebody else's version, and tags for many items at once."""

import json
from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest

from core.actor import Role
from itembank.exchange.intake import get_source
from itembank.pictures import MOST_READ, read_picture
from itembank.sanitising import pictures_in
from tests.make.house import Browser, House
from tests.make.pictures import img, jpeg, png

DRAFT: dict[str, Any] = {
    "kind": "single",
    "ref": "w1",
    "stem": "若 $a<b$ 则<script>1</script>",
    "options": [{"id": "A", "html": "甲"}, {"id": "B", "html": "乙"}],
    "key": {"correct": ["A"]},
    "explanation": "因为",
    "knowledge": ["贸易/术语"],
    "levels": ["初级"],
}


@pytest.fixture
def author(house: House) -> Browser:
    house.account("author", Role.AUTHOR)
    return house.browser("author")


def save(browser: Browser, draft: dict[str, Any], base: int | None = None) -> Any:
    return browser.post("/api/v1/bank/draft", json={"draft": draft, "base": base})


def code(answer: Any) -> str:
    return str(answer.get_json()["error"]["code"])


def test_a_preview_shows_what_the_candidate_sees_and_keeps_nothing(author: Browser) -> None:
    told = author.post("/api/v1/bank/draft/preview", json={"draft": DRAFT}).get_json()
    (item,) = told["paper"]["sections"][0]["items"]
    assert (item["kind"], [option["html"] for option in item["options"]]) == ("single", ["甲", "乙"])
    assert "script" not in item["stem"]
    assert told["lost"] == ["script"]
    assert "因为" not in str(told)
    assert author.get("/api/v1/bank/items").get_json()["total"] == 0
    wrong = author.post("/api/v1/bank/draft/preview", json={"draft": DRAFT | {"key": {"correct": ["Z"]}}})
    assert (wrong.status_code, code(wrong)) == (422, "itembank.answer_unknown")
    assert author.post("/api/v1/bank/draft/preview", json={"draft": {"surprise": 1}}).status_code == 422


def test_a_preview_names_enemies_that_the_bank_does_not_hold(author: Browser) -> None:
    save(author, DRAFT)
    told = author.post("/api/v1/bank/draft/preview", json={"draft": DRAFT | {"ref": "w2", "enemies": ["w1", "w9"]}}).get_json()
    assert len(told["remarks"]) == 1
    assert "w9" in told["remarks"][0]
    assert "w1" not in told["remarks"][0]


def test_a_draft_becomes_an_item_and_then_its_next_version(author: Browser) -> None:
    made = save(author, DRAFT)
    assert made.status_code == 201
    item = made.get_json()["item"]
    assert code(save(author, DRAFT)) == "itembank.ref_taken"
    assert save(author, DRAFT | {"stem": "另问?"}, base=1).get_json()["item"] == item
    assert code(save(author, DRAFT | {"stem": "又问?"}, base=1)) == "itembank.version_moved"
    told = author.get(f"/api/v1/bank/items/{item}").get_json()
    assert (told["item"]["version"], told["content"]["stem"], told["item"]["state"]) == (2, "另问?", "draft")
    assert code(save(author, DRAFT | {"kind": "multiple"}, base=2)) == "itembank.kind_changed"
    boot = author.get(f"/bank/items/{item}/edit").text.split('id="boot">')[1].split("</script>")[0]
    assert (json.loads(boot)["draft"]["stem"], json.loads(boot)["base"]) == ("另问?", 2)


def test_an_item_without_a_reference_gets_one_and_a_like_one_is_told(author: Browser) -> None:
    draft = {name: value for name, value in DRAFT.items() if name != "ref"}
    draft["stem"] = "按照国际贸易术语解释通则，卖方在装运港船上完成交货的是"
    first, second = (save(author, draft).get_json()["item"] for _ in range(2))
    assert first != second
    told = author.post("/api/v1/bank/draft/preview", json={"draft": draft}).get_json()
    assert {like["item"] for like in told["alike"]} == {first, second}


def test_tags_make_new_versions_of_what_changes(house: House, author: Browser) -> None:
    for n in (1, 2):
        save(author, DRAFT | {"ref": f"w{n}", "stem": f"问 {n}?", "levels": ["初级"] if n == 1 else ["中级"]})
    body = {"refs": ["w1", "w2"], "add": {"levels": ["中级"]}, "remove": {"knowledge": ["贸易/术语"]}}
    assert author.post("/api/v1/bank/tags", json=body).get_json() == {"changed": 2}
    assert author.post("/api/v1/bank/tags", json=body).get_json() == {"changed": 0}
    told = {item["ref"]: item for item in author.get("/api/v1/bank/items").get_json()["items"]}
    assert {ref: (item["version"], item["levels"], item["knowledge"]) for ref, item in told.items()} == {
        "w1": (2, ["初级", "中级"], []),
        "w2": (2, ["中级"], []),
    }
    with house.database.reading() as session:
        versions = author.get(f"/api/v1/bank/items/{told['w1']['id']}").get_json()["versions"]
        assert get_source(session, versions[-1]["version"]).knowledge == ["贸易/术语"], "the version before is as it was"
    assert author.post("/api/v1/bank/tags", json={"refs": ["w1"], "add": {"colour": ["red"]}}).status_code == 422


@pytest.mark.parametrize("kind", ["single", "case", "business", "nonsense"])
def test_the_editor_opens_for_every_kind(author: Browser, kind: str) -> None:
    answer = author.get("/bank/write", query_string={"kind": kind})
    assert answer.status_code == 200
    assert "新建试题" in answer.text


def test_a_picture_is_checked_and_comes_back_as_an_item_may_hold_it(author: Browser) -> None:
    def sent(data: bytes) -> Any:
        return author.post("/api/v1/bank/picture", data={"file": (BytesIO(data), "any.name")}, content_type="multipart/form-data")

    told = sent(b64decode(jpeg().partition(",")[2])).get_json()
    assert (told["width"], told["height"]) == (60, 40)
    assert read_picture(told["data"]).address == told["data"]
    assert "secret" not in str(b64decode(told["data"].partition(",")[2]))
    assert (sent(b"<svg/>").status_code, code(sent(b"<svg/>"))) == (422, "itembank.image_kind")
    assert code(sent(b"\x89PNG" + bytes(MOST_READ))) == "itembank.image_large"
    assert author.post("/api/v1/bank/picture", data={}, content_type="multipart/form-data").status_code == 422


def test_a_picture_stands_in_every_text_and_others_are_told(author: Browser) -> None:
    away = img("https://example.org/a.png", "远处")
    options = [{"id": "A", "html": img(png(1), "")}, {"id": "B", "html": img(png(2), "")}]
    draft = DRAFT | {"stem": f"看图{img(jpeg(), '港口', width=30)}{away}", "options": options, "explanation": img(png(3))}
    told = author.post("/api/v1/bank/draft/preview", json={"draft": draft}).get_json()
    (item,) = told["paper"]["sections"][0]["items"]
    assert item["stem"].endswith('alt="港口" width="30" height="20">远处')
    assert all(pictures_in(option["html"]) for option in item["options"])
    assert (told["lost"], len(told["remarks"])) == ([], 1)
    assert "https://example.org/a.png" in told["remarks"][0]
    made = save(author, draft).get_json()["item"]
    held = author.get(f"/api/v1/bank/items/{made}").get_json()
    assert held["content"]["stem"] == item["stem"]
    assert code(save(author, draft | {"ref": "w2", "stem": img(png()) * 31})) == "itembank.images_many"
    found = author.get("/api/v1/bank/items?text=港口").get_json()
    assert [row["ref"] for row in found["items"]] == ["w1"]
