"""How a marker marks against agreed marks: agreement, severity with its interval, the control chart, and when to pause.

Pure.  Differences are a marker's mark less the agreed one, in marks: above nought is lenient, below is severe.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy.special import stdtrit

from scoring.adjudication import Difference, Share


class Qualification(BaseModel):
    """When a marker is let in to live marking: after all qualifying scripts of the paper, by share and mean.

    share: the least share of them marked within `within` marks of the agreed mark.
    bias: the largest mean difference, either way, in marks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    share: Share = Decimal("0.8")
    within: Difference = Decimal(1)
    bias: Difference = Decimal("0.5")


class Quality(BaseModel):
    """How markers are watched, as data.

    seed_every: on average one script in so many is a seed with agreed marks; 0 for none.
    seed_tolerance: a seed is missed when the mark is further than this from the agreed one.
    misses, of: a marker is paused after so many misses among the last so many seeds.
    qualification: what is asked before live marking; None for nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed_every: Annotated[int, Field(ge=0, le=1000)] = 0
    seed_tolerance: Difference = Decimal(1)
    misses: Annotated[int, Field(ge=1, le=50)] = 3
    of: Annotated[int, Field(ge=1, le=50)] = 5
    qualification: Qualification | None = None

    @model_validator(mode="after")
    def _misses_fit(self) -> "Quality":
        if self.misses > self.of:
            raise ValueError("more misses than seeds to miss")
        return self


def is_missed(given: Decimal, agreed: Decimal, tolerance: Decimal) -> bool:
    """Say whether a seed is missed."""
    return abs(given - agreed) > tolerance


def is_to_pause(missed: Sequence[bool], misses: int, of: int) -> bool:
    """Say whether the last seed was a miss and makes `misses` of the last `of`."""
    return bool(missed) and missed[-1] and sum(missed[-of:]) >= misses


@dataclass(frozen=True)
class Severity:
    """A marker against agreed marks: how many, the share exactly and nearly alike, the mean difference with its 95 % interval."""

    n: int
    exact: float
    adjacent: float
    mean: float
    low: float | None
    high: float | None


def severity(differences: Sequence[Decimal], tolerance: Decimal) -> Severity | None:
    """Return how severe a marker is; None without a comparison, no interval with one.

    The interval is Student's: mean ± t(0.975, n − 1) · s / √n.
    """
    n = len(differences)
    if n == 0:
        return None
    exact = sum(difference == 0 for difference in differences) / n
    adjacent = sum(abs(difference) <= tolerance for difference in differences) / n
    mean = float(sum(differences, Decimal(0)) / n)
    if n == 1:
        return Severity(n, exact, adjacent, mean, None, None)
    spread = math.sqrt(sum((float(difference) - mean) ** 2 for difference in differences) / (n - 1))
    reach = float(stdtrit(n - 1, 0.975)) * spread / math.sqrt(n)
    return Severity(n, exact, adjacent, mean, mean - reach, mean + reach)


def qualifies(found: Severity | None, rule: Qualification) -> bool:
    """Say whether a marker whose differences were taken with the tolerance `rule.within` may mark live scripts."""
    return found is not None and found.adjacent >= rule.share and abs(found.mean) <= rule.bias


@dataclass(frozen=True)
class ChartPoint:
    """One point of a control chart: the difference, the running mean, and the limits within which the mean of a sound marker stays."""

    difference: float
    running: float
    low: float
    high: float

    @property
    def is_out(self) -> bool:
        """Say whether the running mean has left its limits."""
        return not self.low <= self.running <= self.high


def control_chart(differences: Sequence[Decimal], sigma: float, weight: float = 0.25, width: float = 3.0) -> list[ChartPoint]:
    """Return the exponentially weighted moving average of the differences around nought, with its limits.

    z(i) = w · d(i) + (1 − w) · z(i−1), z(0) = 0; limits ± L · σ · √(w / (2 − w) · (1 − (1 − w)^2i)): Roberts (1959), Technometrics 1,
    239-250; Lucas and Saccucci (1990), Technometrics 32, 1-12.  `sigma` is the spread of a sound marker's differences, in marks.
    """
    points: list[ChartPoint] = []
    running = 0.0
    for i, difference in enumerate(differences, 1):
        running = weight * float(difference) + (1 - weight) * running
        reach = width * sigma * math.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * i)))
        points.append(ChartPoint(float(difference), running, -reach, reach))
    return points


def pooled_sigma(markers: Sequence[Sequence[Decimal]], least: float) -> float:
    """Return the spread of differences within markers, pooled over them; never below `least`, where nobody differs by chance."""
    squares, freedom = 0.0, 0
    for differences in markers:
        if len(differences) > 1:
            mean = float(sum(differences, Decimal(0)) / len(differences))
            squares += sum((float(difference) - mean) ** 2 for difference in differences)
            freedom += len(differences) - 1
    return max(math.sqrt(squares / freedom) if freedom else least, least)
