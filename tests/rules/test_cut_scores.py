"""Cut scores against worked examples, with exact arithmetic."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.cut_scores import angoff, borderline_regression, ebel


def decimals(*values: str) -> list[Decimal]:
    return [Decimal(value) for value in values]


def test_angoff_is_the_mean_of_the_judges_sums():
    cut = angoff([decimals("0.6", "0.7", "0.5"), decimals("0.8", "0.5", "0.6"), decimals("0.7", "0.6", "0.4")])
    assert cut.value == Decimal("1.80")
    # Sums 1.8, 1.9, 1.7: standard deviation 0.1, over the root of three judges.
    assert cut.standard_error == pytest.approx(0.1 / math.sqrt(3), abs=1e-12)
    assert cut.judgements == 3


def test_angoff_weighs_items_by_their_marks_and_rounds_once():
    cut = angoff([decimals("0.5", "0.33")], decimals("2", "5"))
    assert cut.value == Decimal("2.65")
    assert cut.standard_error is None
    # Thirds of a cent would drift if each item were rounded: three times 0.335 is 1.005, rounded once 1.01.
    assert angoff([decimals("0.335", "0.335", "0.335")]).value == Decimal("1.01")


@given(st.lists(st.lists(st.decimals(0, 1, places=2), min_size=4, max_size=4), min_size=1, max_size=6))
def test_angoff_lies_between_the_mildest_and_the_strictest_judge(ratings):
    cut = angoff(ratings)
    assert min(map(sum, ratings)) - Decimal("0.005") <= cut.value <= max(map(sum, ratings)) + Decimal("0.005")


def test_ebel_multiplies_marks_and_shares_by_class():
    cells = {("easy", "essential"): Decimal(20), ("hard", "essential"): Decimal(10), ("hard", "useful"): Decimal(5)}
    one = dict(zip(cells, decimals("0.9", "0.6", "0.2"), strict=True))
    two = dict(zip(cells, decimals("0.8", "0.5", "0.4"), strict=True))
    cut = ebel(cells, [one, two])
    assert cut.value == Decimal("24.00")
    assert cut.standard_error == pytest.approx(1.0)


def test_borderline_regression_reads_the_line_at_the_borderline():
    # By hand: slope 10, intercept 30; every mark on the line but two that cancel out.
    cut = borderline_regression(decimals("1", "2", "2", "3", "4"), decimals("40", "49", "51", "60", "70"), Decimal(2))
    assert cut.value == Decimal("50.00")
    assert (cut.slope, cut.intercept) == (10.0, 30.0)
    assert cut.standard_error == pytest.approx(math.sqrt(2 / 3 * (1 / 5 + 0.4**2 / 5.2)), abs=1e-12)
    assert cut.r_squared == pytest.approx(520 / 522, abs=1e-12)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: angoff([]),
        lambda: angoff([decimals("0.5"), decimals("0.5", "0.6")]),
        lambda: angoff([decimals("1.2")]),
        lambda: ebel({"a": Decimal(1)}, [{}]),
        lambda: ebel({"a": Decimal(1)}, []),
        lambda: borderline_regression(decimals("2", "2"), decimals("50", "60"), Decimal(2)),
        lambda: borderline_regression(decimals("2"), decimals("50"), Decimal(2)),
    ],
)
def test_judgements_that_cannot_give_a_cut_are_refused(wrong):
    with pytest.raises(ValueError, match=r"\w"):
        wrong()
