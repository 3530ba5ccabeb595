"""Values: the runtime types of QTI, single values, containers, records and NULL.

`None`, an empty container and an empty record are all NULL (clause Expression, "NULL"); an empty string is never kept, because it is NULL
too (clause IsNull).  The difference between `None` and an empty container lives only in the JSON shape: null and [].
"""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

LARGEST_INTEGER = 2**63 - 1
"""Beyond it an integer is outside the value set and becomes NULL."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_FLOAT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,5})?")
_NOT_FINITE = {"INF": math.inf, "+INF": math.inf, "-INF": -math.inf, "NaN": math.nan}


class BaseType(StrEnum):
    """The base types (clause BaseType)."""

    IDENTIFIER = "identifier"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    FLOAT = "float"
    STRING = "string"
    POINT = "point"
    PAIR = "pair"
    DIRECTED_PAIR = "directedPair"
    DURATION = "duration"
    FILE = "file"
    URI = "uri"
    INT_OR_IDENTIFIER = "intOrIdentifier"


NUMERIC = frozenset({BaseType.INTEGER, BaseType.FLOAT, BaseType.DURATION})
TEXTUAL = frozenset({BaseType.STRING, BaseType.FILE, BaseType.URI, BaseType.IDENTIFIER, BaseType.INT_OR_IDENTIFIER})


class Cardinality(StrEnum):
    """The cardinalities (clause Cardinality)."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    ORDERED = "ordered"
    RECORD = "record"


class Pair(NamedTuple):
    """Two identifiers whose order says nothing."""

    first: str
    second: str


class DirectedPair(NamedTuple):
    """A source and a destination."""

    source: str
    target: str


class Point(NamedTuple):
    """A point of the picture, in its pixels."""

    x: float
    y: float


Atom = bool | int | float | str | Pair | DirectedPair | Point


@dataclass(frozen=True, slots=True)
class Value:
    """A single value or a container; a single value has exactly one atom."""

    cardinality: Cardinality
    base: BaseType
    atoms: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Named fields, each a single value of its own type."""

    fields: Mapping[str, Value]


Result = Value | Record | None
"""What an expression gives; `None` is NULL."""


def is_null(value: Result) -> bool:
    """Return whether the value is NULL: nothing, an empty container or an empty record."""
    if isinstance(value, Record):
        return not value.fields
    return value is None or not value.atoms


def single(base: BaseType, atom: Atom | None) -> Value | None:
    """Return the single value, or NULL for what cannot be one: an empty string, NaN, an integer out of range."""
    if atom is None or atom == "":
        return None
    if isinstance(atom, float) and math.isnan(atom):
        return None
    if isinstance(atom, int) and abs(atom) > LARGEST_INTEGER:
        return None
    return Value(Cardinality.SINGLE, base, (atom,))


def truth(value: bool | None) -> Value | None:
    """Return a single boolean, or NULL."""
    return single(BaseType.BOOLEAN, value)


def number(value: float | None) -> Value | None:
    """Return a single integer or float after the Python type, or NULL."""
    return single(BaseType.INTEGER if isinstance(value, int) else BaseType.FLOAT, value)


def container(cardinality: Cardinality, base: BaseType, atoms: Iterable[Atom]) -> Value:
    """Return a container; NULL members are not kept (clause Multiple)."""
    return Value(cardinality, base, tuple(atom for atom in atoms if atom != "" and not (isinstance(atom, float) and math.isnan(atom))))


def parse(text: str, base: BaseType) -> Atom:
    """Read one atom from its lexical form (clause BaseType; XML Schema part 2).

    Raises:
        ValueError: when the text is no value of the base type.
    """
    if base in TEXTUAL:
        return text if base is BaseType.STRING else text.strip()
    words = text.split()
    if base in (BaseType.PAIR, BaseType.DIRECTED_PAIR):
        first, second = words
        return Pair(first, second) if base is BaseType.PAIR else DirectedPair(first, second)
    if base is BaseType.POINT:
        x, y = (_parse_float(word) for word in re.split(r"[\s,]+", text.strip()))
        if math.isnan(x) or math.isnan(y):
            raise ValueError(text)
        return Point(x, y)
    (word,) = words
    if base is BaseType.BOOLEAN:
        if word not in ("true", "1", "false", "0"):
            raise ValueError(word)
        return word in ("true", "1")
    if base is BaseType.INTEGER:
        if not _INTEGER.fullmatch(word):
            raise ValueError(word)
        return int(word)
    return _parse_float(word)


def _parse_float(word: str) -> float:
    if word in _NOT_FINITE:
        return _NOT_FINITE[word]
    if not _FLOAT.fullmatch(word):
        raise ValueError(word)
    return float(word)


def lexical(atom: Atom) -> str:
    """Return the lexical form of an atom."""
    match atom:
        case bool():
            return "true" if atom else "false"
        case Pair() | DirectedPair():
            return " ".join(atom)
        case Point():
            return f"{_short(atom.x)} {_short(atom.y)}"
        case float():
            return _short(atom)
    return str(atom)


def _short(value: float) -> str:
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def identity(atom: Atom) -> Hashable:
    """Return what two atoms share exactly when they are the same value: 1 is 1.0 but not true, a pair has no order."""
    match atom:
        case bool():
            return ("boolean", atom)
        case int() | float():
            return ("number", atom)
        case str():
            return ("text", atom)
        case Pair():
            return ("pair", *sorted(atom))
        case DirectedPair():
            return ("directedPair", *atom)
    return ("point", *atom)


def same(left: Result, right: Result) -> bool:
    """Return whether two values that are not NULL are the same (clause Match): an order counts only where both have one."""
    if isinstance(left, Record) or isinstance(right, Record):
        if not (isinstance(left, Record) and isinstance(right, Record)):
            return False
        return left.fields.keys() == right.fields.keys() and all(same(value, right.fields[name]) for name, value in left.fields.items())
    if left is None or right is None:
        return False
    a, b = ([identity(atom) for atom in value.atoms] for value in (left, right))
    if Cardinality.MULTIPLE in (left.cardinality, right.cardinality):
        return Counter(a) == Counter(b)
    return a == b


def atoms_of(value: Result) -> tuple[Atom, ...]:
    """Return the atoms of a single value or container, none for NULL or a record."""
    return value.atoms if isinstance(value, Value) else ()


def atom_of(value: Result) -> Atom | None:
    """Return the one atom of a value, None when it is NULL, a record or holds several."""
    atoms = atoms_of(value)
    return atoms[0] if len(atoms) == 1 else None


def truth_of(value: Result) -> bool | None:
    """Return a value as a boolean, None when it is none."""
    atom = atom_of(value)
    return atom if isinstance(atom, bool) else None


def number_of(value: Result) -> int | float | None:
    """Return a value as a number, None when it is none; the text of a number counts as one."""
    return numeric(atom_of(value))


def numbers_of(values: Iterable[Result]) -> list[int | float] | None:
    """Return all numbers of single values and containers, None when any atom is no number."""
    found: list[int | float] = []
    for value in values:
        for atom in atoms_of(value):
            n = numeric(atom)
            if n is None:
                return None
            found.append(n)
    return found


def numeric(atom: Atom | None) -> int | float | None:
    """Return an atom as a number, None when it is none; the text of a number counts as one."""
    if isinstance(atom, int | float) and not isinstance(atom, bool):
        return atom
    if isinstance(atom, str):
        word = atom.strip()
        if _INTEGER.fullmatch(word):
            return int(word)
        if _FLOAT.fullmatch(word):
            return float(word)
    return None


def text_of(value: Result) -> str | None:
    """Return a value as text, None when it is none."""
    atom = atom_of(value)
    return None if atom is None else lexical(atom)
