"""Item response models against R (ltm, mirt), against simulated truth, and laws of likelihood."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from core.errors import ExamError
from scoring.irt.abilities import eap, wle
from scoring.irt.coding import encode
from scoring.irt.estimation import Settings, fit
from scoring.irt.expectation import expect, normal_grid
from scoring.irt.fit_statistics import mean_squares, score_fit
from scoring.irt.information import item_information, paper_information, standard_error
from scoring.irt.maximisation import Beta
from scoring.irt.models import ItemParameters, curves, probabilities
from scoring.option_table import MISSING, count_options
from tests.make.analysis import answers, cells, data, run, truth, write

PARAMETER = 0.01
LOGLIK = 0.05


@pytest.fixture(scope="module")
def reference():
    return truth("psychometrics", "LSAT6_irt.json")


@pytest.fixture(scope="module")
def lsat():
    return np.array(cells(data("psychometrics", "LSAT6.csv"))[1:], np.uint8)


@pytest.mark.parametrize(
    ("model", "name"),
    [("1pl", "ltm_1PL_common_slope"), ("2pl", "ltm_2PL"), ("rasch", "ltm_Rasch_slope1_fixed_var1"), ("2pl", "mirt_2PL")],
)
def test_parameters_and_likelihood_agree_with_r(reference, model, name):
    expected = reference[name]
    found = run("items", data("psychometrics", "LSAT6.csv"), "--model", model)
    slopes = np.broadcast_to(expected.get("a", 1.0), 5)
    assert [item["a"] for item in found["items"]] == pytest.approx(slopes, abs=PARAMETER)
    assert [item["b"] for item in found["items"]] == pytest.approx(expected["b"], abs=PARAMETER)
    assert found["loglik"] == pytest.approx(expected["logLik"], abs=LOGLIK)
    assert found["converged"] is True
    assert all(item["c"] is None for item in found["items"])


def test_parameters_of_the_other_lsat_section_are_those_published(tmp_path: Path):
    """Counts of the 32 answer patterns of LSAT section 7 (Bock and Lieberman 1970), estimates of R's mirt."""
    counts = [12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28]
    counts += [7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308]
    rows = [pattern for pattern, n in zip(product((0, 1), repeat=5), counts, strict=True) for _ in range(n)]
    found = run("items", write(tmp_path / "r.csv", ["a", "b", "c", "d", "e"], rows), "--model", "2pl")["items"]
    assert [item["a"] for item in found] == pytest.approx([0.988, 1.081, 1.706, 0.765, 0.736], abs=0.002)
    intercepts = [-item["a"] * item["b"] for item in found]
    assert intercepts == pytest.approx([1.856, 0.808, 1.804, 0.486, 1.855], abs=0.002)


def test_a_free_variance_with_slope_one_is_the_common_slope(reference):
    """R's other way to write the one-parameter model: slope 1, variance free."""
    expected = reference["mirt_Rasch_free_var"]
    found = run("items", data("psychometrics", "LSAT6.csv"), "--model", "1pl")
    a, b = found["items"][0]["a"], np.array([item["b"] for item in found["items"]])
    assert a**2 == pytest.approx(expected["var"], abs=PARAMETER)
    assert -a * b == pytest.approx(expected["d"], abs=PARAMETER)


def patterns(reference):
    table = reference["EAP_2PL_by_pattern"]
    return np.array([table[f"Item_{i}"] for i in range(1, 6)], np.uint8).T, table


def test_eap_abilities_agree_with_r(reference):
    rows, table = patterns(reference)
    given = reference["mirt_2PL"]
    items = ItemParameters(np.array(given["a"]), np.array(given["d"])[:, None], np.zeros(5))
    found = eap(encode(rows), items, normal_grid())
    assert found.theta == pytest.approx(table["F1"], abs=1e-5)
    assert found.se == pytest.approx(table["SE_F1"], abs=1e-5)


def test_eap_abilities_from_the_file_agree_with_r(reference):
    rows, table = patterns(reference)
    of_pattern = {tuple(row): theta for row, theta in zip(rows.tolist(), table["F1"], strict=True)}
    found = run("items", data("psychometrics", "LSAT6.csv"), "--model", "2pl", "--abilities", "eap")
    people = cells(data("psychometrics", "LSAT6.csv"))[1:]
    for person, row in zip(found["abilities"], people, strict=True):
        assert person["theta"] == pytest.approx(of_pattern[tuple(map(int, row))], abs=1e-3)


def test_the_weighted_likelihood_equation_holds_at_its_root(reference):
    rows, _ = patterns(reference)
    rows = np.vstack([rows, np.zeros((1, 5), np.uint8), np.ones((1, 5), np.uint8)])
    given = reference["mirt_2PL"]
    a, d = np.array(given["a"]), np.array(given["d"])
    items = ItemParameters(a, d[:, None], np.zeros(5))
    found = wle(encode(rows), items)
    assert np.isfinite(found.theta).all()
    for theta, se, row in zip(found.theta, found.se, rows, strict=True):
        p = 1 / (1 + np.exp(-(a * theta + d)))
        information = (a**2 * p * (1 - p)).sum()
        bias = (a**3 * p * (1 - p) * (1 - 2 * p)).sum()
        assert (a * (row - p)).sum() + bias / (2 * information) == pytest.approx(0, abs=1e-5)
        assert se == pytest.approx(information**-0.5, abs=1e-5)


def test_curves_are_derivatives_of_chances():
    items = ItemParameters(np.array([1.3, 0.7]), np.array([[1.5, 0.2, -1.0], [0.4, -np.inf, -np.inf]]), np.array([0.0, 0.2]))
    guessing = ItemParameters.from_difficulty(np.array([1.2]), np.array([0.4]), np.array([0.2]))
    theta, step = np.linspace(-3, 3, 13), 1e-4
    for bank in (ItemParameters(items.slope, items.intercepts, np.zeros(2)), guessing):
        shape = curves(bank, theta)
        up, down = probabilities(bank, theta + step), probabilities(bank, theta - step)
        assert probabilities(bank, theta).sum(1) == pytest.approx(1.0)
        assert shape.first == pytest.approx((up - down) / (2 * step), abs=1e-7)
        assert shape.second == pytest.approx((up - 2 * shape.p + down) / step**2, abs=1e-5)


def test_information_is_that_of_the_textbook():
    a, b = np.array([1.2, 0.8]), np.array([0.5, -1.0])
    items = ItemParameters.from_difficulty(a, b)
    theta = np.array([-1.0, 0.0, 2.0])
    p = 1 / (1 + np.exp(-a[:, None] * (theta - b[:, None])))
    expected = a[:, None] ** 2 * p * (1 - p)
    assert item_information(items, theta) == pytest.approx(expected)
    assert paper_information(items, theta) == pytest.approx(expected.sum(0))
    assert standard_error(items, theta) == pytest.approx(expected.sum(0) ** -0.5)
    # Birnbaum's for three parameters: a² (Q / P) ((P - c) / (1 - c))².
    c = np.array([0.2, 0.25])
    guess = c[:, None] + (1 - c[:, None]) * p
    birnbaum = a[:, None] ** 2 * (1 - guess) / guess * ((guess - c[:, None]) / (1 - c[:, None])) ** 2
    assert item_information(ItemParameters.from_difficulty(a, b, c), theta) == pytest.approx(birnbaum)


def test_two_parameters_are_recovered_from_many_answers():
    marks, slope, difficulty = answers(4, 20_000, 20)
    found = fit(encode(marks), "2pl").parameters
    assert found.slope == pytest.approx(slope, abs=0.12)
    assert found.difficulty[:, 0] == pytest.approx(difficulty, abs=0.12)


def test_three_parameters_are_recovered_and_never_less_likely_than_two():
    marks, slope, difficulty = answers(5, 20_000, 25, guessing=0.2)
    coded = encode(marks)
    two, three = fit(coded, "2pl"), fit(coded, "3pl")
    assert three.loglik > two.loglik
    # Of an easy item hardly anybody is low enough to show the asymptote: it is the curves that must be right, where people are.
    theta = np.linspace(-1.5, 2.5, 17)
    true = probabilities(ItemParameters.from_difficulty(slope, difficulty, np.full(25, 0.2)), theta)
    assert probabilities(three.parameters, theta) == pytest.approx(true, abs=0.03)
    assert np.median(np.abs(three.parameters.guessing - 0.2)) < 0.06


def test_three_parameters_are_never_less_likely_than_two_in_small_data(lsat):
    coded = encode(lsat)
    assert fit(coded, "3pl").loglik >= fit(coded, "2pl").loglik - 1e-4


def twins():
    """Return answers to six items and one of them twice: its slope runs away."""
    marks, _, _ = answers(1, 500, 6, guessing=0.2)
    return np.column_stack([marks, marks[:, 2]])


def guttman():
    """Return answers in which whoever has a harder item right has every easier one right: all slopes run away."""
    return np.tril(np.ones((11, 10), np.uint8), -1).repeat(10, axis=0)


@pytest.mark.parametrize("degenerate", [twins, guttman])
def test_three_parameters_are_never_less_likely_than_two_where_slopes_run_away(degenerate):
    coded = encode(degenerate())
    assert fit(coded, "3pl").loglik >= fit(coded, "2pl").loglik - 1e-6


def test_a_prior_of_guessing_draws_the_asymptote_in():
    marks, _, _ = answers(6, 800, 15, guessing=0.2)
    coded = encode(marks)
    free = fit(coded, "3pl").parameters.guessing
    held = fit(coded, "3pl", Settings(guessing_prior=Beta(40.0, 160.0))).parameters.guessing
    assert np.abs(held - 0.2).max() < 0.08 < np.abs(free - 0.2).max()


def test_graded_answers_are_recovered():
    rng = np.random.default_rng(8)
    slope = rng.uniform(0.8, 1.8, 10)
    steps = np.sort(rng.uniform(-2, 2, (10, 3)), axis=1)[:, ::-1]
    steps += np.array([0.5, 0, -0.5])
    theta = rng.normal(size=(20_000, 1, 1))
    reached = rng.random((20_000, 10, 1)) < 1 / (1 + np.exp(-(slope[:, None] * theta + steps)))
    found = fit(encode(reached.sum(2).astype(np.uint8)), "graded").parameters
    assert found.slope == pytest.approx(slope, abs=0.1)
    assert found.intercepts == pytest.approx(steps, abs=0.12)


def test_graded_with_two_categories_is_the_two_parameter_model(lsat):
    two, graded = fit(encode(lsat), "2pl"), fit(encode(lsat), "graded")
    assert graded.loglik == pytest.approx(two.loglik, abs=1e-6)
    assert graded.parameters.slope == pytest.approx(two.parameters.slope, abs=1e-4)


def test_graded_items_of_different_length_stand_side_by_side(tmp_path: Path):
    rng = np.random.default_rng(2)
    theta = rng.normal(size=400)
    essay = np.clip(np.round(2 + theta + rng.normal(size=400)), 0, 4) * 5
    short = (theta + rng.normal(size=400) > 0).astype(int)
    other = (theta + rng.normal(size=400) > 0.5).astype(int)
    rows = zip(essay.astype(int), short, other, strict=True)
    found = run("items", write(tmp_path / "r.csv", ["essay", "q1", "q2"], rows), "--model", "graded")
    assert [len(item["b"]) for item in found["items"]] == [4, 1, 1]
    assert found["items"][0]["b"] == sorted(found["items"][0]["b"])
    assert found["items"][0]["p"] == pytest.approx(essay.mean() / 20)
    with pytest.raises(ExamError):
        run("items", tmp_path / "r.csv", "--model", "2pl")


def test_missing_answers_count_for_nothing():
    """The likelihood of incomplete sheets is that of the items that are there, by brute force."""
    marks, slope, difficulty = answers(9, 300, 8)
    rng = np.random.default_rng(1)
    marks[rng.random(marks.shape) < 0.3] = MISSING
    marks[0] = MISSING
    items = ItemParameters.from_difficulty(slope, difficulty)
    grid = normal_grid()
    loglik = 0.0
    for row in marks:
        chance = 1 / (1 + np.exp(-slope[:, None] * (grid.nodes - difficulty[:, None])))
        each = np.where((row == MISSING)[:, None], 1.0, np.where((row == 1)[:, None], chance, 1 - chance))
        loglik += np.log(each.prod(0) @ grid.weights)
    coded = encode(marks)
    assert expect(coded, items, grid).loglik == pytest.approx(loglik, abs=1e-8)
    abilities, prior = wle(coded, items), eap(coded, items, grid)
    assert np.isnan(abilities.theta[0])
    assert (prior.theta[0], prior.se[0]) == (pytest.approx(0, abs=1e-9), pytest.approx(1, abs=1e-6))
    assert np.isfinite(abilities.theta[1:]).all()


def test_missing_answers_leave_estimates_where_they_were():
    marks, slope, difficulty = answers(10, 20_000, 15)
    marks[np.random.default_rng(1).random(marks.shape) < 0.25] = MISSING
    found = fit(encode(marks), "2pl").parameters
    assert found.slope == pytest.approx(slope, abs=0.15)
    assert found.difficulty[:, 0] == pytest.approx(difficulty, abs=0.15)


def test_single_precision_for_many_answers_agrees_with_double(monkeypatch):
    marks, _, _ = answers(11, 12_000, 50)
    coded = encode(marks)
    monkeypatch.setattr("scoring.irt.expectation._LARGE", 0)
    quick = fit(coded, "2pl")
    monkeypatch.setattr("scoring.irt.expectation._LARGE", 10**12)
    careful = fit(coded, "2pl", Settings(tolerance=1e-6))
    assert quick.parameters.slope == pytest.approx(careful.parameters.slope, abs=0.002)
    assert quick.parameters.difficulty == pytest.approx(careful.parameters.difficulty, abs=0.002)
    assert quick.loglik == pytest.approx(careful.loglik, abs=LOGLIK)


def test_the_order_of_persons_and_items_does_not_matter(lsat):
    rng = np.random.default_rng(4)
    rows, columns = rng.permutation(lsat.shape[0]), np.array([3, 0, 4, 2, 1])
    one, two = fit(encode(lsat), "2pl"), fit(encode(lsat[rows][:, columns]), "2pl")
    assert two.parameters.slope == pytest.approx(one.parameters.slope[columns], abs=1e-4)
    assert two.loglik == pytest.approx(one.loglik, abs=1e-6)


def test_likelihood_has_its_maximum_where_the_estimates_are(lsat):
    coded = encode(lsat)
    found = fit(coded, "2pl", Settings(tolerance=1e-7))
    for item in range(5):
        for change in (0.02, -0.02):
            slope = found.parameters.slope.copy()
            slope[item] += change
            moved = ItemParameters(slope, found.parameters.intercepts, found.parameters.guessing)
            assert expect(coded, moved, found.grid).loglik < found.loglik


def test_items_that_follow_the_model_fit_and_one_that_does_not_shows():
    marks, _, _ = answers(12, 4_000, 20)
    rng = np.random.default_rng(1)
    score = marks.sum(1)
    # An item that only the middle gets right has no rising curve.
    odd = ((np.abs(score - np.median(score)) < 3) ^ (rng.random(score.size) < 0.1)).astype(np.uint8)
    marks = np.column_stack([marks, odd])
    coded = encode(marks)
    fitted = fit(coded, "2pl")
    tested = score_fit(count_options(marks, np.ones(21, np.uint8), 2), fitted)
    assert tested.p[20] < 1e-6
    assert (tested.p[:20] < 0.01).sum() <= 2
    squares = mean_squares(coded, fitted.parameters, fitted.grid)
    assert squares.infit[:20] == pytest.approx(1, abs=0.2)


def test_when_every_answer_is_alike_there_is_nothing_to_estimate(tmp_path: Path):
    with pytest.raises(ExamError) as caught:
        run("items", write(tmp_path / "r.csv", ["a", "b"], [(1, 0), (1, 0)]), "--model", "2pl")
    assert caught.value.kind.code == "analysis.not_enough"


def test_a_slope_without_a_finite_maximum_is_said_to_be_unsettled(tmp_path: Path):
    rows = [(1, 1), (1, 1), (0, 0), (0, 0), (1, 1), (0, 0)] * 30
    found = run("items", write(tmp_path / "r.csv", ["a", "b"], rows), "--model", "2pl")
    assert found["converged"] is False or max(item["a"] for item in found["items"]) >= 10
    assert all(item["b"] is None or np.isfinite(item["b"]) for item in found["items"])
