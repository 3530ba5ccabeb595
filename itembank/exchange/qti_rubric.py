"""What a QTI item says to whoever scores it, and to whoever has answered it: rubrics, and feedback that is always shown."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeGuard

from lxml import etree

from itembank.exchange.draft import RubricCriterion, RubricLevel
from itembank.exchange.qti_body import CRITERION, EXPLAINED, Body, read_html
from itembank.exchange.qti_rules import decimal
from itembank.exchange.qti_xml import attribute, below, children, text_of


def scorer_rubrics(element: etree._Element) -> list[etree._Element]:
    """Return the rubrics below an element that are meant for whoever scores."""
    return [block for block in below(element, "rubric-block") if "scorer" in attribute(block, "view", "scorer").split()]


def read_rubric(element: etree._Element) -> dict[str, Any]:
    """Return `rubric` and `reference` as the rubrics below an element have them."""
    criteria, texts = [], []
    for block in scorer_rubrics(element):
        criterion = _criterion(block) if attribute(block, "class") == CRITERION else None
        if criterion:
            criteria.append(criterion)
        else:
            texts.append(read_html([block], Body()))
    return {"rubric": criteria, "reference": texts[0] if len(texts) == 1 else "".join(f"<p>{text}</p>" for text in texts)}


def read_explanation(root: etree._Element, ending: str, body: Body) -> str:
    """Return the modal feedback that is shown whatever is answered: its outcome is so from the start, and no rule sets it."""
    found = [feedback for feedback in children(root, "modal-feedback") if _is_shown(root, feedback, f"FEEDBACK{ending}")]
    return "".join(read_html([feedback], body) for feedback in found)


def other_feedback(root: etree._Element, endings: list[str]) -> Iterator[str]:
    """Name the modal feedback that is no explanation."""
    for feedback in children(root, "modal-feedback"):
        if not any(_is_shown(root, feedback, f"FEEDBACK{ending}") for ending in endings):
            yield f"modal-feedback {attribute(feedback, 'identifier')}"


def _is_shown(root: etree._Element, feedback: etree._Element, outcome: str) -> bool:
    if attribute(feedback, "outcome-identifier") != outcome or attribute(feedback, "identifier") != EXPLAINED:
        return False
    begins = [
        text_of(value)
        for declaration in children(root, "outcome-declaration")
        if attribute(declaration, "identifier") == outcome
        for value in below(declaration, "value")
    ]
    changes = below(root, "set-outcome-value", "lookup-outcome-value")
    return begins == [EXPLAINED] and not any(attribute(rule, "identifier") == outcome for rule in changes)


def _is_mark(mark: Decimal | None) -> TypeGuard[Decimal]:
    return mark is not None and 0 <= mark <= 1000 and mark == round(mark, 2)


def _criterion(block: etree._Element) -> RubricCriterion | None:
    title = next(("".join(map(str, found.itertext())) for found in below(block, "p")), "")
    marks = [decimal(text_of(found)) for found in below(block, "dt")]
    texts = ["".join(map(str, found.itertext())) for found in below(block, "dd")]
    if len(marks) < 2 or len(marks) != len(texts) or not 0 < len(attribute(block, "label")) <= 32:
        return None
    levels = [RubricLevel.model_construct(marks=mark, text=text) for mark, text in zip(marks, texts, strict=True) if _is_mark(mark)]
    if len(levels) < len(marks):
        return None
    return RubricCriterion.model_construct(id=attribute(block, "label"), title=title, levels=levels)
