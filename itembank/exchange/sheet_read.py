"""Sheets as Chinese exam offices keep them: a row a question, rows with the same 材料编号 one case."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from core.errors import ExamError
from itembank import errors
from itembank.exchange import package
from itembank.exchange import sheet_cells as cells_of
from itembank.exchange.draft import Draft, DraftPart
from itembank.exchange.report import Place, Read, Reading, Refusal, Remark
from itembank.exchange.sheet_asked import Faults, at_column, read_part
from itembank.exchange.sheet_cells import Cells, heading
from itembank.exchange.sheet_columns import EXAMPLE_SHEET, HELP_SHEET, REQUIRED, find_column
from itembank.exchange.sheet_errors import COLUMN_UNKNOWN, MERGED, SHEET_PASSED
from itembank.exchange.sheet_odd import Oddities, column_called, odd_in
from itembank.sanitising import from_plain

MAX_ROWS = 100_000
MAX_COLUMNS = 256
_HEADING_ROWS = 20  # rows from the top among which the headings are looked for
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_COUNT = re.compile(rb"""\b(?:uniqueCount|count)\s*=\s*["']([^"'<]*)["'](?=[^<>]*>)""")
_LIST = r"[;；\n|]"
_NAMES = r"[;；,，、\n|]"
_ASKED = ("kind", "stem", "options", "gaps", "once", "limit", "key", "explanation")


@dataclass
class _Group:
    """The rows of one case: the first row's cells, the parts, and what went wrong."""

    ref: str
    place: Place
    first: dict[str, str]
    parts: list[DraftPart] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    wrong_rows: list[int] = field(default_factory=list)
    knowledge: list[str] = field(default_factory=list)


def read(data: bytes) -> Iterator[Reading]:
    """Yield every item of every sheet with the template's headings but its examples', and every wrong row with its column and reason.

    A case stands where its last row does.  The rows are laid out one after another: in memory are the cells as the library packs them.

    Raises:
        ExamError: `itembank.file_unreadable`, `itembank.archive_unsafe`, `itembank.column_missing`.
    """
    check_extent(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names if name != EXAMPLE_SHEET]
    except (CalamineError, OSError, ValueError) as error:
        raise errors.FILE_UNREADABLE(detail=str(error)) from error
    found = [(name, sheet, head) for name, sheet in sheets if (head := _find_headings(sheet.iter_rows())) is not None]
    if not found:
        raise errors.COLUMN_MISSING(columns="、".join(heading(name) for name in REQUIRED))
    yield from (Remark("", SHEET_PASSED(sheet=name), Place()) for name in _passed_over(sheets, {name for name, *_ in found}))
    odd = odd_in(data)
    for name, sheet, (top, columns, twice) in found:
        missing = [name for name in REQUIRED if name not in columns.values()]
        if missing:
            raise errors.COLUMN_MISSING(columns="、".join(heading(name) for name in missing))
        for text in twice:
            yield Remark("", errors.COLUMN_TWICE(column=text), Place(row=top + 1, column=text))
        here = odd.get(name, Oddities())
        yield from (Remark("", error, Place()) for error in here.told(name, top + 1, columns))
        yield from _unknown_columns(name, sheet, top, columns)
        yield from _sheet(sheet, top, columns, here.refused)


def _passed_over(sheets: Iterable[tuple[str, CalamineSheet]], read: Set[str]) -> Iterator[str]:
    """Yield the names of sheets that are not read although something stands in them."""
    others = (pair for pair in sheets if pair[0] not in read and pair[0] != HELP_SHEET)
    return (name for name, sheet in others if any(cells_of.show(value) for row in sheet.iter_rows() for value in row))


def check_extent(data: bytes) -> None:
    """Refuse a sheet with a cell far out, for it would be laid out whole in memory, and counts that their own files cannot hold.

    The library takes memory for as many strings as a file says that it has; where there is none, the process would end.

    Raises:
        ExamError: `itembank.file_unreadable`, `itembank.archive_unsafe`.
    """
    for name, sheet in package.entries(data, ".xml"):
        if any(not count.isdigit() or len(count) > 9 or int(count) > len(sheet) for count in _COUNT.findall(sheet)):
            raise errors.FILE_UNREADABLE(detail=f"{name}: count")
        if not name.startswith("xl/worksheets/"):
            continue
        for found in _CELL.finditer(sheet):
            letters, row = found.groups()
            column = sum((letter - 64) * 26**power for power, letter in enumerate(reversed(letters)))
            if int(row) > MAX_ROWS or column > MAX_COLUMNS:
                cell = (letters + row).decode()
                raise errors.FILE_UNREADABLE(detail=f"{cell}: > {MAX_ROWS} rows or {MAX_COLUMNS} columns")


def _find_headings(rows: Iterable[list[Any]]) -> tuple[int, dict[int, str], list[str]] | None:
    """Return the row of the headings, the columns by their places, and headings of a column that there is already."""
    for n, row in enumerate(islice(rows, _HEADING_ROWS)):
        columns: dict[int, str] = {}
        twice: list[str] = []
        for index, value in enumerate(row):
            name = find_column(text := cells_of.show(value))
            if name and name not in columns.values():
                columns[index] = name
            elif name:
                twice.append(text)
        if len(columns) >= 3 and {"stem", "kind"} & set(columns.values()):
            return n, columns, twice
    return None


def _sheet(sheet: CalamineSheet, top: int, columns: dict[int, str], odd: Mapping[int, ExamError]) -> Iterator[Reading]:
    groups: dict[str, _Group] = {}
    last = {cells.get("group"): n for n, cells in _rows(sheet, top, {at: name for at, name in columns.items() if name == "group"})}
    for n, cells in _rows(sheet, top, columns):
        ref = cells.get("group", "")
        if n in odd and (cells or odd[n].kind is not MERGED):
            if ref:
                groups.setdefault(ref, _Group(ref, Place(row=n), {})).wrong_rows.append(n)
            yield Remark(ref or cells.get("ref", ""), odd[n], Place(row=n))
        elif ref:
            yield from _add_to_group(groups, cells, n)
        elif cells:
            yield from _item(cells, n)
        if ref and last[ref] == n:
            yield from _case(groups.pop(ref))


def _unknown_columns(name: str, sheet: CalamineSheet, top: int, columns: Mapping[int, str]) -> Iterator[Remark]:
    """Yield a note for each column that is not read although something stands in it."""
    rows = islice(sheet.iter_rows(), top, None)
    heads = [cells_of.show(value) for value in next(rows)]
    filled = Counter(at for row in rows for at, value in enumerate(row) if at not in columns and cells_of.show(value))
    for at, count in sorted(filled.items()):
        head = heads[at] if at < len(heads) else ""
        if find_column(head) is None:  # a second column of one name has been told
            column = head[:40] or column_called(at)
            yield Remark("", COLUMN_UNKNOWN(sheet=name, column=column, count=count), Place(row=top + 1, column=column))


def _rows(sheet: CalamineSheet, top: int, columns: dict[int, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows below the headings: the number, from 1, and what stands in the columns."""
    for n, row in enumerate(islice(sheet.iter_rows(), top + 1, None), top + 2):
        yield n, {name: text for index, name in columns.items() if index < len(row) and (text := cells_of.show(row[index]))}


def _item(cells: dict[str, str], row: int) -> Iterator[Reading]:
    ref = cells.get("ref") or _made_ref(cells)
    place, faults = Place(row=row), Faults()
    try:
        part, notes = read_part(cells, ref, place, faults)
        own: dict[str, Any] = {name: getattr(part, name) for name in _ASKED} if part else {}
        if "material" in cells:
            own = {"kind": "case", "stimulus": from_plain(cells["material"]), "parts": [part]}
        draft = _draft(cells, ref, own, [part], faults)
    except Refusal as refusal:
        yield from refusal.remarks(ref, row)
    else:
        yield Read(draft, place, notes)


def _add_to_group(groups: dict[str, _Group], cells: dict[str, str], row: int) -> Iterator[Remark]:
    ref, place, faults = cells["group"], Place(row=row), Faults()
    group = groups.setdefault(ref, _Group(ref, place, {}))
    for name, text in cells.items():
        group.first.setdefault(name, text)
    try:
        part, notes = read_part(cells, ref, place, faults)
        faults.tell()
    except Refusal as refusal:
        group.wrong_rows.append(row)
        yield from refusal.remarks(ref, row)
        return
    assert part is not None
    group.parts.append(part)
    group.notes.extend(notes)
    group.knowledge.extend(cells_of.several(cells, "knowledge", _LIST))


def _case(group: _Group) -> Iterator[Reading]:
    if group.wrong_rows:
        rows = ", ".join(str(row) for row in group.wrong_rows)
        yield Remark(group.ref, errors.CASE_PART_REFUSED(rows=rows), group.place)
        return
    cells = {**group.first, "knowledge": "\n".join(dict.fromkeys(group.knowledge))}
    own = {"kind": "case", "stimulus": from_plain(cells.get("material", "")), "parts": group.parts}
    try:
        draft = _draft(cells, group.ref, own, group.parts, Faults())
    except Refusal as refusal:
        yield from refusal.remarks(group.ref, group.place.row)
    else:
        yield Read(draft, group.place, tuple(group.notes))


def _draft(cells: Cells, ref: str, own: dict[str, Any], parts: Sequence[DraftPart | None], faults: Faults) -> Draft:
    """Return the item of a row or of a case; a part that is None was found wrong before.

    Raises:
        Refusal: with everything that is wrong.
    """
    values: dict[str, Any] = {
        **own,
        "ref": ref,
        "title": cells.get("group_title", ""),
        "marks": sum(part.marks for part in parts if part),
        "knowledge": cells_of.several(cells, "knowledge", _LIST),
        "levels": cells_of.several(cells, "level", _NAMES),
        "programmes": cells_of.several(cells, "programme", _NAMES),
        "enemies": cells_of.several(cells, "enemies", _NAMES),
        "source": cells.get("source", ""),
    }
    for name in ("language", "pool"):
        with faults.at():
            values[name] = cells_of.choice(cells, name)
    with faults.at():
        values["difficulty"] = cells_of.difficulty(cells)
    faults.tell()
    with at_column():
        return Draft(**values)


def _made_ref(cells: Cells) -> str:
    """Return a reference made from the question itself, so that the same row is the same item the next time."""
    told = "\x1f".join(
        f"{name}={cells[name]}"
        for name in sorted(cells)
        if name in {"kind", "stem", "options", "left", "units"} or name.startswith("option_")
    )
    return f"auto-{sha256(told.encode()).hexdigest()[:16]}"
