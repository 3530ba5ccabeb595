"""Clones: what template processing decides is written down, in either spelling, and no template is left."""

import pytest

from core.errors import ExamError
from scoring.processing.cloning import clone
from scoring.processing.score import process_item, score_item
from scoring.processing.values import atoms_of
from tests.make.qti import declare, f, i, ident, item, kebab, op, ordered, s, var

A = declare("template", "A", "single", "integer", mathVariable="true")
B = declare("template", "B", "single", "integer")
WAY = declare("template", "WAY", "single", "identifier", "<defaultValue><value>up</value></defaultValue>")
ANSWER = declare("response", "ANSWER", "single", "integer")
SCORE = declare("outcome", "SCORE", "single", "float")
SUM = op("sum", var("A"), var("B"))
KEYED = op("setCorrectResponse", SUM, identifier="ANSWER")
DRAW = "".join(op("setTemplateValue", op("randomInteger", min=1, max=9), identifier=name) for name in "AB")
EARN = op("setOutcomeValue", f(1), identifier="SCORE")


def rule(test: str, then: str = EARN) -> str:
    return op("responseProcessing", op("responseCondition", op("responseIf", test, then)))


def body(*parts: str) -> str:
    return op("itemBody", *parts)


def set_to(identifier: str, expression: str) -> str:
    return op("setTemplateValue", expression, identifier=identifier)


def printed(identifier: str, **attributes: object) -> str:
    return op("printedVariable", identifier=identifier, **attributes)


SUMS = item(
    A,
    B,
    ANSWER,
    SCORE,
    op("templateProcessing", DRAW, KEYED),
    body(op("p", printed("A"), " + ", printed("B"))),
    rule(op("match", var("ANSWER"), op("correct", identifier="ANSWER"))),
)


def shown(*parts: str, templates: str, rules: str = "") -> str:
    """Return the body of a clone."""
    made = clone(item(templates, op("templateProcessing", rules), body(*parts)), 1).decode()
    return made.partition("<itemBody>")[2].partition("</itemBody>")[0]


@pytest.mark.parametrize("spelling", [SUMS, kebab(SUMS.decode()).encode()])
def test_a_clone_is_the_draw_of_its_seed_and_scores_its_own_key(spelling: bytes) -> None:
    made = {seed: clone(spelling, seed) for seed in range(10)}
    assert len(set(made.values())) > 5
    for seed, xml in made.items():
        assert xml == clone(spelling, seed)
        drawn = process_item(spelling, {}, seed).templates
        a, b = (atoms_of(drawn[name])[0] for name in "AB")
        assert f"{a} + {b}".encode() in xml
        assert b"emplate" not in xml
        assert b"rinted" not in xml
        assert isinstance(a, int)
        assert isinstance(b, int)
        assert [score_item(xml, {"ANSWER": answer})["SCORE"] for answer in (a + b, a + b + 1, None)] == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "test",
    [
        op("match", var("ANSWER"), SUM),
        op("equal", var("ANSWER"), op("product", var("A"), var("B")), toleranceMode="absolute", tolerance="B B"),
        op("equal", op("sum", var("ANSWER"), var("A")), i(9)),
        op("member", var("ANSWER"), op("multiple", var("A"), var("B"))),
        op("match", var("ANSWER"), op("index", ordered(i(4), i(5), i(6)), n="PLACE")),
    ],
)
def test_processing_counts_in_a_clone_as_it_counts_after_the_draw(test: str) -> None:
    place = declare("template", "PLACE", "single", "integer", "<defaultValue><value>2</value></defaultValue>")
    xml = item(A, B, place, ANSWER, SCORE, op("templateProcessing", DRAW), rule(test))
    counted = set()
    for seed in range(5):
        made = clone(xml, seed)
        assert not any(f'"{name}"'.encode() in made for name in ("A", "B", "PLACE"))
        for answer in range(-1, 90):
            theirs = score_item(xml, {"ANSWER": answer}, seed)["SCORE"]
            assert score_item(made, {"ANSWER": answer})["SCORE"] == theirs
            counted.add(theirs)
    assert counted == {0.0, 1.0}


@pytest.mark.parametrize("spelt", [str, kebab])
def test_defaults_are_written_down_as_well(spelt: type[str]) -> None:
    xml = item(
        A, SCORE, op("templateProcessing", set_to("A", i(4)), op("setDefaultValue", op("product", var("A"), f(0.5)), identifier="SCORE"))
    )
    assert score_item(clone(spelt(xml.decode()).encode(), 0), {})["SCORE"] == 2.0


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ({}, "2.5"),
        ({"format": "%.3f"}, "2.500"),
        ({"format": "%d"}, "2"),
        ({"format": "%5.1e m"}, "2.5e+00 m"),
        ({"format": "100%% %s"}, "100% 2.5"),
    ],
)
def test_numbers_are_printed_by_their_format(attributes: dict[str, object], text: str) -> None:
    x = declare("template", "X", "single", "float", "<defaultValue><value>2.5</value></defaultValue>")
    assert shown(op("p", "x", printed("X", **attributes), "y"), templates=x) == f"<p>x{text}y</p>"


def test_containers_are_printed_by_delimiter_and_place_and_null_is_empty() -> None:
    lists = declare("template", "L", "ordered", "integer") + declare("template", "N", "single", "string")
    rules = op("setTemplateValue", ordered(i(7), i(8)), identifier="L")
    parts = [printed("L"), printed("L", delimiter=", "), printed("L", index=2), printed("N")]
    assert shown(op("p", "|".join(parts)), templates=lists, rules=rules) == "<p>7;8|7, 8|8|</p>"


def test_what_a_template_shows_is_there_and_what_it_hides_is_not() -> None:
    def block(name: str, identifier: str, show: str, text: str) -> str:
        return op(name, text, templateIdentifier="WAY", identifier=identifier, showHide=show)

    parts = [block("templateBlock", "up", "show", "<p>1</p>"), block("templateBlock", "down", "show", "<p>2</p>")]
    inline = [block("templateInline", "up", "hide", "3"), block("templateInline", "down", "hide", "4"), " after"]
    choices = [block("simpleChoice", "up", "show", "u"), block("simpleChoice", "down", "show", "d")]
    told = shown(*parts, op("p", *inline), op("choiceInteraction", *choices), templates=WAY)
    assert told == (
        "<div><p>1</p></div><p><span>4</span> after</p>"
        '<choiceInteraction><simpleChoice identifier="up">u</simpleChoice></choiceInteraction>'
    )


def test_formulas_hold_the_number_of_a_variable_that_may_stand_in_them() -> None:
    math = "<math><mi>A</mi><mo>+</mo><mi>B</mi><mi>x</mi></math>"
    rules = set_to("A", i(3)) + set_to("B", i(4))
    assert shown(math, templates=A + B, rules=rules) == "<math><mn>3</mn><mo>+</mo><mi>B</mi><mi>x</mi></math>"


def test_a_constraint_holds_in_every_clone() -> None:
    constraint = op("templateConstraint", op("lt", var("A"), var("B")))
    xml = item(A, B, op("templateProcessing", DRAW, constraint), body(op("p", printed("A"), "&lt;", printed("B"))))
    for seed in range(20):
        low, _, high = clone(xml, seed).decode().partition("<p>")[2].partition("</p>")[0].partition("&lt;")
        assert int(low) < int(high)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (rule(op("gt", var("A"), i(3))), "itembank.qti_unsupported"),
        (op("responseProcessing", set_to("A", i(3))), "itembank.qti_unsupported"),
        (body(printed("A", powerForm="true")), "itembank.qti_unsupported"),
        (body(printed("A", base=2)), "itembank.qti_unsupported"),
        (body(op("sliderInteraction", upperBound="{A}")), "itembank.qti_unsupported"),
        (body(op("object", op("param", name="n", value="A", valuetype="REF"))), "itembank.qti_unsupported"),
        (body(printed("A", format="%n")), "scoring.item.attribute_bad"),
        (body(printed("A", index=2)), "scoring.item.attribute_bad"),
        (body(op("templateBlock", templateIdentifier="ELSE", identifier="x")), "scoring.item.variable_unknown"),
    ],
)
def test_what_cannot_be_written_down_is_refused_by_name(parts: str, code: str) -> None:
    with pytest.raises(ExamError) as caught:
        clone(item(A, SCORE, op("templateProcessing", set_to("A", op("sum", i(2), i(2)))), parts), 0)
    assert caught.value.kind.code == code


def test_texts_stay_texts() -> None:
    word = declare("template", "W", "single", "string")
    rules = set_to("W", op("index", ordered(s("a &lt; b"), ident("c")), n=1))
    assert shown(op("p", printed("W")), templates=word, rules=rules) == "<p>a &lt; b</p>"
