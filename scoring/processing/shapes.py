"""Shapes: areas of a picture (clause Shape; coordinates as in HTML 4 image maps)."""

import re
from collections.abc import Sequence

from scoring.processing.values import Point

Coords = tuple[float, ...]

_LEAST = {"default": 0, "rect": 4, "circle": 3, "ellipse": 4, "poly": 6}


def read_coords(shape: str, text: str) -> Coords:
    """Read the coordinates of a shape, in pixels.

    Raises:
        ValueError: when the shape is unknown or its coordinates do not make it up.
    """
    coords = tuple(float(word) for word in re.split(r"[\s,]+", text.strip()) if word)
    if shape not in _LEAST or len(coords) < _LEAST[shape] or (shape == "poly" and len(coords) % 2):
        raise ValueError(shape)
    return coords


def contains(shape: str, coords: Coords, point: Point) -> bool:
    """Return whether the point lies in the area or on its edge."""
    x, y = point
    if shape == "rect":
        left, top, right, bottom = coords[:4]
        return min(left, right) <= x <= max(left, right) and min(top, bottom) <= y <= max(top, bottom)
    if shape == "circle":
        cx, cy, radius = coords[:3]
        return (x - cx) ** 2 + (y - cy) ** 2 <= radius**2
    if shape == "ellipse":
        cx, cy, h, v = coords[:4]
        return h > 0 and v > 0 and ((x - cx) / h) ** 2 + ((y - cy) / v) ** 2 <= 1
    if shape == "poly":
        return _in_polygon(list(zip(coords[::2], coords[1::2], strict=True)), x, y)
    return True


def _in_polygon(corners: Sequence[tuple[float, float]], x: float, y: float) -> bool:
    """Count the edges that a ray to the right crosses; a point on an edge is inside."""
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        cross = (x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)
        if cross == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
