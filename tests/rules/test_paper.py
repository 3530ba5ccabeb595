"""The candidate's paper: a permutation by seed, the same for ever, and no key in any byte."""

import json
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.content import Content, FrozenForm, FrozenItem, FrozenSection
from itembank.draw import Stream, derive_seed
from itembank.exchange.dividing import divide
from itembank.exchange.draft import Draft
from itembank.paper import FLAGS, answer_kinds, build, item_seed, question
from tests.make.bank import SECRET, case, choice, written
from tests.make.demo_bank import demo_bank


def freeze(*sections: list[Draft], shuffle_items: bool = True, shuffle_options: bool = True) -> FrozenForm:
    """Freeze drafts as the sections of a form, without a database."""
    place, frozen = 0, []
    for n, drafts in enumerate(sections):
        items = []
        for draft in drafts:
            place += 1
            items.append(
                FrozenItem(place=str(place), version=f"itv_{place}", content=Content.model_validate(divide(draft).version.content))
            )
        frozen.append(
            FrozenSection(id=f"s{n}", title=f"S{n}", shuffle_items=shuffle_items, shuffle_options=shuffle_options, items=tuple(items))
        )
    total = sum((item.content.marks for section in frozen for item in section.items), Decimal(0))
    return FrozenForm(form="frm_1", title="T", language="zh", total_marks=total, sections=tuple(frozen))


FORM = freeze(
    [choice(f"q{n}") for n in range(12)],
    [choice(f"m{n}", "multiple", 5, key={"correct": ["A", "C"]}) for n in range(6)] + [choice("t", "truefalse", 2)],
    [case("k1"), case("k2"), written("w")],
)
ALL = [draft for draft in demo_bank() if draft.kind == "business"]

seeds = st.integers(min_value=0, max_value=2**53 - 1)


EXPECTED_PLACES = [
    ["9", "7", "2", "3", "8", "1", "11", "12", "4", "5", "6", "10"],
    ["15", "16", "13", "19", "18", "14", "17"],
    ["20", "22", "21"],
]
EXPECTED_SEED = 5274668962326399


def places(paper: dict) -> list[list[str]]:
    return [[item["item"] for item in section["items"]] for section in paper["sections"]]


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_every_section_is_a_permutation_of_its_own_items(seed: int) -> None:
    paper = build(FORM, seed, "att_1")
    for section, frozen in zip(paper["sections"], FORM.sections, strict=True):
        assert sorted(item["item"] for item in section["items"]) == sorted(item.place for item in frozen.items)
        for item in section["items"]:
            content = FORM.items[item["item"]].content
            assert sorted((o["id"], o["html"]) for o in item["options"]) == sorted((o.id, o.html) for o in content.options)
            assert (item["kind"], item["stem"]) == (content.kind, content.stem)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_the_same_seed_gives_the_same_bytes(seed: int) -> None:
    assert json.dumps(build(FORM, seed, "att_1")) == json.dumps(build(FORM, seed, "att_1"))


def test_a_paper_never_changes() -> None:
    """The order for seed 7, fixed: another version of the engine must give a candidate the same paper."""
    assert places(build(FORM, 7, "att_1")) == EXPECTED_PLACES
    assert item_seed(7, "45") == derive_seed(7, "45") == EXPECTED_SEED


def test_numbers_run_through_the_paper_in_the_candidates_order() -> None:
    paper = build(FORM, 99, "att_1")
    items = [item for section in paper["sections"] for item in section["items"]]
    assert [item["number"] for item in items] == [str(n) for n in range(1, len(items) + 1)]
    for item in items:
        for n, part in enumerate(item.get("parts", []), 1):
            assert (part["item"], part["number"]) == (f"{item['item']}.{n}", f"{item['number']}.{n}")


def test_every_place_and_every_first_option_comes_up() -> None:
    """Over many seeds every item stands first and every option stands first about as often as any other."""
    firsts, options = Counter(), Counter()
    for seed in range(1200):
        paper = build(FORM, seed, "a")
        firsts[paper["sections"][0]["items"][0]["item"]] += 1
        options[next(i for i in paper["sections"][0]["items"] if i["item"] == "1")["options"][0]["id"]] += 1
    assert len(firsts) == 12
    assert all(60 < count < 140 for count in firsts.values()), firsts  # 100 expected, five standard deviations
    assert set(options) == set("ABCD")
    assert all(220 < count < 380 for count in options.values()), options  # 300 expected


def test_fixed_options_and_true_or_false_keep_their_places() -> None:
    options = [{"id": letter, "html": letter, "fixed": letter in "DE"} for letter in "ABCDE"]
    form = freeze([choice("q"), Draft.model_validate(choice("f").model_dump() | {"options": options})])
    orders = set()
    for seed in range(60):
        items = {item["item"]: item for item in build(form, seed, "a")["sections"][0]["items"]}
        ids = [option["id"] for option in items["2"]["options"]]
        assert ids[3:] == ["D", "E"]
        orders.add("".join(ids))
    assert len(orders) == 6  # all orders of the three free ones
    for seed in range(20):
        truefalse = next(i for s in build(FORM, seed, "a")["sections"] for i in s["items"] if i["kind"] == "truefalse")
        assert [option["id"] for option in truefalse["options"]] == ["A", "B"]


def test_parts_of_a_case_and_their_options_keep_their_order() -> None:
    for seed in range(20):
        for item in (i for s in build(FORM, seed, "a")["sections"] for i in s["items"] if i["kind"] == "case"):
            assert [part["kind"] for part in item["parts"]] == ["single", "numeric", "extended"]
            assert [option["id"] for option in item["parts"][0]["options"]] == list("ABCD")


@pytest.mark.parametrize("shuffled", ["items", "options"])
def test_a_section_is_only_shuffled_where_it_may_be(shuffled: str) -> None:
    drafts = [choice(f"q{n}") for n in range(8)]
    form = freeze(drafts, shuffle_items=shuffled == "items", shuffle_options=shuffled == "options")
    papers = [build(form, seed, "a")["sections"][0]["items"] for seed in range(10)]
    orders = {tuple(item["item"] for item in items) for items in papers}
    options = {tuple(option["id"] for option in item["options"]) for items in papers for item in items}
    assert (len(orders) > 1) == (shuffled == "items")
    assert (len(options) > 1) == (shuffled == "options")


def test_no_byte_of_a_key_is_in_a_paper() -> None:
    """Every key of these items holds the secret; the demo tasks' keys are looked for by each of their texts."""
    for seed in range(5):
        paper = json.dumps([build(FORM, seed, "a"), [question(FORM, place) for place in answer_kinds(FORM) if place != FLAGS]])
        assert SECRET not in paper
        for word in ("correct", "rubric", "reference", "explanation", "scheme", "tolerance", "expected", "accepted", '"key"'):
            assert word not in paper
    assert SECRET in json.dumps(divide(case("k")).version.key)


def test_a_paper_does_not_depend_on_any_key() -> None:
    """Another key, the same bytes: for a choice, and for a demo task with every expected value replaced."""
    other = [choice(f"q{n}", key={"correct": ["B"]}, explanation="other") for n in range(12)]
    assert build(freeze(other), 5, "a") == build(freeze([choice(f"q{n}") for n in range(12)]), 5, "a")
    assert ALL, "the demo bank has business tasks"
    for draft in ALL:
        raw = json.loads(draft.model_dump_json())
        replaced = [key for key in raw["scenario"]["key"]["fields"].values() if key["by"] == "value"]
        for key in replaced:
            key["tolerance"] = "0.75"
        assert replaced
        changed = Draft.model_validate(raw)
        assert divide(changed).version.key != divide(draft).version.key
        assert build(freeze([changed]), 3, "a") == build(freeze([draft]), 3, "a")


def test_answer_kinds_name_every_answered_place() -> None:
    kinds = answer_kinds(FORM)
    assert kinds["1"] == "single"
    assert kinds["20.1"] == "single"
    assert kinds["20.3"] == "extended"
    assert "20" not in kinds
    assert kinds[FLAGS] == "flags"
    assert len(kinds) == 12 + 7 + 2 * 3 + 1 + 1


def test_a_part_is_asked_with_its_material() -> None:
    asked = question(FORM, "20.3")
    assert asked["stimulus"] == "<p>A text.</p>"
    assert asked["exhibits"][0]["title"] == "Price list"
    assert question(FORM, "1")["options"][0]["id"] == "A"
    with pytest.raises(KeyError):
        question(FORM, "20.9")


@given(seeds, st.integers(min_value=1, max_value=200))
@settings(max_examples=30, deadline=None)
def test_a_stream_stays_in_its_bounds(seed: int, n: int) -> None:
    stream = Stream(seed, "x")
    assert all(0 <= stream.below(n) < n for _ in range(20))
    assert sorted(Stream(seed, "y").shuffled(range(n))) == list(range(n))
