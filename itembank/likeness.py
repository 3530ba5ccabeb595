"""How alike texts are: MinHash sketches of their character triples, compared through bands.

A sketch estimates the share of triples that two texts have in common (Jaccard's index).  Source: A. Broder, "On the resemblance and
containment of documents", 1997; bands after Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from itembank.words import normal

Sketches = NDArray[np.uint32]

HASHES = 64  # numbers of a sketch: the estimate is out by 0.06 at most, two times in three
ALIKE = 0.7  # from which share of common triples two texts are told to be alike
_BAND = 4  # numbers of a band: texts with 0.7 in common share one of the 16 bands with a probability of 0.99
_CROWD = 30  # texts in one band that are compared; where more are the same, some of them are told
_SHINGLE = 3
_CHUNK = 2000  # texts asked about at a time: what is compared of them stands in memory
_MULTIPLIERS, _ADDENDS = np.random.default_rng(20260101).integers(1, 2**63, (2, HASHES), dtype=np.uint64) | np.uint64(1)


@dataclass(frozen=True)
class Alike:
    """Two texts that are alike: the one asked about, the one found, and the estimated share (0 - 1) of what they have in common."""

    asked: int
    found: int
    share: float


def sketch(text: str) -> Sketches:
    """Return the sketch of a text: letters, digits and signs count, case, width and blanks do not."""
    letters = np.frombuffer(normal(text).replace(" ", "").encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(letters) < _SHINGLE:
        letters = np.concatenate([letters, np.zeros(_SHINGLE - len(letters), np.uint64)])
    triples = letters[:-2] | letters[1:-1] << np.uint64(21) | letters[2:] << np.uint64(42)
    mixed = np.unique(triples) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    hashed = (mixed[:, None] * _MULTIPLIERS + _ADDENDS) >> np.uint64(32)
    least: Sketches = hashed.min(axis=0).astype(np.uint32)
    return least


def unpack(packed: Sequence[bytes]) -> Sketches:
    """Return stored sketches as rows."""
    return np.frombuffer(b"".join(packed), dtype="<u4").reshape(len(packed), HASHES)


def pack(row: Sketches) -> bytes:
    """Return a sketch as it is stored."""
    return row.astype("<u4").tobytes()


def find_alike(asked: Sketches, known: Sketches, least: float = ALIKE) -> list[Alike]:
    """Return which of the known are like the asked ones, the likest first for each asked."""
    if not len(asked) or not len(known):
        return []
    keys = [_keys(known, start) for start in range(0, HASHES, _BAND)]
    return [pair for start in range(0, len(asked), _CHUNK) for pair in _find(asked, start, known, keys, least)]


def _find(asked: Sketches, first: int, known: Sketches, keys: Sequence[NDArray[np.uint64]], least: float) -> list[Alike]:
    chunk = asked[first : first + _CHUNK]
    pairs: set[tuple[int, int]] = set()
    for band, known_keys in enumerate(keys):
        pairs |= _together(_keys(chunk, band * _BAND), known_keys)
    if not pairs:
        return []
    left, right = np.array(sorted(pairs)).T
    shares = (chunk[left] == known[right]).mean(axis=1)
    found = [Alike(first + int(i), int(j), float(share)) for i, j, share in zip(left, right, shares, strict=True) if share >= least]
    return sorted(found, key=lambda pair: (pair.asked, -pair.share, pair.found))


def _keys(sketches: Sketches, start: int) -> NDArray[np.uint64]:
    keys = np.zeros(len(sketches), np.uint64)
    for column in range(start, start + _BAND):
        keys = (keys ^ sketches[:, column]) * _MULTIPLIERS[column]
    return keys


def _together(asked: NDArray[np.uint64], known: NDArray[np.uint64]) -> set[tuple[int, int]]:
    places: dict[int, list[int]] = defaultdict(list)
    hits = np.flatnonzero(np.isin(known, asked))
    for n, key in zip(hits.tolist(), known[hits].tolist(), strict=True):
        if len(places[key]) < _CROWD:
            places[key].append(n)
    return {(i, j) for i, key in enumerate(asked.tolist()) for j in places.get(key, ())} if places else set()
