"""CSV tables as people have them: with or without a byte-order mark, UTF-8 or GB 18030, any line ends, any of `,` `;` tab.

An empty cell, `NA` and `NaN` are missing.  Numbers written by other programs mean what they say: `3.0` is `3`.  Ids are kept as they stand.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import Words
from scoring.option_table import MISSING, Codes
from web.analysis.errors import CELL_BAD, COLUMN_MISSING, TABLE_BAD

Floats = NDArray[np.float64]

_GONE = frozenset(("", "NA", "NaN", "nan"))
_NUMBER = Words("须为数", "must be a number")
_MOST = 10**12
"""The greatest number that a cell may hold: sums of squares of a whole table stay exact enough."""
_ID_NAMES = frozenset(("", "id", "subject", "person", "candidate", "student", "examinee", "rater", "judge"))
_ID_NAMES |= frozenset(
    (
        "编号",
        "考号",
        "准考证号",
        "学号",
        "序号",
        "对象",
        "评分对象",
        "考生",
        "考生号",
        "考生编号",
        "答卷",
        "答卷编号",
        "评分人",
        "评委",
        "阅卷员",
    )
)


@dataclass(frozen=True)
class Sheet:
    """A table: column names, an id per row, and the cells by column, stripped; None where a cell is missing."""

    file: str
    header: tuple[str, ...]
    ids: tuple[str, ...]
    columns: tuple[tuple[str | None, ...], ...]

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return len(self.ids)

    def place(self, name: str) -> int:
        """Return where a column is.

        Raises:
            ExamError: when there is none of that name.
        """
        if name not in self.header:
            raise COLUMN_MISSING(file=self.file, column=name)
        return self.header.index(name)

    def column(self, name: str) -> tuple[str | None, ...]:
        """Return the cells of a column."""
        return self.columns[self.place(name)]

    def without(self, names: Sequence[str]) -> "Sheet":
        """Return the table without those columns."""
        gone = {self.place(name) for name in names}
        return self.only([name for place, name in enumerate(self.header) if place not in gone])

    def only(self, names: Sequence[str]) -> "Sheet":
        """Return the table with those columns alone."""
        return Sheet(self.file, tuple(names), self.ids, tuple(self.column(name) for name in names))

    def transposed(self) -> "Sheet":
        """Return the table with rows as columns; rows are named by their ids."""
        return Sheet(self.file, self.ids, self.header, tuple(zip(*self.columns, strict=True)))

    def numbers(self, wanted: Words = _NUMBER) -> Floats:
        """Return all cells as numbers `(rows, columns)`, NaN where missing.

        Raises:
            ExamError: naming the cell that is no number, and what is `wanted` there.
        """
        table = np.full((self.rows, len(self.header)), np.nan)
        for place, column in enumerate(self.columns):
            known = {cell: float(self._decimal(cell, place, wanted)) for cell in dict.fromkeys(column) if cell is not None}
            table[:, place] = [np.nan if cell is None else known[cell] for cell in column]
        return table

    def exact(self, place: int) -> list[Decimal | None]:
        """Return a column as exact numbers.

        Raises:
            ExamError: when a cell is no number.
        """
        column = self.columns[place]
        known = {cell: None if cell is None else self._decimal(cell, place) for cell in dict.fromkeys(column)}
        return [known[cell] for cell in column]

    def is_numeric(self) -> bool:
        """Say whether every cell that is there is a number."""
        return all(_is_number(cell) for column in self.columns for cell in set(column) if cell is not None)

    def _decimal(self, cell: str, place: int, wanted: Words = _NUMBER) -> Decimal:
        if not _is_number(cell):
            raise self.refusal(place, self.columns[place].index(cell), wanted)
        if abs(Decimal(cell)) > _MOST:
            within = Words(f"须在 -{_MOST:,} 与 {_MOST:,} 之间", f"must lie between -{_MOST:,} and {_MOST:,}")
            raise self.refusal(place, self.columns[place].index(cell), within)
        return Decimal(cell)

    def refusal(self, place: int, row: int, detail: Words) -> Exception:
        """Return the error that names a cell; `row` counts from 0, people see it with the header as row 1."""
        value = self.columns[place][row]
        return CELL_BAD(file=self.file, row=row + 2, column=self.header[place], value=value, detail=detail)


def read_sheet(path: Path, first_is_id: bool = False) -> Sheet:
    """Read a table.  The first column holds ids when it is named as one (or not at all), or when `first_is_id`.

    Raises:
        ExamError: when there is no header, no row, a row of another length, or a name used twice.
    """
    lines = _lines(path)
    header = [name.strip() for name in next(lines, [])]
    columns: list[list[str]] = [[] for _ in header]
    for row, line in enumerate(lines, start=2):
        if len(line) != len(header):
            detail = Words(
                f"第 {row} 行有 {len(line)} 格，表头有 {len(header)} 格", f"row {row} has {len(line)} cells, the header has {len(header)}"
            )
            raise TABLE_BAD(file=path.name, detail=detail)
        for column, cell in zip(columns, line, strict=True):
            column.append(cell)
    if not columns or not columns[0]:
        raise TABLE_BAD(file=path.name, detail=Words("需要一行表头和至少一行数据", "it needs a header and at least one row"))
    ids = tuple(str(row) for row in range(1, len(columns[0]) + 1))
    if first_is_id or header[0].lower() in _ID_NAMES:
        ids = tuple(cell.strip() or row for cell, row in zip(columns.pop(0), ids, strict=True))
        del header[0]
    if not header or len(set(header)) < len(header):
        raise TABLE_BAD(file=path.name, detail=Words("各列须有互不相同的名称", "it needs columns with names that differ"))
    return Sheet(path.name, tuple(header), ids, tuple(_cells(columns.pop(0)) for _ in header))


def _lines(path: Path) -> Iterator[list[str]]:
    """Yield the lines that hold anything, one by one: a table of a million rows is never there twice."""
    text = _text(path).replace("\r\n", "\n").replace("\r", "\n")
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(line) > 1 or (line and (line[0] == "" or line[0].strip())):
                yield line
    except csv.Error as error:
        raise TABLE_BAD(file=path.name, detail=str(error)) from None


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            raise TABLE_BAD(file=path.name, detail=Words("既不是 UTF-8 也不是 GB 18030 编码", "it is neither UTF-8 nor GB 18030")) from None


def _cells(column: Sequence[str]) -> tuple[str | None, ...]:
    """Read the cells of a column; most texts are there many times."""
    known = {text: _cell(text) for text in set(column)}
    return tuple(known[text] for text in column)


def _cell(text: str) -> str | None:
    """Return a cell stripped and, if a whole number, as people write it; None when missing."""
    bare = text.strip()
    if bare in _GONE:
        return None
    if "." in bare and bare.replace(".", "", 1).lstrip("-").isdigit():
        bare = bare.rstrip("0").rstrip(".") or "0"
    return bare


def _is_number(cell: str) -> bool:
    try:
        return Decimal(cell).is_finite()
    except InvalidOperation:
        return False


def natural_order(cells: set[str]) -> list[str]:
    """Return category names in order: numbers by value, other names by the number that they begin with, then by letter."""
    if all(_is_number(cell) for cell in cells):
        return sorted(cells, key=Decimal)
    return sorted(cells, key=_leading)


def _leading(cell: str) -> tuple[bool, int, str]:
    digits = ""
    for letter in cell:
        if not letter.isdigit():
            break
        digits += letter
    return (not digits, int(digits or 0), cell)


def codes_of(sheet: Sheet, order: Sequence[Sequence[str]]) -> Codes:
    """Return cells as places in the order of each column's categories `(rows, columns)`, `MISSING` where there is none.

    Raises:
        ExamError: when a column has too many categories for a code, or a cell is none of them.
    """
    codes = np.full((sheet.rows, len(sheet.header)), MISSING, np.uint8)
    for place, (column, names) in enumerate(zip(sheet.columns, order, strict=True)):
        if len(names) >= MISSING:
            name, most = sheet.header[place], MISSING - 1
            raise TABLE_BAD(
                file=sheet.file, detail=Words(f"{name} 列有超过 {most} 种值", f"column {name} has more than {most} different values")
            )
        lookup: dict[str | None, int] = {name: code for code, name in enumerate(names)}
        lookup[None] = MISSING
        if unknown := set(column) - lookup.keys():
            raise sheet.refusal(place, column.index(unknown.pop()), Words("不是任何一个类别", "is none of the categories"))
        codes[:, place] = np.fromiter((lookup[cell] for cell in column), np.uint8, sheet.rows)
    return codes
