"""Differential item functioning: does an item treat two groups of equal ability differently?

Mantel-Haenszel: Mantel and Haenszel (1959), Holland and Thayer (1988), with the classes of Zwick (2012).  Standardisation:
Dorans and Kulick (1986).  Logistic regression: Swaminathan and Rogers (1990).  A figure says that an item works
differently; why it does is for people to judge.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.distributions import chi2_tail

Floats = NDArray[np.float64]
Focal = NDArray[np.bool_]
Effect = Literal["both", "uniform", "nonuniform"]
Test = Callable[[Floats, Focal, Floats], Floats]
"""(marks, focal, match): a p value per item."""

_CYCLES = 60


@dataclass(frozen=True)
class MantelHaenszel:
    """Per item: chi-square with and without continuity correction (1 df), common odds ratio (above 1: easier for the
    reference group), its logarithm's standard error, ETS delta -2.35 ln α, and the ETS class A, B or C."""

    chi2: Floats
    chi2_uncorrected: Floats
    p: Floats
    alpha: Floats
    se_log_alpha: Floats
    delta: Floats
    ets_class: tuple[str | None, ...]


@dataclass(frozen=True)
class Standardised:
    """Per item: the difference in the share right, focal less reference, at equal scores weighted by the focal group; and
    its root mean square over scores."""

    p_dif: Floats
    rms: Floats


@dataclass(frozen=True)
class LogisticDif:
    """Per item: likelihood-ratio chi-square, its p value, and the gain in Nagelkerke's R²."""

    chi2: Floats
    df: int
    p: Floats
    r2_gain: Floats


@dataclass(frozen=True)
class _Strata:
    """Counts per item and matching score, `(items, scores)`: right and wrong in the reference and the focal group."""

    reference_right: Floats
    reference_wrong: Floats
    focal_right: Floats
    focal_wrong: Floats

    @property
    def reference(self) -> Floats:
        return self.reference_right + self.reference_wrong

    @property
    def focal(self) -> Floats:
        return self.focal_right + self.focal_wrong


def _strata(scores: Floats, focal: Focal, match: Floats) -> _Strata:
    """Cross-tabulate right-or-wrong marks `(persons, items)`; a missing mark (NaN) counts nowhere."""
    values, levels = np.unique(match, return_inverse=True)
    levels = levels.reshape(match.shape)
    cells = np.zeros((scores.shape[1], 4, values.size))
    for item in range(scores.shape[1]):
        mark = scores[:, item]
        there = ~np.isnan(mark)
        kind = 2 * focal[there] + (mark[there] == 0)
        level = levels[there, item] if match.ndim == 2 else levels[there]
        cells[item] = np.bincount(kind * values.size + level, minlength=4 * values.size).reshape(4, -1)
    return _Strata(*cells.transpose(1, 0, 2))


def mantel_haenszel(scores: Floats, focal: Focal, match: Floats) -> MantelHaenszel:
    """Test each item of marks `(persons, items)` (0, 1 or NaN), persons of equal `match` compared.

    `match` is a score per person, usually the total with the item in it, or per person and item.  `focal` `(persons,)`
    tells who belongs to the focal group; all others are the reference group.
    """
    t = _strata(scores, focal, match)
    n = t.reference + t.focal
    right, wrong = t.reference_right + t.focal_right, t.reference_wrong + t.focal_wrong
    usable = n > 1
    with np.errstate(divide="ignore", invalid="ignore"):
        hoped = np.where(usable, t.reference * right / n, 0.0).sum(1)
        variance = np.where(usable, t.reference * t.focal * right * wrong / (n**2 * (n - 1)), 0.0).sum(1)
        apart = np.abs(np.where(usable, t.reference_right, 0.0).sum(1) - hoped)
        chi2 = np.where(variance > 0, np.maximum(apart - 0.5, 0.0) ** 2 / variance, np.nan)
        uncorrected = np.where(variance > 0, apart**2 / variance, np.nan)
        up = np.where(n > 0, t.reference_right * t.focal_wrong / n, 0.0)
        down = np.where(n > 0, t.reference_wrong * t.focal_right / n, 0.0)
        alpha = np.where(down.sum(1) > 0, up.sum(1) / down.sum(1), np.nan)
        se = _log_alpha_error(t, n, up, down)
        delta = -2.35 * np.log(alpha)
    p = np.array([chi2_tail(float(x), 1) for x in chi2])
    classes = tuple(_ets_class(float(d), 2.35 * float(s), float(q)) for d, s, q in zip(delta, se, p, strict=True))
    return MantelHaenszel(chi2, uncorrected, p, alpha, se, delta, classes)


def _log_alpha_error(t: _Strata, n: Floats, up: Floats, down: Floats) -> Floats:
    """Return the standard error of ln α: Robins, Breslow and Greenland (1986), Biometrics 42, 311-323."""
    agree = np.where(n > 0, (t.reference_right + t.focal_wrong) / n, 0.0)
    differ = np.where(n > 0, (t.reference_wrong + t.focal_right) / n, 0.0)
    ups, downs = up.sum(1), down.sum(1)
    variance = (agree * up).sum(1) / (2 * ups**2)
    variance += (agree * down + differ * up).sum(1) / (2 * ups * downs)
    variance += (differ * down).sum(1) / (2 * downs**2)
    return np.asarray(np.sqrt(variance))


def _ets_class(delta: float, se: float, p: float) -> str | None:
    """Return C for large (|Δ| ≥ 1.5, significantly above 1), A for negligible (|Δ| < 1 or not significant), else B."""
    if np.isnan(delta) or np.isnan(p):
        return None
    if abs(delta) < 1 or p >= 0.05:
        return "A"
    return "C" if abs(delta) >= 1.5 and abs(delta) - 1.645 * se > 1 else "B"


def standardisation(scores: Floats, focal: Focal, match: Floats) -> Standardised:
    """Return standardised differences; scores that only one group has are left out."""
    t = _strata(scores, focal, match)
    both = (t.reference > 0) & (t.focal > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(both, t.focal_right / t.focal - t.reference_right / t.reference, 0.0)
        weight = np.where(both, t.focal, 0.0)
        whole = weight.sum(1)
        return Standardised((weight * apart).sum(1) / whole, np.sqrt((weight * apart**2).sum(1) / whole))


def logistic(scores: Floats, focal: Focal, match: Floats, effect: Effect = "both") -> LogisticDif:
    """Compare nested logistic regressions of the mark on match, group, and match × group.

    `uniform` tests the group, `nonuniform` the product, `both` the two together (2 df).  NaN where one of the models has
    no finite maximum or the item does not vary.
    """
    narrow, wide = {"both": (2, 4), "uniform": (2, 3), "nonuniform": (3, 4)}[effect]
    rows = []
    for item in range(scores.shape[1]):
        design = _design(match[:, item] if match.ndim == 2 else match, focal.astype(np.float64))
        rows.append(_compare(scores[:, item], design, narrow, wide))
    chi2, gain = np.array(rows).T
    df = wide - narrow
    return LogisticDif(chi2, df, np.array([chi2_tail(float(x), df) for x in chi2]), gain)


def _design(match: Floats, group: Floats) -> Floats:
    """Return the columns 1, match, group and match × group, the match standardised."""
    z = (match - match.mean()) / (float(np.std(match)) or 1.0)
    return np.column_stack([np.ones(z.size), z, group, z * group])


def _compare(marks: Floats, design: Floats, narrow: int, wide: int) -> tuple[float, float]:
    """Return the likelihood-ratio chi-square of two nested models of an item and the gain in Nagelkerke's R²."""
    there = ~np.isnan(marks)
    y, x = marks[there], design[there]
    if y.size == 0 or y.min() == y.max():
        return np.nan, np.nan
    share = y.mean()
    null = y.size * float(share * np.log(share) + (1 - share) * np.log(1 - share))
    small, large = _loglik(y, x[:, :narrow]), _loglik(y, x[:, :wide])
    ceiling = 1 - np.exp(2 * null / y.size)
    r2 = [(1 - np.exp(2 * (null - fitted) / y.size)) / ceiling for fitted in (small, large)]
    return 2 * (large - small), float(r2[1] - r2[0])


def _loglik(y: Floats, x: Floats) -> float:
    """Return the maximum of the logistic log-likelihood by Newton's method; NaN when it has none within reach."""
    beta = np.zeros(x.shape[1])
    before = -np.inf
    for _ in range(_CYCLES):
        eta = x @ beta
        value = float(y @ eta - np.logaddexp(0, eta).sum())
        if abs(value - before) < 1e-10 * (1 + abs(value)):
            return value
        before = value
        chance = 1 / (1 + np.exp(-np.clip(eta, -500, 500)))
        information = x.T @ (x * (chance * (1 - chance))[:, None])
        try:
            beta = beta + np.linalg.solve(information, x.T @ (y - chance))
        except np.linalg.LinAlgError:
            return np.nan
    return np.nan


def matching_scores(scores: Floats, left_out: NDArray[np.intp]) -> Floats:
    """Return the total without the items `left_out`, but with the item that is tested: `(persons, items)`; `(persons,)` with none out."""
    if not left_out.size:
        return np.asarray(np.nansum(scores, axis=1))
    match = np.repeat(np.nansum(np.delete(scores, left_out, axis=1), axis=1)[:, None], scores.shape[1], axis=1)
    match[:, left_out] += np.nan_to_num(scores[:, left_out])
    return match


def by_mantel_haenszel(scores: Floats, focal: Focal, match: Floats) -> Floats:
    """Return the p value of each right-or-wrong item."""
    return mantel_haenszel(scores, focal, match).p


def purify(scores: Floats, focal: Focal, limit: float = 0.05, test: Test = by_mantel_haenszel, rounds: int = 10) -> NDArray[np.intp]:
    """Return the items to leave out of the match: those that the test flags at `limit`, until they stay the same.

    Holland and Thayer (1988): items that work differently should not say who is equal.
    """
    flagged = np.empty(0, np.intp)
    for _ in range(rounds):
        now = np.flatnonzero(test(scores, focal, matching_scores(scores, flagged)) < limit)
        if np.array_equal(now, flagged) or now.size == scores.shape[1]:
            break
        flagged = now
    return flagged
