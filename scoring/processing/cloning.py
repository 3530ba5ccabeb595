"""Clones: a parameterised item as one of the plain items that its template processing makes (clauses TemplateDeclaration, TemplateRule).

What template variables decide is written down: keys and defaults, printed variables, what is shown, numbers in formulas, and the values in
response processing.  A clone names no template variable; what cannot be written down is refused.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree

from itembank.errors import QTI_UNSUPPORTED
from itembank.exchange.qti_xml import attribute, children, kebab, name_of
from scoring.processing.declarations import Kind
from scoring.processing.errors import VARIABLE_UNKNOWN, ProcessingError
from scoring.processing.operators.catalogue import EXPRESSIONS
from scoring.processing.printing import print_variable
from scoring.processing.reading import node_of, parse, plain
from scoring.processing.score import draw_item
from scoring.processing.session import Session
from scoring.processing.values import (
    BaseType,
    Cardinality,
    Record,
    Result,
    Value,
    atoms_of,
    is_null,
    lexical,
    number_of,
    numeric,
)

_TEMPLATES = frozenset({"template-declaration", "template-processing"})
_DECLARED = frozenset({"response-declaration", "outcome-declaration"})
_PROCESSED = frozenset({"response-processing", "outcome-processing"})
_SHOWN_AS = {"template-block": "div", "template-inline": "span"}
_MATH = {"mi": "mn", "ci": "cn"}
_NUMBERS = frozenset({"min", "max", "step", "n", "figures", "number-repeats", "tolerance"})
_CONSTANTS = frozenset({"base-value", "math-constant", "null"})
_VISIBILITY = frozenset({"template-identifier", "show-hide"})


@dataclass(frozen=True, slots=True)
class _Draw:
    """The session of one draw; the template variables, and those among them that stand for numbers in formulas."""

    session: Session
    names: Collection[str]
    math: Collection[str]

    def names_one(self, element: etree._Element) -> bool:
        return _identifier(element) in self.names


def clone(xml: bytes, seed: int) -> bytes:
    """Return an item with its template variables drawn by the seed, as XML without templates; the same seed gives the same bytes.

    Raises:
        ProcessingError: when the item is refused or its template processing stopped.
        ExamError: `itembank.qti_unsupported`, naming what of its templates cannot be written down.
    """
    root = parse(xml)
    session = draw_item(node_of(root), seed)
    math = {_identifier(found) for found in children(root, "template-declaration") if attribute(found, "math-variable") == "true"}
    names = {name for name, declaration in session.declarations.items() if declaration.kind is Kind.TEMPLATE}
    draw = _Draw(session, names, math)
    for part in list(_elements(root)):
        name = name_of(part)
        if name in _TEMPLATES:
            root.remove(part)
        elif name in _DECLARED:
            _declare(part, draw)
        elif name in _PROCESSED:
            _fold(part, draw)
        else:
            _show(part, draw)
    _refuse_rest(root, draw)
    return etree.tostring(root, encoding="utf-8")


def _identifier(element: etree._Element) -> str:
    return attribute(element, "identifier").strip()


def _elements(element: etree._Element) -> Iterator[etree._Element]:
    return (child for child in element if isinstance(child.tag, str))


def _declare(element: etree._Element, draw: _Draw) -> None:
    """Write the key and the default that template processing set into a declaration (clauses SetCorrectResponse, SetDefaultValue)."""
    declaration = draw.session.declarations[_identifier(element)]
    default, correct = draw.session.defaults[declaration.identifier], draw.session.corrects[declaration.identifier]
    if default != declaration.default:
        _write(element, "defaultValue", default, 0)
    if correct != declaration.correct:
        _write(element, "correctResponse", correct, len(children(element, "default-value")))


def _write(element: etree._Element, name: str, value: Result, place: int) -> None:
    for old in children(element, kebab(name)):
        element.remove(old)
    if is_null(value):
        return
    if isinstance(value, Record):
        raise QTI_UNSUPPORTED(element=f"{kebab(name)} record")
    made = etree.Element(_spelt(element, name))
    for atom in atoms_of(value):
        etree.SubElement(made, _spelt(element, "value")).text = lexical(atom)
    element.insert(place, made)


def _spelt(near: etree._Element, name: str) -> str:
    """Return the tag of a name as the version of QTI spells it in which an element near it is written."""
    return _beside(near, f"qti-{kebab(name)}" if _is_third(near) else name)


def _beside(near: etree._Element, name: str) -> str:
    return etree.QName(etree.QName(near).namespace, name).text


def _is_third(element: etree._Element) -> bool:
    return etree.QName(element).localname.startswith("qti-")


def _fold(element: etree._Element, draw: _Draw) -> None:
    """Put values into processing: in the place of every expression that template variables alone decide, and of numbers in attributes."""
    if _is_decided(element, draw):
        _put(element, draw.session.evaluate(node_of(element)))
        return
    if draw.names_one(element):
        raise QTI_UNSUPPORTED(element=f"{name_of(element)} {attribute(element, 'identifier')}")
    for key, text in element.attrib.items():
        if kebab(etree.QName(str(key)).localname) in _NUMBERS:
            element.set(key, " ".join(_number(word, element, draw) for word in str(text).split()))
    for child in _elements(element):
        _fold(child, draw)


def _is_decided(element: etree._Element, draw: _Draw) -> bool:
    """Say whether an expression holds template variables, and nothing besides that a candidate or chance decides."""
    if plain(name_of(element)) not in EXPRESSIONS:
        return False
    if any(name_of(found) == "random" for found in element.iter("*")):
        return False
    leaves = [found for found in element.iter("*") if next(_elements(found), None) is None]
    drawn = [leaf for leaf in leaves if name_of(leaf) in {"variable", "default"} and draw.names_one(leaf)]
    return bool(drawn) and all(leaf in drawn or name_of(leaf) in _CONSTANTS for leaf in leaves)


def _put(element: etree._Element, value: Result) -> None:
    """Make an element the expression of a constant; a truth would decide which rules count, and nobody reads those of a key so."""
    if isinstance(value, Record) or (value is not None and value.base is BaseType.BOOLEAN):
        raise QTI_UNSUPPORTED(element=f"{name_of(element)} {'record' if isinstance(value, Record) else 'boolean'}")
    for child in list(element):
        element.remove(child)
    element.text = None
    element.attrib.clear()
    if value is None or is_null(value):
        element.tag = _spelt(element, "null")
    elif value.cardinality is Cardinality.SINGLE:
        _base_value(element, value, 0)
    else:
        singles = [etree.SubElement(element, element.tag) for _ in value.atoms]
        for n, made in enumerate(singles):
            _base_value(made, value, n)
        element.tag = _spelt(element, value.cardinality)


def _base_value(element: etree._Element, value: Value, n: int) -> None:
    element.set("base-type" if _is_third(element) else "baseType", value.base)
    element.text = lexical(value.atoms[n])
    element.tag = _spelt(element, "baseValue")


def _number(word: str, element: etree._Element, draw: _Draw) -> str:
    """Return a number of an attribute, which may name a template variable (clause IntegerOrVariableRef)."""
    name = word.strip("{}")
    if numeric(word) is not None or name not in draw.names:
        return word
    number = number_of(draw.session.values.get(name))
    if number is None:
        raise QTI_UNSUPPORTED(element=f"{name_of(element)} {name}")
    return lexical(number)


def _show(element: etree._Element, draw: _Draw) -> None:
    """Write what is below an element as the candidate of this draw sees it."""
    for child in list(_elements(element)):
        name = name_of(child)
        if name == "printed-variable" and draw.names_one(child):
            _replace(child, print_variable(draw.session, node_of(child)))
        elif attribute(child, "template-identifier") and not _is_shown(child, draw):
            _replace(child, "")
        elif name in _MATH and (child.text or "").strip() in draw.math:
            _fill(child, draw.session.values.get((child.text or "").strip()))
        else:
            _open(child)
            _show(child, draw)


def _is_shown(element: etree._Element, draw: _Draw) -> bool:
    """Say whether the value, or one of the values, of the variable is the identifier (clauses TemplateElement, Choice)."""
    name = attribute(element, "template-identifier")
    if name not in draw.names:
        raise ProcessingError(VARIABLE_UNKNOWN, identifier=name)
    values = [lexical(atom) for atom in atoms_of(draw.session.values.get(name))]
    return (attribute(element, "identifier") in values) is (attribute(element, "show-hide", "show") == "show")


def _open(element: etree._Element) -> None:
    """Take away what says when an element is shown; a block or run of text of its own becomes a plain one."""
    if not attribute(element, "template-identifier"):
        return
    shown_as = _SHOWN_AS.get(name_of(element))
    if shown_as:
        element.tag = _beside(element, shown_as)
    for key in list(element.attrib):
        if shown_as or kebab(etree.QName(str(key)).localname) in _VISIBILITY:
            del element.attrib[key]


def _fill(element: etree._Element, value: Result) -> None:
    if number_of(value) is not None:
        element.tag = _beside(element, _MATH[name_of(element)])
    element.text = " ".join(lexical(atom) for atom in atoms_of(value))


def _replace(element: etree._Element, text: str) -> None:
    """Put a text in the place of an element."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    text += element.tail or ""
    parent.remove(element)
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text


def _refuse_rest(root: etree._Element, draw: _Draw) -> None:
    """Refuse an item whose templates reach where nothing was written down: into other attributes, or into an object.

    Raises:
        ExamError: `itembank.qti_unsupported`.
    """
    for element in root.iter("*"):
        if name_of(element) == "param" and attribute(element, "valuetype").upper() == "REF":
            raise QTI_UNSUPPORTED(element="param")
        for key, text in element.attrib.items():
            if "{" in str(text) and any(f"{{{name}}}" in str(text) for name in draw.names):
                raise QTI_UNSUPPORTED(element=f"{name_of(element)} {etree.QName(str(key)).localname}")
