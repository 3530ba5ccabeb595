"""How each option of a choice drew stronger and weaker candidates: counts, trace lines, correlations with the rest of the paper.

As `scoring.distractors`, for papers whose questions earn any marks: the score groups are of the total in marks, and the correlation is
with the total less the question's own marks (Henrysson 1963).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.analysis.sat import Floats, Sat
from scoring.distractors import score_groups

GROUPS = 5
LEAST = 10
"""Scripts below which there are no score groups."""


@dataclass(frozen=True)
class Groups:
    """Score groups, weakest first: the group of each person, the highest total of each, and how many are in it."""

    of: NDArray[np.intp]
    tops: Floats
    n: NDArray[np.int64]


def groups_of(sat: Sat) -> Groups | None:
    """Return five groups of about the same size, ties kept together, so that there may be fewer; None with too few scripts."""
    if sat.persons < LEAST:
        return None
    hundredths = np.rint(sat.totals * 100).astype(np.int64)
    low = int(hundredths.min())
    group_of, bounds = score_groups(np.bincount(hundredths - low).astype(np.int64), GROUPS)
    of = group_of[hundredths - low]
    return Groups(of, (bounds + low) / 100, np.bincount(of, minlength=bounds.size).astype(np.int64))


def option_figures(sat: Sat, place: int, groups: Groups | None) -> list[dict[str, Any]]:
    """Return count, share, mean total, correlation with the rest and trace line of every option of a choice.

    Shares are of those who had the question; who left it out is in none of them.
    """
    question, chosen = sat.questions[place], sat.chosen[place]
    had = ~np.isnan(sat.marks[:, place])
    rest = sat.totals - np.nan_to_num(sat.marks[:, place])
    found = []
    for column, (name, text) in enumerate(question.options):
        taken = chosen[had, column]
        totals = sat.totals[had][taken]
        found.append(
            {
                "id": name,
                "text": text,
                "key": name in question.correct,
                "n": int(taken.sum()),
                "share": float(taken.mean()) if taken.size else None,
                "mean_total": float(totals.mean()) if totals.size else None,
                "rest_r": _correlation(taken.astype(np.float64), rest[had]),
                "trace": None if groups is None else _trace(taken, groups.of[had], groups.n.size),
            }
        )
    return found


def _trace(taken: NDArray[np.bool_], group: NDArray[np.intp], groups: int) -> list[float | None]:
    n = np.bincount(group, minlength=groups)
    hits = np.bincount(group, weights=taken, minlength=groups)
    return [float(hit / count) if count else None for hit, count in zip(hits, n, strict=True)]


def _correlation(x: Floats, y: Floats) -> float | None:
    """Return the product-moment correlation; None where one of the two does not vary."""
    if x.size < 2 or np.ptp(x) == 0 or np.ptp(y) < 1e-9:
        return None
    return float(np.corrcoef(x, y)[0, 1])
