"""Forms: assembled, frozen once and for all, published by a second person; practice never sees what is in them."""

import json
from typing import Any

import pytest

from core.errors import ExamError
from core.unit import Database, Unit
from itembank import forms, keys, queries, reading, reviewing, supply
from itembank.assembly import Conflict
from itembank.blueprint import Blueprint
from itembank.paper import answer_kinds, build
from tests.make.bank import AUTHOR, OFFICE, SECOND, SECRET, approve_newest, case, choice, published, stock, take_in
from tests.make.clock import MovableClock
from tests.make.demo_bank import demo_bank


def plan(*draws: dict[str, Any], **over: Any) -> Blueprint:
    section = {"id": "s1", "title": "第一部分", "draws": draws or ({"count": 3, "kind": "single"}, {"count": 1, "kind": "case"})}
    return Blueprint.model_validate({"title": "Paper", "programme": "cbec", "level": "初级", "sections": [section]} | over)


@pytest.fixture
def bank(database: Database, clock: MovableClock) -> dict[str, str]:
    """Return a bank of five choices and two cases, approved: reference → item id."""
    return stock(database, [*(choice(f"q{n}", levels=["初级"]) for n in range(5)), case("c1"), case("c2")], clock())


def test_a_form_is_frozen_keyless_and_hashed(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    form = published(database, plan(), clock())
    with database.reading() as session:
        row, frozen = queries.get_form(session, form), forms.get_frozen(session, form)
        assert SECRET not in json.dumps(row.content, ensure_ascii=False)
        assert row.content_hash == forms.content_hash(frozen)
        assert list(frozen.items) == ["1", "2", "3", "4"]
        assert (frozen.total_marks, row.total_marks) == (10, 10)  # 3 × 1 + 7
        assert SECRET not in json.dumps(build(frozen, 1, "att"))


def test_a_new_version_does_not_touch_a_frozen_form(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    form = published(database, plan(), clock())
    with database.reading() as session:
        before = queries.get_form(session, form).content
    with database.unit(AUTHOR, clock()) as unit:
        take_in(unit, [choice(f"q{n}", stem="changed", key={"correct": ["B"]}) for n in range(5)])
        reviewing.submit_all(unit, list(bank))
    with database.unit(OFFICE, clock()) as unit:
        approve_newest(unit, [f"q{n}" for n in range(5)])
    with database.reading() as session:
        assert queries.get_form(session, form).content == before
        assert {key.key.correct[0] for key in keys.keys_of_form(session, form).values() if key.kind == "single"} == {"A"}


def test_every_answered_place_has_a_key_and_nothing_else_has(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    form = published(database, plan(), clock())
    with database.reading() as session:
        placed = keys.keys_of_form(session, form)
        assert {place: key.kind for place, key in placed.items()} == {
            place: kind for place, kind in answer_kinds(forms.get_frozen(session, form)).items() if kind != "flags"
        }
        assert placed["4.1"].options == ("A", "B", "C", "D")
        assert [str(placed[f"4.{n}"].marks) for n in (1, 2, 3)] == ["2", "1", "4"]
        assert placed["4.3"].key.reference == SECRET


def test_states_of_a_form(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    def code(act: Any, actor: Any = OFFICE) -> str:
        with database.unit(actor, clock()) as unit, pytest.raises(ExamError) as caught:
            act(unit)
        return caught.value.kind.code

    with database.unit(OFFICE, clock()) as unit:
        form = forms.assemble(unit, plan())
        assert forms.get_state(unit.session, form) == "draft"
    assert code(lambda unit: forms.publish(unit, form)) == "itembank.form_state"
    assert code(lambda unit: forms.get_frozen(unit.session, form)) == "itembank.form_state"
    with database.unit(OFFICE, clock()) as unit:
        assert forms.freeze(unit, form) == forms.freeze(unit, form)
    assert code(lambda unit: forms.publish(unit, form)) == "itembank.own_form"
    with database.unit(SECOND, clock()) as unit:
        forms.publish(unit, form)
        forms.publish(unit, form)
        assert forms.get_state(unit.session, form) == "published"
    assert code(lambda unit: forms.freeze(unit, form)) == "itembank.form_state"
    with database.unit(OFFICE, clock()) as unit:
        forms.withdraw(unit, form, "leaked")
        forms.withdraw(unit, form, "leaked")
    assert code(lambda unit: forms.publish(unit, form)) == "itembank.form_state"
    assert code(lambda unit: forms.get_state(unit.session, "frm_none")) == "core.not_found"


def test_only_approved_live_items_are_drawn(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    with database.unit(AUTHOR, clock()) as unit:
        take_in(unit, [choice("draft"), choice("practice", pool="practice")])
    with database.unit(OFFICE, clock()) as unit, pytest.raises(ExamError) as caught:
        forms.assemble(unit, plan({"count": 6, "kind": "single"}))
    told = {"detail": "第一部分（单项选择题）：需要 6 题，题库只有 5 题", "needed": 6, "available": 5}
    assert caught.value.as_dict()["fields"] == told


def test_excluded_forms_share_no_item(database: Database, clock: MovableClock, bank: dict[str, str]) -> None:
    first = published(database, plan({"count": 3, "kind": "single"}), clock())
    with database.unit(OFFICE, clock()) as unit:
        second = forms.assemble(unit, plan({"count": 2, "kind": "single"}, exclude_forms=[first]))
        assert not set(queries.refs_of_form(unit.session, first)) & set(queries.refs_of_form(unit.session, second))
        assert_short(unit, first)
        with pytest.raises(ExamError) as unknown:
            forms.assemble(unit, plan({"count": 1, "kind": "single"}, exclude_forms=[first, "frm_gone"]))
        assert (unknown.value.kind.code, unknown.value.fields) == ("itembank.form_unknown", {"forms": "frm_gone"})


def assert_short(unit: Unit, first: str) -> None:
    """A lack for the sake of an excluded form names that form, for without it there would be enough."""
    short = forms.draw(unit.session, plan({"count": 3, "kind": "single"}, exclude_forms=[first]))
    assert isinstance(short, Conflict)
    assert [member.kind for member in short.members] == ["draw", "excluded"]
    title = queries.get_form(unit.session, first).title
    assert f"需要 3 题，题库有 5 题；不用试卷“{title}”（{first}）的题（3 题因此不用）" in short.zh
    assert f'no item of the form "{title}" ({first}) (3 items stay out)' in short.en


def test_practice_never_sees_a_live_form(database: Database, clock: MovableClock) -> None:
    stock(database, [choice(f"p{n}", pool="practice", knowledge=["贸易/术语"]) for n in range(4)], clock())
    stock(database, [choice("live", knowledge=["贸易/术语"])], clock())
    with database.reading() as session:
        assert [item.ref for item in reading.practice_items(session, "贸易")] == ["p0", "p1", "p2", "p3"]
        assert reading.practice_items(session, "贸") == []
    form = published(database, plan({"count": 2}, pool="practice"), clock())
    with database.reading() as session:
        left = reading.practice_items(session)
        assert len(left) == 2
        assert not {item.version for item in left} & forms.live_versions(session)
        assert not {item.item for item in left} & forms.live_items(session)
        assert all(reading.check_practice(session, item.version) for item in left)
        assert not any(reading.check_practice(session, version) for version in forms.live_versions(session))
    with database.unit(OFFICE, clock()) as unit:
        forms.withdraw(unit, form, "over")
    with database.reading() as session:
        assert len(reading.practice_items(session)) == 4


def test_the_demo_bank_becomes_a_paper(database: Database, clock: MovableClock) -> None:
    stock(database, demo_bank(), clock())
    sections = [
        {
            "id": "choice",
            "title": "选择题",
            "draws": [{"count": 20, "kind": "single", "programme": "cbec"}, {"count": 5, "kind": "multiple"}],
        },
        {"id": "case", "title": "案例分析题", "draws": [{"count": 2, "kind": "case"}]},
        {"id": "business", "title": "模拟业务题", "draws": [{"count": 2, "kind": "business"}]},
    ]
    form = published(database, Blueprint.model_validate({"title": "跨境电子商务师 初级", "sections": sections}), clock())
    with database.reading() as session:
        paper = build(forms.get_frozen(session, form), 11, "att_1")
        placed = keys.keys_of_form(session, form)
    assert [len(section["items"]) for section in paper["sections"]] == [25, 2, 2]
    assert all(item["workspace"]["steps"] for item in paper["sections"][2]["items"])
    assert all(placed[item["item"]].scenario_key for item in paper["sections"][2]["items"])


def test_assembly_knows_what_was_used_how_often_and_who_is_an_enemy(database: Database, clock: MovableClock) -> None:
    foes = {"q0": ["q1"], "q2": ["gone"]}
    stock(database, [choice(f"q{n}", levels=["初级"], enemies=foes.get(f"q{n}", [])) for n in range(6)], clock())
    other = {"level": "高级", "sections": [{"id": "s", "title": "一", "draws": [{"count": 1}]}]}
    three = {"count": 3, "kind": "single"}
    first = published(database, plan(three), clock())
    clock.move(60)
    second = published(database, plan(three), clock())
    clock.move(60)
    published(database, plan(**other), clock())
    held = {}
    with database.unit(OFFICE, clock()) as unit:
        for form in (first, second):
            held[form] = {row.item for row in queries.items_of_form(unit.session, form)}
        bank = {one.ref: one for one in supply.find(unit.session, plan(three, not_in_last=2))}
        assert sum(one.exposure for one in bank.values()) == 7
        assert held[first].isdisjoint(held[second])  # what was used least is drawn first
        assert {one.item for one in bank.values() if one.last_used == 1} == held[second]
        assert {one.item for one in bank.values() if one.last_used == 2} == held[first]
        assert (bank["q0"].enemies, bank["q1"].enemies, bank["q2"].enemies) == (("q1",), (), ("gone",))
        for wanted in ({"not_in_last": 1}, {"not_in_last": 2}, {"exclude_forms": [first, second]}):
            drawn = forms.draw(unit.session, plan(three, **wanted))
            short = isinstance(drawn, Conflict)
            assert short == (wanted != {"not_in_last": 1})
        assert isinstance(forms.draw(unit.session, plan({"count": 6, "kind": "single"})), Conflict)
