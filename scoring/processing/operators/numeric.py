"""Arithmetic and statistics.  Integers stay integers where the clause says so; everything else is an IEEE double."""

import math
from collections.abc import Callable

from scoring.processing.operators.logic import rounded
from scoring.processing.operators.table import MANY, Table
from scoring.processing.reading import Node
from scoring.processing.session import Session
from scoring.processing.values import Result, number, number_of, numbers_of

TABLE = Table()


@TABLE.operator("sum", 1, MANY)
def sum_(session: Session, node: Node, *values: Result) -> Result:
    """Clause Sum: the sum of all numbers, containers included; an integer when all are integers."""
    found = numbers_of(values)
    if found is None:
        return None
    total: float = 0
    for n in found:  # one after the other, as every processor does, so that equal stays equal
        total += n
    return number(total)


@TABLE.operator("product", 1, MANY)
def product(session: Session, node: Node, *values: Result) -> Result:
    """Clause Product: the product of all numbers, containers included; an integer when all are integers."""
    found = numbers_of(values)
    if found is None:
        return None
    total: float = 1
    for n in found:
        total *= n
    return number(total)


@TABLE.operator("subtract", 2, 2)
def subtract(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause Subtract: the first minus the second; an integer when both are integers."""
    a, b = number_of(left), number_of(right)
    return number(None if a is None or b is None else a - b)


@TABLE.operator("divide", 2, 2)
def divide(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause Divide: the quotient as a float; NULL when the divisor is 0 or the result is no float."""
    a, b = number_of(left), number_of(right)
    return None if a is None or b is None else _finite(a / b)


@TABLE.operator("power", 2, 2)
def power(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause Power: the first to the power of the second as a float; NULL outside the value set."""
    a, b = number_of(left), number_of(right)
    if a is None or b is None:
        return None
    try:
        return _finite(math.pow(a, b))
    except ValueError:
        return None


def _finite(x: float) -> Result:
    return number(x) if math.isfinite(x) else None


@TABLE.operator("integerDivide", 2, 2)
def integer_divide(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause IntegerDivide: the greatest integer not above x / y; NULL when y is 0."""
    a, b = _integer(left), _integer(right)
    return number(None if a is None or not b else a // b)


@TABLE.operator("integerModulus", 2, 2)
def integer_modulus(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause IntegerModulus: x - y · integerDivide(x, y); NULL when y is 0."""
    a, b = _integer(left), _integer(right)
    return number(None if a is None or not b else a % b)


def _integer(value: Result) -> int | None:
    """Return a whole number, whether its type says integer or float."""
    n = number_of(value)
    return None if n is None or not math.isfinite(n) or n != math.floor(n) else math.floor(n)


@TABLE.operator("integerToFloat", 1, 1)
def integer_to_float(session: Session, node: Node, value: Result) -> Result:
    """Clause IntegerToFloat: the same number as a float."""
    n = number_of(value)
    return number(None if n is None else float(n))


@TABLE.operator("truncate", 1, 1)
def truncate(session: Session, node: Node, value: Result) -> Result:
    """Clause Truncate: the integer towards zero; an infinity stays what it is."""
    n = number_of(value)
    return number(n if n is None or math.isinf(n) else math.trunc(n))


@TABLE.operator("round", 1, 1)
def round_(session: Session, node: Node, value: Result) -> Result:
    """Clause Round: the integer n with x in [n - 0.5, n + 0.5): 6.5 becomes 7, -6.5 becomes -6; an infinity stays what it is."""
    n = number_of(value)
    if n is None or math.isinf(n):
        return number(n)
    floor = math.floor(n)
    return number(floor + (n - floor >= 0.5))


@TABLE.operator("roundTo", 1, 1)
def round_to(session: Session, node: Node, value: Result) -> Result:
    """Clause RoundTo: the float rounded to decimal places or significant figures."""
    x = rounded(session, node, number_of(value))
    return number(None if x is None else float(x))


@TABLE.operator("max", 1, MANY)
def max_(session: Session, node: Node, *values: Result) -> Result:
    """Clause Max: the greatest of all numbers, containers included; NULL when one is no number."""
    return _extreme(values, max)


@TABLE.operator("min", 1, MANY)
def min_(session: Session, node: Node, *values: Result) -> Result:
    """Clause Min: the least of all numbers, containers included; NULL when one is no number."""
    return _extreme(values, min)


def _extreme(values: tuple[Result, ...], pick: Callable[[list[int | float]], int | float]) -> Result:
    found = numbers_of(values)
    if not found:
        return None
    chosen = pick(found)
    return number(chosen if all(isinstance(n, int) for n in found) else float(chosen))


@TABLE.operator("gcd", 1, MANY)
def gcd(session: Session, node: Node, *values: Result) -> Result:
    """Clause Gcd: the greatest common divisor, not negative; of zeros 0."""
    found = _integers(values)
    return number(None if found is None else math.gcd(*found))


@TABLE.operator("lcm", 1, MANY)
def lcm(session: Session, node: Node, *values: Result) -> Result:
    """Clause Lcm: the lowest common multiple, not negative; 0 when any is 0."""
    found = _integers(values)
    return number(None if found is None else math.lcm(*found))


def _integers(values: tuple[Result, ...]) -> list[int] | None:
    found = numbers_of(values)
    if not found or any(n != math.floor(n) for n in found):
        return None
    return [math.floor(n) for n in found]


@TABLE.operator("statsOperator", 1, 1)
def stats_operator(session: Session, node: Node, value: Result) -> Result:
    """Clause StatsOperator: mean, variance or standard deviation of a container; a variance needs two values.

    Sample variance divides by n - 1, population variance by n.
    """
    name = node.require("name")
    if name not in ("mean", "sampleVariance", "sampleSD", "popVariance", "popSD"):
        raise node.wrong("name")
    found = numbers_of([value])
    if not found or not all(math.isfinite(n) for n in found):
        return None
    mean = math.fsum(found) / len(found)
    if name == "mean":
        return number(mean)
    if len(found) < 2:
        return None
    squares = math.fsum((n - mean) * (n - mean) for n in found)
    variance = squares / (len(found) - 1 if name.startswith("sample") else len(found))
    return number(math.sqrt(variance) if name.endswith("SD") else variance)


def _log(log: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: -math.inf if x == 0 else log(x)


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "sec": lambda x: 1 / math.cos(x),
    "csc": lambda x: 1 / math.sin(x),
    "cot": lambda x: 1 / math.tan(x),
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "asec": lambda x: math.acos(1 / x),
    "acsc": lambda x: math.asin(1 / x),
    "acot": lambda x: math.pi / 2 - math.atan(x),
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "sech": lambda x: 1 / math.cosh(x),
    "csch": lambda x: 1 / math.sinh(x),
    "coth": lambda x: 1 / math.tanh(x),
    "log": _log(math.log10),
    "ln": _log(math.log),
    "exp": math.exp,
    "abs": math.fabs,
    "signum": lambda x: (x > 0) - (x < 0),
    "floor": lambda x: x if math.isinf(x) else math.floor(x),
    "ceil": lambda x: x if math.isinf(x) else math.ceil(x),
    "toDegrees": math.degrees,
    "toRadians": math.radians,
}
"""The functions of one argument (clause MathOperator), angles in radians; acot runs from pi to 0."""


@TABLE.operator("mathOperator", 1, 2)
def math_operator(session: Session, node: Node, *values: Result) -> Result:
    """Clause MathOperator: a float, an integer from signum, floor and ceil; NULL outside the function's domain."""
    name = node.require("name")
    found = [number_of(value) for value in values]
    if (name != "atan2" and name not in FUNCTIONS) or len(found) != (2 if name == "atan2" else 1):
        raise node.wrong("name")
    if None in found:
        return None
    try:
        numbers = [n for n in found if n is not None]
        return number(math.atan2(*numbers) if name == "atan2" else FUNCTIONS[name](numbers[0]))
    except ValueError:
        return None
