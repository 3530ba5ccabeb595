"""Agreement between raters.

Ratings are `(subjects, raters)`; NaN is a missing rating.  Category codes are whole numbers in the order of the categories.
A coefficient that does not exist for the data (nobody ever disagrees because there is one category only) is NaN.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
Weighting = Literal["none", "linear", "quadratic"]

_CHUNK = 512


@dataclass(frozen=True)
class IntraclassCorrelations:
    """The six intraclass correlations of Shrout and Fleiss by name (`1,1` … `3,k`), from the subjects rated by all."""

    values: dict[str, float]
    subjects: int
    raters: int


def intraclass(ratings: Floats) -> IntraclassCorrelations:
    """Return all six forms: Shrout and Fleiss (1979), Psychological Bulletin 86, 420-428.

    Form 1: each subject has its own raters; 2: raters are a sample; 3: these raters are all there are; k: the mean of k
    raters.  Subjects with a missing rating are left out.  NaN with fewer than two subjects or raters.
    """
    complete = ratings[~np.isnan(ratings).any(1)]
    n, k = complete.shape
    names = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")
    if n < 2 or k < 2:
        return IntraclassCorrelations(dict.fromkeys(names, np.nan), n, k)
    centred = complete - complete.mean()
    between = k * float((centred.mean(1) ** 2).sum())
    judges = n * float((centred.mean(0) ** 2).sum())
    whole = float((centred**2).sum())
    bms, jms = between / (n - 1), judges / (k - 1)
    wms = max(whole - between, 0.0) / (n * (k - 1))
    ems = max(whole - between - judges, 0.0) / ((n - 1) * (k - 1))
    forms = (
        (bms - wms, bms + (k - 1) * wms),
        (bms - ems, bms + (k - 1) * ems + k * (jms - ems) / n),
        (bms - ems, bms + (k - 1) * ems),
        (bms - wms, bms),
        (bms - ems, bms + (jms - ems) / n),
        (bms - ems, bms),
    )
    values = {name: top / bottom if bottom > 0 else np.nan for name, (top, bottom) in zip(names, forms, strict=True)}
    return IntraclassCorrelations(values, n, k)


def krippendorff(ratings: Floats, level: Level) -> float:
    """Return Krippendorff's alpha: 1 - observed / expected disagreement, any number of raters, ratings missing anywhere.

    Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*.  Nominal and ordinal take category codes, interval
    and ratio take values; ratio needs values that are not negative, and is NaN otherwise.  (The R package irr does not
    divide by raters - 1 when no rating is missing, and is a little lower then with three or more raters.)
    """
    pairable = ratings[(~np.isnan(ratings)).sum(1) >= 2]
    values = pairable[~np.isnan(pairable)]
    if values.size == 0 or (level == "ratio" and values.min() < 0):
        return np.nan
    scale = pairable
    if level == "ordinal":
        scale = _mid_ranks(pairable)
        values = scale[~np.isnan(scale)]
    expected = _expected_disagreement(values, level)
    if expected <= 0:
        return np.nan
    weights = 1 / ((~np.isnan(pairable)).sum(1) - 1)
    observed = 0.0
    for one, two in combinations(range(scale.shape[1]), 2):
        apart = _squared_distance(scale[:, one], scale[:, two], level)
        observed += 2 * float(np.nansum(weights * apart))
    return float(1 - (values.size - 1) * observed / expected)


def _mid_ranks(ratings: Floats) -> Floats:
    """Replace each value by the middle of the ranks of its ties.

    Krippendorff's ordinal distance, the count of values between two categories with the ends half counted, is the
    distance of their middle ranks.
    """
    there = ~np.isnan(ratings)
    _, code, count = np.unique(ratings[there], return_inverse=True, return_counts=True)
    ranks = np.full(ratings.shape, np.nan)
    ranks[there] = (np.cumsum(count) - count / 2)[code]
    return ranks


def _squared_distance(one: Floats, two: Floats, level: Level) -> Floats:
    """Return the squared distance of two ratings; NaN where one is missing."""
    if level == "nominal":
        return np.where(np.isnan(one) | np.isnan(two), np.nan, (one != two).astype(np.float64))
    if level == "ratio":
        whole = one + two
        return np.asarray(((one - two) / np.where(whole == 0, 1.0, whole)) ** 2)
    return np.asarray((one - two) ** 2)


def _expected_disagreement(values: Floats, level: Level) -> float:
    """Return the sum of squared distances over all ordered pairs of values."""
    if level in ("ordinal", "interval"):
        return 2 * values.size * float(((values - values.mean()) ** 2).sum())
    kinds, counts = np.unique(values, return_counts=True)
    if level == "nominal":
        return float(values.size**2 - (counts.astype(np.float64) ** 2).sum())
    whole = 0.0
    for start in range(0, kinds.size, _CHUNK):
        rows = slice(start, start + _CHUNK)
        whole += float(counts[rows] @ _squared_distance(kinds[rows, None], kinds[None, :], level) @ counts)
    return whole


def fleiss(codes: Floats) -> float:
    """Return Fleiss' kappa; with ratings missing, its extension by Gwet.

    Fleiss (1971), Psychological Bulletin 76, 378-382; Gwet (2014), *Handbook of Inter-Rater Reliability*, chapter 3:
    agreement over subjects with two or more ratings, category shares over all rated subjects.
    """
    there = ~np.isnan(codes)
    raters = there.sum(1)
    twice = raters >= 2
    if not twice.any():
        return np.nan
    agreeing = np.zeros(codes.shape[0])
    for one, two in combinations(range(codes.shape[1]), 2):
        agreeing += 2 * (codes[:, one] == codes[:, two])
    m = raters[twice]
    observed = float((agreeing[twice] / (m * (m - 1))).mean())
    share = (1 / np.maximum(raters, 1))[:, None].repeat(codes.shape[1], axis=1)[there]
    kinds = np.unique(codes[there], return_inverse=True)[1]
    expected = float(((np.bincount(kinds, share) / (raters > 0).sum()) ** 2).sum())
    return (observed - expected) / (1 - expected) if expected < 1 - 1e-12 else np.nan


def cohen(one: Floats, two: Floats, weighting: Weighting = "none") -> float:
    """Return Cohen's kappa of two raters over the subjects that both rated.

    Cohen (1960); weighted, Cohen (1968): categories k places apart disagree by k (linear) or k² (quadratic).  Codes are
    the places of the categories, from 0.
    """
    both = ~(np.isnan(one) | np.isnan(two))
    if not both.any():
        return np.nan
    a, b = one[both], two[both]
    p, q = (np.bincount(codes.astype(np.int64), minlength=int(max(a.max(), b.max())) + 1) / a.size for codes in (a, b))
    if weighting == "none":
        observed, chance = float((a != b).mean()), float(1 - p @ q)
    elif weighting == "quadratic":
        observed = float(((a - b) ** 2).mean())
        chance = float((a**2).mean() + (b**2).mean() - 2 * a.mean() * b.mean())
    else:
        # The mean distance of two independent draws is the area between their distribution functions, crossed.
        f, g = np.cumsum(p), np.cumsum(q)
        observed, chance = float(np.abs(a - b).mean()), float((f * (1 - g) + g * (1 - f)).sum())
    return 1 - observed / chance if chance > 1e-12 else np.nan
