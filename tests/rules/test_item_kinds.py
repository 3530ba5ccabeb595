"""Every kind of item: what its declaration takes and refuses, what its key may say, and what its answers earn."""

from base64 import b64decode
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ExamError
from itembank.content import Content
from itembank.exchange.dividing import divide
from itembank.exchange.draft import Draft
from itembank.kinds.catalogue import KINDS
from itembank.kinds.declaration import Cardinality
from itembank.paper import shown
from scoring.autoscore import REASONS, score
from tests.make.kinds import NEW, live_of_each, some_answer

PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAAAAACoWZBhAAAADnRFWHRDb21tZW50AHNlY3JldGSqxS"
    "kAAAAPSURBVHicY/gPBwy0ZwIAaC1jnQGrhQ4AAAAASUVORK5CYII="
)
"""Ten by ten white pixels, and a comment."""


def options(*texts: str) -> list[dict[str, str]]:
    return [{"id": letter, "html": text} for letter, text in zip("ABCDEF", texts, strict=False)]


def gaps(*texts: str) -> list[dict[str, Any]]:
    return [{"id": str(n), "html": text} for n, text in enumerate(texts, 1)]


def draft(kind: str, **over: Any) -> Draft:
    """Make an item of four marks."""
    bodies: dict[str, dict[str, Any]] = {
        "inline": {
            "stem": "a [[1]] b [[2]]",
            "gaps": [{"id": "1", "options": options("x", "y")}, {"id": "2", "options": options("u", "v")}],
            "key": {"correct": ["1 A", "2 B"]},
        },
        "gapmatch": {
            "stem": "a [[1]] b [[2]]",
            "gaps": gaps("", ""),
            "options": options("x", "y", "z"),
            "key": {"correct": ["1 A", "2 B"]},
        },
        "matching": {"gaps": gaps("p", "q"), "options": options("x", "y", "z"), "key": {"correct": ["1 A", "2 B"]}},
        "ordering": {"options": options("x", "y", "z", "w"), "key": {"correct": ["C", "A", "B", "D"]}},
        "hottext": {"stem": "say [[A]] or [[B]] or [[C]]", "options": options("x", "y", "z"), "key": {"correct": ["A", "B"]}},
        "hotspot": {
            "image": {"data": PICTURE, "alt": "a square"},
            "options": [{"id": letter, "html": letter, "area": f"circle {x},5,2"} for letter, x in (("A", 2), ("B", 5), ("C", 8))],
            "key": {"correct": ["A", "B"]},
        },
        "quantity": {
            "options": options("kg", "g", "t"),
            "key": {"correct": ["2"], "factors": {"A": "1", "B": "0.001"}, "tolerance": "0.1"},
        },
        "text": {"key": {"correct": ["FOB"]}},
        "single": {"options": options("x", "y", "z"), "key": {"correct": ["A"]}},
        "multiple": {"options": options("x", "y", "z"), "key": {"correct": ["A", "B"]}},
    }
    values = {"ref": "r", "kind": kind, "stem": "Which?", "marks": 4, **bodies[kind]}
    key = {**values["key"], **over.pop("key", {})}
    return Draft.model_validate({**values, **over, "key": key})


@pytest.mark.parametrize(
    ("kind", "sound", "unsound"),
    [
        ("single", ["A", None], ["D", "A\0", "a", "", ["A"], {}, 1, True]),
        ("multiple", [["C", "A"], [], None], [["A", "D"], ["A", "A"], "A", [["A"]], [1]]),
        (
            "inline",
            [[["1", "B"]], [["2", "A"], ["1", "A"]], None],
            [[["1", "C"]], [["3", "A"]], [["1", "A"], ["1", "B"]], [["1"]], [["1", 2]], "1 A"],
        ),
        ("matching", [[["1", "C"], ["2", "C"]]], [[["1", "D"]], [["A", "1"]], ["1 A"], [[]]]),
        ("ordering", [["A", "B", "C", "D"], None], [["A", "B", "C"], ["A", "B", "C", "C"], ["A", "B", "C", "E"], "ABCD", []]),
        ("hottext", [["A"], ["A", "B", "C"]], [["D"], "A"]),
        ("hotspot", [["A"], []], [["D"], [["A"]]]),
        ("quantity", [["12.5", "A"], [2, "C"], None], [["12.5", "D"], ["x", "A"], ["1"], "1 kg", [True, "A"], ["1", 1]]),
    ],
)
def test_a_paper_takes_what_it_offers_and_nothing_else(kind: str, sound: list[Any], unsound: list[Any]) -> None:
    check = KINDS[kind].offer(draft(kind))
    assert [value for value in sound if check(value) is not None] == []
    assert [value for value in unsound if check(value) is None] == []


def test_what_may_be_used_once_or_chosen_so_often_is_no_more() -> None:
    assert KINDS["matching"].offer(draft("matching", once=True))([["1", "A"], ["2", "A"]])
    check = KINDS["hottext"].offer(draft("hottext", limit=2))
    assert check(["A", "B"]) is None
    assert check(["A", "B", "C"])


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.sampled_from(["A", "1", "1 A"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=8,
)


@given(st.sampled_from(sorted(set(NEW) | {"single", "multiple", "text"})), JUNK)
def test_no_answer_breaks_the_check_and_a_sound_one_is_scored(kind: str, value: Any) -> None:
    item = draft(kind)
    if KINDS[kind].offer(item)(value) is None:
        scored = score(kind, item.key, value, item.marks)
        assert 0 <= scored.marks <= item.marks
        assert scored.reason in REASONS


@pytest.mark.parametrize("kind", NEW)
def test_an_answer_that_the_page_sends_is_offered(kind: str) -> None:
    for item in (draft(kind), next(one for one in live_of_each() if one.kind == kind)):
        content = Content.model_validate(divide(item).version.content)
        assert KINDS[kind].offer(content)(some_answer(shown(content))) is None


@pytest.mark.parametrize(
    ("kind", "over", "code"),
    [
        ("inline", {"stem": "a [[1]] b"}, "markers_wrong"),
        ("inline", {"stem": "a [[1]] [[1]] [[2]]"}, "markers_wrong"),
        ("inline", {"key": {"correct": ["1 A"]}}, "pairs_wrong"),
        ("inline", {"options": options("x", "y")}, "field_wrong"),
        ("gapmatch", {"gaps": [{"id": "1"}, {"id": "x"}]}, "gaps_wrong"),
        ("matching", {"gaps": gaps("p", " ")}, "gap_empty"),
        ("matching", {"once": True, "key": {"correct": ["1 A", "2 A"]}}, "pairs_wrong"),
        ("matching", {"key": {"correct": ["1 A", "2 F"]}}, "answer_unknown"),
        ("matching", {"key": {"scheme": "partial_no_wrong"}}, "scheme_wrong"),
        ("ordering", {"key": {"correct": ["A", "B"]}}, "order_wrong"),
        ("hottext", {"limit": 1}, "limit_wrong"),
        ("hottext", {"limit": 9}, "limit_wrong"),
        ("hotspot", {"image": None}, "image_missing"),
        ("hotspot", {"options": [{"id": "A", "html": "a", "area": "rect 0,0,20,20"}, {"id": "B", "html": "b"}]}, "area_wrong"),
        ("hotspot", {"image": {"data": "data:image/svg+xml;base64,PHN2Zy8+", "alt": "a"}}, "image_kind"),
        ("quantity", {"key": {"factors": {}}}, "units_wrong"),
        ("quantity", {"key": {"factors": {"F": "1"}}}, "units_wrong"),
        ("text", {"key": {"patterns": ["*"]}}, "pattern_wrong"),
        ("text", {"options": options("x", "y")}, "field_wrong"),
        ("single", {"once": True}, "field_wrong"),
        ("multiple", {"key": {"scheme": "mapped", "worths": {"A": "1", "B": "1"}}}, "worths_wrong"),
        ("multiple", {"key": {"scheme": "mapped", "worths": {"A": "2", "Z": "2"}}}, "worths_wrong"),
        ("multiple", {"key": {"scheme": "mapped", "worths": {"A": "2", "B": "2"}, "floor": 3, "ceiling": 2}}, "worths_wrong"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_its_reason(kind: str, over: dict[str, Any], code: str) -> None:
    with pytest.raises(ExamError) as refused:
        draft(kind, **over)
    assert refused.value.kind.code == f"itembank.{code}"


MAPPED = {"scheme": "mapped", "worths": {"A": "3", "B": "1", "C": "-1.5"}}


@pytest.mark.parametrize(
    ("kind", "key", "value", "marks", "reason"),
    [
        ("inline", {}, [["1", "A"], ["2", "B"]], "4", "right"),
        ("inline", {}, [["2", "B"]], "0", "wrong"),
        ("inline", {"scheme": "per_option"}, [["1", "A"], ["2", "A"]], "2", "partial"),
        ("matching", {"scheme": "per_option"}, [["2", "B"], ["1", "C"]], "2", "partial"),
        ("gapmatch", {"scheme": "mapped", "worths": {"1 A": "4", "2 B": "3", "2 C": "1"}}, [["1", "C"], ["2", "C"]], "1", "partial"),
        ("ordering", {}, ["C", "A", "B", "D"], "4", "right"),
        ("ordering", {}, ["C", "A", "D", "B"], "0", "wrong"),
        ("ordering", {"scheme": "per_option"}, ["C", "A", "D", "B"], "2", "partial"),
        ("hottext", {"scheme": "per_option"}, ["A", "C"], "0", "wrong"),
        ("hottext", {"scheme": "partial_no_wrong"}, ["A"], "2", "partial"),
        ("hotspot", {"scheme": "partial_no_wrong"}, ["A", "C"], "0", "wrong_option"),
        ("multiple", MAPPED, ["A"], "3", "partial"),
        ("multiple", MAPPED, ["B", "A"], "4", "right"),
        ("multiple", MAPPED, ["A", "B", "C"], "2.5", "partial"),
        ("multiple", MAPPED, ["C"], "0", "wrong"),
        ("multiple", {**MAPPED, "floor": "0.5"}, ["C"], "0.5", "partial"),
        ("single", {"scheme": "mapped", "worths": {"A": "4", "B": "1.333333"}}, "B", "1.33", "partial"),
        ("text", {"patterns": ["F.O.B*"]}, "Ｆ.ｏ.ｂ. 上海", "4", "fits_pattern"),
        ("text", {"patterns": ["F?B"]}, "fab", "4", "fits_pattern"),
        ("text", {"patterns": ["[F]*"]}, "f", "0", "wrong"),
        ("text", {"scheme": "mapped", "worths": {"FOB": "4", "CIF": "1"}}, "ｃｉｆ", "1", "partial"),
        ("text", {"scheme": "mapped", "worths": {"FOB": "4", "CIF": "1"}}, "x", "0", "wrong"),
        ("quantity", {}, ["2", "A"], "4", "right"),
        ("quantity", {}, ["２,０５０", "B"], "4", "within_tolerance"),
        ("quantity", {}, ["2", "B"], "0", "wrong_unit"),
        ("quantity", {}, ["2", "C"], "0", "wrong_unit"),
        ("quantity", {}, ["7", "A"], "0", "wrong"),
    ],
)
def test_an_answer_earns_what_the_rule_says(kind: str, key: dict[str, Any], value: Any, marks: str, reason: str) -> None:
    item = draft(kind, key=key)
    scored = score(kind, item.key, value, item.marks)
    assert (scored.marks, scored.reason) == (Decimal(marks), reason)


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.is_mixed])
def test_what_the_bank_calls_options_does_not_tell_what_is_right(kind: str) -> None:
    """An author writes down what belongs together in the same order; the bank's letters must not."""
    texts = [f"option {n}" for n in range(6)]
    keys, seen = set(), set()
    for n in range(12):
        listed = options(*(f"{text} of {n}" for text in texts))
        pairs = [f"{m} {letter}" for m, letter in enumerate("ABCDEF", 1)]
        if kind == "ordering":
            item = draft(kind, options=listed, key={"correct": list("ABCDEF")})
        elif kind == "inline":
            item = draft(kind, gaps=[{"id": "1", "options": listed}, {"id": "2", "options": listed}], key={"correct": ["1 A", "2 A"]})
        else:
            stem = " ".join(f"[[{m}]]" for m in range(1, 7))
            item = draft(
                kind,
                stem=stem,
                gaps=gaps(*(f"left {m}" * (kind == "matching") for m in range(1, 7))),
                options=listed,
                key={"correct": pairs},
            )
        version = divide(item).version
        content, key = Content.model_validate(version.content), version.key
        offered = content.gaps[0].options if kind == "inline" else content.options
        assert [option.id for option in offered] == list("ABCDEF")
        keys.add(tuple(key["correct"]))
        right = {option.id: option.html for option in offered}
        first = key["correct"][0].split()[-1]
        seen.add(right[first] == listed[0]["html"])
    assert seen == {True}, "the key still names what the author meant"
    assert len(keys) > 3, "the letters of the right answers differ from item to item"


def test_a_picture_keeps_nothing_but_the_picture() -> None:
    item = draft("hotspot")
    assert item.image is not None
    assert (item.image.width, item.image.height) == (10, 10)
    assert b"secret" in b64decode(PICTURE.partition(",")[2])
    assert b"secret" not in b64decode(item.image.picture.address.partition(",")[2])
    with pytest.raises(ExamError):
        draft("hotspot", image={"data": PICTURE[:80], "alt": "cut"})


def test_every_kind_has_a_response_declaration_and_names() -> None:
    for name, kind in KINDS.items():
        assert (kind.name, bool(kind.zh), bool(kind.en)) == (name, True, True)
        assert kind.check_shape(None) is None or kind.response.cardinality in {Cardinality.NONE, Cardinality.LOG}
