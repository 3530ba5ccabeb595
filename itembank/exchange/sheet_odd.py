"""What a workbook shows that a reader of values does not see: cells that hold nothing to read, and what is lost beside the values.

Rows with formulas without a result, error values and merged cells are refused.  Named as left out are looks that mean something (raised or
struck text, per cents), pictures laid over the sheet, comments; what is hidden is read, and said to be hidden.

Source: ECMA-376 part 1, 18.3.1 `c`, `row`, `mergeCell`, 18.2.19 `sheet`, 18.4.8 `si`, 18.8 styles, 18.7 comments; 20.5.2 anchors.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath

from lxml import etree

from core.errors import ExamError, Words
from itembank.exchange import package
from itembank.exchange.qti_xml import attribute, below, children, each, name_of, parse, text_of
from itembank.exchange.sheet_errors import COMMENTS, ERROR_VALUE, FORMULA, HIDDEN_ROWS, HIDDEN_SHEET, LOOKS, MERGED, PICTURES
from itembank.exchange.sheet_looks import Looks, looks_of

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_NUMBER = re.compile(r"[0-9]{1,7}")
_SIGNS = (b"<f", b't="e"', b"t='e'", b"mergeCell", b"hidden=", b"inlineStr")
_MOST_MERGED = 10_000  # rows of one range that are named
_HIDDEN = frozenset({"hidden", "veryHidden"})
_SHOWN = frozenset({"", "0", "false"})
_NAMED = 20  # cells or rows that one note names

Cell = tuple[int, int]
"""A row from 1, and a column from 0."""


@dataclass
class Oddities:
    """Of one sheet: rows to refuse, and why; by what is lost the cells that lose it; rows that are hidden, and whether all is."""

    refused: dict[int, ExamError] = field(default_factory=dict)
    looks: dict[Words, list[Cell]] = field(default_factory=dict)
    pictures: list[Cell] = field(default_factory=list)
    comments: list[Cell] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    is_hidden: bool = False

    def told(self, sheet: str, below: int, columns: Mapping[int, str]) -> Iterator[ExamError]:
        """Yield what is lost of a sheet and what is hidden: of looks below a row and in these columns alone, for nothing else is read."""
        if self.is_hidden:
            yield HIDDEN_SHEET(sheet=sheet)
        if rows := [str(row) for row in self.hidden_rows if row > below]:
            yield HIDDEN_ROWS(sheet=sheet, rows=_listed(rows))
        for look, cells in self.looks.items():
            if read := [cell for cell in cells if cell[0] > below and cell[1] in columns]:
                yield LOOKS(sheet=sheet, what=look, cells=_called(read))
        if self.pictures:
            yield PICTURES(sheet=sheet, cells=_called(self.pictures))
        if comments := [cell for cell in self.comments if cell[0] > below]:
            yield COMMENTS(sheet=sheet, cells=_called(comments))


def odd_in(data: bytes) -> Mapping[str, Oddities]:
    """Return what is odd in each sheet, by its name.

    Raises:
        ExamError: `itembank.archive_unsafe`, `itembank.file_unreadable`.
    """
    files = package.Entries(data, "")
    looks = looks_of(files)
    found: dict[str, Oddities] = {}
    for path, name, is_hidden in _sheets(files):
        odd = found[name] = Oddities(is_hidden=is_hidden)
        xml = files.get(path, b"")
        if looks or any(sign in xml for sign in _SIGNS):
            _look_through(xml, looks, odd)
        for link in _linked(files, path):
            _note_laid_over(files, link, odd)
    return found


def _sheets(files: Mapping[str, bytes]) -> Iterator[tuple[str, str, bool]]:
    """Yield the path of each sheet's file, the sheet's name, and whether it is hidden."""
    links = files.get("xl/_rels/workbook.xml.rels")
    if links is None or "xl/workbook.xml" not in files:
        return
    targets = {str(link.get("Id")): str(link.get("Target", "")) for link in below(parse(links), "Relationship")}
    for sheet in below(parse(files["xl/workbook.xml"]), "sheet"):
        target = targets.get(next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), ""), "")
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        yield path, attribute(sheet, "name"), attribute(sheet, "state") in _HIDDEN


def _linked(files: Mapping[str, bytes], path: str) -> Iterator[str]:
    """Yield the paths of the files that belong to a sheet."""
    links = files.get(f"{dirname(path)}/_rels/{path.rpartition('/')[2]}.rels")
    for link in below(parse(links), "Relationship") if links else ():
        target = str(link.get("Target", ""))
        yield target.removeprefix("/") if target.startswith("/") else normpath(join(dirname(path), target))


def _note_laid_over(files: Mapping[str, bytes], path: str, odd: Oddities) -> None:
    name = path.rpartition("/")[2]
    if path not in files or not path.endswith(".xml"):
        return
    if name.startswith("comments"):
        odd.comments += [cell for one in each(files[path], "comment") if (cell := _cell(attribute(one, "ref")))]
    elif name.startswith("drawing"):
        for anchor in each(files[path], "oneCellAnchor", "twoCellAnchor", "absoluteAnchor"):
            row, column = (next((_number(text_of(found)) for found in below(anchor, name)), 0) for name in ("row", "col"))
            if any(True for _ in below(anchor, "pic")):
                odd.pictures.append((row + 1, column))


def _look_through(xml: bytes, looks: Looks, odd: Oddities) -> None:
    for found in each(xml, "c", "mergeCell", "row"):
        name = name_of(found)
        if name == "c":
            _note_cell(found, looks, odd)
        elif name == "merge-cell":
            _note_merged(attribute(found, "ref"), odd.refused)
        elif attribute(found, "hidden") not in _SHOWN:
            odd.hidden_rows.append(_number(attribute(found, "r")))


def _note_cell(cell: etree._Element, looks: Looks, odd: Oddities) -> None:
    called = attribute(cell, "r")
    place = _cell(called)
    if place is None:
        return
    values = list(below(cell, "v", "is"))
    formulas = children(cell, "f")
    if attribute(cell, "t") == "e":
        odd.refused.setdefault(place[0], ERROR_VALUE(cell=called, value=text_of(values[0])[:20] if values else "–"))
    elif formulas and "DISPIMG(" in text_of(formulas[0]).upper():
        odd.pictures.append(place)
    elif formulas and not (values and text_of(values[0])):
        odd.refused.setdefault(place[0], FORMULA(cell=called))
    elif values:
        for look in looks.of(cell, values[0]):
            odd.looks.setdefault(look, []).append(place)


def _note_merged(cells: str, odd: dict[int, ExamError]) -> None:
    ends = _CELL.findall(cells)
    if len(ends) == 2 and ends[0] != ends[1]:
        for row in range(int(ends[0][1]), min(int(ends[1][1]), int(ends[0][1]) + _MOST_MERGED) + 1):
            odd.setdefault(row, MERGED(cells=cells[:40]))


def _number(text: str) -> int:
    """Return the number of a row or a column; 0 for what is none."""
    return int(text) if _NUMBER.fullmatch(text) else 0


def _cell(called: str) -> Cell | None:
    found = _CELL.fullmatch(called)
    if found is None:
        return None
    column = sum((ord(letter) - 64) * 26**power for power, letter in enumerate(reversed(found[1])))
    return int(found[2]), column - 1


def column_called(column: int) -> str:
    """Return the letters of a column from 0."""
    return (column_called(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def _called(cells: list[Cell]) -> str:
    return _listed([f"{column_called(column)}{row}" for row, column in cells])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" … ({len(names)})" if len(names) > _NAMED else "")
