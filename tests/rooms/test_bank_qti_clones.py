"""Parameterised items in the bank: a few plain items, no two of them on one paper."""

import pytest

from core.unit import Database
from itembank.exchange.intake import Prepared, import_drafts, prepare
from itembank.exchange.qti_clones import CLONES, seed_of
from itembank.exchange.recognise import read_file
from itembank.exchange.report import Read, Reading
from scoring.autoscore import score
from scoring.processing.cloning import clone
from scoring.processing.score import score_item
from tests.make.bank import AUTHOR
from tests.make.clock import MovableClock
from tests.make.qti import op, sums, var
from web.wiring import ENGINE


def read(data: bytes, name: str = "q.xml") -> list[Reading]:
    return list(read_file(data, name, engine=ENGINE))


def brought(readings: list[Reading]) -> Prepared:
    prepared = prepare(readings)
    assert not prepared.refused, prepared.refused[0].error
    return prepared


def test_an_item_goes_in_as_clones_that_differ_and_are_enemies() -> None:
    prepared = brought(read(sums()))
    versions = [version for version, _ in prepared.versions]
    refs = [f"I-{n}" for n in range(1, CLONES + 1)]
    assert [version.ref for version in versions] == refs
    assert len({version.content["stem"] for version in versions}) == CLONES
    for version in versions:
        assert sorted([version.ref, *version.enemies]) == refs
        assert "emplate" not in str(version.content) + str(version.key)
    assert [note.ref for note in prepared.warnings if note.error.kind.code == "itembank.qti_cloned"] == ["I-1"]


def test_equal_clones_go_in_once() -> None:
    ((version, _),) = brought(read(sums(least=7, most=7))).versions
    assert (version.ref, version.enemies) == ("I-1", ())


def test_the_key_of_a_clone_earns_full_marks_by_either_scorer() -> None:
    for reading in read(sums()):
        assert isinstance(reading, Read)
        key, (right,), seed = reading.draft.key, reading.draft.key.correct, seed_of("I", int(reading.draft.ref[2:]))
        a, b = (int(word) for word in reading.draft.stem.partition("Add.")[2].partition("</p>")[0].split(" + "))
        assert int(right) == a + b
        for answer, marks in ((right, 1), (str(int(right) + 1), 0)):
            assert score("numeric", key, answer, reading.draft.marks).marks == marks
            assert score_item(clone(sums(), seed), {"RESPONSE": answer})["SCORE"] == marks
            assert score_item(sums(), {"RESPONSE": answer}, seed)["SCORE"] == marks


def test_the_same_item_again_is_unchanged_and_its_clones_are_not_told_as_alike(database: Database, clock: MovableClock) -> None:
    with database.unit(AUTHOR, clock()) as unit:
        first = import_drafts(unit, read(sums()))
        again = import_drafts(unit, read(sums()))
    assert [entry.status for entry in first.items] == ["new"] * CLONES
    assert [entry.status for entry in again.items] == ["unchanged"] * CLONES
    assert {note.error.kind.code for note in first.warnings} == {"itembank.qti_cloned"}


def test_clones_of_two_files_with_one_identifier_stay_enemies_under_their_own_references(database: Database, clock: MovableClock) -> None:
    readings = [*read(sums("Add."), "1.xml"), *read(sums("Total:"), "2.xml")]
    with database.unit(AUTHOR, clock()) as unit:
        report = import_drafts(unit, readings)
    assert len(report.items) == 2 * CLONES
    assert not [note for note in report.warnings if note.error.kind.code == "itembank.enemy_unknown"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (sums(test=op("gt", var("A"), var("B"))), "itembank.qti_unsupported"),
        (sums(key=op("setCorrectResponse", op("sum", var("A"), var("B")), identifier="OTHER")), "scoring.item.variable_unknown"),
        (sums(prompt='<printedVariable identifier="SCORE"/>'), "itembank.qti_unsupported"),
    ],
)
def test_an_item_that_cannot_be_cloned_is_refused_whole_and_once(data: bytes, code: str) -> None:
    prepared = prepare(read(data))
    assert not prepared.versions
    assert [(remark.ref, remark.error.kind.code) for remark in prepared.refused] == [("I", code)]


def test_without_an_engine_the_item_is_refused() -> None:
    (remark,) = prepare(read_file(sums(), "q.xml")).refused
    assert (remark.error.kind.code, remark.error.fields["element"]) == ("itembank.qti_unsupported", "template-declaration")
