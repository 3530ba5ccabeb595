"""Straight-line equating.

Formulas: Kolen and Brennan (2014), chapter 2 (mean, linear) and chapter 4 (Tucker, Levine, chained).  Group 1 took form X,
group 2 form Y; V is the anchor.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from scoring.equating.forms import AnchorMoments, Floats, Moments

Anchor = Literal["internal", "external"]


@dataclass(frozen=True)
class Line:
    """Equated score = intercept + slope · score."""

    slope: float
    intercept: float

    def __call__(self, scores: Floats) -> Floats:
        """Return the scores on the other form."""
        return np.asarray(self.intercept + self.slope * scores)


def mean_line(x: Moments, y: Moments) -> Line:
    """Set equal deviations from the mean equal."""
    return Line(1.0, y.mean - x.mean)


def linear_line(x: Moments, y: Moments) -> Line:
    """Set equal standardised deviations equal.

    Raises:
        ValueError: when the scores on X do not vary.
    """
    return _through(x.mean, x.sd, y.mean, y.sd)


def _through(x_mean: float, x_sd: float, y_mean: float, y_sd: float) -> Line:
    if not x_sd > 0:
        raise ValueError("scores on the form to be equated do not vary")
    slope = y_sd / x_sd
    return Line(slope, y_mean - slope * x_mean)


def tucker_line(one: AnchorMoments, two: AnchorMoments, weight: float | None = None) -> Line:
    """Tucker: totals regress on the anchor alike in both groups.

    `weight` is that of group 1 in the synthetic population, by default its share of the persons.

    Raises:
        ValueError: when no synthetic population exists.
    """
    gamma_x = one.covariance / one.anchor_sd**2
    gamma_y = two.covariance / two.anchor_sd**2
    return _synthetic(one, two, gamma_x, gamma_y, weight)


def levine_line(one: AnchorMoments, two: AnchorMoments, weight: float | None = None, anchor: Anchor = "internal") -> Line:
    """Levine observed-score method: true totals and true anchor scores are perfectly related (classical congeneric model).

    Raises:
        ValueError: when total and anchor are not positively related, or no synthetic population exists.
    """
    return _synthetic(one, two, _levine_gamma(one, anchor), _levine_gamma(two, anchor), weight)


def levine_true_line(one: AnchorMoments, two: AnchorMoments, anchor: Anchor = "internal") -> Line:
    """Levine true-score method; it needs no synthetic population."""
    gamma_x, gamma_y = _levine_gamma(one, anchor), _levine_gamma(two, anchor)
    slope = gamma_y / gamma_x
    meeting = two.total_mean + gamma_y * (one.anchor_mean - two.anchor_mean)
    return Line(slope, meeting - slope * one.total_mean)


def chained_line(one: AnchorMoments, two: AnchorMoments) -> Line:
    """Equate X to the anchor in group 1, then the anchor to Y in group 2."""
    first = _through(one.total_mean, one.total_sd, one.anchor_mean, one.anchor_sd)
    second = _through(two.anchor_mean, two.anchor_sd, two.total_mean, two.total_sd)
    return Line(second.slope * first.slope, second.intercept + second.slope * first.intercept)


def _levine_gamma(group: AnchorMoments, anchor: Anchor) -> float:
    """Return the ratio of true-score deviations of total and anchor (Angoff's estimates)."""
    if not group.covariance > 0:
        raise ValueError("total and anchor scores are not positively related")
    if anchor == "internal":
        return group.total_sd**2 / group.covariance
    return (group.total_sd**2 + group.covariance) / (group.anchor_sd**2 + group.covariance)


def _synthetic(one: AnchorMoments, two: AnchorMoments, gamma_x: float, gamma_y: float, weight: float | None) -> Line:
    """Equate linearly in the synthetic population of weights w and 1 - w."""
    w1 = one.n / (one.n + two.n) if weight is None else weight
    w2 = 1 - w1
    apart = one.anchor_mean - two.anchor_mean
    spread = one.anchor_sd**2 - two.anchor_sd**2
    x_mean = one.total_mean - w2 * gamma_x * apart
    y_mean = two.total_mean + w1 * gamma_y * apart
    x_variance = one.total_sd**2 - w2 * gamma_x**2 * spread + w1 * w2 * (gamma_x * apart) ** 2
    y_variance = two.total_sd**2 + w1 * gamma_y**2 * spread + w1 * w2 * (gamma_y * apart) ** 2
    if not (x_variance > 0 and y_variance > 0):
        raise ValueError("the groups are too different for a synthetic population")
    return _through(x_mean, float(np.sqrt(x_variance)), y_mean, float(np.sqrt(y_variance)))
