"""Casting: a value into the type of the variable that it is given to, and out into JSON."""

import math

from scoring.processing.values import (
    NUMERIC,
    Atom,
    BaseType,
    Cardinality,
    Record,
    Result,
    Value,
    container,
    is_null,
    lexical,
    parse,
    single,
)


def cast(value: Result, cardinality: Cardinality, base: BaseType | None) -> Result:
    """Return `value` as a value of a declared type (clause SetOutcomeValue: the types must agree).

    An integer becomes a float; a float in an integer variable loses its fraction; texts pass between the textual types.

    Raises:
        ValueError: when the value does not fit the type.
    """
    if value is None or (isinstance(value, Value) and not value.atoms):
        return None if value is None or cardinality in (Cardinality.SINGLE, Cardinality.RECORD) else value
    if cardinality is Cardinality.RECORD or isinstance(value, Record):
        if cardinality is Cardinality.RECORD and isinstance(value, Record):
            return value
        raise ValueError("record")
    if base is None:
        raise ValueError("no base type")
    atoms = [cast_atom(atom, base) for atom in value.atoms]
    if cardinality is not Cardinality.SINGLE:
        return container(cardinality, base, [atom for atom in atoms if atom is not None])
    if len(atoms) != 1:
        raise ValueError("several values for a single variable")
    return single(base, atoms[0])


def cast_atom(atom: Atom, base: BaseType) -> Atom | None:
    """Return an atom as one of another base type; None when a number leaves the value set.

    Raises:
        ValueError: when it cannot be.
    """
    if isinstance(atom, int | float) and not isinstance(atom, bool) and base in NUMERIC:
        if base is not BaseType.INTEGER:
            return float(atom)
        return math.trunc(atom) if math.isfinite(atom) else None
    return parse(lexical(atom), base)


def to_json(value: Result) -> object:
    """Return a value in JSON: numbers, booleans and texts as such, pairs and points as text, containers as lists, records as objects."""
    if isinstance(value, Record):
        return {name: to_json(field) for name, field in value.fields.items()} or None
    if value is None:
        return None
    if value.cardinality is not Cardinality.SINGLE:
        return [_plain(atom) for atom in value.atoms]
    return None if is_null(value) else _plain(value.atoms[0])


def _plain(atom: Atom) -> bool | int | float | str:
    if isinstance(atom, float) and math.isfinite(atom):
        return atom
    if isinstance(atom, bool | int):
        return atom
    return lexical(atom)
