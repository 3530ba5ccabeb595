"""Who chose what at which total score: the one table from which all figures of a choice paper follow.

A million answer sheets are read twice, in blocks that fit the cache; everything after that works on a table of some
ten thousand counts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Codes = NDArray[np.uint8]

MISSING = 255
"""The code of a response that is not there."""

_BLOCK = 2040
"""Rows in a block: it stays in the cache, and is made of whole strips."""
_STRIP = 255
"""Rows that a byte can count."""


@dataclass(frozen=True)
class OptionTable:
    """Counts `(items, options, totals)`: how many with a total score chose an option; `key` is the right option per item."""

    counts: Counts
    key: Codes
    persons_by_total: Counts

    @property
    def persons(self) -> int:
        """How many answer sheets were counted."""
        return int(self.persons_by_total.sum())

    def right(self) -> Counts:
        """Return `(items, totals)`: how many with that total got the item right; 0 where nobody chose the key."""
        items = np.arange(self.key.size)
        known = self.key < self.counts.shape[1]
        chosen = self.counts[items, np.where(known, self.key, 0)]
        return np.where(known[:, None], chosen, 0)


def totals(responses: Codes, key: Codes) -> NDArray[np.uint16]:
    """Return each person's number of right answers.  `responses` is `(persons, items)`, codes from 0."""
    scores = np.empty(responses.shape[0], np.uint16)
    width = np.uint8 if key.size < 256 else np.uint16
    for start in range(0, responses.shape[0], _BLOCK):
        right = (responses[start : start + _BLOCK] == key).view(np.uint8)
        scores[start : start + _BLOCK] = right.sum(1, dtype=width)
    return scores


def count_options(responses: Codes, key: Codes, options: int) -> OptionTable:
    """Count the choices of `options` codes (0 … options - 1) by total score.

    Any other code is no choice: `MISSING` for a response that is not there.

    Raises:
        ValueError: when shapes do not fit or there is nobody.
    """
    if responses.ndim != 2 or 0 in responses.shape or key.shape != (responses.shape[1],):
        raise ValueError("responses must be (persons, items) with one key per item")
    scores = totals(responses, key)
    persons_by_total = np.bincount(scores, minlength=key.size + 1).astype(np.int64)
    order = np.argsort(scores, kind="stable")
    ends = np.cumsum(persons_by_total)
    counts = np.zeros((key.size + 1, options, key.size), np.int64)
    for total in np.flatnonzero(persons_by_total):
        for start in range(int(ends[total] - persons_by_total[total]), int(ends[total]), _BLOCK):
            rows = order[start : min(start + _BLOCK, int(ends[total]))]
            _add_block(counts[total], responses[rows])
    return OptionTable(np.ascontiguousarray(counts.transpose(2, 1, 0)), key, persons_by_total)


def _add_block(counts: Counts, block: Codes) -> None:
    """Add the choices of a block `(persons, items)` to `counts` `(options, items)`."""
    whole = block.shape[0] // _STRIP * _STRIP
    for option in range(counts.shape[0]):
        chosen = (block == option).view(np.uint8)
        if whole:
            strips = chosen[:whole].reshape(-1, _STRIP, block.shape[1]).sum(1, dtype=np.uint8)
            counts[option] += strips.sum(0, dtype=np.int64)
        counts[option] += chosen[whole:].sum(0, dtype=np.uint8)
