"""The document of `analyse dif`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import Words
from scoring.analysis.numbers import plain
from scoring.dif import by_mantel_haenszel, matching_scores, purify
from scoring.dif_items import by_mantel, is_right_or_wrong, item_figures, ordered_figures
from web.analysis.errors import NOT_ENOUGH, TABLE_BAD
from web.analysis.numbers import table
from web.analysis.responses import responses_of
from web.analysis.sheets import Floats, Sheet

_HEAD = ("id", "mh_chi2", "mh_p", "mh_alpha", "mh_delta", "ets_class", "p_dif", "logistic_chi2", "logistic_p")
_ORDERED_HEAD = ("id", "mantel_chi2", "mantel_p", "smd", "smd_se", "smd_effect", "ets_class")

_MARKS = 10
"""Different values up to which a column of numbers may be an item."""


@dataclass(frozen=True)
class Question:
    """What is asked: the column of groups, which value is focal and which the reference, and how people are matched."""

    group: str = "group"
    focal: str | None = None
    reference: str | None = None
    match: str | None = None
    ignore: Sequence[str] = ()
    purified: bool = False
    alpha: float = 0.05


def dif_document(sheet: Sheet, key: Sheet | None, question: Question) -> dict[str, Any]:
    """Return the figures for each item, by the methods for right-or-wrong items and by those for part marks."""
    groups = sheet.column(question.group)
    focal, reference = _values(sheet, groups, question)
    rows = np.array([cell in (focal, *reference) for cell in groups])
    is_focal = np.array([cell == focal for cell in groups])[rows]
    named = [question.group, *question.ignore, *([question.match] if question.match else [])]
    table_of_items = sheet.without(named)
    measures = _measures(table_of_items) if key is None else []
    if len(measures) == len(table_of_items.header):
        raise NOT_ENOUGH(detail=Words("没有一列是试题", "there is no column of an item"))
    responses = responses_of(table_of_items.without(measures), key)
    marks = responses.marks[rows]
    binary = is_right_or_wrong(marks)
    test = by_mantel_haenszel if binary.all() else by_mantel
    left_out = purify(marks, is_focal, question.alpha, test) if question.purified and not question.match else np.empty(0, np.intp)
    match = _external(sheet, question.match)[rows] if question.match else matching_scores(marks, left_out)
    items = _items(responses.items, binary, marks, is_focal, match)
    document = {
        "persons": {"reference": int((~is_focal).sum()), "focal": int(is_focal.sum())},
        "focal": focal,
        "reference": reference,
        "match": question.match or "total",
        "left_out_of_match": [responses.items[i] for i in left_out],
        "ignored": [*question.ignore, *measures],
        **items,
        "flagged": [
            *(item["id"] for item in items["items"] if item["mh_p"] < question.alpha),
            *(item["id"] for item in items["ordered"] if item["mantel_p"] < question.alpha),
        ],
        "alpha": question.alpha,
        "note": "an item that works differently for two groups is a matter for review, not a finding of bias",
    }
    result: dict[str, Any] = plain(document)
    return result


def _items(names: Sequence[str], binary: NDArray[np.bool_], marks: Floats, focal: NDArray[np.bool_], match: Floats) -> dict[str, Any]:
    """Return `items`, the figures of those that are right or wrong, and `ordered`, those of items with part marks."""
    found = {}
    for of, figures, fits in (("items", item_figures, binary), ("ordered", ordered_figures, ~binary)):
        places = np.flatnonzero(fits).tolist()
        named = [names[place] for place in places]
        found[of] = figures(named, marks[:, places], focal, match[:, places] if match.ndim == 2 else match) if named else []
    return found


def dif_lines(document: dict[str, Any]) -> list[str]:
    """Return the same for people."""
    heads = ((_HEAD, "items"), (_ORDERED_HEAD, "ordered"))
    lines = [line for head, of in heads if document[of] for line in table(head, ([item[field] for field in head] for item in document[of]))]
    lines.append(f"ignored: {', '.join(document['ignored']) or '-'}")
    return [*lines, f"flagged: {', '.join(document['flagged']) or '-'}", document["note"]]


def _measures(sheet: Sheet) -> list[str]:
    """Return columns of numbers too many to be marks of an item: an age, another test."""
    each = zip(sheet.header, sheet.columns, strict=True)
    return [name for name, column in each if len(set(column) - {None}) > _MARKS and sheet.only([name]).is_numeric()]


def _values(sheet: Sheet, groups: Sequence[str | None], question: Question) -> tuple[str, list[str]]:
    """Return the focal value and those of the reference: of two, the greater is focal unless stated otherwise."""
    values = sorted({cell for cell in groups if cell is not None})
    for stated in (question.focal, question.reference):
        if stated is not None and stated not in values:
            raise TABLE_BAD(
                file=sheet.file, detail=Words(f"{question.group} 列中没有 {stated}", f"column {question.group} never holds {stated}")
            )
    if len(values) < 2 or (len(values) > 2 and question.focal is None):
        raise NOT_ENOUGH(
            detail=Words(
                f"{question.group} 列中有 {len(values)} 组，请用 --focal 指明一组",
                f"column {question.group} holds {len(values)} groups; state one with --focal",
            )
        )
    focal = question.focal or next(v for v in reversed(values) if v != question.reference)
    return focal, [question.reference] if question.reference else [value for value in values if value != focal]


def _external(sheet: Sheet, name: str) -> Floats:
    match = sheet.only([name]).numbers()[:, 0]
    if np.isnan(match).any():
        raise TABLE_BAD(file=sheet.file, detail=Words(f"{name} 列须每人都是数", f"column {name} must be a number for everybody"))
    return match
