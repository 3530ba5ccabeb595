"""QTI interactions with gaps, pairs, orders, passages and spots as questions, their mappings carried value by value.

Source: QTI 3.0 ASI information model: inlineChoice, match, order, gapMatch, hottext and hotspot interactions; a directed pair of a gap
match is the text and then the gap, of a match the first set and then the second.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from lxml import etree

from itembank import errors
from itembank.exchange.draft import DraftGap, DraftKey, DraftOption
from itembank.exchange.placed import LETTERS, plain
from itembank.exchange.qti_body import GAP_CHOICES, Body, read_html, read_stem
from itembank.exchange.qti_rules import Bounds
from itembank.exchange.qti_scoring import Scoring
from itembank.exchange.qti_xml import address_of, attribute, children, name_of, text_of
from itembank.kinds.areas import read_area
from itembank.sanitising import plain_text

INLINE = "inline-choice-interaction"
PLACED = frozenset({"match-interaction", "order-interaction", "gap-match-interaction", "hottext-interaction", "hotspot-interaction"})

_CLOSE = Decimal("0.001")  # mapped values are written as rounded decimals

Values = dict[str, Any]
Names = dict[str, str]
"""What an identifier or a pair of the item is in the notation of a key."""


def read_placed(interaction: etree._Element, body: Body) -> tuple[str, str, Values, Names]:
    """Return the kind, the stem, the options and gaps, and the names of all values.

    Raises:
        ExamError: `itembank.qti_unsupported`, when more may go into one place than a draft can hold.
    """
    return {
        "match-interaction": _match,
        "order-interaction": _order,
        "gap-match-interaction": _gap_match,
        "hottext-interaction": _hot_text,
        "hotspot-interaction": _hot_spot,
    }[name_of(interaction)](interaction, body)


def read_inline(interactions: Sequence[etree._Element], body: Body) -> tuple[Values, list[Names]]:
    """Return the gaps of inline choices, and for each gap the names of its values."""
    gaps, names = [], []
    for n, interaction in enumerate(interactions, 1):
        choices = children(interaction, "inline-choice")
        options = read_options(choices, body)
        gaps.append(DraftGap.model_construct(id=str(n), html="", options=options))
        names.append({attribute(choice, "identifier"): f"{n} {option.id}" for choice, option in zip(choices, options, strict=True)})
    return {"gaps": gaps}, names


def key_of(kind: str, scoring: Scoring, names: Names, marks: Decimal | None, lacks: str) -> tuple[DraftKey, Decimal, str]:
    """Return the key, the marks, and what of the scoring it does not carry."""
    right = [names[value] for value in scoring.right() if value in names]
    if kind == "ordering" and scoring.places and right:
        return _by_place(right, {_renamed(value, names): worth for value, worth in scoring.places.items()}, scoring, lacks)
    if not scoring.by_mapping:
        if not right:
            return DraftKey(lacks=lacks), marks or Decimal(1), ""
        return DraftKey(correct=right), marks or Decimal(1), "" if scoring.style in {"none", "match"} else "responseProcessing"
    worths = {name: scoring.mapped.get(value, scoring.default) for value, name in names.items()}
    right = right or [name for name, worth in worths.items() if worth > 0]
    return mapped_key(right, worths, scoring.limits, lacks, costs=kind in {"hottext", "hotspot"})


def mapped_key(right: list[str], worths: dict[str, Decimal], limits: Bounds, lacks: str, *, costs: bool) -> tuple[DraftKey, Decimal, str]:
    """Return the key of a mapping: by option where each right value earns, and each wrong one costs, the same; else value by value.

    Marks are never below 0, and never above those of the right answer: where the mapping's are, they are reduced.
    """
    least, most = limits
    total = sum((worths.get(value, Decimal(0)) for value in right), Decimal(0))
    marks = round(min(total, most) if most is not None else total, 2).normalize() + 0
    if not right or marks <= 0:
        return DraftKey(lacks=lacks), Decimal(1), "mapping"
    share = marks / len(right)
    wrong = [worth for value, worth in worths.items() if value not in right]
    ends = (least is not None and least >= 0) or not any(worth < 0 for worth in worths.values())
    tops = most is not None or not costs or sum(worth for worth in worths.values() if worth > 0) < marks + _CLOSE
    reduced = "" if ends and tops and (most is not None or abs(total - marks) < _CLOSE) else "mapping"
    if not least and all(abs(worths.get(value, Decimal(0)) - share) < _CLOSE for value in right):
        if all(abs(worth + share * costs) < _CLOSE for worth in wrong):
            return DraftKey(correct=right, scheme="per_option"), marks, reduced
        if costs and all(worth <= _CLOSE - marks for worth in wrong):
            return DraftKey(correct=right, scheme="partial_no_wrong"), marks, reduced
    kept = {value: round(worth, 6) for value, worth in worths.items() if worth}
    floor = least if least and least <= marks else None
    return DraftKey(correct=right, scheme="mapped", worths=kept, floor=floor), marks, reduced


def read_options(choices: Sequence[etree._Element], body: Body, *, is_mixed: bool = True) -> list[DraftOption]:
    """Return options under letters, in their order.

    Raises:
        ExamError: `itembank.qti_unsupported`, when there are more than letters.
    """
    if len(choices) > len(LETTERS):
        raise errors.QTI_UNSUPPORTED(element=f"{len(choices)} {name_of(choices[0])}")
    return [
        DraftOption.model_construct(
            id=letter,
            html=read_html([choice], body) or attribute(choice, "identifier"),
            fixed=not is_mixed or attribute(choice, "fixed") == "true",
            area="",
        )
        for letter, choice in zip(LETTERS, choices, strict=False)
    ]


def limit_of(interaction: etree._Element, options: Sequence[DraftOption]) -> int:
    """Return how many options may be chosen; 0 is any number."""
    most = attribute(interaction, "max-choices", "1")
    return int(most) if most.isdecimal() and 0 < int(most[:9]) < len(options) else 0


def _by_place(right: list[str], worths: dict[str, Decimal], scoring: Scoring, lacks: str) -> tuple[DraftKey, Decimal, str]:
    """Return the key of an order of which each option earns at its place."""
    placed = [f"{option} {n}" for n, option in enumerate(right, 1)]
    key, marks, reduced = mapped_key(placed, worths, scoring.bounds, lacks, costs=False)
    return key.model_copy(update={"correct": right}) if key.correct else key, marks, reduced


def _renamed(value: str, names: Names) -> str:
    option, _, place = value.partition(" ")
    return f"{names.get(option, option)} {place}"


def _prompt(interaction: etree._Element, body: Body) -> str:
    return read_html(children(interaction, "prompt"), body)


def _match(interaction: etree._Element, body: Body) -> tuple[str, str, Values, Names]:
    sets = [children(found, "simple-associable-choice") for found in children(interaction, "simple-match-set")]
    if len(sets) != 2 or any(attribute(left, "match-max", "1") != "1" for left in sets[0]):
        raise errors.QTI_UNSUPPORTED(element="match-max")
    lefts, rights = sets
    most = attribute(interaction, "max-associations", "0")
    if most.isdecimal() and 0 < int(most[:9]) < len(lefts):
        body.dropped.append(f"match-interaction max-associations={most}")
    options = read_options(rights, body, is_mixed=attribute(interaction, "shuffle") == "true")
    gaps = [
        DraftGap.model_construct(id=str(n), html=read_html([left], body) or attribute(left, "identifier"), options=[])
        for n, left in enumerate(lefts, 1)
    ]
    names = {
        f"{attribute(left, 'identifier')} {attribute(right, 'identifier')}": f"{n} {option.id}"
        for n, left in enumerate(lefts, 1)
        for right, option in zip(rights, options, strict=True)
    }
    return "matching", _prompt(interaction, body), {"gaps": gaps, "options": options, "once": _is_once(rights, len(lefts), body)}, names


def _gap_match(interaction: etree._Element, body: Body) -> tuple[str, str, Values, Names]:
    texts = children(interaction, *GAP_CHOICES)
    options = read_options(texts, body, is_mixed=attribute(interaction, "shuffle") == "true")
    stem, gaps, _ = read_stem(interaction, body)
    names = {
        f"{attribute(text, 'identifier')} {gap}": f"{n} {option.id}"
        for n, gap in enumerate(gaps, 1)
        for text, option in zip(texts, options, strict=True)
    }
    listed = [DraftGap.model_construct(id=str(n), html="", options=[]) for n in range(1, len(gaps) + 1)]
    return "gapmatch", stem, {"gaps": listed, "options": options, "once": _is_once(texts, len(gaps), body)}, names


def _is_once(choices: Sequence[etree._Element], places: int, body: Body) -> bool:
    """Say whether each choice may be used once; where the item means neither that nor any number of times, that is noted in `body`."""
    most = {attribute(choice, "match-max", "1") for choice in choices}
    if not all(told == "0" or (told.isdecimal() and int(told[:9]) >= places) for told in most) and most != {"1"}:
        body.dropped.append(f"match-max {', '.join(sorted(most))}")
    return most == {"1"}


def _order(interaction: etree._Element, body: Body) -> tuple[str, str, Values, Names]:
    choices = children(interaction, "simple-choice")
    if {attribute(interaction, "min-choices"), attribute(interaction, "max-choices")} - {"", str(len(choices))}:
        raise errors.QTI_UNSUPPORTED(element="order-interaction max-choices")
    options = read_options(choices, body)
    names = {attribute(choice, "identifier"): option.id for choice, option in zip(choices, options, strict=True)}
    return "ordering", _prompt(interaction, body), {"options": options}, names


def _hot_text(interaction: etree._Element, body: Body) -> tuple[str, str, Values, Names]:
    stem, _, passages = read_stem(interaction, body)
    options = [
        DraftOption.model_construct(id=letter, html=html, fixed=False, area="")
        for letter, (_, html) in zip(LETTERS, passages, strict=False)
    ]
    if len(passages) > len(options):
        raise errors.QTI_UNSUPPORTED(element=f"{len(passages)} hottext")
    names = {identifier: option.id for (identifier, _), option in zip(passages, options, strict=True)}
    return "hottext", stem, {"options": options, "limit": limit_of(interaction, options)}, names


def _hot_spot(interaction: etree._Element, body: Body) -> tuple[str, str, Values, Names]:
    pictures = [found for found in interaction if name_of(found) in {"img", "object", "picture"}]
    source = address_of(pictures[0]) if pictures else ""
    if not source.startswith("data:"):
        raise errors.QTI_UNSUPPORTED(element=f"hotspot-interaction {source}".strip()[:80])
    choices = children(interaction, "hotspot-choice")[: len(LETTERS)]
    told = [(plain(attribute(choice, "hotspot-label") or attribute(choice, "aria-label")), _area(choice)) for choice in choices]
    options = [_option(letter, label or letter, area) for letter, (label, area) in zip(LETTERS, told, strict=False)]
    names = {attribute(choice, "identifier"): option.id for choice, option in zip(choices, options, strict=True)}
    prompt = _prompt(interaction, body)
    image = {"data": source, "alt": (attribute(pictures[0], "alt") or text_of(pictures[0]) or plain_text(prompt) or "–")[:500]}
    return "hotspot", prompt, {"options": options, "limit": limit_of(interaction, options), "image": image}, names


def _option(letter: str, html: str, area: str = "") -> DraftOption:
    return DraftOption.model_construct(id=letter, html=html, fixed=False, area=area)


def _area(choice: etree._Element) -> str:
    area = f"{attribute(choice, 'shape')} {attribute(choice, 'coords').replace(' ', '')}"
    if read_area(area) is None:
        raise errors.QTI_UNSUPPORTED(element=f"hotspot-choice {area}"[:80])
    return area
