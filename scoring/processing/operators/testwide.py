"""Expressions about the items of a test: they have a meaning in outcome processing of a test only (clause ItemSubset)."""

from collections.abc import Callable, Iterable

from scoring.processing.declarations import Declaration
from scoring.processing.errors import TEST_ONLY, ProcessingError
from scoring.processing.operators.table import Table
from scoring.processing.operators.variables import weighted
from scoring.processing.reading import Node
from scoring.processing.session import ItemResult, Session
from scoring.processing.values import BaseType, Cardinality, Result, Value, atoms_of, container, number

TABLE = Table()


def _subset(session: Session, node: Node) -> list[ItemResult]:
    """Return the items of the section and the categories that an expression names (clause ItemSubset)."""
    if session.items is None:
        raise ProcessingError(TEST_ONLY, name=node.spelling)
    section = node.get("sectionIdentifier")
    wanted, unwanted = set(node.get("includeCategory").split()), set(node.get("excludeCategory").split())
    return [
        item
        for item in session.items
        if (not section or section in item.sections) and (not wanted or wanted & item.categories) and not unwanted & item.categories
    ]


@TABLE.expression("numberCorrect")
def number_correct(session: Session, node: Node) -> Result:
    """Clause NumberCorrect: items whose every response with a correct value is right."""
    return _count(session, node, lambda item: item.correct is True)


@TABLE.expression("numberIncorrect")
def number_incorrect(session: Session, node: Node) -> Result:
    """Clause NumberIncorrect: items with at least one response that is not right."""
    return _count(session, node, lambda item: item.correct is False)


@TABLE.expression("numberPresented")
def number_presented(session: Session, node: Node) -> Result:
    """Clause NumberPresented: items that the candidate saw."""
    return _count(session, node, lambda item: item.presented)


@TABLE.expression("numberResponded")
def number_responded(session: Session, node: Node) -> Result:
    """Clause NumberResponded: items with at least one response that is not NULL."""
    return _count(session, node, lambda item: item.responded)


@TABLE.expression("numberSelected")
def number_selected(session: Session, node: Node) -> Result:
    """Clause NumberSelected: items selected for the candidate."""
    return _count(session, node, lambda item: True)


def _count(session: Session, node: Node, counts: Callable[[ItemResult], bool]) -> Result:
    return number(sum(counts(item) for item in _subset(session, node)))


@TABLE.expression("testVariables")
def test_variables(session: Session, node: Node) -> Result:
    """Clause TestVariables: one outcome of every item of the subset, in a container; NULL ones are left out, weights make floats.

    Without a base type, integers and floats are gathered as floats.
    """
    name, weight = node.require("variableIdentifier"), node.get("weightIdentifier")
    wanted = node.get("baseType")
    found = [weighted(item, name, weight) for item in _subset(session, node)]
    values = [value for value in found if isinstance(value, Value) and value.cardinality is Cardinality.SINGLE]
    if wanted:
        values = [value for value in values if value.base == wanted or weight]
    atoms = [atom for value in values for atom in atoms_of(value)]
    base = values[0].base if values else BaseType.FLOAT
    if {value.base for value in values} == {BaseType.INTEGER, BaseType.FLOAT}:
        base = BaseType.FLOAT
    return container(Cardinality.MULTIPLE, base, atoms) if atoms else None


@TABLE.expression("outcomeMinimum")
def outcome_minimum(session: Session, node: Node) -> Result:
    """Clause OutcomeMinimum: the declared `normalMinimum` of an outcome of every item of the subset; NULL when one has none."""
    return _limits(session, node, lambda declaration: declaration.minimum)


@TABLE.expression("outcomeMaximum")
def outcome_maximum(session: Session, node: Node) -> Result:
    """Clause OutcomeMaximum: the declared `normalMaximum` of an outcome of every item of the subset; NULL when one has none."""
    return _limits(session, node, lambda declaration: declaration.maximum)


def _limits(session: Session, node: Node, limit: Callable[[Declaration], float | None]) -> Result:
    name, weight = node.require("outcomeIdentifier"), node.get("weightIdentifier")
    limits = list(_weighted_limits(_subset(session, node), name, weight, limit))
    known = [bound for bound in limits if bound is not None]
    return container(Cardinality.MULTIPLE, BaseType.FLOAT, known) if known and len(known) == len(limits) else None


def _weighted_limits(
    items: Iterable[ItemResult], name: str, weight: str, limit: Callable[[Declaration], float | None]
) -> Iterable[float | None]:
    for item in items:
        declaration = item.declarations.get(name)
        bound = limit(declaration) if declaration else None
        yield None if bound is None else bound * item.weights.get(weight, 1.0)
