"""Loglinear presmoothing of a score distribution.

Holland and Thayer (1987): log of the expected count is a polynomial of the score; the fitted distribution keeps as many
moments of the observed one as the polynomial has degrees.
"""

from dataclasses import dataclass

import numpy as np

from scoring.distributions import chi2_tail
from scoring.equating.forms import Floats, ScoreDistribution

_CYCLES = 200
_STILL = 1e-10


@dataclass(frozen=True)
class Smoothed:
    """The fitted distribution, and its likelihood-ratio chi-square with degrees of freedom and p value."""

    fitted: ScoreDistribution
    degree: int
    chi2: float
    df: int
    p: float


def smooth(observed: ScoreDistribution, degree: int) -> Smoothed:
    """Fit a polynomial of that degree by maximum likelihood.

    Raises:
        ValueError: when the distribution has too few different scores, or the fit does not settle.
    """
    scores = int((observed.counts > 0).sum())
    if not 1 <= degree < scores:
        raise ValueError(f"a polynomial of degree {degree} needs more than {degree} different scores; there are {scores}")
    design = _orthogonal(observed.scale, degree)
    n = observed.n
    # Starting half-way between the observed and the even distribution keeps logarithms finite.
    fitted = (observed.counts + n / observed.scale.size) / 2
    beta = design.T @ np.log(fitted)
    deviance = np.inf
    for _ in range(_CYCLES):
        curvature, slope = design.T @ (fitted[:, None] * design), design.T @ (observed.counts - fitted)
        step = np.asarray(np.linalg.solve(curvature, slope), dtype=np.float64)
        beta, fitted, after = _descend(observed.counts, design, beta, step)
        if abs(deviance - after) < _STILL * (abs(after) + 1) and np.abs(design.T @ (observed.counts - fitted)).max() < 1e-7 * n:
            break
        deviance = after
    else:
        raise ValueError(f"the smoothing polynomial of degree {degree} does not settle")
    chi2 = after
    df = observed.scale.size - degree - 1
    return Smoothed(ScoreDistribution(observed.scale, fitted), degree, chi2, df, chi2_tail(chi2, df))


def _orthogonal(scale: Floats, degree: int) -> Floats:
    """Return orthonormal polynomials of degree 0 … `degree` on the scale, `(scores, degree + 1)`."""
    centred = (scale - scale.mean()) / max(float(np.ptp(scale)) / 2, 1.0)
    return np.asarray(np.linalg.qr(np.vander(centred, degree + 1, increasing=True))[0])


def _descend(counts: Floats, design: Floats, beta: Floats, step: Floats) -> tuple[Floats, Floats, float]:
    """Take the Newton step, halved until the Poisson deviance does not rise."""
    before = _deviance(counts, np.exp(design @ beta))
    for _ in range(30):
        with np.errstate(over="ignore"):
            fitted = np.exp(design @ (beta + step))
        after = _deviance(counts, fitted)
        if after <= before + 1e-9 * (1 + abs(before)):
            return beta + step, fitted, after
        step = step / 2
    return beta, np.exp(design @ beta), before


def _deviance(counts: Floats, fitted: Floats) -> float:
    """Return 2 Σ (n log(n / m) - n + m)."""
    if not np.isfinite(fitted).all():
        return float(np.inf)
    some = counts > 0
    with np.errstate(divide="ignore"):
        return float(2 * ((counts[some] * np.log(counts[some] / fitted[some])).sum() - counts.sum() + fitted.sum()))
