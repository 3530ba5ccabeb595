"""Mappings and lookup tables: from a response to a number, from a raw score to an outcome."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from scoring.processing.errors import VALUE_BAD, ProcessingError
from scoring.processing.reading import Node
from scoring.processing.shapes import Coords, contains, read_coords
from scoring.processing.values import (
    Atom,
    BaseType,
    Point,
    Result,
    atoms_of,
    identity,
    parse,
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What mappings share: the value of whatever is not listed, and the limits of the sum."""

    default: float
    lower: float
    upper: float

    def clamp(self, total: float) -> float:
        """Return the sum within the limits."""
        return max(self.lower, min(self.upper, total))


@dataclass(frozen=True, slots=True)
class MapEntry:
    """One source value, whether its case counts, and its worth."""

    key: Atom
    case_sensitive: bool
    worth: float

    def fits(self, atom: Atom) -> bool:
        """Return whether an atom is this source value."""
        if isinstance(atom, str) and isinstance(self.key, str) and not self.case_sensitive:
            return atom.casefold() == self.key.casefold()
        return identity(atom) == identity(self.key)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping (clause Mapping)."""

    bounds: Bounds
    entries: tuple[MapEntry, ...]

    def apply(self, value: Result) -> float:
        """Return the worth of a value: a container's distinct values each count once; then the bounds (clause MapResponse)."""
        return _total(self.bounds, value, self._sum(atoms_of(value)))

    def _sum(self, atoms: Iterable[Atom]) -> float:
        total = 0.0
        for atom in {identity(atom): atom for atom in atoms}.values():
            total += next((entry.worth for entry in self.entries if entry.fits(atom)), self.bounds.default)
        return total


@dataclass(frozen=True, slots=True)
class AreaEntry:
    """One area and its worth."""

    shape: str
    coords: Coords
    worth: float


@dataclass(frozen=True, slots=True)
class AreaMapping:
    """A mapping of points (clause AreaMapping)."""

    bounds: Bounds
    entries: tuple[AreaEntry, ...]

    def apply(self, value: Result) -> float:
        """Return the worth of points: the first area that holds a point counts, each area once (clause MapResponsePoint)."""
        total, used = 0.0, set[int]()
        for point in atoms_of(value):
            place = self._place(point)
            if place is None:
                total += self.bounds.default
            elif place not in used:
                used.add(place)
                total += self.entries[place].worth
        return _total(self.bounds, value, total)

    def _place(self, point: Atom) -> int | None:
        if not isinstance(point, Point):
            return None
        return next((n for n, area in enumerate(self.entries) if contains(area.shape, area.coords, point)), None)


def _total(bounds: Bounds, value: Result, total: float) -> float:
    """A single NULL is a source value that is not listed; an empty container is an empty sum."""
    return bounds.clamp(bounds.default if value is None else total)


NO_MAPPING = Mapping(Bounds(0.0, -math.inf, math.inf), ())
"""What a variable without a mapping has: everything is worth nothing."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A match table or an interpolation table, its entries in order (clauses MatchTable, InterpolationTable)."""

    exact: bool
    entries: tuple[tuple[float, bool, Atom], ...]
    default: Atom | None

    def find(self, source: float | None) -> Atom | None:
        """Return the target of the first entry that equals the source, or in an interpolation lies at or below it; else the default."""
        if source is not None:
            for mark, inclusive, target in self.entries:
                if source == mark and (self.exact or inclusive):
                    return target
                if not self.exact and mark < source:
                    return target
        return self.default


def read_mapping(node: Node | None, base: BaseType | None) -> Mapping | None:
    """Read a `mapping`; an entry's `caseSensitive` defaults to that of the mapping, then to true.

    Raises:
        ProcessingError: when a key or a worth is no value of its type.
    """
    if node is None or base is None:
        return None
    case = node.flag("caseSensitive", default=True)
    entries = tuple(
        MapEntry(
            read_atom(entry.attributes.get("mapkey", ""), base),
            entry.flag("caseSensitive", default=case),
            read_float(entry, "mappedValue"),
        )
        for entry in node.named("mapentry")
    )
    return Mapping(_bounds(node), entries)


def read_area_mapping(node: Node | None) -> AreaMapping | None:
    """Read an `areaMapping`.

    Raises:
        ProcessingError: when an area or a worth is wrong.
    """
    if node is None:
        return None
    entries = tuple(AreaEntry(entry.get("shape"), area_of(entry), read_float(entry, "mappedValue")) for entry in node.named("areamapentry"))
    return AreaMapping(_bounds(node), entries)


def read_lookup(node: Node | None, base: BaseType | None) -> Lookup | None:
    """Read a `matchTable` or an `interpolationTable`, its targets of the variable's base type.

    Raises:
        ProcessingError: when a source or a target is no value of its type.
    """
    if node is None or base is None:
        return None
    entries = tuple(
        (
            read_float(entry, "sourceValue"),
            entry.flag("includeBoundary", default=True),
            read_atom(entry.require("targetValue"), base),
        )
        for entry in node.named("matchtableentry", "interpolationtableentry")
    )
    default = node.get("defaultValue")
    return Lookup(node.name == "matchtable", entries, read_atom(default, base) if default else None)


def area_of(node: Node) -> Coords:
    """Return the coordinates of an element with `shape` and `coords`.

    Raises:
        ProcessingError: when they make up no area.
    """
    try:
        return read_coords(node.require("shape"), node.get("coords"))
    except ValueError:
        raise node.wrong("coords") from None


def read_atom(text: str, base: BaseType) -> Atom:
    """Read an atom that an author wrote.

    Raises:
        ProcessingError: when it is no value of the base type.
    """
    try:
        return parse(text, base)
    except ValueError:
        raise ProcessingError(VALUE_BAD, text=text[:80], base=base.value) from None


def read_float(node: Node, attribute: str, default: float | None = None) -> float:
    """Read a number from an attribute.

    Raises:
        ProcessingError: when it is no number, or missing without a default.
    """
    text = node.get(attribute)
    if not text and default is not None:
        return default
    try:
        found = float(parse(text, BaseType.FLOAT))  # type: ignore[arg-type]  # a float's text gives a float
    except ValueError:
        raise node.wrong(attribute) from None
    if math.isnan(found):
        raise node.wrong(attribute)
    return found


def _bounds(node: Node) -> Bounds:
    return Bounds(
        read_float(node, "defaultValue", 0.0),
        read_float(node, "lowerBound", -math.inf),
        read_float(node, "upperBound", math.inf),
    )
