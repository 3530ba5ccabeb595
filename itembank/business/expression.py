"""Exact expressions over named values: how a simulated-business task says what follows from its parameters.

The language is small and always ends: numbers, `'texts'`, `true`, `false`, names, `+ - * /`, one comparison
(`== != < <= > >=`), `and or not`, parentheses, and the functions

    min(a, …)  max(a, …)  round(x, n)  ceil(x)  if(condition, then, otherwise)
    add_days('2026-07-01', n)  days_between(from, to)

Numbers are decimal with 34 digits; `round` is half-up (四舍五入), as invoices are rounded.  A date is a text
`YYYY-MM-DD`, so that comparing two of them compares the days.  There are no attributes, no calls of anything else
and no names but those that are handed in.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_HALF_UP,
    Context,
    Decimal,
    InvalidOperation,
    Overflow,
)
from enum import StrEnum
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any, TypeVar

Value = Decimal | bool | str

MAX_LENGTH = 500  # characters of one expression
MAX_DEPTH = 20  # parentheses, calls and signs inside one another
MAX_DECIMALS = 8  # decimal places `round` can be asked for

_CONTEXT = Context(prec=34, rounding=ROUND_HALF_UP, Emin=-99, Emax=33, traps=[InvalidOperation, Overflow])
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<word>[a-z][a-z0-9_]*)"
    r"|'(?P<text>[^']*)'|(?P<sign>==|!=|<=|>=|[-+*/<>(),]))"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_WORDS = frozenset({"and", "or", "not", "true", "false"})


class Fault(StrEnum):
    """What can be wrong with an expression or its values."""

    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    SYNTAX = "syntax"
    UNKNOWN_NAME = "unknown_name"
    UNKNOWN_FUNCTION = "unknown_function"
    WRONG_COUNT = "wrong_count"
    WRONG_TYPE = "wrong_type"
    DIVISION_BY_ZERO = "division_by_zero"
    OUT_OF_RANGE = "out_of_range"


class ExpressionError(ValueError):
    """An expression that cannot be read or has no value; `code` says which fault, `detail` where."""

    def __init__(self, code: Fault, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


_Run = Callable[[Mapping[str, Value]], Value]
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Expression:
    """An expression that has been read: the names it needs, and how to work it out."""

    names: frozenset[str]
    run: _Run


def evaluate(text: str, values: Mapping[str, Value]) -> Value:
    """Work out `text` with `values`.

    Raises:
        ExpressionError: whatever is wrong with the expression or its values; nothing else is ever raised.
    """
    expression = parse(text)
    missing = sorted(expression.names - values.keys())
    if missing:
        raise ExpressionError(Fault.UNKNOWN_NAME, ", ".join(missing))
    return _exactly(lambda: expression.run(values))


@lru_cache(maxsize=1024)
def parse(text: str) -> Expression:
    """Read `text` once; the result may be kept.

    Raises:
        ExpressionError: when it is too long, too deep or not an expression.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(Fault.TOO_LONG, f"more than {MAX_LENGTH} characters")
    parser = _Parser(_tokens(text))
    run = parser.alternatives()
    if parser.kind != "end":
        raise ExpressionError(Fault.SYNTAX, f"{parser.word!r} is not expected here")
    return Expression(frozenset(parser.names), run)


def is_name(text: str) -> bool:
    """Tell whether `text` can name a value: lower-case letters, digits, `_`, and no word of the language."""
    return bool(re.fullmatch(r"[a-z][a-z0-9_]{0,39}", text)) and text not in _WORDS and text not in _FUNCTIONS


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(Fault.SYNTAX, f"{text[at : at + 10]!r} is not part of the language")
        kind = match.lastgroup or ""
        tokens.append((kind, match[kind]))
        at = match.end()
    return [*tokens, ("end", "")]


class _Parser:
    """Recursive descent, one method a level of precedence; a chain on one level is a loop, never a recursion."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self.names: set[str] = set()

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def word(self) -> str:
        return self._tokens[self._at][1]

    def alternatives(self) -> _Run:
        return self._chain(self._conditions, "or", lambda parts: lambda v: any(_condition(p(v)) for p in parts))

    def _conditions(self) -> _Run:
        return self._chain(self._comparison, "and", lambda parts: lambda v: all(_condition(p(v)) for p in parts))

    def _chain(self, level: Callable[[], _Run], word: str, join: Callable[[list[_Run]], _Run]) -> _Run:
        parts = [level()]
        while self._take("word", word):
            parts.append(level())
        return parts[0] if len(parts) == 1 else join(parts)

    def _comparison(self) -> _Run:
        if self._take("word", "not"):
            inner = self._deeper(self._comparison)
            return lambda v: not _condition(inner(v))
        left, sign = self._sum(), self.word
        if self.kind != "sign" or sign not in _COMPARISONS:
            return left
        self._at += 1
        right = self._sum()
        return lambda v: _compare(sign, left(v), right(v))

    def _sum(self) -> _Run:
        return self._arithmetic(self._product, {"+": _CONTEXT.add, "-": _CONTEXT.subtract})

    def _product(self) -> _Run:
        return self._arithmetic(self._signed, {"*": _CONTEXT.multiply, "/": _divide})

    def _arithmetic(self, level: Callable[[], _Run], signs: dict[str, Callable[[Decimal, Decimal], Decimal]]) -> _Run:
        first, rest = level(), []
        while self.kind == "sign" and self.word in signs:
            operation = signs[self.word]
            self._at += 1
            rest.append((operation, level()))
        if not rest:
            return first

        def run(values: Mapping[str, Value]) -> Value:
            total = _number(first(values))
            for operation, operand in rest:
                total = operation(total, _number(operand(values)))
            return total

        return run

    def _signed(self) -> _Run:
        if self._take("sign", "-"):
            inner = self._deeper(self._signed)
            return lambda v: _CONTEXT.subtract(Decimal(0), _number(inner(v)))
        return self._atom()

    def _atom(self) -> _Run:
        kind, word = self.kind, self.word
        self._at += kind != "end"
        if kind == "number":
            return _constant(_exactly(lambda: _CONTEXT.create_decimal(word)))
        if kind == "text":
            return _constant(word)
        if kind == "sign" and word == "(":
            inner = self._deeper(self.alternatives)
            self._expect(")")
            return inner
        if kind == "word" and (word not in _WORDS or word in {"true", "false"}):
            return self._named(word)
        raise ExpressionError(Fault.SYNTAX, f"{word!r} is not expected here" if word else "the expression stops short")

    def _named(self, word: str) -> _Run:
        if self._take("sign", "("):
            return self._call(word)
        if word in {"true", "false"}:
            return _constant(word == "true")
        self.names.add(word)
        return lambda v: v[word]

    def _call(self, word: str) -> _Run:
        if word not in _FUNCTIONS:
            raise ExpressionError(Fault.UNKNOWN_FUNCTION, word)
        build, least, most = _FUNCTIONS[word]
        arguments = [self._deeper(self.alternatives)]
        while self._take("sign", ","):
            arguments.append(self._deeper(self.alternatives))
        self._expect(")")
        if not least <= len(arguments) <= most:
            raise ExpressionError(Fault.WRONG_COUNT, f"{word} with {len(arguments)} values")
        return build(arguments)

    def _deeper(self, level: Callable[[], _Run]) -> _Run:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(Fault.TOO_DEEP, f"more than {MAX_DEPTH} inside one another")
        run = level()
        self._depth -= 1
        return run

    def _take(self, kind: str, word: str) -> bool:
        found = self._tokens[self._at] == (kind, word)
        self._at += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._take("sign", sign):
            raise ExpressionError(Fault.SYNTAX, f"{sign!r} is missing before {self.word!r}")


def _constant(value: Value) -> _Run:
    return lambda _: value


def _exactly(work: Callable[[], _Result]) -> _Result:
    """Do decimal work; its signals become coded errors."""
    try:
        return work()
    except (InvalidOperation, Overflow, OverflowError) as error:
        raise ExpressionError(Fault.OUT_OF_RANGE, "a number or a date is too large") from error


def _number(value: Value) -> Decimal:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    raise ExpressionError(Fault.WRONG_TYPE, f"{value!s:.40} is not a number")


def _condition(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    raise ExpressionError(Fault.WRONG_TYPE, f"{value!s:.40} is not a condition")


def _divide(one: Decimal, other: Decimal) -> Decimal:
    if other == 0:
        raise ExpressionError(Fault.DIVISION_BY_ZERO, f"{one} is divided by zero")
    return _CONTEXT.divide(one, other)


def _whole(value: Value, low: int, high: int) -> int:
    number = _number(value)
    if number != number.to_integral_value() or not low <= number <= high:
        raise ExpressionError(Fault.OUT_OF_RANGE, f"{number} is not a whole number from {low} to {high}")
    return int(number)


def _day(value: Value) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass  # falls through to the same refusal as any other text
    raise ExpressionError(Fault.WRONG_TYPE, f"{value!s:.40} is not a date YYYY-MM-DD")


def _compare(sign: str, left: Value, right: Value) -> bool:
    if type(left) is not type(right):
        raise ExpressionError(Fault.WRONG_TYPE, f"{left!s:.40} and {right!s:.40} cannot be compared")
    return _COMPARISONS[sign](left, right)


def _round(value: Value, places: Value) -> Value:
    unit = Decimal(1).scaleb(-_whole(places, 0, MAX_DECIMALS))
    return _CONTEXT.add(_number(value).quantize(unit, context=_CONTEXT), 0)  # adding 0 turns -0.00 into 0.00


def _ceil(value: Value) -> Value:
    return _CONTEXT.add(_number(value).to_integral_value(rounding=ROUND_CEILING), 0)


def _add_days(day: Value, days: Value) -> Value:
    return (_day(day) + timedelta(days=_whole(days, -36500, 36500))).isoformat()


def _days_between(start: Value, end: Value) -> Value:
    return Decimal((_day(end) - _day(start)).days)


def _if(arguments: list[_Run]) -> _Run:
    """The branch that is not taken is not worked out: it may divide by zero."""
    condition, then, otherwise = arguments
    return lambda v: then(v) if _condition(condition(v)) else otherwise(v)


def _eager(function: Callable[..., Value]) -> Callable[[list[_Run]], _Run]:
    return lambda arguments: lambda v: function(*(argument(v) for argument in arguments))


_FUNCTIONS: dict[str, tuple[Callable[[list[_Run]], _Run], int, int]] = {
    "min": (_eager(lambda *values: min(map(_number, values))), 1, 20),
    "max": (_eager(lambda *values: max(map(_number, values))), 1, 20),
    "round": (_eager(_round), 2, 2),
    "ceil": (_eager(_ceil), 1, 1),
    "if": (_if, 3, 3),
    "add_days": (_eager(_add_days), 2, 2),
    "days_between": (_eager(_days_between), 2, 2),
}
