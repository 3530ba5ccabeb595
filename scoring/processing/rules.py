"""Rules: what response, outcome and template processing do, by plain name (clauses ResponseRule, OutcomeRule, TemplateRule)."""

from collections.abc import Callable

from scoring.processing.declarations import Kind
from scoring.processing.errors import OPERANDS_BAD, RULE_UNKNOWN, ProcessingError
from scoring.processing.reading import Node, plain
from scoring.processing.session import Rule, Session
from scoring.processing.values import number_of, single, truth_of

RULES: dict[str, Rule] = {}


class Exit(Exception):  # noqa: N818 - it ends a processing as the author wished, it is no error
    """Raised by exitResponse, exitTest and exitTemplate."""


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Enter a rule under its names."""

    def enter(function: Rule) -> Rule:
        RULES.update({plain(name): function for name in names})
        return function

    return enter


def process(session: Session, processing: Node) -> None:
    """Carry out the rules of a processing element until its end or an exit rule.

    Raises:
        ProcessingError: as `Session.run`.
    """
    try:
        session.run(processing.children)
    except Exit:
        return


@rule("responseCondition", "outcomeCondition", "templateCondition")
def condition(session: Session, node: Node) -> None:
    """Clauses ResponseCondition, OutcomeCondition, TemplateCondition: the first branch whose expression is true; NULL is not true."""
    for branch in node.children:
        if branch.name.endswith("else"):
            session.run(branch.children)
            return
        if not branch.name.endswith("if"):
            raise ProcessingError(RULE_UNKNOWN, name=branch.spelling)
        if not branch.children:
            raise ProcessingError(OPERANDS_BAD, name=branch.spelling, count=0)
        if truth_of(session.evaluate(branch.children[0])):
            session.run(branch.children[1:])
            return


@rule("responseProcessingFragment", "outcomeProcessingFragment")
def fragment(session: Session, node: Node) -> None:
    """Clauses ResponseProcessingFragment, OutcomeProcessingFragment: rules that are kept together."""
    session.run(node.children)


@rule("exitResponse", "exitTest", "exitTemplate")
def leave(session: Session, node: Node) -> None:
    """Clauses ExitResponse, ExitTest, ExitTemplate: end the processing at once."""
    raise Exit


@rule("setOutcomeValue")
def set_outcome_value(session: Session, node: Node) -> None:
    """Clause SetOutcomeValue: give an outcome the value of the expression."""
    declaration = session.declared(node.require("identifier"), Kind.OUTCOME)
    session.assign(declaration, session.evaluate(_operand(node)))


@rule("lookupOutcomeValue")
def lookup_outcome_value(session: Session, node: Node) -> None:
    """Clause LookupOutcomeValue: give an outcome what its table has for the value of the expression."""
    declaration = session.declared(node.require("identifier"), Kind.OUTCOME)
    source = number_of(session.evaluate(_operand(node)))
    if declaration.lookup is None or declaration.base is None:
        raise node.wrong("identifier")
    session.assign(declaration, single(declaration.base, declaration.lookup.find(source)))


@rule("setTemplateValue")
def set_template_value(session: Session, node: Node) -> None:
    """Clause SetTemplateValue: give a template variable the value of the expression."""
    declaration = session.declared(node.require("identifier"), Kind.TEMPLATE)
    session.assign(declaration, session.evaluate(_operand(node)))


@rule("setCorrectResponse")
def set_correct_response(session: Session, node: Node) -> None:
    """Clause SetCorrectResponse: give a response variable its correct value."""
    declaration = session.declared(node.require("identifier"), Kind.RESPONSE)
    session.corrects[declaration.identifier] = session.fit(declaration, session.evaluate(_operand(node)))


@rule("setDefaultValue")
def set_default_value(session: Session, node: Node) -> None:
    """Clause SetDefaultValue: give a response or outcome variable its default.

    Without an expression the variable goes back to its default: outside the standard, but without a second meaning.
    """
    declaration = session.declared(node.require("identifier"), Kind.RESPONSE, Kind.OUTCOME)
    if not node.children:
        session.assign(declaration, session.defaults.get(declaration.identifier))
        return
    session.defaults[declaration.identifier] = session.fit(declaration, session.evaluate(_operand(node)))


@rule("setResponseValue")
def set_response_value(session: Session, node: Node) -> None:
    """As SetOutcomeValue, for a response: outside the standard, but without a second meaning."""
    declaration = session.declared(node.require("identifier"), Kind.RESPONSE)
    session.assign(declaration, session.evaluate(_operand(node)))


def _operand(node: Node) -> Node:
    if len(node.children) != 1:
        raise ProcessingError(OPERANDS_BAD, name=node.spelling, count=len(node.children))
    return node.children[0]
