"""Information: how sharply an item or a paper tells abilities apart."""

import numpy as np

from scoring.irt.models import Floats, ItemParameters, curves


def item_information(items: ItemParameters, theta: Floats) -> Floats:
    """Return Fisher information `(items, abilities)`: Σ over categories of P'(θ)² / P(θ) (Samejima 1969)."""
    shape = curves(items, theta)
    return np.asarray((shape.first**2 / shape.p).sum(1))


def paper_information(items: ItemParameters, theta: Floats) -> Floats:
    """Return the information of all items together, `(abilities,)`."""
    return np.asarray(item_information(items, theta).sum(0))


def standard_error(items: ItemParameters, theta: Floats) -> Floats:
    """Return the standard error of ability that the paper allows at each ability: 1 / √information."""
    with np.errstate(divide="ignore"):
        return np.asarray(1 / np.sqrt(paper_information(items, theta)))
