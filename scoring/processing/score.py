"""Scoring an item or a test from its XML: the doors of this package."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scoring.processing.casting import to_json
from scoring.processing.declarations import BUILT_IN, Declaration, Kind, read_declarations
from scoring.processing.errors import NOT_A_TEST, NOT_AN_ITEM, TEST_ONLY, ProcessingError
from scoring.processing.mappings import read_float
from scoring.processing.operators.catalogue import EXPRESSIONS
from scoring.processing.reading import Node, read
from scoring.processing.responses import read_response
from scoring.processing.rules import RULES, process
from scoring.processing.session import ItemResult, Session
from scoring.processing.standard import find_template
from scoring.processing.template_processing import process_template
from scoring.processing.values import BaseType, Result, is_null, same, single


@dataclass(frozen=True, slots=True)
class ProcessedItem:
    """An item after template and response processing.

    `correct` says whether every response that has a correct value is right, None when none has one.
    """

    declarations: Mapping[str, Declaration]
    outcomes: Mapping[str, Result]
    templates: Mapping[str, Result]
    responded: bool
    correct: bool | None


def score_item(xml: bytes, responses: Mapping[str, object], seed: int = 0) -> dict[str, object]:
    """Return the outcomes of one attempt at an item, as JSON values by identifier.

    `responses` holds JSON values by response identifier: an identifier, number, boolean or text; a list for a container; `"A B"` or
    `["A", "B"]` for a pair or point; an object for a record.  A response that is not there has its declared default, one that is
    null is NULL.  The seed fixes every random draw.

    Raises:
        ProcessingError: when the item is refused or its processing stopped.
    """
    return {name: to_json(value) for name, value in process_item(xml, responses, seed).outcomes.items()}


def process_item(xml: bytes, responses: Mapping[str, object], seed: int = 0, earlier: Mapping[str, object] | None = None) -> ProcessedItem:
    """Carry out template processing, then response processing, for one attempt at an item; arguments as `score_item`.

    `earlier` holds the outcomes of the attempt before, as JSON: an adaptive item goes on from them, any other starts anew (clause
    AssessmentItem, adaptive).

    Raises:
        ProcessingError: when the item is refused or its processing stopped.
    """
    root = read(xml)
    if root.name != "assessmentitem":
        raise ProcessingError(NOT_AN_ITEM, name=root.spelling)
    session = draw_item(root, seed)
    declarations = session.declarations
    _begin(session, responses)
    if earlier and root.flag("adaptive", default=False):
        for name in _of(declarations, Kind.OUTCOME):
            if name in earlier:
                session.values[name] = read_response(earlier[name], declarations[name])
    answered = {name: session.values[name] for name in _of(declarations, Kind.RESPONSE) if name not in BUILT_IN}
    _process_responses(session, root)
    return ProcessedItem(
        declarations,
        {name: session.values.get(name) for name in _of(declarations, Kind.OUTCOME)},
        {name: session.values.get(name) for name in _of(declarations, Kind.TEMPLATE)},
        responded=not all(is_null(value) for value in answered.values()),
        correct=_all_right(answered, session.corrects),
    )


def draw_item(root: Node, seed: int) -> Session:
    """Return the session of an item as it stands before a candidate sees it: template variables drawn, keys and defaults set.

    Raises:
        ProcessingError: when a declaration is wrong, or template processing stopped.
    """
    session = _session({**BUILT_IN, **read_declarations(root)}, seed)
    template = root.find("templateprocessing")
    if template is not None:
        process_template(session, template)
    return session


def score_test(xml: bytes, items: Mapping[str, ProcessedItem], seed: int = 0) -> dict[str, object]:
    """Return the outcomes of a test as JSON values; `items` are the processed items by the identifier of their reference.

    A reference without an item was not selected for the candidate.

    Raises:
        ProcessingError: when the test is refused or its processing stopped.
    """
    root = read(xml)
    if root.name != "assessmenttest":
        raise ProcessingError(NOT_A_TEST, name=root.spelling)
    session = _session(read_declarations(root), seed)
    session.items = list(_item_results(root, items, frozenset()))
    _begin(session, {})
    processing = root.find("outcomeprocessing")
    if processing is not None:
        process(session, processing)
    return {name: to_json(session.values[name]) for name in _of(session.declarations, Kind.OUTCOME)}


def _session(declarations: dict[str, Declaration], seed: int) -> Session:
    session = Session(declarations, random.Random(seed), EXPRESSIONS, RULES)  # noqa: S311 - drawn questions, no secrets
    for name, declaration in declarations.items():
        session.corrects[name] = declaration.correct
        session.defaults[name] = declaration.default
        if declaration.kind in (Kind.TEMPLATE, Kind.CONTEXT):
            session.values[name] = declaration.initial
    return session


def _begin(session: Session, responses: Mapping[str, object]) -> None:
    """Give outcomes and responses the values that they have when processing begins (clauses OutcomeDeclaration, ResponseDeclaration)."""
    for name, declaration in session.declarations.items():
        default = session.defaults[name]
        if declaration.kind is Kind.OUTCOME:
            session.values[name] = declaration.initial if default is None else default
        elif declaration.kind is Kind.RESPONSE:
            session.values[name] = read_response(responses[name], declaration) if name in responses else default


def _process_responses(session: Session, root: Node) -> None:
    """Carry out response processing; afterwards an item that is not adaptive is completed (clause ItemSession, completionStatus).

    Only a test has outcome processing.  One that stands in an item is carried out up to where it asks about a test.
    """
    processing = root.find("responseprocessing")
    if processing is not None:
        if not processing.children and processing.get("template"):
            processing = find_template(processing.get("template"))
        before = session.values["completionStatus"]
        process(session, processing)
        if session.values["completionStatus"] is before and not root.flag("adaptive", default=False):
            session.values["completionStatus"] = single(BaseType.IDENTIFIER, "completed")
    own = root.find("outcomeprocessing")
    if own is not None:
        try:
            process(session, own)
        except ProcessingError as error:
            if error.kind is not TEST_ONLY:
                raise


def _of(declarations: Mapping[str, Declaration], kind: Kind) -> Iterator[str]:
    return (name for name, declaration in declarations.items() if declaration.kind is kind)


def _all_right(answered: Mapping[str, Result], corrects: Mapping[str, Result]) -> bool | None:
    keyed = [name for name in answered if not is_null(corrects.get(name))]
    return all(same(answered[name], corrects[name]) for name in keyed) if keyed else None


def _item_results(node: Node, items: Mapping[str, ProcessedItem], sections: frozenset[str]) -> Iterator[ItemResult]:
    """Yield what outcome processing sees of each item of the test, in the order of their references."""
    for child in node.named("testpart", "assessmentsection", "assessmentitemref"):
        identifier = child.require("identifier")
        if child.name == "assessmentsection":
            yield from _item_results(child, items, sections | {identifier})
        elif child.name == "testpart":
            yield from _item_results(child, items, sections)
        elif identifier in items:
            item = items[identifier]
            yield ItemResult(
                identifier,
                sections,
                frozenset(child.get("category").split()),
                {weight.require("identifier"): read_float(weight, "value") for weight in child.named("weight")},
                item.declarations,
                item.outcomes,
                presented=True,
                responded=item.responded,
                correct=item.correct,
            )
