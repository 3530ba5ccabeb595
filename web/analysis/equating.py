"""The document of `analyse equating`."""

from typing import Any

import numpy as np

from core.errors import Words
from scoring.equating.forms import AnchorSample, Floats, ScoreDistribution, distribution
from scoring.equating.methods import Choices, anchored, document, equivalent_groups
from web.analysis.errors import COLUMN_MISSING, NOT_ENOUGH, TABLE_BAD
from web.analysis.numbers import table
from web.analysis.sheets import Sheet

_TOTALS = ("total", "score", "Total", "Score")
_ANCHORS = ("anchor", "Anchor", "V", "v")
_COUNTS = ("count", "Count", "freq", "Freq", "frequency", "n")


_MOST_PERSONS = 10_000_000


def equating_document(one: Sheet, two: Sheet | None, choices: Choices) -> dict[str, Any]:
    """Return what each score on X is worth on Y by every method that the design allows.

    One table holds a score scale and the counts of X and Y; two tables hold the persons of X and of Y, with a total score and,
    in an anchor design, an anchor score.
    """
    try:
        if two is None:
            x, y = _counted(one)
            return document("equivalent_groups", equivalent_groups(x, y, choices), x, y)
        first, second = _persons(one), _persons(two)
        low, high = _scale(first.total, second.total, choices)
        x, y = (distribution(sample.total, low, high) for sample in (first, second))
        without = [bool(np.isnan(sample.anchor).any()) for sample in (first, second)]
        if without == [False, False]:
            return document("anchor", anchored(first, second, x.scale, choices), x, y)
        if without == [True, True]:
            return document("equivalent_groups", equivalent_groups(x, y, choices), x, y)
    except ValueError as error:
        raise NOT_ENOUGH(detail=str(error)) from None
    raise COLUMN_MISSING(file=(one if without[0] else two).file, column="anchor")


def equating_lines(figures: dict[str, Any]) -> list[str]:
    """Return the same for people: a row per score, a column per method with its standard error."""
    methods = list(figures["equated"])
    head = ["score", *(name for method in methods for name in (method, "se"))]
    rows = [
        [score, *(v for m in methods for v in (figures["equated"][m][i], figures["standard_errors"][m][i]))]
        for i, score in enumerate(figures["scale"])
    ]
    return table(head, rows)


def _counted(sheet: Sheet) -> tuple[ScoreDistribution, ScoreDistribution]:
    """Read score, count of X, count of Y."""
    cells = np.nan_to_num(sheet.numbers())
    if cells.shape[1] != 3:
        raise TABLE_BAD(
            file=sheet.file,
            detail=Words(
                "单独一份表须有三列：分数、X 的人数、Y 的人数", "one table must have three columns: score, count of X, count of Y"
            ),
        )
    cells = cells[np.argsort(cells[:, 0])]
    if (np.diff(cells[:, 0]) != 1).any() or (cells[:, 1:] < 0).any() or (cells[:, 1:].sum(0) < 2).any():
        raise TABLE_BAD(
            file=sheet.file, detail=Words("分数须逐一递增，人数不能为负", "scores must rise in steps of 1 and counts must not be negative")
        )
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
        raise TABLE_BAD(file=sheet.file, detail=Words("有总分或锚题分缺失", "a total or anchor score is missing"))
    times = np.ones(sheet.rows, np.int64) if counts is None else np.nan_to_num(cells[:, counts]).astype(np.int64)
    if not 0 <= int(times.min()) <= int(times.sum()) <= _MOST_PERSONS:
        raise TABLE_BAD(
            file=sheet.file,
            detail=Words(
                f"人数不能为负，合计至多 {_MOST_PERSONS:,}", f"counts must not be negative, and at most {_MOST_PERSONS:,} together"
            ),
        )
    v = np.full(sheet.rows, np.nan) if anchor is None else cells[:, anchor]
    return AnchorSample(np.repeat(cells[:, total], times), np.repeat(v, times))


def _find(sheet: Sheet, names: tuple[str, ...]) -> int | None:
    return next((sheet.header.index(name) for name in names if name in sheet.header), None)


def _scale(x: Floats, y: Floats, choices: Choices) -> tuple[float, float]:
    """Return the ends of the score scale: as stated, else 0 (or the least score) and the greatest."""
    low = min(0.0, float(x.min()), float(y.min())) if choices.low is None else choices.low
    high = max(float(x.max()), float(y.max())) if choices.high is None else choices.high
    return low, high
