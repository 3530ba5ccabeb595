"""Printed variables: the text that a template variable has in the body of an item (clause PrintedVariable)."""

import math
import re

from itembank.errors import QTI_UNSUPPORTED
from scoring.processing.reading import Node
from scoring.processing.session import Session
from scoring.processing.values import Atom, Record, Result, atoms_of, lexical

_FORMAT = re.compile(r"(?:[^%]|%%)*%[-+ 0#]*[0-9]{0,2}(?:\.[0-9]{0,2})?([diouxXeEfFgGs])(?:[^%]|%%)*")
_WHOLE = frozenset("diouxX")


def print_variable(session: Session, node: Node) -> str:
    """Return the text for a `printedVariable`; NULL is empty.

    A number is printed by `format`, as in C, or else in its shortest form; containers and records by `delimiter`, `index`, `field` and
    `mappingIndicator`.

    Raises:
        ExamError: `itembank.qti_unsupported` for powers of ten and for other bases than 10; a `ProcessingError` for a wrong attribute.
    """
    if node.flag("powerForm", default=False):
        raise QTI_UNSUPPORTED(element="printed-variable power-form")
    if node.get("base", "10") != "10":
        raise QTI_UNSUPPORTED(element="printed-variable base")
    value, delimiter = session.values.get(node.require("identifier")), node.attributes.get("delimiter", ";")
    if not isinstance(value, Record):
        return delimiter.join(_texts(session, node, value))
    if node.get("field"):
        return "".join(_texts(session, node, value.fields.get(node.get("field"))))
    sign = node.attributes.get("mappingindicator", "=")
    return delimiter.join(f"{name}{sign}{''.join(_texts(session, node, field))}" for name, field in value.fields.items())


def _texts(session: Session, node: Node, value: Result) -> list[str]:
    atoms = atoms_of(value)
    if node.get("index"):
        place = session.number(node, "index")
        if place is None or not 1 <= place <= len(atoms):
            raise node.wrong("index")
        atoms = (atoms[int(place) - 1],)
    return [_text(node, atom) for atom in atoms]


def _text(node: Node, atom: Atom) -> str:
    shape = node.get("format")
    if not shape or not isinstance(atom, int | float) or isinstance(atom, bool) or not math.isfinite(atom):
        return lexical(atom)
    found = _FORMAT.fullmatch(shape)
    if found is None:
        raise node.wrong("format")
    if found[1] == "s":
        return shape % lexical(atom)
    return shape % (int(atom) if found[1] in _WHOLE else atom)
