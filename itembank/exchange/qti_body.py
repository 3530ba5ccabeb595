"""The body of a QTI item as HTML, interactions taken out of it; what cannot be carried is named."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from lxml import etree

from itembank import errors
from itembank.exchange.qti_xml import address_of, attribute, children, is_picture, name_of, text_of
from itembank.sanitising import TAGS

TEXT_ENTRY = "text-entry-interaction"
CHOICE = "choice-interaction"
EXTENDED = "extended-text-interaction"
INLINE = "inline-choice-interaction"
INTERACTIONS = frozenset({TEXT_ENTRY, CHOICE, EXTENDED, INLINE, "match-interaction", "order-interaction"})
INTERACTIONS |= {"gap-match-interaction", "hottext-interaction", "hotspot-interaction"}
GAP_CHOICES = ("gap-text", "gap-img")
BLANK = '<span class="blank">____</span>'
STEM, STIMULUS, EXHIBIT, PART = "case-stem", "case-stimulus", "case-exhibit", "case-part"
"""Classes of the blocks that the body of a case is made of."""
CRITERION = "criterion"
"""Class of a rubric that is one criterion: its title, and a list of marks and what they are given for."""
EXPLAINED = "EXPLANATION"
"""Identifier of the feedback that is shown whatever was answered."""
_MEDIA = frozenset({"img", "object", "audio", "video", "source", "track"})
_SILENT = frozenset({"feedback-block", "feedback-inline", "rubric-block", "stylesheet", "catalog-info", "companion-materials-info"})
_UNWRAPPED = frozenset(
    {
        "item-body",
        "prompt",
        "content-body",
        "stimulus-body",
        "a",
        "font",
        "address",
        "article",
        "section",
        "header",
        "footer",
        "aside",
        "label",
        "bdo",
        "picture",
    }
)
_RENAMED = {
    **dict.fromkeys(("h1", "h2"), "h3"),
    **dict.fromkeys(("tt", "kbd", "samp"), "code"),
    **dict.fromkeys(("var", "cite", "dfn"), "i"),
    **dict.fromkeys(("big", "bdi"), "span"),
}
_VOID = frozenset({"br", "hr", "col"})
_KEPT = ("colspan", "rowspan", "span", "scope", "start", "class")
_WRAPPED = re.compile(r"\s*<div>((?:(?!</?div[\s>]).)*)</div>\s*", re.DOTALL)


@dataclass
class Body:
    """What was found: the HTML around the interactions, the interactions in order, what was left out; gaps, and passages."""

    html: str = ""
    interactions: list[etree._Element] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    passages: list[tuple[str, str]] = field(default_factory=list)


def read_body(element: etree._Element, together: frozenset[str] = frozenset()) -> Body:
    """Return the body of an item, or of a part of a case.

    A text entry leaves a blank where it stood (numbered when there are several interactions), but for one that has a paragraph of its own
    at the end; so do the responses that are one question `together`, the first of them.  Feedback and rubrics, which may tell the answer,
    are left out.

    Raises:
        ExamError: `itembank.qti_unsupported`, naming the element.
    """
    body = Body()
    body.html = _inside(element, body)
    responses = {attribute(interaction, "response-identifier") for interaction in body.interactions}
    count = len(body.interactions)
    if body.interactions and all(name_of(interaction) == INLINE for interaction in body.interactions):
        for n in range(1, count + 1):
            body.html = body.html.replace(_mark(n), f"[[{n}]]")
    elif count > 1 and responses != together:
        for n in range(1, count + 1):
            body.html = body.html.replace(_mark(n), f" ({n}) {BLANK} " if _is_inline(body.interactions[n - 1]) else f"<p>({n})</p>")
        return body
    else:
        body.html = re.sub(rf"<p>(?:\s*{_ANY_MARK})+\s*</p>\s*$", "", body.html)
        body.html = body.html.replace(_mark(1), BLANK if body.interactions and _is_inline(body.interactions[0]) else "")
        body.html = re.sub(_ANY_MARK, "", body.html)
    if body.interactions and _is_inline(body.interactions[0]) and (bare := _WRAPPED.fullmatch(body.html)):
        body.html = bare[1]
    return body


def blocks_of(element: etree._Element) -> dict[str, list[etree._Element]]:
    """Return the blocks of a body that is made as a case, by their classes; empty where it is made otherwise."""
    found: dict[str, list[etree._Element]] = {}
    for child in element:
        look = attribute(child, "class")
        if name_of(child) != "div" or look not in {STEM, STIMULUS, EXHIBIT, PART}:
            return {}
        found.setdefault(look, []).append(child)
    return found if PART in found else {}


def read_stem(interaction: etree._Element, body: Body) -> tuple[str, list[str], list[tuple[str, str]]]:
    """Return the prompt and the text inside an interaction, with markers for its gaps or passages; the gaps; the passages as HTML."""
    found = Body()
    prompt = "".join(f"<p>{_inside(element, found)}</p>" for element in children(interaction, "prompt"))
    blocks = [child for child in interaction if name_of(child) not in {"prompt", *GAP_CHOICES}]
    bare = len(blocks) == 1 and name_of(blocks[0]) == "div"
    rest = [_inside(child, found) if bare else _outside(child, found) for child in blocks]
    if found.interactions:
        raise errors.QTI_UNSUPPORTED(element=name_of(found.interactions[0]))
    body.dropped += found.dropped
    return (prompt + "".join(rest)).strip(), found.gaps, found.passages


def read_html(elements: Iterable[etree._Element], body: Body) -> str:
    """Return the inside of elements that hold no interaction (a prompt, an option) as HTML; what is left out is noted in `body`."""
    found = Body()
    html = "".join(_inside(element, found) for element in elements).strip()
    if found.interactions:
        raise errors.QTI_UNSUPPORTED(element=name_of(found.interactions[0]))
    body.dropped += found.dropped
    return html


def _is_inline(interaction: etree._Element) -> bool:
    return name_of(interaction) in {TEXT_ENTRY, INLINE}


def _mark(n: int) -> str:
    return f"\U0010f802{n}\U0010f802"


_ANY_MARK = "\U0010f802[0-9]+\U0010f802"


def _inside(element: etree._Element, body: Body) -> str:
    pieces = [escape(element.text or "", quote=False)]
    for child in element:
        pieces += [_outside(child, body), escape(child.tail or "", quote=False)]
    return "".join(pieces)


def _outside(element: etree._Element, body: Body) -> str:
    if element.tag is etree.Entity:
        raise errors.QTI_UNSUPPORTED(element=str(element.text))
    name = name_of(element)
    if name in INTERACTIONS:
        body.interactions.append(element)
        return _mark(len(body.interactions))
    if name in {"gap", "hottext"}:
        return _marked(element, name, body)
    if name in _UNWRAPPED or (name == "rubric-block" and "candidate" in attribute(element, "view").split()):
        return _inside(element, body)
    if name in _MEDIA | _SILENT:
        return _picture(element) if is_picture(element) else _left_out(element, name, body)
    tag = _RENAMED.get(name, name)
    if tag not in TAGS:
        raise errors.QTI_UNSUPPORTED(element=name)
    if tag in _VOID:
        return f"<{tag}>"
    return f"<{tag}{_spans(element)}>{_inside(element, body)}</{tag}>"


def _marked(element: etree._Element, name: str, body: Body) -> str:
    identifier = attribute(element, "identifier")
    if name == "gap":
        body.gaps.append(identifier)
        return f"[[{len(body.gaps)}]]"
    body.passages.append((identifier, _inside(element, body)))
    return f"[[{chr(64 + len(body.passages))}]]"


def _picture(element: etree._Element) -> str:
    """Return the tag of a picture, or its description where no `data:` address could be put into it (`itembank.exchange.media`)."""
    alt, address = escape(attribute(element, "alt") or text_of(element)), address_of(element)
    if not address.startswith("data:"):
        return alt
    size = "".join(f' {name}="{escape(attribute(element, name))}"' for name in ("width", "height") if attribute(element, name))
    return f'<img src="{escape(address)}" alt="{alt}"{size}>'


def _left_out(element: etree._Element, name: str, body: Body) -> str:
    if not (name == "rubric-block" and "scorer" in attribute(element, "view")):
        body.dropped.append(f"{name} {address_of(element)}".strip())
    return escape(attribute(element, "alt"), quote=False) if name in _MEDIA else ""


def _spans(element: etree._Element) -> str:
    kept = [(name, attribute(element, name)) for name in _KEPT]
    return "".join(f' {name}="{escape(value)}"' for name, value in kept if value)
