"""Marginal maximum likelihood by EM, with extrapolation where EM alone would creep.

EM: Bock and Aitkin (1981).  Extrapolation: the squared scheme S3 of Varadhan and Roland (2008), Scand. J. Statist. 35,
335-353; a leap that lowers the likelihood is taken back, so the likelihood never falls.
"""

from dataclasses import dataclass, replace

import numpy as np

from scoring.irt.coding import CodedResponses
from scoring.irt.expectation import Grid, expect, normal_grid
from scoring.irt.maximisation import Beta, from_vector, improve, vector
from scoring.irt.models import ItemParameters, Model

_ROUGH_ROWS = 5_000
_ROUGH_TOLERANCE = 0.01
_GUESSING_START = 0.1


@dataclass(frozen=True)
class Fit:
    """Estimates: parameters of the items that vary (`items` are their columns), and the marginal log-likelihood."""

    model: Model
    parameters: ItemParameters
    items: np.ndarray[tuple[int], np.dtype[np.intp]]
    loglik: float
    cycles: int
    converged: bool
    grid: Grid


@dataclass(frozen=True)
class Settings:
    """How to estimate: quadrature nodes on ±`bound`, when to stop, and a prior of the 3PL's asymptote if wished.

    `tolerance` bounds the estimated distance of every parameter from its limit.
    """

    nodes: int = 61
    bound: float = 6.0
    tolerance: float = 3e-5
    max_cycles: int = 2_000
    guessing_prior: Beta | None = None


_DEFAULTS = Settings()


def fit(coded: CodedResponses, model: Model, settings: Settings = _DEFAULTS) -> Fit:
    """Estimate item parameters with ability standard normal.

    `rasch` fixes every slope at 1, `1pl` shares one slope, `graded` takes ordered categories; `3pl` without a prior is never less
    likely than `2pl`, which it holds.

    Raises:
        ValueError: when a right-or-wrong model meets items of more than two categories.
    """
    if model != "graded" and coded.steps > 1:
        raise ValueError(f"model {model} needs right-or-wrong items; use graded for ordered categories")
    grid = normal_grid(settings.nodes, settings.bound)
    if model == "3pl":
        return _guessing(coded, fit(coded, "2pl", settings), grid, settings)
    return _from(_start(coded), coded, model, grid, settings)


def _guessing(coded: CodedResponses, two: Fit, grid: Grid, settings: Settings) -> Fit:
    """Estimate the 3PL from a 2PL with some guessing, and anew from the 2PL itself where that was more likely.

    Where a slope runs away the likelihood has several peaks, and a start with guessing may end on one below the 2PL's.
    """
    start = replace(two.parameters, guessing=np.full(coded.items.size, _GUESSING_START))
    found = _from(start, coded, "3pl", grid, settings)
    if settings.guessing_prior is not None or found.loglik >= two.loglik:
        return found
    return max(found, _climb(coded, two.parameters, "3pl", grid, settings, settings.tolerance), key=lambda each: each.loglik)


def _from(start: ItemParameters, coded: CodedResponses, model: Model, grid: Grid, settings: Settings) -> Fit:
    """Climb from a start, which a first look at some of the answer sheets improves where there are many.

    That is cheap, and leaves the full data only a few cycles.
    """
    every = coded.weight.size // _ROUGH_ROWS
    if every > 1:
        start = _climb(coded.thinned(every), start, model, grid, settings, _ROUGH_TOLERANCE).parameters
    return _climb(coded, start, model, grid, settings, settings.tolerance)


def _start(coded: CodedResponses) -> ItemParameters:
    """Return slopes of 1 and intercepts that give each category about its share."""
    count, steps = coded.items.size, coded.steps
    chosen = (coded.weight @ coded.indicator).reshape(count, steps)
    answered = np.full(count, coded.weight.sum()) if coded.seen is None else coded.weight @ coded.seen
    at_least = np.cumsum(chosen[:, ::-1], axis=1)[:, ::-1]
    share = (at_least + 0.5) / (answered + 1.0)[:, None]
    intercepts = np.log(share / (1 - share)) * 1.2
    intercepts[np.arange(steps)[None, :] >= (coded.categories - 1)[:, None]] = -np.inf
    return ItemParameters(np.ones(count), intercepts, np.zeros(count))


@dataclass
class _Climber:
    """One EM cycle after another, remembering how many."""

    coded: CodedResponses
    model: Model
    grid: Grid
    prior: Beta | None
    cycles: int = 0

    def cycle(self, items: ItemParameters) -> tuple[ItemParameters, float]:
        """Return improved parameters, and the log-likelihood (with the prior) of those given."""
        self.cycles += 1
        expected = expect(self.coded, items, self.grid)
        value = expected.loglik
        if self.prior is not None:
            value += float(self.prior.log_density(items.guessing).sum())
        return improve(items, expected.counts, self.grid.nodes, self.model, self.prior), value


def _climb(coded: CodedResponses, items: ItemParameters, model: Model, grid: Grid, settings: Settings, tolerance: float) -> Fit:
    """Run EM with extrapolation from the given parameters until they stand still."""
    prior = settings.guessing_prior if model == "3pl" else None
    climber = _Climber(coded, model, grid, prior)
    converged, best, safe = False, -1e300, items
    while climber.cycles < settings.max_cycles and not converged:
        once, value = climber.cycle(items)
        if value < best - 1e-6 - 1e-9 * abs(best):
            items = safe
            once, value = climber.cycle(items)
        best = max(best, value)
        twice, _ = climber.cycle(once)
        x0, x1, x2 = (vector(p, model) for p in (items, once, twice))
        first, bend = x1 - x0, x2 - 2 * x1 + x0
        length = float(np.sqrt((first @ first) / max(float(bend @ bend), 1e-300)))
        converged = float(np.abs(x2 - x1).max()) * max(length, 1.0) < tolerance
        safe = twice
        leap = max(length, 1.0)
        items = twice if converged or leap == 1.0 else from_vector(twice, x0 + 2 * leap * first + leap**2 * bend, model)
    final = expect(coded, safe, grid, double=True).loglik
    return Fit(model, safe, coded.items, final, climber.cycles, converged, grid)
