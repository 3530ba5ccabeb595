"""What a reader should look at: remarks about a question, from its figures, the more urgent first."""

from collections.abc import Iterator
from typing import Any

from scoring.analysis.words import REMARKS

LEAST = 30
"""Scripts below which nothing is remarked: it would mostly be chance."""
WEAK, HARD, EASY, OMITTED, UNUSED, SCATTER = 0.15, 0.25, 0.95, 0.15, 0.02, 1.3
NEGATIVE = -0.005
"""Discrimination from which a question is told to work the wrong way: what is shown as -0.00 is none."""
LEAST_FOR_OPTIONS = 100
"""Scripts from which an option that hardly anybody takes is worth a word."""


def flags_of(figures: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return remarks as `{"code", "level", …what it names}`, from the figures of a question as `figures` makes them."""
    if figures["n"] < LEAST:
        return []
    found = [{"level": REMARKS[flag["code"]][0], **flag} for flag in _found(figures, kind)]
    order = list(REMARKS)
    return sorted(found, key=lambda flag: order.index(flag["code"]))


def _found(q: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    if not q["sd"]:
        yield {"code": "alike"}
        return
    r, p = q["rest_r"], q["p"]
    chance = 1 / len(q["options"]) if kind in ("single", "truefalse") and q["options"] else 0.0
    if r is not None and r < NEGATIVE:
        yield {"code": "negative", "r": f"{r:.2f}"}
    elif r is not None and r < WEAK:
        yield {"code": "weak", "r": f"{r:.2f}"}
    # Below guessing by more than two standard errors: less is chance.
    if p + 2 * (chance * (1 - chance) / q["n"]) ** 0.5 < chance:
        yield {"code": "below_chance", "p": _share(p)}
    elif p < HARD:
        yield {"code": "hard", "p": _share(p)}
    elif p > EASY:
        yield {"code": "easy", "p": _share(p)}
    if q["omitted"] > OMITTED:
        yield {"code": "omitted", "omitted": _share(q["omitted"])}
    if q.get("infit") is not None and q["infit"] > SCATTER:
        yield {"code": "misfit", "infit": f"{q['infit']:.2f}"}
    yield from _options(q, kind)


def _options(q: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    keys = [o["rest_r"] for o in q["options"] if o["key"] and o["rest_r"] is not None]
    others = [option for option in q["options"] if not option["key"]] if kind == "single" else []
    for option in others:
        if option["n"] >= 10 and option["rest_r"] is not None and option["rest_r"] > max([0.05, *keys]):
            yield {"code": "better_option", "option": option["id"]}
    unused = [option["id"] for option in others if option["share"] < UNUSED]
    if unused and q["n"] >= LEAST_FOR_OPTIONS:
        yield {"code": "unused_option", "option": "、".join(unused)}


def _share(value: float) -> str:
    return f"{100 * value:.0f}%"
