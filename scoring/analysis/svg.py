"""Drawing with numbers: a frame with axes, and marks in it, as inline SVG without style or script.

Every mark has its colour as an attribute, so that a report looks like the page, and a class, by which a page's own sheet may recolour it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from math import ceil, floor, log10

INK, MUTED, LINE, ACCENT, WARN, DANGER = "#1f2428", "#565e66", "#d8d5cc", "#14606f", "#835200", "#a32a1c"
FONT = "Noto Sans CJK SC, sans-serif"


@dataclass
class Frame:
    """A plot: its size in user units, the ranges of its axes, their names, and what has been drawn so far."""

    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]
    left: float = 44
    right: float = 20
    top: float = 24
    bottom: float = 36
    parts: list[str] = field(default_factory=list)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies; what is off the scale lies on its edge."""
        share_x = (min(max(x, self.x[0]), self.x[1]) - self.x[0]) / (self.x[1] - self.x[0])
        share_y = (min(max(y, self.y[0]), self.y[1]) - self.y[0]) / (self.y[1] - self.y[0])
        across, up = self.width - self.left - self.right, self.height - self.top - self.bottom
        return round(self.left + share_x * across, 1), round(self.height - self.bottom - share_y * up, 1)

    def axes(self, x_ticks: Iterable[tuple[float, str]], y_ticks: Iterable[tuple[float, str]], x_name: str, y_name: str) -> None:
        """Draw grid lines at the ticks of y, the ticks of x below, and the names of both axes."""
        for value, shown in y_ticks:
            _, y = self.at(self.x[0], value)
            self.line([(self.x[0], value), (self.x[1], value)], LINE, "grid", 1)
            self.text(self.left - 6, y + 4, shown, anchor="end")
        self.line([(self.x[0], self.y[0]), (self.x[1], self.y[0])], MUTED, "axis", 1)
        for value, shown in x_ticks:
            x, y = self.at(value, self.y[0])
            self.text(x, y + 14, shown, anchor="middle")
        self.text((self.left + self.width - self.right) / 2, self.height - 5, x_name, anchor="middle")
        self.text(4, 12, y_name)

    def line(self, points: Sequence[tuple[float, float]], colour: str, name: str, width: float = 2, dash: str = "") -> None:
        """Draw a line through points."""
        path = " ".join(f"{x},{y}" for x, y in (self.at(*point) for point in points))
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<polyline class="{name}" points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>')

    def bar(self, x0: float, x1: float, y: float, colour: str = ACCENT, name: str = "data") -> None:
        """Draw a bar from the bottom up to y."""
        left, top = self.at(x0, y)
        right, bottom = self.at(x1, self.y[0])
        gap = 1 if right - left > 4 else 0
        self.parts.append(
            f'<rect class="{name}" x="{left + gap / 2}" y="{top}" width="{max(right - left - gap, 0.5):.1f}" '
            f'height="{bottom - top:.1f}" fill="{colour}"/>'
        )

    def box(self, x: float, y: float, width: float, height: float, told: str) -> None:
        """Draw a filled box, in user units, that tells what it is."""
        size = f'width="{width:.1f}" height="{height:.1f}"'
        self.parts.append(f'<rect class="data" x="{x:.1f}" y="{y:.1f}" {size} fill="{ACCENT}"><title>{escape(told)}</title></rect>')

    def dot(self, x: float, y: float, told: str, colour: str = ACCENT, name: str = "data", radius: float = 3.5) -> None:
        """Draw a dot that tells what it is."""
        cx, cy = self.at(x, y)
        self.parts.append(f'<circle class="{name}" cx="{cx}" cy="{cy}" r="{radius}" fill="{colour}"><title>{escape(told)}</title></circle>')

    def name_dots(self, named: Sequence[tuple[float, float, str]], size: float = 10, radius: float = 3.5) -> None:
        """Write a name beside each dot (x, y, name) where it covers neither a name nor another dot, the first first.

        A name that has no room is left out: it could not be read.
        """
        spots = [self.at(x, y) for x, y, _ in named]
        taken = [(x - radius, y - radius, x + radius, y + radius) for x, y in spots]
        for n, ((x, y), (_, _, name)) in enumerate(zip(spots, named, strict=True)):
            width, off = 0.62 * size * len(name), radius + 1.5
            places = [(x + off, y - size / 2), (x - off - width, y - size / 2), (x - width / 2, y - off - size), (x - width / 2, y + off)]
            boxes = [(left, top, left + width, top + size) for left, top in places]
            box = next((box for box in boxes if not any(_meet(box, other) for m, other in enumerate(taken) if m != n)), None)
            if box is not None:
                taken.append(box)
                self.text(box[0], box[3] - 0.15 * size, name, colour=INK, size=size)

    def text(self, x: float, y: float, words: str, anchor: str = "start", colour: str = MUTED, size: float = 11) -> None:
        """Write words at a place in user units."""
        set_in = f'font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"'
        self.parts.append(f'<text class="words" x="{x:.1f}" y="{y:.1f}" {set_in}>{escape(words)}</text>')

    def svg(self, says: str) -> str:
        """Return the drawing; `says` is what it shows, for those who do not see it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" aria-label="{escape(says)}" '
            f'viewBox="0 0 {self.width:g} {self.height:g}" font-family="{FONT}">{"".join(self.parts)}</svg>'
        )


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Say whether two boxes (left, top, right, bottom) share any place."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def ticks(low: float, high: float, about: int = 5) -> list[tuple[float, str]]:
    """Return round values within a range, about so many, with their texts."""
    raw = (high - low) / about
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    return [(n * step, f"{n * step:g}") for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]
