"""An item that went out to QTI says there, by its own response processing, what the bank's scorer says here."""

import random
import zipfile
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from itembank.exchange.draft import Draft
from itembank.exchange.export import export, settled
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
    if item.kind == "ordering":
        return rng.sample(ids, len(ids))
    if not item.gaps:
        return rng.sample(ids, rng.randint(1, len(ids)))
    return [[gap.id, rng.choice(ids or [option.id for option in gap.options])] for gap in item.gaps if rng.random() < 0.8] or None


def as_qti(item: Draft, value: Any) -> dict[str, object]:
    if item.kind == "inline":
        return {"RESPONSE_1": None, "RESPONSE_2": None} | {f"RESPONSE_{gap}": option for gap, option in value or []}
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


WRITTEN = ("single", "multiple", "inline", "gapmatch", "matching", "hottext", "hotspot")
SAID = [(kind, scheme) for kind in WRITTEN for scheme in KINDS[kind].schemes] + [("ordering", "all_or_nothing")]
"""What QTI can say; part of the marks for part of an order it cannot."""


@pytest.mark.parametrize(("kind", "scheme"), SAID)
def test_both_scorers_agree(kind: str, scheme: str) -> None:
    rng = random.Random(f"{kind} {scheme}")
    item = draft(kind, key={"scheme": scheme}) if scheme != "mapped" else mapped(draft(kind), rng)
    if kind == "inline" and item.key.floor:
        item = item.model_copy(update={"key": item.key.model_copy(update={"floor": None})})  # QTI bounds each response by itself
    item = settled(item)
    with zipfile.ZipFile(BytesIO(export([item], "qti3").data)) as archive:
        xml = archive.read("items/000001.xml")
    for _ in range(TRIES):
        value = answer_to(item, rng)
        if value is None:
            continue
        ours = score(kind, item.key, value, item.marks).marks
        theirs = Decimal(str(score_item(xml, as_qti(item, value))["SCORE"]))
        if kind == "inline" and scheme == "mapped":
            theirs = min(max(theirs, Decimal(0)), item.marks)
        assert abs(ours - theirs) <= Decimal("0.006"), (value, ours, theirs)
