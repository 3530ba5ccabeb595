"""Sanitised HTML as nested nodes for the template of the archive: texts, and `{"tag", "children"}`; a table has `columns` and `cells`."""

from collections.abc import Iterator, Sequence
from typing import Any

from lxml import html as lxml_html
from lxml.html import HtmlElement

_WIDEST, _HIGHEST = 440, 640  # pt of a picture
_BLOCKS = frozenset({"p", "div", "h3", "h4", "h5", "blockquote", "pre", "figure", "figcaption", "dl", "dt", "dd", "caption"})

Tree = dict[str, Any]


def paragraph(text: str) -> Tree:
    """Return a paragraph of plain text."""
    return {"tag": "p", "children": [text]}


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> Tree:
    """Return a table of plain texts; `right` says which columns stand at the right."""
    cells = [
        {"across": 1, "down": 1, "head": n == 0, "right": at_right, "children": [text]}
        for n, row in enumerate([head, *rows])
        for text, at_right in zip(row, right, strict=True)
    ]
    return {"tag": "table", "columns": len(head), "cells": cells, "children": []}


def tree(html: str) -> list[Any]:
    """Return sanitised HTML as nested nodes for the template: texts, and `{"tag", "children"}`; a table has `columns` and `cells`."""
    if not html:
        return []
    return list(_children(lxml_html.fragment_fromstring(html, create_parent="div")))


def _children(element: HtmlElement) -> Iterator[Any]:
    if element.text:
        yield element.text
    for child in element:
        yield from _node(child)
        if child.tail:
            yield child.tail


def _node(element: HtmlElement) -> Iterator[Any]:
    tag = str(element.tag)
    if tag == "table":
        yield _table(element)
    elif tag in {"ul", "ol"}:
        yield {"tag": tag, "children": [{"tag": "li", "children": list(_children(item))} for item in element.findall("li")]}
    elif tag == "img":
        told = {name: element.get(name, "") for name in ("src", "alt", "width", "height")}
        yield print_picture(told["src"], told["alt"], int(told["width"]), int(told["height"]))
    elif tag == "br":
        yield {"tag": "br", "children": []}
    else:
        yield {"tag": "p" if tag in _BLOCKS else tag, "children": list(_children(element))}


def print_picture(address: str, alt: str, width: int, height: int) -> Tree:
    """Return a picture of so many pixels (a pixel is 0.75 pt) at the size, in pt, at which it fits a page."""
    scale = min(0.75, _WIDEST / width, _HIGHEST / height)
    return {
        "tag": "img",
        "address": address,
        "alt": alt,
        "width": round(width * scale, 1),
        "height": round(height * scale, 1),
        "children": [],
    }


def _table(element: HtmlElement) -> Tree:
    rows = [[cell for cell in row if cell.tag in {"td", "th"}] for row in element.iter("tr")]
    cells = [
        {
            "across": int(cell.get("colspan", "1")),
            "down": int(cell.get("rowspan", "1")),
            "head": cell.tag == "th",
            "right": "num" in cell.get("class", "").split(),
            "children": list(_children(cell)),
        }
        for row in rows
        for cell in row
    ]
    columns = max((sum(int(cell.get("colspan", "1")) for cell in row) for row in rows), default=1)
    return {"tag": "table", "columns": columns, "cells": cells, "children": []}
