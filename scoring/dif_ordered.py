"""Differential functioning of items that earn part marks: is more earned in one of two groups of equal ability?

Mantel (1963), J. Am. Statist. Ass. 58, 690-700, for ordered categories, as Zwick, Donoghue and Grima (1993), J. Educ. Meas. 30,
233-251, use it; standardised mean difference: Dorans and Schmitt (1991); its standard error, the hypergeometric one: Zwick and Thayer
(1996), J. Educ. Behav. Statist. 21, 187-201.
A right-or-wrong item has the same chi-square as by Mantel and Haenszel without their correction.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.dif import Floats, Focal
from scoring.distributions import chi2_tail

MODERATE, LARGE = 0.17, 0.25
"""Standard deviations of the item beyond which a significant difference counts, as NAEP has it after Zwick, Thayer and Mazzeo (1997)."""
_SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Mantel:
    """Per item: chi-square (1 df), the mean difference in marks at equal scores, focal less reference, weighted by the focal
    group (`smd`), its standard error, both in standard deviations of the item (`effect`, `effect_se`), and the class A, B or C."""

    chi2: Floats
    p: Floats
    smd: Floats
    se: Floats
    effect: Floats
    effect_se: Floats
    classes: tuple[str | None, ...]


def mantel(marks: Floats, focal: Focal, match: Floats) -> Mantel:
    """Test each item of marks `(persons, items)` (any numbers, or NaN), persons of equal `match` compared.

    `match` is `(persons,)` or `(persons, items)`; the matching score should hold the item that is tested.
    """
    columns = [_item(marks[:, item], focal, match[:, item] if match.ndim == 2 else match) for item in range(marks.shape[1])]
    chi2, smd, se, spread = np.array(columns, np.float64).reshape(-1, 4).T
    p, effect = np.array([chi2_tail(float(x), 1) for x in chi2]), smd / spread
    return Mantel(chi2, p, smd, se, effect, se / spread, tuple(_class(float(e), float(q)) for e, q in zip(effect, p, strict=True)))


def _item(marks: Floats, focal: Focal, match: Floats) -> tuple[float, float, float, float]:
    """Return chi-square, mean difference, its standard error, and the standard deviation of the item; NaN where there is none."""
    there = ~np.isnan(marks)
    y, is_focal = marks[there], focal[there]
    level = np.unique(match[there], return_inverse=True)[1].reshape(y.shape)
    f, n = _sums(level, is_focal.astype(np.float64)), _sums(level, np.ones(y.size))
    both = (f > 0) & (f < n)  # scores that only one group has say nothing
    if not both.any():
        return np.nan, np.nan, np.nan, np.nan
    earned_by_focal, earned, squares = (_sums(level, each)[both] for each in (y * is_focal, y, y * y))
    f, n = f[both], n[both]
    r = n - f
    variance = r * f * np.maximum(n * squares - earned**2, 0.0) / (n**2 * (n - 1))
    weight = f / f.sum()
    smd = float(weight @ (earned_by_focal / f - (earned - earned_by_focal) / r))
    se = float(np.sqrt((weight * (1 / f + 1 / r)) ** 2 @ variance))
    spread = float(y.std(ddof=1))
    whole = float(variance.sum())
    if whole <= 0:
        return np.nan, smd, np.nan, np.nan
    apart = float((earned_by_focal - f * earned / n).sum())
    return apart**2 / whole, smd, se, spread


def _sums(level: NDArray[np.intp], values: Floats) -> Floats:
    return np.bincount(level, weights=values).astype(np.float64)


def _class(effect: float, p: float) -> str | None:
    """Return C for large, B for moderate, A for negligible or not significant."""
    if np.isnan(effect) or np.isnan(p):
        return None
    if p >= _SIGNIFICANT or abs(effect) <= MODERATE:
        return "A"
    return "C" if abs(effect) > LARGE else "B"
