"""The document of `analyse equating`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from scoring.analysis.numbers import plain
from scoring.equating.equipercentile import chained_equipercentile, equipercentile
from scoring.equating.forms import AnchorSample, Floats, ScoreDistribution, distribution
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
from web.analysis.errors import COLUMN_MISSING, NOT_ENOUGH, TABLE_BAD
from web.analysis.numbers import table
from web.analysis.sheets import Sheet

_TOTALS = ("total", "score", "Total", "Score")
_ANCHORS = ("anchor", "Anchor", "V", "v")
_COUNTS = ("count", "Count", "freq", "Freq", "frequency", "n")


_MOST_PERSONS = 10_000_000


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
class _Result:
    equated: Floats
    error: Floats
    line: Line | None = None


_Method = Callable[[], _Result]


def equating_document(one: Sheet, two: Sheet | None, choices: Choices) -> dict[str, Any]:
    """Return what each score on X is worth on Y by every method that the design allows.

    One table holds a score scale and the counts of X and Y; two tables hold the persons of X and of Y, with a total score and,
    in an anchor design, an anchor score.
    """
    try:
        if two is None:
            x, y = _counted(one)
            return _document("equivalent_groups", _groups(x, y, choices), x, y)
        first, second = _persons(one), _persons(two)
        low, high = _scale(first.total, second.total, choices)
        x, y = (distribution(sample.total, low, high) for sample in (first, second))
    except ValueError as error:
        raise NOT_ENOUGH(detail=str(error)) from None
    without = [bool(np.isnan(sample.anchor).any()) for sample in (first, second)]
    if without == [False, False]:
        return _document("anchor", _anchored(first, second, x.scale, choices), x, y)
    if without == [True, True]:
        return _document("equivalent_groups", _groups(x, y, choices), x, y)
    raise COLUMN_MISSING(file=(one if without[0] else two).file, column="anchor")


def equating_lines(document: dict[str, Any]) -> list[str]:
    """Return the same for people: a row per score, a column per method with its standard error."""
    methods = list(document["equated"])
    head = ["score", *(name for method in methods for name in (method, "se"))]
    rows = [
        [score, *(v for m in methods for v in (document["equated"][m][i], document["standard_errors"][m][i]))]
        for i, score in enumerate(document["scale"])
    ]
    return table(head, rows)


def _document(design: str, methods: dict[str, _Method], x: ScoreDistribution, y: ScoreDistribution) -> dict[str, Any]:
    """Try every method; one that the data do not allow is listed with its reason."""
    results: dict[str, _Result] = {}
    impossible: dict[str, str] = {}
    for name, method in methods.items():
        try:
            results[name] = method()
        except ValueError as error:
            impossible[name] = str(error)
    if not results:
        raise NOT_ENOUGH(detail="; ".join(sorted(set(impossible.values()))))
    lines = {name: found.line for name, found in results.items() if found.line is not None}
    document = {
        "design": design,
        "scale": x.scale,
        "equated": {name: found.equated for name, found in results.items()},
        "standard_errors": {name: np.broadcast_to(found.error, x.scale.shape) for name, found in results.items()},
        "lines": {name: {"slope": line.slope, "intercept": line.intercept} for name, line in lines.items()},
        "impossible": impossible,
        "x": vars(x.moments()),
        "y": vars(y.moments()),
    }
    result: dict[str, Any] = plain(document)
    return result


def _groups(x: ScoreDistribution, y: ScoreDistribution, choices: Choices) -> dict[str, _Method]:
    """Return the methods for equivalent groups; formula errors, bootstrap where there is no formula."""
    mx, my = x.moments(), y.moments()
    methods: dict[str, _Method] = {
        "mean": lambda: _straight(mean_line(mx, my), x.scale, mean_error(mx, my, x.scale)),
        "linear": lambda: _straight(linear_line(mx, my), x.scale, linear_error(mx, my, x.scale)),
        "equipercentile": lambda: _Result(equipercentile(x, y), equipercentile_error(x, y)),
    }
    degree = choices.degree
    if degree is not None:

        def smoothed(a: ScoreDistribution, b: ScoreDistribution) -> Floats:
            return equipercentile(smooth(a, degree).fitted, smooth(b, degree).fitted)

        methods["equipercentile_smoothed"] = lambda: _Result(smoothed(x, y), bootstrap_groups(x, y, smoothed, choices.seed, choices.times))
    return methods


def _anchored(one: AnchorSample, two: AnchorSample, scale: Floats, choices: Choices) -> dict[str, _Method]:
    """Return the methods over an anchor, all standard errors by the bootstrap."""
    lines: dict[str, Callable[[AnchorSample, AnchorSample], Line]] = {
        "tucker": lambda a, b: tucker_line(a.moments(), b.moments(), choices.weight),
        "levine": lambda a, b: levine_line(a.moments(), b.moments(), choices.weight, choices.anchor),
        "levine_true": lambda a, b: levine_true_line(a.moments(), b.moments(), choices.anchor),
        "chained_linear": lambda a, b: chained_line(a.moments(), b.moments()),
    }

    def straight(method: Callable[[AnchorSample, AnchorSample], Line]) -> _Result:
        error = bootstrap_anchor(one, two, lambda a, b: method(a, b)(scale), choices.seed, choices.times)
        return _straight(method(one, two), scale, error)

    def curved(degree: int | None) -> _Result:
        def method(a: AnchorSample, b: AnchorSample) -> Floats:
            return chained_equipercentile(a, b, scale, degree)

        return _Result(method(one, two), bootstrap_anchor(one, two, method, choices.seed, choices.times))

    methods: dict[str, _Method] = {name: partial(straight, method) for name, method in lines.items()}
    methods["chained_equipercentile"] = partial(curved, None)
    if choices.degree is not None:
        methods["chained_equipercentile_smoothed"] = partial(curved, choices.degree)
    return methods


def _straight(line: Line, scale: Floats, error: Floats) -> _Result:
    return _Result(line(scale), error, line)


def _counted(sheet: Sheet) -> tuple[ScoreDistribution, ScoreDistribution]:
    """Read score, count of X, count of Y."""
    cells = np.nan_to_num(sheet.numbers())
    if cells.shape[1] != 3:
        raise TABLE_BAD(file=sheet.file, detail="one table must have three columns: score, count of X, count of Y")
    cells = cells[np.argsort(cells[:, 0])]
    if (np.diff(cells[:, 0]) != 1).any() or (cells[:, 1:] < 0).any() or (cells[:, 1:].sum(0) < 2).any():
        raise TABLE_BAD(file=sheet.file, detail="scores must rise in steps of 1 and counts must not be negative")
    return ScoreDistribution(cells[:, 0], cells[:, 1]), ScoreDistribution(cells[:, 0], cells[:, 2])


def _persons(sheet: Sheet) -> AnchorSample:
    """Read total and anchor (NaN without one) of each person; a column of counts repeats rows."""
    cells = sheet.numbers()
    counts = _find(sheet, _COUNTS)
    others = [i for i in range(len(sheet.header)) if i != counts]
    total, anchor = _find(sheet, _TOTALS), _find(sheet, _ANCHORS)
    if total is None and len(others) <= 2:
        total = next(i for i in others if i != anchor)
    if total is None:
        raise COLUMN_MISSING(file=sheet.file, column="total")
    if anchor is None and len(others) == 2:
        anchor = next(i for i in others if i != total)
    used = [total] if anchor is None else [total, anchor]
    if np.isnan(cells[:, used]).any():
        raise TABLE_BAD(file=sheet.file, detail="a total or anchor score is missing")
    times = np.ones(sheet.rows, np.int64) if counts is None else np.nan_to_num(cells[:, counts]).astype(np.int64)
    if not 0 <= int(times.min()) <= int(times.sum()) <= _MOST_PERSONS:
        raise TABLE_BAD(file=sheet.file, detail=f"counts must not be negative, and at most {_MOST_PERSONS:,} together")
    v = np.full(sheet.rows, np.nan) if anchor is None else cells[:, anchor]
    return AnchorSample(np.repeat(cells[:, total], times), np.repeat(v, times))


def _find(sheet: Sheet, names: tuple[str, ...]) -> int | None:
    return next((sheet.header.index(name) for name in names if name in sheet.header), None)


def _scale(x: Floats, y: Floats, choices: Choices) -> tuple[float, float]:
    """Return the ends of the score scale: as stated, else 0 (or the least score) and the greatest."""
    low = min(0.0, float(x.min()), float(y.min())) if choices.low is None else choices.low
    high = max(float(x.max()), float(y.max())) if choices.high is None else choices.high
    return low, high
