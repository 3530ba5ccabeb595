"""QTI items that nobody here wrote: those whose interactions the bank knows go in, all others are refused by name."""

import random
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from core.unit import Database
from itembank.exchange.intake import Prepared, import_drafts, prepare
from itembank.exchange.recognise import find_files, read_file
from itembank.exchange.report import Read
from scoring.autoscore import score
from scoring.processing.errors import ProcessingError
from scoring.processing.score import score_item
from tests.make.bank import AUTHOR
from tests.make.clock import MovableClock
from tests.make.corpora import corpus
from web.wiring import ENGINE

OURS = {"choiceInteraction", "textEntryInteraction", "extendedTextInteraction"}
OURS |= {"qti-choice-interaction", "qti-text-entry-interaction", "qti-extended-text-interaction"}
PLACED = {
    "inlineChoiceInteraction",
    "matchInteraction",
    "orderInteraction",
    "gapMatchInteraction",
    "hottextInteraction",
    "hotspotInteraction",
}
PLACED |= {f"qti-{name}-interaction" for name in ("inline-choice", "match", "order", "gap-match", "hottext", "hotspot")}

# Items of our kinds that stay out all the same, each with the only code that may be the reason.
STAY_OUT = {
    # the processing counts 10 and 15 as right, the correct responses are 3 and 8
    "citolab/v2_ITM-equal.xml": "itembank.qti_contradiction",
}
# Items whose template variables are drawn, with the number of clones that differ.
CLONED = {
    "pie-qti/template_randomFloat_roundTo_mathConstant/item.xml": 5,
    "pie-qti/template_randomInteger_printedVariable/item.xml": 1,
}
# The right answers as the items' own correct responses, mappings and processing have them, by letter of the option's place.
KEYS = {
    "_d3fc4cde-5dc0-451c-b2a5-3df3ba554e3e": ("single", ["C"]),
    "QUE_12_1": ("multiple", ["A", "B", "C"]),
    "qti22-basic-i9b-map-response": ("multiple", ["A", "B", "C"]),
    "qti22-basic-i9b-match-correct": ("single", ["A"]),
    "rp-template-match-correct": ("single", ["A"]),
    "mapping-example": ("single", ["A"]),
    "mapResponse_mapEntry_caseSensitive_override": ("text", ["Hello"]),
    "outcomeProcessing_outcomeCondition_equal": ("single", ["A"]),
}


def interactions(path: Path) -> set[str]:
    names = [etree.QName(element).localname for element in etree.parse(path).iter() if isinstance(element.tag, str)]
    return {name for name in names if re.fullmatch(r".*-?[iI]nteraction", name)}


@pytest.fixture(scope="module")
def items() -> Path:
    return corpus("qti") / "items"


@pytest.fixture(scope="module")
def prepared(items: Path) -> Prepared:
    files = list(find_files([items]))
    return prepare(reading for path in files for reading in read_file(path.read_bytes(), str(path.relative_to(items)), engine=ENGINE))


def test_every_item_of_our_kinds_goes_in_and_every_other_is_refused_by_name(items: Path, prepared: Prepared) -> None:
    counts = Counter(place.file for _, place in prepared.versions)
    assert {file: count for file, count in counts.items() if file in CLONED} == CLONED
    assert all(count == 1 for file, count in counts.items() if file not in CLONED)
    went_in = set(counts)
    refused = {remark.place.file: remark.error for remark in prepared.refused}
    files = [str(path.relative_to(items)) for path in find_files([items])]
    assert sorted([*went_in, *refused]) == files
    for file in files:
        found = interactions(items / file)
        code = refused[file].kind.code if file in refused else None
        if file in STAY_OUT:
            assert code == STAY_OUT[file], file
        elif not found:
            assert code in {"itembank.qti_no_interaction", "itembank.qti_unsupported"}, file
        elif found <= OURS | PLACED and found & PLACED and code is not None:
            assert code in {"itembank.qti_unsupported", "itembank.ref_twice"}, (file, refused[file])
        elif found <= OURS | PLACED:
            assert code in {None, "itembank.ref_twice"}, (file, refused.get(file))
        else:
            assert code == "itembank.qti_unsupported", file
            assert refused[file].fields["element"] != "", file
    assert len(went_in) >= 28


def test_what_is_refused_as_standing_twice_is_the_same_item_indeed(items: Path, prepared: Prepared) -> None:
    """Two files of the corpus differ only in an outcome declaration without effect."""
    twice = [remark.place.file for remark in prepared.refused if remark.error.kind.code == "itembank.ref_twice"]
    drafts = {}
    for path in find_files([items]):
        for reading in read_file(path.read_bytes(), str(path.relative_to(items))):
            if isinstance(reading, Read):
                drafts[reading.place.file] = reading.draft
    for file in twice:
        assert any(other != file and draft == drafts[file] for other, draft in drafts.items()), file


def test_keys_are_those_of_the_items(prepared: Prepared) -> None:
    found = {version.ref: version for version, _ in prepared.versions}
    for ref, (kind, correct) in KEYS.items():
        assert (found[ref].kind, found[ref].key["correct"]) == (kind, correct), ref
    composite = found["_e726a093-a5dd-456e-8cc4-fd987cd05438"]
    assert [part["correct"] for part in composite.key["parts"]] == [["test"], ["100"], ["3.14"]]
    assert composite.marks == 3


def test_scoring_that_is_not_carried_exactly_is_named(prepared: Prepared) -> None:
    reduced = {note.ref for note in prepared.warnings if note.error.kind.code == "itembank.qti_reduced"}
    assert {"QUE_18_1", "contains_multiple", "mapResponse_mapEntry_caseSensitive_override"} <= reduced
    assert not reduced & {"qti22-basic-i9b-match-correct", "rp-template-match-correct", "QUE_12_1"}
    assert not reduced & {"mapping-example", "qti22-basic-i9b-map-response", "gap-match-energy-cycle"}
    unkeyed = {version.ref for version, _ in prepared.versions if version.lacks}
    assert {note.ref for note in prepared.warnings if note.error.kind.code == "itembank.qti_no_key"} == unkeyed


def test_a_choice_whose_scoring_is_carried_scores_as_its_own_file_says(items: Path) -> None:
    rng, compared = random.Random(1), set()
    for path in find_files([items]):
        for reading in read_file(path.read_bytes(), path.name):
            if not isinstance(reading, Read) or reading.draft.kind not in {"single", "multiple"} or reading.draft.key.lacks:
                continue
            draft = reading.draft
            if any(note.error.kind.code == "itembank.qti_reduced" for note in reading.notes):
                continue
            if not etree.parse(path).xpath("//*[local-name() = 'responseProcessing' or local-name() = 'qti-response-processing']"):
                continue  # which leaves the marks to whoever delivers it
            try:
                score_item(path.read_bytes(), {})
            except ProcessingError:
                continue  # the scorer of whole items refuses the file
            (response,) = etree.parse(path).xpath("//@responseIdentifier | //@response-identifier")
            ids = [option.id for option in draft.options]
            for _ in range(40):
                value: Any = rng.choice(ids) if draft.kind == "single" else rng.sample(ids, rng.randint(1, len(ids)))
                theirs = score_item(path.read_bytes(), {str(response): value}).get("SCORE")
                ours = score(draft.kind, draft.key, value, draft.marks).marks
                assert theirs is None or abs(Decimal(str(theirs)) - ours) <= Decimal("0.006"), (path, value)
            compared.add(draft.ref)
    assert len(compared) >= 7


def test_the_corpus_goes_into_the_bank(database: Database, clock: MovableClock, items: Path, prepared: Prepared) -> None:
    files = [(path.read_bytes(), str(path.relative_to(items))) for path in find_files([items])]
    readings = [reading for data, name in files for reading in read_file(data, name, engine=ENGINE)]
    with database.unit(AUTHOR, clock()) as unit:
        report = import_drafts(unit, readings)
        again = import_drafts(unit, readings)
    assert len(report.items) == len(prepared.versions)
    assert {entry.status for entry in again.items} == {"unchanged"}
