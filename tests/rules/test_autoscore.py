"""Automatic scoring: the rules as tables, and the laws that hold whatever the answer."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.exchange.draft import DraftKey
from scoring.autoscore import MARK_STEP, REASONS, normalise, read_number, score

TWO = Decimal(2)


def key(*correct: str, scheme: str = "all_or_nothing", tolerance: str | None = None) -> DraftKey:
    return DraftKey.model_validate({"correct": list(correct), "scheme": scheme, "tolerance": tolerance})


@pytest.mark.parametrize(
    ("kind", "the_key", "value", "marks", "reason"),
    [
        ("single", key("B"), "B", "2", "right"),
        ("single", key("B"), "A", "0", "wrong"),
        ("single", key("B"), None, "0", "unanswered"),
        ("truefalse", key("T"), "T", "2", "right"),
        ("multiple", key("A", "C"), ["C", "A"], "2", "right"),
        ("multiple", key("A", "C"), ["A"], "0", "wrong"),
        ("multiple", key("A", "C"), [], "0", "unanswered"),
        ("multiple", key("A", "B", "C", scheme="partial_no_wrong"), ["A"], "0.67", "partial"),
        ("multiple", key("A", "B", "C", scheme="partial_no_wrong"), ["A", "B"], "1.33", "partial"),
        ("multiple", key("A", "B", "C", scheme="partial_no_wrong"), ["A", "B", "D"], "0", "wrong_option"),
        ("multiple", key("A", "C", scheme="per_option"), ["A", "D"], "0", "wrong"),
        ("multiple", key("A", "C", scheme="per_option"), ["A", "C", "D"], "1", "partial"),
        ("numeric", key("1234.5"), "1,234.50", "2", "right"),
        ("numeric", key("1234.5"), "１２３４.５", "2", "right"),
        ("numeric", key("12.5", tolerance="0.05"), "12.55", "2", "within_tolerance"),
        ("numeric", key("12.5", tolerance="0.05"), 12.56, "0", "wrong"),
        ("numeric", key("12.5"), "about twelve", "0", "not_a_number"),
        ("text", key("FOB Shanghai"), "  ｆｏｂ  shanghai ", "2", "right"),
        ("text", key("信用证", "L/C"), "l/c", "2", "right"),
        ("text", key("信用证"), "托收", "0", "wrong"),
    ],
)
def test_a_response_earns_what_the_rule_says(kind: str, the_key: DraftKey, value: object, marks: str, reason: str) -> None:
    scored = score(kind, the_key, value, TWO)
    assert (scored.marks, scored.reason) == (Decimal(marks), reason)


OPTIONS = list("ABCDEF")
CHOICES = st.lists(st.sampled_from(OPTIONS), unique=True)


@given(
    correct=st.lists(st.sampled_from(OPTIONS), unique=True, min_size=1),
    value=CHOICES,
    scheme=st.sampled_from(["all_or_nothing", "per_option", "partial_no_wrong"]),
    marks=st.decimals("0.5", "20", places=1),
)
def test_marks_of_a_choice_lie_between_nought_and_full_and_have_a_reason(
    correct: list[str], value: list[str], scheme: str, marks: Decimal
) -> None:
    scored = score("multiple", key(*correct, scheme=scheme), value, marks)
    assert 0 <= scored.marks <= marks
    assert scored.marks % MARK_STEP == 0
    assert scored.reason in REASONS
    assert (scored.marks == marks) == (set(value) == set(correct))


@given(correct=st.lists(st.sampled_from(OPTIONS), unique=True, min_size=1), value=CHOICES, extra=st.sampled_from(OPTIONS))
def test_a_further_right_option_never_costs_and_a_wrong_one_never_earns(correct: list[str], value: list[str], extra: str) -> None:
    if extra in value:
        return
    for scheme in ("per_option", "partial_no_wrong"):
        before = score("multiple", key(*correct, scheme=scheme), value, TWO).marks
        after = score("multiple", key(*correct, scheme=scheme), [*value, extra], TWO).marks
        assert after >= before if extra in correct else after <= before


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=30))
def test_reading_a_number_never_fails(text: str) -> None:
    number = read_number(text)
    assert number is None or number.is_finite()
