"""Do the questions of a paper work alike for two groups?  All figures as one document of JSON values.

    {"persons": {reference, focal}, "why": code or None, "caution": code or None, "matched": n, "left_out": [{label, why}],
     "questions": […], "unmatched": [label], "groups": {tops, reference, focal}, "ordered": […], "unmatched_totals": [label],
     "total_groups": {tops, reference, focal}}

On a question that is right or wrong people are compared who had equally many such questions right.  It has `label title kind p_reference
p_focal alpha delta low high p q class p_dif rms uniform_p nonuniform_p nonuniform_q r2_gain finding reference focal`; delta below nought
is harder for the focal group, `low` and `high` bound its 95 % interval, `reference` and `focal` are the shares right by score group.

On one that earns part marks (`ordered`) people are compared who have equal totals, to the whole mark.  It has `label title kind full
p_reference p_focal smd effect low high p q class finding reference focal`: `smd` is the mean difference in marks, focal less reference,
`effect` the same in standard deviations of the question, with its interval; shares are of the full marks.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.analysis.numbers import plain
from scoring.analysis.sat import Floats, Sat
from scoring.dif import Focal, matching_scores, purify
from scoring.dif_items import by_mantel, is_right_or_wrong, item_figures
from scoring.dif_ordered import mantel
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
    """Compare the focal group, `(persons,)`, with all others on every question.

    With fewer right-or-wrong questions than tell who is equal, all questions are compared like those with part marks.
    """
    small, large = sorted((int(focal.sum()), int((~focal).sum())))
    document: dict[str, Any] = {
        "persons": {"reference": int((~focal).sum()), "focal": int(focal.sum())},
        "why": "dif_few" if small < LEAST_GROUP else "dif_few_questions" if len(sat.questions) < LEAST_QUESTIONS else None,
        "caution": "dif_unsound" if small < SOUND_GROUP or small + large < SOUND_ALL else None,
        "matched": len(sat.questions),
        "left_out": [{"label": label, "why": why} for label, why in sat.left_out],
        "questions": [],
        "unmatched": [],
        "groups": None,
        "ordered": [],
        "unmatched_totals": [],
        "total_groups": None,
    }
    if document["why"] is None:
        whole = sat.marks / sat.full
        fits = is_right_or_wrong(whole)
        places = np.flatnonzero(fits).tolist() if fits.sum() >= LEAST_QUESTIONS else []
        others = [place for place in range(fits.size) if place not in places]
        if places:
            _fill(document, sat, places, whole[:, places], focal)
        if others:
            _fill_ordered(document, sat, others, focal)
    result: dict[str, Any] = plain(document)
    return result


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


def _fill_ordered(document: dict[str, Any], sat: Sat, places: list[int], focal: Focal) -> None:
    unmatched = purify(sat.marks, focal, _LIMIT, _by_whole_marks)
    match = np.round(matching_scores(sat.marks, unmatched))
    found = mantel(sat.marks[:, places], focal, match[:, places] if match.ndim == 2 else match)
    q = benjamini_hochberg(found.p)
    group, tops = _score_groups(sat.totals)
    document["unmatched_totals"] = [sat.questions[place].label for place in unmatched]
    document["total_groups"] = {"tops": tops, "reference": _counts(group[~focal], len(tops)), "focal": _counts(group[focal], len(tops))}
    for item, place in enumerate(places):
        question = sat.questions[place]
        earned = sat.marks[:, place] / question.full
        width = _WIDE * found.effect_se[item]
        told = {
            "label": question.label,
            "title": question.title,
            "kind": question.kind,
            "full": question.full,
            "p_reference": _share(earned[~focal]),
            "p_focal": _share(earned[focal]),
            "smd": found.smd[item],
            "effect": found.effect[item],
            "low": found.effect[item] - width,
            "high": found.effect[item] + width,
            "p": found.p[item],
            "q": q[item],
            "class": found.classes[item],
            "reference": _curve(earned[~focal], group[~focal], len(tops)),
            "focal": _curve(earned[focal], group[focal], len(tops)),
        }
        told["finding"] = None if document["caution"] else _sized(told["class"], float(found.effect[item]))
        document["ordered"].append(told)


def _by_whole_marks(marks: Floats, focal: Focal, match: Floats) -> Floats:
    return by_mantel(marks, focal, np.round(match))


def finding(question: dict[str, Any]) -> str | None:
    """Return the code of what is to be said of a question; None when there is nothing to say.

    Large and moderate are the classes C and B of ETS; `uneven` is a difference that changes with the score.
    """
    if sized := _sized(question["class"], question["delta"]):
        return sized
    uneven = question["nonuniform_q"] is not None and question["nonuniform_q"] < _LIMIT
    return "uneven" if uneven and (question["r2_gain"] or 0) >= UNEVEN else None


def _sized(ets_class: str | None, difference: float) -> str | None:
    size = {"C": "large", "B": "moderate"}.get(ets_class or "")
    return f"{size}_{'focal' if difference < 0 else 'reference'}" if size else None


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
