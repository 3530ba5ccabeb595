"""Equating against R (equate), published moments, and laws."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ExamError
from scoring.equating.equipercentile import chained_equipercentile, equipercentile, percentile_ranks, scores_at
from scoring.equating.forms import AnchorMoments, AnchorSample, ScoreDistribution, distribution
from scoring.equating.linear import chained_line, levine_line, levine_true_line, linear_line, mean_line, tucker_line
from scoring.equating.smoothing import smooth
from scoring.equating.standard_errors import bootstrap_groups, equipercentile_error, linear_error, mean_error
from tests.make.analysis import cells, data, run, truth, write

STRAIGHT = 1e-6
CURVED = 1e-4


@pytest.fixture(scope="module")
def act():
    table = np.array(cells(data("equating", "ACTmath.csv"))[1:], float)
    return ScoreDistribution(table[:, 0], table[:, 1]), ScoreDistribution(table[:, 0], table[:, 2])


def test_equivalent_groups_agree_with_r():
    expected = truth("equating", "ACTmath_EG.json")
    found = run("equating", data("equating", "ACTmath.csv"), "--smooth", 6, "--bootstrap", 20)
    assert found["design"] == "equivalent_groups"
    assert found["scale"] == expected["scale"]
    assert found["equated"]["mean"] == pytest.approx(expected["mean"], abs=STRAIGHT)
    assert found["equated"]["linear"] == pytest.approx(expected["linear"], abs=STRAIGHT)
    assert found["lines"]["linear"]["slope"] == pytest.approx(expected["linear_coef"]["slope"], abs=STRAIGHT)
    assert found["lines"]["linear"]["intercept"] == pytest.approx(expected["linear_coef"]["intercept"], abs=STRAIGHT)
    assert found["equated"]["equipercentile"] == pytest.approx(expected["equipercentile_unsmoothed"], abs=CURVED)
    smoothed = found["equated"]["equipercentile_smoothed"]
    assert smoothed == pytest.approx(expected["equipercentile_loglinear6"], abs=CURVED)
    for form in ("x", "y"):
        for moment in ("n", "mean", "sd"):
            assert found[form][moment] == pytest.approx(expected[f"descr_{form}"][moment], abs=STRAIGHT)


def test_a_row_per_person_gives_the_same_as_counts(act, tmp_path: Path):
    x, y = act
    one = write(tmp_path / "x.csv", ["id", "total"], enumerate(np.repeat(x.scale, x.counts.astype(int))))
    two = write(tmp_path / "y.csv", ["score", "count"], zip(y.scale, y.counts.astype(int), strict=True))
    found = run("equating", one, two)
    expected = truth("equating", "ACTmath_EG.json")
    assert found["equated"]["equipercentile"] == pytest.approx(expected["equipercentile_unsmoothed"], abs=CURVED)
    assert found["equated"]["linear"] == pytest.approx(expected["linear"], abs=STRAIGHT)


def test_smoothing_keeps_the_moments(act):
    for form in act:
        fitted = smooth(form, 6).fitted
        for power in range(7):
            assert fitted.counts @ fitted.scale**power == pytest.approx(form.counts @ form.scale**power, rel=1e-8)


def test_an_anchor_design_gives_the_published_lines():
    """Moments and results of the example in Kolen and Brennan (2014), chapter 4, group 1 as the synthetic population."""
    one = AnchorMoments(1655, 15.8205, 6.5278, 5.1063, 2.3760, 13.4088)
    two = AnchorMoments(1638, 18.6728, 6.8784, 5.8626, 2.4515, 14.7603)
    tucker, levine = tucker_line(one, two, 1.0), levine_line(one, two, 1.0)
    assert (tucker.slope, tucker.intercept) == (pytest.approx(1.0289, abs=1e-4), pytest.approx(0.5370, abs=1e-3))
    assert (levine.slope, levine.intercept) == (pytest.approx(1.0112, abs=1e-4), pytest.approx(0.2513, abs=1e-3))


def anchored(seed: int, persons: int, shift: float) -> AnchorSample:
    rng = np.random.default_rng(seed)
    ability = rng.normal(shift, 1, persons)
    anchor = np.clip(np.round(6 + 2 * ability + rng.normal(0, 1, persons)), 0, 12)
    rest = np.clip(np.round(12 + 4 * ability + rng.normal(0, 2, persons)), 0, 24)
    return AnchorSample(anchor + rest, anchor)


def test_the_same_form_equates_to_itself_over_an_anchor():
    group = anchored(1, 3_000, 0.0)
    moments = group.moments()
    for line in (
        tucker_line(moments, moments),
        levine_line(moments, moments),
        levine_line(moments, moments, anchor="external"),
        levine_true_line(moments, moments),
        chained_line(moments, moments),
    ):
        assert (line.slope, line.intercept) == (pytest.approx(1), pytest.approx(0, abs=1e-9))
    scale = np.arange(int(group.total.min()), int(group.total.max()) + 1.0)
    there = np.isin(scale, group.total)
    assert chained_equipercentile(group, group, scale)[there] == pytest.approx(scale[there], abs=1e-6)


def test_groups_of_different_ability_equate_to_themselves_nearly():
    """Both groups took the same form, one abler: Levine and chained see it; a mean would be off by the whole difference."""
    one, two = anchored(2, 20_000, 0.0), anchored(3, 20_000, 0.5)
    a, b = one.moments(), two.moments()
    apart = b.total_mean - a.total_mean
    assert apart > 2
    for line in (levine_line(a, b), levine_true_line(a, b), chained_line(a, b)):
        assert abs(line(np.array([a.total_mean]))[0] - a.total_mean) < 0.3


def test_anchor_files_give_every_method_with_standard_errors(tmp_path: Path):
    one, two = anchored(4, 400, 0.0), anchored(5, 500, 0.2)
    x = write(tmp_path / "x.csv", ["total", "anchor"], zip(one.total, one.anchor, strict=True))
    y = write(tmp_path / "y.csv", ["id", "anchor", "total"], zip(range(500), two.anchor, two.total, strict=True))
    found = run("equating", x, y, "--high", 36, "--smooth", 4, "--bootstrap", 60)
    assert found["design"] == "anchor"
    assert set(found["equated"]) == {
        "tucker",
        "levine",
        "levine_true",
        "chained_linear",
        "chained_equipercentile",
        "chained_equipercentile_smoothed",
    }
    expected = tucker_line(one.moments(), two.moments())
    assert found["lines"]["tucker"] == {
        "slope": pytest.approx(expected.slope),
        "intercept": pytest.approx(expected.intercept),
    }
    middle = found["scale"].index(18)
    for method, errors in found["standard_errors"].items():
        assert len(errors) == len(found["equated"][method]) == 37
        assert 0 < errors[middle] < 2
    again = run("equating", x, y, "--high", 36, "--smooth", 4, "--bootstrap", 60)
    assert again == found
    assert run("equating", x, y, "--high", 36, "--smooth", 4, "--bootstrap", 60, "--seed", 2) != found


def test_formula_errors_agree_with_the_bootstrap(act):
    x, y = act
    mx, my = x.moments(), y.moments()
    often = np.array([8, 14, 20, 26, 32])
    for formula, method in (
        (mean_error(mx, my, x.scale), lambda a, b: mean_line(a.moments(), b.moments())(x.scale)),
        (linear_error(mx, my, x.scale), lambda a, b: linear_line(a.moments(), b.moments())(x.scale)),
        (equipercentile_error(x, y), equipercentile),
    ):
        drawn = bootstrap_groups(x, y, method, seed=7, times=400)
        assert formula[often] == pytest.approx(drawn[often], rel=0.2)


counts = st.lists(st.integers(0, 30), min_size=3, max_size=15).filter(lambda found: sum(n > 0 for n in found) > 1)


@given(counts, counts)
@settings(deadline=None)
def test_equipercentile_never_falls_and_undoes_itself(a, b):
    x = ScoreDistribution(np.arange(len(a), dtype=float), np.array(a, float))
    y = ScoreDistribution(np.arange(len(b), dtype=float), np.array(b, float))
    equated = equipercentile(x, y)
    assert (np.diff(equated) >= -1e-9).all()
    assert equated.min() >= -0.5
    assert equated.max() <= len(b) - 0.5
    there = (x.counts > 0) & (percentile_ranks(x) > 0) & (percentile_ranks(x) < 1)
    assert scores_at(x, percentile_ranks(x))[there] == pytest.approx(x.scale[there], abs=1e-6)


def test_a_rank_that_a_gap_shares_goes_to_the_middle_of_the_gap():
    """Nobody has 1 or 2: half the persons stay below every score from 0.5 to 2.5."""
    y = ScoreDistribution(np.arange(4.0), np.array([5.0, 0.0, 0.0, 5.0]))
    assert scores_at(y, np.array([0.25, 0.5, 0.75])) == pytest.approx([0.0, 1.5, 3.0])
    assert scores_at(y, np.array([0.5 - 1e-9, 0.5 + 1e-9])) == pytest.approx([0.5, 2.5])


def test_scores_are_counted_on_the_whole_scale():
    counted = distribution(np.array([2.0, 2.0, 5.0]), 0, 6)
    assert counted.counts.tolist() == [0, 0, 2, 0, 0, 1, 0]
    with pytest.raises(ValueError, match="whole steps"):
        distribution(np.array([1.5, 2.0]), 0, 6)


def test_a_method_that_the_data_do_not_allow_is_listed_with_its_reason(tmp_path: Path):
    (tmp_path / "x.csv").write_text("total\n5\n5\n5\n")
    (tmp_path / "y.csv").write_text("total\n3\n4\n5\n")
    found = run("equating", tmp_path / "x.csv", tmp_path / "y.csv")
    assert found["lines"]["mean"] == {"slope": 1.0, "intercept": -1.0}
    assert found["impossible"] == {"linear": "scores on the form to be equated do not vary"}
    against = [(1, 5), (2, 4), (3, 3), (4, 2), (5, 1)] * 4
    path = write(tmp_path / "z.csv", ["total", "anchor"], against)
    assert "levine" in run("equating", path, path, "--bootstrap", 5)["impossible"]


REFUSED = {
    "an anchor on one side": ("total,anchor\n5,2\n6,3\n", "total\n3\n4\n5\n"),
    "a missing total": ("total\n5\n\n7\nNA\n", "total\n3\n4\n5\n"),
    "no total column": ("a,b,c\n1,2,3\n4,5,6\n", "total\n3\n4\n5\n"),
    "halves": ("total\n5.5\n6\n", "total\n3\n4\n5\n"),
    "words": ("total\nfive\nsix\n", "total\n3\n4\n5\n"),
}


@pytest.mark.parametrize(("one", "two"), REFUSED.values(), ids=REFUSED.keys())
def test_forms_that_cannot_be_equated_are_refused(tmp_path: Path, one, two):
    (tmp_path / "x.csv").write_text(one)
    (tmp_path / "y.csv").write_text(two)
    with pytest.raises(ExamError) as caught:
        run("equating", tmp_path / "x.csv", tmp_path / "y.csv")
    assert caught.value.kind.code.startswith("analysis.")
