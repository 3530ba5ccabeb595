"""Equipercentile equating: the score on Y that as many stay below.

Kolen and Brennan (2014), chapter 2: scores are spread evenly over ± half a step, so that the percentile rank of x is the
share below x plus half the share at x.  A rank of 0 goes to half a step below the scale of Y, a rank of 1 to half a step
above; a rank that all scores of a gap share, where nobody is, goes to the middle of the gap.
"""

from typing import Literal

import numpy as np

from scoring.equating.forms import AnchorSample, Floats, ScoreDistribution, distribution
from scoring.equating.smoothing import smooth


def percentile_ranks(x: ScoreDistribution) -> Floats:
    """Return the percentile rank of each score of the scale, as a share from 0 to 1."""
    return np.asarray(np.round(np.cumsum(x.counts) / x.n - x.counts / x.n / 2, 10))


def ranks_between(x: ScoreDistribution, scores: Floats) -> Floats:
    """Return percentile ranks of scores that need not be whole."""
    edges = np.append(x.scale - 0.5, x.scale[-1] + 0.5)
    return np.asarray(np.round(np.interp(scores, edges, np.append(0.0, np.cumsum(x.counts) / x.n)), 10))


def scores_at(y: ScoreDistribution, ranks: Floats) -> Floats:
    """Return the scores on Y that have those percentile ranks."""
    equated = (_score_at(y, ranks, "left") + _score_at(y, ranks, "right")) / 2
    equated[ranks <= 0] = y.scale[0] - 0.5
    equated[ranks >= 1] = y.scale[-1] + 0.5
    return np.asarray(equated)


def _score_at(y: ScoreDistribution, ranks: Floats, side: Literal["left", "right"]) -> Floats:
    """Return the least (left) or the greatest (right) score with each rank."""
    cumulative = y.cumulative
    place = np.minimum(np.searchsorted(cumulative, ranks, side=side), y.scale.size - 1)
    below = np.where(place > 0, cumulative[place - 1], 0.0)
    width = cumulative[place] - below
    share = np.divide(ranks - below, width, out=np.ones(ranks.shape), where=width > 0)
    return np.asarray(y.scale[place] - 0.5 + share)


def equipercentile(x: ScoreDistribution, y: ScoreDistribution) -> Floats:
    """Return the equivalent on Y of each score of X's scale."""
    return scores_at(y, percentile_ranks(x))


def chained_equipercentile(one: AnchorSample, two: AnchorSample, scale: Floats, degree: int | None = None) -> Floats:
    """Equate X to the anchor in group 1, then the anchor to Y in group 2; return equivalents of X's `scale`.

    `degree` smooths each of the four distributions by a loglinear polynomial first.
    """
    low, high = float(scale[0]), float(scale[-1])
    bottom = float(min(one.anchor.min(), two.anchor.min()))
    top = float(max(one.anchor.max(), two.anchor.max()))
    forms = [
        distribution(one.total, low, high),
        distribution(one.anchor, bottom, top),
        distribution(two.anchor, bottom, top),
        distribution(two.total, min(low, float(two.total.min())), max(high, float(two.total.max()))),
    ]
    x, first, second, y = forms if degree is None else [smooth(form, degree).fitted for form in forms]
    return scores_at(y, ranks_between(second, equipercentile(x, first)))
