"""Parameters of a simulated-business task: drawn by seed, derived by expression, written into texts.

Draw.  Each drawn parameter has a stream of its own, so adding one never changes the others, and no random generator
of a language version is trusted: block *i* of the stream is the first 8 bytes (big-endian) of
SHA-256 of the UTF-8 text `seed/name/i`, and the draw among *n* values takes the first block below the largest multiple of
*n* in 2**64, modulo *n*.  Every value is therefore equally likely, and the same seed gives the same task for ever.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from html import escape
from itertools import count
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from itembank.business.expression import Value, evaluate, is_name, parse
from itembank.exchange.draft import Shape

MAX_VALUES = 100_000  # values one range may have
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)(?::([a-z0-9]+))?\s*\}\}")
_DATE_FORMATS = frozenset({"dmy", "swift"})
_FORMATS = _DATE_FORMATS | frozenset("01234")


def _check_name(text: str) -> str:
    if not is_name(text):
        raise ValueError(f"{text!r} cannot be a name: lower-case letters, digits and _, and no word of the expressions")
    return text


def _check_expression(text: str) -> str:
    parse(text)
    return text


def _check_template(text: str) -> str:
    """Braces that are not a placeholder are a slip of the author's, not text."""
    if any(braces in _PLACEHOLDER.sub("", text) for braces in ("{{", "}}")):
        raise ValueError(f"a placeholder is not of the form {{{{name}}}} or {{{{name:format}}}}: {text!r:.80}")
    unknown = {form for _, form in _PLACEHOLDER.findall(text) if form} - _FORMATS
    if unknown:
        raise ValueError(f"there is no format {', '.join(sorted(unknown))}")
    return text


Name = Annotated[str, AfterValidator(_check_name)]
ExpressionText = Annotated[str, AfterValidator(_check_expression)]
Template = Annotated[str, AfterValidator(_check_template)]


class RangeParameter(Shape):
    """A number from `low` to `high` in steps of `step`; its decimal places are those of the three as written."""

    kind: Literal["range"]
    name: Name
    low: Decimal
    high: Decimal
    step: Annotated[Decimal, Field(gt=0)] = Decimal(1)

    @model_validator(mode="after")
    def _has_values(self) -> "RangeParameter":
        if not 1 <= self.size <= MAX_VALUES:
            raise ValueError(f"the range {self.name} has {self.size} values; it may have 1 to {MAX_VALUES}")
        return self

    @property
    def size(self) -> int:
        """How many values there are to draw from."""
        return int((self.high - self.low) // self.step) + 1 if self.high >= self.low else 0

    def value(self, index: int) -> Value:
        """Return value number `index`, from 0."""
        return self.low + self.step * index


class NumbersParameter(Shape):
    """One of the numbers listed."""

    kind: Literal["numbers"]
    name: Name
    values: tuple[Decimal, ...] = Field(min_length=1)

    @property
    def size(self) -> int:
        """How many values there are to draw from."""
        return len(self.values)

    def value(self, index: int) -> Value:
        """Return value number `index`, from 0."""
        return self.values[index]


class TextsParameter(Shape):
    """One of the texts listed."""

    kind: Literal["texts"]
    name: Name
    values: tuple[str, ...] = Field(min_length=1)

    @property
    def size(self) -> int:
        """How many values there are to draw from."""
        return len(self.values)

    def value(self, index: int) -> Value:
        """Return value number `index`, from 0."""
        return self.values[index]


class DerivedParameter(Shape):
    """A value that follows from the parameters before it."""

    kind: Literal["derived"]
    name: Name
    expression: ExpressionText


Parameter = Annotated[RangeParameter | NumbersParameter | TextsParameter | DerivedParameter, Field(discriminator="kind")]


def draw(parameters: Iterable[Parameter], seed: int) -> dict[str, Value]:
    """Return the value of every parameter for `seed`.

    Raises:
        ExpressionError: when a derived parameter has no value.
    """
    values: dict[str, Value] = {}
    for parameter in parameters:
        if isinstance(parameter, DerivedParameter):
            values[parameter.name] = evaluate(parameter.expression, values)
        else:
            values[parameter.name] = parameter.value(_index(seed, parameter.name, parameter.size))
    return values


def _index(seed: int, name: str, size: int) -> int:
    fair = 2**64 - 2**64 % size
    for block in count():
        drawn = int.from_bytes(sha256(f"{seed}/{name}/{block}".encode()).digest()[:8], "big")
        if drawn < fair:
            return drawn % size
    raise AssertionError("count() never ends")


def check_order(parameters: Iterable[Parameter], known: Iterable[str] = ()) -> set[str]:
    """Return all names, those `known` before included.

    Raises:
        ValueError: when a name is taken twice, or a derived parameter uses one that does not come before it.
    """
    names = set(known)
    for parameter in parameters:
        if parameter.name in names:
            raise ValueError(f"the name {parameter.name} is given twice")
        if isinstance(parameter, DerivedParameter):
            missing = parse(parameter.expression).names - names
            if missing:
                raise ValueError(f"{parameter.name} uses {', '.join(sorted(missing))}, which does not come before it")
        names.add(parameter.name)
    return names


def placeholders(text: str) -> set[str]:
    """Return the names that `text` has placeholders for."""
    return {name for name, _ in _PLACEHOLDER.findall(text)}


def name_placeholders(text: str) -> str:
    """Return `text` with the bare name of each value where it would stand: `〔qty〕`."""
    return _PLACEHOLDER.sub(lambda match: f"〔{match[1]}〕", text)


def fill(text: str, values: Mapping[str, Value], *, html: bool = False) -> str:
    """Write `values` into the placeholders of `text`; with `html`, each value is escaped.

    `{{name}}` writes a value as it is, `{{name:2}}` a number with two decimals and grouped thousands, `{{name:dmy}}`
    a date as 14 SEP 2026 and `{{name:swift}}` as 260914.
    """

    def written(match: re.Match[str]) -> str:
        shown = show(values[match[1]], match[2] or "")
        return escape(shown) if html else shown

    return _PLACEHOLDER.sub(written, text)


def show(value: Value, form: str = "") -> str:
    """Return `value` as people read it, in the format of a placeholder.

    Raises:
        ValueError: when the format is not one for this value.
    """
    if form.isdigit() and isinstance(value, Decimal):
        return f"{value.quantize(Decimal(1).scaleb(-int(form)), rounding=ROUND_HALF_UP):,f}"
    if form in _DATE_FORMATS:
        day = date.fromisoformat(str(value))
        return f"{day:%y%m%d}" if form == "swift" else f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}"
    if form:
        raise ValueError(f"{value} is not a number to be written with {form} decimals")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
