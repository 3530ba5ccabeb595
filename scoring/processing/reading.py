"""Reading: XML to a small tree of nodes in which the 2.x and the 3.0 spelling are one.

`mapResponse` and `qti-map-response`, `baseType` and `base-type` become `mapresponse` and `basetype`: names are compared by `plain`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from scoring.processing.errors import ATTRIBUTE_BAD, TOO_LARGE, XML_BAD, XML_UNSAFE, ProcessingError

LARGEST_ITEM = 8 * 1024 * 1024
"""Bytes of XML."""
_ON_OWN_LINES = re.compile(r"\s*\n\s*\S.*\n\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Node:
    """An element: its plain name, its spelling in the source, attributes by plain name, the text of a leaf, its element children."""

    name: str
    spelling: str
    attributes: dict[str, str]
    text: str
    children: tuple["Node", ...]

    def find(self, name: str) -> "Node | None":
        """Return the first child of that plain name."""
        return next(self.named(name), None)

    def named(self, *names: str) -> Iterator["Node"]:
        """Yield the children of these plain names in document order."""
        return (child for child in self.children if child.name in names)

    def below(self, name: str) -> Iterator["Node"]:
        """Yield all descendants of that plain name in document order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.below(name)

    def get(self, attribute: str, default: str = "") -> str:
        """Return an attribute without surrounding white space, or the default."""
        return self.attributes.get(plain(attribute), default).strip()

    def require(self, attribute: str) -> str:
        """Return an attribute.

        Raises:
            ProcessingError: when it is missing or empty.
        """
        value = self.get(attribute)
        if not value:
            raise self.wrong(attribute)
        return value

    def flag(self, attribute: str, *, default: bool) -> bool:
        """Return a boolean attribute."""
        value = self.get(attribute)
        if value in ("true", "1", "false", "0"):
            return value in ("true", "1")
        if value:
            raise self.wrong(attribute)
        return default

    def wrong(self, attribute: str) -> ProcessingError:
        """Return the error that says which attribute of this element is wrong."""
        return ProcessingError(ATTRIBUTE_BAD, element=self.spelling, attribute=attribute)


def plain(name: str) -> str:
    """Return the name that the 2.x and the 3.0 spelling share."""
    return name.removeprefix("qti-").replace("-", "").lower()


def read(xml: bytes) -> Node:
    """Parse XML without entities, DTD or network into nodes.

    Raises:
        ProcessingError: as `parse`.
    """
    return node_of(parse(xml))


def parse(xml: bytes) -> etree._Element:
    """Parse XML without entities, DTD or network; comments and processing instructions are gone.

    Raises:
        ProcessingError: when it is not well-formed, too large, or has a DOCTYPE.
    """
    if len(xml) > LARGEST_ITEM:
        raise ProcessingError(TOO_LARGE, detail=f"{len(xml)} bytes")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(xml.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ProcessingError(XML_BAD, detail=str(error)[:200]) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ProcessingError(XML_UNSAFE)
    return root


def node_of(element: etree._Element) -> Node:
    """Return an element and all that is in it as nodes."""
    spelling = etree.QName(element).localname
    children = tuple(node_of(child) for child in element if isinstance(child.tag, str))
    attributes = {plain(etree.QName(name).localname): str(value) for name, value in element.attrib.items()}
    return Node(plain(spelling), spelling, attributes, _text(element), children)


def _text(element: etree._Element) -> str:
    """Return the text of a leaf; where it stands on lines of its own, for looks, without the white space around it."""
    text = "" if len(element) else element.text or ""
    return text.strip() if _ON_OWN_LINES.fullmatch(text) else text
