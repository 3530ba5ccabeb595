"""What a person does with a paper: in which order, how fast, and how an answer grows.  Pure but for the chance that it is given.

A candidate goes through the paper mostly forwards, sometimes looks back, sometimes flags a place; a long answer is saved many times while
it grows, a simulated-business task is a row of actions.
"""

import math
import random
from collections.abc import Iterator
from typing import Any

Move = tuple[str, Any]
"""A place of the paper and the value that is saved there."""

FLAGS = "@flags"
FORWARD, BACK = 0.8, 0.15  # the chance to go on to the next place, and to look back; else to change one's mind at once
ELSEWHERE = 0.3  # the chance to begin in the middle of the paper, not with its first place
FLAG = 0.08  # the chance to flag a place that one leaves
UNDO = 0.1  # the chance to take back an action of a simulated-business task
SPREAD = 0.8  # of the logarithm of a think time: most are short, a few are long
LONGEST = 8.0  # times the mean
SENTENCES = (
    "按照国际贸易术语解释通则,风险自货物装上船时转移。",
    "The seller shall insure the goods for 110 % of the CIF value. ",
    "单证相符、单单相符,银行才予付款。",
    "我方报价以现汇买入价折算,有效期七天。",
    "Please confirm by return mail. ",
)


def think(chance: random.Random, mean: float) -> float:
    """Return the seconds before the next save: log-normal about `mean`, never more than `LONGEST` times it; 0 of a mean of 0."""
    if not mean:
        return 0.0
    return min(chance.lognormvariate(math.log(mean) - SPREAD**2 / 2, SPREAD), LONGEST * mean)


def moves(paper: dict[str, Any], chance: random.Random) -> Iterator[Move]:
    """Yield what one candidate saves, without end."""
    items = [part for section in paper["sections"] for item in section["items"] for part in item.get("parts", [item])]
    texts: dict[str, str] = {}
    flagged: list[str] = []
    at = chance.randrange(len(items)) if chance.random() < ELSEWHERE else 0
    while True:
        item = items[at]
        for value in _answers(item, texts, chance):
            yield item["item"], value
        if chance.random() < FLAG:
            place = item["item"]
            flagged = [p for p in flagged if p != place] if place in flagged else [*flagged, place]
            yield FLAGS, list(flagged)
        at = _next_place(at, len(items), chance)


def _next_place(at: int, count: int, chance: random.Random) -> int:
    drawn = chance.random()
    if drawn < FORWARD:
        return (at + 1) % count
    return chance.randrange(at + 1) if drawn < FORWARD + BACK else at


def _answers(item: dict[str, Any], texts: dict[str, str], chance: random.Random) -> Iterator[Any]:
    kind = item["kind"]
    if kind in ("single", "truefalse"):
        yield chance.choice(item["options"])["id"]
    elif kind == "multiple":
        ticked: list[str] = []
        for option in chance.sample(item["options"], min(3, len(item["options"]))):
            ticked = sorted([*ticked, option["id"]])
            yield ticked
    elif kind == "numeric":
        yield str(chance.randint(1, 99999) / 100)
    elif kind == "business":
        yield from _actions(item["workspace"], chance)
    else:
        yield from _grown(item, texts, chance)


def _grown(item: dict[str, Any], texts: dict[str, str], chance: random.Random) -> Iterator[str]:
    """Yield a text as it grows, saved every few words; who comes back goes on where the text stood."""
    saves, most = (chance.randint(3, 8), 3000) if item["kind"] == "extended" else (2, 60)
    for _ in range(saves):
        text = texts.get(item["item"], "")
        texts[item["item"]] = chance.choice(SENTENCES) if len(text) > most else text + chance.choice(SENTENCES)
        yield texts[item["item"]]


def _actions(workspace: dict[str, Any], chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield some actions of a simulated-business task, as `itembank.business.reducer` names them."""
    yield {"action": "open", "document": chance.choice(workspace["documents"])["id"]}
    fields = [field for step in workspace["steps"] for field in step["fields"]]
    for field in chance.sample(fields, min(len(fields), chance.randint(1, 5))):
        yield {"action": "set", "field": field["name"], "value": _entry(field, chance)}
        if chance.random() < UNDO:
            yield {"action": "undo"}
    yield {"action": "note", "text": chance.choice(SENTENCES)}


def _entry(field: dict[str, Any], chance: random.Random) -> str | list[str]:
    options: list[str] = [option["id"] for option in field["options"]]
    if field["type"] == "multi_choice":
        return sorted(chance.sample(options, chance.randint(1, len(options))))
    if field["type"] == "choice":
        return chance.choice(options)
    if field["type"] == "date":
        return f"2026-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    return chance.choice(SENTENCES) if field["type"] in ("text", "long_text") else f"{chance.randint(100, 999999) / 100:.2f}"
