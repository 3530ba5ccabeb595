"""Cells of a workbook that a reader of values would take for empty or for text: formulas without a result, error values, merged cells.

Source: ECMA-376 part 1, 18.3.1: `c` with `t="e"`, `f` without `v`, `mergeCell`.
"""

import re
from collections.abc import Mapping

from lxml import etree

from core.errors import ExamError
from itembank.exchange import package
from itembank.exchange.qti_xml import attribute, below, each, name_of, parse, text_of
from itembank.exchange.sheet_errors import ERROR_VALUE, FORMULA, MERGED

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SIGNS = (b"<f", b't="e"', b"t='e'", b"mergeCell")
_MOST_MERGED = 10_000  # rows of one range that are named


def odd_rows(data: bytes) -> Mapping[str, Mapping[int, ExamError]]:
    """Return for each sheet, by its name, the rows (from 1) that hold such a cell, and what the first of them is.

    Raises:
        ExamError: `itembank.archive_unsafe`, `itembank.file_unreadable`.
    """
    names = _sheets(data)
    found: dict[str, dict[int, ExamError]] = {}
    for path, xml in package.entries(data, ".xml"):
        if path in names and any(sign in xml for sign in _SIGNS):
            found[names[path]] = _odd_in(xml)
    return found


def _sheets(data: bytes) -> dict[str, str]:
    """Return the path of each sheet's file with the sheet's name."""
    book = next((xml for path, xml in package.entries(data, "xl/workbook.xml") if path == "xl/workbook.xml"), None)
    links = next((xml for _, xml in package.entries(data, "xl/_rels/workbook.xml.rels")), None)
    if book is None or links is None:
        return {}
    targets = {str(link.get("Id")): str(link.get("Target", "")) for link in below(parse(links), "Relationship")}
    found = {}
    for sheet in below(parse(book), "sheet"):
        target = targets.get(next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), ""), "")
        found[target.removeprefix("/") if target.startswith("/") else f"xl/{target}"] = attribute(sheet, "name")
    return found


def _odd_in(xml: bytes) -> dict[int, ExamError]:
    odd: dict[int, ExamError] = {}
    for found in each(xml, "c", "mergeCell"):
        if name_of(found) == "c":
            _note_cell(found, odd)
        else:
            _note_merged(attribute(found, "ref"), odd)
    return odd


def _note_cell(cell: etree._Element, odd: dict[int, ExamError]) -> None:
    place = _CELL.fullmatch(attribute(cell, "r"))
    if place is None:
        return
    values = list(below(cell, "v", "is"))
    if attribute(cell, "t") == "e":
        odd.setdefault(int(place[2]), ERROR_VALUE(cell=place[0], value=text_of(values[0])[:20] if values else "–"))
    elif any(True for _ in below(cell, "f")) and not (values and text_of(values[0])):
        odd.setdefault(int(place[2]), FORMULA(cell=place[0]))


def _note_merged(cells: str, odd: dict[int, ExamError]) -> None:
    ends = _CELL.findall(cells)
    if len(ends) == 2 and ends[0] != ends[1]:
        for row in range(int(ends[0][1]), min(int(ends[1][1]), int(ends[0][1]) + _MOST_MERGED) + 1):
            odd.setdefault(row, MERGED(cells=cells[:40]))
