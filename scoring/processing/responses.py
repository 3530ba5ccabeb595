"""Responses: what a candidate sent, in JSON, as values of the declared types.

A single value may come alone or as a list of one, a pair or point as text or as a list of two, a record or a file as an object.  What
cannot be read is NULL: a candidate's typing is never an error.
"""

import re
from collections.abc import Mapping as Map

from scoring.processing.declarations import Declaration
from scoring.processing.values import (
    LARGEST_INTEGER,
    Atom,
    BaseType,
    Cardinality,
    DirectedPair,
    Pair,
    Point,
    Record,
    Result,
    Value,
    container,
    parse,
    single,
)

LARGEST_RESPONSE = 1000
"""Values in a container; more are not read."""

_NUMBER = re.compile(r"\s*([+-]?)([0-9]*)(\.([0-9]*))?([eE]([+-]?[0-9]{1,4}))?\s*")


def read_response(raw: object, declaration: Declaration) -> Result:
    """Return the response as a value of the declared type; an empty list is an empty container."""
    base = declaration.base
    if raw is None:
        return None
    if base is None:
        return _record(raw)
    if declaration.cardinality is Cardinality.SINGLE:
        return single(base, _sole(raw, base))
    members = raw if isinstance(raw, list | tuple) and not _is_couple(raw, base) else [raw]
    atoms = (_atom(member, base) for member in members[:LARGEST_RESPONSE])
    return container(declaration.cardinality, base, [atom for atom in atoms if atom is not None])


def _sole(raw: object, base: BaseType) -> Atom | None:
    if isinstance(raw, list | tuple) and not _is_couple(raw, base):
        return _atom(raw[0], base) if len(raw) == 1 else None
    return _atom(raw, base)


def _is_couple(raw: object, base: BaseType) -> bool:
    """Whether a list of two is one pair or point rather than two values of a container."""
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        return False
    if base is BaseType.POINT:
        return all(isinstance(part, int | float) for part in raw)
    if base in (BaseType.PAIR, BaseType.DIRECTED_PAIR):
        return all(isinstance(part, str) and len(part.split()) == 1 for part in raw)
    return False


def _atom(raw: object, base: BaseType) -> Atom | None:
    """Return one atom, None where the text or number is no value of the base type."""
    if isinstance(raw, list | tuple) and _is_couple(raw, base):
        first, second = raw
        if base is BaseType.POINT:
            return Point(float(first), float(second))
        return Pair(first, second) if base is BaseType.PAIR else DirectedPair(first, second)
    if base is BaseType.FILE and isinstance(raw, Map):
        raw = str(raw.get("name") or "file")
    if isinstance(raw, bool):
        raw = "true" if raw else "false"
    elif isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        raw = int(raw)
    if not isinstance(raw, str | int | float):
        return None
    try:
        return parse(str(raw), base)
    except ValueError:
        return None


def _record(raw: object) -> Record | None:
    """Return a record of an object's fields, or of the parts of a typed number."""
    if isinstance(raw, list | tuple) and len(raw) == 1:
        raw = raw[0]
    if isinstance(raw, str) or (isinstance(raw, int | float) and abs(raw) < LARGEST_INTEGER):
        return number_record(str(raw))
    if not isinstance(raw, Map):
        return None
    fields: dict[str, Value] = {}
    for name, member in raw.items():
        field = single(_guess(member), _atom(member, _guess(member)))
        if field is not None:
            fields[str(name)] = field
    return Record(fields)


def _guess(member: object) -> BaseType:
    if isinstance(member, bool):
        return BaseType.BOOLEAN
    if isinstance(member, int):
        return BaseType.INTEGER
    return BaseType.FLOAT if isinstance(member, float) else BaseType.STRING


def number_record(text: str) -> Record | None:
    """Return the parts of a number as typed (clause StringInteraction: a string interaction bound to a record)."""
    string = single(BaseType.STRING, text)
    if string is None:
        return None
    found = _NUMBER.fullmatch(text)
    if found is None or not (found[2] or found[4]):
        return Record({"stringValue": string})
    left, right, exponent = found[2], found[4] or "", found[6]
    counts: dict[str, int | None] = {
        "integerValue": int(found[1] + left) if found[3] is None and exponent is None and len(left) < 30 else None,
        "leftDigits": len(left),
        "rightDigits": len(right),
        "ndp": max(len(right) - int(exponent or 0), 0),
        "nsf": len((left + right).lstrip("0")) or 1,
        "exponent": None if exponent is None else int(exponent),
    }
    fields = {"stringValue": string, "floatValue": single(BaseType.FLOAT, float(text))}
    fields |= {name: single(BaseType.INTEGER, count) for name, count in counts.items()}
    return Record({name: field for name, field in fields.items() if field is not None})
