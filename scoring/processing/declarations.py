"""Declarations: the variables of an item or a test, their types, defaults, keys and tables."""

from collections.abc import Mapping as Map
from dataclasses import dataclass
from enum import StrEnum

from scoring.processing.errors import DECLARATION_BAD, ProcessingError
from scoring.processing.mappings import (
    AreaMapping,
    Lookup,
    Mapping,
    read_area_mapping,
    read_atom,
    read_float,
    read_lookup,
    read_mapping,
)
from scoring.processing.reading import Node
from scoring.processing.values import BaseType, Cardinality, Record, Result, Value, container, single


class Kind(StrEnum):
    """What a variable is for (clause VariableDeclaration)."""

    RESPONSE = "response"
    OUTCOME = "outcome"
    TEMPLATE = "template"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declared variable; `minimum` and `maximum` are an outcome's `normalMinimum` and `normalMaximum`."""

    identifier: str
    kind: Kind
    cardinality: Cardinality
    base: BaseType | None
    default: Result = None
    correct: Result = None
    mapping: Mapping | None = None
    area_mapping: AreaMapping | None = None
    lookup: Lookup | None = None
    minimum: float | None = None
    maximum: float | None = None

    @property
    def initial(self) -> Result:
        """The value before anything happens: the default; a numeric outcome without one is 0 (clause OutcomeDeclaration)."""
        if self.default is None and self.kind is Kind.OUTCOME and self.cardinality is Cardinality.SINGLE:
            if self.base is BaseType.INTEGER:
                return single(BaseType.INTEGER, 0)
            if self.base is BaseType.FLOAT:
                return single(BaseType.FLOAT, 0.0)
        return self.default


BUILT_IN: Map[str, Declaration] = {
    declaration.identifier: declaration
    for declaration in (
        Declaration(
            "numAttempts",
            Kind.RESPONSE,
            Cardinality.SINGLE,
            BaseType.INTEGER,
            default=single(BaseType.INTEGER, 1),
        ),
        Declaration("duration", Kind.RESPONSE, Cardinality.SINGLE, BaseType.DURATION),
        Declaration(
            "completionStatus",
            Kind.OUTCOME,
            Cardinality.SINGLE,
            BaseType.IDENTIFIER,
            default=single(BaseType.IDENTIFIER, "unknown"),
        ),
    )
}
"""Variables of every item session (clause ItemSession), here at the end of a first attempt."""


def read_declarations(root: Node) -> dict[str, Declaration]:
    """Read all declarations of an item or a test by identifier.

    Raises:
        ProcessingError: when a declaration is wrong, or an identifier is declared twice.
    """
    found: dict[str, Declaration] = {}
    for kind in Kind:
        for node in root.named(f"{kind}declaration"):
            declaration = _read(node, kind)
            if declaration.identifier in found:
                raise ProcessingError(DECLARATION_BAD, identifier=declaration.identifier, detail="declared twice")
            found[declaration.identifier] = declaration
    return found


def _read(node: Node, kind: Kind) -> Declaration:
    identifier = node.require("identifier")
    try:
        cardinality = Cardinality(node.require("cardinality"))
        base = None if cardinality is Cardinality.RECORD else BaseType(node.require("baseType"))
    except ValueError as error:
        raise ProcessingError(DECLARATION_BAD, identifier=identifier, detail=str(error)) from None
    return Declaration(
        identifier,
        kind,
        cardinality,
        base,
        default=_read_values(node.find("defaultvalue"), identifier, cardinality, base),
        correct=_read_key(node.find("correctresponse"), identifier, cardinality, base),
        mapping=read_mapping(node.find("mapping"), base),
        area_mapping=read_area_mapping(node.find("areamapping")),
        lookup=read_lookup(node.find("matchtable") or node.find("interpolationtable"), base),
        minimum=_read_limit(node, "normalMinimum"),
        maximum=_read_limit(node, "normalMaximum"),
    )


def _read_key(node: Node | None, identifier: str, cardinality: Cardinality, base: BaseType | None) -> Result:
    """Read a correct response; an empty key is refused, for it would make a blank answer right or every answer wrong."""
    if node is not None and base is not BaseType.STRING and not all(value.text.strip() for value in node.named("value")):
        raise ProcessingError(DECLARATION_BAD, identifier=identifier, detail="the correct response holds an empty value")
    return _read_values(node, identifier, cardinality, base)


def _read_values(node: Node | None, identifier: str, cardinality: Cardinality, base: BaseType | None) -> Result:
    """Read the `value` children (clauses DefaultValue, CorrectResponse: one or more); empty ones are NULL."""
    if node is None:
        return None
    values = list(node.named("value"))
    if not values:
        raise ProcessingError(DECLARATION_BAD, identifier=identifier, detail=f"{node.spelling} has no value")
    if base is None:
        return _read_record(values)
    atoms = [read_atom(value.text, base) for value in values if value.text.strip() or base is BaseType.STRING]
    if cardinality is Cardinality.SINGLE:
        return single(base, atoms[0]) if atoms else None
    return container(cardinality, base, atoms)


def _read_record(values: list[Node]) -> Record:
    fields: dict[str, Value] = {}
    for value in values:
        try:
            base = BaseType(value.require("baseType"))
        except ValueError:
            raise value.wrong("baseType") from None
        field = single(base, read_atom(value.text, base))
        if field is not None:
            fields[value.require("fieldIdentifier")] = field
    return Record(fields)


def _read_limit(node: Node, attribute: str) -> float | None:
    return read_float(node, attribute) if node.get(attribute) else None
