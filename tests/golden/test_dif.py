"""Differential item functioning against R (difR), against sums by hand, and laws."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import ExamError
from scoring.dif import logistic, mantel_haenszel, matching_scores, purify, standardisation
from scoring.dif_ordered import mantel
from tests.make.analysis import answers, cells, data, run, truth, write

EXACT = 1e-6


@pytest.fixture(scope="module")
def gmat():
    return run("dif", data("dif", "GMAT.csv"))


def test_mantel_haenszel_agrees_with_r(gmat):
    expected = truth("dif", "GMAT_MH.json")
    assert [item["mh_chi2"] for item in gmat["items"]] == pytest.approx(expected["MH_chi2_corrected"], abs=EXACT)
    assert [item["mh_alpha"] for item in gmat["items"]] == pytest.approx(expected["MH_alpha"], abs=EXACT)
    assert gmat["flagged"] == [f"Item{number}" for number in expected["DIF_items"]]
    assert gmat["persons"] == {"reference": 1000, "focal": 1000}
    assert gmat["ignored"] == ["criterion"]


def test_delta_is_the_logarithm_of_the_odds_on_the_ets_scale(gmat):
    for item in gmat["items"]:
        assert item["mh_delta"] == pytest.approx(-2.35 * np.log(item["mh_alpha"]))
    assert [item["ets_class"] for item in gmat["items"]] == ["C", *["A"] * 19]


def test_the_other_group_as_focal_turns_the_odds_round(gmat):
    other = run("dif", data("dif", "GMAT.csv"), "--focal", 0, "--ignore", "criterion")
    for one, two in zip(gmat["items"], other["items"], strict=True):
        assert two["mh_alpha"] == pytest.approx(1 / one["mh_alpha"])
        assert two["mh_chi2"] == pytest.approx(one["mh_chi2"])
        assert two["logistic_chi2"] == pytest.approx(one["logistic_chi2"])


def small():
    """Two scores, one item, counts that can be done by hand."""
    rows = [(1, 0, 1, 12), (0, 0, 1, 8), (1, 1, 1, 6), (0, 1, 1, 14), (1, 0, 2, 18), (0, 0, 2, 2), (1, 1, 2, 12), (0, 1, 2, 8)]
    table = np.array([row[:3] for row in rows for _ in range(row[3])], float)
    return table[:, :1], table[:, 1] == 1, table[:, 2]


def test_figures_of_a_small_table_are_those_worked_by_hand():
    marks, focal, match = small()
    found = mantel_haenszel(marks, focal, match)
    # Σ A D / N = 12·14/40 + 18·8/40 = 7.8; Σ B C / N = 8·6/40 + 2·12/40 = 1.8.
    assert found.alpha[0] == pytest.approx(7.8 / 1.8)
    # E = 9 + 15, A = 30; variances 20·20·18·22/(40²·39) and 20·20·30·10/(40²·39).
    variance = 20 * 20 * (18 * 22 + 30 * 10) / (40**2 * 39)
    assert found.chi2[0] == pytest.approx((30 - 24 - 0.5) ** 2 / variance)
    assert found.chi2_uncorrected[0] == pytest.approx(6**2 / variance)
    # Differences 6/20 - 12/20 and 12/20 - 18/20, both weighted by 20.
    assert standardisation(marks, focal, match).p_dif[0] == pytest.approx(-0.3)


def test_the_logistic_test_of_two_scores_is_that_of_its_table():
    """With two scores the full model is saturated: its likelihood is that of the four cells."""
    marks, focal, match = small()

    def cell(right, wrong):
        n = right + wrong
        return right * np.log(right / n) + wrong * np.log(wrong / n)

    full = cell(12, 8) + cell(6, 14) + cell(18, 2) + cell(12, 8)
    without = cell(18, 22) + cell(30, 10)
    assert logistic(marks, focal, match).chi2[0] == pytest.approx(2 * (full - without))
    both, uniform, product = (logistic(marks, focal, match, e).chi2[0] for e in ("both", "uniform", "nonuniform"))
    assert both == pytest.approx(uniform + product)


def mantel_by_categories(marks, focal, match):
    """Mantel's chi-square and the standardised mean difference as Zwick, Donoghue and Grima (1993) write them: sums over categories."""
    apart = whole = difference = error = 0.0
    tables = []
    for score in np.unique(match):
        here = match == score
        categories = sorted(set(marks[here]))
        tables.append((categories, *([int(((marks == y) & here & (focal == who)).sum()) for y in categories] for who in (True, False))))
    tables = [(ys, f, r) for ys, f, r in tables if sum(f) and sum(r)]
    of_focal = sum(sum(f) for _, f, _ in tables)
    for ys, f, r in tables:
        nf, nr = sum(f), sum(r)
        n = nf + nr
        both = [a + b for a, b in zip(f, r, strict=True)]
        first, second = (sum(y**power * k for y, k in zip(ys, both, strict=True)) for power in (1, 2))
        variance = nr * nf / (n**2 * (n - 1)) * (n * second - first**2)
        apart += sum(y * k for y, k in zip(ys, f, strict=True)) - nf / n * first
        whole += variance
        means = [sum(y * k for y, k in zip(ys, of, strict=True)) / sum(of) for of in (f, r)]
        difference += nf / of_focal * (means[0] - means[1])
        error += (nf / of_focal) ** 2 * (1 / nf + 1 / nr) ** 2 * variance
    return apart**2 / whole, difference, error**0.5


def in_steps(seed, persons=1200, items=8):
    """Marks of 0 to 4 for two groups of different ability; the first item is harder for the focal group, and some marks are missing."""
    rng = np.random.default_rng(seed)
    focal = rng.random(persons) < 0.4
    ability = rng.normal(size=(persons, 1)) - 0.5 * focal[:, None]
    marks = np.clip(np.round(2 + ability + rng.normal(size=(persons, items))), 0, 4)
    marks[focal & (rng.random(persons) < 0.9), 0] -= 1
    marks = np.clip(marks, 0, 4)
    marks[rng.random(persons) < 0.05, 3] = np.nan
    return marks, focal


def test_part_marks_are_compared_by_the_published_sums():
    marks, focal = in_steps(1)
    match = np.nansum(marks, axis=1)
    found = mantel(marks, focal, match)
    for item in range(marks.shape[1]):
        there = ~np.isnan(marks[:, item])
        expected = mantel_by_categories(marks[there, item], focal[there], match[there])
        assert (found.chi2[item], found.smd[item], found.se[item]) == pytest.approx(expected, abs=1e-10)
        assert found.effect[item] == pytest.approx(expected[1] / marks[there, item].std(ddof=1))
    assert [found.classes[0], *set(found.classes[1:])] == ["C", "A"]
    assert found.smd[0] < 0


def test_a_right_or_wrong_item_has_the_same_chi_square_by_mantel_as_by_mantel_and_haenszel():
    marks, focal = groups(2, persons=800)
    match = marks.sum(1)
    found, mh = mantel(marks, focal, match), mantel_haenszel(marks, focal, match)
    assert found.chi2 == pytest.approx(mh.chi2_uncorrected)
    assert found.smd == pytest.approx(standardisation(marks, focal, match).p_dif)


def test_the_chi_square_of_gmat_without_correction_is_the_same_by_both(gmat):
    _, *rows = cells(data("dif", "GMAT.csv"))
    table = np.array(rows, float)
    match = table[:, :20].sum(1)
    expected = [item["mh_chi2_uncorrected"] for item in gmat["items"]]
    assert mantel(table[:, :20], table[:, 20] == 1, match).chi2 == pytest.approx(expected, abs=EXACT)


def test_steps_doubled_change_no_test_and_double_the_difference():
    marks, focal = in_steps(2)
    match = np.nansum(marks, axis=1)
    one, two, turned = mantel(marks, focal, match), mantel(2 * marks, focal, match), mantel(marks, ~focal, match)
    assert two.chi2 == pytest.approx(one.chi2)
    assert two.smd == pytest.approx(2 * one.smd)
    assert two.effect == pytest.approx(one.effect)
    assert turned.chi2 == pytest.approx(one.chi2)


def test_a_difference_of_ability_is_no_difference_of_an_item_with_part_marks():
    found = []
    for seed in range(20):
        marks, focal = in_steps(seed)
        found += list(mantel(marks, focal, np.nansum(marks[:, 1:], axis=1)).p[1:])
    assert np.mean(np.array(found) < 0.01) < 0.06


def test_a_table_with_part_marks_tells_both_kinds_apart(tmp_path: Path):
    marks, focal = in_steps(3, persons=300, items=4)
    right, _ = groups(3, persons=300, items=4)
    path = table(tmp_path, np.column_stack([marks, right]), ["f" if who else "a" for who in focal])
    found = run("dif", path, "--group", "sex", "--focal", "f", "--purify")
    assert [item["id"] for item in found["ordered"]] == ["q0", "q1", "q2", "q3"]
    assert [item["id"] for item in found["items"]] == ["q4", "q5", "q6", "q7"]
    assert "q0" in found["flagged"]
    assert found["ordered"][0]["smd"] < 0


def groups(seed: int, persons: int = 4_000, items: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Two groups of different ability; the item at place 3 is harder for the focal group at equal ability."""
    rng = np.random.default_rng(seed)
    focal = rng.random(persons) < 0.5
    ability = rng.normal(size=persons) - 0.4 * focal
    difficulty = rng.normal(size=items)
    shift = np.zeros(items)
    shift[3] = 0.8
    logit = ability[:, None] - difficulty - focal[:, None] * shift
    return (rng.random((persons, items)) < 1 / (1 + np.exp(-logit))).astype(float), focal


def test_a_difference_of_ability_is_no_difference_of_the_item():
    found = []
    for seed in range(5):
        marks, focal = groups(seed)
        p = mantel_haenszel(marks, focal, marks.sum(1)).p
        assert p[3] < 1e-6
        assert marks[focal].mean() < marks[~focal].mean() - 0.05
        found += list(np.delete(p, 3))
    assert np.mean(np.array(found) < 0.01) < 0.06


def test_purifying_leaves_the_odd_item_out_of_everybody_elses_match():
    marks, focal = groups(1)
    out = purify(marks, focal, 0.001)
    assert out.tolist() == [3]
    match = matching_scores(marks, out)
    rest = np.delete(marks, 3, axis=1).sum(1)
    assert np.array_equal(match[:, 0], rest)
    assert np.array_equal(match[:, 3], rest + marks[:, 3])


def test_a_difference_that_changes_with_ability_is_found_by_the_product():
    rng = np.random.default_rng(1)
    focal, ability = rng.random(4_000) < 0.5, rng.normal(size=4_000)
    marks = (rng.random((4_000, 15)) < 1 / (1 + np.exp(-ability[:, None]))).astype(float)
    marks[:, 0] = rng.random(4_000) < 1 / (1 + np.exp(-np.where(focal, 2.2, 0.4) * ability))
    match = marks[:, 1:].sum(1)
    assert logistic(marks[:, :1], focal, match, "nonuniform").p[0] < 1e-8
    assert logistic(marks[:, :1], focal, match, "uniform").p[0] > 1e-3


def table(tmp_path: Path, marks: np.ndarray, group: list[object]) -> Path:
    header = ["id", *[f"q{i}" for i in range(marks.shape[1])], "sex"]
    rows = [[f"p{i}", *row, g] for i, (row, g) in enumerate(zip(marks.tolist(), group, strict=True))]
    return write(tmp_path / "r.csv", header, rows)


def test_groups_with_names_constant_items_and_missing_marks(tmp_path: Path):
    marks, _, _ = answers(3, 200, 6)
    cells: np.ndarray = marks.astype(object)
    cells[:, 5] = 1
    cells[::7, 2] = None
    path = table(tmp_path, cells, ["男" if i % 3 else "女" for i in range(200)])
    found = run("dif", path, "--group", "sex", "--focal", "女", "--purify")
    constant = found["items"][5]
    assert constant["mh_chi2"] is constant["mh_alpha"] is constant["logistic_chi2"] is constant["ets_class"] is None
    assert found["persons"] == {"reference": 133, "focal": 67}
    assert all(item["mh_p"] is not None for item in found["items"][:5])


def test_a_third_group_can_be_kept_out(tmp_path: Path):
    marks, _, _ = answers(4, 90, 5)
    path = table(tmp_path, marks, ["a", "b", "c"] * 30)
    found = run("dif", path, "--group", "sex", "--focal", "a", "--reference", "b")
    assert found["persons"] == {"reference": 30, "focal": 30}
    assert run("dif", path, "--group", "sex", "--focal", "a")["persons"] == {"reference": 60, "focal": 30}
    for arguments in (["--group", "sex"], ["--group", "site"], ["--group", "sex", "--focal", "z"]):
        with pytest.raises(ExamError) as caught:
            run("dif", path, *arguments)
        assert caught.value.kind.code.startswith("analysis.")
