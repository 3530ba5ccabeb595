"""Simulated markers: sound, lenient, severe, drifting; each marks seeds of ten marks until the rule pauses it.

`python -m tests.make.markers` prints the table of docs/marking.md.
"""

import random
import statistics
from decimal import Decimal
from typing import Literal

from scoring.drift import control_chart, is_missed, is_to_pause

Kind = Literal["sound", "lenient", "severe", "drifting"]
KINDS: tuple[Kind, ...] = ("sound", "lenient", "severe", "drifting")
SPREAD = 0.7  # marks: how far a marker's marks scatter around the own mean
BIAS = 2.0  # marks of ten, by which a lenient or severe marker is off
DRIFT = 0.1  # marks a seed, by which a drifting marker goes off
TOLERANCE = Decimal("1.5")
HALF = Decimal("0.5")


def difference(kind: Kind, n: int, draw: random.Random) -> Decimal:
    """Draw a marker's difference from the agreed mark at the seed with number `n` (from 0), in half marks."""
    mean = {"sound": 0.0, "lenient": BIAS, "severe": -BIAS, "drifting": DRIFT * n}[kind]
    return Decimal(round(draw.gauss(mean, SPREAD) / float(HALF))) * HALF


def simulate(kind: Kind, draw: random.Random, seeds: int, misses: int = 3, of: int = 5) -> int | None:
    """Let one marker mark seeds; return after how many the rule pauses, None when it never does."""
    missed: list[bool] = []
    for n in range(seeds):
        missed.append(is_missed(difference(kind, n, draw), Decimal(0), TOLERANCE))
        if is_to_pause(missed, misses, of):
            return n + 1
    return None


def chart_signal(kind: Kind, draw: random.Random, seeds: int) -> int | None:
    """Let one marker mark seeds; return after how many the control chart first leaves its limits, None when it never does."""
    points = control_chart([difference(kind, n, draw) for n in range(seeds)], SPREAD)
    return next((n for n, point in enumerate(points, 1) if point.is_out), None)


def table(people: int = 1000, seeds: int = 40) -> list[str]:
    """Return the rows of the table: who, by which rule, found or stopped, and after how many seeds (median, 90th in a hundred)."""
    rules = [("2 of 3", 2, 3), ("3 of 5", 3, 5), ("4 of 8", 4, 8)]
    rows = ["| Marker | Rule | Paused | Seeds until then: median | 90 % within |", "| --- | --- | --- | --- | --- |"]
    for kind in KINDS:
        for name, misses, of in rules:
            delays = [simulate(kind, random.Random(f"{kind}/{n}"), seeds, misses, of) for n in range(people)]
            rows.append(_line(kind, f"{name} seeds missed", delays))
        rows.append(
            _line(
                kind,
                "control chart (shown, pauses nobody)",
                [chart_signal(kind, random.Random(f"{kind}/{n}"), seeds) for n in range(people)],
            )
        )
    return rows


def _line(kind: Kind, rule: str, delays: list[int | None]) -> str:
    found = sorted(delay for delay in delays if delay is not None)
    if not found:
        return f"| {kind} | {rule} | 0.0 % | – | – |"
    return f"| {kind} | {rule} | {len(found) / len(delays):.1%} | {statistics.median(found):g} | {found[int(len(found) * 0.9)]} |"


if __name__ == "__main__":
    print(*table(), sep="\n")  # noqa: T201 - what it is for
