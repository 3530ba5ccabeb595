"""Practice: only for those who have paid, never with an item of a live form; the verdict at once; the book of wrong answers."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.actor import SYSTEM, Actor
from core.errors import ExamError
from core.unit import Database
from itembank import forms, reviewing
from itembank.blueprint import Blueprint
from itembank.exchange.draft import Draft
from practice import answering, firewall, queries, wrong_book
from practice.wrong_book import LEAVES_AFTER
from tests.make import sitting
from tests.make.bank import AUTHOR, OFFICE, approve_newest, choice, published, stock, take_in, written
from tests.make.clock import MovableClock
from tests.make.house import House

ME = Actor("acc_me")
BOTH = {"correct": ["A", "B"], "scheme": "partial_no_wrong"}


def practice_bank() -> list[Draft]:
    """Four items of the practice pool that can be checked at once, one that needs a reader, one of the live pool."""
    number = {"ref": "p-number", "kind": "numeric", "stem": "?", "key": {"correct": ["12.5"]}, "marks": 1, "pool": "practice"}
    return [
        choice("p-one", pool="practice", knowledge=["海运/提单"]),
        choice("p-many", "multiple", pool="practice", knowledge=["海运/运费", "术语"], key=BOTH, marks=2),
        choice("p-two", pool="practice", knowledge=["术语"]),
        Draft.model_validate(number),
        written("p-essay", pool="practice"),
        choice("live-one", knowledge=["术语"]),
    ]


@pytest.fixture
def bank(database: Database, clock: MovableClock) -> dict[str, str]:
    """Stock the bank; return reference → item id."""
    return stock(database, practice_bank(), clock())


def open_refs(database: Database) -> set[str]:
    with database.reading() as session:
        return {row.ref for row in firewall.open_items(session).values()}


def version_of(database: Database, ref: str) -> str:
    with database.reading() as session:
        return next(row.version for row in firewall.open_items(session).values() if row.ref == ref)


def answer(database: Database, clock: MovableClock, ref: str, value: Any) -> Any:
    version = version_of(database, ref)
    with database.unit(ME, clock.move(1)) as unit:
        return answering.give_answer(unit, version, value)


def refusal(act: Any, *arguments: Any) -> str:
    with pytest.raises(ExamError) as refused:
        act(*arguments)
    return refused.value.kind.code


def book(database: Database, bank: dict[str, str]) -> set[str]:
    names = {item: ref for ref, item in bank.items()}
    with database.reading() as session:
        return {names[row.item] for row in queries.wrong_rows(session, ME.account)}


def test_only_practice_items_that_can_be_checked_are_open(database: Database, bank: dict[str, str]) -> None:
    assert open_refs(database) == {"p-one", "p-many", "p-two", "p-number"}


def test_an_item_of_a_live_form_is_never_practised(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    """From the moment in which a form is frozen, all of its items are closed; they open again once it is withdrawn."""
    shown = version_of(database, "p-two")
    section = {"id": "A", "title": "A", "draws": [{"count": 2, "knowledge": "术语"}]}
    form = published(database, Blueprint.model_validate({"title": "t", "pool": "practice", "sections": [section]}), clock())
    assert open_refs(database) == {"p-one", "p-number"}
    with database.unit(ME, clock()) as unit:
        assert refusal(answering.give_answer, unit, shown, "A") == "practice.not_practice"
        for _ in range(10):
            shown_now = answering.next_item(unit.session, ME.account, "", wrong_only=False)["version"]
            assert shown_now in {version_of(database, "p-one"), version_of(database, "p-number")}
    with database.unit(OFFICE, clock()) as unit:
        forms.withdraw(unit, form, "over")
    assert open_refs(database) == {"p-one", "p-many", "p-two", "p-number"}


def test_what_is_shown_has_no_key(database: Database, bank: dict[str, str]) -> None:
    with database.reading() as session:
        for _ in bank:
            shown = answering.next_item(session, ME.account, "", wrong_only=False)
            assert set(shown) == {"version", "language", "knowledge", "kind", "stem", "options", "marks"}
            assert "KEY-MATERIAL" not in str(shown)


def test_the_verdict_is_given_at_once(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    right = answer(database, clock, "p-one", "A")
    assert (right.right, right.marks, right.correct, right.explanation) == (True, 1, ["A"], "KEY-MATERIAL-7f3a")
    partly = answer(database, clock, "p-many", ["A"])
    assert (partly.right, partly.marks, partly.max_marks) == (False, 1, 2)
    assert answer(database, clock, "p-number", "１２.５").right
    assert all(partly.zh and partly.en for partly in (right, partly))


@pytest.mark.parametrize(
    ("ref", "value", "code"),
    [
        ("p-one", None, "practice.no_answer"),
        ("p-one", "", "practice.no_answer"),
        ("p-many", [], "practice.no_answer"),
        ("p-many", "A", "core.invalid"),
        ("p-one", ["A"], "core.invalid"),
        ("p-number", "twelve", "core.invalid"),
    ],
)
def test_no_answer_is_no_try(database: Database, clock: MovableClock, bank: dict[str, str], ref: str, value: Any, code: str) -> None:
    assert refusal(answer, database, clock, ref, value) == code
    assert book(database, bank) == set()
    with database.reading() as session:
        assert queries.answer_counts(session, ME.account) == {}


def test_an_answer_belongs_to_the_version_that_was_shown(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    shown = version_of(database, "p-one")
    changed = choice("p-one", pool="practice", knowledge=["海运/提单"], key={"correct": ["B"]})
    with database.unit(AUTHOR, clock()) as unit:
        take_in(unit, [changed])
        reviewing.submit_all(unit, ["p-one"])
    assert answer(database, clock, "p-one", "A").right  # the new version waits for its approval
    with database.unit(OFFICE, clock()) as unit:
        approve_newest(unit, ["p-one"])
    with database.unit(ME, clock()) as unit:
        assert refusal(answering.give_answer, unit, shown, "A") == "practice.not_practice"
    assert answer(database, clock, "p-one", "B").right


def test_progress_by_knowledge_point_counts_every_item_once(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    answer(database, clock, "p-one", "B")
    answer(database, clock, "p-many", ["A", "B"])
    with database.reading() as session:
        points = {point.knowledge: (point.items, point.answered, point.right) for point in answering.points(session, ME.account)}
    assert points == {"": (4, 2, 1), "海运": (2, 2, 1), "海运/提单": (1, 1, 0), "海运/运费": (1, 1, 1), "术语": (2, 1, 1)}


def test_the_least_practised_item_of_a_point_comes_next(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    seen = []
    for _ in range(2):
        with database.unit(ME, clock.move(1)) as unit:
            shown = answering.next_item(unit.session, ME.account, "海运", wrong_only=False)
            answering.give_answer(unit, shown["version"], ["A"] if shown["kind"] == "multiple" else "A")
        seen.append(shown["version"])
    assert set(seen) == {version_of(database, "p-one"), version_of(database, "p-many")}
    with database.reading() as session:
        assert refusal(lambda: answering.next_item(session, ME.account, "海", wrong_only=False)) == "practice.nothing_left"
        assert refusal(lambda: answering.next_item(session, "acc_you", "", wrong_only=True)) == "practice.nothing_left"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(st.booleans(), max_size=12))
def test_an_item_is_in_the_book_from_a_wrong_answer_until_two_right_ones_in_a_row(
    database: Database, clock: MovableClock, answers: list[bool]
) -> None:
    """The law of the book, against its plainest statement."""
    item = f"itm_{clock.move(100).timestamp():.0f}"
    for right in answers:
        with database.unit(ME, clock.move(1)) as unit:
            wrong_book.note(unit, ME.account, item, "–", right=right)
    last_wrong = max((n for n, right in enumerate(answers) if not right), default=None)
    inside = last_wrong is not None and len(answers) - 1 - last_wrong < LEAVES_AFTER
    with database.reading() as session:
        assert (item in {row.item for row in queries.wrong_rows(session, ME.account)}) is inside


def test_the_book_is_practised_from_its_longest_untouched_entry(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    for ref in ("p-two", "p-one", "p-number"):
        answer(database, clock, ref, "0" if ref == "p-number" else "B")
    order = []
    for _ in range(4):
        with database.unit(ME, clock.move(1)) as unit:
            shown = answering.next_item(unit.session, ME.account, "", wrong_only=True)["version"]
            answering.give_answer(unit, shown, "1" if shown == version_of(database, "p-number") else "C")
        order.append(shown)
    refs = {version_of(database, ref): ref for ref in ("p-two", "p-one", "p-number")}
    assert [refs[version] for version in order] == ["p-two", "p-one", "p-number", "p-two"]
    assert book(database, bank) == {"p-two", "p-one", "p-number"}


def test_the_book_never_shows_what_has_gone_live(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    answer(database, clock, "p-two", "B")
    section = {"id": "A", "title": "A", "draws": [{"count": 2, "knowledge": "术语"}]}
    published(database, Blueprint.model_validate({"title": "t", "pool": "practice", "sections": [section]}), clock())
    with database.reading() as session:
        assert refusal(lambda: answering.next_item(session, ME.account, "", wrong_only=True)) == "practice.nothing_left"


def test_only_those_who_have_paid_practise_and_the_others_are_told_why(house: House) -> None:
    stock(house.database, practice_bank(), house.clock())
    made = sitting.plan(house)
    made.enrol("paid")
    made.enrol("unpaid", paid=False)
    for login, status in (("paid", 200), ("unpaid", 403)):
        browser = house.browser(login)
        answers = [
            browser.get("/api/v1/practice/points"),
            browser.post("/api/v1/practice/next", json={}),
            browser.post("/api/v1/practice/answers", json={"version": version_of(house.database, "p-one"), "value": "A"}),
        ]
        assert [answer.status_code for answer in answers] == [status] * 3
        if status == 403:
            assert {answer.get_json()["error"]["code"] for answer in answers} == {"practice.not_entitled"}
            assert "缴费" in answers[0].get_json()["error"]["message"]
            page = browser.get("/practice").text
            assert "缴费" in page
            assert "practice/main.js" not in page
    browser = house.browser("paid")
    assert "practice/main.js" in browser.get("/practice").text
    live = [row for row in browser.get("/api/v1/practice/points").get_json()["points"] if row["knowledge"] == "术语"]
    assert live == [{"knowledge": "术语", "items": 2, "answered": 0, "right": 0}]
    with house.database.unit(SYSTEM, house.clock()) as unit:
        assert refusal(answering.give_answer, unit, "itv_none", "A") == "practice.not_practice"
