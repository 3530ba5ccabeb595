"""Agreement of raters against R (psych, irr, irrCAC) and published values."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ExamError
from scoring.agreement import cohen, fleiss, intraclass, krippendorff
from tests.make.analysis import cells, data, run, truth, write

EXACT = 1e-6


def test_intraclass_correlations_are_those_of_shrout_and_fleiss():
    expected = truth("interrater", "shrout_fleiss_1979.json")["ICC"]
    found = run("agreement", data("interrater", "shrout_fleiss_1979.csv"))["icc"]
    assert list(found) == ["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]
    assert list(found.values()) == pytest.approx(expected, abs=EXACT)
    published = [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert list(found.values()) == pytest.approx(published, abs=0.005)


def test_alpha_with_missing_ratings_is_krippendorffs():
    expected = truth("interrater", "krippendorff_C.json")
    found = run("agreement", data("interrater", "krippendorff_C_4coders_x_12units.csv"), "--transposed")
    assert found["krippendorff"] == pytest.approx(expected, abs=EXACT)
    assert list(found["krippendorff"].values()) == pytest.approx([0.743, 0.815, 0.849, 0.797], abs=5e-4)
    # Gwet's figure for the same ratings.
    assert found["fleiss"] == pytest.approx(0.76117, abs=5e-6)
    assert found["cohen"] is found["cohen_weighted"] is None


def test_three_raters_agree_with_r(tmp_path: Path):
    expected = truth("interrater", "irr_anxiety.json")
    found = run("agreement", data("interrater", "irr_anxiety.csv"))
    assert found["icc"]["1,1"] == pytest.approx(expected["icc_oneway_single"], abs=EXACT)
    assert found["icc"]["2,1"] == pytest.approx(expected["icc_tw_agr_single"], abs=EXACT)
    assert found["icc"]["3,1"] == pytest.approx(expected["icc_tw_cons_single"], abs=EXACT)
    assert found["icc"]["2,k"] == pytest.approx(expected["icc_tw_agr_avg"], abs=EXACT)
    pair = found["pairs"][0]
    assert pair["cohen"] == pytest.approx(expected["kappa2_unw_12"]["value"], abs=EXACT)
    assert pair["linear"] == pytest.approx(expected["kappa2_equal_12"]["value"], abs=EXACT)
    assert pair["quadratic"] == pytest.approx(expected["kappa2_squared_12"]["value"], abs=EXACT)
    light = np.mean([pair["cohen"] for pair in found["pairs"]])
    assert light == pytest.approx(expected["kappa_light"]["value"], abs=EXACT)
    _, *rows = cells(data("interrater", "irr_anxiety.csv"))
    two = run("agreement", write(tmp_path / "two.csv", ["r1", "r2"], [row[:2] for row in rows]))
    assert two["cohen"] == pair["cohen"]
    assert two["cohen_weighted"] == pair["quadratic"]


def test_alpha_of_complete_ratings_differs_from_irr_by_its_missing_division():
    """With nothing missing irr counts every pair of raters once per other rater: n (m - 1) values in place of n.

    Alpha is 1 - (n - 1) D; irr returns 1 - (n (m - 1) - 1) D / (m - 1).  The one follows from the other exactly.
    """
    expected = truth("interrater", "irr_anxiety.json")
    found = run("agreement", data("interrater", "irr_anxiety.csv"))["krippendorff"]
    n, m = 60, 3
    for level in ("ordinal", "interval"):
        irr = 1 - (1 - found[level]) * (n * (m - 1) - 1) / ((n - 1) * (m - 1))
        assert irr == pytest.approx(expected[f"kripp_{level}"], abs=EXACT)


def test_named_categories_agree_with_r():
    expected = truth("interrater", "irr_vision.json")
    found = run("agreement", data("interrater", "irr_vision.csv"))
    assert found["cohen"] == pytest.approx(expected["kappa2_unw"]["value"], abs=EXACT)
    assert found["cohen_weighted"] == pytest.approx(expected["kappa2_sq"]["value"], abs=EXACT)
    assert found["cohen_weights"]["linear"] == pytest.approx(expected["kappa2_eq"]["value"], abs=EXACT)
    assert found["categories"] == ["1st grade", "2nd grade", "3rd grade", "4th Grade"]
    assert set(found["icc"].values()) == {None}
    assert found["krippendorff"]["interval"] is found["krippendorff"]["ratio"] is None
    linear = run("agreement", data("interrater", "irr_vision.csv"), "--weights", "linear")
    assert linear["cohen_weighted"] == pytest.approx(expected["kappa2_eq"]["value"], abs=EXACT)


def test_a_stated_order_decides_weights(tmp_path: Path):
    rows = [("low", "low"), ("low", "middle"), ("middle", "high"), ("high", "high"), ("high", "middle")]
    path = write(tmp_path / "r.csv", ["a", "b"], rows)
    ordered = run("agreement", path, "--order", "low,middle,high")
    codes = np.array([[0, 0], [0, 1], [1, 2], [2, 2], [2, 1]], float)
    assert ordered["cohen_weighted"] == pytest.approx(cohen(codes[:, 0], codes[:, 1], "quadratic"))
    assert ordered["krippendorff"]["ordinal"] == pytest.approx(krippendorff(codes, "ordinal"))
    assert run("agreement", path)["cohen_weighted"] != ordered["cohen_weighted"]
    with pytest.raises(ExamError) as caught:
        run("agreement", path, "--order", "low,high")
    assert caught.value.kind.code == "analysis.cell_bad"


def coincidence_alpha(ratings: np.ndarray, distance) -> float:
    """Krippendorff's alpha from its coincidence matrix, value by value: slow, and nothing like the code under test."""
    pairs, values = [], []
    for row in ratings:
        known = [value for value in row if not np.isnan(value)]
        if len(known) < 2:
            continue
        values += known
        pairs += [(a, b, 2 / (len(known) - 1)) for a, b in combinations(known, 2)]
    if not values:
        return np.nan
    observed = sum(weight * distance(a, b, values) for a, b, weight in pairs) / len(values)
    expected = sum(distance(a, b, values) for a in values for b in values) / (len(values) * (len(values) - 1))
    return 1 - observed / expected if expected else np.nan


def ordinal(a: float, b: float, values: list[float]) -> float:
    low, high = min(a, b), max(a, b)
    between = sum(low <= value <= high for value in values)
    return (between - (values.count(a) + values.count(b)) / 2) ** 2 if a != b else 0.0


DISTANCES = {
    "nominal": lambda a, b, _: float(a != b),
    "ordinal": ordinal,
    "interval": lambda a, b, _: (a - b) ** 2,
    "ratio": lambda a, b, _: ((a - b) / (a + b)) ** 2 if a + b else 0.0,
}

ratings = st.lists(st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0, np.nan]), min_size=3, max_size=3), min_size=1, max_size=12).map(np.array)


@given(ratings, st.sampled_from(list(DISTANCES)))
@settings(deadline=None)
def test_alpha_is_that_of_the_coincidence_matrix(table, level):
    with np.errstate(all="ignore"):
        expected = coincidence_alpha(table, DISTANCES[level])
    assert krippendorff(table, level) == pytest.approx(expected, abs=1e-9, nan_ok=True)


@given(ratings)
@settings(deadline=None)
def test_kappas_are_those_of_the_table(table):
    a, b = table[:, 0], table[:, 1]
    both = ~(np.isnan(a) | np.isnan(b))
    joint = np.zeros((6, 6))
    np.add.at(joint, (a[both].astype(int), b[both].astype(int)), 1 / max(both.sum(), 1))
    place = np.arange(6)
    for weighting, weight in (("none", 0), ("linear", 1), ("quadratic", 2)):
        apart = np.abs(place[:, None] - place) ** weight if weight else (place[:, None] != place)
        chance = (np.outer(joint.sum(1), joint.sum(0)) * apart).sum()
        expected = 1 - (joint * apart).sum() / chance if chance > 1e-12 else np.nan
        assert cohen(a, b, weighting) == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_fleiss_is_that_of_the_table_of_counts():
    """Five subjects, four raters, three categories: agreement by hand."""
    codes = np.array([[0, 0, 0, 0], [0, 0, 1, 1], [1, 1, 1, 2], [2, 2, 2, 2], [0, 1, 2, 2]], float)
    # Pairs that agree of six: 6, 2, 3, 6, 1; shares 7/20, 6/20, 7/20.
    observed, expected = 18 / 30, (49 + 36 + 49) / 400
    assert fleiss(codes) == pytest.approx((observed - expected) / (1 - expected))


def test_raters_who_always_agree_reach_one_and_a_single_category_gives_nothing():
    alike = np.array([[1.0, 1, 1], [2, 2, 2], [5, 5, 5]])
    assert {krippendorff(alike, level) for level in DISTANCES} == {1.0}
    assert set(intraclass(alike).values.values()) == {1.0}
    assert fleiss(alike) == 1.0
    same = np.ones((4, 3))
    assert np.isnan([krippendorff(same, level) for level in DISTANCES]).all()
    assert np.isnan([fleiss(same), cohen(same[:, 0], same[:, 1]), *intraclass(same).values.values()]).all()


def test_subjects_with_missing_ratings_are_left_out_where_all_are_needed(tmp_path: Path):
    rows = [(9, 2, 5), (6, None, 3), (8, 4, 6), (7, 1, 2), (10, 5, 6), (None, None, None)]
    found = run("agreement", write(tmp_path / "r.csv", ["a", "b", "c"], rows))
    whole = np.array([row for row in rows if None not in row], float)
    assert found["icc"] == pytest.approx(intraclass(whole).values)
    assert (found["subjects"], found["subjects_complete"]) == (6, 4)
    assert found["fleiss"] is not None


def test_one_rater_cannot_agree(tmp_path: Path):
    with pytest.raises(ExamError) as caught:
        run("agreement", write(tmp_path / "r.csv", ["a"], [(1,), (2,)]))
    assert caught.value.kind.code == "analysis.not_enough"
