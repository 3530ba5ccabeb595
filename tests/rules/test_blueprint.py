"""Assembly: every requirement met, nothing twice, and a conflict only where nothing could meet the blueprint, with no member too many."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from core.errors import Words
from itembank.assembly import Assembled, Conflict, assemble
from itembank.blueprint import Blueprint, Candidate, Draw, Limit, NamedForm, fits, predicted


def candidate(ref: str, kind: str = "single", knowledge: str = "贸易/术语", level: str = "初级", marks: str = "1") -> Candidate:
    return Candidate(f"itm_{ref}", f"itv_{ref}", ref, kind, "zh", Decimal(marks), None, (level,), ("cbec",), (knowledge,))


def blueprint(*draws: dict[str, Any], seed: int = 1, **whole: Any) -> Blueprint:
    return Blueprint.model_validate({"title": "T", "seed": seed, "sections": [{"id": "s", "title": "第一部分", "draws": draws}]} | whole)


BANK = [candidate(f"q{n}") for n in range(30)] + [candidate(f"m{n}", "multiple", "物流", "中级", "2") for n in range(10)]


def test_every_draw_is_met_in_order_without_repeats() -> None:
    plan = blueprint({"count": 10, "kind": "single"}, {"count": 4, "kind": "multiple", "knowledge": "物流", "marks": 2}, {"count": 5})
    drawn = assemble(plan, BANK)
    assert isinstance(drawn, Assembled)
    (items,) = drawn.forms[0]
    assert len({item.item for item in items}) == 19
    for draw, slots in zip(plan.sections[0].draws, (items[:10], items[10:14], items[14:]), strict=True):
        assert all(fits(draw, item) for item in slots)


def test_the_seed_decides_and_nothing_else() -> None:
    plan = blueprint({"count": 8})
    assert assemble(plan, BANK) == assemble(plan, list(reversed(BANK)))
    assert assemble(plan, BANK) != assemble(blueprint({"count": 8}, seed=2), BANK)


def test_parallel_forms_share_no_item() -> None:
    drawn = assemble(blueprint({"count": 5, "kind": "single"}, {"count": 2, "kind": "multiple"}), BANK, forms=5)
    assert isinstance(drawn, Assembled)
    for one, other in combinations(drawn.forms, 2):
        assert not {item.item for item in one[0]} & {item.item for item in other[0]}


def test_a_shortage_is_said_in_plain_words() -> None:
    short = assemble(blueprint({"count": 4, "kind": "multiple", "knowledge": "物流", "level": "高级"}), BANK)
    assert isinstance(short, Conflict)
    assert (short.needed, short.available) == (4, 0)
    assert short.zh == "第一部分（多项选择题、高级、物流）：需要 4 题，题库只有 0 题"
    assert short.en == "第一部分 (Multiple choice, 高级, 物流): 4 needed, the bank has 0"


def test_a_conflict_names_programmes_and_languages_in_words() -> None:
    draw = {"count": 4, "programme": "cbec", "language": "zh", "level": "高级"}
    names = {"cbec": Words("跨境电子商务师", "E-commerce specialist")}
    short = assemble(blueprint(draw), BANK, programmes=names)
    assert isinstance(short, Conflict)
    assert short.zh == "第一部分（跨境电子商务师、高级、中文）：需要 4 题，题库只有 0 题"
    assert short.en == "第一部分 (E-commerce specialist, 高级, Chinese): 4 needed, the bank has 0"
    limit = {"programme": "cbec", "language": "en", "least": 3}
    bounded = assemble(blueprint({"count": 4}, limits=[limit]), BANK, programmes=names)
    assert isinstance(bounded, Conflict)
    assert "全卷跨境电子商务师、英文至少 3 题" in bounded.zh
    assert "whole form, E-commerce specialist, English: at least 3 items" in bounded.en
    unknown = assemble(blueprint(draw), BANK)
    assert isinstance(unknown, Conflict)
    assert "（项目 cbec、高级、中文）" in unknown.zh


def test_draws_that_compete_are_named_together() -> None:
    """Each alone could be met; the two together need more than there is, and the third has no part in it."""
    plan = blueprint({"count": 6, "kind": "multiple"}, {"count": 7, "knowledge": "物流"}, {"count": 3, "kind": "single"})
    short = assemble(plan, BANK)
    assert isinstance(short, Conflict)
    assert (len(short.members), short.needed, short.available) == (2, 13, 10)


def test_items_are_moved_along_to_make_room() -> None:
    """The wide draw stands first and may have taken what only the narrow one needs: it must give it back."""
    bank = [candidate("a", knowledge="甲"), candidate("b", knowledge="乙")]
    for seed in range(20):
        assert isinstance(assemble(blueprint({"count": 1}, {"count": 1, "knowledge": "甲"}, seed=seed), bank), Assembled)


_POINTS = ["甲", "乙", "丙"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sets(st.sampled_from(_POINTS), min_size=1), max_size=6),
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["", *_POINTS])), min_size=1, max_size=3),
)
def test_a_shortage_is_reported_exactly_when_hall_says_so(bank: list[set[str]], draws: list[tuple[int, str]]) -> None:
    """Checked against Hall's condition over all subsets of draws."""
    items = [
        Candidate(f"i{n}", f"v{n}", f"r{n}", "single", "zh", Decimal(1), None, (), (), tuple(sorted(points)))
        for n, points in enumerate(bank)
    ]
    plan = blueprint(*({"count": count, "knowledge": point} for count, point in draws))
    wanted = plan.sections[0].draws
    sets = [subset for size in range(1, len(wanted) + 1) for subset in combinations(wanted, size)]
    lacking = any(sum(d.count for d in subset) > sum(any(fits(d, i) for d in subset) for i in items) for subset in sets)
    drawn = assemble(plan, items)
    assert isinstance(drawn, Conflict) == lacking
    if isinstance(drawn, Conflict):
        assert drawn.needed is not None
        assert drawn.needed > drawn.available


def test_a_knowledge_point_takes_what_lies_below_it_and_nothing_beside_it() -> None:
    assert fits(Draw(count=1, knowledge="贸易"), candidate("a"))
    assert fits(Draw(count=1, knowledge="贸易/术语"), candidate("a"))
    assert not fits(Draw(count=1, knowledge="贸"), candidate("a"))


@pytest.mark.parametrize("change", [{"sections": []}, {"unknown": 1}, {"sections": [{"id": "s", "title": "T", "draws": [{"count": 0}]}]}])
def test_a_blueprint_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Blueprint.model_validate({"title": "T", "sections": [{"id": "s", "title": "T", "draws": [{"count": 1}]}]} | change)


# --- the whole form -----------------------------------------------------------------------------------------------------------------------


def hard(n: int, **more: Any) -> Candidate:
    """Return one of a bank of 100 items, the difficulties from 0.005 to 0.995; marks 1 and 2 in turn; two knowledge points."""
    return replace(
        candidate(f"h{n:02}", knowledge="甲" if n % 3 else "乙", marks=str(1 + n % 2)), difficulty=Decimal(2 * n + 1) / 200, **more
    )


HARD = [hard(n) for n in range(100)]


def the_items(drawn: Assembled | Conflict, form: int = 0) -> list[Candidate]:
    assert isinstance(drawn, Assembled), drawn.en
    return [item for items in drawn.forms[form] for item in items]


def test_limits_hold_for_the_whole_form() -> None:
    limits = [
        {"knowledge": "乙", "least": 4, "most": 5},
        {"of": "marks", "marks": 2, "least": 20},
        {"difficulty": {"least": "0.8", "most": 1}, "most": 2},
    ]
    items = the_items(assemble(blueprint({"count": 15}, limits=limits), HARD))
    assert 4 <= sum(item.knowledge == ("乙",) for item in items) <= 5
    assert sum(item.marks for item in items if item.marks == 2) >= 20
    assert sum(item.difficulty >= Decimal("0.8") for item in items if item.difficulty is not None) <= 2


def test_a_difficulty_window_narrows_a_draw_and_items_without_one_do_not_fit() -> None:
    items = the_items(assemble(blueprint({"count": 20, "difficulty": {"least": "0.3", "most": "0.5"}}), [*HARD, *BANK]))
    assert {item.difficulty for item in items} == {Decimal(n) / 200 for n in range(61, 100, 2)}


def test_the_predicted_mean_and_spread_are_those_asked_for() -> None:
    plan = blueprint({"count": 20}, facility={"least": "0.70", "most": "0.72"}, spread={"least": "2.1", "most": "2.3"})
    items = the_items(assemble(plan, [*HARD, *BANK]))
    told = predicted(items)
    total = sum(item.marks for item in items)
    assert Decimal("0.70") <= Decimal(str(told["predicted_mean"])) / total <= Decimal("0.72")
    assert Decimal("2.1") <= Decimal(str(told["predicted_spread"])) <= Decimal("2.3")
    exact = sum(float(item.marks) ** 2 * float(item.facility or 0) * (1 - float(item.facility or 0)) for item in items)
    assert abs(float(str(told["predicted_spread"])) - exact**0.5) < 0.001


def test_worn_and_recent_items_stay_out_and_the_least_used_come_first() -> None:
    worn = [hard(n, exposure=n % 5, last_used=n // 20 + 1 if n < 60 else None) for n in range(100)]
    items = the_items(assemble(blueprint({"count": 20}, max_exposure=2, not_in_last=2), worn))
    assert all(item.exposure <= 2 and (item.last_used is None or item.last_used > 2) for item in items)
    assert {item.exposure for item in the_items(assemble(blueprint({"count": 20}), worn))} == {0}


def test_enemies_never_meet_whichever_of_them_names_the_other() -> None:
    pairs = [replace(item, enemies=(f"h{n + 1:02}",) if n % 2 == 0 else ()) for n, item in enumerate(HARD)]
    refs = {item.ref for item in the_items(assemble(blueprint({"count": 50}), pairs))}
    assert all(len(refs & {f"h{n:02}", f"h{n + 1:02}"}) == 1 for n in range(0, 100, 2))
    short = assemble(blueprint({"count": 51}), pairs)
    assert isinstance(short, Conflict)
    assert [member.kind for member in short.members] == ["draw", "enemies"]


def test_parallel_forms_are_equally_difficult_and_share_what_they_may() -> None:
    drawn = assemble(blueprint({"count": 10}, {"count": 10, "knowledge": "乙"}, parallel="0.1"), HARD, forms=3)
    means = [Decimal(str(predicted(the_items(drawn, form))["predicted_mean"])) for form in range(3)]
    assert max(means) - min(means) <= Decimal("0.102")
    assert isinstance(assemble(blueprint({"count": 40}), HARD, forms=3), Conflict)
    shared = assemble(blueprint({"count": 40}, shared=10), HARD, forms=3)
    refs = [{item.ref for item in the_items(shared, form)} for form in range(3)]
    assert all(len(one & other) <= 10 for one, other in combinations(refs, 2))
    assert all(len(form) == 40 for form in refs)


_WHOLE = st.fixed_dictionaries(
    {},
    optional={
        "facility": st.sampled_from([{"least": "0.1", "most": "0.3"}, {"least": "0.45", "most": "0.55"}, {"least": "0.9", "most": 1}]),
        "spread": st.sampled_from([{"most": "0.8"}, {"least": "1.2", "most": "2"}]),
        "max_exposure": st.integers(0, 1),
        "not_in_last": st.integers(1, 2),
        "exclude_forms": st.just(["frm_a"]),
        "limits": st.lists(
            st.sampled_from([{"knowledge": "乙", "least": 3}, {"knowledge": "乙", "most": 1}, {"of": "marks", "most": 6}]), max_size=2
        ),
    },
)


@settings(max_examples=60, deadline=None)
@given(_WHOLE, st.integers(2, 6), st.integers(1, 2))
def test_a_conflict_is_minimal_and_each_of_its_members_is_to_blame(whole: dict[str, Any], count: int, forms: int) -> None:
    """Checked against all forms there are of a small bank, each member dropped in turn from the blueprint itself."""
    held = (NamedForm("frm_a", "甲卷"),) if "exclude_forms" in whole else ()
    bank = [hard(n, exposure=n % 3, last_used=1 + n % 4 if n % 2 else None, held=held if n % 8 else ()) for n in range(4, 100, 12)]
    plan = blueprint({"count": count}, parallel=1000, **whole)
    drawn = assemble(plan, bank, forms)
    if isinstance(drawn, Assembled):
        assert all(_meets(plan, [item for items in form for item in items]) for form in drawn.forms)
        return
    assert drawn.settled
    kinds = [member.kind for member in drawn.members]
    everything = combinations(bank, count)
    assert forms > 1 or not any(_meets(plan, chosen) for chosen in everything)
    for n, kind in enumerate(kinds):
        kept = {name: value for name, value in whole.items() if name in {_OF.get(other) for other in kinds} - {_OF.get(kind)}}
        if kind in ("draw", "apart", "limit") or forms > 1:
            continue
        limits = [limit for limit in whole.get("limits", ()) if "limit" in kinds]
        loosened = blueprint(
            {"count": count}, **({"limits": limits} if "limit" in kinds else {}), **{k: v for k, v in kept.items() if k != "limits"}
        )
        assert any(_meets(loosened, chosen) for chosen in combinations(bank, count)), (kinds, n)


def test_what_keeps_items_out_is_a_member_of_the_conflict_and_says_how_many() -> None:
    form = NamedForm("frm_1", "三月卷")
    bank = [replace(one, held=(form,)) if n < 24 else one for n, one in enumerate(BANK[:30])]
    plan = blueprint({"count": 10}, exclude_forms=["frm_1"])
    short = assemble(plan, bank)
    assert isinstance(short, Conflict)
    assert [member.kind for member in short.members] == ["draw", "excluded"]
    assert (short.needed, short.members[1].zh) == (None, "不用试卷“三月卷”（frm_1）的题（24 题因此不用）")
    assert short.members[1].en == 'no item of the form "三月卷" (frm_1) (24 items stay out)'
    assert "去掉任何一条，其余即可满足（去掉一组抽题，是指不再限定它的题数）" in short.zh
    for kind, field, worn in (("exposure", "max_exposure", {"exposure": 3}), ("reuse", "not_in_last", {"last_used": 1})):
        held = assemble(
            blueprint({"count": 10}, **{field: 1}), [replace(one, **worn) if n < 24 else one for n, one in enumerate(BANK[:30])]
        )
        assert isinstance(held, Conflict)
        assert [member.kind for member in held.members] == ["draw", kind]
        assert held.members[1].zh.endswith("（24 题因此不用）")
    blind = assemble(blueprint({"count": 8}, facility={"most": 1}), [*BANK, *HARD[:7]])
    assert isinstance(blind, Conflict)
    assert blind.members[1].zh == "预测平均得分率 0–1（没有难度的 40 题因此不用）"


def test_one_requirement_alone_says_why_it_cannot_be_met() -> None:
    def alone(**limit: Any) -> tuple[str, str]:
        short = assemble(blueprint({"count": 4, "kind": "single"}, {"count": 2, "knowledge": "物流"}, limits=[limit]), BANK)
        assert isinstance(short, Conflict)
        assert len(short.members) == 1
        return short.zh, short.en

    assert alone(kind="hotspot", least=1) == (
        "全卷图中选择题至少 1 题：没有一组抽题取得到这样的题",
        "whole form, Hot spot: at least 1 items: no draw takes such items",
    )
    assert alone(kind="multiple", least=11)[0] == "全卷多项选择题至少 11 题：各组抽题取得到的这样的题只有 10 题"
    assert alone(kind="multiple", of="marks", least=22)[0].endswith("各组抽题取得到的这样的题合计只有 20 分")
    assert alone(kind="multiple", of="marks", least=3, most=3)[0].endswith("没有一种选法凑得成这个数")
    spread = assemble(blueprint({"count": 2}, spread={"least": 9, "most": 9}), HARD[:3])
    assert isinstance(spread, Conflict)
    assert spread.zh == "预测标准差 9–9 分：题库中的题达不到"


def test_a_draw_is_left_out_by_leaving_its_number_free() -> None:
    """The draw's items are what the limit needs: without its line there would be fewer of them, with its number free there are enough."""
    draws = {"count": 4, "kind": "single"}, {"count": 2, "kind": "multiple"}
    limit = {"kind": "single", "least": 6}
    short = assemble(blueprint(*draws, limits=[limit]), BANK)
    assert isinstance(short, Conflict)
    assert [member.kind for member in short.members] == ["draw", "limit"]
    assert "a draw left out means that its number is free" in short.en
    assert isinstance(assemble(blueprint({"count": 6, "kind": "single"}, draws[1], limits=[limit]), BANK), Assembled)


def test_bounds_of_a_limit_stand_in_order() -> None:
    with pytest.raises(ValidationError):
        Limit(least=Decimal(2), most=Decimal(1))


_OF = {
    "facility": "facility",
    "spread": "spread",
    "exposure": "max_exposure",
    "reuse": "not_in_last",
    "limit": "limits",
    "excluded": "exclude_forms",
}


def _meets(plan: Blueprint, chosen: Iterable[Candidate]) -> bool:
    items = list(chosen)
    marks = sum(float(item.marks) for item in items)
    mean = sum(float(item.marks) * float(item.facility or 0) for item in items) / marks
    spread = sum(float(item.marks) ** 2 * float(item.facility or 0) * (1 - float(item.facility or 0)) for item in items) ** 0.5
    return (
        (plan.facility is None or float(plan.facility.least) - 1e-6 <= mean <= float(plan.facility.most) + 1e-6)
        and (plan.spread is None or float(plan.spread.least) - 1e-6 <= spread <= float(plan.spread.most) + 1e-6)
        and (plan.max_exposure is None or all(item.exposure <= plan.max_exposure for item in items))
        and all(item.last_used is None or item.last_used > plan.not_in_last for item in items)
        and not any(form.id in plan.exclude_forms for item in items for form in item.held)
        and all(_holds(limit, items) for limit in plan.limits)
    )


def _holds(limit: Limit, items: list[Candidate]) -> bool:
    counted = sum((item.marks if limit.of == "marks" else Decimal(1) for item in items if fits(limit, item)), Decimal(0))
    return limit.least <= counted and (limit.most is None or counted <= limit.most)


def test_items_that_are_named_stand_in_the_order_in_which_they_are_named() -> None:
    named = ["q7", "m3", "q1", "q20"]
    drawn = assemble(blueprint({"count": 4, "refs": named}, {"count": 2, "refs": ["q2", "q3", "q4"]}), BANK)
    assert isinstance(drawn, Assembled)
    refs = [item.ref for item in drawn.forms[0][0]]
    assert refs[:4] == named
    assert refs[4:] == sorted(refs[4:])
    assert set(refs[4:]) < {"q2", "q3", "q4"}


def test_a_named_item_that_is_not_there_is_said_in_plain_words() -> None:
    short = assemble(blueprint({"count": 2, "refs": ["q1", "gone"]}), BANK)
    assert isinstance(short, Conflict)
    assert short.zh == "第一部分（指定的 q1、gone）：需要 2 题，题库只有 1 题"
    assert short.en == "第一部分 (of q1, gone): 2 needed, the bank has 1"
