"""Whole items: declarations, rules, template processing, and what a candidate may send."""

import pytest

from scoring.processing.errors import ProcessingError
from scoring.processing.score import process_item, score_item
from tests.make.qti import b, declare, f, i, ident, item, kebab, op, ordered, s, var

SCORE = declare("outcome", "SCORE", "single", "float")
CHOICE = declare("response", "RESPONSE", "single", "identifier", "<correctResponse><value>A</value></correctResponse>")
MATCH = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"


def put(identifier: str, expression: str) -> str:
    return op("setOutcomeValue", expression, identifier=identifier)


def rp(*rules: str) -> str:
    return op("responseProcessing", *rules)


def cond(test: str, *rules: str) -> str:
    return op("responseIf", test, *rules)


@pytest.mark.parametrize(
    "address",
    [
        MATCH,
        "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct.xml",
        "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml",
    ],
)
def test_the_standard_template_has_one_meaning_in_every_version(address: str) -> None:
    xml = item(CHOICE, SCORE, op("responseProcessing", template=address))
    for spelling in (xml, kebab(xml.decode()).encode()):
        assert [score_item(spelling, {"RESPONSE": answer})["SCORE"] for answer in ("A", "B", None)] == [1.0, 0.0, 0.0]


def mapping(*entries: tuple[str, float]) -> str:
    return op("mapping", *(op("mapEntry", mapKey=key, mappedValue=worth) for key, worth in entries), defaultValue=0)


@pytest.mark.parametrize(
    "folder", ["http://www.imsglobal.org/question/qti_v2p2/rptemplates", "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates"]
)
@pytest.mark.parametrize(
    ("template", "feedback", "told"),
    [
        ("CC2_match", "FEEDBACK", {"A": (1.0, None), "B": (0.0, None), None: (0.0, None)}),
        ("CC2_match_basic", "FEEDBACKBASIC", {"A": (3.0, "correct"), "B": (0.0, "incorrect"), None: (0.0, "incorrect")}),
        ("CC2_map_response.xml", "FEEDBACK", {"A": (3.0, "correct"), "B": (1.5, "incorrect"), None: (0.0, "incorrect")}),
    ],
)
def test_the_templates_of_the_cartridge_count_to_the_maximum_and_name_the_feedback(
    folder: str, template: str, feedback: str, told: dict[str | None, tuple[float, str | None]]
) -> None:
    xml = item(
        declare("response", "RESPONSE", "single", "identifier", op("correctResponse", "<value>A</value>") + mapping(("A", 3), ("B", 1.5))),
        SCORE,
        declare("outcome", "MAXSCORE", "single", "float", "<defaultValue><value>3</value></defaultValue>"),
        declare("outcome", feedback, "single", "identifier"),
        op("responseProcessing", template=f"{folder}/{template}"),
    )
    for answer, expected in told.items():
        found = score_item(xml, {"RESPONSE": answer})
        assert (found["SCORE"], found[feedback]) == expected


def test_own_rules_go_before_a_template_and_an_unknown_template_is_refused() -> None:
    own = item(SCORE, CHOICE, op("responseProcessing", put("SCORE", f(7)), template=MATCH))
    assert score_item(own, {"RESPONSE": "A"})["SCORE"] == 7.0
    with pytest.raises(ProcessingError) as caught:
        score_item(item(SCORE, op("responseProcessing", template="https://example.org/house_rule.xml")), {})
    assert caught.value.kind.code == "scoring.item.template_unknown"


def test_outcomes_start_from_their_defaults_and_numbers_from_zero() -> None:
    xml = item(
        SCORE,
        declare("outcome", "N", "single", "integer"),
        declare("outcome", "GRADE", "single", "identifier"),
        declare("outcome", "LIST", "multiple", "float"),
        declare("outcome", "BONUS", "single", "float", "<defaultValue><value>5</value></defaultValue>"),
    )
    expected = {"SCORE": 0.0, "N": 0, "GRADE": None, "LIST": None, "BONUS": 5.0, "completionStatus": "unknown"}
    assert score_item(xml, {}) == expected


def test_the_first_true_branch_is_taken_and_null_is_not_true() -> None:
    def chosen(first: bool | None, second: bool | None) -> object:
        branches = [
            cond(b(first), put("SCORE", f(1))),
            op("responseElseIf", b(second), put("SCORE", f(2))),
            op("responseElse", put("SCORE", f(3))),
        ]
        return score_item(item(SCORE, rp(op("responseCondition", *branches))), {})["SCORE"]

    assert [chosen(True, True), chosen(None, True), chosen(False, None)] == [1.0, 2.0, 3.0]


def test_exit_ends_processing_from_inside_a_fragment_and_a_condition() -> None:
    inner = op("responseProcessingFragment", op("responseCondition", cond(b(True), put("SCORE", f(1)), op("exitResponse"))))
    assert score_item(item(SCORE, rp(inner, put("SCORE", f(2)))), {})["SCORE"] == 1.0


def lookup(table: str, value: str, base: str = "float") -> object:
    rule = op("lookupOutcomeValue", value, identifier="OUT")
    return score_item(item(declare("outcome", "OUT", "single", base, table), rp(rule)), {})["OUT"]


def test_an_interpolation_table_takes_the_first_entry_at_or_below_the_value() -> None:
    table = (
        '<interpolationTable defaultValue="none"><interpolationTableEntry sourceValue="90" targetValue="top"/>'
        '<interpolationTableEntry sourceValue="60" includeBoundary="false" targetValue="pass"/>'
        '<interpolationTableEntry sourceValue="10" targetValue="fail"/></interpolationTable>'
    )
    found = [lookup(table, f(value), "string") for value in (95, 90, 61, 60, 10, 9)] + [lookup(table, "<null/>", "string")]
    assert found == ["top", "top", "pass", "fail", "fail", "none", "none"]


def test_a_match_table_needs_the_very_value_and_has_null_as_its_default() -> None:
    table = '<matchTable><matchTableEntry sourceValue="1" targetValue="0.5"/></matchTable>'
    assert [lookup(table, i(1)), lookup(table, i(2))] == [0.5, None]


@pytest.mark.parametrize(
    ("cardinality", "base", "sent", "read"),
    [
        ("single", "identifier", ["A"], "A"),
        ("single", "identifier", ["A", "B"], None),
        ("single", "integer", "12", 12),
        ("single", "integer", 12.0, 12),
        ("single", "integer", "12 apples", None),
        ("single", "float", "1e3", 1000.0),
        ("single", "float", "3,14", None),
        ("single", "boolean", True, True),
        ("single", "string", "", None),
        ("single", "string", 7, "7"),
        ("single", "pair", ["A", "B"], "A B"),
        ("single", "point", [3, 4.5], "3 4.5"),
        ("multiple", "directedPair", [["A", "B"], "C D"], ["A B", "C D"]),
        ("multiple", "point", [[1, 2], "3,4"], ["1 2", "3 4"]),
        ("ordered", "identifier", "A", ["A"]),
        ("ordered", "integer", [1, "x", 2], [1, 2]),
        ("single", "file", {"name": "essay.pdf"}, "essay.pdf"),
        ("single", "integer", {"odd": 1}, None),
        ("record", "", {"a": 1, "b": True, "c": "x"}, {"a": 1, "b": True, "c": "x"}),
    ],
)
def test_a_response_is_read_by_its_declaration(cardinality: str, base: str, sent: object, read: object) -> None:
    variables = declare("response", "R", cardinality, base) + declare("outcome", "OUT", cardinality, base)
    assert score_item(item(variables, rp(put("OUT", var("R")))), {"R": sent})["OUT"] == read


def test_a_number_bound_to_a_record_keeps_how_it_was_typed() -> None:
    variables = declare("response", "R", "record", "") + declare("outcome", "OUT", "record", "")
    found = score_item(item(variables, rp(put("OUT", var("R")))), {"R": "-012.50e1"})["OUT"]
    assert found == {
        "stringValue": "-012.50e1",
        "floatValue": -125.0,
        "leftDigits": 3,
        "rightDigits": 2,
        "ndp": 1,
        "nsf": 4,
        "exponent": 1,
    }


@pytest.mark.parametrize(
    ("cardinality", "base", "expression", "stored"),
    [
        ("single", "float", i(3), 3.0),
        ("single", "integer", f("-3.9"), -3),
        ("single", "integer", f("INF"), None),
        ("single", "string", ident("A"), "A"),
        ("single", "identifier", op("multiple", ident("A")), "A"),
        ("multiple", "float", i(3), [3.0]),
        ("single", "float", s("2.5"), 2.5),
    ],
)
def test_a_value_is_fitted_to_the_variable(cardinality: str, base: str, expression: str, stored: object) -> None:
    found = score_item(item(declare("outcome", "OUT", cardinality, base), rp(put("OUT", expression))), {})["OUT"]
    assert (type(found), found) == (type(stored), stored)


@pytest.mark.parametrize(
    ("base", "expression"), [("float", ident("A")), ("float", ordered(i(1), i(2))), ("boolean", i(5)), ("pair", s("A"))]
)
def test_a_value_that_does_not_fit_is_refused(base: str, expression: str) -> None:
    with pytest.raises(ProcessingError) as caught:
        score_item(item(declare("outcome", "OUT", "single", base), rp(put("OUT", expression))), {})
    assert caught.value.kind.code == "scoring.item.type_mismatch"


def test_completion_is_set_for_plain_items_and_left_to_adaptive_ones() -> None:
    plain = item(SCORE, rp(put("SCORE", f(1))))
    adaptive = plain.replace(b'adaptive="false"', b'adaptive="true"')
    ruled = item(rp(put("completionStatus", ident("incomplete"))))
    assert [score_item(xml, {})["completionStatus"] for xml in (plain, adaptive, ruled)] == ["completed", "unknown", "incomplete"]


def test_an_adaptive_item_goes_on_from_its_outcomes_and_a_plain_one_starts_anew() -> None:
    plain = item(SCORE, rp(put("SCORE", op("sum", var("SCORE"), f(1)))))
    adaptive = plain.replace(b'adaptive="false"', b'adaptive="true"')
    found = [process_item(xml, {}, earlier={"SCORE": 5}).outcomes["SCORE"] for xml in (adaptive, plain)]
    assert [value.atoms for value in found] == [(6.0,), (1.0,)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "xml_bad"),
        (b"<assessmentItem>", "xml_bad"),
        (b"<assessmentItem>&nbsp;</assessmentItem>", "xml_bad"),
        (b"<!DOCTYPE assessmentItem><assessmentItem/>", "xml_unsafe"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><assessmentItem>&x;</assessmentItem>', "xml_unsafe"),
        (b"<a>" + b" " * 9_000_000 + b"</a>", "too_large"),
        (b"<assessmentTest/>", "not_an_item"),
        (item(SCORE, SCORE), "declaration_bad"),
        (item(declare("outcome", "X", "several", "float")), "declaration_bad"),
        (item(declare("outcome", "X", "single", "float", "<defaultValue/>")), "declaration_bad"),
        (item(declare("response", "X", "multiple", "identifier", "<correctResponse><value/></correctResponse>")), "declaration_bad"),
        (item(declare("outcome", "X", "single", "float", "<defaultValue><value>x</value></defaultValue>")), "value_bad"),
        (item(rp(op("scoreByFeeling"))), "rule_unknown"),
        (item(rp(put("UNDECLARED", f(1)))), "variable_unknown"),
        (item(SCORE, rp(op("setOutcomeValue", identifier="SCORE"))), "operands_bad"),
        (item(SCORE, rp(op("lookupOutcomeValue", i(1), identifier="SCORE"))), "attribute_bad"),
    ],
)
def test_a_bad_item_is_refused_by_its_code(xml: bytes, code: str) -> None:
    with pytest.raises(ProcessingError) as caught:
        score_item(xml, {})
    assert caught.value.kind.code == f"scoring.item.{code}"
    assert caught.value.text("zh") != caught.value.text("en")


def doubling(times: int) -> bytes:
    """An item whose container would double with every rule."""
    box = declare("outcome", "BOX", "multiple", "integer")
    return item(box, rp(put("BOX", op("multiple", i(1))), *[put("BOX", op("multiple", var("BOX"), var("BOX")))] * times))


def test_work_is_bounded() -> None:
    assert len(score_item(doubling(10), {})["BOX"]) == 1024  # type: ignore[arg-type]
    with pytest.raises(ProcessingError) as caught:
        score_item(doubling(60), {})
    assert caught.value.kind.code == "scoring.item.too_long"


# template processing

A = declare("template", "A", "single", "integer", "<defaultValue><value>0</value></defaultValue>")
B = declare("template", "B", "single", "integer", "<defaultValue><value>0</value></defaultValue>")
ANSWER = declare("response", "ANSWER", "single", "integer")


def draw(identifier: str, least: int, most: int) -> str:
    return op("setTemplateValue", op("randomInteger", min=least, max=most), identifier=identifier)


def drawn(xml: bytes, seed: int) -> list[object]:
    return [getattr(value, "atoms", (None,))[0] for value in process_item(xml, {}, seed).templates.values()]


def test_a_parameterised_item_is_scored_against_its_own_draw() -> None:
    key = op("setCorrectResponse", op("sum", var("A"), var("B")), identifier="ANSWER")
    score = op("responseCondition", cond(op("match", var("ANSWER"), op("correct", identifier="ANSWER")), put("SCORE", f(1))))
    xml = item(ANSWER, SCORE, A, B, op("templateProcessing", draw("A", 1, 9), draw("B", 1, 9), key), rp(score))
    for seed in range(20):
        a, b_ = drawn(xml, seed)
        assert isinstance(a, int)
        assert isinstance(b_, int)
        assert score_item(xml, {"ANSWER": a + b_}, seed)["SCORE"] == 1.0
        assert score_item(xml, {"ANSWER": a + b_ + 1}, seed)["SCORE"] == 0.0


def test_a_constraint_draws_anew_until_it_holds() -> None:
    constraint = op("templateConstraint", op("not", op("equal", var("A"), var("B"))))
    xml = item(A, B, op("templateProcessing", draw("A", 1, 3), draw("B", 1, 3), constraint))
    free = item(A, B, op("templateProcessing", draw("A", 1, 3), draw("B", 1, 3)))
    assert any(len(set(drawn(free, seed))) == 1 for seed in range(50))
    assert all(len(set(drawn(xml, seed))) == 2 for seed in range(50))


def test_an_impossible_constraint_leaves_the_defaults_and_goes_on_after_it() -> None:
    rules = [draw("A", 5, 9), op("templateConstraint", op("lt", var("A"), i(1))), draw("B", 7, 7)]
    assert drawn(item(A, B, op("templateProcessing", *rules)), 0) == [0, 7]


def test_template_conditions_exits_and_defaults() -> None:
    branch = op("templateCondition", op("templateIf", op("gt", var("A"), i(0)), op("exitTemplate")), op("templateElse", draw("B", 2, 2)))
    default = op("setDefaultValue", f(4), identifier="SCORE")
    xml = item(A, B, SCORE, op("templateProcessing", default, draw("A", 3, 3), branch, draw("B", 9, 9)))
    assert drawn(xml, 0) == [3, 0]
    assert score_item(xml, {})["SCORE"] == 4.0
