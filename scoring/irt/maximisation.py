"""The M step: better item parameters from expected counts, by Fisher scoring with step halving.

All items at once; each item has a small system of its own, except that the one-parameter model shares its slope.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.irt.models import Floats, ItemParameters, Model, categories, probabilities, reached

SLOPE_BOUND = 25.0
INTERCEPT_BOUND = 60.0
GUESSING_BOUNDS = (0.0, 0.75)
_HALVINGS = 8


@dataclass(frozen=True)
class Beta:
    """A Beta(α, β) prior of the lower asymptote."""

    alpha: float
    beta: float

    def log_density(self, c: Floats) -> Floats:
        """Return the log density up to a constant."""
        with np.errstate(divide="ignore"):
            return np.asarray((self.alpha - 1) * np.log(c) + (self.beta - 1) * np.log1p(-c))


def improve(items: ItemParameters, counts: Floats, theta: Floats, model: Model, prior: Beta | None = None) -> ItemParameters:
    """Return parameters under which the expected counts are at least as likely (with the prior, where there is one)."""
    gradient, information = _system(items, counts, theta, model, prior)
    if model == "1pl":
        step = _shared_slope_step(gradient, information)
    elif model == "3pl":
        step = _guessing_step(items.guessing, gradient, information)
    else:
        step = _solve(information, gradient)
    before = objective(items, counts, theta, prior)
    there = np.isfinite(items.intercepts[:, 1:])
    for _ in range(_HALVINGS):
        candidate = _moved(items, step, model)
        worse = objective(candidate, counts, theta, prior) < before - 1e-9 * np.abs(before)
        worse |= (candidate.intercepts[:, 1:] >= candidate.intercepts[:, :-1]).any(1, where=there)
        if model == "1pl":
            worse[:] = worse.all() or objective(candidate, counts, theta, prior).sum() < before.sum()
        if not worse.any():
            return candidate
        step[worse] /= 2
    step[worse] = 0.0
    return _moved(items, step, model)


def objective(items: ItemParameters, counts: Floats, theta: Floats, prior: Beta | None) -> Floats:
    """Return per item the log-likelihood of the expected counts, plus the prior's log density."""
    value: Floats = np.einsum("jkq,jkq->j", counts, np.log(probabilities(items, theta)))
    return value if prior is None else value + prior.log_density(items.guessing)


def _system(items: ItemParameters, counts: Floats, theta: Floats, model: Model, prior: Beta | None) -> tuple[Floats, Floats]:
    """Return gradient `(items, m)` and information `(items, m, m)` for slope, steps and, in 3PL, the asymptote."""
    p = probabilities(items, theta)
    jacobian = _jacobian(items, theta, model)
    gradient = np.einsum("jkq,jmkq->jm", counts / p, jacobian)
    scaled = jacobian * np.sqrt(counts.sum(1)[:, None, :] / p)[:, None]
    flat = scaled.reshape(*scaled.shape[:2], -1)
    information = flat @ flat.transpose(0, 2, 1)
    if prior is not None:
        c = items.guessing
        gradient[:, -1] += (prior.alpha - 1) / c - (prior.beta - 1) / (1 - c)
        information[:, -1, -1] += (prior.alpha - 1) / c**2 + (prior.beta - 1) / (1 - c) ** 2
    if model == "rasch":
        gradient[:, 0] = information[:, 0, 1:] = information[:, 1:, 0] = 0.0
    diagonal = np.einsum("jmm->jm", information)
    diagonal += 1e-9 * diagonal.max(1, keepdims=True) + 1e-12
    return gradient, information


def _jacobian(items: ItemParameters, theta: Floats, model: Model) -> Floats:
    """Return derivatives of category chances, `(items, parameters, categories, θ)`."""
    s = reached(items, theta)
    c = items.guessing[:, None, None]
    w = (1 - c) * s * (1 - s)
    count, steps, nodes = s.shape
    jacobian = np.zeros((count, 1 + steps + (model == "3pl"), steps + 1, nodes))
    jacobian[:, 0] = categories(w * theta, 0.0)
    for k in range(steps):
        jacobian[:, 1 + k, k + 1] = w[:, k]
        jacobian[:, 1 + k, k] = -w[:, k]
    if model == "3pl":
        jacobian[:, -1] = categories(1 - s, 0.0)
    return jacobian


def _shared_slope_step(gradient: Floats, information: Floats) -> Floats:
    """Solve for one slope and all intercepts: the system is an arrow, so the intercepts are eliminated first."""
    own, border = information[:, 1:, 1:], information[:, 1:, 0]
    both = np.stack([gradient[:, 1:], border], axis=2)
    solved = np.linalg.solve(own, both)
    slope = (gradient[:, 0] - (border * solved[:, :, 0]).sum(1)).sum()
    slope /= (information[:, 0, 0] - (border * solved[:, :, 1]).sum(1)).sum()
    return np.concatenate([np.full((gradient.shape[0], 1), slope), solved[:, :, 0] - slope * solved[:, :, 1]], axis=1)


def _guessing_step(c: Floats, gradient: Floats, information: Floats) -> Floats:
    """Solve with the asymptote kept within its bounds: where it is stopped, the others make the best of that."""
    free = _solve(information, gradient)[:, -1]
    own = np.clip(c + free, *GUESSING_BOUNDS) - c
    others = _solve(information[:, :-1, :-1], gradient[:, :-1] - information[:, :-1, -1] * own[:, None])
    return np.concatenate([others, own[:, None]], axis=1)


def _solve(information: Floats, gradient: Floats) -> Floats:
    """Solve one small system per item."""
    return np.asarray(np.linalg.solve(information, gradient[:, :, None])[:, :, 0])


def _moved(items: ItemParameters, step: Floats, model: Model) -> ItemParameters:
    """Return the parameters after a step, held within sane bounds."""
    steps = items.intercepts.shape[1]
    moved = replace(
        items,
        slope=np.clip(items.slope + step[:, 0], -SLOPE_BOUND, SLOPE_BOUND),
        intercepts=_bounded(items.intercepts + step[:, 1 : 1 + steps]),
    )
    if model != "3pl":
        return moved
    return replace(moved, guessing=np.clip(items.guessing + step[:, -1], *GUESSING_BOUNDS))


def _bounded(intercepts: Floats) -> Floats:
    return np.where(np.isneginf(intercepts), intercepts, np.clip(intercepts, -INTERCEPT_BOUND, INTERCEPT_BOUND))


def vector(items: ItemParameters, model: Model) -> Floats:
    """Return all parameters in one row, for extrapolation."""
    guessing = items.guessing if model == "3pl" else np.empty(0)
    return np.concatenate([items.slope, items.intercepts[np.isfinite(items.intercepts)], guessing])


def from_vector(items: ItemParameters, row: NDArray[np.float64], model: Model) -> ItemParameters:
    """Put a row of parameters back into the shape of `items`, held within bounds."""
    count = items.slope.size
    intercepts = items.intercepts.copy()
    there = np.isfinite(intercepts)
    intercepts[there] = row[count : count + int(there.sum())]
    guessing = np.clip(row[-count:], *GUESSING_BOUNDS) if model == "3pl" else items.guessing
    return ItemParameters(np.clip(row[:count], -SLOPE_BOUND, SLOPE_BOUND), _bounded(intercepts), guessing)
