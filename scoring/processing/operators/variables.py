"""Expressions without operands: variables, constants, random numbers, mapped responses."""

import math

from scoring.processing.declarations import Declaration, Kind
from scoring.processing.mappings import NO_MAPPING, read_atom
from scoring.processing.operators.table import Table
from scoring.processing.reading import Node
from scoring.processing.session import ItemResult, Session
from scoring.processing.values import BaseType, Result, number, number_of, single

TABLE = Table()

CONSTANTS = {"pi": math.pi, "e": math.e}


@TABLE.expression("baseValue")
def base_value(session: Session, node: Node) -> Result:
    """Clause BaseValue: a single value of the base type; the empty string is NULL."""
    try:
        base = BaseType(node.require("baseType"))
    except ValueError:
        raise node.wrong("baseType") from None
    return single(base, read_atom(node.text, base))


@TABLE.expression("null")
def null(session: Session, node: Node) -> Result:
    """Clause Null: the NULL value, of any type."""
    return None


@TABLE.expression("variable")
def variable(session: Session, node: Node) -> Result:
    """Clause Variable: the value of a variable; in a test also `ITEM.VARIABLE`, weighted when it is a float or an integer."""
    identifier = node.require("identifier")
    if session.items is not None and "." in identifier:
        place, _, name = identifier.partition(".")
        found = next((item for item in session.items if item.identifier == place), None)
        return None if found is None else weighted(found, name, node.get("weightIdentifier"))
    return session.values.get(identifier)


def weighted(item: ItemResult, name: str, weight: str) -> Result:
    """Return an item's outcome, times the weight of that name; a weight that is not defined is 1 (clause Weight)."""
    value = item.outcomes.get(name)
    n = number_of(value) if weight else None
    return value if n is None else number(float(n * item.weights.get(weight, 1.0)))


@TABLE.expression("default")
def default(session: Session, node: Node) -> Result:
    """Clause Default: the declared default of a variable, or NULL."""
    return session.defaults.get(node.require("identifier"))


@TABLE.expression("correct")
def correct(session: Session, node: Node) -> Result:
    """Clause Correct: the declared correct response of a response variable, or NULL."""
    return session.corrects.get(node.require("identifier"))


@TABLE.expression("mathConstant")
def math_constant(session: Session, node: Node) -> Result:
    """Clause MathConstant: pi or e."""
    name = node.require("name")
    if name not in CONSTANTS:
        raise node.wrong("name")
    return number(CONSTANTS[name])


@TABLE.expression("randomInteger")
def random_integer(session: Session, node: Node) -> Result:
    """Clause RandomInteger: one of min, min + step, min + 2 step … up to max, all as likely."""
    least = session.number(node, "min", 0)
    most = session.number(node, "max")
    step = session.number(node, "step", 1)
    if least is None or most is None or step is None:
        return None
    low, high, stride = math.floor(least), math.floor(most), math.floor(step)
    if stride < 1 or high < low:
        raise node.wrong("step" if stride < 1 else "max")
    return number(session.rng.randrange(low, high + 1, stride))


@TABLE.expression("randomFloat")
def random_float(session: Session, node: Node) -> Result:
    """Clause RandomFloat: a float between min and max."""
    least = session.number(node, "min", 0)
    most = session.number(node, "max")
    if least is None or most is None:
        return None
    return number(session.rng.uniform(least, most))


@TABLE.expression("mapResponse")
def map_response(session: Session, node: Node) -> Result:
    """Clause MapResponse: the sum of a response's mapped values as a float, each distinct value once, within the bounds."""
    return _mapped(session, node, Kind.RESPONSE)


@TABLE.expression("mapOutcome")
def map_outcome(session: Session, node: Node) -> Result:
    """As MapResponse, for an outcome with a mapping: outside the standard, but without a second meaning."""
    return _mapped(session, node, Kind.OUTCOME)


def _mapped(session: Session, node: Node, kind: Kind) -> Result:
    declaration = _declared(session, node, kind)
    return number((declaration.mapping or NO_MAPPING).apply(session.values.get(declaration.identifier)))


@TABLE.expression("mapResponsePoint")
def map_response_point(session: Session, node: Node) -> Result:
    """Clause MapResponsePoint: the sum of the worth of the areas that a response's points hit, each area once, within the bounds."""
    declaration = _declared(session, node, Kind.RESPONSE)
    value = session.values.get(declaration.identifier)
    return number(declaration.area_mapping.apply(value) if declaration.area_mapping else 0.0)


def _declared(session: Session, node: Node, kind: Kind) -> Declaration:
    return session.declared(node.require("identifier"), kind)
