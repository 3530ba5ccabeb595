"""Elements of QTI 3.0 as they are written."""

from lxml import etree
from lxml import html as parser

NS = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"


def sub(parent: etree._Element, name: str, attributes: dict[str, str] | None = None) -> etree._Element:
    """Add an element."""
    return etree.SubElement(parent, f"{{{NS}}}{name}", attributes or {})


def fill(element: etree._Element, source: str) -> None:
    """Put sanitised HTML into an element."""
    fragment = parser.fragment_fromstring(source or " ", create_parent="div")
    element.text = fragment.text
    for child in list(fragment):
        element.append(child)
        for found in child.iter():
            found.tag = f"{{{NS}}}{found.tag}"
