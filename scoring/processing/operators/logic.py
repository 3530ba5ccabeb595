"""Booleans and comparisons."""

import math
from decimal import ROUND_HALF_UP, Decimal

from scoring.processing.mappings import area_of
from scoring.processing.operators.table import MANY, Table
from scoring.processing.reading import Node
from scoring.processing.session import Session
from scoring.processing.shapes import contains
from scoring.processing.values import (
    Point,
    Result,
    atoms_of,
    is_null,
    number_of,
    same,
    truth,
    truth_of,
)

TABLE = Table()


@TABLE.operator("isNull", 1, 1, nulls=True)
def is_null_(session: Session, node: Node, value: Result) -> Result:
    """Clause IsNull: true for NULL, an empty container and an empty string."""
    return truth(is_null(value))


@TABLE.operator("not", 1, 1)
def not_(session: Session, node: Node, value: Result) -> Result:
    """Clause Not: the negation."""
    found = truth_of(value)
    return truth(None if found is None else not found)


@TABLE.operator("and", 1, MANY, nulls=True)
def and_(session: Session, node: Node, *values: Result) -> Result:
    """Clause And: false when any operand is false, NULL when the others are NULL, else true."""
    found = [truth_of(value) for value in values]
    if False in found:
        return truth(False)
    return truth(None if None in found else True)


@TABLE.operator("or", 1, MANY, nulls=True)
def or_(session: Session, node: Node, *values: Result) -> Result:
    """Clause Or: true when any operand is true, NULL when the others are NULL, else false."""
    found = [truth_of(value) for value in values]
    if True in found:
        return truth(True)
    return truth(None if None in found else False)


@TABLE.operator("anyN", 1, MANY, nulls=True)
def any_n(session: Session, node: Node, *values: Result) -> Result:
    """Clause AnyN: true when min to max operands are true whatever the NULL ones are, false when they cannot be, else NULL."""
    least, most = session.number(node, "min"), session.number(node, "max")
    if least is None or most is None:
        return None
    found = [truth_of(value) for value in values]
    true, unknown = found.count(True), found.count(None)
    if true > most or true + unknown < least:
        return truth(False)
    return truth(True) if true >= least and true + unknown <= most else None


@TABLE.operator("match", 2, 2)
def match(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause Match: whether two values of any cardinality are the same, in any order when a container has none."""
    return truth(same(left, right))


@TABLE.operator("equal", 2, 2)
def equal(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause Equal: numerically equal, exactly or with y in x - t0 … x + t1, or the same in percent of x.

    Percentages are of the size of x, so that a negative x has a range too.
    """
    x, y = number_of(left), number_of(right)
    if x is None or y is None:
        return None
    mode = node.get("toleranceMode", "exact")
    if mode == "exact":
        return truth(x == y)
    below, above = _tolerance(session, node)
    if below is None or above is None:
        return None
    if mode == "relative":
        below, above = abs(x) * below / 100, abs(x) * above / 100
    elif mode != "absolute":
        raise node.wrong("toleranceMode")
    low, high = x - below, x + above
    above_low = y >= low if node.flag("includeLowerBound", default=True) else y > low
    below_high = y <= high if node.flag("includeUpperBound", default=True) else y < high
    return truth(above_low and below_high)


def _tolerance(session: Session, node: Node) -> tuple[float | None, float | None]:
    """Return t0 and t1; one number stands for both, and either may name a variable."""
    found = [session.resolve(node, "tolerance", word) for word in node.require("tolerance").split()[:2]]
    return found[0], found[-1]


@TABLE.operator("equalRounded", 2, 2)
def equal_rounded(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause EqualRounded: numerically equal after both were rounded as by RoundTo."""
    a, b = rounded(session, node, number_of(left)), rounded(session, node, number_of(right))
    return truth(None if a is None or b is None else a == b)


def rounded(session: Session, node: Node, x: float | None) -> float | None:
    """Round to decimal places or significant figures, the deciding digit 5 away from zero (clause RoundTo).

    The digits are those of the shortest decimal that stands for the float: 3.175 has three places, and the last is a 5.
    """
    figures = session.number(node, "figures", None)
    if x is None or figures is None or math.isnan(x):
        return None
    if math.isinf(x) or x == 0:
        return x
    mode, places = node.get("roundingMode", "significantFigures"), math.floor(figures)
    if places > 300 or places < (0 if mode == "decimalPlaces" else 1):
        return None
    exact = Decimal(repr(x))
    if mode.startswith("significantFigure"):
        places -= exact.adjusted() + 1
    elif mode != "decimalPlaces":
        raise node.wrong("roundingMode")
    if -exact.as_tuple().exponent <= places:  # type: ignore[operator]  # a finite number's exponent is an int
        return x
    return float(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


@TABLE.operator("lt", 2, 2)
def lt(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause Lt: numerically less."""
    a, b = number_of(left), number_of(right)
    return truth(None if a is None or b is None else a < b)


@TABLE.operator("lte", 2, 2)
def lte(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause Lte: numerically less or equal."""
    a, b = number_of(left), number_of(right)
    return truth(None if a is None or b is None else a <= b)


@TABLE.operator("gt", 2, 2)
def gt(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause Gt: numerically greater."""
    return lt(session, node, right, left)


@TABLE.operator("gte", 2, 2)
def gte(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause Gte: numerically greater or equal."""
    return lte(session, node, right, left)


@TABLE.operator("durationLT", 2, 2)
def duration_lt(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause DurationLT: shorter, in seconds."""
    return lt(session, node, left, right)


@TABLE.operator("durationGTE", 2, 2)
def duration_gte(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause DurationGTE: as long or longer, in seconds."""
    return lte(session, node, right, left)


@TABLE.operator("inside", 1, 1)
def inside(session: Session, node: Node, value: Result) -> Result:
    """Clause Inside: whether a point, or any point of a container, lies in the area."""
    coords = area_of(node)
    points = [atom for atom in atoms_of(value) if isinstance(atom, Point)]
    return truth(any(contains(node.get("shape"), coords, point) for point in points) if points else None)
