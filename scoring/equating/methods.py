"""Every method that a design allows, tried on one set of data: what each score on X is worth on Y, with standard errors.

Standard errors are by formula for equivalent groups, by the bootstrap where there is no formula and for anchor designs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from scoring.analysis.numbers import plain
from scoring.equating.equipercentile import chained_equipercentile, equipercentile
from scoring.equating.forms import AnchorSample, Floats, ScoreDistribution
from scoring.equating.linear import (
    Anchor,
    Line,
    chained_line,
    levine_line,
    levine_true_line,
    linear_line,
    mean_line,
    tucker_line,
)
from scoring.equating.smoothing import smooth
from scoring.equating.standard_errors import (
    bootstrap_anchor,
    bootstrap_groups,
    equipercentile_error,
    linear_error,
    mean_error,
)


@dataclass(frozen=True)
class Choices:
    """How to equate: the score scale, smoothing degree, kind and weight of the anchor, and the bootstrap."""

    low: float | None = None
    high: float | None = None
    degree: int | None = None
    anchor: Anchor = "internal"
    weight: float | None = None
    times: int = 500
    seed: int = 1


@dataclass(frozen=True)
class Equated:
    """What scores are worth, with standard errors, and the line where it is one."""

    equated: Floats
    error: Floats
    line: Line | None = None


Method = Callable[[], Equated]
"""Equates, or raises ValueError when the data do not allow it."""


def document(design: str, methods: dict[str, Method], x: ScoreDistribution, y: ScoreDistribution) -> dict[str, Any]:
    """Try every method and return the figures as JSON values; a method that the data do not allow is listed with its reason.

    Raises:
        ValueError: when the data allow none.
    """
    results: dict[str, Equated] = {}
    impossible: dict[str, str] = {}
    for name, method in methods.items():
        try:
            results[name] = method()
        except ValueError as error:
            impossible[name] = str(error)
    if not results:
        raise ValueError("; ".join(sorted(set(impossible.values()))))
    lines = {name: one.line for name, one in results.items() if one.line is not None}
    found = {
        "design": design,
        "scale": x.scale,
        "equated": {name: one.equated for name, one in results.items()},
        "standard_errors": {name: np.broadcast_to(one.error, x.scale.shape) for name, one in results.items()},
        "lines": {name: {"slope": line.slope, "intercept": line.intercept} for name, line in lines.items()},
        "impossible": impossible,
        "x": vars(x.moments()),
        "y": vars(y.moments()),
    }
    result: dict[str, Any] = plain(found)
    return result


def equivalent_groups(x: ScoreDistribution, y: ScoreDistribution, choices: Choices) -> dict[str, Method]:
    """Return the methods for equivalent groups; formula errors, bootstrap where there is no formula."""
    mx, my = x.moments(), y.moments()
    methods: dict[str, Method] = {
        "mean": lambda: _straight(mean_line(mx, my), x.scale, mean_error(mx, my, x.scale)),
        "linear": lambda: _straight(linear_line(mx, my), x.scale, linear_error(mx, my, x.scale)),
        "equipercentile": lambda: Equated(equipercentile(x, y), equipercentile_error(x, y)),
    }
    degree = choices.degree
    if degree is not None:

        def smoothed(a: ScoreDistribution, b: ScoreDistribution) -> Floats:
            return equipercentile(smooth(a, degree).fitted, smooth(b, degree).fitted)

        methods["equipercentile_smoothed"] = lambda: Equated(smoothed(x, y), bootstrap_groups(x, y, smoothed, choices.seed, choices.times))
    return methods


def anchored(one: AnchorSample, two: AnchorSample, scale: Floats, choices: Choices) -> dict[str, Method]:
    """Return the methods over an anchor, all standard errors by the bootstrap."""
    lines: dict[str, Callable[[AnchorSample, AnchorSample], Line]] = {
        "tucker": lambda a, b: tucker_line(a.moments(), b.moments(), choices.weight),
        "levine": lambda a, b: levine_line(a.moments(), b.moments(), choices.weight, choices.anchor),
        "levine_true": lambda a, b: levine_true_line(a.moments(), b.moments(), choices.anchor),
        "chained_linear": lambda a, b: chained_line(a.moments(), b.moments()),
    }

    def straight(method: Callable[[AnchorSample, AnchorSample], Line]) -> Equated:
        error = bootstrap_anchor(one, two, lambda a, b: method(a, b)(scale), choices.seed, choices.times)
        return _straight(method(one, two), scale, error)

    def curved(degree: int | None) -> Equated:
        def method(a: AnchorSample, b: AnchorSample) -> Floats:
            return chained_equipercentile(a, b, scale, degree)

        return Equated(method(one, two), bootstrap_anchor(one, two, method, choices.seed, choices.times))

    methods: dict[str, Method] = {name: partial(straight, method) for name, method in lines.items()}
    methods["chained_equipercentile"] = partial(curved, None)
    if choices.degree is not None:
        methods["chained_equipercentile_smoothed"] = partial(curved, choices.degree)
    return methods


def _straight(line: Line, scale: Floats, error: Floats) -> Equated:
    return Equated(line(scale), error, line)
