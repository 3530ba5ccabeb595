"""What stands in a QTI item and no reader uses, by name: attributes that ask something, parts beside the body, looks of the text.

Passed over without a word is what says nothing to a candidate or a scorer: identifiers, schema locations, the names of tools, the language
of a passage, how much room an answer gets and in which direction choices run.
"""

from collections.abc import Iterator

from lxml import etree

from itembank.exchange.qti_body import CRITERION, EXHIBIT, PART, STEM, STIMULUS
from itembank.exchange.qti_xml import children, kebab, name_of
from itembank.sanitising import CLASSES

_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
_PARTS = frozenset(
    {
        "response-declaration",
        "outcome-declaration",
        "template-declaration",
        "template-processing",
        "item-body",
        "stimulus-body",
        "response-processing",
        "modal-feedback",
        "assessment-stimulus-ref",
    }
)
"""Children of an item that are read, or named elsewhere."""
_NAMED_ELSEWHERE = frozenset(
    {"feedback-block", "feedback-inline", "rubric-block", "catalog-info", "companion-materials-info", "stylesheet"}
)
_NAMED_ELSEWHERE |= {"audio", "video", "source", "track"}
_SILENT = frozenset({"id", "label", "lang", "orientation", "expected-length", "expected-lines", "tool-name", "tool-version"})
_HTML = frozenset({"colspan", "rowspan", "span", "scope", "start", "class"})
_PICTURE = frozenset({"src", "data", "alt", "width", "height", "type"})
_CHOICE = frozenset({"identifier", "fixed", "match-max"})
_ASKED = frozenset({"response-identifier", "shuffle", "max-choices", "max-associations"})
_USED = {
    "assessment-item": frozenset({"identifier", "title", "adaptive"}),
    "assessment-stimulus": frozenset({"identifier", "title"}),
    "gap": frozenset({"identifier"}),
    "hottext": frozenset({"identifier"}),
    "hotspot-choice": frozenset({"identifier", "shape", "coords", "hotspot-label", "aria-label"}),
    **dict.fromkeys(("simple-choice", "inline-choice", "gap-text", "gap-img", "simple-associable-choice"), _CHOICE),
    **dict.fromkeys(("img", "object", "picture"), _PICTURE),
}
_PLAIN = {
    "time-dependent": "false",
    "required": "false",
    "match-min": "0",
    "min-choices": "0",
    "min-associations": "0",
    "min-strings": "0",
    "max-strings": "1",
    "format": "plain",
    "base": "10",
    "show-hide": "show",
}
"""What an attribute may say that is so here anyway."""
_KEPT_CLASSES = CLASSES | {CRITERION, EXHIBIT, PART, STEM, STIMULUS}


def unread(root: etree._Element) -> Iterator[str]:
    """Yield the name of all that an item, or a shared text, holds in vain; what only looks is one name for all of it."""
    looks: list[str] = []
    yield from _attributes(root, looks)
    for child in root:
        name = name_of(child)
        if name in {"item-body", "stimulus-body"}:
            yield from _below(child, looks)
        elif name == "response-declaration" and children(child, "default-value"):
            yield f"default-value {child.get('identifier', '')}"
        elif name not in _PARTS:
            yield f"{name} {child.get('href', '')}".strip()
    if looks:
        yield ", ".join(sorted(dict.fromkeys(looks)))[:200]


def _below(element: etree._Element, looks: list[str]) -> Iterator[str]:
    for child in element:
        if isinstance(child.tag, str):
            yield from _attributes(child, looks)
            if name_of(child) not in _NAMED_ELSEWHERE:
                yield from _below(child, looks)


def _attributes(element: etree._Element, looks: list[str]) -> Iterator[str]:
    name = name_of(element)
    if name in _NAMED_ELSEWHERE:
        return
    is_asked = name in _USED or name.endswith("-interaction")
    used = _USED.get(name, _ASKED if is_asked else _HTML)
    for key, value in element.attrib.items():
        namespace, _, local = str(key).rpartition("}")
        told = kebab(local)
        if told == "class":
            looks += [f"class {one}" for one in str(value).split() if one not in _KEPT_CLASSES]
        elif told in used | _SILENT or _PLAIN.get(told) == value or namespace == f"{{{_SCHEMA}":
            continue
        elif is_asked:
            yield f"{name} {told}={value!s}"[:120]
        else:
            looks.append(f"{name} {told}")
