"""Standard errors of equating: by formula where there is one, by the bootstrap for every method.

Formulas: Kolen and Brennan (2014), chapter 7; the linear one is that of Braun and Holland (1982), the equipercentile one
that of Lord (1982).
"""

from collections.abc import Callable
from contextlib import suppress

import numpy as np

from scoring.equating.equipercentile import percentile_ranks
from scoring.equating.forms import AnchorSample, Floats, Moments, ScoreDistribution


def mean_error(x: Moments, y: Moments, scale: Floats) -> Floats:
    """Return the standard error of mean equating at each score: √(σ²x / nx + σ²y / ny)."""
    return np.full(scale.shape, float(np.sqrt(x.sd**2 / x.n + y.sd**2 / y.n)))


def linear_error(x: Moments, y: Moments, scale: Floats) -> Floats:
    """Return the standard error of linear equating at each score by the delta method, scores not assumed normal."""
    z = (scale - x.mean) / x.sd
    variance = sum((1 + form.skewness * z + (form.kurtosis - 1) / 4 * z**2) / form.n for form in (x, y))
    return np.asarray(y.sd * np.sqrt(variance))


def equipercentile_error(x: ScoreDistribution, y: ScoreDistribution) -> Floats:
    """Return Lord's standard error of unsmoothed equipercentile equating at each score; NaN beyond the scores of Y."""
    rank = percentile_ranks(x)
    cumulative = y.cumulative
    upper = np.minimum(np.searchsorted(cumulative, rank, side="right"), y.scale.size - 1)
    top = cumulative[upper]
    bottom = np.where(upper > 0, cumulative[upper - 1], 0.0)
    density = top - bottom
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = rank * (1 - rank) * (1 / x.n + 1 / y.n) - (top - rank) * (rank - bottom) / (y.n * density)
        error = np.sqrt(np.maximum(variance, 0)) / density
    return np.where((rank > 0) & (rank < 1), error, np.nan)


def bootstrap_groups(
    x: ScoreDistribution,
    y: ScoreDistribution,
    equate: Callable[[ScoreDistribution, ScoreDistribution], Floats],
    seed: int,
    times: int = 500,
) -> Floats:
    """Return bootstrap standard errors of a method for equivalent groups (Efron and Tibshirani 1993)."""
    rng = np.random.default_rng(seed)

    def again(form: ScoreDistribution) -> ScoreDistribution:
        drawn = rng.multinomial(round(form.n), form.counts / form.n)
        return ScoreDistribution(form.scale, drawn.astype(np.float64))

    return _spread(lambda: equate(again(x), again(y)), times)


def bootstrap_anchor(
    one: AnchorSample,
    two: AnchorSample,
    equate: Callable[[AnchorSample, AnchorSample], Floats],
    seed: int,
    times: int = 500,
) -> Floats:
    """Return bootstrap standard errors of a method for an anchor design."""
    rng = np.random.default_rng(seed)
    return _spread(lambda: equate(one.resampled(rng), two.resampled(rng)), times)


def _spread(draw: Callable[[], Floats], times: int) -> Floats:
    """Return the standard deviation over draws; draws that cannot be equated are left out, NaN when most cannot."""
    drawn: list[Floats] = []
    for _ in range(times):
        with suppress(ValueError):
            drawn.append(draw())
    if 2 * len(drawn) < times or len(drawn) < 2:
        return np.array(np.nan)
    return np.asarray(np.std(drawn, axis=0, ddof=1))
