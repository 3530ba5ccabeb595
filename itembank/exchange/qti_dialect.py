"""What differs between the versions of QTI that are written: all is made as QTI 3.0, and spelt as 2.2 or 2.1 where that is asked for.

Source: 1EdTech QTI 2.1, 2.2 and 3.0, assessment, section, test and item information model, with their content packaging.
"""

import re
from dataclasses import dataclass
from typing import cast

from lxml import etree

from itembank.exchange.qti_element import NS

_HYPHEN = re.compile(r"-([a-z0-9])")
_DATA = re.compile(r"data:([^;,]+)")
_WRAPPERS = frozenset({"qti-content-body"})  # 2.2 has their content in its place


@dataclass(frozen=True)
class Dialect:
    """One version of QTI: namespaces of its documents and of its manifest, what the manifest calls it, the ending of resource types.

    `lacks` are attributes that later versions added.
    """

    documents: str
    manifest: str
    schema: str
    version: str
    ending: str
    is_renamed: bool
    lacks: frozenset[str] = frozenset()

    def type_of(self, what: str) -> str:
        """Return the resource type of an `item` or a `test`."""
        return f"imsqti_{what}_xml{self.ending}"


QTI3 = Dialect(NS, "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "QTI Package", "3.0.0", "v3p0", is_renamed=False)
QTI22 = Dialect(
    "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "http://www.imsglobal.org/xsd/imscp_v1p1",
    "QTIv2.2 Package",
    "1.0.0",
    "v2p2",
    is_renamed=True,
)
QTI21 = Dialect(
    "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "http://www.imsglobal.org/xsd/imscp_v1p1",
    "QTIv2.1 Package",
    "1.0.0",
    "v2p1",
    is_renamed=True,
    lacks=frozenset({"externalScored", "use"}),
)


def spell(root: etree._Element, dialect: Dialect) -> etree._Element:
    """Return a document made as QTI 3.0 in the names of a version."""
    return _respelt(root, None, dialect) if dialect.is_renamed else root


def camel(name: str) -> str:
    """Return a name of QTI 3.0 as 2.x spells it: `qti-map-response` is `mapResponse`."""
    return _HYPHEN.sub(lambda found: found[1].upper(), name.removeprefix("qti-"))


def _respelt(element: etree._Element, parent: etree._Element | None, dialect: Dialect) -> etree._Element:
    name = etree.QName(element).localname
    told = {str(key): str(value) for key, value in element.attrib.items()}
    text = element.text
    if name.startswith("qti-"):
        spelt = {key if key.startswith("{") else camel(key): value for key, value in told.items()}
        told = {key: value for key, value in spelt.items() if key not in dialect.lacks}
    elif name == "img" and etree.QName(cast("etree._Element", element.getparent())).localname == "qti-hotspot-interaction":
        name, text, told = "object", told["alt"], _object(told)
    tag = f"{{{dialect.documents}}}{camel(name) if name.startswith('qti-') else name}"
    if parent is None:
        made = etree.Element(tag, told, nsmap=cast("dict[str, str]", {None: dialect.documents}))
    else:
        made = etree.SubElement(parent, tag, told)
    made.text, made.tail = text, element.tail
    for child in element:
        if etree.QName(child).localname in _WRAPPERS:
            made.text = child.text
            for inner in child:
                _respelt(inner, made, dialect)
        else:
            _respelt(child, made, dialect)
    return made


def _object(told: dict[str, str]) -> dict[str, str]:
    """Return the attributes of a picture as those of an object, which is how 2.x puts one under hot spots."""
    found = _DATA.match(told["src"])
    kind = found[1] if found else f"image/{'png' if told['src'].endswith('.png') else 'jpeg'}"
    return {"data": told["src"], "type": kind, "width": told["width"], "height": told["height"]}
