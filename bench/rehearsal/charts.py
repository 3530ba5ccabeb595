"""Plots of a rehearsal as inline SVG: a line over time with marks where faults happened, in few lines of our own."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT = 760, 220
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 26, 34
TICKS = 5


class Line(NamedTuple):
    """One line: its name, its colour, its points (seconds, value) in order of time."""

    name: str
    colour: str
    points: Sequence[tuple[float, float]]


class Mark(NamedTuple):
    """A fault: when it began, how long it lasted (seconds), its number in the table."""

    at: float
    lasted: float
    number: int


def plot(title: str, unit: str, lines: Sequence[Line], marks: Sequence[Mark], until: float) -> str:
    """Return an `<svg>` of the lines over `until` seconds from the first candidate's coming."""
    highest = nice(max((value for line in lines for _, value in line.points), default=1.0))
    across = (WIDTH - LEFT - RIGHT) / max(until, 1e-9)
    up = (HEIGHT - TOP - BOTTOM) / highest

    def x(seconds: float) -> float:
        return round(LEFT + min(seconds, until) * across, 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - value * up, 1)

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">']
    for mark in marks:
        width = max(2.0, x(mark.at + mark.lasted) - x(mark.at))
        parts.append(f'<rect class="fault" x="{x(mark.at)}" y="{TOP}" width="{width:.1f}" height="{HEIGHT - TOP - BOTTOM}"/>')
        parts.append(f'<text class="number" x="{x(mark.at)}" y="{TOP - 4}">{mark.number}</text>')
    for n in range(TICKS + 1):
        value, seconds = highest * n / TICKS, until * n / TICKS
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value)}" y2="{y(value)}"/>')
        parts.append(f'<text class="value" x="{LEFT - 6}" y="{y(value) + 4}">{value:g}</text>')
        parts.append(f'<text class="time" x="{x(seconds)}" y="{HEIGHT - BOTTOM + 16}">{seconds:.0f} s</text>')
    for line in lines:
        points = " ".join(f"{x(seconds)},{y(value)}" for seconds, value in line.points)
        parts.append(f'<polyline points="{points}" style="stroke:{line.colour}"/>')
    parts.append("</svg>")
    legend = "".join(f'<span><i style="background:{line.colour}"></i>{escape(line.name)}</span>' for line in lines)
    return f"<figure><figcaption>{escape(title)} <small>({escape(unit)})</small>{legend}</figcaption>{''.join(parts)}</figure>"


def nice(value: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20, 50, … (or a decimal fraction of them) that is not below a value."""
    step = 1e-3
    while True:
        for factor in (1, 2, 5):
            if factor * step >= value:
                return float(f"{factor * step:g}")
        step *= 10
