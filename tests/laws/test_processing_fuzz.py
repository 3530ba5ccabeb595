"""Whatever the XML and the responses are, processing ends in outcomes that JSON can hold, or in a coded error."""

import json
import re
import time
from copy import deepcopy
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from scoring.processing.errors import ProcessingError
from scoring.processing.operators.catalogue import EXPRESSIONS
from scoring.processing.rules import RULES
from scoring.processing.score import score_item
from scoring.processing.values import BaseType
from tests.make.corpora import corpus
from tests.make.qti import base, declare, item, kebab, op
from tests.rules.test_processing_operators import CASES

NUMBERS = ("0", "1", "2", "-1", "3.5", "1e308", "-1e308", "INF", "NaN", "9" * 25)
WORDS = ("", "A", "B", "A B", "B A", "10 20", "true", "0,0,9,9", "R1", "O1", "T1", "(a*)*b", "[a-", "x" * 40, "½", "null")
NAMES = ("sin", "acot", "mean", "popSD", "pi", "rect", "poly", "absolute", "relative", "decimalPlaces", "significantFigures")
TEXTS = st.sampled_from([*NUMBERS, *WORDS, *NAMES])
KEYS = ("identifier", "baseType", "min", "max", "step", "n", "name", "figures", "roundingMode", "toleranceMode", "tolerance", "pattern")
MORE_KEYS = ("shape", "coords", "fieldIdentifier", "numberRepeats", "caseSensitive", "substring", "definition", "weightIdentifier")
ATTRIBUTES = st.dictionaries(
    st.sampled_from([*KEYS, *MORE_KEYS]),
    TEXTS,
    max_size=4,
)
KINDS = st.sampled_from([kind.value for kind in BaseType])
VARIABLES = [op("variable", identifier=name) for name in ("R1", "R2", "R3", "O1", "O2", "T1")]
LEAVES = st.one_of(
    st.tuples(KINDS, TEXTS).map(lambda pair: base(*pair)),
    st.sampled_from(VARIABLES),
    st.just("<null/>"),
)
ODD_TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda name, children, attributes: op(name, *children, **attributes),
        st.sampled_from(sorted(EXPRESSIONS)),
        st.lists(inner, max_size=3),
        ATTRIBUTES,
    ),
    max_leaves=12,
)
CASE = st.sampled_from([xml for _, xml, _ in CASES])
SOUND = st.one_of(CASE, CASE, CASE, CASE, st.sampled_from(VARIABLES), LEAVES)
LEAF = re.compile(r"<baseValue[^>]*>[^<]*</baseValue>|<null/>")


@st.composite
def sound_trees(draw: st.DrawFn) -> str:
    """Expressions that are well-formed by the standard, one put in the place of a leaf of another."""
    xml = draw(SOUND)
    for _ in range(draw(st.integers(0, 6))):
        leaves = list(LEAF.finditer(xml))
        if not leaves:
            break
        leaf = draw(st.sampled_from(leaves))
        xml = xml[: leaf.start()] + draw(SOUND) + xml[leaf.end() :]
    return xml


TREES = st.one_of(sound_trees(), sound_trees(), sound_trees(), ODD_TREES)
SETTERS = (
    *(("setOutcomeValue", "O1"), ("setOutcomeValue", "O2"), ("lookupOutcomeValue", "O2"), ("setTemplateValue", "T1")),
    *(("setResponseValue", "R1"), ("setDefaultValue", "R1"), ("setCorrectResponse", "R1"), ("setOutcomeValue", "completionStatus")),
)
SETTING = st.builds(lambda pair, tree: op(pair[0], tree, identifier=pair[1]), st.sampled_from(SETTERS), TREES)
ODD_RULE = st.builds(lambda name, tree: op(name, tree, identifier="O1"), st.sampled_from([*sorted(RULES), "templateConstraint"]), TREES)
BRANCHING = st.builds(
    lambda test, first, second: op("responseCondition", op("responseIf", test, first), op("responseElse", second)), TREES, SETTING, SETTING
)
RULE = st.one_of(SETTING, SETTING, BRANCHING, SETTING, BRANCHING, ODD_RULE)
CONSTRAINT = TREES.map(lambda tree: op("templateConstraint", tree))
TABLES = '<mapping defaultValue="-1" upperBound="3"><mapEntry mapKey="1" mappedValue="2"/></mapping>'
AREAS = '<areaMapping defaultValue="1"><areaMapEntry shape="circle" coords="0,0,1e200" mappedValue="2"/></areaMapping>'
LOOKUP = '<interpolationTable defaultValue="1"><interpolationTableEntry sourceValue="0" targetValue="2"/></interpolationTable>'
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
RESPONSES = st.dictionaries(st.sampled_from(["R1", "R2", "R3", "duration", "numAttempts", "O1"]), JSON, max_size=4)


@st.composite
def items(draw: st.DrawFn) -> bytes:
    kinds = [draw(st.one_of(st.just("string"), st.just("float"), KINDS)) for _ in range(4)]
    declarations = [
        declare("response", "R1", "single", kinds[0]),
        declare("response", "R2", draw(st.sampled_from(["multiple", "ordered"])), kinds[1]),
        declare("response", "R3", "multiple", draw(st.sampled_from(["integer", "point"])), TABLES if draw(st.booleans()) else AREAS),
        declare("outcome", "O1", "single", kinds[2]),
        declare("outcome", "O2", draw(st.sampled_from(["single", "multiple", "record"])), "float", LOOKUP),
        declare("template", "T1", "single", kinds[3]),
    ]
    template = op("templateProcessing", *draw(st.lists(st.one_of(RULE, CONSTRAINT), max_size=2)))
    xml = item(*declarations, template, op("responseProcessing", *draw(st.lists(RULE, max_size=4)))).decode()
    return (kebab(xml) if draw(st.booleans()) else xml).encode()


def ends_well(xml: bytes, responses: dict[str, object], seed: int = 0) -> str:
    began = time.process_time()
    try:
        outcomes = score_item(xml, responses, seed)
    except ProcessingError as error:
        return f"{error.kind.code}: {error.text('zh')}"
    finally:
        assert time.process_time() - began < 20
    json.dumps(outcomes, allow_nan=False)
    return "outcomes"


@settings(max_examples=600, deadline=None)
@given(items(), RESPONSES, st.integers(0, 3))
def test_any_tree_of_expressions_and_rules(xml: bytes, responses: dict[str, object], seed: int) -> None:
    ends_well(xml, responses, seed)


@settings(max_examples=200, deadline=None)
@given(items(), RESPONSES, st.data())
@example(b"\xef\xbb\xbf<assessmentItem/>", {}, None)
def test_any_damage_to_the_bytes(xml: bytes, responses: dict[str, object], data: st.DataObject | None) -> None:
    if data is not None:
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(xml)))
            end = min(len(xml), start + data.draw(st.integers(0, 12)))
            xml = (
                xml[:start]
                + data.draw(st.binary(max_size=6) | st.sampled_from([b"<", b">", b"/>", b"&", b'"', b"<!DOCTYPE a>"]))
                + xml[end:]
            )
    ends_well(xml, responses)


def scored_parts(root: etree._Element) -> list[etree._Element]:
    """The elements that processing looks at: all but the root and what candidates see."""
    shown = {element for body in root.iter("{*}itemBody", "{*}qti-item-body") for element in body.iter()}
    return [element for element in root.iter("*") if element not in shown and element is not root]


def mutate(data: st.DataObject, root: etree._Element, donor: etree._Element) -> None:
    """Drop, double, replace or relabel one element."""
    parts, gifts = scored_parts(root), scored_parts(donor)
    if not parts or not gifts:
        return
    target, gift = data.draw(st.sampled_from(parts)), deepcopy(data.draw(st.sampled_from(gifts)))
    parent = target.getparent()
    assert parent is not None
    change = data.draw(st.sampled_from(["drop", "double", "replace", "insert", "attribute", "text"]))
    if change == "drop":
        parent.remove(target)
    elif change == "double":
        target.addnext(deepcopy(target))
    elif change == "replace":
        parent.replace(target, gift)
    elif change == "insert":
        target.append(gift)
    elif change == "attribute":
        target.set(data.draw(st.sampled_from(sorted(map(str, target.attrib)) or ["identifier"])), data.draw(TEXTS))
    else:
        target.text = data.draw(TEXTS)


@settings(max_examples=300, deadline=None)
@given(st.data(), RESPONSES)
def test_any_mutation_of_the_reference_items(data: st.DataObject, responses: dict[str, object]) -> None:
    files = sorted((corpus("qti") / "items").rglob("*.xml"))
    root, donor = (etree.fromstring(data.draw(st.sampled_from(files)).read_bytes()) for _ in range(2))
    for _ in range(data.draw(st.integers(1, 5))):
        mutate(data, root, donor)
    ends_well(etree.tostring(root), responses | {"RESPONSE": data.draw(JSON)})


def test_the_law_can_tell_outcomes_from_refusals() -> None:
    assert ends_well(item(), {}) == "outcomes"
    assert ends_well(b"<a", {}).startswith("scoring.item.xml_bad: ")
