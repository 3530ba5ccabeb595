"""Template processing: the variables of a parameterised item are drawn before a candidate sees it."""

from scoring.processing.declarations import Kind
from scoring.processing.errors import OPERANDS_BAD, ProcessingError
from scoring.processing.reading import Node
from scoring.processing.rules import Exit
from scoring.processing.session import Session
from scoring.processing.values import truth_of

MOST_RESTARTS = 100
"""How often a constraint may start the processing anew (clause TemplateConstraint)."""


def process_template(session: Session, processing: Node) -> None:
    """Carry out template processing; when no draw meets a constraint, the defaults stand and the rules after it go on.

    Raises:
        ProcessingError: as `Session.run`.
    """
    corrects, defaults = dict(session.corrects), dict(session.defaults)
    unmet: int | None = None
    for _ in range(MOST_RESTARTS):
        unmet = _run_from(session, processing, 0)
        if unmet is None:
            return
        _reset(session)
        session.corrects, session.defaults = dict(corrects), dict(defaults)
    while unmet is not None:
        unmet = _run_from(session, processing, unmet + 1)


def _run_from(session: Session, processing: Node, start: int) -> int | None:
    """Run rules and return the place of the first constraint that is not met, None when all are or an exit rule ends it."""
    for place, node in enumerate(processing.children[start:], start):
        if node.name != "templateconstraint":
            try:
                session.run([node])
            except Exit:
                return None
        elif not _holds(session, node):
            return place
    return None


def _holds(session: Session, node: Node) -> bool:
    if len(node.children) != 1:
        raise ProcessingError(OPERANDS_BAD, name=node.spelling, count=len(node.children))
    return bool(truth_of(session.evaluate(node.children[0])))


def _reset(session: Session) -> None:
    for declaration in session.declarations.values():
        if declaration.kind is Kind.TEMPLATE:
            session.values[declaration.identifier] = declaration.initial
