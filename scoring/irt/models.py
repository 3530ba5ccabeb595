"""The logistic models as one: cumulative logits with an optional lower asymptote.

The chance of reaching category k ≥ 1 of an item is `c + (1 - c) / (1 + exp(-(a θ + d_k)))`, with d_1 > d_2 > …; a category
is reached and the next one not.  One step and c = 0 is the two-parameter model (Birnbaum 1968); one step and c > 0 the
three-parameter model; several steps the graded response model (Samejima 1969); equal slopes the one-parameter model
(Rasch 1960).  Difficulty is b_k = -d_k / a.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Model = Literal["rasch", "1pl", "2pl", "3pl", "graded"]

_FLOOR = 1e-15


@dataclass(frozen=True)
class ItemParameters:
    """Parameters of items: `slope` (items), `intercepts` (items, steps), `guessing` (items).

    Steps that an item does not have are -inf at the end of its row.
    """

    slope: Floats
    intercepts: Floats
    guessing: Floats

    @property
    def difficulty(self) -> Floats:
        """Return b, `(items, steps)`: the ability at which a step is a matter of chance; NaN for a step that is not there."""
        steps = np.where(np.isfinite(self.intercepts), self.intercepts, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(-steps / self.slope[:, None])

    @classmethod
    def from_difficulty(cls, a: Floats, b: Floats, c: Floats | None = None) -> "ItemParameters":
        """Make parameters of right-or-wrong items from slope, difficulty and lower asymptote, each `(items,)`."""
        return cls(a, -(a * b)[:, None], np.zeros(a.shape) if c is None else c)


@dataclass(frozen=True)
class Curves:
    """Category chances `p` and their first and second derivatives by ability, each `(items, categories, abilities)`."""

    p: Floats
    first: Floats
    second: Floats


def logistic(z: Floats) -> Floats:
    """Return 1 / (1 + exp(-z)) without overflow."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def reached(items: ItemParameters, theta: Floats) -> Floats:
    """Return the bare logistic of each step, `(items, steps, abilities)`."""
    return logistic(items.slope[:, None, None] * theta + items.intercepts[:, :, None])


def probabilities(items: ItemParameters, theta: Floats) -> Floats:
    """Return the chance of each category, `(items, categories, abilities)`, never quite 0."""
    c = items.guessing[:, None, None]
    return np.maximum(categories(c + (1 - c) * reached(items, theta), 1.0), _FLOOR)


def curves(items: ItemParameters, theta: Floats) -> Curves:
    """Return category chances and derivatives at those abilities."""
    a, c = items.slope[:, None, None], items.guessing[:, None, None]
    s = reached(items, theta)
    w = (1 - c) * s * (1 - s)
    return Curves(
        p=np.maximum(categories(c + (1 - c) * s, 1.0), _FLOOR),
        first=categories(a * w, 0.0),
        second=categories(a**2 * w * (1 - 2 * s), 0.0),
    )


def categories(steps: Floats, bottom: float) -> Floats:
    """Turn a quantity of reaching each step into one of each category; `bottom` is the value of reaching category 0.

    With guessing an absent step (-inf) would still be reached by chance; only right-or-wrong items may guess.
    """
    items, _, abilities = steps.shape
    below = np.full((items, 1, abilities), bottom)
    above = np.zeros((items, 1, abilities))
    return -np.diff(np.concatenate([below, steps, above], axis=1), axis=1)
