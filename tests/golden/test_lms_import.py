"""GIFT, Moodle XML and Aiken questions that nobody here wrote, against the parses that come with them and against what they say."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from itembank.exchange import gift_syntax
from itembank.exchange.gift_syntax import Choice, Question, Text
from itembank.exchange.intake import Prepared, prepare
from itembank.exchange.recognise import find_files, read_file, recognise
from itembank.pictures import read_picture
from itembank.sanitising import pictures_in
from tests.make.corpora import corpus

GIFTS = 31  # files with an expected parse


@pytest.fixture(scope="module")
def gifts() -> list[Path]:
    return sorted(corpus("gift-pegjs").glob("*.gift"))


def shown(text: Text | None) -> Any:
    return {"format": text.format, "text": text.text} if text and text.text else None


def value(choice: Choice) -> Any:
    """Return the number of a numerical answer as the expected parses write it."""
    text = choice.text.text
    if ".." in text:
        low, _, high = text.partition("..")
        return {"type": "high-low", "numberHigh": float(high), "numberLow": float(low)}
    if ":" in text:
        number, _, tolerance = text.partition(":")
        return {"type": "range", "number": float(number), "range": float(tolerance)}
    return {"type": "simple", "number": float(text)} if text else {"format": "moodle", "text": "*"}


def parsed(entry: Question) -> dict[str, Any]:
    """Return an entry in the shape of the expected parses."""
    if entry.kind == "Category":
        return {"type": "Category", "title": entry.title}
    told: dict[str, Any] = {
        "type": entry.kind,
        "title": entry.title or None,
        "stem": shown(entry.stem),
        "hasEmbeddedAnswers": entry.embedded,
        "id": entry.id or None,
        "tags": list(entry.tags) or None,
    }
    if entry.kind == "Description":
        return told
    told["globalFeedback"] = shown(entry.general)
    if entry.kind == "TF":
        told["isTrue"] = entry.choices[0].is_correct
        return told
    if entry.kind == "Matching":
        pairs = [{"subquestion": shown(choice.text), "subanswer": choice.match} for choice in entry.choices]
        return told | {"matchPairs": [pair | {"subquestion": {"format": "moodle", "text": text_before(pair)}} for pair in pairs]}
    if entry.kind != "Essay":
        told["choices"] = [
            {
                "isCorrect": choice.is_correct,
                "weight": None if choice.weight is None else float(choice.weight),
                "text": value(choice) if entry.kind == "Numerical" else shown(choice.text),
                "feedback": shown(choice.feedback),
            }
            for choice in entry.choices
        ]
    if entry.kind == "Numerical" and len(told["choices"]) == 1:
        told["choices"] = told["choices"][0]["text"]
    return told


def text_before(pair: dict[str, Any]) -> str:
    return str(pair["subquestion"]["text"]).partition("->")[0].strip()


def expected(raw: dict[str, Any]) -> dict[str, Any]:
    if raw["type"] == "Numerical" and isinstance(raw["choices"], list) and len(raw["choices"]) == 1:
        raw = raw | {"choices": raw["choices"][0]["text"]}
    return {name: held for name, held in raw.items() if name not in {"trueFeedback", "falseFeedback"}}


def test_every_gift_file_parses_as_expected(gifts: list[Path]) -> None:
    assert len(gifts) >= GIFTS
    for path in gifts:
        wanted = json.loads(path.with_suffix(".json").read_text("utf-8"))
        found = list(gift_syntax.parse(gift_syntax.decode(path.read_bytes())))
        assert [parsed(entry) for entry in found if isinstance(entry, Question)] == [expected(raw) for raw in wanted], path.name
        for entry, raw in zip(found, wanted, strict=True):
            if raw["type"] == "TF":
                said = {text.strip() for text in entry.feedback if text.strip()}
                assert said == {raw[side]["text"] for side in ("trueFeedback", "falseFeedback") if raw[side]}, path.name


def prepared_of(*paths: Path) -> Prepared:
    return prepare(reading for path in paths for reading in read_file(path.read_bytes(), path.name))


def test_every_question_goes_in_or_is_refused_by_name(gifts: list[Path]) -> None:
    for path in gifts:
        wanted = json.loads(path.with_suffix(".json").read_text("utf-8"))
        items = [raw for raw in wanted if raw["type"] not in {"Category", "Description"}]
        prepared = prepared_of(path)
        assert len(prepared.versions) + len(prepared.refused) == max(1, len(items)), path.name  # none at all is said so
        codes = {remark.error.kind.code for remark in prepared.refused}
        possible = {"itembank.question_unsupported", "itembank.weights_refused"} if items else {"itembank.file_empty"}
        assert codes <= possible, path.name
        assert {remark.error.fields.get("kind") for remark in prepared.refused if "unsupported" in remark.error.kind.code} <= {"matching"}


def test_weights_become_a_scheme_only_where_it_scores_the_same(gifts: list[Path]) -> None:
    by_name = {path.name: prepared_of(path) for path in gifts}
    (continents,) = by_name["multipleAnswersFloat.gift"].versions
    assert (continents[0].key["correct"], continents[0].key["scheme"]) == (["A", "B", "D"], "partial_no_wrong")
    assert not by_name["multipleAnswersFloat.gift"].warnings
    options = by_name["options1.gift"]
    tombs = [version for version, _ in options.versions if version.kind == "multiple"]
    assert [version.key.get("scheme", "all_or_nothing") for version in tombs] == ["all_or_nothing", "per_option"]
    reduced = [note.ref for note in options.warnings if note.error.kind.code == "itembank.weights_reduced"]
    assert tombs[0].ref in reduced
    assert tombs[1].ref not in reduced
    assert len(reduced) == 4  # half credit, the home town twice, and the tomb of which wrong choices cost nothing


def test_moodle_files_go_in_with_what_is_left_out_named() -> None:
    folder = corpus("moodle") / "formats"
    files = {path.name: path for path in find_files([folder])}
    assert {name: recognise(path.read_bytes(), name) for name, path in files.items()} == {
        "multichoice.xml": "moodle",
        "nested_categories.xml": "moodle",
        "truefalse.xml": "moodle",
        "questions.gift.txt": "gift",
        "questions.aiken.txt": "aiken",
    }
    greeting = prepared_of(files["multichoice.xml"])
    ((version, _),) = greeting.versions
    assert (version.kind, version.title, version.key["correct"], version.marks) == ("single", "Greeting", ["B"], 1)
    left_out = next(note.error.fields["what"] for note in greeting.warnings if note.error.kind.code == "itembank.left_out")
    for named in ("penalty 0.1", "file bonjour.mp3", "feedback <p>Yes, well done!</p>"):
        assert named in left_out
    assert ".jpg" not in left_out
    flags = [option["html"] for option in version.content["options"]]
    assert ["British Flag" in flags[0], "French flag" in flags[1], "German flag" in flags[2]] == [True] * 3
    assert [read_picture(source).kind for flag in flags for source in pictures_in(flag)] == ["jpeg"] * 4
    assert all('width="30" height="20"' in flag for flag in flags)
    assert not [note for note in greeting.warnings if note.error.kind.code == "itembank.picture_dropped"]
    truths = prepared_of(files["truefalse.xml"])
    assert [(version.title, version.key["correct"]) for version, _ in truths.versions] == [
        ("Moodle acronym (False)", ["B"]),
        ("Moodle acronym (True)", ["A"]),
    ]
    assert [version.title for version, _ in prepared_of(files["nested_categories.xml"]).versions] == ["Zeta Question"]


def test_moodle_gift_and_aiken_samples() -> None:
    folder = corpus("moodle") / "formats"
    gift = prepared_of(folder / "gift/tests/fixtures/questions.gift.txt")
    kinds = [(version.kind, version.key.get("correct")) for version, _ in gift.versions]
    assert kinds == [
        ("extended", None),
        ("matching", ["1 B", "2 D", "3 E", "4 C"]),
        ("single", ["A"]),
        ("multiple", ["A", "C"]),
        ("numeric", ["3"]),
        ("text", ["Frog"]),
        ("truefalse", ["B"]),
        ("truefalse", ["A"]),
        ("truefalse", ["A"]),
    ]
    assert [Decimal(version.key["tolerance"]) for version, _ in gift.versions if version.kind == "numeric"] == [2]
    assert not gift.refused
    aiken = prepared_of(folder / "aiken/tests/fixtures/questions.aiken.txt")
    assert [(version.kind, version.key["correct"]) for version, _ in aiken.versions] == [("single", ["B"]), ("single", ["A"])]
    assert '&lt;html class="cool"&gt; &amp; images:' in aiken.versions[1][0].content["stem"]
