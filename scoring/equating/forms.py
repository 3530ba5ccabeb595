"""Scores on a form: a distribution over the score scale, and pairs of total and anchor score."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LONGEST = 100_000
"""Steps of the longest score scale."""


@dataclass(frozen=True)
class Moments:
    """Mean, standard deviation (n - 1), skewness and kurtosis (3 for a normal distribution; both divide by n)."""

    n: float
    mean: float
    sd: float
    skewness: float
    kurtosis: float


@dataclass(frozen=True)
class ScoreDistribution:
    """How many persons (a fraction after smoothing) have each score of a scale of whole steps, lowest first."""

    scale: Floats
    counts: Floats

    @property
    def n(self) -> float:
        """Return the number of persons."""
        return float(self.counts.sum())

    @property
    def cumulative(self) -> Floats:
        """Return the share of persons at or below each score; rounded, so that equal shares compare equal."""
        return np.asarray(np.round(np.cumsum(self.counts) / self.n, 10))

    def moments(self) -> Moments:
        """Return the moments; NaN where scores do not vary."""
        n = self.n
        mean = float(self.counts @ self.scale / n)
        second, third, fourth = (float(self.counts @ (self.scale - mean) ** k / n) for k in (2, 3, 4))
        if second <= 0:
            return Moments(n, mean, 0.0, np.nan, np.nan)
        sd = float(np.sqrt(second * n / (n - 1)))
        return Moments(n, mean, sd, third / second**1.5, fourth / second**2)


def distribution(scores: Floats, low: float | None = None, high: float | None = None) -> ScoreDistribution:
    """Count whole scores from `low` to `high`, by default the least and the greatest that occur.

    Raises:
        ValueError: when there is no score, one is not whole, or one is off the scale.
    """
    if scores.size == 0:
        raise ValueError("there are no scores")
    bottom = float(scores.min()) if low is None else low
    top = float(scores.max()) if high is None else high
    if not bottom <= top <= bottom + LONGEST:
        raise ValueError(f"the scale must go from its lowest score up, over at most {LONGEST:,} steps, not from {bottom:g} to {top:g}")
    steps = scores - bottom
    if (steps != np.round(steps)).any() or steps.min() < 0 or scores.max() > top:
        raise ValueError(f"scores must be whole steps from {bottom:g} to {top:g}")
    scale = np.arange(bottom, top + 1)
    return ScoreDistribution(scale, np.bincount(steps.astype(np.int64), minlength=scale.size).astype(np.float64))


@dataclass(frozen=True)
class AnchorMoments:
    """What linear methods need of one group: moments of its total and anchor scores, and their covariance."""

    n: float
    total_mean: float
    total_sd: float
    anchor_mean: float
    anchor_sd: float
    covariance: float


@dataclass(frozen=True)
class AnchorSample:
    """Total and anchor score of each person of one group, `(persons,)` each."""

    total: Floats
    anchor: Floats

    def moments(self) -> AnchorMoments:
        """Return means, standard deviations and the covariance, dividing by n - 1.

        Raises:
            ValueError: with fewer than two persons, or when the anchor does not vary.
        """
        if self.total.size < 2 or np.ptp(self.anchor) == 0:
            raise ValueError("an anchor design needs at least two persons and an anchor score that varies")
        matrix = np.cov(self.total, self.anchor)
        return AnchorMoments(
            n=float(self.total.size),
            total_mean=float(self.total.mean()),
            total_sd=float(np.sqrt(matrix[0, 0])),
            anchor_mean=float(self.anchor.mean()),
            anchor_sd=float(np.sqrt(matrix[1, 1])),
            covariance=float(matrix[0, 1]),
        )

    def resampled(self, rng: np.random.Generator) -> "AnchorSample":
        """Return as many persons drawn with replacement."""
        drawn = rng.integers(0, self.total.size, self.total.size)
        return AnchorSample(self.total[drawn], self.anchor[drawn])
