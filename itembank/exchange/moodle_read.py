"""Moodle XML questions as drafts: multichoice, multichoiceset, truefalse, shortanswer, numerical, essay, matching, gapselect,
ddwtos, ordering and cloze; others are refused by name.

A category or a description is no item.  `idnumber` is the reference, `defaultgrade` the marks, each tag a knowledge point, general feedback
the explanation, and what is written for graders the reference answer.  Source: Moodle's documentation of its XML format, and
`question/format/xml/format.php` where that is silent.
"""

from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from core.errors import ExamError
from itembank import errors
from itembank.exchange import cloze, media, placed, qti_xml, weighted
from itembank.exchange.draft import DraftKey
from itembank.exchange.qti_xml import text_of
from itembank.exchange.report import Place, Reading, Remark
from itembank.exchange.weighted import Answer, Found

_KINDS = {"truefalse": "truefalse", "shortanswer": "text", "numerical": "numeric", "essay": "extended", "multichoiceset": "multiple"}
_PLACED = {"matching": "matching", "gapselect": "inline", "ddwtos": "gapmatch", "ordering": "ordering"}
_KINDS |= _PLACED
_NO_ITEMS = frozenset({"category", "description"})
_TRUE = frozenset({"1", "true"})
_READ = frozenset(
    {
        "name",
        "questiontext",
        "generalfeedback",
        "defaultgrade",
        "idnumber",
        "single",
        "shuffleanswers",
        "answer",
        "tags",
        "graderinfo",
        "subquestion",
    }
)
_READ |= {"selectoption", "dragbox", "gradingtype"}
_LOOKS = frozenset({"showstandardinstruction", "responsefieldlines", "unitsleft", "showunits", "showgrading"})
_PLAIN = {
    "responseformat": frozenset({"editor", "plain", "monospaced"}),
    "answernumbering": frozenset({"ABCD", "abc"}),
    "layouttype": frozenset({"VERTICAL"}),
    "selecttype": frozenset({"ALL"}),
    "numberingstyle": frozenset({"none"}),
}
"""What a setting may say that is so here anyway."""
_NOTHING = frozenset({"", "0", "0.0", "0.0000000", "false"})


def read(data: bytes) -> Iterator[Reading]:
    """Yield every question of a file, or why it stays out.

    Raises:
        ExamError: `itembank.file_unreadable`, `itembank.qti_doctype`.
    """
    root = qti_xml.parse(data)
    if root.tag != "quiz":
        raise errors.QUESTION_UNSUPPORTED(kind=str(root.tag)[:80])
    yield from weighted.readings(_questions(root))


def _questions(root: etree._Element) -> Iterator[Found | Remark]:
    for element in root.iterchildren("question"):
        kind, place = str(element.get("type", "")), Place(row=int(str(element.sourceline)))
        if kind in _NO_ITEMS:
            continue
        try:
            yield _found(element, kind, place)
        except ExamError as error:
            yield Remark(_plain(element, "idnumber")[: weighted.REF_LENGTH] or _inner(element, "name")[: weighted.REF_LENGTH], error, place)


def _found(element: etree._Element, kind: str, place: Place) -> Found:
    if kind not in {"multichoice", "cloze"} and kind not in _KINDS:
        raise errors.QUESTION_UNSUPPORTED(kind=kind[:80])
    remarks = media.embed_moodle(element)
    grade = _plain(element, "defaultgrade")
    marks = round(weighted.number(grade), 7).normalize() + 0 if grade else Decimal(1)
    if marks != round(marks, 2):
        raise errors.MARKS_PLACES(marks=f"{marks:f}")
    found = Found(
        kind=_KINDS.get(kind) or ("single" if _plain(element, "single") in {"", *_TRUE} else "multiple"),
        stem=_html(element, "questiontext"),
        place=place,
        title=_inner(element, "name"),
        id=_plain(element, "idnumber"),
        explanation=_html(element, "generalfeedback"),
        fixed=kind.startswith("multichoice") and _plain(element, "shuffleanswers") in {"0", "false"},
        scheme="all_or_nothing" if kind == "multichoiceset" else "",
        values={"marks": marks, "knowledge": [text_of(tag) for tag in element.iterfind("tags/tag")]},
        remarks=remarks,
    )
    if found.kind == "extended":
        found.values["key"] = DraftKey(reference=_html(element, "graderinfo"))
    if kind == "cloze":
        cloze.fill_in(found)
    elif kind in _PLACED:
        _place(element, kind, found)
    else:
        found.answers = _answers(element, found)
    _note(element, found)
    return found


def _place(element: etree._Element, kind: str, found: Found) -> None:
    if kind in {"matching", "ddwtos"} and _plain(element, "shuffleanswers") in {"0", "false"}:
        found.left_out.append("shuffleanswers 0")
    if kind == "matching":
        subs = [(_shown(sub), placed.plain(_inner(sub, "answer"))) for sub in element.iterfind("subquestion")]
        found.values |= placed.match(subs)
    elif kind == "ordering":
        grading = _plain(element, "gradingtype")
        found.values |= placed.order([_shown(answer) for answer in element.iterfind("answer")], by_place=grading == "ABSOLUTE_POSITION")
        if grading not in {"ABSOLUTE_POSITION", "ALL_OR_NOTHING"}:
            found.left_out.append(f"gradingtype {grading[:40]}")
    else:
        boxes = element.iterfind("selectoption" if kind == "gapselect" else "dragbox")
        words = [placed.Word(placed.plain(text_of_child(box)), _plain(box, "group") or "1", _is_again(box)) for box in boxes]
        found.values |= placed.fill(found.stem, words, inline=kind == "gapselect")
        found.left_out += ["infinite"] * (len({word.again for word in words}) > 1)


def _is_again(box: etree._Element) -> bool:
    return box.tag == "selectoption" or box.find("infinite") is not None


def _answers(element: etree._Element, found: Found) -> tuple[Answer, ...]:
    answers = list(element.iterchildren("answer"))
    if found.kind == "extended":
        return ()
    if found.kind == "truefalse":
        by_word = {text_of_child(answer).lower(): _weight(answer) for answer in answers}
        if len(answers) != 2 or set(by_word) != {"true", "false"}:
            raise errors.QUESTION_WRONG(detail="truefalse")
        return Answer("", by_word["true"]), Answer("", by_word["false"])
    if found.kind == "numeric":
        return tuple(_number(answer) for answer in answers)
    if found.kind == "text":
        return tuple(Answer(text_of_child(answer), _weight(answer)) for answer in answers)
    return tuple(Answer(_shown(answer), _weight(answer)) for answer in answers)


def _number(answer: etree._Element) -> Answer:
    text, weight = text_of_child(answer), _weight(answer)
    if text == "*" and weight == 0:
        return Answer(text, weight)
    tolerance = _plain(answer, "tolerance")
    found = weighted.number(tolerance) if tolerance else None
    if found is not None and found < 0:
        raise errors.NOT_A_NUMBER(answer=tolerance[:40])
    return Answer(f"{weighted.number(text):f}", weight, found)


def _weight(answer: etree._Element) -> Decimal:
    return weighted.number(str(answer.get("fraction", "0")))


def _note(element: etree._Element, found: Found) -> None:
    """Name what a draft has no room for: feedback, penalties, hints, units, files, and whatever else stands there."""
    for child in element:
        name, held = str(child.tag), text_of(child)
        if name not in _READ | _LOOKS and held not in _NOTHING | _PLAIN.get(name, frozenset()):
            found.left_out.append(f"{name} {held[:60]}")
    for feedback in element.iterfind("answer/feedback"):
        if held := text_of_child(feedback):
            found.left_out.append(f"feedback {held[:60]}")
    found.left_out += [f"file {file.get('name', '')}" for file in element.iter("file")]
    if any(child.get("format") == "markdown" for child in element.iter()):
        found.left_out.append("markdown")


def _plain(element: etree._Element, name: str) -> str:
    child = element.find(name)
    return text_of(child) if child is not None else ""


def _inner(element: etree._Element, name: str) -> str:
    child = element.find(name)
    return text_of_child(child) if child is not None else ""


def text_of_child(element: etree._Element) -> str:
    """Return what stands in the `text` of an element."""
    return str(element.findtext("text") or "").strip()


def _html(element: etree._Element, name: str) -> str:
    child = element.find(name)
    return _shown(child) if child is not None else ""


def _shown(element: etree._Element) -> str:
    return weighted.as_html(text_of_child(element), str(element.get("format", "html")))
