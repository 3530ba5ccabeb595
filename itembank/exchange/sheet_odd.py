"""Cells of a workbook that a reader of values would take for empty or for text: formulas without a result, error values, merged cells.

Source: ECMA-376 part 1, 18.3.1: `c` with `t="e"`, `f` without `v`, `mergeCell`.
"""

import re
from collections.abc import Mapping

from core.errors import ExamError
from itembank.exchange import package
from itembank.exchange.qti_xml import attribute, below, parse, text_of
from itembank.exchange.sheet_errors import ERROR_VALUE, FORMULA, MERGED

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MOST_MERGED = 10_000  # rows of one range that are named


def odd_rows(data: bytes) -> Mapping[str, Mapping[int, ExamError]]:
    """Return for each sheet, by its name, the rows (from 1) that hold such a cell, and what the first of them is.

    Raises:
        ExamError: `itembank.archive_unsafe`, `itembank.file_unreadable`.
    """
    files = dict(package.entries(data, ".xml")) | dict(package.entries(data, ".rels"))
    names = _sheets(files)
    return {name: _odd_in(files[path]) for name, path in names.items() if path in files}


def _sheets(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the name of each sheet with the path of its file."""
    book, links = files.get("xl/workbook.xml"), files.get("xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        return {}
    targets = {str(link.get("Id")): str(link.get("Target", "")) for link in below(parse(links), "Relationship")}
    found = {}
    for sheet in below(parse(book), "sheet"):
        target = targets.get(next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), ""), "")
        found[attribute(sheet, "name")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return found


def _odd_in(xml: bytes) -> dict[int, ExamError]:
    if b"<f" not in xml and b't="e"' not in xml and b"mergeCell" not in xml and b"t='e'" not in xml:
        return {}
    root = parse(xml)
    odd: dict[int, ExamError] = {}
    for cell in below(root, "c"):
        place = _CELL.fullmatch(attribute(cell, "r"))
        if place is None:
            continue
        values = list(below(cell, "v", "is"))
        if attribute(cell, "t") == "e":
            odd.setdefault(int(place[2]), ERROR_VALUE(cell=place[0], value=text_of(values[0])[:20] if values else "–"))
        elif any(True for _ in below(cell, "f")) and not (values and text_of(values[0])):
            odd.setdefault(int(place[2]), FORMULA(cell=place[0]))
    for merged in below(root, "merge-cell"):
        ends = _CELL.findall(attribute(merged, "ref"))
        if len(ends) == 2 and ends[0] != ends[1]:
            for row in range(int(ends[0][1]), min(int(ends[1][1]), int(ends[0][1]) + _MOST_MERGED) + 1):
                odd.setdefault(row, MERGED(cells=attribute(merged, "ref")[:40]))
    return odd
