"""Small tables as people keep them: the first sheet of a workbook, or text with its columns parted by commas or tabs."""

import csv
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from itembank.errors import FILE_UNREADABLE
from itembank.exchange.sheet_read import check_extent

_WORKBOOK = b"PK\x03\x04"


def read_rows(data: bytes) -> list[list[str]]:
    """Return the rows that are not empty, cells as bare texts; numbers as a sheet shows them, without a needless `.0`.

    Text is UTF-8 or GB 18030.

    Raises:
        ExamError: `itembank.file_unreadable`, `itembank.archive_unsafe`.
    """
    rows = _of_workbook(data) if data.startswith(_WORKBOOK) else rows_of_text(_decoded(data))
    return [row for row in rows if any(row)]


def rows_of_text(text: str) -> list[list[str]]:
    """Return the rows of a table as text; tabs part columns where there is one, else commas."""
    delimiter = "\t" if "\t" in text else ","
    return [[cell.strip() for cell in row] for row in csv.reader(text.strip().splitlines(), delimiter=delimiter)]


def _of_workbook(data: bytes) -> list[list[str]]:
    check_extent(data)
    try:
        rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, ValueError) as error:
        raise FILE_UNREADABLE(detail=str(error)) from error
    return [[text_of(cell) for cell in row] for row in rows]


def text_of(cell: Any) -> str:
    """Return a cell of a workbook as text."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\0", "").strip()


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise FILE_UNREADABLE(detail="UTF-8, GB 18030")
