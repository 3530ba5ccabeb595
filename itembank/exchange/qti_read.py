"""QTI 2.1, 2.2 and 3.0: items with choices, text entries and extended texts, one by one or in a package.

An item with several of these interactions becomes a case with a part for each.  Everything else is refused by the name of the
element.  Feedback never goes in: it may tell the answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from lxml import etree
from pydantic import ValidationError

from core.errors import ExamError
from core.faults import faults_of
from itembank import errors
from itembank.exchange import package, qti_xml
from itembank.exchange.draft import Draft
from itembank.exchange.qti_body import INLINE, Body, read_body, read_html
from itembank.exchange.qti_key import Question, read_gaps, read_question
from itembank.exchange.qti_scoring import full_marks
from itembank.exchange.qti_xml import attribute, children, name_of
from itembank.exchange.report import Place, Read, Reading, Remark
from itembank.sanitising import plain_text

REF_LENGTH = 64
_REFUSED = ("template-declaration", "template-processing", "template-block", "assessment-stimulus-ref")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass
class _Item:
    """What reading one item gathers: its reference, its place, its notes."""

    ref: str
    place: Place
    notes: list[Remark] = field(default_factory=list)

    def note(self, error: ExamError) -> None:
        self.notes.append(Remark(self.ref, error, self.place))


def read(data: bytes, name: str) -> Iterator[Reading]:
    """Yield the item in an XML file, or every item of a package; what is none, or cannot be carried, is refused.

    Raises:
        ExamError: `itembank.archive_unsafe`.
    """
    if not package.is_zip(data):
        yield _read_one(data, Place(file=name))
        return
    for entry, xml in package.entries(data, ".xml"):
        if entry.rsplit("/", 1)[-1] != "imsmanifest.xml":
            yield _read_one(xml, Place(file=f"{name}/{entry}"))


def _read_one(data: bytes, place: Place) -> Reading:
    ref = ""
    try:
        root = qti_xml.parse(data)
        ref = _ref(attribute(root, "identifier"))
        item = _Item(ref, place)
        draft = _draft(root, item)
    except ExamError as error:
        return Remark(ref, error, place)
    return Read(draft, place, tuple(item.notes))


def _draft(root: etree._Element, item: _Item) -> Draft:
    if name_of(root) != "assessment-item":
        raise errors.QTI_NOT_ITEM(element=name_of(root))
    if attribute(root, "adaptive") == "true":
        raise errors.QTI_UNSUPPORTED(element="adaptive")
    for element in children(root, *_REFUSED):
        raise errors.QTI_UNSUPPORTED(element=name_of(element))
    bodies = children(root, "item-body")
    body = read_body(bodies[0]) if bodies else Body()
    if not body.interactions:
        raise errors.QTI_NO_INTERACTION()
    if all(name_of(interaction) == INLINE for interaction in body.interactions):
        stated = full_marks(root)
        if bare := re.fullmatch(r"\s*<div>((?:(?!</?div[\s>]).)*)</div>\s*", body.html, re.DOTALL):
            body.html = bare[1]
        questions = [read_gaps(root, body.interactions, body, "", stated if stated and stated == round(stated, 2) else None)]
    else:
        questions = [read_question(root, interaction, body) for interaction in body.interactions]
    reference = "".join(f"<p>{html}</p>" for html in _scorer_rubrics(root))
    values = _alone(root, item, body, questions[0], reference) if len(questions) == 1 else _case(root, body, questions, item)
    title = attribute(root, "title")[:200]
    values |= {"ref": item.ref, "title": title, "language": _language(root, item, str(values))}
    _note(item, body, questions)
    try:
        return Draft(**values)
    except ValidationError as error:
        first = faults_of(error)[0]
        raise errors.FIELD_WRONG(field=first.field, detail=first.reason) from error


def _alone(root: etree._Element, item: _Item, body: Body, question: Question, reference: str) -> dict[str, Any]:
    before = body.html.strip()
    prompt = question.prompt
    stem = before + (f"<p>{prompt}</p>" if before and prompt and not prompt.startswith("<") else prompt)
    if not plain_text(stem):
        stem = attribute(root, "title")
        item.note(errors.QTI_STEM_FROM_TITLE())
    key = question.key
    if question.kind == "extended" and reference:
        key = key.model_copy(update={"reference": key.reference + reference, "lacks": ""})
    return {"kind": question.kind, "stem": stem, "options": question.options, "key": key, "marks": question.marks, **question.extra}


def _case(root: etree._Element, body: Body, questions: list[Question], item: _Item) -> dict[str, Any]:
    share = _share(root, len(questions))
    if share is None and full_marks(root) is not None:
        item.note(errors.QTI_REDUCED(detail="MAXSCORE"))
    parts = []
    for n, question in enumerate(questions, 1):
        stem = f"({n}) {question.prompt}".strip()
        marks = share or question.marks
        asked = {"kind": question.kind, "stem": stem, "options": question.options, "key": question.key, "marks": marks}
        parts.append(asked | question.extra)
    return {"kind": "case", "stimulus": body.html.strip(), "parts": parts, "marks": sum(part["marks"] for part in parts)}


def _share(root: etree._Element, parts: int) -> Decimal | None:
    """Return the marks of each part when the item's marks part evenly, to the hundredth."""
    total = full_marks(root)
    if not total or total <= 0:
        return None
    share = round(total / parts, 2).normalize() + 0
    return share if share * parts == total else None


def _note(item: _Item, body: Body, questions: list[Question]) -> None:
    for question in questions:
        if question.reduced:
            item.note(errors.QTI_REDUCED(detail=question.reduced))
        if question.key.lacks:
            item.note(errors.QTI_NO_KEY())
    for dropped in dict.fromkeys(body.dropped):
        item.note(errors.QTI_DROPPED(what=dropped))


def _scorer_rubrics(root: etree._Element) -> list[str]:
    blocks = [block for block in qti_xml.below(root, "rubric-block") if "scorer" in attribute(block, "view", "scorer")]
    return [read_html([block], Body()) for block in blocks]


def _language(root: etree._Element, item: _Item, told: str) -> str:
    lang = str(root.get(_LANG) or "").lower()
    if lang.startswith(("en", "zh")):
        return lang[:2]
    if lang:
        item.note(errors.QTI_DROPPED(what=f"xml:lang {lang}"))
    return "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in told) else "en"


def _ref(identifier: str) -> str:
    """Return the identifier, shortened with a digest when it is longer than a reference may be."""
    if len(identifier) <= REF_LENGTH:
        return identifier
    return f"{identifier[: REF_LENGTH - 11]}~{sha256(identifier.encode()).hexdigest()[:10]}"
