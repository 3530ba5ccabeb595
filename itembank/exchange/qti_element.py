"""Elements of QTI 3.0 as they are written."""

import re
from typing import cast

from lxml import etree
from lxml import html as parser

NS = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
XML = "http://www.w3.org/XML/1998/namespace"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def document(name: str, attributes: dict[str, str]) -> etree._Element:
    """Make the root element of a document."""
    told = {key: written(value) for key, value in attributes.items()}
    return etree.Element(f"{{{NS}}}{name}", told, nsmap=cast("dict[str, str]", {None: NS}))


def sub(parent: etree._Element, name: str, attributes: dict[str, str] | None = None, text: str = "") -> etree._Element:
    """Add an element, without the characters that XML has no place for."""
    made = etree.SubElement(parent, f"{{{NS}}}{name}", {key: written(value) for key, value in (attributes or {}).items()})
    made.text = written(text) or None
    return made


def fill(element: etree._Element, source: str) -> None:
    """Put sanitised HTML into an element."""
    fragment = parser.fragment_fromstring(source or " ", create_parent="div")
    element.text = fragment.text
    for child in list(fragment):
        element.append(child)
        for found in child.iter():
            found.tag = f"{{{NS}}}{found.tag}"


def written(text: str) -> str:
    """Return a text without the characters that XML has no place for."""
    return _NO_XML.sub("", text)
