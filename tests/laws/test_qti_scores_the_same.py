"""An item that went out to QTI says there, by its own response processing, what the bank's scorer says here."""

import random
import zipfile
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from itembank.exchange.draft import Draft
from itembank.exchange.export import Format, export, settled
from itembank.exchange.recognise import read_file
from itembank.exchange.report import Read
from itembank.kinds.catalogue import KINDS
from scoring.autoscore import score
from scoring.processing.score import score_item
from tests.rules.test_item_kinds import draft

TRIES = 60
WORTHS = ("-2", "-0.5", "0", "0.25", "1")


def answer_to(item: Draft, rng: random.Random) -> Any:
    ids = [option.id for option in item.options]
    if item.kind == "single":
        return rng.choice(ids)
    if item.kind == "text":
        return rng.choice([*item.key.correct, "fob", "CIF", "F O B"])
    if item.kind == "quantity":
        return [rng.choice(["2", "2.05", "1.9", "2000", "1899", "2050", "3"]), rng.choice(ids)]
    if item.kind == "ordering":
        return rng.sample(ids, len(ids))
    if not item.gaps:
        return rng.sample(ids, rng.randint(1, len(ids)))
    return [[gap.id, rng.choice(ids or [option.id for option in gap.options])] for gap in item.gaps if rng.random() < 0.8] or None


def as_qti(item: Draft, value: Any) -> dict[str, object]:
    if item.kind == "inline":
        return {"RESPONSE_1": None, "RESPONSE_2": None} | {f"RESPONSE_{gap}": option for gap, option in value or []}
    if item.kind == "quantity":
        return {"RESPONSE": float(value[0]), "UNIT": value[1]}
    if item.gaps:
        pairs = [[f"G{gap}", option] if item.kind == "matching" else [option, f"G{gap}"] for gap, option in value or []]
        return {"RESPONSE": pairs}
    return {"RESPONSE": value}


def mapped(item: Draft, rng: random.Random) -> Draft:
    """Give each value a worth, and those of the right answer what the item's marks come to."""
    kind = KINDS[item.kind]
    right = kind.right(item.key.correct)
    worths = {value: Decimal(rng.choice(WORTHS)) for value in kind.values(item)} | dict.fromkeys(right, item.marks / len(right))
    key = item.key.model_dump() | {"scheme": "mapped", "worths": worths, "floor": rng.choice([None, "0.5"])}
    return Draft.model_validate(item.model_dump() | {"key": key})


WRITTEN = ("single", "multiple", "inline", "gapmatch", "matching", "ordering", "hottext", "hotspot", "text", "quantity")
SAID = [(kind, scheme) for kind in WRITTEN for scheme in KINDS[kind].schemes if (kind, scheme) != ("text", "mapped")]
DIALECTS: tuple[Format, ...] = ("qti3", "qti22", "qti21")


def written_as_qti(item: Draft, form: Format) -> bytes:
    exported = export([item], form)
    assert exported.items == 1
    with zipfile.ZipFile(BytesIO(exported.data)) as archive:
        return archive.read("items/000001.xml")


def near(ours: Decimal, theirs: object) -> bool:
    return abs(ours - Decimal(str(theirs))) <= Decimal("0.006")


@pytest.mark.parametrize("form", DIALECTS)
@pytest.mark.parametrize(("kind", "scheme"), SAID)
def test_both_scorers_agree(kind: str, scheme: str, form: Format) -> None:
    rng = random.Random(f"{kind} {scheme}")
    item = settled(draft(kind, key={"scheme": scheme}) if scheme != "mapped" else mapped(draft(kind), rng))
    xml = written_as_qti(item, form)
    for _ in range(TRIES):
        value = answer_to(item, rng)
        if value is None:
            continue
        ours = score(kind, item.key, value, item.marks).marks
        theirs = score_item(xml, as_qti(item, value))["SCORE"]
        assert near(ours, theirs), (value, ours, theirs)


@pytest.mark.parametrize("form", DIALECTS)
@pytest.mark.parametrize("tolerance", [None, "0.25", "0"])
def test_numbers_are_right_within_the_same_tolerance(tolerance: str | None, form: Format) -> None:
    key = {"correct": ["12.5"], "tolerance": tolerance}
    item = Draft.model_validate({"ref": "n", "kind": "numeric", "stem": "?", "key": key, "marks": 3})
    xml = written_as_qti(item, form)
    for value in ("12.5", "12.25", "12.75", "12.249", "12.751", "0", "-12.5"):
        assert near(score("numeric", item.key, value, item.marks).marks, score_item(xml, {"RESPONSE": float(value)})["SCORE"]), value


@pytest.mark.parametrize("form", DIALECTS)
def test_texts_that_earn_differently_do_so_there(form: Format) -> None:
    key = {"correct": ["FOB"], "scheme": "mapped", "worths": {"FOB": 4, "free on board": 2}}
    item = Draft.model_validate({"ref": "t", "kind": "text", "stem": "?", "key": key, "marks": 4})
    xml = written_as_qti(item, form)
    for value in ("FOB", "fob", "Free On Board", "CIF"):
        assert near(score("text", item.key, value, item.marks).marks, score_item(xml, {"RESPONSE": value})["SCORE"]), value
    assert [draft.key for draft in back(item, form)] == [item.key]


@pytest.mark.parametrize("form", DIALECTS)
def test_the_parts_of_a_case_score_by_themselves_and_together(form: Format) -> None:
    rng = random.Random("case")
    kinds = ("single", "inline", "matching", "multiple", "ordering", "quantity", "text")
    parts = [draft(kind, key={"scheme": "per_option"} if kind in {"multiple", "matching", "ordering"} else {}) for kind in kinds]
    fields = {"kind", "stem", "options", "gaps", "once", "limit", "image", "key", "marks"}
    values = [part.model_dump(include=fields) for part in parts]
    item = settled(Draft.model_validate({"ref": "c", "kind": "case", "stimulus": "A text.", "parts": values, "marks": 4 * len(kinds)}))
    xml = written_as_qti(item, form)
    for _ in range(TRIES):
        answers = [answer_to(part, rng) for part in parts]
        responses: dict[str, object] = {}
        for n, (part, value) in enumerate(zip(parts, answers, strict=True), 1):
            named = as_qti(part, value).items() if value is not None else ()
            responses |= {f"{name[:8] if name != 'UNIT' else name}_{n}{name[8:]}": given for name, given in named}
        outcomes = score_item(xml, responses)
        marks = [score(part.kind, part.key, value, part.marks).marks for part, value in zip(item.parts, answers, strict=True)]
        for n, ours in enumerate(marks, 1):
            assert near(ours, outcomes[f"SCORE_{n}"]), (kinds[n - 1], answers[n - 1])
        assert near(sum(marks, Decimal(0)), outcomes["SCORE"])


@pytest.mark.parametrize("form", DIALECTS)
@pytest.mark.parametrize(("kind", "scheme"), SAID)
def test_a_key_comes_back_as_it_went_or_scores_the_same(kind: str, scheme: str, form: Format) -> None:
    rng = random.Random(f"back {kind} {scheme}")
    item = settled(draft(kind, key={"scheme": scheme}) if scheme != "mapped" else mapped(draft(kind), rng))
    (found,) = back(item, form)
    again = settled(found)
    for _ in range(TRIES):
        value = answer_to(item, rng)
        assert again.kind == kind
        assert score(kind, again.key, value, again.marks).marks == score(kind, item.key, value, item.marks).marks, value


def back(item: Draft, form: Format) -> list[Draft]:
    return [reading.draft for reading in read_file(export([item], form).data, "export") if isinstance(reading, Read)]
