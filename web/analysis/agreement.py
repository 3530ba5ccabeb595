"""The document of `analyse agreement`."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Literal, get_args

import numpy as np

from core.errors import Words
from scoring.agreement import Level, cohen, fleiss, intraclass, krippendorff
from scoring.analysis.numbers import plain
from scoring.option_table import MISSING
from web.analysis.errors import NOT_ENOUGH
from web.analysis.numbers import table
from web.analysis.sheets import Floats, Sheet, codes_of, natural_order


def agreement_document(sheet: Sheet, order: Sequence[str] | None, weights: Literal["linear", "quadratic"]) -> dict[str, Any]:
    """Return every coefficient that the ratings allow; one that does not apply is None.

    `order` states the categories from low to high; without it numbers go by value and names by the number that they begin
    with, then by letter.
    """
    raters = len(sheet.header)
    if raters < 2:
        raise NOT_ENOUGH(detail=Words("一致性至少需要两名评分人", "agreement needs at least two raters"))
    names = list(order) if order else natural_order({cell for column in sheet.columns for cell in column if cell is not None})
    codes = _codes(sheet, names)
    values = sheet.numbers() if sheet.is_numeric() else None
    correlations = None if values is None else intraclass(values)
    pairs = [_pair(sheet, codes, one, two) for one, two in combinations(range(raters), 2)]
    only = pairs[0] if raters == 2 else {}
    document = {
        "icc": dict.fromkeys(("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")) if correlations is None else correlations.values,
        "krippendorff": {level: _alpha(level, codes, values, order is None) for level in get_args(Level)},
        "fleiss": fleiss(codes),
        "cohen": only.get("cohen"),
        "cohen_weighted": only.get(weights),
        "cohen_weights": {"linear": only.get("linear"), "quadratic": only.get("quadratic"), "shown": weights},
        "pairs": pairs,
        "subjects": sheet.rows,
        "subjects_complete": int((~np.isnan(codes).any(1)).sum()),
        "raters": raters,
        "categories": names if len(names) <= 100 else None,
    }
    result: dict[str, Any] = plain(document)
    return result


def agreement_lines(document: dict[str, Any]) -> list[str]:
    """Return the same for people."""
    rows = [(f"ICC({form})", value) for form, value in document["icc"].items()]
    rows += [(f"Krippendorff {level}", value) for level, value in document["krippendorff"].items()]
    rows += [("Fleiss", document["fleiss"]), ("Cohen", document["cohen"])]
    rows += [(f"Cohen {name}", document["cohen_weights"][name]) for name in ("linear", "quadratic")]
    return table(("coefficient", "value"), rows)


def _codes(sheet: Sheet, names: Sequence[str]) -> Floats:
    """Return category codes `(subjects, raters)`, NaN where missing."""
    if len(names) < MISSING:
        codes = codes_of(sheet, [names] * len(sheet.header)).astype(np.float64)
        codes[codes == MISSING] = np.nan
        return codes
    place = {name: float(code) for code, name in enumerate(names)}
    return np.array([[np.nan if cell is None else place[cell] for cell in column] for column in sheet.columns]).T


def _alpha(level: Level, codes: Floats, values: Floats | None, by_value: bool) -> float | None:
    """Return Krippendorff's alpha; interval and ratio need numbers, and ordinal takes a stated order before values."""
    if level == "nominal" or (level == "ordinal" and not (by_value and values is not None)):
        return krippendorff(codes, level)
    return None if values is None else krippendorff(values, level)


def _pair(sheet: Sheet, codes: Floats, one: int, two: int) -> dict[str, Any]:
    a, b = codes[:, one], codes[:, two]
    return {
        "raters": [sheet.header[one], sheet.header[two]],
        "subjects": int((~np.isnan(a) & ~np.isnan(b)).sum()),
        "cohen": cohen(a, b),
        "linear": cohen(a, b, "linear"),
        "quadratic": cohen(a, b, "quadratic"),
    }
