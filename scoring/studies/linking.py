"""What is a total on one paper worth on another?  All figures as one document of JSON values.

    {"design": "anchor" or "equivalent_groups", "persons": {x, y}, "why": code or None, "cautions": [code], "step": marks,
     "common": [{x, y, title, p_x, p_y, odd}], "anchor": {full, share_x, share_y, mean_x, mean_y, r_x, r_y} or None,
     "scale", "equated": {method: […]}, "standard_errors": {method: […]}, "lines", "impossible": {method: reason}, "x": {…}, "y": {…},
     "counts": {x: […], y: […]}}

X is the paper that is translated, Y the one into whose marks.  `scale`, scores and errors are in marks, one entry for each `step` of X.
An anchor is the questions that stand on both papers, in the same version and with the same full marks.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from scoring.analysis.numbers import plain
from scoring.analysis.sat import Floats, Question, Sat
from scoring.equating.forms import AnchorSample, ScoreDistribution, distribution
from scoring.equating.methods import Choices, anchored, document, equivalent_groups

Design = Literal["anchor", "equivalent_groups"]

LEAST = 30
"""People on each paper below which nothing is computed."""
SOUND = 400
"""People on each paper below which the errors are too wide for most uses: Kolen and Brennan (2014), section 8.2."""
ANCHOR_SHARE = 0.2
"""Share of a paper's marks that an anchor should have: Kolen and Brennan (2014), section 8.1."""
ODD = 2.7
"""Robust z of a common question's shift from which it is named: Huynh and Meyer (2010)."""
_STEPS = (1.0, 0.5, 0.25, 0.2, 0.1, 0.05, 0.01)


@dataclass(frozen=True)
class Wish:
    """How to equate: the design, the degree of the smoothing polynomial (None: none), and how often the bootstrap draws."""

    design: Design
    degree: int | None = None
    times: int = 500


def figures(x: Sat, y: Sat, wish: Wish) -> dict[str, Any]:
    """Equate totals on X to totals on Y."""
    pairs = common(x, y)
    found: dict[str, Any] = {
        "design": wish.design,
        "persons": {"x": x.persons, "y": y.persons},
        "why": _why(x, y, wish, pairs),
        "cautions": [],
        "common": [],
        "anchor": None,
    }
    if found["why"] is None:
        found["common"] = _common_rows(x, y, pairs)
        found["anchor"] = _anchor(x, y, pairs) if wish.design == "anchor" else None
        found["cautions"] = _cautions(x, y, wish, found)
        found |= _equated(x, y, wish, pairs)
    result: dict[str, Any] = plain(found)
    return result


def common(x: Sat, y: Sat) -> list[tuple[int, int]]:
    """Return the places of the questions that stand on both papers: same version, same part, same full marks."""
    there = {_identity(question): place for place, question in enumerate(y.questions)}
    return [(place, there[_identity(question)]) for place, question in enumerate(x.questions) if _identity(question) in there]


def _identity(question: Question) -> tuple[str, int, float]:
    return question.version, question.part, question.full


def _why(x: Sat, y: Sat, wish: Wish, pairs: list[tuple[int, int]]) -> str | None:
    if min(x.persons, y.persons) < LEAST:
        return "equating_few"
    if any(why == "waiting" for sat in (x, y) for _, why in sat.left_out):
        return "equating_waiting"
    if min(np.ptp(x.totals), np.ptp(y.totals)) == 0:
        return "equating_alike"
    if wish.design == "anchor" and not pairs:
        return "equating_no_common"
    return None


def _cautions(x: Sat, y: Sat, wish: Wish, found: dict[str, Any]) -> list[str]:
    codes = []
    if min(x.persons, y.persons) < SOUND:
        codes.append("equating_unsound")
    if wish.design == "anchor":
        if min(found["anchor"]["share_x"], found["anchor"]["share_y"]) < ANCHOR_SHARE:
            codes.append("equating_short_anchor")
        if any(row["odd"] for row in found["common"]):
            codes.append("equating_odd")
    else:
        codes.append("equating_groups")
    return codes


def _common_rows(x: Sat, y: Sat, pairs: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Return the common questions with the share of the marks that each group earned, and whether the shift is unlike the others'."""
    shares = np.array([(_share(x, one), _share(y, two)) for one, two in pairs]).reshape(-1, 2)
    held = np.clip(shares, 0.01, 0.99)
    shift = np.log(held / (1 - held)) @ [1.0, -1.0]
    odd = np.zeros(len(pairs), np.bool_)
    if len(pairs) >= 5:
        low, middle, high = np.quantile(shift, (0.25, 0.5, 0.75))
        odd = np.abs(shift - middle) > ODD * 0.74 * (high - low)
    return [
        {
            "x": x.questions[one].label,
            "y": y.questions[two].label,
            "title": x.questions[one].title,
            "p_x": shares[n, 0],
            "p_y": shares[n, 1],
            "odd": bool(odd[n]),
        }
        for n, (one, two) in enumerate(pairs)
    ]


def _share(sat: Sat, place: int) -> float:
    return float(np.nanmean(sat.marks[:, place]) / sat.questions[place].full)


def _anchor(x: Sat, y: Sat, pairs: list[tuple[int, int]]) -> dict[str, Any]:
    one, two = _anchor_scores(x, [pair[0] for pair in pairs]), _anchor_scores(y, [pair[1] for pair in pairs])
    full = float(sum(x.questions[place].full for place, _ in pairs))
    return {
        "full": full,
        "share_x": full / x.full.sum(),
        "share_y": full / y.full.sum(),
        "mean_x": one.mean(),
        "mean_y": two.mean(),
        "r_x": _correlation(x.totals, one),
        "r_y": _correlation(y.totals, two),
    }


def _anchor_scores(sat: Sat, places: list[int]) -> Floats:
    return np.asarray(np.round(np.nansum(sat.marks[:, places], axis=1), 2))


def _correlation(a: Floats, b: Floats) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) and np.ptp(b) else np.nan


def _equated(x: Sat, y: Sat, wish: Wish, pairs: list[tuple[int, int]]) -> dict[str, Any]:
    """Equate in whole steps, and return the figures in marks."""
    scores = [x.totals, y.totals, _anchor_scores(x, [one for one, _ in pairs]), _anchor_scores(y, [two for _, two in pairs])]
    step = next((step for step in _STEPS if all(_is_whole(each / step) for each in scores)), _STEPS[-1])
    in_steps = [np.round(each / step) for each in scores]
    dx, dy = (_spread_out(total, sat.full.sum() / step) for total, sat in zip(in_steps, (x, y), strict=False))
    choices = Choices(degree=wish.degree, times=wish.times)
    if wish.design == "anchor":
        one, two = AnchorSample(in_steps[0], in_steps[2]), AnchorSample(in_steps[1], in_steps[3])
        methods = anchored(one, two, dx.scale, choices)
    else:
        methods = equivalent_groups(dx, dy, choices)
    try:
        found = document(wish.design, methods, dx, dy)
    except ValueError:
        return {"why": "equating_alike"}
    return _in_marks(found, step) | {"step": step, "counts": {"x": dx.counts, "y": dy.counts}}


def _is_whole(scores: Floats) -> bool:
    return bool(np.allclose(scores, np.round(scores), atol=1e-6))


def _spread_out(total: Floats, full: float) -> ScoreDistribution:
    """Return the distribution over the whole scale of a paper, from 0 (or what less somebody has) to its full marks."""
    return distribution(total, min(0.0, float(total.min())), max(float(np.round(full)), float(total.max())))


def _told(errors: list[float | None]) -> list[float | None]:
    """Return standard errors without those of nought: where nobody has such a score, every draw of the bootstrap is alike."""
    return [None if error is None or error < 1e-9 else error for error in errors]


def _in_marks(found: dict[str, Any], step: float) -> dict[str, Any]:
    def scaled(values: Any) -> Any:
        return [None if value is None else value * step for value in values]

    moments = {form: found[form] | {name: found[form][name] * step for name in ("mean", "sd")} for form in ("x", "y")}
    return {
        "scale": scaled(found["scale"]),
        "equated": {name: scaled(values) for name, values in found["equated"].items()},
        "standard_errors": {name: scaled(_told(values)) for name, values in found["standard_errors"].items()},
        "lines": {name: line | {"intercept": line["intercept"] * step} for name, line in found["lines"].items()},
        "impossible": found["impossible"],
        **moments,
    }
