"""Texts: comparison, patterns and custom operators."""

import unicodedata
from collections.abc import Callable

from scoring.processing.errors import CUSTOM_UNKNOWN, ProcessingError
from scoring.processing.operators.table import MANY, Table
from scoring.processing.patterns import compile_pattern
from scoring.processing.reading import Node
from scoring.processing.session import Session
from scoring.processing.values import BaseType, Result, number, numeric, single, text_of, truth

TABLE = Table()

STATES_PER_STEP = 100
"""So many states of a pattern, looked at for one character, cost as much as one expression."""


@TABLE.operator("stringMatch", 2, 2)
def string_match(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause StringMatch: the same text; with `substring` (deprecated) whether the first contains the second."""
    a, b = _cased(node, left), _cased(node, right)
    if a is None or b is None:
        return None
    return truth(b in a if node.flag("substring", default=False) else a == b)


@TABLE.operator("substring", 2, 2)
def substring(session: Session, node: Node, left: Result, right: Result) -> Result:
    """Clause Substring: whether the first text is part of the second."""
    a, b = _cased(node, left), _cased(node, right)
    return truth(None if a is None or b is None else a in b)


def _cased(node: Node, value: Result) -> str | None:
    text = text_of(value)
    return text if text is None or node.flag("caseSensitive", default=True) else text.casefold()


@TABLE.operator("patternMatch", 1, 1)
def pattern_match(session: Session, node: Node, value: Result) -> Result:
    """Clause PatternMatch: whether the whole text matches a regular expression of XML Schema (part 2, appendix F)."""
    text, pattern = text_of(value), node.attributes.get("pattern")
    if pattern is None:
        raise node.wrong("pattern")
    if text is None:
        return None
    machine = compile_pattern(pattern)
    session.spend(len(text) * len(machine.states) // STATES_PER_STEP)
    return truth(machine.matches(text))


@TABLE.operator("customOperator", 0, MANY, nulls=True)
def custom_operator(session: Session, node: Node, *values: Result) -> Result:
    """Clause CustomOperator: the few that are known here, by the last part of `definition` or `class`."""
    name = node.get("definition") or node.get("class")
    function = CUSTOM.get(name.replace(":", ".").rpartition(".")[2].lower())
    if function is None or len(values) != 1:
        raise ProcessingError(CUSTOM_UNKNOWN, name=name)
    text = text_of(values[0])
    return None if text is None else function(text)


def _trim(text: str) -> Result:
    return single(BaseType.STRING, text.strip())


def _to_ascii(text: str) -> Result:
    return single(BaseType.STRING, unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())


def _parse_comma_decimal(text: str) -> Result:
    n = numeric(text.replace(",", ".", 1))
    return number(None if n is None else float(n))


CUSTOM: dict[str, Callable[[str], Result]] = {
    "trim": _trim,
    "toascii": _to_ascii,
    "parsecommadecimal": _parse_comma_decimal,
}
"""Custom operators of one text by lower-case name: without white space around it, without accents, as a number with a decimal comma."""
