"""Containers and records: building, looking into, taking out."""

import math
from collections import Counter

from scoring.processing.operators.table import MANY, Table
from scoring.processing.reading import Node
from scoring.processing.session import Session
from scoring.processing.values import (
    Atom,
    Cardinality,
    Record,
    Result,
    Value,
    atoms_of,
    container,
    identity,
    number,
    number_of,
    single,
    truth,
)

TABLE = Table()


@TABLE.operator("multiple", 0, MANY, nulls=True)
def multiple(session: Session, node: Node, *values: Result) -> Result:
    """Clause Multiple: an unordered container of all values; NULL ones are left out, none at all make NULL."""
    return _gather(Cardinality.MULTIPLE, values)


@TABLE.operator("ordered", 0, MANY, nulls=True)
def ordered(session: Session, node: Node, *values: Result) -> Result:
    """Clause Ordered: an ordered container of all values; NULL ones are left out, none at all make NULL."""
    return _gather(Cardinality.ORDERED, values)


def _gather(cardinality: Cardinality, values: tuple[Result, ...] | list[Result]) -> Result:
    """Join values; of an integer and a float the container is of floats."""
    found = [value for value in values if isinstance(value, Value) and value.atoms]
    if not found:
        return None
    base = next((value.base for value in found if value.base == "float"), found[0].base)
    return container(cardinality, base, [atom for value in found for atom in value.atoms])


@TABLE.expression("repeat")
def repeat(session: Session, node: Node) -> Result:
    """Clause Repeat: the operands evaluated anew numberRepeats times into an ordered container; NULL when that is less than 1."""
    times = session.number(node, "numberRepeats")
    if times is None or times < 1 or not math.isfinite(times):
        return None
    values: list[Result] = []
    for _ in range(math.floor(times)):
        session.spend(1)
        values += [session.evaluate(child) for child in node.children]
    return _gather(Cardinality.ORDERED, values)


@TABLE.operator("containerSize", 1, 1, nulls=True)
def container_size(session: Session, node: Node, value: Result) -> Result:
    """Clause ContainerSize: the number of values; of NULL it is 0."""
    return number(len(atoms_of(value)))


@TABLE.operator("index", 1, 2)
def index(session: Session, node: Node, value: Result, place: Result = None) -> Result:
    """Clause Index: the nth value, counted from 1; NULL when there are fewer.

    A second operand may give n where the attribute is missing: outside the standard, but without a second meaning.
    """
    n = session.number(node, "n") if place is None else number_of(place)
    if not isinstance(value, Value) or n is None:
        return None
    if n < 1:
        raise node.wrong("n")
    return single(value.base, value.atoms[math.floor(n) - 1]) if n < len(value.atoms) + 1 else None


@TABLE.operator("fieldValue", 1, 1)
def field_value(session: Session, node: Node, value: Result) -> Result:
    """Clause FieldValue: a field of a record; NULL when it has none of that name."""
    return value.fields.get(node.require("fieldIdentifier")) if isinstance(value, Record) else None


@TABLE.operator("random", 1, 1)
def random(session: Session, node: Node, value: Result) -> Result:
    """Clause Random: one of a container's values, all as likely."""
    if not isinstance(value, Value):
        return None
    return single(value.base, session.rng.choice(value.atoms))


@TABLE.operator("member", 2, 2)
def member(session: Session, node: Node, value: Result, within: Result) -> Result:
    """Clause Member: whether a container holds the value."""
    return _holds(within, value)


@TABLE.operator("contains", 2, 2)
def contains(session: Session, node: Node, within: Result, value: Result) -> Result:
    """Clause Contains: whether the first container holds the second: as often, or in an ordered one as an unbroken run."""
    return _holds(within, value)


def _holds(within: Result, value: Result) -> Result:
    whole, part = ([identity(atom) for atom in atoms_of(side)] for side in (within, value))
    if not whole or not part:
        return None
    if isinstance(within, Value) and within.cardinality is Cardinality.ORDERED:
        starts = range(len(whole) - len(part) + 1)
        return truth(any(whole[start : start + len(part)] == part for start in starts))
    return truth(Counter(part) <= Counter(whole))


@TABLE.operator("delete", 2, 2)
def delete(session: Session, node: Node, value: Result, within: Result) -> Result:
    """Clause Delete: the container without any instance of the value."""
    unwanted = {identity(atom) for atom in atoms_of(value)}
    if not isinstance(within, Value):
        return None
    kept: list[Atom] = [atom for atom in within.atoms if identity(atom) not in unwanted]
    return Value(within.cardinality, within.base, tuple(kept)) if kept else None
