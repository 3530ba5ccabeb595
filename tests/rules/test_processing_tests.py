"""Outcome processing of tests: totals over items, subsets, weights, exits."""

import pytest

from scoring.processing.errors import ProcessingError
from scoring.processing.score import ProcessedItem, process_item, score_item, score_test
from tests.make.qti import declare, f, item, kebab, op, s, var

TEMPLATE = "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"


def answered(response: object, maximum: float | None = 1) -> ProcessedItem:
    """One choice item with the key A."""
    limits = {} if maximum is None else {"normalMinimum": -1, "normalMaximum": maximum}
    xml = item(
        declare("response", "RESPONSE", "single", "identifier", "<correctResponse><value>A</value></correctResponse>"),
        declare("outcome", "SCORE", "single", "float", **limits),
        op("responseProcessing", template=TEMPLATE),
    )
    return process_item(xml, {"RESPONSE": response})


ITEMS = {"Q1": answered("A"), "Q2": answered("B"), "Q3": answered(None), "Q4": answered("A", 3)}

REFERENCES = (
    op("assessmentItemRef", '<weight identifier="W" value="2.5"/>', identifier="Q1", href="q1.xml", category="easy word"),
    op("assessmentItemRef", identifier="Q2", href="q2.xml", category="hard"),
    op("assessmentItemRef", identifier="Q3", href="q3.xml", category="easy"),
    op("assessmentItemRef", identifier="Q4", href="q4.xml"),
    op("assessmentItemRef", identifier="Q5", href="q5.xml", category="easy"),
)
SECTIONS = op(
    "testPart",
    op("assessmentSection", *REFERENCES[:2], op("assessmentSection", REFERENCES[2], identifier="S2"), identifier="S1"),
    op("assessmentSection", *REFERENCES[3:], identifier="S3"),
    identifier="P",
)


def whole(*rules: str, base: str = "float", cardinality: str = "single") -> bytes:
    """A test whose outcome OUT is set by the rules."""
    return op("assessmentTest", declare("outcome", "OUT", cardinality, base), SECTIONS, op("outcomeProcessing", *rules)).encode()


def out(expression: str, base: str = "float", cardinality: str = "single") -> object:
    xml = whole(op("setOutcomeValue", expression, identifier="OUT"), base=base, cardinality=cardinality)
    found = score_test(xml, ITEMS)["OUT"]
    assert score_test(kebab(xml.decode()).encode(), ITEMS)["OUT"] == found
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (op("numberSelected"), 4),
        (op("numberPresented"), 4),
        (op("numberResponded"), 3),
        (op("numberCorrect"), 2),
        (op("numberIncorrect"), 2),
        (op("numberSelected", sectionIdentifier="S1"), 3),
        (op("numberSelected", sectionIdentifier="S2"), 1),
        (op("numberCorrect", includeCategory="easy"), 1),
        (op("numberSelected", excludeCategory="hard word"), 2),
    ],
)
def test_items_are_counted(expression: str, expected: int) -> None:
    assert out(expression, "integer") == expected


def test_outcomes_of_a_subset_are_gathered_and_weighted() -> None:
    scores = op("testVariables", variableIdentifier="SCORE")
    assert out(scores, cardinality="multiple") == [1.0, 0.0, 0.0, 1.0]
    assert out(op("sum", scores)) == 2.0
    assert out(op("sum", op("testVariables", variableIdentifier="SCORE", weightIdentifier="W"))) == 3.5
    assert out(op("testVariables", variableIdentifier="SCORE", sectionIdentifier="S2"), cardinality="multiple") == [0.0]
    assert out(op("testVariables", variableIdentifier="SCORE", baseType="integer"), cardinality="multiple") is None
    assert out(op("testVariables", variableIdentifier="NOTHING"), cardinality="multiple") is None


def test_one_items_outcome_is_named_with_a_dot() -> None:
    assert out(var("Q1.SCORE")) == 1.0
    assert out(op("variable", identifier="Q1.SCORE", weightIdentifier="W")) == 2.5
    assert out(var("Q5.SCORE")) is None


def test_declared_limits_are_gathered_only_when_every_item_has_them() -> None:
    assert out(op("outcomeMaximum", outcomeIdentifier="SCORE"), cardinality="multiple") == [1.0, 1.0, 1.0, 3.0]
    assert out(op("outcomeMaximum", outcomeIdentifier="SCORE", weightIdentifier="W", sectionIdentifier="S1"), cardinality="multiple") == [
        2.5,
        1.0,
        1.0,
    ]
    assert out(op("outcomeMinimum", outcomeIdentifier="SCORE", includeCategory="hard"), cardinality="multiple") == [-1.0]
    xml = whole(op("setOutcomeValue", op("sum", op("outcomeMaximum", outcomeIdentifier="SCORE")), identifier="OUT"))
    assert score_test(xml, {"Q1": answered("A"), "Q2": answered("A", None)})["OUT"] is None


def test_conditions_fragments_and_exit() -> None:
    passed = op("outcomeIf", op("gte", op("numberCorrect"), f(2)), op("setOutcomeValue", s("pass"), identifier="OUT"), op("exitTest"))
    failed = op("outcomeElse", op("setOutcomeValue", s("fail"), identifier="OUT"))
    xml = whole(
        op("outcomeProcessingFragment", op("outcomeCondition", passed, failed)),
        op("setOutcomeValue", s("never"), identifier="OUT"),
        base="string",
    )
    assert score_test(xml, ITEMS)["OUT"] == "pass"
    assert score_test(xml, {"Q2": ITEMS["Q2"]})["OUT"] == "never"


def test_a_tests_score_is_looked_up_in_its_table() -> None:
    table = '<matchTable defaultValue="0"><matchTableEntry sourceValue="2" targetValue="55"/></matchTable>'
    xml = op(
        "assessmentTest",
        declare("outcome", "OUT", "single", "float", table),
        SECTIONS,
        op("outcomeProcessing", op("lookupOutcomeValue", op("numberCorrect"), identifier="OUT")),
    )
    assert score_test(xml.encode(), ITEMS) == {"OUT": 55.0}


def test_an_item_is_no_test() -> None:
    with pytest.raises(ProcessingError) as caught:
        score_test(item(), {})
    assert caught.value.kind.code == "scoring.item.not_a_test"


def test_outcome_processing_in_an_item_runs_up_to_where_it_asks_about_a_test() -> None:
    rules = [
        op("setOutcomeValue", f(1), identifier="SCORE"),
        op("setOutcomeValue", op("numberCorrect"), identifier="SCORE"),
        op("setOutcomeValue", f(9), identifier="SCORE"),
    ]
    xml = item(declare("outcome", "SCORE", "single", "float"), op("outcomeProcessing", *rules))
    assert score_item(xml, {})["SCORE"] == 1.0
