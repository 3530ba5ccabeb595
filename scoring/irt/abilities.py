"""Abilities: expected a posteriori, and Warm's weighted likelihood.

EAP: Bock and Mislevy (1982).  WLE: Warm (1989), Psychometrika 54, 427-450; for ordered categories Samejima (1998): the
root of S(θ) + J(θ) / 2I(θ), with S the score function, I the information and J = Σ P' P'' / P.
"""

from dataclasses import dataclass

import numpy as np

from scoring.irt.coding import CodedResponses
from scoring.irt.expectation import Grid, Reals, blocks, log_chances, moments
from scoring.irt.models import Floats, ItemParameters, curves

_NODES = np.linspace(-12.0, 12.0, 241)
_POLISH = 8
_STILL = 1e-7


@dataclass(frozen=True)
class Abilities:
    """Ability and its standard error for each person."""

    theta: Floats
    se: Floats


def eap(coded: CodedResponses, items: ItemParameters, grid: Grid) -> Abilities:
    """Return posterior mean and standard deviation with the grid's weights as prior."""
    mean, deviation = moments(coded, items, grid)
    return Abilities(mean[coded.pattern_of], deviation[coded.pattern_of])


def wle(coded: CodedResponses, items: ItemParameters) -> Abilities:
    """Return weighted likelihood estimates, finite for perfect and empty sheets too, within ±12.

    A person without any answer has none: NaN.  Where the equation has several roots, as it can with guessing, the
    likeliest is taken.
    """
    patterns = coded.weight.size
    theta, information = np.full(patterns, np.nan), np.full(patterns, np.nan)
    tables = _Tables.on(_NODES, items)
    for rows, indicator, seen in blocks(coded):
        start = tables.roots(indicator, seen)
        theta[rows], information[rows] = _polish(items, start, indicator, seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = 1 / np.sqrt(information)
    return Abilities(theta[coded.pattern_of], se[coded.pattern_of])


def _pieces(items: ItemParameters, theta: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return P'/P of the bottom category, of the others less that, I and J per item; the last axis is θ."""
    shape = curves(items, theta)
    ratio = shape.first / shape.p
    above = (ratio[:, 1:] - ratio[:, :1]).reshape(-1, theta.size)
    return ratio[:, 0], above, (shape.first * ratio).sum(1), (shape.second * ratio).sum(1)


@dataclass(frozen=True)
class _Tables:
    """Everything on fixed nodes, so that all persons are looked at by matrix products."""

    bottom: Floats
    above: Floats
    information: Floats
    bias: Floats
    log_bottom: Floats
    log_above: Floats

    @classmethod
    def on(cls, nodes: Floats, items: ItemParameters) -> "_Tables":
        return cls(*_pieces(items, nodes), *log_chances(items, nodes))

    def roots(self, indicator: Reals, seen: Reals | None) -> Floats:
        """Return the likeliest sign change of the weighted score function, by linear interpolation."""
        everyone = np.ones((indicator.shape[0], self.bottom.shape[0]), indicator.dtype) if seen is None else seen
        information = np.maximum(everyone @ self.information, 1e-300)
        score = everyone @ self.bottom + indicator @ self.above + everyone @ self.bias / (2 * information)
        loglik = everyone @ self.log_bottom + indicator @ self.log_above
        falling = (score[:, :-1] > 0) & (score[:, 1:] <= 0)
        at = np.where(falling, loglik[:, :-1], -np.inf).argmax(1)
        person = np.arange(at.size)
        left, right = score[person, at], score[person, at + 1]
        share = np.where(left > right, left / np.where(left > right, left - right, 1.0), 0.5)
        root = _NODES[at] + np.clip(share, 0, 1) * (_NODES[1] - _NODES[0])
        never = ~falling.any(1)
        root[never] = np.where(score[never, -1] > 0, _NODES[-1], _NODES[0])
        root[everyone.sum(1) == 0] = np.nan
        return np.asarray(root, dtype=np.float64)


def _polish(items: ItemParameters, theta: Floats, indicator: Reals, seen: Reals | None) -> tuple[Floats, Floats]:
    """Improve roots by Fisher scoring, staying within a node of where they were found; return them and the information."""
    reach = float(_NODES[1] - _NODES[0])
    low, high = np.maximum(theta - reach, _NODES[0]), np.minimum(theta + reach, _NODES[-1])
    information = np.full(theta.shape, np.nan)
    for _ in range(_POLISH):
        bottom, above, info, bias = (piece.T for piece in _pieces(items, theta))
        there = np.ones_like(bottom) if seen is None else seen
        information = (there * info).sum(1)
        with np.errstate(divide="ignore", invalid="ignore"):
            score = (there * bottom).sum(1) + (indicator * above).sum(1) + (there * bias).sum(1) / (2 * information)
            moved = np.clip(theta + score / information, low, high)
        before, theta = theta, np.where(np.isfinite(moved), moved, theta)
        if not (np.abs(theta - before) > _STILL).any():
            break
    return theta, information
