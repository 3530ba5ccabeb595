"""The document of `analyse dif`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.analysis.numbers import plain
from scoring.dif import matching_scores, purify
from scoring.dif_items import item_figures
from web.analysis.errors import NOT_ENOUGH, TABLE_BAD
from web.analysis.numbers import table
from web.analysis.responses import responses_of
from web.analysis.sheets import Floats, Sheet

_HEAD = ("id", "mh_chi2", "mh_p", "mh_alpha", "mh_delta", "ets_class", "p_dif", "logistic_chi2", "logistic_p")

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
    """Return Mantel-Haenszel, standardisation and logistic figures for each item."""
    groups = sheet.column(question.group)
    focal, reference = _values(sheet, groups, question)
    rows = np.array([cell in (focal, *reference) for cell in groups])
    is_focal = np.array([cell == focal for cell in groups])[rows]
    named = [question.group, *question.ignore, *([question.match] if question.match else [])]
    table_of_items = sheet.without(named)
    measures = _measures(table_of_items) if key is None else []
    if len(measures) == len(table_of_items.header):
        raise NOT_ENOUGH(detail="there is no column of an item")
    responses = responses_of(table_of_items.without(measures), key)
    marks = responses.marks[rows]
    if responses.codes is None:
        raise NOT_ENOUGH(detail="items must be marked 0 and 1; leave other columns out with --ignore, or give a key")
    left_out = purify(marks, is_focal, question.alpha) if question.purified and not question.match else np.empty(0, np.intp)
    match = _external(sheet, question.match)[rows] if question.match else matching_scores(marks, left_out)
    items = item_figures(responses.items, marks, is_focal, match)
    document = {
        "persons": {"reference": int((~is_focal).sum()), "focal": int(is_focal.sum())},
        "focal": focal,
        "reference": reference,
        "match": question.match or "total",
        "left_out_of_match": [responses.items[i] for i in left_out],
        "ignored": [*question.ignore, *measures],
        "items": items,
        "flagged": [item["id"] for item in items if item["mh_p"] < question.alpha],
        "alpha": question.alpha,
        "note": "an item that works differently for two groups is a matter for review, not a finding of bias",
    }
    result: dict[str, Any] = plain(document)
    return result


def dif_lines(document: dict[str, Any]) -> list[str]:
    """Return the same for people."""
    lines = table(_HEAD, ([item[field] for field in _HEAD] for item in document["items"]))
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
            raise TABLE_BAD(file=sheet.file, detail=f"column {question.group} never holds {stated}")
    if len(values) < 2 or (len(values) > 2 and question.focal is None):
        raise NOT_ENOUGH(detail=f"column {question.group} holds {len(values)} groups; state one with --focal")
    focal = question.focal or next(v for v in reversed(values) if v != question.reference)
    return focal, [question.reference] if question.reference else [value for value in values if value != focal]


def _external(sheet: Sheet, name: str) -> Floats:
    match = sheet.only([name]).numbers()[:, 0]
    if np.isnan(match).any():
        raise TABLE_BAD(file=sheet.file, detail=f"column {name} must be a number for everybody")
    return match
