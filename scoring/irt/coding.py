"""Answers made ready for estimation: categories in order, equal answer sheets counted once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.option_table import MISSING, Codes

_COLLAPSE_UP_TO = 40
"""Items up to which equal answer sheets are looked for; with more, hardly two are alike."""


@dataclass(frozen=True)
class CodedResponses:
    """Answers as indicators.

    `indicator` `(patterns, items · steps)`: 1 where the answer is exactly category 1, 2, … of the item; `seen`
    `(patterns, items)`: 1 where there is an answer, or None when all are there; `weight` `(patterns,)`: how many persons;
    `pattern_of` `(persons,)`; `categories` `(items,)`: how many categories occur; `items`: which columns of the answers these are.
    Items that all answered alike say nothing about ability and are left out.
    """

    indicator: NDArray[np.uint8]
    seen: NDArray[np.uint8] | None
    weight: NDArray[np.float64]
    pattern_of: NDArray[np.intp]
    categories: NDArray[np.int64]
    items: NDArray[np.intp]

    @property
    def steps(self) -> int:
        """Return the most steps (categories less one) of any item."""
        return int(self.categories.max()) - 1

    def thinned(self, every: int) -> "CodedResponses":
        """Return every n-th pattern, for a first rough estimate."""
        seen = None if self.seen is None else self.seen[::every]
        rows = np.arange(self.weight[::every].size)
        return CodedResponses(self.indicator[::every], seen, self.weight[::every], rows, self.categories, self.items)


def encode(responses: Codes) -> CodedResponses:
    """Code answers `(persons, items)`, ordered categories 0, 1, … with `MISSING` where there is none.

    Category numbers that nobody has are closed up.

    Raises:
        ValueError: when no item tells persons apart.
    """
    dense, categories = _close_up(responses)
    kept = np.flatnonzero(categories > 1)
    if kept.size == 0:
        raise ValueError("every item was answered alike by all: there is nothing to estimate")
    dense, categories = dense[:, kept], categories[kept]
    patterns, weight, pattern_of = _collapse(dense)
    steps = int(categories.max()) - 1
    indicator = np.empty((patterns.shape[0], kept.size, steps), np.uint8)
    for step in range(steps):
        np.equal(patterns, step + 1, out=indicator[:, :, step].view(np.bool_))
    missing = patterns == MISSING
    seen = (~missing).view(np.uint8) if missing.any() else None
    flat = indicator.reshape(patterns.shape[0], -1)
    return CodedResponses(flat, seen, weight, pattern_of, categories, kept)


def _close_up(responses: Codes) -> tuple[Codes, NDArray[np.int64]]:
    """Renumber the categories of each item without gaps; return how many each has."""
    items = responses.shape[1]
    categories = np.empty(items, np.int64)
    dense = responses
    for item in range(items):
        present = np.flatnonzero(np.bincount(responses[:, item], minlength=256)[:MISSING])
        categories[item] = present.size
        if present.size and present[-1] != present.size - 1:
            if dense is responses:
                dense = responses.copy()
            lookup = np.full(256, MISSING, np.uint8)
            lookup[present] = np.arange(present.size)
            dense[:, item] = lookup[responses[:, item]]
    return dense, categories


def _collapse(dense: Codes) -> tuple[Codes, NDArray[np.float64], NDArray[np.intp]]:
    """Return the different rows, how often each occurs, and which one each person has."""
    if dense.shape[1] > _COLLAPSE_UP_TO:
        return dense, np.ones(dense.shape[0]), np.arange(dense.shape[0])
    rows = np.ascontiguousarray(dense).view(np.dtype((np.void, dense.shape[1]))).ravel()
    _, first, inverse, count = np.unique(rows, return_index=True, return_inverse=True, return_counts=True)
    return dense[first], count.astype(np.float64), inverse
