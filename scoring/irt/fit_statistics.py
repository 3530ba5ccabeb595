"""Does an item behave as its curve says?

S-X²: Orlando and Thissen (2000), Applied Psychological Measurement 24, 50-64, with the score distribution by Lord and
Wingersky (1984).  Infit and outfit mean squares: Wright and Masters (1982), at expected a posteriori abilities.
"""

from dataclasses import dataclass

import numpy as np

from scoring.distributions import chi2_tail
from scoring.irt.coding import CodedResponses
from scoring.irt.estimation import Fit
from scoring.irt.expectation import Grid, moments
from scoring.irt.models import Floats, ItemParameters, probabilities
from scoring.option_table import Counts, OptionTable

_BLOCK = 512

_SPARSE = 1.0
"""Expected count below which neighbouring score groups are pooled."""


@dataclass(frozen=True)
class MeanSquares:
    """Infit and outfit of each item: 1 when answers scatter as much as the model says."""

    infit: Floats
    outfit: Floats


@dataclass(frozen=True)
class ScoreFit:
    """S-X² per item, its degrees of freedom and p value; NaN where too few score groups are left."""

    x2: Floats
    df: Floats
    p: Floats


def mean_squares(coded: CodedResponses, items: ItemParameters, grid: Grid) -> MeanSquares:
    """Return mean squared residuals, weighted by variance (infit) and not (outfit)."""
    theta, _ = moments(coded, items, grid)
    squared, variances, standard, n = (np.zeros(coded.items.size) for _ in range(4))
    for start in range(0, theta.size, _BLOCK):
        rows = slice(start, start + _BLOCK)
        chance = probabilities(items, theta[rows])
        value = np.arange(chance.shape[1])[:, None]
        mean = (chance * value).sum(1)
        variance = np.maximum((chance * value**2).sum(1) - mean**2, 1e-12)
        answer = coded.indicator[rows].reshape(-1, coded.items.size, value.size - 1) @ value[1:, 0]
        seen = np.ones_like(mean) if coded.seen is None else coded.seen[rows].T
        residual = (answer.T - mean) ** 2
        weight = seen * coded.weight[rows]
        squared += (weight * residual).sum(1)
        variances += (weight * variance).sum(1)
        standard += (weight * residual / variance).sum(1)
        n += weight.sum(1)
    return MeanSquares(squared / variances, standard / n)


def score_fit(table: OptionTable, fitted: Fit) -> ScoreFit:
    """Compare right answers by number-correct score with what the model expects.

    `table` counts the answers of the fitted items, right or wrong, with nothing missing.
    """
    chance = probabilities(fitted.parameters, fitted.grid.nodes)[:, 1]
    weights = fitted.grid.weights
    whole = _score_distribution(chance) @ weights
    parameters = {"rasch": 1, "1pl": 1, "2pl": 2, "3pl": 3, "graded": 2}[fitted.model]
    rows = []
    for item in range(chance.shape[0]):
        rest = _score_distribution(np.delete(chance, item, axis=0))
        # Right with score k means: this item right, and k - 1 of the others.
        joint = rest @ (weights * chance[item])
        with np.errstate(divide="ignore", invalid="ignore"):
            expected = joint / whole[1:]
        right = table.right()[item, 1:]
        rows.append(_chi_square(table.persons_by_total[1:-1], right[:-1], expected[:-1], parameters))
    x2, df, p = np.array(rows, dtype=np.float64).T
    return ScoreFit(x2, df, p)


def _score_distribution(chance: Floats) -> Floats:
    """Return the chance of each number right `(scores, nodes)` from chances `(items, nodes)`."""
    score = np.zeros((chance.shape[0] + 1, chance.shape[1]))
    score[0] = 1.0
    for p in chance:
        score[1:] = score[1:] * (1 - p) + score[:-1] * p
        score[0] *= 1 - p
    return score


def _chi_square(persons: Counts, right: Counts, expected: Floats, parameters: int) -> tuple[float, float, float]:
    """Return X², degrees of freedom and p after pooling sparse neighbours."""
    pooled: list[list[float]] = []
    n = hits = hoped = 0.0
    for count, got, share in zip(persons, right, expected, strict=True):
        if count == 0:
            continue
        n, hits, hoped = n + count, hits + got, hoped + count * share
        if hoped >= _SPARSE and n - hoped >= _SPARSE:
            pooled.append([n, hits, hoped])
            n = hits = hoped = 0.0
    if n and pooled:
        pooled[-1] = [a + b for a, b in zip(pooled[-1], (n, hits, hoped), strict=True)]
    df = len(pooled) - parameters
    if df < 1:
        return np.nan, np.nan, np.nan
    x2 = sum((got - hope) ** 2 * (1 / hope + 1 / (count - hope)) for count, got, hope in pooled)
    return x2, df, chi2_tail(x2, df)
