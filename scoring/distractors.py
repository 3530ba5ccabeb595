"""Distractor tables and trace lines: how each option of an item drew stronger and weaker candidates.

The point-biserial of an option correlates "chose it" with the rest score (the total without this item), so that the
key is not flattered by its own mark (Henrysson 1963).  The R package CTT subtracts "chose it" itself instead,
also for a distractor, which pulls every distractor down; that figure stands beside ours for comparison.

Score groups are bounded by quantiles of the total, ties kept together in the lower group (Hyndman and Fan 1996,
definition 7).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.option_table import Counts, OptionTable

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DistractorTable:
    """Per item and option: counts, share, point-biserial with the rest score, and shares by score group.

    `n`, `share`, `point_biserial`, `point_biserial_less_choice`, `mean_total`, `discrimination` are `(items, options)`;
    `trace` is `(items, options, groups)`, the share of a group that chose the option, weakest group first.
    `discrimination` is the share in the strongest group minus that in the weakest.  `group_bounds` are the highest totals
    of each group.
    """

    n: Counts
    share: Floats
    point_biserial: Floats
    point_biserial_less_choice: Floats
    mean_total: Floats
    discrimination: Floats
    trace: Floats
    group_n: Counts
    group_bounds: Counts


def score_groups(persons_by_total: Counts, groups: int) -> tuple[NDArray[np.intp], Counts]:
    """Return the group (0 = weakest) of each total, and the highest total of each group, which somebody has.

    Where many share a total two bounds may fall together; there are fewer groups then.
    """
    reached = np.cumsum(persons_by_total)
    # A quantile lies between two neighbours in rank; whoever is at or below it is at or below the lower of them.
    rank = np.arange(1, groups) * (int(reached[-1]) - 1) // groups
    top = np.flatnonzero(persons_by_total)[-1]
    bounds = np.unique(np.append(np.searchsorted(reached, rank, side="right"), top))
    return np.searchsorted(bounds, np.arange(persons_by_total.size)).clip(max=bounds.size - 1), bounds


def distractor_table(table: OptionTable, groups: int = 5) -> DistractorTable:
    """Describe every option of every item of a counted paper."""
    group_of, bounds = score_groups(table.persons_by_total, groups)
    member = np.zeros((table.persons_by_total.size, bounds.size), np.int64)
    member[np.arange(group_of.size), group_of] = 1
    group_n = table.persons_by_total @ member
    n = table.counts.sum(2)
    with np.errstate(divide="ignore", invalid="ignore"):
        trace = (table.counts @ member) / group_n
        mean_total = (table.counts @ np.arange(group_of.size)) / n
    return DistractorTable(
        n=n,
        share=n / table.persons,
        point_biserial=_point_biserials(table),
        point_biserial_less_choice=_point_biserials_less_choice(table),
        mean_total=mean_total,
        discrimination=trace[:, :, -1] - trace[:, :, 0],
        trace=trace,
        group_n=group_n,
        group_bounds=bounds,
    )


def _point_biserials(table: OptionTable) -> Floats:
    """Correlate each option with the total less the item's mark, in whole numbers until the last step."""
    total = np.arange(table.persons_by_total.size)
    right = table.right()
    is_key = np.arange(table.counts.shape[1])[None, :] == table.key[:, None]
    t, tt = int(table.persons_by_total @ total), int(table.persons_by_total @ total**2)
    # Rest score y = total - x, with x the item's own mark (its square is itself).
    y = t - right.sum(1)
    yy = tt - 2 * (right @ total) + right.sum(1)
    oy = table.counts @ total - np.where(is_key, table.counts.sum(2), 0)
    return _correlations(table, y[:, None], yy[:, None], oy)


def _point_biserials_less_choice(table: OptionTable) -> Floats:
    """Correlate each option with the total less "chose it": `pBis` of the distractor analysis in the R package CTT."""
    total = np.arange(table.persons_by_total.size)
    t, tt = int(table.persons_by_total @ total), int(table.persons_by_total @ total**2)
    chosen, chosen_total = table.counts.sum(2), table.counts @ total
    return _correlations(table, t - chosen, tt - 2 * chosen_total + chosen, chosen_total - chosen)


def _correlations(table: OptionTable, y: Counts, yy: Counts, oy: Counts) -> Floats:
    """Correlate "chose it" with a score y from the sums of y, of its square and of its product with the choice."""
    count, chosen = table.persons, table.counts.sum(2)
    covariance = (count * oy - chosen * y).astype(np.float64)
    spread = (count * chosen - chosen**2).astype(np.float64) * (count * yy - y**2).astype(np.float64)
    r = np.full(chosen.shape, np.nan)
    np.divide(covariance, np.sqrt(spread), out=r, where=spread > 0)
    return r
