"""All figures of a paper as it was sat, as one document of JSON values: what pages, workbooks and reports show.

    {"persons", "forms", "questions": […], "left_out": [{label, why}], "why": code or None, "caution": code or None,
     "total": {mean, sd, median, least, most, full, alpha, kr20, sem, histogram: {edges, counts}},
     "groups": {tops, n} or None, "model": {…} or None, "model_why", "pairs": {…} or None, "pairs_why"}

A question has `label kind title section full n mean p sd total_r rest_r alpha_if_deleted omitted options a b difficulty infit outfit
information flags`, and `version` and `part`, which say what it is in the bank.  A figure that does not exist is None.
"""

from typing import Any

import numpy as np

from scoring.analysis.abilities import model
from scoring.analysis.alike import alike
from scoring.analysis.flags import LEAST, flags_of
from scoring.analysis.numbers import plain
from scoring.analysis.options import Groups, groups_of, option_figures
from scoring.analysis.sat import Floats, Sat
from scoring.ctt import ItemStatistics, item_statistics

_BARS = 20
_MODEL_FIGURES = ("a", "b", "difficulty", "infit", "outfit", "information")


def figures(sat: Sat, *, within_rooms: bool = False) -> dict[str, Any]:
    """Analyse a paper; `within_rooms` compares answer sheets of one room only."""
    document: dict[str, Any] = {
        "persons": sat.persons,
        "forms": int(np.unique(sat.forms).size),
        "left_out": [{"label": label, "why": why} for label, why in sat.left_out],
        "why": _why(sat),
        "caution": "few" if sat.persons < LEAST else None,
        "questions": [],
        "total": None,
        "groups": None,
        "model": None,
        "model_why": None,
        "pairs": None,
        "pairs_why": None,
    }
    if document["why"] is None:
        _fill(document, sat, within_rooms=within_rooms)
    result: dict[str, Any] = plain(document)
    return result


def _why(sat: Sat) -> str | None:
    if sat.persons == 0:
        return "nobody"
    if not sat.questions:
        return "no_questions"
    return "one" if sat.persons == 1 else None


def _fill(document: dict[str, Any], sat: Sat, *, within_rooms: bool) -> None:
    statistics = item_statistics(sat.marks, sat.full)
    groups = groups_of(sat)
    modelled = model(sat)
    pairs = alike(sat, within_rooms=within_rooms)
    document["total"] = _total(sat, statistics)
    document["groups"] = None if groups is None else {"tops": groups.tops, "n": groups.n}
    if isinstance(modelled, str):
        document["model_why"] = modelled
    else:
        document["model"] = modelled.paper
    document["pairs" if isinstance(pairs, dict) else "pairs_why"] = pairs
    of_model = {} if isinstance(modelled, str) else modelled.questions
    for place in range(len(sat.questions)):
        document["questions"].append(_question(sat, statistics, groups, place) | of_model.get(place, dict.fromkeys(_MODEL_FIGURES)))
    for question, shown in zip(sat.questions, document["questions"], strict=True):
        shown["flags"] = flags_of(plain(shown), question.kind)


def _question(sat: Sat, statistics: ItemStatistics, groups: Groups | None, place: int) -> dict[str, Any]:
    question = sat.questions[place]
    had = ~np.isnan(sat.marks[:, place])
    return {
        "version": question.version,
        "part": question.part,
        "label": question.label,
        "kind": question.kind,
        "title": question.title,
        "section": question.section,
        "full": question.full,
        "n": int(statistics.n[place]),
        "mean": statistics.mean[place],
        "p": statistics.p[place],
        "sd": statistics.sd[place],
        "total_r": statistics.item_total_r[place],
        "rest_r": statistics.item_rest_r[place],
        "alpha_if_deleted": statistics.alpha_if_deleted[place],
        "omitted": 1 - sat.answered[had, place].mean() if had.any() else np.nan,
        "options": option_figures(sat, place, groups) if place in sat.chosen else [],
    }


def _total(sat: Sat, statistics: ItemStatistics) -> dict[str, Any]:
    totals = sat.totals
    # People with different forms may have different full marks; the scale goes up to the greatest.
    full = float(np.where(np.isnan(sat.marks), 0.0, sat.full).sum(1).max())
    counts, edges = np.histogram(totals, _edges(min(0.0, float(totals.min())), max(full, float(totals.max()))))
    return {
        "mean": statistics.mean_total,
        "sd": float(np.std(totals, ddof=1)),
        "median": float(np.median(totals)),
        "least": float(totals.min()),
        "most": float(totals.max()),
        "full": full,
        "alpha": statistics.alpha,
        "kr20": statistics.kr20,
        "sem": statistics.sem,
        "histogram": {"edges": edges, "counts": counts},
    }


def _edges(low: float, high: float) -> Floats:
    """Return the edges of about twenty bars of a round width in marks; the last holds its upper edge."""
    width = next(step * 10.0**power for power in range(-2, 6) for step in (1, 2, 5) if (high - low) / (step * 10.0**power) <= _BARS)
    first, last = np.floor(low / width), np.ceil(high / width)
    return np.asarray(np.arange(first, last + 1) * width)
