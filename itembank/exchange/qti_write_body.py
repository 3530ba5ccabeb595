"""Questions as the body of a QTI 3.0 item: each kind's interactions, the rubric of whoever scores it."""

import re
from collections.abc import Callable, Sequence

from lxml import etree

from itembank.exchange.draft import DraftOption, RubricCriterion
from itembank.exchange.qti_body import CRITERION
from itembank.exchange.qti_element import NS, fill, sub
from itembank.exchange.qti_write_scoring import Slot
from itembank.kinds.declaration import MARKER
from itembank.sanitising import plain_text

_SLOT = re.compile(r"\[\[([0-9A-Z]+)\]\]")


def ask(body: etree._Element, slot: Slot) -> None:
    """Write the interactions of a question, and its rubric."""
    _WRITERS[slot.asked.kind](body, slot)
    key = slot.asked.key
    if key.reference:
        fill(_rubric(body, {}), key.reference)
    for criterion in key.rubric:
        _criterion(_rubric(body, {"class": CRITERION, "label": criterion.id}), criterion)


def _rubric(body: etree._Element, attributes: dict[str, str]) -> etree._Element:
    return sub(sub(body, "qti-rubric-block", {"use": "scoring", "view": "scorer"} | attributes), "qti-content-body")


def _criterion(content: etree._Element, criterion: RubricCriterion) -> None:
    sub(content, "p", text=criterion.title)
    levels = sub(content, "dl")
    for level in criterion.levels:
        sub(levels, "dt", text=f"{level.marks:f}")
        sub(levels, "dd", text=level.text)


def _interaction(body: etree._Element, slot: Slot, name: str, attributes: dict[str, str]) -> etree._Element:
    """Add an interaction that begins with the stem."""
    added = sub(body, f"qti-{name}-interaction", {"response-identifier": slot.response} | attributes)
    fill(sub(added, "qti-prompt"), slot.asked.stem)
    return added


def _is_shuffled(options: Sequence[DraftOption]) -> str:
    return str(not all(option.fixed for option in options)).lower()


def _identified(option: DraftOption) -> dict[str, str]:
    return {"identifier": option.id} | ({"fixed": "true"} if option.fixed else {})


def _associable(option: DraftOption, slot: Slot) -> dict[str, str]:
    return {"identifier": option.id, "match-max": "1" if slot.asked.once else "0"} | ({"fixed": "true"} if option.fixed else {})


def _extended(body: etree._Element, slot: Slot) -> None:
    _interaction(body, slot, "extended-text", {})


def _choice(body: etree._Element, slot: Slot) -> None:
    asked = slot.asked
    most = str(asked.limit) if asked.kind == "multiple" else "1"
    choice = _interaction(body, slot, "choice", {"max-choices": most, "shuffle": _is_shuffled(asked.options)})
    for option in asked.options:
        fill(sub(choice, "qti-simple-choice", _identified(option)), option.html)


def _entry(body: etree._Element, slot: Slot) -> None:
    """Write a text entry where the stem has a blank, else in a paragraph of its own behind it; of a quantity the units there too."""
    asked, block = slot.asked, sub(body, "div")
    fill(block, asked.stem)
    blank = next((span for span in block.iter(f"{{{NS}}}span") if span.get("class") == "blank"), None)
    behind = sub(body, "p") if blank is None or asked.kind == "quantity" else None
    if blank is None:
        assert behind is not None
        blank = sub(behind, "span")
    blank.attrib.clear()
    blank.tag, blank.text = f"{{{NS}}}qti-text-entry-interaction", None
    blank.set("response-identifier", slot.response)
    if behind is not None and asked.kind == "quantity":
        units = sub(behind, "qti-inline-choice-interaction", {"response-identifier": slot.unit, "shuffle": "false"})
        for option in asked.options:
            fill(sub(units, "qti-inline-choice", {"identifier": option.id}), option.html)


def _inline(body: etree._Element, slot: Slot) -> None:
    def write(place: etree._Element, name: str) -> None:
        place.tag = f"{{{NS}}}qti-inline-choice-interaction"
        place.set("response-identifier", f"{slot.response}_{name}")
        place.set("shuffle", "false")
        for option in next(gap for gap in slot.asked.gaps if gap.id == name).options:
            fill(sub(place, "qti-inline-choice", {"identifier": option.id}), option.html)

    _slotted(body, slot.asked.stem, write)


def _gap_match(body: etree._Element, slot: Slot) -> None:
    asked = slot.asked
    told = {"response-identifier": slot.response, "shuffle": _is_shuffled(asked.options)}
    interaction = sub(body, "qti-gap-match-interaction", told)
    for option in asked.options:
        fill(sub(interaction, "qti-gap-text", _associable(option, slot)), option.html)

    def write(place: etree._Element, name: str) -> None:
        place.tag = f"{{{NS}}}qti-gap"
        place.set("identifier", f"G{name}")

    _slotted(interaction, asked.stem, write)


def _match(body: etree._Element, slot: Slot) -> None:
    asked = slot.asked
    interaction = _interaction(body, slot, "match", {"max-associations": str(len(asked.gaps)), "shuffle": _is_shuffled(asked.options)})
    lefts, rights = sub(interaction, "qti-simple-match-set"), sub(interaction, "qti-simple-match-set")
    for gap in asked.gaps:
        fill(sub(lefts, "qti-simple-associable-choice", {"identifier": f"G{gap.id}", "match-max": "1"}), gap.html)
    for option in asked.options:
        fill(sub(rights, "qti-simple-associable-choice", _associable(option, slot)), option.html)


def _order(body: etree._Element, slot: Slot) -> None:
    interaction = _interaction(body, slot, "order", {"shuffle": "true"})
    for option in slot.asked.options:
        fill(sub(interaction, "qti-simple-choice", _identified(option)), option.html)


def _hot_text(body: etree._Element, slot: Slot) -> None:
    asked = slot.asked
    interaction = sub(body, "qti-hottext-interaction", {"response-identifier": slot.response, "max-choices": str(asked.limit)})

    def write(place: etree._Element, name: str) -> None:
        place.tag = f"{{{NS}}}qti-hottext"
        place.set("identifier", name)
        fill(place, next(option.html for option in asked.options if option.id == name))

    _slotted(interaction, asked.stem, write)


def _hot_spot(body: etree._Element, slot: Slot) -> None:
    asked = slot.asked
    assert asked.image is not None
    interaction = _interaction(body, slot, "hotspot", {"max-choices": str(asked.limit)})
    size = {"width": str(asked.image.width), "height": str(asked.image.height)}
    sub(interaction, "img", {"src": asked.image.data, "alt": asked.image.alt} | size)
    for option in asked.options:
        shape, _, coords = option.area.partition(" ")
        told = {"identifier": option.id, "shape": shape, "coords": coords, "hotspot-label": plain_text(option.html)}
        sub(interaction, "qti-hotspot-choice", told)


def _slotted(parent: etree._Element, stem: str, write: Callable[[etree._Element, str], None]) -> None:
    """Put a stem into an element, and let each of its markers be written over."""
    block = sub(parent, "div")
    fill(block, MARKER.sub(lambda found: f"<span>{found[0]}</span>", stem))
    for span in list(block.iter(f"{{{NS}}}span")):
        found = _SLOT.fullmatch(span.text or "")
        if found and len(span) == 0:
            span.text = None
            write(span, found[1])


_WRITERS: dict[str, Callable[[etree._Element, Slot], None]] = {
    "single": _choice,
    "multiple": _choice,
    "truefalse": _choice,
    "numeric": _entry,
    "quantity": _entry,
    "text": _entry,
    "extended": _extended,
    "inline": _inline,
    "gapmatch": _gap_match,
    "matching": _match,
    "ordering": _order,
    "hottext": _hot_text,
    "hotspot": _hot_spot,
}
KINDS = frozenset(_WRITERS)
"""The kinds that QTI has interactions for."""
