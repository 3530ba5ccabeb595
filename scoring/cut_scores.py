"""Cut scores from the judgement of experts: Angoff, Ebel, borderline regression.

Cizek and Bunch (2007), *Standard Setting*, chapters 5 and 6; Kramer et al. (2003), Medical Education 37, 132-139, for
borderline regression.  Sums and means are exact; the cut score is rounded once, halves away from zero, to the places asked for.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class CutScore:
    """A cut score in marks, its standard error in marks (None where one judgement gives none), and what it rests on."""

    value: Decimal
    standard_error: float | None
    judgements: int


@dataclass(frozen=True)
class RegressionCut:
    """A borderline-regression cut score with its line: mark = intercept + slope · rating, and the share explained."""

    value: Decimal
    standard_error: float | None
    judgements: int
    slope: float
    intercept: float
    r_squared: float


def angoff(ratings: Sequence[Sequence[Decimal]], marks: Sequence[Decimal] | None = None, places: int = 2) -> CutScore:
    """Return the mean over judges of what a just competent candidate would score.

    `ratings` is a row per judge: for each item the chance, 0 to 1, that such a candidate is right (or the share of the mark
    that they get).  `marks` are the full marks per item, by default 1.  The standard error is that of the mean over judges.

    Raises:
        ValueError: when rows differ in length, a chance is outside 0 to 1, or there is no judgement.
    """
    if not ratings or not ratings[0]:
        raise ValueError("there are no judgements")
    full = marks if marks is not None else [Decimal(1)] * len(ratings[0])
    sums = []
    for judge, row in enumerate(ratings):
        if len(row) != len(full):
            raise ValueError(f"judge {judge + 1} rated {len(row)} items of {len(full)}")
        sums.append(sum((_chance(chance) * Fraction(mark) for chance, mark in zip(row, full, strict=True)), Fraction(0)))
    return _mean_cut(sums, places)


def ebel(cells: Mapping[Hashable, Decimal], judgements: Sequence[Mapping[Hashable, Decimal]], places: int = 2) -> CutScore:
    """Return the mean over judges of marks per cell times the share that a just competent candidate gets there.

    `cells` gives the marks at stake per class of items (difficulty × relevance); each judge gives a share, 0 to 1, per class.

    Raises:
        ValueError: when a judge leaves out a class, a share is outside 0 to 1, or there is no judgement.
    """
    if not judgements:
        raise ValueError("there are no judgements")
    sums = []
    for judge, shares in enumerate(judgements):
        if missing := [str(cell) for cell in cells if cell not in shares]:
            raise ValueError(f"judge {judge + 1} gave no share for {', '.join(missing)}")
        sums.append(sum((Fraction(marks) * _chance(shares[cell]) for cell, marks in cells.items()), Fraction(0)))
    return _mean_cut(sums, places)


def borderline_regression(ratings: Sequence[Decimal], marks: Sequence[Decimal], borderline: Decimal, places: int = 2) -> RegressionCut:
    """Return the mark that the regression of marks on examiners' global ratings gives for a borderline rating.

    The standard error is that of the fitted mean at the borderline rating.

    Raises:
        ValueError: when there are fewer than two pairs or all ratings are equal.
    """
    if len(ratings) != len(marks) or len(ratings) < 2:
        raise ValueError("there must be at least two pairs of rating and mark")
    x, y = [Fraction(value) for value in ratings], [Fraction(value) for value in marks]
    n = len(x)
    x_mean, y_mean = sum(x, Fraction(0)) / n, sum(y, Fraction(0)) / n
    xx = sum(((a - x_mean) ** 2 for a in x), Fraction(0))
    yy = sum(((b - y_mean) ** 2 for b in y), Fraction(0))
    if xx == 0:
        raise ValueError("all ratings are equal: there is no line")
    slope = sum(((a - x_mean) * (b - y_mean) for a, b in zip(x, y, strict=True)), Fraction(0)) / xx
    at = Fraction(borderline)
    residual = yy - slope**2 * xx
    error = None
    if n > 2:
        error = math.sqrt(residual / (n - 2) * (Fraction(1, n) + (at - x_mean) ** 2 / xx))
    return RegressionCut(
        value=_rounded(y_mean + slope * (at - x_mean), places),
        standard_error=error,
        judgements=n,
        slope=float(slope),
        intercept=float(y_mean - slope * x_mean),
        r_squared=float(slope**2 * xx / yy) if yy else 1.0,
    )


def _chance(value: Decimal) -> Fraction:
    if not 0 <= value <= 1:
        raise ValueError(f"{value} is not a share from 0 to 1")
    return Fraction(value)


def _mean_cut(sums: Sequence[Fraction], places: int) -> CutScore:
    n = len(sums)
    mean = sum(sums, Fraction(0)) / n
    error = None
    if n > 1:
        error = math.sqrt(sum(((value - mean) ** 2 for value in sums), Fraction(0)) / (n - 1) / n)
    return CutScore(_rounded(mean, places), error, n)


def _rounded(value: Fraction, places: int) -> Decimal:
    """Round an exact value once, halves away from zero."""
    scaled = value * 10**places
    whole = math.floor(abs(scaled) + Fraction(1, 2))
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-places)
