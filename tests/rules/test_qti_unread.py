"""Whatever of a QTI item or package no reader uses is named, and what says nothing is not."""

import zipfile
from io import BytesIO

import pytest

from itembank.exchange.export import Format, export
from itembank.exchange.recognise import read_file
from itembank.exchange.report import Read, Remark
from tests.make.demo_bank import demo_bank
from tests.make.qti import declare, item, kebab, op

KEY = declare("response", "R", "single", "identifier", op("correctResponse", op("value", "A")))
PAIRS = declare("response", "R", "multiple", "directedPair", op("correctResponse", op("value", "A 1"), op("value", "B 2")))
TEXT = declare("response", "R", "single", "string", op("correctResponse", op("value", "离岸价")))


def choice(*before: str, **attributes: object) -> str:
    options = [op("simpleChoice", text, identifier=text) for text in "AB"]
    return op("itemBody", *before, op("choiceInteraction", op("prompt", "Which?"), *options, responseIdentifier="R", **attributes))


def gaps(*most: int, **of_gap: object) -> str:
    words = [op("gapText", word, identifier=word, matchMax=times) for word, times in zip("ABC", most, strict=False)]
    text = op("p", "x ", op("gap", identifier="1", **of_gap), " y ", op("gap", identifier="2"))
    return op("itemBody", op("gapMatchInteraction", *words, text, responseIdentifier="R"))


def matches(most: int) -> str:
    def one(name: str, times: int) -> str:
        return op("simpleAssociableChoice", name, identifier=name, matchMax=times)

    sets = [op("simpleMatchSet", one("A", 1), one("B", 1)), op("simpleMatchSet", one("1", most), one("2", 1))]
    return op("itemBody", op("matchInteraction", op("prompt", "Match."), *sets, responseIdentifier="R", maxAssociations=2))


def entry(**attributes: object) -> str:
    return op("itemBody", op("p", "Say ", op("textEntryInteraction", responseIdentifier="R", **attributes)))


def essay(**attributes: object) -> str:
    return op("itemBody", op("extendedTextInteraction", op("prompt", "Write."), responseIdentifier="R", **attributes))


def left_out(data: bytes) -> list[str]:
    (reading,) = read_file(data, "q.xml")
    assert isinstance(reading, Read), reading
    return [note.error.fields["what"] for note in reading.notes if note.error.kind.code == "itembank.qti_dropped"]


@pytest.mark.parametrize("spell", [str, kebab])
@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((KEY, choice(minChoices=2, orientation="horizontal", id="x")), ["choice-interaction min-choices=2"]),
        ((KEY, choice(minChoices=0)), []),
        ((TEXT, entry(patternMask="[A-Z]{3}", expectedLength=5)), ["text-entry-interaction pattern-mask=[A-Z]{3}"]),
        ((TEXT, entry(placeholderText="type")), ["text-entry-interaction placeholder-text=type"]),
        (
            (TEXT, essay(format="xhtml", minStrings=1, maxStrings=3, expectedLines=9)),
            [f"extended-text-interaction {told}" for told in ("format=xhtml", "min-strings=1", "max-strings=3")],
        ),
        ((KEY, op("stylesheet", href="a.css"), choice()), ["stylesheet a.css"]),
        ((KEY, choice(), op("catalogInfo", op("catalog", id="c"))), ["catalog-info"]),
        ((op("companionMaterialsInfo"), KEY, choice()), ["companion-materials-info"]),
        ((KEY.replace("<correct", "<defaultValue><value>B</value></defaultValue><correct"), choice()), ["default-value R"]),
        (
            (KEY, choice(op("p", "x", class_="qti-well center", style="color:red"), op("p", "y", dir="rtl"))),
            ["class qti-well, p dir, p style"],
        ),
        ((PAIRS, gaps(1, 1, 1, required="true")), ["gap required=true"]),
        ((PAIRS, gaps(0, 2, 3)), []),
        ((PAIRS, gaps(1, 2, 0)), ["match-max 0, 1, 2"]),
        ((PAIRS, matches(3)), ["match-max 1, 3"]),
    ],
)
def test_what_is_not_read_is_named(parts: tuple[str, ...], told: list[str], spell: type[str]) -> None:
    data = item(*parts).decode().replace(" class_=", " class=")
    assert left_out(spell(data).encode()) == told


@pytest.mark.parametrize("form", ["qti3", "qti22", "qti21"])
def test_an_export_holds_nothing_that_is_not_read(form: Format) -> None:
    readings = list(read_file(export(demo_bank()[::5], form).data, "q.zip"))
    assert len(readings) > 50
    assert [reading for reading in readings if not isinstance(reading, Read) or reading.notes] == []


def test_files_that_no_item_uses_are_named_once() -> None:
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("a.xml", item(KEY, choice(op("p", op("img", src="seen.png", alt="x")))))
        for name in ("seen.png", "style.css", "sound/a.mp3", "schema.xsd"):
            archive.writestr(name, b"-")
    (note,) = [reading for reading in read_file(memory.getvalue(), "q.zip") if isinstance(reading, Remark)]
    assert note.is_note
    assert (note.error.fields["count"], note.error.fields["files"]) == (2, "style.css, sound/a.mp3")
