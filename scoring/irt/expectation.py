"""The E step: what each answer sheet says about ability, on a grid of quadrature nodes.

Bock and Aitkin (1981), Psychometrika 46, 443-459.  Two matrix products per block of answer sheets do the work, so that it
goes at the speed of the machine's linear algebra.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.irt.coding import CodedResponses
from scoring.irt.models import Floats, ItemParameters, probabilities

Reals = NDArray[np.float32] | NDArray[np.float64]

_BLOCK = 1024
_LARGE = 2_000_000
"""Answers from which single precision is used within a block; sums over blocks are always double."""

_NEGLIGIBLE = -60.0
"""Log share of the peak below which a node does not matter; smaller numbers would be denormal and slow every product."""


@dataclass(frozen=True)
class Grid:
    """Quadrature nodes and the weights of the ability distribution on them."""

    nodes: Floats
    weights: Floats


def normal_grid(nodes: int = 61, bound: float = 6.0) -> Grid:
    """Return equally spaced nodes on ±`bound` with standard normal weights that sum to 1."""
    at = np.linspace(-bound, bound, nodes)
    density = np.exp(-(at**2) / 2)
    return Grid(at, density / density.sum())


@dataclass(frozen=True)
class Expected:
    """Expected counts `(items, categories, nodes)` and the marginal log-likelihood of the answers."""

    counts: Floats
    loglik: float


@dataclass(frozen=True)
class _Block:
    rows: slice
    indicator: Reals
    seen: Reals | None
    posterior: Reals
    log_marginal: Floats


def expect(coded: CodedResponses, items: ItemParameters, grid: Grid, double: bool = False) -> Expected:
    """Return expected counts given the present parameters; `double` asks for double precision throughout."""
    nodes, steps, count = grid.nodes.size, coded.steps, coded.items.size
    upper = np.zeros((count * steps, nodes))
    answered = np.zeros((count, nodes))
    loglik = 0.0
    for block in _posteriors(coded, items, grid, double):
        weight = coded.weight[block.rows]
        loglik += float(weight @ block.log_marginal)
        posterior = block.posterior * weight[:, None].astype(block.posterior.dtype)
        upper += block.indicator.T @ posterior
        answered += posterior.sum(0) if block.seen is None else block.seen.T @ posterior
    above = upper.reshape(count, steps, nodes)
    bottom = np.maximum(answered - above.sum(1), 0.0)
    return Expected(np.concatenate([bottom[:, None, :], above], axis=1), loglik)


def moments(coded: CodedResponses, items: ItemParameters, grid: Grid) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the posterior of ability for each pattern."""
    mean = np.empty(coded.weight.size)
    deviation = np.empty(coded.weight.size)
    for block in _posteriors(coded, items, grid):
        posterior = block.posterior.astype(np.float64)
        m = posterior @ grid.nodes
        mean[block.rows] = m
        deviation[block.rows] = np.sqrt(((grid.nodes - m[:, None]) ** 2 * posterior).sum(1))
    return mean, deviation


def log_chances(items: ItemParameters, theta: Floats) -> tuple[Floats, Floats]:
    """Return log P of the bottom category `(items, θ)`, and of each other one less that, `(items · steps, θ)`."""
    logs = np.log(probabilities(items, theta))
    above = logs[:, 1:, :] - logs[:, :1, :]
    return logs[:, 0, :], above.reshape(-1, theta.size)


def blocks(coded: CodedResponses, double: bool = False) -> Iterator[tuple[slice, Reals, Reals | None]]:
    """Yield blocks of patterns as numbers: rows, indicators and what was seen."""
    double = double or coded.indicator.size <= _LARGE
    for start in range(0, coded.weight.size, _BLOCK):
        rows = slice(start, min(start + _BLOCK, coded.weight.size))
        seen = None if coded.seen is None else _numbers(coded.seen[rows], double)
        yield rows, _numbers(coded.indicator[rows], double), seen


def _numbers(codes: NDArray[np.uint8], double: bool) -> Reals:
    return codes.astype(np.float64) if double else codes.astype(np.float32)


def _posteriors(coded: CodedResponses, items: ItemParameters, grid: Grid, double: bool = False) -> Iterator[_Block]:
    """Yield, block by block, the posterior of ability of each pattern."""
    bottom, above = log_chances(items, grid.nodes)
    prior = np.log(grid.weights)
    for rows, indicator, seen in blocks(coded, double):
        dtype = indicator.dtype
        joint = indicator @ above.astype(dtype)
        if seen is None:
            joint += (bottom.sum(0) + prior).astype(dtype)
        else:
            joint += seen @ bottom.astype(dtype) + prior.astype(dtype)
        peak = joint.max(1)
        joint -= peak[:, None]
        np.maximum(joint, _NEGLIGIBLE, out=joint)
        np.exp(joint, out=joint)
        mass = joint.sum(1)
        joint /= mass[:, None]
        yield _Block(rows, indicator, seen, joint, peak.astype(np.float64) + np.log(mass.astype(np.float64)))
