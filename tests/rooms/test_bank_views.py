"""The item bank over HTTP: who may what, the dry run, filters, approval by a second person, and no key for a stranger."""

import threading
from io import BytesIO
from typing import Any

import pytest

from core.actor import Role
from core.tables import AuditRow
from itembank import exchange_views
from itembank.exchange import export, intake
from tests.make.bank import SECRET, case, choice, sheet
from tests.make.house import Browser, House
from tests.make.qti import sums

ROW: dict[str, Any] = {"题型": "单选题", "题干": "问?", "选项A": "甲", "选项B": "乙", "答案": "A", "知识点": "贸易/术语", "等级": "初级"}
PLAN = {"title": "Paper", "sections": [{"id": "s", "title": "一", "draws": [{"count": 2, "kind": "single"}]}]}


@pytest.fixture
def author(house: House) -> Browser:
    house.account("author", Role.AUTHOR)
    return house.browser("author")


@pytest.fixture
def office(house: House) -> Browser:
    house.account("office", Role.OFFICE)
    return house.browser("office")


def upload(browser: Browser, data: bytes, name: str = "b.xlsx", **query: Any) -> Any:
    return browser.post("/api/v1/bank/import", query_string=query, data={"files": (BytesIO(data), name)})


def lines(*drafts: Any) -> bytes:
    return "\n".join(draft.model_dump_json(exclude_defaults=True) for draft in drafts).encode()


def ids(browser: Browser, **query: Any) -> list[str]:
    return [item["id"] for item in browser.get("/api/v1/bank/items", query_string=query).get_json()["items"]]


def test_a_dry_run_and_then_the_import(author: Browser) -> None:
    data = sheet([{**ROW, "编号": "q1"}, {**ROW, "编号": "q2", "答案": "Z"}])
    dry = upload(author, data, dry_run="true")
    assert dry.status_code == 200
    assert ids(author) == []
    assert upload(author, data).get_json() == dry.get_json()
    assert len(ids(author)) == 1
    refused = dry.get_json()["refused"][0]
    assert (refused["code"], refused["row"], refused["column"], refused["file"]) == ("itembank.answer_unknown", 3, "答案", "b.xlsx")
    assert author.post("/api/v1/bank/import").status_code == 422


def test_a_parameterised_item_goes_in_as_its_clones(author: Browser) -> None:
    told = upload(author, sums(), "sums.xml").get_json()
    assert [item["ref"] for item in told["items"]] == ["I-1", "I-2", "I-3", "I-4", "I-5"]
    assert [item["status"] for item in upload(author, sums(), "sums.xml").get_json()["items"]] == ["unchanged"] * 5


def test_items_are_found_by_what_they_are(author: Browser) -> None:
    rows = [
        {**ROW, "编号": "q1"},
        {**ROW, "编号": "q2", "题型": "多选题", "知识点": "贸易/结算", "题库": "练习"},
        {**ROW, "编号": "q3", "语言": "英文", "等级": "中级", "题干": "FOB 100%_done?", "知识点": "贸易术语"},
    ]
    upload(author, sheet(rows))
    refs = {browsed["ref"]: browsed["id"] for browsed in author.get("/api/v1/bank/items").get_json()["items"]}
    for query, found in (
        ({}, {"q1", "q2", "q3"}),
        ({"kind": "multiple"}, {"q2"}),
        ({"pool": "practice"}, {"q2"}),
        ({"language": "en"}, {"q3"}),
        ({"level": "初级"}, {"q1", "q2"}),
        ({"knowledge": "贸易"}, {"q1", "q2"}),
        ({"knowledge": "贸易/术语"}, {"q1"}),
        ({"text": "fob"}, {"q3"}),
        ({"text": "%_"}, {"q3"}),
        ({"text": "Q2"}, {"q2"}),
        ({"text": "甲", "state": "approved"}, set()),
        ({"page": 2}, set()),
    ):
        assert set(ids(author, **query)) == {refs[ref] for ref in found}, query
    assert author.get("/api/v1/bank/items", query_string={"surprise": 1}).status_code == 422
    assert author.get("/bank", query_string={"page": 0}).status_code == 422


@pytest.mark.parametrize("field", ["kind", "language", "pool", "state", "difficulty"])
def test_a_search_by_what_does_not_exist_is_refused_by_its_field(author: Browser, field: str) -> None:
    answer = author.get("/api/v1/bank/items", query_string={field: "易"})
    assert code(answer) == (422, "core.invalid")
    assert answer.get_json()["error"]["fields"]["detail"].startswith(f"{field}")
    assert author.get("/api/v1/bank/items", query_string={field: ""}).status_code == 200


def act(browser: Browser, item: str, name: str, **body: Any) -> Any:
    return browser.post(f"/api/v1/bank/items/{item}/{name}", json=body)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"] if answer.status_code >= 400 else ""


def seen(*refs: str, n: int = 1) -> dict[str, Any]:
    return {"items": [{"ref": ref, "version": n} for ref in refs]}


def test_from_the_draft_to_the_end(author: Browser, office: Browser) -> None:
    upload(author, lines(choice("q")), "q.jsonl")
    (item,) = ids(author)
    assert code(act(author, item, "submit")) == (200, "")
    twice = act(author, item, "submit").get_json()["error"]
    assert (twice["message"], twice["fields"]) == ("题目状态为“审核中”，不能进行此操作", {"state": "review"})
    assert code(act(author, item, "approve", version=1)) == (403, "itembank.own_item")
    assert code(act(office, item, "submit")) == (403, "core.forbidden")
    asked = act(office, item, "notes", version=1, text="Why A?", request=True)
    assert asked.status_code == 201
    assert code(act(office, item, "approve", version=1)) == (409, "itembank.requests_open")
    assert code(act(office, item, "return", version=1, reason="See A")) == (200, "")
    upload(author, lines(choice("q", stem="Which of them?")), "q.jsonl")
    assert code(act(author, item, "submit")) == (200, "")
    assert code(act(office, item, "approve", version=1)) == (409, "itembank.version_moved")
    assert code(act(author, item, f"notes/{asked.get_json()['note']}/settle")) == (403, "itembank.own_item")
    assert code(act(office, item, f"notes/{asked.get_json()['note']}/settle")) == (200, "")
    assert code(act(office, item, "approve", version=2)) == (200, "")
    assert office.get(f"/api/v1/bank/items/{item}").get_json()["item"]["waits_for_approval"] is False
    page = office.get(f"/bank/items/{item}/compare", query_string={"old": 1, "new": 2}).text
    assert "<del>Question q</del><ins>Which of them</ins>?" in page
    assert office.get(f"/bank/items/{item}/compare", query_string={"old": 1, "new": 9}).status_code == 404
    assert act(office, item, "retire").status_code == 422
    assert code(act(author, item, "retire", reason="old")) == (403, "core.forbidden")
    assert code(act(office, item, "retire", reason="old")) == (200, "")
    assert office.get(f"/api/v1/bank/items/{item}").get_json()["item"]["state"] == "retired"
    assert code(act(office, "itm_none", "approve", version=1)) == (404, "core.not_found")


def test_many_items_are_handed_in_and_approved_together_or_not_at_all(author: Browser, office: Browser) -> None:
    upload(author, lines(choice("a"), choice("b"), choice("none", key={"lacks": "?"})), "q.jsonl")
    assert author.post("/api/v1/bank/submit", json={"refs": ["a", "b", "none"]}).get_json() == {"items": 3}
    assert code(office.post("/api/v1/bank/approve", json=seen("a", "none"))) == (409, "itembank.key_missing")
    assert {item["state"] for item in author.get("/api/v1/bank/items").get_json()["items"]} == {"review"}
    assert office.post("/api/v1/bank/approve", json=seen("a", "b")).get_json() == {"items": 2}
    assert len(ids(author, state="approved")) == 2


def test_what_was_written_anew_since_it_was_seen_is_not_approved_with_the_others(author: Browser, office: Browser) -> None:
    upload(author, lines(choice("a"), choice("b")), "q.jsonl")
    author.post("/api/v1/bank/submit", json={"refs": ["a", "b"]})
    before = {item["ref"]: item["version"] for item in office.get("/api/v1/bank/items").get_json()["items"]}
    (changed,) = (item["id"] for item in author.get("/api/v1/bank/items").get_json()["items"] if item["ref"] == "a")
    act(author, changed, "recall")
    upload(author, lines(choice("a", key={"correct": ["B"]})), "q.jsonl")
    act(author, changed, "submit")
    body = {"items": [{"ref": ref, "version": n} for ref, n in before.items()]}
    refused = office.post("/api/v1/bank/approve", json=body)
    assert code(refused) == (409, "itembank.version_moved")
    assert "a 已有更新的版本（第 2 版）" in refused.get_json()["error"]["message"]
    assert ids(author, state="approved") == []
    assert office.post("/api/v1/bank/approve", json=seen("a", n=2)).get_json() == {"items": 1}
    assert code(office.post("/api/v1/bank/approve", json=seen("b", "gone"))) == (404, "core.not_found")
    assert office.post("/api/v1/bank/approve", json={"refs": ["b"]}).status_code == 422


def test_the_page_tells_who_saw_what(house: House, author: Browser) -> None:
    upload(author, lines(choice("q")), "q.jsonl")
    (item,) = ids(author)
    house.account("reader", Role.AUTHOR, name="读者 甲")
    house.account("program", Role.AUTHOR, name="读者 乙")
    house.browser("reader").get(f"/bank/items/{item}")
    house.browser("program").get(f"/api/v1/bank/items/{item}")
    page = author.get(f"/bank/items/{item}").text
    assert "读者 甲" in page
    assert "读者 乙" in page


def test_who_writes_and_approves_cannot_do_both(house: House) -> None:
    house.account("both", Role.AUTHOR, Role.OFFICE)
    both = house.browser("both")
    upload(both, lines(choice("q")), "q.jsonl")
    (item,) = ids(both)
    act(both, item, "submit")
    assert code(act(both, item, "approve", version=1)) == (403, "itembank.own_item")


def test_a_form_from_blueprint_to_publication(house: House, author: Browser, office: Browser) -> None:
    upload(author, lines(choice("a"), choice("b")), "q.jsonl")
    short = office.post("/api/v1/bank/forms", json=PLAN)
    assert (short.status_code, short.get_json()["error"]["fields"]["available"]) == (409, 0)
    author.post("/api/v1/bank/submit", json={"refs": ["a", "b"]})
    office.post("/api/v1/bank/approve", json=seen("a", "b"))
    made = office.post("/api/v1/bank/forms", json=PLAN)
    assert made.status_code == 201
    (form,) = (one["id"] for one in made.get_json()["forms"])
    early = office.post(f"/api/v1/bank/forms/{form}/publish", json={}).get_json()["error"]
    assert (early["message"], early["fields"]) == ("试卷状态为“草稿”，不能进行此操作", {"state": "draft"})
    assert office.post(f"/api/v1/bank/forms/{form}/freeze", json={}).get_json()["form"]["state"] == "frozen"
    own = office.post(f"/api/v1/bank/forms/{form}/publish", json={})
    assert (own.status_code, own.get_json()["error"]["code"]) == (403, "itembank.own_form")
    house.account("second", Role.OFFICE)
    second = house.browser("second")
    assert second.post(f"/api/v1/bank/forms/{form}/publish", json={}).get_json()["form"]["state"] == "published"
    assert "已发布" in author.get(f"/bank/forms/{form}").text
    assert second.post(f"/api/v1/bank/forms/{form}/withdraw", json={"reason": "over"}).get_json()["form"]["state"] == "withdrawn"
    assert [told["id"] for told in author.get("/api/v1/bank/forms").get_json()["forms"]] == [form]
    wrong = office.post("/api/v1/bank/forms", json={"title": "T", "sections": []})
    assert wrong.status_code == 422


def test_parallel_forms_are_drawn_all_or_none(author: Browser, office: Browser) -> None:
    upload(author, lines(*(choice(ref) for ref in "abcd")), "q.jsonl")
    author.post("/api/v1/bank/submit", json={"refs": list("abcd")})
    office.post("/api/v1/bank/approve", json=seen(*"abcd"))
    made = office.post("/api/v1/bank/forms?forms=2", json=PLAN)
    assert (made.status_code, [one["title"][-2:] for one in made.get_json()["forms"]]) == (201, [" 1", " 2"])
    short = office.post("/api/v1/bank/forms?forms=3", json=PLAN)
    assert (short.status_code, short.get_json()["error"]["fields"]["needed"]) == (409, 6)
    assert len(office.get("/api/v1/bank/forms").get_json()["forms"]) == 2
    for wrong in ("0", "51", "x"):
        assert office.post(f"/api/v1/bank/forms?forms={wrong}", json=PLAN).status_code == 422


def test_keys_are_for_the_people_of_the_bank(house: House, author: Browser) -> None:
    upload(author, lines(choice("q"), case("c")), "q.jsonl")
    for item in ids(author):
        page = author.get(f"/bank/items/{item}")
        boot = page.text.split('<script type="application/json" id="boot">')[1].split("</script>")[0]
        assert SECRET in page.text
        assert SECRET not in boot
        assert SECRET not in author.get(f"/api/v1/bank/items/{item}").text
    for role in (Role.CANDIDATE, Role.MARKER, Role.INVIGILATOR):
        house.account(role, role)
        stranger = house.browser(role)
        for path in ("/bank", f"/bank/items/{item}", "/bank/import", "/bank/forms", f"/api/v1/bank/items/{item}", "/bank/template.xlsx"):
            answer = stranger.get(path)
            assert answer.status_code == 403, (role, path)
            assert SECRET not in answer.text
        assert upload(stranger, b"{}").status_code == 403


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_speaks_both_languages(author: Browser, language: str) -> None:
    upload(author, lines(choice("q"), choice("none", key={"lacks": "?"})), "q.jsonl")
    author.post("/language", data={"language": language, "next": "/", "csrf_token": author.csrf})
    for path in ("/bank", "/bank/import", "/bank/forms", *(f"/bank/items/{item}" for item in ids(author))):
        answer = author.get(path)
        assert answer.status_code == 200
        assert ("试题" in answer.text) == (language == "zh"), path


def test_the_template_can_be_downloaded(author: Browser) -> None:
    answer = author.get("/bank/template.xlsx")
    assert answer.data.startswith(b"PK")
    (refused,) = upload(author, answer.data, dry_run="true").get_json()["refused"]
    assert refused["code"] == "itembank.file_empty"


def test_an_export_holds_keys_and_is_for_authors_and_the_office_alone(house: House, author: Browser, office: Browser) -> None:
    upload(author, lines(choice("q1"), choice("q2", kind="multiple")), "b.jsonl")
    page = author.get("/bank", query_string={"kind": "single"}).get_data(as_text=True)
    assert 'action="/api/v1/bank/export"' in page
    for browser in (author, office):
        answer = browser.get("/api/v1/bank/export", query_string={"format": "gift", "kind": "single"})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert SECRET in answer.get_data(as_text=True)
        assert "q2" not in answer.get_data(as_text=True)
    report = office.get("/api/v1/bank/export", query_string={"format": "qti3", "report": "true"}).get_json()
    assert report == {"items": 2, "lost": []}
    for role in (Role.CANDIDATE, Role.MARKER, Role.CHIEF, Role.INVIGILATOR):
        house.account(f"no-{role}", role)
        assert house.browser(f"no-{role}").get("/api/v1/bank/export", query_string={"format": "gift"}).status_code == 403
    with house.database.reading() as session:
        kept = [row.detail for row in session.query(AuditRow).where(AuditRow.act == "itembank.items.exported").order_by(AuditRow.id)]
    assert [(row["format"], row["items"]) for row in kept] == [("gift", 1), ("gift", 1), ("qti3", 2)]


def test_an_import_of_too_many_items_is_refused_and_a_report_is_bounded(author: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_views, "MOST_AT_ONCE", 6)
    monkeypatch.setattr(exchange_views, "MOST_REMARKS", 4)
    told = upload(author, b"{}\n" * 6, "b.jsonl").get_json()
    assert (len(told["refused"]), told["untold"]) == (4, {"refused": 8, "warnings": 0})  # two of each row
    answer = upload(author, b"{}\n" * 7, "b.jsonl")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "itembank.too_many")


def test_reading_an_import_and_writing_an_export_are_done_aside(author: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    here = threading.get_ident()
    seen: list[tuple[str, int]] = []

    def watched(name: str, module: Any) -> None:
        original = getattr(module, name)

        def watch(*given: Any) -> Any:
            seen.append((name, threading.get_ident()))
            return original(*given)

        monkeypatch.setattr(module, name, watch)

    watched("prepare", intake)
    watched("export", export)
    upload(author, sheet([{**ROW, "编号": "q1"}]))
    assert author.get("/api/v1/bank/export", query_string={"format": "jsonl"}).status_code == 200
    assert {name for name, _ in seen} == {"prepare", "export"}
    assert all(thread != here for _, thread in seen)


def test_a_reason_of_blanks_is_none(house: House) -> None:
    house.account("all", *Role)
    browser = house.browser("all")
    for route in ("bank/items/x/retire", "bank/forms/x/withdraw", "marking/tasks/x/return"):
        assert browser.post(f"/api/v1/{route}", json={"reason": "   "}).status_code == 422, route
