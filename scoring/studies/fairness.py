"""Do the questions of a paper work alike for two groups?  All figures as one document of JSON values.

    {"persons": {reference, focal}, "why": code or None, "caution": code or None, "matched": n, "unmatched": [label],
     "left_out": [{label, why}], "groups": {tops, reference, focal}, "questions": […]}

People of the two groups are compared who had equally many right-or-wrong questions right.  A question has `label title kind p_reference
p_focal alpha delta low high p q class p_dif rms uniform_p nonuniform_p nonuniform_q r2_gain finding reference focal`; delta below nought
is harder for the focal group, `low` and `high` bound its 95 % interval, `reference` and `focal` are the shares right by score group.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.analysis.numbers import plain
from scoring.analysis.sat import Floats, Sat
from scoring.dif import Focal, matching_scores, purify
from scoring.dif_items import item_figures
from scoring.distributions import benjamini_hochberg

LEAST_GROUP = 30
"""People of each group below which nothing is computed."""
SOUND_GROUP, SOUND_ALL = 200, 500
"""People of the smaller group and of both below which nothing is concluded: Zwick (2012), ETS RR-12-08."""
LEAST_QUESTIONS = 5
UNEVEN = 0.035
"""Gain in Nagelkerke's R² from which a difference that changes with the score counts: Jodoin and Gierl (2001)."""
_LIMIT = 0.05
_GROUPS = 5
_WIDE = 1.959964
"""Standard errors on each side of a 95 % interval."""


def figures(sat: Sat, focal: NDArray[np.bool_]) -> dict[str, Any]:
    """Compare the focal group, `(persons,)`, with all others on every question that is right or wrong."""
    marks, labels, left_out = _right_or_wrong(sat)
    small, large = sorted((int(focal.sum()), int((~focal).sum())))
    document: dict[str, Any] = {
        "persons": {"reference": int((~focal).sum()), "focal": int(focal.sum())},
        "why": "dif_few" if small < LEAST_GROUP else "dif_few_questions" if len(labels) < LEAST_QUESTIONS else None,
        "caution": "dif_unsound" if small < SOUND_GROUP or small + large < SOUND_ALL else None,
        "matched": len(labels),
        "unmatched": [],
        "left_out": [{"label": label, "why": why} for label, why in (*sat.left_out, *left_out)],
        "groups": None,
        "questions": [],
    }
    if document["why"] is None:
        _fill(document, sat, labels, marks, focal)
    result: dict[str, Any] = plain(document)
    return result


def _right_or_wrong(sat: Sat) -> tuple[Floats, list[int], list[tuple[str, str]]]:
    """Return marks as 0 and 1 of the questions that are right or wrong, their places, and the questions that are not."""
    whole = sat.marks / sat.full
    fits = [bool(np.isin(column[~np.isnan(column)], (0.0, 1.0)).all()) for column in whole.T]
    places = [place for place, fit in enumerate(fits) if fit]
    others = [(question.label, "dif_part_marks") for question, fit in zip(sat.questions, fits, strict=True) if not fit]
    return whole[:, places], places, others


def _fill(document: dict[str, Any], sat: Sat, places: list[int], marks: Floats, focal: Focal) -> None:
    unmatched = purify(marks, focal, _LIMIT)
    match = matching_scores(marks, unmatched)
    names = [sat.questions[place].label for place in places]
    found = item_figures(names, marks, focal, match)
    uneven = benjamini_hochberg(np.array([np.nan if row["nonuniform_p"] is None else row["nonuniform_p"] for row in found], np.float64))
    group, tops = _score_groups(np.nansum(marks, axis=1))
    document["unmatched"] = [names[item] for item in unmatched]
    document["groups"] = {"tops": tops, "reference": _counts(group[~focal], len(tops)), "focal": _counts(group[focal], len(tops))}
    for item, (place, row) in enumerate(zip(places, found, strict=True)):
        question = sat.questions[place]
        width = _WIDE * 2.35 * row["mh_se_log_alpha"]
        told = {
            "label": question.label,
            "title": question.title,
            "kind": question.kind,
            "p_reference": _share(marks[~focal, item]),
            "p_focal": _share(marks[focal, item]),
            "alpha": row["mh_alpha"],
            "delta": row["mh_delta"],
            "low": row["mh_delta"] - width,
            "high": row["mh_delta"] + width,
            "p": row["mh_p"],
            "q": row["mh_q"],
            "class": row["ets_class"],
            "p_dif": row["p_dif"],
            "rms": row["p_dif_rms"],
            "uniform_p": row["uniform_p"],
            "nonuniform_p": row["nonuniform_p"],
            "nonuniform_q": uneven[item],
            "r2_gain": row["logistic_r2_gain"],
            "reference": _curve(marks[~focal, item], group[~focal], len(tops)),
            "focal": _curve(marks[focal, item], group[focal], len(tops)),
        }
        told["finding"] = None if document["caution"] else finding(plain(told))
        document["questions"].append(told)


def finding(question: dict[str, Any]) -> str | None:
    """Return the code of what is to be said of a question; None when there is nothing to say.

    Large and moderate are the classes C and B of ETS; `uneven` is a difference that changes with the score.
    """
    if question["class"] in ("B", "C"):
        size = "large" if question["class"] == "C" else "moderate"
        return f"{size}_{'focal' if question['delta'] < 0 else 'reference'}"
    uneven = question["nonuniform_q"] is not None and question["nonuniform_q"] < _LIMIT
    return "uneven" if uneven and (question["r2_gain"] or 0) >= UNEVEN else None


def _share(marks: Floats) -> float:
    return float(np.nanmean(marks)) if (~np.isnan(marks)).any() else np.nan


def _score_groups(score: Floats) -> tuple[NDArray[np.intp], list[float]]:
    """Return about five groups of equal size by score, equal scores together, and the highest score of each."""
    edges = np.unique(np.quantile(score, np.arange(1, _GROUPS + 1) / _GROUPS, method="inverted_cdf"))
    return np.searchsorted(edges, score), [float(edge) for edge in edges]


def _counts(group: NDArray[np.intp], groups: int) -> list[int]:
    return [int(n) for n in np.bincount(group, minlength=groups)]


def _curve(marks: Floats, group: NDArray[np.intp], groups: int) -> list[float]:
    there = ~np.isnan(marks)
    n = np.bincount(group[there], minlength=groups)
    right = np.bincount(group[there], weights=marks[there], minlength=groups)
    return [float(r / k) if k else np.nan for r, k in zip(right, n, strict=True)]
