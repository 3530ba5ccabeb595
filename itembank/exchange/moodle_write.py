"""Drafts as Moodle XML, with the same weights as GIFT."""

from collections.abc import Iterable
from decimal import Decimal

from lxml import etree

from itembank.exchange import gift_write, media, placed
from itembank.exchange.draft import Draft
from itembank.exchange.gift_write import truth, weights
from itembank.kinds.catalogue import CHOICES
from itembank.sanitising import plain_text

KINDS = gift_write.KINDS | {"inline", "gapmatch", "ordering"}
_TYPES = {"single": "multichoice", "multiple": "multichoice", "text": "shortanswer", "numeric": "numerical", "extended": "essay"}
_TYPES |= {"inline": "gapselect", "gapmatch": "ddwtos"}


def write(drafts: Iterable[Draft]) -> bytes:
    """Return a file of all drafts, each of a kind of `KINDS`."""
    quiz = etree.Element("quiz")
    for draft in drafts:
        _question(quiz, draft)
    etree.indent(quiz)
    return etree.tostring(quiz, encoding="UTF-8", xml_declaration=True) + b"\n"


def _question(quiz: etree._Element, draft: Draft) -> None:
    question = etree.SubElement(quiz, "question", type=_TYPES.get(draft.kind, draft.kind))
    _text(etree.SubElement(question, "name"), draft.title.strip())
    stem, words = placed.words_of(draft) if draft.kind in {"inline", "gapmatch"} else (draft.stem, [])
    _html(question, "questiontext", stem)
    _html(question, "generalfeedback", draft.explanation)
    _plain(question, "defaultgrade", f"{draft.marks:f}")
    _plain(question, "penalty", "0")
    _plain(question, "hidden", "0")
    _plain(question, "idnumber", draft.ref)
    if draft.kind in {"single", "multiple"}:
        _plain(question, "single", "true" if draft.kind == "single" else "false")
        _plain(question, "shuffleanswers", "false" if all(option.fixed for option in draft.options) else "true")
        _plain(question, "answernumbering", "ABCD")
    if draft.kind == "extended":
        _plain(question, "responseformat", "editor")
        _html(question, "graderinfo", draft.key.reference)
    _answers(question, draft)
    _places(question, draft, words)
    media.take_out_moodle(question)
    if draft.knowledge:
        tags = etree.SubElement(question, "tags")
        for path in draft.knowledge:
            _text(etree.SubElement(tags, "tag"), path)


def _places(question: etree._Element, draft: Draft, words: list[placed.Word]) -> None:
    for word in words:
        box = etree.SubElement(question, "selectoption" if draft.kind == "inline" else "dragbox")
        _text(box, plain_text(word.html))
        _plain(box, "group", word.group)
        if draft.kind == "gapmatch" and word.again:
            etree.SubElement(box, "infinite")
    if draft.kind == "matching":
        right = dict(pair.split(" ", 1) for pair in draft.key.correct)
        texts = {option.id: plain_text(option.html) for option in draft.options}
        lefts = [(gap.html, right.get(gap.id, "")) for gap in draft.gaps]
        for left, option in [*lefts, *(("", option) for option in texts if option not in right.values())]:
            sub = etree.SubElement(question, "subquestion", format="html")
            _text(sub, left.strip())
            _text(etree.SubElement(sub, "answer"), texts.get(option, ""))
    if draft.kind == "ordering":
        texts = {option.id: option.html for option in draft.options}
        for option in draft.key.correct:
            answer = _answer(question, Decimal(1))
            answer.set("format", "html")
            _text(answer, texts[option].strip())
        _plain(question, "gradingtype", "ABSOLUTE_POSITION" if draft.key.scheme == "per_option" else "ALL_OR_NOTHING")


def _answers(question: etree._Element, draft: Draft) -> None:
    if draft.kind == "truefalse":
        for word in (True, False):
            _text(_answer(question, Decimal(100 * (truth(draft) is word))), str(word).lower())
    elif draft.kind in CHOICES:
        for option, weight in zip(draft.options, weights(draft), strict=True):
            answer = _answer(question, weight)
            answer.set("format", "html")
            _text(answer, option.html.strip())
    elif draft.kind in {"text", "numeric"}:
        for right in draft.key.correct:
            answer = _answer(question, Decimal(100))
            _text(answer, right.strip().replace("*", "\\*") if draft.kind == "text" else f"{Decimal(right):f}")
            if draft.key.tolerance is not None:
                _plain(answer, "tolerance", f"{draft.key.tolerance:f}")
    if draft.kind == "text":
        _plain(question, "usecase", "0")


def _answer(question: etree._Element, weight: Decimal) -> etree._Element:
    return etree.SubElement(question, "answer", fraction=f"{weight:f}")


def _html(parent: etree._Element, name: str, source: str) -> None:
    _text(etree.SubElement(parent, name, format="html"), source.strip())


def _text(parent: etree._Element, text: str) -> None:
    etree.SubElement(parent, "text").text = text


def _plain(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text
