"""What goes out and comes in again: the second file is the first, and whatever the first does not hold was named."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from typing import Any, get_args

import pytest

from core.errors import ExamError
from itembank.exchange.dividing import divide
from itembank.exchange.draft import Draft, DraftKey, DraftOption
from itembank.exchange.export import Exported, Format, Lost, export, settled
from itembank.exchange.recognise import find_files, read_file
from itembank.exchange.report import Read
from itembank.kinds.catalogue import KINDS
from scoring.autoscore import score
from tests.golden.test_cn_mcq import rows_of
from tests.make.bank import case, choice, sheet, written
from tests.make.corpora import corpus
from tests.make.demo_bank import demo_bank

FORMATS: tuple[Format, ...] = get_args(Format)
LACKING: dict[Format, set[str]] = {
    "jsonl": set(),
    "xlsx": {"business", "hotspot"},
    "qti3": {"business"},
    "qti22": {"business"},
    "qti21": {"business"},
    "moodle": {"case", "business", "hottext", "hotspot", "quantity"},
    "aiken": set(KINDS) - {"single", "truefalse"},
    "gift": {"case", "business", "inline", "gapmatch", "ordering", "hottext", "hotspot", "quantity"},
}
"""The kinds that a format does not know."""
BARE: tuple[Format, ...] = ("gift", "moodle", "qti3", "qti22", "qti21")
EVERY_RESPONSE = (["A"], ["B"], ["C"], ["D"], ["A", "B"], ["A", "C"], ["C", "D"], ["A", "B", "C"], ["A", "B", "C", "D"])


def drafts_in(data: bytes) -> list[Draft]:
    return [reading.draft for reading in read_file(data, "export") if isinstance(reading, Read)]


def stored(drafts: Iterable[Draft]) -> list[Draft]:
    """Return drafts as the bank keeps them; what it refuses stays out."""
    kept = []
    for draft in drafts:
        with suppress(ExamError):
            kept.append(Draft.model_validate(divide(draft).version.source))
    return kept


def blended(held: Any, back: Any, lost: set[str], name: str = "") -> Any:
    """Return what is held with everything that was named as lost taken from what came back."""
    if name in lost:
        return back
    if isinstance(held, dict):
        return {field: blended(held[field], back[field], lost, f"{name}.{field}".lstrip(".")) for field in held}
    if isinstance(held, list) and isinstance(back, list) and len(held) == len(back):
        return [blended(one, other, lost, name) for one, other in zip(held, back, strict=True)]
    return held


def check_nothing_else_changes(drafts: Sequence[Draft], back: Sequence[Draft], lost: Sequence[Lost]) -> None:
    """What an export brings back is for the bank the version that it holds, but for what was named."""
    held = {draft.ref: draft for draft in drafts}
    for found in back:
        named = {one.feature for one in lost if one.ref == found.ref}
        expected = Draft.model_validate(blended(held[found.ref].model_dump(), found.model_dump(), named))
        assert divide(found).version.digest == divide(expected).version.digest, (found.ref, named)
        assert named or divide(found).version.digest == divide(held[found.ref]).version.digest, found.ref


def round_trip(drafts: Sequence[Draft], form: Format) -> tuple[Exported, list[Draft]]:
    """Export, import and export again; the second file must be the first, and nothing has changed for the bank but what was named."""
    first = export(drafts, form)
    back = drafts_in(first.data)
    second = export(back, form)
    assert second.data == first.data
    assert second.items == first.items == len(back)
    assert {lost.feature for lost in second.lost} <= ({"ref"} if form == "aiken" else set())  # a text that stands there twice
    if form != "aiken":
        check_nothing_else_changes(drafts, back, first.lost)
    return first, back


@pytest.mark.parametrize("form", FORMATS)
def test_the_demo_bank_is_a_fixed_point(form: Format) -> None:
    exported, back = round_trip(stored(demo_bank()), form)
    whole = {lost.ref for lost in exported.lost if lost.feature.startswith("kind ")}
    if form == "aiken":
        assert {lost.ref for lost in exported.lost if lost.feature == "ref"} == {draft.ref for draft in demo_bank()} - whole
    else:
        assert {draft.ref for draft in demo_bank()} == {draft.ref for draft in back} | whole
    assert {draft.kind for draft in demo_bank() if draft.ref in whole} == LACKING[form] & {draft.kind for draft in demo_bank()}
    assert (form == "jsonl") == (not exported.lost)


def test_a_file_without_references_does_not_follow_them() -> None:
    drafts = stored(demo_bank())
    first = export(drafts, "aiken").data
    back = sorted(drafts_in(first), key=lambda draft: draft.ref)
    assert [draft.ref for draft in back] != [draft.ref for draft in drafts_in(first)]
    assert export(back, "aiken").data == export(drafts[::-1], "aiken").data == first


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["moodle/formats", "gift-pegjs", "qti/items"])
def test_the_corpora_are_a_fixed_point(name: str, form: Format) -> None:
    folder, _, inside = name.partition("/")
    found: dict[str, Draft] = {}
    for path in find_files([corpus(folder) / inside]):
        found |= {draft.ref: draft for draft in drafts_in(path.read_bytes())}
    assert found
    exported, back = round_trip(drafts := stored(found.values()), form)
    assert {lost.ref for lost in exported.lost} | {draft.ref for draft in back} >= {draft.ref for draft in drafts}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["cflue", "fin-eva", "gaokao"])
def test_chinese_questions_are_a_fixed_point(name: str, form: Format) -> None:
    lines = islice((corpus("cn-mcq") / f"{name}.jsonl").open(encoding="utf-8"), 30)
    rows = [row for n, line in enumerate(lines) for row in rows_of(name, json.loads(line), n)]
    exported, _ = round_trip(stored(drafts_in(sheet(rows))), form)
    assert exported.items > 10 or form in {"aiken", "gift", "moodle"}


def test_what_options_are_called_elsewhere_changes_nothing() -> None:
    named = [{"id": f"_{letter}{'0' * 40}", "html": f" <p>{letter}</p> "} for letter in "ba"]
    options = [DraftOption.model_construct(fixed=False, area="", **option) for option in named]
    draft = choice("o", options=2, key={"correct": ["B"]}, marks="1.00", difficulty="0.30")
    values = {"options": options, "key": DraftKey.model_construct(correct=[options[1].id])}
    (again,) = stored([draft.model_copy(update=values)])
    assert [(option.id, option.html) for option in again.options] == [("A", " <p>b</p> "), ("B", " <p>a</p> ")]
    plain = draft.model_copy(update={"options": settled(again).options, "marks": Decimal(1), "difficulty": Decimal("0.3")})
    assert divide(again).version.digest == divide(plain).version.digest


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "aiken"])
def test_what_comes_back_scores_the_same_unless_the_key_was_named(form: Format) -> None:
    keys = [("all_or_nothing", ["A"]), ("all_or_nothing", ["A", "B"]), ("per_option", ["A", "B", "C"]), ("partial_no_wrong", ["A", "C"])]
    drafts = [choice(f"m{n}", "multiple", key={"correct": correct, "scheme": scheme}, marks=3) for n, (scheme, correct) in enumerate(keys)]
    exported = export(drafts, form)
    named = {lost.ref for lost in exported.lost if lost.feature.startswith("key")}
    assert named == ({"m1"} if form in {"gift", "moodle"} else set())
    by_ref = {draft.ref: draft for draft in drafts_in(exported.data)}
    for draft in drafts:
        back = by_ref[draft.ref]
        for response in EVERY_RESPONSE if draft.ref not in named and back.kind == "multiple" else ():
            was = score("multiple", draft.key, response, Decimal(3))
            assert score("multiple", back.key, response, Decimal(3)) == was, (draft.ref, response)


@pytest.mark.parametrize("form", BARE)
def test_signs_of_the_format_stand_for_themselves(form: Format) -> None:
    signs = r"a\b ~ = # { } : :: %50% -> \n $x_{1}=\frac{1}{2}$ [html] // <b>&amp;</b> ]]&gt; \* ####"
    texts = [choice("signs", stem=signs, title="T: {x} = ~", explanation=signs, options=3, knowledge=["a]b/c"])]
    options = [{"id": "A", "html": f"A {signs}"}, {"id": "B", "html": f"B {signs}"}]
    texts.append(choice("options", kind="multiple", language="en").model_copy(update={"options": choice("o").options}))
    texts.append(Draft.model_validate({**choice("o2").model_dump(exclude={"options"}), "options": options, "language": "en"}))
    exported, back = round_trip(texts, form)
    assert exported.items == 3
    by_ref = {draft.ref: settled(draft) for draft in back}
    for draft in map(settled, texts):
        assert by_ref[draft.ref].stem == draft.stem
        assert [option.html for option in by_ref[draft.ref].options] == [option.html for option in draft.options]


def test_what_a_format_cannot_hold_is_named() -> None:
    drafts = [case("c"), written("w", marks=4), choice("t", levels=["初级"], difficulty="0.3", pool="practice")]
    features = {(lost.ref, lost.feature) for lost in export(drafts, "gift").lost}
    assert ("c", "kind case") in features
    assert {("w", "key.rubric"), ("w", "marks"), ("t", "levels"), ("t", "difficulty"), ("t", "pool")} <= features
    assert {("c", "exhibits")} <= {(lost.ref, lost.feature) for lost in export(drafts, "xlsx").lost}
    many = choice("many", options=8).model_dump()
    many["options"] = [{"id": f"o{n}", "html": f"{n}!"} for n in range(27)]
    many["key"] = {"correct": ["o0"]}
    refused = export([choice("few"), Draft.model_validate(many)], "xlsx")
    assert refused.items == 1
    assert [draft.ref for draft in drafts_in(refused.data)] == ["few"]
    assert [(lost.ref, lost.feature) for lost in refused.lost] == [("many", "itembank.cell_wrong")]
