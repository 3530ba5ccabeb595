"""What a QTI item is worth by its own processing is what it is worth here, and what cannot be is said."""

import zipfile
from decimal import Decimal
from io import BytesIO

import pytest

from itembank.exchange import qti_xml
from itembank.exchange.qti_dialect import QTI3, QTI22, Dialect
from itembank.exchange.qti_engine import Processing
from itembank.exchange.qti_write import write
from itembank.exchange.recognise import read_file
from itembank.exchange.report import Read
from tests.make.bank import choice
from tests.make.demo_bank import demo_bank
from tests.make.qti import declare, f, ident, item, kebab, op, sums, var
from web.wiring import ENGINE

SCORE = declare("outcome", "SCORE", "single", "float")
CORRECT = op("correct", identifier="R")
MATCH = op("match", var("R"), CORRECT)


def rule(test: str, marks: object) -> str:
    branches = op("responseIf", test, op("setOutcomeValue", f(marks), identifier="SCORE"))
    return op("responseProcessing", op("responseCondition", branches, op("responseElse", op("setOutcomeValue", f(0), identifier="SCORE"))))


def response(cardinality: str, base_type: str, *values: object, name: str = "R") -> str:
    key = op("correctResponse", *(op("value", str(value)) for value in values)) if values else ""
    return declare("response", name, cardinality, base_type, key)


def asked(name: str = "choice", prompt: str = "Which?", most: int = 0) -> str:
    options = [op("simpleChoice", text, identifier=text) for text in "ABC"]
    limit = {"maxChoices": most} if name == "choice" else {}
    return op("itemBody", op(f"{name}Interaction", op("prompt", prompt), *options, responseIdentifier="R", **limit))


def number() -> str:
    return op("itemBody", op("p", "How much? ", op("textEntryInteraction", responseIdentifier="R")))


def read(data: bytes) -> Read:
    (reading,) = read_file(data, "q.xml", engine=ENGINE)
    assert isinstance(reading, Read), reading
    return reading


def notes(reading: Read) -> list[tuple[str, object]]:
    return [
        (note.error.kind.code.removeprefix("itembank."), note.error.fields.get("told") or note.error.fields.get("detail"))
        for note in reading.notes
    ]


@pytest.mark.parametrize("spell", [str, kebab])
@pytest.mark.parametrize(
    ("parts", "marks"),
    [
        ((response("single", "identifier", "A"), SCORE, asked(most=1), rule(MATCH, 3)), 3),
        ((response("multiple", "identifier", "A", "B"), SCORE, asked(), rule(MATCH, "2.5")), "2.5"),
        ((response("ordered", "identifier", "B", "A", "C"), SCORE, asked("order"), rule(MATCH, 2)), 2),
        ((response("single", "identifier"), SCORE, asked(most=1), rule(op("match", var("R"), ident("B")), 4)), 4),
        ((response("single", "string", "离岸价"), SCORE, number(), rule(MATCH, 3)), 3),
        (
            (
                response("single", "float", "12.5"),
                SCORE,
                number(),
                rule(op("equal", CORRECT, var("R"), toleranceMode="absolute", tolerance="0.1 0.1"), 3),
            ),
            3,
        ),
    ],
)
def test_the_marks_are_what_the_processing_gives_for_the_right_answer(parts: tuple[str, ...], marks: object, spell: type[str]) -> None:
    reading = read(spell(item(*parts).decode()).encode())
    assert reading.draft.marks == Decimal(str(marks))
    assert [code for code, _ in notes(reading)] == []


def test_clones_are_worth_what_their_item_is() -> None:
    data = sums().replace(b'<baseValue baseType="float">1<', b'<baseValue baseType="float">3<')
    clones = [reading for reading in read_file(data, "q.xml", engine=ENGINE) if isinstance(reading, Read)]
    assert [reading.draft.marks for reading in clones] == [3] * 5


def test_a_declared_maximum_that_the_processing_does_not_give_is_named() -> None:
    most = declare("outcome", "MAXSCORE", "single", "float", op("defaultValue", op("value", "4")))
    reading = read(item(response("single", "identifier", "A"), SCORE, most, asked(most=1), rule(MATCH, 1)))
    assert (reading.draft.marks, notes(reading)) == (1, [("qti_worth", "MAXSCORE 4")])
    reading = read(item(response("single", "identifier", "A"), SCORE, most, asked(most=1), rule(MATCH, 0)))
    assert (reading.draft.marks, notes(reading)) == (4, [("qti_worth", "SCORE 0")])


@pytest.mark.parametrize(("together", "marks", "told"), [(False, [2, 3], []), (True, ["1.5", "1.5"], [])])
def test_parts_of_one_item_are_worth_what_each_earns(together: bool, marks: list[object], told: list[object]) -> None:
    entries = [op("p", "Say. ", op("textEntryInteraction", responseIdentifier=name)) for name in ("R1", "R2")]
    tests = [op("match", var(name), op("correct", identifier=name)) for name in ("R1", "R2")]
    added = [
        op("responseCondition", op("responseIf", test, op("setOutcomeValue", op("sum", var("SCORE"), f(n)), identifier="SCORE")))
        for n, test in enumerate(tests, 2)
    ]
    processing = rule(op("and", *tests), 3) if together else op("responseProcessing", *added)
    keys = [response("single", "string", text, name=name) for text, name in (("x", "R1"), ("y", "R2"))]
    reading = read(item(*keys, SCORE, op("itemBody", *entries), processing))
    assert [part.marks for part in reading.draft.parts] == [Decimal(str(worth)) for worth in marks]
    assert [note for note in notes(reading) if note[0] == "qti_worth"] == told


@pytest.mark.parametrize(
    ("attributes", "order", "tolerance", "named"),
    [
        ({"toleranceMode": "relative", "tolerance": "5 5"}, (CORRECT, var("R")), "0.625", None),
        ({"toleranceMode": "relative", "tolerance": "5"}, (CORRECT, var("R")), "0.625", None),
        ({"toleranceMode": "relative", "tolerance": "5 5"}, (var("R"), CORRECT), None, "toleranceMode relative 5 5"),
        ({"toleranceMode": "absolute", "tolerance": "0.1 0.2"}, (CORRECT, var("R")), None, "toleranceMode absolute 0.1 0.2"),
        (
            {"toleranceMode": "absolute", "tolerance": "0.1 0.1", "includeUpperBound": "false"},
            (CORRECT, var("R")),
            None,
            "toleranceMode absolute 0.1 0.1 include-upper-bound false",
        ),
    ],
)
def test_a_tolerance_in_per_cent_of_the_right_number_is_an_absolute_one(
    attributes: dict[str, str], order: tuple[str, str], tolerance: str | None, named: str | None
) -> None:
    reading = read(item(response("single", "float", "12.5"), SCORE, number(), rule(op("equal", *order, **attributes), 3)))
    assert reading.draft.key.tolerance == (Decimal(tolerance) if tolerance else None)
    assert notes(reading) == ([("qti_reduced", named)] if named else [])
    assert reading.draft.marks == 3


@pytest.mark.parametrize("dialect", [QTI3, QTI22])
def test_what_goes_out_gives_full_marks_for_the_right_answer(dialect: Dialect) -> None:
    thirds = choice("thirds", "multiple", key={"correct": ["A", "B", "C"], "scheme": "per_option"}, marks=4)
    eighths = choice("eighths", "multiple", 8, key={"correct": list("ABCDEFGH"), "scheme": "per_option"}, marks="0.8")
    wholes = [draft for draft in [*demo_bank(), thirds, eighths] if draft.kind != "business"]
    scored = 0
    archive = zipfile.ZipFile(BytesIO(write(wholes, dialect)))
    for n, draft in enumerate(wholes, 1):
        data = archive.read(f"items/{n:06}.xml")
        root = qti_xml.parse(data)
        processing = Processing(data, root, ENGINE)
        keyed = [
            str(one.get("identifier")) for one in qti_xml.below(root, "response-declaration") if qti_xml.children(one, "correct-response")
        ]
        for place, part in enumerate(draft.parts or [draft], 1):
            if part.kind != "extended":
                assert processing.earned(f"SCORE_{place}" if draft.parts else "SCORE", keyed) == part.marks, draft.ref
                scored += 1
    assert scored > 200
