"""Every expression of the standard on operands for which its clause states the result."""

import math

import pytest

from scoring.processing.errors import ProcessingError
from scoring.processing.operators.catalogue import EXPRESSIONS
from scoring.processing.reading import plain, read
from scoring.processing.rules import RULES
from tests.make.qti import NULL, b, base, declare, evaluate, f, i, ident, kebab, multiple, op, ordered, s, var

A, B, C, D = (ident(name) for name in "ABCD")
AB, CA, ABC, BB, ABBC, BC = (multiple(*map(ident, names)) for names in ("AB", "CA", "ABC", "BB", "ABBC", "BC"))
P12 = base("point", "10 20")

CASES: list[tuple[str, str, object]] = [
    # variables and constants
    ("baseValue", base("boolean", "1"), True),
    ("baseValue", base("directedPair", " A   B "), "A B"),
    ("baseValue", base("duration", "2.5"), 2.5),
    ("baseValue", base("string", ""), None),
    ("baseValue", base("float", "-INF"), "-INF"),
    ("baseValue", base("float", "NaN"), None),
    ("baseValue", base("string", "a\nb"), "a\nb"),
    ("baseValue", base("string", "\na "), "\na "),
    ("baseValue", base("string", "a&#10;"), "a\n"),
    ("baseValue", base("string", "\n  a\n"), "a"),
    ("truncate", op("truncate", base("float", "NaN")), None),
    ("roundTo", op("roundTo", base("float", "NaN"), roundingMode="decimalPlaces", figures=1), None),
    ("round", op("round", base("float", "NaN")), None),
    ("containerSize", op("containerSize", multiple(f(1), base("float", "NaN"))), 1),
    ("null", NULL, None),
    ("mathConstant", op("mathConstant", name="pi"), math.pi),
    ("mathConstant", op("mathConstant", name="e"), math.e),
    ("randomInteger", op("randomInteger", min=5, max=5), 5),
    ("randomInteger", op("randomInteger", min=-3, max=-1, step=5), -3),
    ("randomFloat", op("randomFloat", min=1, max=1), 1.0),
    # booleans
    ("isNull", op("isNull", NULL), True),
    ("isNull", op("isNull", s("")), True),
    ("isNull", op("isNull", multiple()), True),
    ("isNull", op("isNull", i(0)), False),
    ("not", op("not", b(True)), False),
    ("not", op("not", b(None)), None),
    ("and", op("and", b(True), b(True)), True),
    ("and", op("and", b(True), b(None)), None),
    ("and", op("and", b(False), b(None)), False),
    ("or", op("or", b(False), b(False)), False),
    ("or", op("or", b(False), b(None)), None),
    ("or", op("or", b(True), b(None)), True),
    ("anyN", op("anyN", b(True), b(True), b(False), NULL, min=3, max=4), None),
    ("anyN", op("anyN", b(True), b(False), b(False), NULL, min=3, max=4), False),
    ("anyN", op("anyN", b(True), b(True), b(True), NULL, min=3, max=4), True),
    ("anyN", op("anyN", b(True), b(True), b(True), min=1, max=2), False),
    # comparisons
    ("match", op("match", A, A), True),
    ("match", op("match", A, B), False),
    ("match", op("match", A, NULL), None),
    ("match", op("match", AB, multiple(B, A)), True),
    ("match", op("match", ABBC, ABC), False),
    ("match", op("match", ordered(A, B), ordered(B, A)), False),
    ("match", op("match", base("pair", "A B"), base("pair", "B A")), True),
    ("match", op("match", base("directedPair", "A B"), base("directedPair", "B A")), False),
    ("match", op("match", i(2), f("2.0")), True),
    ("match", op("match", i(1), b(True)), False),
    ("match", op("match", s("a"), s("A")), False),
    ("equal", op("equal", i(3), f("3.0"), toleranceMode="exact"), True),
    ("equal", op("equal", i(3), s("3")), True),
    ("equal", op("equal", i(3), s("3 cm")), None),
    ("equal", op("equal", NULL, i(3)), None),
    ("equal", op("equal", f(10), f("9.5"), toleranceMode="absolute", tolerance="0.5"), True),
    ("equal", op("equal", f(10), f("9.5"), toleranceMode="absolute", tolerance="0.5", includeLowerBound="false"), False),
    ("equal", op("equal", f(10), f("10.5"), toleranceMode="absolute", tolerance="0.5", includeUpperBound="false"), False),
    ("equal", op("equal", f(10), f("12"), toleranceMode="absolute", tolerance="0.5 2"), True),
    ("equal", op("equal", f(20), f("18"), toleranceMode="relative", tolerance="10"), True),
    ("equal", op("equal", f(20), f("17.9"), toleranceMode="relative", tolerance="10"), False),
    ("equal", op("equal", f(-20), f(-21), toleranceMode="relative", tolerance="10"), True),
    ("equalRounded", op("equalRounded", f("1.56"), f("1.6"), roundingMode="significantFigures", figures=2), True),
    ("equalRounded", op("equalRounded", f("3.175"), f("3.183"), roundingMode="significantFigures", figures=3), True),
    ("equalRounded", op("equalRounded", f("3.1749"), f("3.183"), roundingMode="significantFigures", figures=3), False),
    ("equalRounded", op("equalRounded", f("1.24"), f("1.249"), roundingMode="decimalPlaces", figures=1), True),
    ("equalRounded", op("equalRounded", NULL, f(1), roundingMode="decimalPlaces", figures=1), None),
    ("lt", op("lt", i(1), f("1.5")), True),
    ("lt", op("lt", i(1), NULL), None),
    ("lte", op("lte", i(1), i(1)), True),
    ("gt", op("gt", i(1), i(1)), False),
    ("gte", op("gte", i(1), i(1)), True),
    ("gte", op("gte", ident("x"), i(1)), None),
    ("durationLT", op("durationLT", base("duration", 9), base("duration", 10)), True),
    ("durationGTE", op("durationGTE", base("duration", 10), base("duration", 10)), True),
    ("durationGTE", op("durationGTE", NULL, base("duration", 10)), None),
    ("inside", op("inside", P12, shape="rect", coords="0,0,10,20"), True),
    ("inside", op("inside", P12, shape="circle", coords="10,10,9"), False),
    ("inside", op("inside", P12, shape="ellipse", coords="10,10,2,10"), True),
    ("inside", op("inside", P12, shape="poly", coords="0,0,30,0,0,60"), True),
    ("inside", op("inside", P12, shape="poly", coords="0,0,10,0,0,20"), False),
    ("inside", op("inside", P12, shape="default", coords=""), True),
    ("inside", op("inside", multiple(base("point", "0 0"), P12), shape="circle", coords="10,20,1"), True),
    ("inside", op("inside", NULL, shape="circle", coords="10,20,1"), None),
    # arithmetic
    ("sum", op("sum", i(1), i(2), multiple(i(3), i(4))), 10),
    ("sum", op("sum", i(1), f("0.5")), 1.5),
    ("sum", op("sum", i(1), NULL), None),
    ("sum", op("sum", i(2**62), i(2**62)), None),
    ("product", op("product", i(2), ordered(i(3), i(4))), 24),
    ("product", op("product", i(2), NULL), None),
    ("subtract", op("subtract", i(5), i(7)), -2),
    ("subtract", op("subtract", i(5), f("7")), -2.0),
    ("divide", op("divide", i(6), i(4)), 1.5),
    ("divide", op("divide", i(6), i(0)), None),
    ("divide", op("divide", f("1e308"), f("1e-308")), None),
    ("power", op("power", i(2), i(3)), 8.0),
    ("power", op("power", i(-8), f("0.5")), None),
    ("power", op("power", i(10), i(400)), None),
    ("power", op("power", i(0), i(-1)), None),
    ("integerDivide", op("integerDivide", i(7), i(2)), 3),
    ("integerDivide", op("integerDivide", i(-7), i(2)), -4),
    ("integerDivide", op("integerDivide", i(7), i(0)), None),
    ("integerModulus", op("integerModulus", i(-7), i(2)), 1),
    ("integerModulus", op("integerModulus", i(7), i(0)), None),
    ("integerToFloat", op("integerToFloat", i(3)), 3.0),
    ("truncate", op("truncate", f("6.8")), 6),
    ("truncate", op("truncate", f("-6.8")), -6),
    ("truncate", op("truncate", f("INF")), "INF"),
    ("round", op("round", f("6.8")), 7),
    ("round", op("round", f("6.5")), 7),
    ("round", op("round", f("6.49")), 6),
    ("round", op("round", f("-6.5")), -6),
    ("round", op("round", f("0.49999999999999994")), 0),
    ("roundTo", op("roundTo", f("1.005"), roundingMode="decimalPlaces", figures=2), 1.01),
    ("roundTo", op("roundTo", f("-1.25"), roundingMode="decimalPlaces", figures=1), -1.3),
    ("roundTo", op("roundTo", f("123456"), roundingMode="significantFigures", figures=2), 120000.0),
    ("roundTo", op("roundTo", f("0.00012345"), roundingMode="significantFigures", figures=3), 0.000123),
    ("roundTo", op("roundTo", f("INF"), roundingMode="significantFigures", figures=3), "INF"),
    ("roundTo", op("roundTo", NULL, roundingMode="significantFigures", figures=3), None),
    ("max", op("max", i(1), multiple(i(5), i(3))), 5),
    ("max", op("max", i(5), f("1")), 5.0),
    ("max", op("max", i(5), ident("x")), None),
    ("min", op("min", i(1), NULL), None),
    ("min", op("min", i(1), i(-1)), -1),
    ("gcd", op("gcd", i(8), i(-12)), 4),
    ("gcd", op("gcd", i(0), i(0)), 0),
    ("gcd", op("gcd", i(0), i(7)), 7),
    ("lcm", op("lcm", i(4), i(-6)), 12),
    ("lcm", op("lcm", i(4), i(0)), 0),
    ("statsOperator", op("statsOperator", multiple(i(1), i(2), i(3)), name="mean"), 2.0),
    ("statsOperator", op("statsOperator", multiple(i(1), i(2), i(3)), name="sampleVariance"), 1.0),
    ("statsOperator", op("statsOperator", multiple(i(1), i(3)), name="sampleSD"), math.sqrt(2)),
    ("statsOperator", op("statsOperator", multiple(i(1), i(3)), name="popVariance"), 1.0),
    ("statsOperator", op("statsOperator", multiple(i(1), i(3)), name="popSD"), 1.0),
    ("statsOperator", op("statsOperator", multiple(i(1)), name="popVariance"), None),
    ("statsOperator", op("statsOperator", multiple(A), name="mean"), None),
    # containers and records
    ("multiple", multiple(A, NULL, multiple(B, C)), ["A", "B", "C"]),
    ("multiple", multiple(NULL), None),
    ("ordered", ordered(A, B, ordered(C, D)), ["A", "B", "C", "D"]),
    ("ordered", ordered(), None),
    ("repeat", op("repeat", i(1), i(2), numberRepeats=2), [1, 2, 1, 2]),
    ("repeat", op("repeat", i(1), numberRepeats=0), None),
    ("repeat", op("repeat", NULL, numberRepeats=3), None),
    ("containerSize", op("containerSize", ABBC), 4),
    ("containerSize", op("containerSize", NULL), 0),
    ("index", op("index", ordered(A, B), n=2), "B"),
    ("index", op("index", ordered(A, B), n=3), None),
    ("fieldValue", op("fieldValue", NULL, fieldIdentifier="x"), None),
    ("random", op("random", multiple(i(4), i(4))), 4),
    ("random", op("random", NULL), None),
    ("member", op("member", A, ABC), True),
    ("member", op("member", D, ABC), False),
    ("member", op("member", NULL, ABC), None),
    ("contains", op("contains", ABC, CA), True),
    ("contains", op("contains", ABC, BB), False),
    ("contains", op("contains", ABBC, BB), True),
    ("contains", op("contains", ordered(A, B, C), ordered(C, A)), False),
    ("contains", op("contains", ordered(A, B, C), ordered(B, C)), True),
    ("contains", op("contains", ordered(A, B, C), ordered(A, C)), False),
    ("contains", op("contains", ABC, NULL), None),
    ("delete", op("delete", A, multiple(B, A, C, A)), ["B", "C"]),
    ("delete", op("delete", A, multiple(A)), None),
    ("delete", op("delete", NULL, multiple(A)), None),
    # texts
    ("stringMatch", op("stringMatch", s("Ab"), s("aB"), caseSensitive="false"), True),
    ("stringMatch", op("stringMatch", s("Ab"), s("aB"), caseSensitive="true"), False),
    ("stringMatch", op("stringMatch", s("Shell"), s("hel"), caseSensitive="true", substring="true"), True),
    ("stringMatch", op("stringMatch", NULL, s("hel"), caseSensitive="true"), None),
    ("substring", op("substring", s("Hell"), s("Shell"), caseSensitive="true"), False),
    ("substring", op("substring", s("Hell"), s("Shell"), caseSensitive="false"), True),
    ("substring", op("substring", s("Hell"), NULL, caseSensitive="false"), None),
    ("patternMatch", op("patternMatch", s("2026-07"), pattern=r"\d{4}-\d{2}"), True),
    ("patternMatch", op("patternMatch", s("x2026-07"), pattern=r"\d{4}-\d{2}"), False),
    ("patternMatch", op("patternMatch", NULL, pattern=".*"), None),
    ("customOperator", op("customOperator", s(" é "), definition="qade:Trim"), "é"),
    ("customOperator", op("customOperator", s("é"), class_="org.example.ToAscii"), "e"),
    ("customOperator", op("customOperator", s("03,14"), definition="qade:ParseCommaDecimal"), 3.14),
    ("customOperator", op("customOperator", s("3,14 cm"), definition="qade:ParseCommaDecimal"), None),
]
CASES += [
    ("mathOperator", op("mathOperator", f(x), name=name), expected)
    for name, x, expected in [
        ("sin", 0, 0.0),
        ("cos", 0, 1.0),
        ("tan", 0, 0.0),
        ("sec", 0, 1.0),
        ("csc", 0, None),
        ("cot", 0, None),
        ("asin", 2, None),
        ("acos", 1, 0.0),
        ("atan", 0, 0.0),
        ("asec", 1, 0.0),
        ("asec", "0.5", None),
        ("acsc", 1, math.pi / 2),
        ("acot", 0, math.pi / 2),
        ("sinh", 0, 0.0),
        ("sinh", 1000, None),
        ("cosh", 0, 1.0),
        ("tanh", 0, 0.0),
        ("sech", 0, 1.0),
        ("csch", 0, None),
        ("coth", 0, None),
        ("log", 1000, 3.0),
        ("log", 0, "-INF"),
        ("ln", -1, None),
        ("exp", 0, 1.0),
        ("abs", -2, 2.0),
        ("signum", -3, -1),
        ("floor", "-1.1", -2),
        ("ceil", "1.1", 2),
        ("toDegrees", math.pi, 180.0),
        ("toRadians", 180, math.pi),
    ]
]
CASES += [
    ("mathOperator", op("mathOperator", f(0), f(1), name="atan2"), 0.0),
    ("mathOperator", op("mathOperator", NULL, name="sin"), None),
]

R = declare(
    "response",
    "R",
    "multiple",
    "identifier",
    "<defaultValue><value>D</value></defaultValue><correctResponse><value>A</value><value>B</value></correctResponse>"
    '<mapping defaultValue="-1" lowerBound="0" upperBound="3"><mapEntry mapKey="A" mappedValue="2"/>'
    '<mapEntry mapKey="B" mappedValue="1.5"/></mapping>',
)
T = declare("response", "T", "single", "string", '<mapping><mapEntry mapKey="Yes" mappedValue="1" caseSensitive="false"/></mapping>')
P = declare(
    "response",
    "P",
    "multiple",
    "point",
    '<areaMapping defaultValue="-1"><areaMapEntry shape="rect" coords="0,0,9,9" mappedValue="2"/>'
    '<areaMapEntry shape="circle" coords="5,5,50" mappedValue="1"/></areaMapping>',
)
N = declare("response", "N", "record", "") + declare("template", "K", "single", "integer", "<defaultValue><value>2</value></defaultValue>")
RAW = declare("outcome", "RAW", "single", "integer", '<mapping><mapEntry mapKey="0" mappedValue="7"/></mapping>')
DECLARED = R + T + P + N + RAW

WITH_VARIABLES: list[tuple[str, str, dict[str, object], object]] = [
    ("variable", var("R"), {"R": ["B"]}, ["B"]),
    ("variable", var("R"), {}, ["D"]),
    ("variable", var("R"), {"R": []}, []),
    ("variable", var("R"), {"R": None}, None),
    ("variable", var("NOWHERE"), {}, None),
    ("default", op("default", identifier="R"), {"R": ["A"]}, ["D"]),
    ("correct", op("correct", identifier="R"), {}, ["A", "B"]),
    ("correct", op("correct", identifier="T"), {}, None),
    ("mapResponse", op("mapResponse", identifier="R"), {"R": ["A"]}, 2.0),
    ("mapResponse", op("mapResponse", identifier="R"), {"R": ["A", "A"]}, 2.0),
    ("mapResponse", op("mapResponse", identifier="R"), {"R": ["A", "B"]}, 3.0),
    ("mapResponse", op("mapResponse", identifier="R"), {"R": ["X"]}, 0.0),
    ("mapResponse", op("mapResponse", identifier="R"), {"R": []}, 0.0),
    ("mapResponse", op("mapResponse", identifier="T"), {"T": "yES"}, 1.0),
    ("mapOutcome", op("mapOutcome", identifier="RAW"), {}, 7.0),
    ("mapResponsePoint", op("mapResponsePoint", identifier="P"), {"P": ["1 1", "2 2"]}, 2.0),
    ("mapResponsePoint", op("mapResponsePoint", identifier="P"), {"P": [[1, 1], [20, 20], [500, 5]]}, 2.0),
    ("mapResponsePoint", op("mapResponsePoint", identifier="P"), {"P": []}, 0.0),
    ("fieldValue", op("fieldValue", var("N"), fieldIdentifier="ndp"), {"N": "-12.50e1"}, 1),
    ("fieldValue", op("fieldValue", var("N"), fieldIdentifier="none"), {"N": {"a": 1}}, None),
    ("match", op("match", var("N"), var("N")), {"N": {"a": 1, "b": "x"}}, True),
    ("index", op("index", ordered(A, B), n="K"), {}, "B"),
    ("index", op("index", ordered(A, B), var("K")), {}, "B"),
    ("repeat", op("repeat", i(1), numberRepeats="K"), {}, [1, 1]),
    ("equal", op("equal", i(1), i(3), toleranceMode="absolute", tolerance="K"), {}, True),
]

TESTED_WITH_A_TEST = {
    "numberCorrect",
    "numberIncorrect",
    "numberPresented",
    "numberResponded",
    "numberSelected",
    "testVariables",
    "outcomeMinimum",
    "outcomeMaximum",
}


def _assert_value(found: object, expected: object) -> None:
    if isinstance(expected, float):
        assert isinstance(found, float)
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)
    else:
        assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(("name", "xml", "expected"), CASES, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(CASES)])
def test_operator_in_both_spellings(name: str, xml: str, expected: object) -> None:
    for spelling in (xml, kebab(xml)):
        _assert_value(evaluate(spelling), expected)


@pytest.mark.parametrize(("name", "xml", "responses", "expected"), WITH_VARIABLES)
def test_expression_on_variables(name: str, xml: str, responses: dict[str, object], expected: object) -> None:
    _assert_value(evaluate(xml, DECLARED, responses), expected)
    _assert_value(evaluate(kebab(xml), kebab(DECLARED), responses), expected)


def test_every_expression_of_the_catalogue_is_tested() -> None:
    tested = {plain(name) for name, *_ in [*CASES, *WITH_VARIABLES]} | {plain(name) for name in TESTED_WITH_A_TEST}
    assert set(EXPRESSIONS) - tested == set()


def test_every_expression_and_rule_names_its_clause() -> None:
    functions = {**EXPRESSIONS, **RULES}
    silent = [name for name, function in functions.items() if not (function.__doc__ or "").startswith(("Clause", "As "))]
    assert silent == []


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (op("sum"), "scoring.item.operands_bad"),
        (op("not", b(True), b(True)), "scoring.item.operands_bad"),
        (op("lookupTable"), "scoring.item.expression_unknown"),
        (op("customOperator", s("x"), definition="org.example.Unknown"), "scoring.item.custom_unknown"),
        (base("integer", "one"), "scoring.item.value_bad"),
        (base("money", "1"), "scoring.item.attribute_bad"),
        (op("equal", i(1), i(1), toleranceMode="absolute"), "scoring.item.attribute_bad"),
        (op("inside", P12, shape="star", coords="1"), "scoring.item.attribute_bad"),
        (op("mathOperator", i(1), name="root"), "scoring.item.attribute_bad"),
        (op("patternMatch", s("x"), pattern="("), "scoring.item.pattern_bad"),
        (op("numberCorrect"), "scoring.item.test_only"),
        (op("mapResponse", identifier="X"), "scoring.item.variable_unknown"),
        (op("repeat", i(1), numberRepeats=10**9), "scoring.item.too_long"),
        (op("not", *["<not>" * 120 + "</not>" * 120]), "scoring.item.too_long"),
    ],
)
def test_what_is_wrong_is_refused_by_its_code(xml: str, code: str) -> None:
    with pytest.raises(ProcessingError) as caught:
        evaluate(xml)
    assert caught.value.kind.code == code


def test_the_same_seed_draws_the_same_and_every_value_of_the_range_comes() -> None:
    xml = op("randomInteger", min=2, max=11, step=3)
    drawn = [evaluate(xml, seed=seed) for seed in range(200)]
    assert drawn == [evaluate(xml, seed=seed) for seed in range(200)]
    assert set(drawn) == {2, 5, 8, 11}


def test_the_two_spellings_read_as_one_tree() -> None:
    xml = op("mapResponse", identifier="R", baseType="float")
    assert read(kebab(xml).encode()).attributes == read(xml.encode()).attributes
    assert read(kebab(xml).encode()).name == read(xml.encode()).name
