"""Draws by seed that never change: no random generator of a language version is trusted.

Block *i* of a stream is the first 8 bytes (big-endian) of SHA-256 of the UTF-8 text `seed/label/i`.  A number below *n* is the first
block below the largest multiple of *n* in 2**64, modulo *n*: every number is equally likely.  A shuffle is that of Fisher and Yates
(Durstenfeld's form, from the end).
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")

_RANGE = 2**64


class Stream:
    """One endless stream of numbers, the same for the same seed and label."""

    def __init__(self, seed: int, label: str) -> None:
        self._prefix = f"{seed}/{label}/"
        self._next = 0

    def below(self, n: int) -> int:
        """Return the next number from 0 to n - 1."""
        limit = _RANGE - _RANGE % n
        while True:
            block = int.from_bytes(sha256(f"{self._prefix}{self._next}".encode()).digest()[:8], "big")
            self._next += 1
            if block < limit:
                return block % n

    def shuffled(self, values: Iterable[T]) -> list[T]:
        """Return the values in an order in which every permutation is equally likely."""
        mixed = list(values)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed


def derive_seed(seed: int, label: str) -> int:
    """Return a seed of its own (0 - 2**53 - 1, exact in a browser too) for one thing among those that share a seed."""
    return int.from_bytes(sha256(f"{seed}/{label}".encode()).digest()[:8], "big") >> 11
