"""Response similarity: pairs of answer sheets that share more answers than their scores and the options explain.

In the line of Frary, Tideman and Watts (1977) and of van der Linden and Sotaridona (2006): per item, the chance that two
people give the same answer is Σ over options of the chances that each chooses it.  Those chances are the trace lines of
this very sitting, by kernel smoothing over the total (Ramsay 1991, Psychometrika 56, 611-630): they carry the item's
difficulty and the popularity of each option among people of that score.  Both totals are given, so the number of shared
answers varies less than a sum of independent trials; what varies is the part that the totals do not determine (its linear
projection on them taken away).  The tail follows from its variance and third cumulant by the cube-root rule of Wilson
and Hilferty (1931).  The false-discovery rate over all pairs looked at is held by Benjamini and Hochberg's rule.

A similar pair is a reason to look.  It says nothing about how the similarity came about: a shared teacher, a shared
text book and chance are among the ways.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.distributions import benjamini_hochberg
from scoring.option_table import MISSING, Codes, totals

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_BLOCK = 512


@dataclass(frozen=True)
class SimilarPairs:
    """Pairs that are unusually similar, most unusual first; arrays `(pairs,)`.

    `first` and `second` are rows of the responses; `shared` counts equal answers, `shared_wrong` those that are wrong,
    `expected` how many equal answers their totals let expect.  `p` is the chance of so many or more; `q` the false-discovery
    rate at which the pair is still named.  `tested` is how many pairs were looked at.
    """

    first: Places
    second: Places
    shared: NDArray[np.int64]
    shared_wrong: NDArray[np.int64]
    expected: Floats
    p: Floats
    q: Floats
    tested: int


def similar_pairs(responses: Codes, key: Codes, fdr: float = 0.01, groups: NDArray[np.int64] | None = None) -> SimilarPairs:
    """Find unusually similar pairs among option codes `(persons, items)`; a missing response is shared with nobody.

    `fdr` is the false-discovery rate.  With `groups`, a number per person (rooms, for example), only pairs of one group are
    looked at.
    """
    scores = totals(responses, key).astype(np.int64)
    options = int(responses[responses != MISSING].max(initial=0)) + 1
    levels, level_of = np.unique(scores, return_inverse=True)
    traces = _level(trace_lines(responses, scores, levels, options), key, levels)
    chances = _Chances.of(traces, key)
    found: list[tuple[Places, ...]] = []
    tested = 0
    for rows in _groups(groups, responses.shape[0]):
        tested += rows.size * (rows.size - 1) // 2
        found.extend(_look(responses[rows], key, level_of[rows], rows, chances, fdr))
    return _named(found, level_of, chances, fdr, tested)


def trace_lines(responses: Codes, scores: NDArray[np.int64], levels: NDArray[np.int64], options: int) -> Floats:
    """Return the chance `(levels, items, options)` of each option at each total, smoothed over totals.

    The kernel's width is 1.1 standard deviations · n^(-1/5); one imaginary person answering like the whole sitting keeps
    every option possible.
    """
    persons, items = responses.shape
    width = max(1.1 * float(scores.std()) * persons**-0.2, 0.5)
    counts = np.zeros((levels.size, items, options))
    for place, level in enumerate(levels):
        rows = responses[scores == level]
        for option in range(options):
            counts[place, :, option] = (rows == option).sum(0)
    weights = np.exp(-0.5 * ((levels[:, None] - levels[None, :]) / width) ** 2)
    people = weights @ np.bincount(scores)[levels]
    smooth = np.tensordot(weights, counts, axes=1)
    return np.asarray((smooth + counts.sum(0) / persons) / (people + 1)[:, None, None])


def _level(traces: Floats, key: Codes, levels: NDArray[np.int64]) -> Floats:
    """Shift the chances of being right so that they add up to the total that they are given for.

    Smoothing pulls the ends of the scale inwards; one shift in logits per total puts that right, and the wrong options share
    what remains as before.
    """
    items, options = traces.shape[1:]
    columns, place = np.arange(items), np.minimum(key, options - 1)
    right = np.clip(np.where(key < options, traces[:, columns, place], 0.0), 1e-9, 1 - 1e-9)
    odds = np.log(right) - np.log1p(-right)
    low, high = np.full(levels.size, -60.0), np.full(levels.size, 60.0)
    for _ in range(60):
        middle = (low + high) / 2
        short = (1 / (1 + np.exp(-odds - middle[:, None]))).sum(1) < levels
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    shifted = 1 / (1 + np.exp(-odds - high[:, None]))
    rest = traces * ((1 - shifted) / (1 - right))[:, :, None]
    rest[:, columns, place] = np.where(key < options, shifted, rest[:, columns, place])
    return np.asarray(rest)


@dataclass(frozen=True)
class _Chances:
    """By pair of totals: the expected number of shared answers, and the chance of c or more of them."""

    expected: Floats
    tail: Floats

    @classmethod
    def of(cls, traces: Floats, key: Codes) -> "_Chances":
        """Work out every pair of totals, one row of pairs at a time."""
        levels, items, options = traces.shape
        right = traces[:, np.arange(items), np.minimum(key, options - 1)] * (key < options)
        expected = np.empty((levels, levels))
        tail = np.empty((levels, levels, items + 1))
        for one in range(levels):
            match = np.einsum("jo,bjo->bj", traces[one], traces)
            variance, third = _leftover(match, right[one], right)
            expected[one] = match.sum(1)
            tail[one] = _tail(np.arange(items + 1) - 0.5 - expected[one][:, None], variance, third)
        return cls(expected, tail)


def _leftover(match: Floats, one: Floats, two: Floats) -> tuple[Floats, Floats]:
    """Return variance and third cumulant of the shared answers that two totals leave undetermined.

    `match` and `two` are `(pairs, items)`: chances of a shared answer, and of the second person being right; `one` `(items,)`
    those of the first.  Per item five things can happen; in each, what is left is the surprise of sharing less the shares
    of it that either total accounts for.
    """
    a, b = np.broadcast_to(one, match.shape), two
    first = _share(a * (b - match), a * (1 - a))
    second = _share(b * (a - match), b * (1 - b))
    same_wrong = match - a * b
    happens = (a * b, a * (1 - b), (1 - a) * b, same_wrong, (1 - a) * (1 - b) - same_wrong)
    facts = ((1, 1, 1), (0, 1, 0), (0, 0, 1), (1, 0, 0), (0, 0, 0))
    variance, third = np.zeros(match.shape[0]), np.zeros(match.shape[0])
    for chance, (shared, one_right, two_right) in zip(happens, facts, strict=True):
        left = shared - match - first * (one_right - a) - second * (two_right - b)
        variance += (chance * left**2).sum(1)
        third += (chance * left**3).sum(1)
    return variance, third


def _share(covariance: Floats, variance: Floats) -> Floats:
    """Return the slope of the shared answers on one person's total, `(pairs, 1)`."""
    return np.asarray(covariance.sum(1) / np.maximum(variance.sum(1), 1e-12))[:, None]


def _tail(excess: Floats, variance: Floats, third: Floats) -> Floats:
    """Return the chance of an excess over the mean or more, `(pairs, counts)`, for a skewed distribution."""
    spread = np.sqrt(np.maximum(variance, 1e-12))[:, None]
    z = excess / spread
    skewness = np.clip(third[:, None] / spread**3, -2.0, 4.0)
    # Wilson and Hilferty's cube root, written so that it goes over into the normal distribution where there is no skewness.
    half = np.where(np.abs(skewness) < 1e-3, 1e-3, skewness) / 2
    normal = 3 / half * (np.cbrt(np.maximum(1 + half * z, 0.0)) - 1) + half / 3
    return np.asarray(_upper(normal), dtype=np.float64)


_upper = np.frompyfunc(lambda z: math.erfc(z / math.sqrt(2)) / 2, 1, 1)


def _groups(groups: NDArray[np.int64] | None, persons: int) -> Iterator[Places]:
    """Yield the rows of each group."""
    if groups is None:
        yield np.arange(persons)
        return
    order = np.argsort(groups, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)


def _look(responses: Codes, key: Codes, level: Places, rows: Places, chances: _Chances, fdr: float) -> Iterator[tuple[Places, ...]]:
    """Yield rows, shared and shared wrong answers of the pairs of one group whose p value may matter."""
    answered = responses != MISSING
    options = np.unique(responses[answered])
    if options.size == 0:
        return
    choices = np.concatenate([responses == option for option in options], axis=1, dtype=np.float32)
    right = (responses == key).astype(np.float32)
    for start in range(0, rows.size, _BLOCK):
        end = min(start + _BLOCK, rows.size)
        shared = np.rint(choices[start:end] @ choices[start:].T).astype(np.int64)
        p = chances.tail[level[start:end, None], level[None, start:], shared]
        one, two = np.nonzero((p <= fdr) & (np.arange(end - start)[:, None] < np.arange(rows.size - start)))
        both_right = np.rint((right[start + one] * right[start + two]).sum(1)).astype(np.int64)
        yield rows[start + one], rows[start + two], shared[one, two], shared[one, two] - both_right


def _named(found: list[tuple[Places, ...]], level: Places, chances: _Chances, fdr: float, tested: int) -> SimilarPairs:
    """Keep the pairs within the false-discovery rate, most unusual first."""
    first, second, shared, wrong = (np.concatenate([part[i] for part in found] or [np.empty(0, np.intp)]) for i in range(4))
    p = chances.tail[level[first], level[second], shared]
    q = benjamini_hochberg(p, tested)
    order = np.lexsort((second, first, p))
    keep = order[q[order] <= fdr]
    return SimilarPairs(
        first=first[keep],
        second=second[keep],
        shared=shared[keep],
        shared_wrong=wrong[keep],
        expected=chances.expected[level[first], level[second]][keep],
        p=p[keep],
        q=q[keep],
        tested=tested,
    )
