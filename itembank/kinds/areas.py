"""Areas of a picture, in its pixels: `rect 10,10,90,60` (left, top, right, bottom), `circle 50,50,20` (centre, radius), `poly 0,0,9,0,5,7`.

Source: the shapes and coordinates of HTML's `area`, which QTI takes over.
"""

from dataclasses import dataclass

_MOST_NUMBERS = 200
_LARGEST = 10_000


@dataclass(frozen=True)
class Area:
    """A shape and its coordinates."""

    shape: str
    coords: tuple[int, ...]

    def is_within(self, width: int, height: int) -> bool:
        """Say whether the area lies within a picture of this size."""
        if self.shape == "circle":
            x, y, radius = self.coords
            corners = [(x - radius, y - radius), (x + radius, y + radius)]
        else:
            corners = list(zip(self.coords[::2], self.coords[1::2], strict=True))
        return all(0 <= x <= width and 0 <= y <= height for x, y in corners)


def read_area(text: str) -> Area | None:
    """Read an area; None when it is none."""
    shape, _, rest = text.partition(" ")
    numbers = rest.split(",")
    if len(numbers) > _MOST_NUMBERS or not all(number.strip().isascii() and number.strip().isdigit() for number in numbers):
        return None
    if any(len(number) > 6 for number in numbers):
        return None
    coords = tuple(int(number) for number in numbers)
    if max(coords) > _LARGEST or not _is_sound(shape, coords):
        return None
    return Area(shape, coords)


def _is_sound(shape: str, coords: tuple[int, ...]) -> bool:
    if shape == "rect":
        return len(coords) == 4 and coords[0] < coords[2] and coords[1] < coords[3]
    if shape == "circle":
        return len(coords) == 3 and coords[2] > 0
    return shape == "poly" and len(coords) >= 6 and len(coords) % 2 == 0
