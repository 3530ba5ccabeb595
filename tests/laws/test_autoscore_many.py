"""A whole sitting scored at once earns, to the last digit and with the same reasons, what each answer earns alone."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.exchange.draft import DraftKey
from itembank.kinds.catalogue import KINDS
from scoring.autoscore import MARK_STEP, score
from scoring.autoscore_many import add_up, gather, score_many
from tests.make.kinds import NEW
from tests.rules.test_item_kinds import draft

OPTIONS = list("ABCDEF")
SOME = st.lists(st.sampled_from(OPTIONS), unique=True)
SCHEMES = st.sampled_from(["all_or_nothing", "per_option", "partial_no_wrong"])
TEXTS = st.sampled_from(["FOB", " ｆｏｂ ", "CIF", "", "12", "12.0", "1,2", "一二", "1e999", "-0"]) | st.text(max_size=4)
ODD = st.sampled_from([None, "", [], 1, 1.0, "1", 12, 12.5, -0.0])


@st.composite
def items(draw: st.DrawFn) -> tuple[str, DraftKey, list[Any]]:
    kind = draw(st.sampled_from(["single", "truefalse", "multiple", "numeric", "text"]))
    if kind == "multiple":
        key = DraftKey(correct=draw(st.lists(st.sampled_from(OPTIONS), unique=True, min_size=1)), scheme=draw(SCHEMES))  # type: ignore[arg-type]
        return kind, key, draw(st.lists(SOME | st.none(), max_size=40))
    if kind == "numeric":
        key = DraftKey(correct=[draw(st.sampled_from(["12", "12.5", "0", "-3"]))], tolerance=draw(st.none() | st.just(Decimal("0.5"))))
        return kind, key, draw(st.lists(TEXTS | ODD, max_size=40))
    if kind == "text":
        return kind, DraftKey(correct=draw(st.lists(TEXTS, min_size=1, max_size=3))), draw(st.lists(TEXTS | st.none(), max_size=40))
    return kind, DraftKey(correct=["B"]), draw(st.lists(st.sampled_from(OPTIONS) | st.none(), max_size=40))


@st.composite
def placed(draw: st.DrawFn) -> tuple[str, DraftKey, list[Any]]:
    """Draw an item with gaps, an order, passages, spots or a unit, and answers of all sorts that its paper offers."""
    kind, scheme = draw(st.sampled_from(NEW)), draw(st.sampled_from(["all_or_nothing", "per_option", "mapped"]))
    item = draft(kind)
    values = KINDS[kind].values(item)
    if scheme in KINDS[kind].schemes:
        worths = {value: draw(st.sampled_from(["-1", "0.333333", "1", "2"])) for value in values} if scheme == "mapped" else {}
        item = item.model_copy(update={"key": DraftKey.model_validate({**item.key.model_dump(), "scheme": scheme, "worths": worths})})
    letters = st.sampled_from([option.id for option in item.options] or ["A", "B"])
    gaps = st.lists(st.tuples(st.sampled_from(["1", "2"]), letters).map(list), max_size=2)
    quantities = st.tuples(TEXTS, letters).map(list)
    raw = gaps | st.permutations([option.id for option in item.options]) | st.lists(letters, unique=True) | quantities | st.none()
    check = KINDS[kind].offer(item)
    return kind, item.key, [value for value in draw(st.lists(raw, max_size=40)) if check(value) is None]


MARKS = st.integers(1, 10_000).map(lambda n: n * MARK_STEP)


@settings(max_examples=60, deadline=None)
@given(items() | placed(), MARKS)
def test_all_at_once_is_each_alone(item: tuple[str, DraftKey, list[Any]], marks: Decimal) -> None:
    kind, key, values = item
    hundredths, reasons = score_many(kind, key, values, marks)
    alone = [score(kind, key, value, marks) for value in values]
    assert [int(n) * MARK_STEP for n in hundredths] == [scored.marks for scored in alone]
    assert list(reasons) == [scored.reason for scored in alone]
    assert hundredths.dtype == np.int64


@settings(max_examples=40, deadline=None)
@given(st.lists(items() | placed(), min_size=1, max_size=6), MARKS, st.integers(0, 30))
def test_totals_are_the_sums(paper: list[tuple[str, DraftKey, list[Any]]], marks: Decimal, persons: int) -> None:
    columns = [[values[n] if n < len(values) else None for n in range(persons)] for _, _, values in paper]
    scored = [score_many(kind, key, values, marks)[0] for (kind, key, _), values in zip(paper, columns, strict=True)]
    answers = [gather(values) for values in columns]
    worths = [score_many(kind, key, list(found.different), marks)[0] for (kind, key, _), found in zip(paper, answers, strict=True)]
    assert list(add_up([found.codes for found in answers], worths)) == [sum(int(row[n]) for row in scored) for n in range(persons)]


def test_totals_of_many_items_and_of_more_than_a_block_are_the_sums() -> None:
    rng = np.random.default_rng(5)
    codes = [rng.integers(0, 4, 70_000, dtype=np.uint8) for _ in range(300)]
    worths = [np.array([100 if n == i % 4 else 33 * (i % 3 == 0) for n in range(4)], np.int64) for i in range(300)]
    plain = sum(table[column] for table, column in zip(worths, codes, strict=True))
    assert np.array_equal(add_up(codes, worths), plain)


def test_marks_that_are_no_hundredths_are_refused() -> None:
    with pytest.raises(ValueError, match="hundredths"):
        score_many("single", DraftKey(correct=["A"]), ["A"], Decimal("0.125"))


def test_answers_of_different_type_stay_apart() -> None:
    assert gather([1, "1", 1.0, True, ["1"], "['1']", None, "None"]).different == (1, "1", 1.0, True, ["1"], "['1']", None, "None")
