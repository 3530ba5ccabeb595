"""QTI as XML, read with care, in one spelling: `choiceInteraction` of 2.x and `qti-choice-interaction` of 3.0 are `choice-interaction`."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from core.errors import ExamError, Words
from itembank import errors

_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")


_DOCTYPE = b"<!DOCTYPE"
_CAREFUL: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def parse(data: bytes) -> etree._Element:
    """Return the root element; comments and processing instructions are gone.

    Raises:
        ExamError: `itembank.file_unreadable`, `itembank.qti_doctype`.
    """
    try:
        root = etree.fromstring(data, etree.XMLParser(**_CAREFUL))
    except (etree.XMLSyntaxError, ValueError) as error:
        if _DOCTYPE in data.replace(b"\0", b""):  # what it declares may be why the rest cannot be read
            raise errors.QTI_DOCTYPE() from error
        raise _unreadable(error) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise errors.QTI_DOCTYPE()
    return root


def each(data: bytes, *names: str) -> Iterator[etree._Element]:
    """Yield the elements of these names, of any namespace, one after another; each is gone when the next one is asked for.

    Raises:
        ExamError: as `parse`.
    """
    if _DOCTYPE in data.replace(b"\0", b""):
        raise errors.QTI_DOCTYPE()
    reader = etree.iterparse(BytesIO(data), events=("end",), tag=[f"{{*}}{name}" for name in names], **_CAREFUL)
    try:
        for _, element in reader:
            yield element
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> ExamError:
    """Return why XML cannot be read: the parser's own limits in our words, what else is wrong in its."""
    told = str(error)
    if "depth" in told:
        return errors.FILE_UNREADABLE(detail=Words("XML 的嵌套过深", "its XML is nested too deeply"))
    if "HUGE" in told:
        return errors.FILE_UNREADABLE(detail=Words("XML 中有过长的文字", "its XML holds a text that is too long"))
    return errors.FILE_UNREADABLE(detail=told)


def name_of(element: etree._Element) -> str:
    """Return the element's name in the one spelling, without namespace."""
    return kebab(_local(element.tag))


def _local(name: object) -> str:
    """Return a name without its namespace; one whose prefix stands for none is kept as it is."""
    return str(name).rpartition("}")[2]


def kebab(name: str) -> str:
    """Return a name in the one spelling."""
    return _CAMEL.sub(lambda match: f"-{match[1].lower()}", name.removeprefix("qti-"))


def attribute(element: etree._Element, name: str, default: str = "") -> str:
    """Return an attribute named in the one spelling."""
    for key, value in element.attrib.items():
        if kebab(_local(key)) == name:
            return str(value)
    return default


def below(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield every element of these names below an element, in document order."""
    return (found for found in element.iterdescendants() if found.tag is not etree.Entity and name_of(found) in names)


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """Return the children of these names."""
    return [child for child in element if name_of(child) in names]


def text_of(element: etree._Element) -> str:
    """Return the text in an element, white space folded."""
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def is_picture(element: etree._Element) -> bool:
    """Say whether an element shows a picture: `img`, or an `object` that says so."""
    name = name_of(element)
    return name == "img" or (name == "object" and attribute(element, "type").startswith("image/"))


def address_of(element: etree._Element) -> str:
    """Return where the picture, or another medium, of an element is."""
    return attribute(element, "src") or attribute(element, "data")
