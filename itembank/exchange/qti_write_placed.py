"""Gaps, pairs, orders, passages and spots as QTI 3.0 interactions with their declarations."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from lxml import etree

from itembank.exchange.draft import Draft, DraftOption
from itembank.exchange.qti_element import fill, sub
from itembank.kinds.declaration import MARKER
from itembank.sanitising import plain_text

KINDS = frozenset({"inline", "gapmatch", "matching", "ordering", "hottext", "hotspot"})
RESPONSE = "RESPONSE"
_SLOT = re.compile(r"\[\[([0-9A-Z]+)\]\]")


def declare(root: etree._Element, draft: Draft) -> None:
    """Write the response declarations: one, or for inline choices one a gap."""
    if draft.kind == "inline":
        for gap in draft.gaps:
            prefix = f"{gap.id} "
            right = [pair.removeprefix(prefix) for pair in draft.key.correct if pair.startswith(prefix)]
            worths = {option.id: worth for option in gap.options if (worth := _worths(draft).get(prefix + option.id))}
            _declare(root, f"{RESPONSE}_{gap.id}", ("single", "identifier"), right, worths if is_mapped(draft) else {}, None)
        return
    shape = ("ordered" if draft.kind == "ordering" else "multiple", "directedPair" if draft.gaps else "identifier")
    names = {value: _pair(draft, value) for value in (*draft.key.correct, *_worths(draft))}
    worths = {names[value]: worth for value, worth in _worths(draft).items()} if is_mapped(draft) else {}
    bounds = (draft.key.floor or Decimal(0), draft.marks if draft.key.ceiling is None else draft.key.ceiling)
    _declare(root, RESPONSE, shape, [names[value] for value in draft.key.correct], worths, bounds)


def is_mapped(draft: Draft) -> bool:
    """Say whether values earn one by one; of an order QTI cannot say that."""
    return draft.key.scheme != "all_or_nothing" and draft.kind != "ordering" and bool(draft.key.correct)


def ask(body: etree._Element, draft: Draft) -> None:
    """Write the interaction."""
    _WRITERS[draft.kind](body, draft)


def process(root: etree._Element, draft: Draft) -> None:
    """Write the response processing."""
    processing = sub(root, "qti-response-processing")
    names = [f"{RESPONSE}_{gap.id}" for gap in draft.gaps] if draft.kind == "inline" else [RESPONSE]
    if is_mapped(draft):
        setting = sub(processing, "qti-set-outcome-value", {"identifier": "SCORE"})
        total = sub(setting, "qti-sum") if len(names) > 1 else setting
        for name in names:
            sub(total, "qti-map-response", {"identifier": name})
        return
    branch = sub(sub(processing, "qti-response-condition"), "qti-response-if")
    together = sub(branch, "qti-and") if len(names) > 1 else branch
    for name in names:
        match = sub(together, "qti-match")
        sub(match, "qti-variable", {"identifier": name})
        sub(match, "qti-correct", {"identifier": name})
    setting = sub(branch, "qti-set-outcome-value", {"identifier": "SCORE"})
    sub(setting, "qti-base-value", {"base-type": "float"}).text = f"{draft.marks:f}"


def _declare(
    root: etree._Element,
    name: str,
    shape: tuple[str, str],
    right: list[str],
    worths: Mapping[str, Decimal],
    bounds: tuple[Decimal, Decimal] | None,
) -> None:
    declaration = sub(root, "qti-response-declaration", {"identifier": name, "cardinality": shape[0], "base-type": shape[1]})
    if right:
        correct = sub(declaration, "qti-correct-response")
        for value in right:
            sub(correct, "qti-value").text = value
    if worths:
        limits = {"lower-bound": f"{bounds[0]:f}", "upper-bound": f"{bounds[1]:f}"} if bounds else {}
        mapping = sub(declaration, "qti-mapping", {**limits, "default-value": "0"})
        for value, worth in worths.items():
            sub(mapping, "qti-map-entry", {"map-key": value, "mapped-value": f"{worth:f}"})


def _worths(draft: Draft) -> dict[str, Decimal]:
    """Return what each value earns or costs, so that added up it is what the key gives."""
    if draft.key.scheme == "mapped":
        return draft.key.worths
    share = round(draft.marks / max(len(draft.key.correct), 1), 6).normalize() + 0
    worths = dict.fromkeys(draft.key.correct, share)
    if not draft.gaps and draft.kind != "ordering":
        cost = share if draft.key.scheme == "per_option" else draft.marks
        worths |= {option.id: -cost for option in draft.options if option.id not in worths}
    return worths


def _pair(draft: Draft, value: str) -> str:
    gap, blank, option = value.partition(" ")
    if not blank or not draft.gaps:
        return value
    return f"G{gap} {option}" if draft.kind == "matching" else f"{option} G{gap}"


def _inline(body: etree._Element, draft: Draft) -> None:
    def write(slot: etree._Element, name: str) -> None:
        slot.tag = f"{slot.tag.rpartition('}')[0]}}}qti-inline-choice-interaction"
        slot.set("response-identifier", f"{RESPONSE}_{name}")
        slot.set("shuffle", "false")
        for option in next(gap for gap in draft.gaps if gap.id == name).options:
            fill(sub(slot, "qti-inline-choice", {"identifier": option.id}), option.html)

    _slotted(body, draft.stem, write)


def _gap_match(body: etree._Element, draft: Draft) -> None:
    shuffle = str(not all(option.fixed for option in draft.options)).lower()
    interaction = sub(body, "qti-gap-match-interaction", {"response-identifier": RESPONSE, "shuffle": shuffle})
    for option in draft.options:
        fill(sub(interaction, "qti-gap-text", _associable(draft, option)), option.html)

    def write(slot: etree._Element, name: str) -> None:
        slot.tag = f"{slot.tag.rpartition('}')[0]}}}qti-gap"
        slot.set("identifier", f"G{name}")

    _slotted(interaction, draft.stem, write)


def _match(body: etree._Element, draft: Draft) -> None:
    told = {"response-identifier": RESPONSE, "max-associations": str(len(draft.gaps))}
    interaction = sub(body, "qti-match-interaction", told | {"shuffle": str(not all(option.fixed for option in draft.options)).lower()})
    fill(sub(interaction, "qti-prompt"), draft.stem)
    lefts, rights = sub(interaction, "qti-simple-match-set"), sub(interaction, "qti-simple-match-set")
    for gap in draft.gaps:
        fill(sub(lefts, "qti-simple-associable-choice", {"identifier": f"G{gap.id}", "match-max": "1"}), gap.html)
    for option in draft.options:
        fill(sub(rights, "qti-simple-associable-choice", _associable(draft, option)), option.html)


def _associable(draft: Draft, option: DraftOption) -> dict[str, str]:
    return {"identifier": option.id, "match-max": "1" if draft.once else "0"} | ({"fixed": "true"} if option.fixed else {})


def _order(body: etree._Element, draft: Draft) -> None:
    interaction = sub(body, "qti-order-interaction", {"response-identifier": RESPONSE, "shuffle": "true"})
    fill(sub(interaction, "qti-prompt"), draft.stem)
    for option in draft.options:
        fixed = {"fixed": "true"} if option.fixed else {}
        fill(sub(interaction, "qti-simple-choice", {"identifier": option.id} | fixed), option.html)


def _hot_text(body: etree._Element, draft: Draft) -> None:
    interaction = sub(body, "qti-hottext-interaction", {"response-identifier": RESPONSE, "max-choices": str(draft.limit)})

    def write(slot: etree._Element, name: str) -> None:
        slot.tag = f"{slot.tag.rpartition('}')[0]}}}qti-hottext"
        slot.set("identifier", name)
        fill(slot, next(option.html for option in draft.options if option.id == name))

    _slotted(interaction, draft.stem, write)


def _hot_spot(body: etree._Element, draft: Draft) -> None:
    assert draft.image is not None
    interaction = sub(body, "qti-hotspot-interaction", {"response-identifier": RESPONSE, "max-choices": str(draft.limit)})
    fill(sub(interaction, "qti-prompt"), draft.stem)
    size = {"width": str(draft.image.width), "height": str(draft.image.height)}
    sub(interaction, "img", {"src": draft.image.data, "alt": draft.image.alt} | size)
    for option in draft.options:
        shape, _, coords = option.area.partition(" ")
        told = {"identifier": option.id, "shape": shape, "coords": coords, "hotspot-label": plain_text(option.html)}
        sub(interaction, "qti-hotspot-choice", told)


def _slotted(parent: etree._Element, stem: str, write: Callable[[etree._Element, str], None]) -> None:
    """Put a stem into an element, and let each of its markers be written over."""
    block = sub(parent, "div")
    fill(block, MARKER.sub(lambda found: f"<span>{found[0]}</span>", stem))
    for span in list(block.iter(f"{block.tag.rpartition('}')[0]}}}span")):
        found = _SLOT.fullmatch(span.text or "")
        if found and len(span) == 0:
            span.text = None
            write(span, found[1])


_WRITERS: dict[str, Callable[[etree._Element, Draft], None]] = {
    "inline": _inline,
    "gapmatch": _gap_match,
    "matching": _match,
    "ordering": _order,
    "hottext": _hot_text,
    "hotspot": _hot_spot,
}
