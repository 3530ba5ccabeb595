"""Tail areas of the reference distributions that the statistics of this package need."""

import math

import numpy as np
from numpy.typing import NDArray


def chi2_tail(x: float, df: int) -> float:
    """Return P(X > x) of chi-square with `df` ≥ 1 degrees of freedom; NaN when `x` is NaN or `df` < 1.

    The finite series for whole degrees of freedom: Abramowitz and Stegun (1964), 26.4.4 and 26.4.5.
    """
    if math.isnan(x) or df < 1:
        return math.nan
    if x <= 0:
        return 1.0
    half = x / 2
    even = df % 2 == 0
    tail = 0.0 if even else math.erfc(math.sqrt(half))
    for i in range(df // 2):
        power = i if even else i + 0.5
        tail += math.exp(power * math.log(half) - half - math.lgamma(power + 1))
    return min(tail, 1.0)


def benjamini_hochberg(p: NDArray[np.float64], tests: int | None = None) -> NDArray[np.float64]:
    """Return adjusted p values (q values) in the order of `p`; NaN stays NaN and is not counted as a test.

    `tests` is the number of tests made when `p` holds only the smallest of them.
    Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57, 289-300.
    """
    adjusted = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    if known.size == 0:
        return adjusted
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * (tests or known.size) / np.arange(1, known.size + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return adjusted
