"""Severity, drift and the pause: against worked figures, and by simulation of lenient, severe and drifting markers, seeded."""

import math
import random
import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.drift import Qualification, control_chart, is_missed, is_to_pause, pooled_sigma, qualifies, severity
from tests.make.markers import Kind, simulate


def decimals(*values: float) -> list[Decimal]:
    return [Decimal(str(value)) for value in values]


def test_severity_is_student_s() -> None:
    """Gosset's own sleep data (Student 1908, Biometrika 6, 1-25): mean 1.58, 95 % interval 0.7001 to 2.4599 as R's t.test gives it."""
    found = severity(decimals(1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4), Decimal(1))
    assert found
    assert (found.n, round(found.mean, 4)) == (10, 1.58)
    assert found.low == pytest.approx(0.7001142, abs=1e-6)
    assert found.high == pytest.approx(2.4598858, abs=1e-6)
    assert (found.exact, found.adjacent) == (0.1, 0.3)


def test_severity_of_few() -> None:
    assert severity([], Decimal(1)) is None
    one = severity(decimals(2), Decimal(1))
    assert one
    assert (one.mean, one.low, one.high) == (2.0, None, None)


@pytest.mark.parametrize(
    ("missed", "misses", "of", "paused"),
    [("", 1, 1, False), ("x", 1, 1, True), ("x.x", 2, 3, True), ("xx.", 2, 3, False), ("x..x", 2, 3, False), ("x.xx", 3, 5, True)],
)
def test_the_pause_comes_with_the_miss_that_makes_it(missed: str, misses: int, of: int, paused: bool) -> None:
    assert is_to_pause([mark == "x" for mark in missed], misses, of) is paused


def test_a_seed_at_the_tolerance_is_no_miss() -> None:
    assert not is_missed(Decimal(6), Decimal(5), Decimal(1))
    assert is_missed(Decimal("6.5"), Decimal(5), Decimal(1))


def test_the_chart_follows_roberts() -> None:
    """EWMA with w = 0.25 of 1, 1, 1 from 0: 0.25, 0.4375, 0.578125; limits 3 sigma sqrt(w / (2 - w) (1 - (1 - w)^2i))."""
    chart = control_chart(decimals(1, 1, 1), sigma=0.5)
    assert [point.running for point in chart] == [0.25, 0.4375, 0.578125]
    assert chart[0].high == pytest.approx(3 * 0.5 * 0.25)
    assert chart[2].high == pytest.approx(3 * 0.5 * math.sqrt(1 / 7 * (1 - 0.75**6)))
    assert [point.is_out for point in chart] == [False, False, True]  # 0.578 lies beyond 0.514
    assert control_chart(decimals(*[1] * 9), sigma=0.3)[-1].is_out


def test_the_spread_is_pooled_within_markers() -> None:
    assert pooled_sigma([decimals(0, 2), decimals(5, 7)], 0.1) == pytest.approx(math.sqrt(2))
    assert pooled_sigma([decimals(1)], 0.25) == 0.25


@given(st.lists(st.decimals(-10, 10, places=1), min_size=1, max_size=30))
def test_severity_does_not_depend_on_order_and_lies_in_its_interval(differences: list[Decimal]) -> None:
    found, turned = severity(differences, Decimal(1)), severity(differences[::-1], Decimal(1))
    assert found
    assert turned
    assert found.mean == pytest.approx(turned.mean)
    assert found.exact <= found.adjacent
    if found.low is not None and found.high is not None:
        assert found.low <= found.mean <= found.high


def test_qualification_asks_for_share_and_mean() -> None:
    rule = Qualification(share=Decimal("0.75"), within=Decimal(1), bias=Decimal("0.5"))
    assert qualifies(severity(decimals(0, 1, -1, 2), rule.within), rule)
    assert not qualifies(severity(decimals(0, 1, 2, 2), rule.within), rule)  # half are too far
    assert not qualifies(severity(decimals(1, 1, 1, 1), rule.within), rule)  # near, and lenient throughout
    assert not qualifies(None, rule)


PEOPLE = 400
BOUNDS: list[tuple[Kind, float, float | None, float | None]] = [
    # kind, largest share of markers ever paused, largest median and smallest share found (None where it is not to be found)
    ("sound", 0.02, None, None),
    ("lenient", 1.0, 6, 0.99),
    ("severe", 1.0, 6, 0.99),
    ("drifting", 1.0, 24, 0.99),
]


@pytest.mark.parametrize(("kind", "most", "median", "least"), BOUNDS)
def test_simulated_markers_are_found_in_time_and_sound_ones_left_alone(
    kind: Kind, most: float, median: float | None, least: float | None
) -> None:
    """40 seeds each, tolerance 1.5, three misses of the last five: sound ones are hardly ever stopped, the others soon."""
    delays = [simulate(kind, random.Random(f"{kind}/{n}"), seeds=40) for n in range(PEOPLE)]
    found = [delay for delay in delays if delay is not None]
    assert len(found) / PEOPLE <= most
    if median is not None and least is not None:
        assert len(found) / PEOPLE >= least
        assert statistics.median(found) <= median
