"""Embedded answers of Moodle: choices alone make gaps, one field its own kind, a mixture a case; scores stay what they were there."""

from decimal import Decimal
from typing import Any

import pytest

from itembank.exchange import moodle_read
from itembank.exchange.draft import Draft
from itembank.exchange.report import Read, Remark
from scoring.autoscore import score

XML = """<quiz><question type="cloze"><name><text>N</text></name><questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>
<generalfeedback format="html"><text>because</text></generalfeedback></question></quiz>"""


def read(text: str) -> Read | Remark:
    (reading,) = moodle_read.read(XML.replace("{text}", text).encode())
    return reading


def draft_of(text: str) -> Draft:
    reading = read(text)
    assert isinstance(reading, Read), reading.error.text("en")
    return reading.draft


def told(text: str) -> list[str]:
    reading = read(text)
    assert isinstance(reading, Read), reading.error.text("en")
    return [note.error.text("en") for note in reading.notes]


def test_choices_alone_are_gaps_with_lists_of_their_own() -> None:
    draft = draft_of("<p>Rome is in {1:MULTICHOICE:=Italy#yes~Spain~France}, Paris in {:MCS:Spain~%100%France}.</p>")
    assert (draft.kind, draft.stem, draft.marks) == ("inline", "<p>Rome is in [[1]], Paris in [[2]].</p>", Decimal(2))
    assert [[option.html for option in gap.options] for gap in draft.gaps] == [["Italy", "Spain", "France"], ["Spain", "France"]]
    assert (draft.key.correct, draft.key.scheme, draft.explanation) == (["1 A", "2 B"], "per_option", "because")


@pytest.mark.parametrize(("answer", "earned"), [("AB", "4"), ("BB", "3.5"), ("CA", "0"), ("CB", "2.33"), ("AA", "1")])
def test_parts_and_costs_are_kept_value_by_value(answer: str, earned: str) -> None:
    draft = draft_of("{1:MC:=x~%50%y~%-66.66667%z} {3:MCV:a~=b}")
    value: Any = [["1", answer[0]], ["2", answer[1]]]
    assert draft.key.scheme == "mapped"
    assert score("inline", draft.key, value, draft.marks).marks == Decimal(earned)


def test_a_mixture_is_a_case_with_a_part_for_each_field() -> None:
    draft = draft_of("Capital: {2:SHORTANSWER:=Berlin~=West\\~Berlin}, size {1:NM:=891.7:0.5}, rivers {3:MRS:=Spree~=Havel~Rhein}.")
    assert (draft.kind, draft.stimulus, draft.marks) == ("case", "Capital: (1) ____, size (2) ____, rivers (3) ____.", Decimal(6))
    assert [(part.kind, part.stem) for part in draft.parts] == [
        ("text", "(1)"),
        ("numeric", "(2)"),
        ("multiple", "(3)"),
    ]
    assert [part.marks for part in draft.parts] == [2, 1, 3]
    assert draft.parts[0].key.correct == ["Berlin", "West~Berlin"]
    assert (draft.parts[1].key.correct, draft.parts[1].key.tolerance) == (["891.7"], Decimal("0.5"))
    assert (draft.parts[2].key.correct, [option.fixed for option in draft.parts[2].options]) == (["A", "B"], [False] * 3)


def test_one_field_is_an_item_of_its_kind() -> None:
    draft = draft_of("Now {1:SA:=FOB &amp; CIF} please")
    assert (draft.kind, draft.stem, draft.key.correct) == ("text", "Now ____ please", ["FOB & CIF"])
    assert draft_of("{2:NUMERICAL:=12.5:0.1~*}").kind == "numeric"


def test_what_a_draft_has_no_room_for_is_named() -> None:
    notes = told("a {1:SHORTANSWER_C:=x#well done~%50%y} b {1:NM:=1}")
    assert any("feedback well done" in note and "SHORTANSWER_C" in note for note in notes)
    assert any("50%" in note or "50% y" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no field at all", "question_wrong"),
        ("{1:REGEXP:=a.*}", "question_unsupported"),
        ("{1:SHORTANSWER:=a*} {1:NM:=1}", "question_unsupported"),
        ("{1:MC:=a~b", "question_wrong"),
        ("{1:MC:a~b}", "weights_refused"),
        ("{1:MC:=a~=b}", "weights_refused"),
        ("{1:MC:%50%a~b} {1:NM:=1}", "weights_refused"),
        ("{1:SA:a} {1:NM:=1}", "weights_refused"),
        ("{1:NM:=one} {1:NM:=1}", "not_a_number"),
        ("{1:NM:=1:-2} {1:NM:=1}", "not_a_number"),
        ("{0:SA:=a} {1:NM:=1}", "question_wrong"),
        ("[[1]] {1:MC:=a~b}", "markers_wrong"),
        ("{1:MC:=a}", "no_options"),
        ("{1:MC:=a~}", "option_empty"),
    ],
)
def test_what_cannot_be_held_is_refused_by_name(text: str, code: str) -> None:
    reading = read(text)
    assert isinstance(reading, Remark), reading
    assert reading.error.kind.code == f"itembank.{code}"
