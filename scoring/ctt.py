"""Classical test theory: what items and a paper did, from the marks alone.

Sources: Lord and Novick (1968), *Statistical Theories of Mental Test Scores*; Kuder and Richardson (1937) for KR-20;
Cronbach (1951) for alpha; Henrysson (1963) for the item-rest correlation.  Variances divide by n - 1.
A value that does not exist (the correlation of an item that all got right) is NaN.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.option_table import OptionTable

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ItemStatistics:
    """Figures of a paper.  Arrays have one value per item; `mean_total`, `sd_total` and `sem` are in marks."""

    persons: int
    n: Floats
    mean: Floats
    p: Floats
    sd: Floats
    item_total_r: Floats
    item_rest_r: Floats
    alpha_if_deleted: Floats
    alpha: float
    kr20: float
    sem: float
    mean_total: float
    sd_total: float


@dataclass(frozen=True)
class _Sums:
    """Sums per item over the persons who have a mark on it: of the item x, of the total t, and of products."""

    n: Floats
    x: Floats
    xx: Floats
    xt: Floats
    t: Floats
    tt: Floats


@dataclass(frozen=True)
class _Covariance:
    """What alpha needs of the item covariance matrix: its diagonal, its row sums and the sum of everything."""

    diagonal: Floats
    rows: Floats
    whole: float


def item_statistics(scores: Floats, maximum: Floats | None = None) -> ItemStatistics:
    """Analyse marks `(persons, items)`; NaN is a missing mark.

    A person's total is the sum of the marks that are there.  With missing marks each item is described by those who
    have a mark on it, and alpha comes from pairwise covariances.  `maximum` is the full mark per item (default 1):
    `p` is the mean share of it.

    Raises:
        ValueError: when there is no person or no item.
    """
    if scores.ndim != 2 or 0 in scores.shape:
        raise ValueError("marks must be a table with at least one person and one item")
    seen = ~np.isnan(scores)
    n = seen.sum(0).astype(np.float64)
    means = np.divide(np.where(seen, scores, 0.0).sum(0), n, out=np.full(n.shape, np.nan), where=n > 0)
    filled = np.where(seen, scores, 0.0)
    totals = filled.sum(1)
    middle = totals.mean()
    # Centred sums lose no digits when marks are large; correlations do not care where zero is.
    centred = np.where(seen, scores - means, 0.0)
    t = totals - middle
    sums = _Sums(n, centred.sum(0), (centred**2).sum(0), centred.T @ t, seen.T @ t, seen.T @ t**2)
    binary = bool(np.isin(scores[seen], (0.0, 1.0)).all())
    full = np.ones(scores.shape[1]) if maximum is None else maximum
    return _describe(sums, _pairwise(centred, seen), (means, means / full), totals.mean(), binary, scores.shape[0])


def upper_lower(scores: Floats, maximum: Floats | None = None, share: float = 0.27) -> Floats:
    """Return per item the mean share of the full mark in the upper group less that in the lower group.

    The groups are the strongest and the weakest `share` of the persons by total, ties at their bounds included: Kelley (1939),
    Journal of Educational Psychology 30, 17-24, for the 27 %.  NaN where the groups overlap or one of them has no mark.
    """
    totals = np.where(np.isnan(scores), 0.0, scores).sum(1)
    ranked = np.sort(totals)
    size = max(round(share * totals.size), 1)
    upper, lower = totals >= ranked[-size] - 1e-9, totals <= ranked[size - 1] + 1e-9
    if (upper & lower).any():
        return np.full(scores.shape[1], np.nan)
    full = np.ones(scores.shape[1]) if maximum is None else maximum
    means = []
    for group in (upper, lower):
        there = ~np.isnan(scores[group])
        n = there.sum(0)
        means.append(np.divide(np.where(there, scores[group], 0.0).sum(0), n, out=np.full(n.shape, np.nan), where=n > 0))
    return np.asarray((means[0] - means[1]) / full)


def table_statistics(table: OptionTable) -> ItemStatistics:
    """Analyse a paper of right-or-wrong items from its counts of options by total; a missing response is wrong."""
    right = table.right()
    total = np.arange(table.persons_by_total.size, dtype=np.int64)
    count = table.persons
    x = right.sum(1)
    xt = right @ total
    t = int(table.persons_by_total @ total)
    tt = int(table.persons_by_total @ total**2)
    items = right.shape[0]
    # Whole numbers until the last division: nothing is lost however many persons there are.
    covariance = (count * xt - x * t) / (count * max(count - 1, 1))
    variance = (count * x - x * x) / (count * max(count - 1, 1))
    whole = (count * tt - t * t) / (count * max(count - 1, 1))
    everyone = np.full(items, float(count))
    wins = x.astype(np.float64)
    sums = _Sums(everyone, wins, wins, xt.astype(np.float64), np.full(items, float(t)), np.full(items, float(tt)))
    p = x / count
    return _describe(sums, _Covariance(variance, covariance, whole), (p, p), t / count, True, count)


def _describe(
    sums: _Sums, covariance: _Covariance, means: tuple[Floats, Floats], mean_total: float, binary: bool, persons: int
) -> ItemStatistics:
    """Put the figures together; `means` are the means in marks and as a share of the full mark."""
    n = sums.n
    with np.errstate(divide="ignore", invalid="ignore"):
        xx = sums.xx - sums.x**2 / n
        tt = sums.tt - sums.t**2 / n
        xt = sums.xt - sums.x * sums.t / n
        sd = np.sqrt(np.maximum(xx, 0) / (n - 1))
    alpha, without = _alphas(covariance)
    sd_total = float(np.sqrt(covariance.whole)) if covariance.whole >= 0 and persons > 1 else np.nan
    return ItemStatistics(
        persons=persons,
        n=n,
        mean=means[0],
        p=means[1],
        sd=sd,
        item_total_r=_correlation(xt, xx, tt, xx + tt),
        item_rest_r=_correlation(xt - xx, xx, tt - 2 * xt + xx, xx + tt),
        alpha_if_deleted=without,
        alpha=alpha,
        kr20=alpha if binary else np.nan,
        sem=sd_total * float(np.sqrt(1 - alpha)) if alpha <= 1 else np.nan,
        mean_total=float(mean_total),
        sd_total=sd_total,
    )


def _correlation(xy: Floats, xx: Floats, yy: Floats, size: Floats) -> Floats:
    """Return sums of products over the root of sums of squares; NaN where one of them is nothing beside `size`."""
    varies = (xx > 1e-12 * size) & (yy > 1e-12 * size)
    r = np.full(xx.shape, np.nan)
    np.divide(xy, np.sqrt(np.where(varies, xx * yy, 1.0)), out=r, where=varies)
    return r


def _pairwise(centred: Floats, seen: NDArray[np.bool_]) -> _Covariance:
    """Return covariances of each pair of items over the persons who have both."""
    mask = seen.astype(np.float64)
    n = mask.T @ mask
    sums = centred.T @ mask
    with np.errstate(divide="ignore", invalid="ignore"):
        matrix = (centred.T @ centred - sums * sums.T / n) / (n - 1)
    diagonal, whole = matrix.diagonal().copy(), float(matrix.sum())
    # Totals that do not vary leave a trace of rounding.
    return _Covariance(diagonal, matrix.sum(1), 0.0 if abs(whole) < 1e-12 * diagonal.sum() else whole)


def _alphas(c: _Covariance) -> tuple[float, Floats]:
    """Return alpha = k/(k-1) · (1 - Σ variances / variance of the total), and the same without each item."""
    k = c.diagonal.size
    alpha = _alpha(k, np.array([c.diagonal.sum()]), np.array([c.whole]))
    without = _alpha(k - 1, c.diagonal.sum() - c.diagonal, c.whole - 2 * c.rows + c.diagonal)
    return float(alpha[0]), without


def _alpha(k: int, variances: Floats, whole: Floats) -> Floats:
    alpha = np.full(whole.shape, np.nan)
    if k < 2:
        return alpha
    share = np.divide(variances, whole, out=alpha, where=whole > 1e-12 * variances)
    return np.asarray(k / (k - 1) * (1 - share))
