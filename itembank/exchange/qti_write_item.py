"""One draft as a QTI 3.0 item; a case is an item with a block for its text, one for each exhibit and one for each part.

The text of a case stands in the body, and not in a file of its own beside the item: every engine shows a body.  An explanation is
modal feedback that is shown whatever was answered.
"""

from lxml import etree

from itembank.exchange.draft import Draft
from itembank.exchange.qti_body import EXHIBIT, EXPLAINED, PART, STEM, STIMULUS
from itembank.exchange.qti_element import XML, document, fill, sub
from itembank.exchange.qti_write_body import ask
from itembank.exchange.qti_write_scoring import Slot, add_up, declare, outcome_of, process


def write_item(draft: Draft) -> etree._Element:
    """Return the item."""
    root = document("qti-assessment-item", {"identifier": draft.ref, "title": draft.title, "adaptive": "false", "time-dependent": "false"})
    root.set(f"{{{XML}}}lang", draft.language)
    is_case = draft.kind == "case"
    slots = [Slot(part, f"_{n}") for n, part in enumerate(draft.parts, 1)] if is_case else [Slot(draft)]
    for slot in slots:
        declare(root, slot)
    _outcomes(root, draft, slots)
    body = sub(root, "qti-item-body")
    if is_case:
        _case(body, draft, slots)
    else:
        ask(body, slots[0])
    _process(root, slots, is_case=is_case)
    for slot in _explained(draft, slots):
        _explain(root, slot)
    return root


def _outcomes(root: etree._Element, draft: Draft, slots: list[Slot]) -> None:
    if draft.kind == "case":
        outcome_of(root, "SCORE", "0")
        outcome_of(root, "MAXSCORE", f"{draft.marks:f}")
    for slot in slots:
        outcome_of(root, slot.score, "0", {"external-scored": "human"} if slot.asked.kind == "extended" else {})
        outcome_of(root, f"MAX{slot.score}", f"{slot.asked.marks:f}")
    for slot in _explained(draft, slots):
        outcome_of(root, f"FEEDBACK{slot.ending}", EXPLAINED, {"base-type": "identifier"})


def _case(body: etree._Element, draft: Draft, slots: list[Slot]) -> None:
    for look, html in ((STEM, draft.stem), (STIMULUS, draft.stimulus)):
        if html:
            fill(sub(body, "div", {"class": look}), html)
    for exhibit in draft.exhibits:
        block = sub(body, "div", {"class": EXHIBIT})
        sub(block, "h3", text=exhibit.title)
        fill(sub(block, "div"), exhibit.html)
    for slot in slots:
        ask(sub(body, "div", {"class": PART}), slot)


def _process(root: etree._Element, slots: list[Slot], *, is_case: bool) -> None:
    processing = sub(root, "qti-response-processing")
    for slot in slots:
        process(processing, slot)
    if is_case:
        add_up(processing, slots)
    elif len(processing) == 0:
        root.remove(processing)


def _explained(draft: Draft, slots: list[Slot]) -> list[Slot]:
    """Return everything that has an explanation: the questions, and a case as a whole."""
    everything = [Slot(draft), *slots] if draft.kind == "case" else slots
    return [slot for slot in everything if slot.asked.explanation]


def _explain(root: etree._Element, slot: Slot) -> None:
    told = {"outcome-identifier": f"FEEDBACK{slot.ending}", "identifier": EXPLAINED, "show-hide": "show"}
    fill(sub(sub(root, "qti-modal-feedback", told), "qti-content-body"), slot.asked.explanation)
