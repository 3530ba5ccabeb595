"""Items as an xlsx file, and the empty template to download: headings, lists to choose from, examples apart, every column explained."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain

import xlsxwriter

from itembank.exchange.draft import Draft
from itembank.exchange.sheet_columns import COLUMNS, EXAMPLE_SHEET, HELP_SHEET
from itembank.exchange.sheet_examples import EXAMPLES
from itembank.exchange.sheet_rows import rows_of
from itembank.sanitising import without_pictures

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLAIN_CELLS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # the same in every file
_MOST_CELL = 32_767  # characters, by the format
_LISTED_ROWS = 2000  # rows below the headings that offer the lists of choices


def template() -> bytes:
    """Return the template as an xlsx file."""
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, _PLAIN_CELLS) as book:
        book.set_properties({"title": "考场 试题导入模板 Kaochang item template"})
        _write_items(book, "试题", ())
        _write_items(book, EXAMPLE_SHEET, EXAMPLES)
        _write_help(book)
    return memory.getvalue()


def _write_items(book: xlsxwriter.Workbook, name: str, rows: Sequence[Mapping[str, str | float]]) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    figure = book.add_format({"valign": "top"})
    for n, column in enumerate(COLUMNS):
        sheet.set_column(n, n, column.width, text)
        sheet.write_string(0, n, column.heading, head)
        sheet.write_comment(0, n, f"{column.zh}\n{column.en}")
        if column.choices:
            rule = {"validate": "list", "source": list(column.choices), "error_type": "warning", "ignore_blank": True}
            sheet.data_validation(1, n, _LISTED_ROWS, n, rule)
    for row, cells in enumerate(rows, 1):
        for n, column in enumerate(COLUMNS):
            value = cells.get(column.name, "")
            if isinstance(value, str):
                sheet.write_string(row, n, value, text)
            else:
                sheet.write_number(row, n, value, figure)
    sheet.freeze_panes(1, 3)


def _write_help(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(HELP_SHEET)
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 2, 70)
    for n, line in enumerate(("列", "填写说明", "What stands there")):
        sheet.write_string(0, n, line, bold)
    for row, column in enumerate(COLUMNS, 1):
        for n, line in enumerate((column.heading, column.zh, column.en)):
            sheet.write_string(row, n, line, wrap)
    notes = (
        f"试题写在“试题”表中；“{EXAMPLE_SHEET}”表只供参考，不会导入。标题行可以换序、增删；多余的列不会导入，报告中会列出。",
        "有误的行不会导入，导入报告会写明行号、列和原因；其余各行照常导入。",
        f"Items go into the sheet 试题; the sheet {EXAMPLE_SHEET} is never imported.",
        "Columns may stand in any order; unknown ones are ignored.",
        "Wrong rows stay out and are reported with row, column and reason; all others go in.",
    )
    for n, line in enumerate(notes):
        sheet.write_string(len(COLUMNS) + 2 + n, 1, line, wrap)


def write(drafts: Iterable[Draft]) -> bytes:
    """Return the drafts, each of a kind of `KINDS`, as an xlsx file with the template's columns; the same drafts give the same bytes."""
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, _PLAIN_CELLS) as book:
        book.set_properties({"title": "考场 试题 Kaochang items", "created": _CREATED})
        sheet = book.add_worksheet("试题")
        head, text = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1}), book.add_format({"num_format": "@"})
        for n, column in enumerate(COLUMNS):
            sheet.set_column(n, n, column.width)
            sheet.write_string(0, n, column.heading, head)
        for row, cells in enumerate(chain.from_iterable(map(rows_of, drafts)), 1):
            for n, column in enumerate(COLUMNS):
                if cells.get(column.name):
                    sheet.write_string(row, n, _fitting(cells[column.name]), text)
        sheet.freeze_panes(1, 3)
    return memory.getvalue()


def _fitting(text: str) -> str:
    """Return what a cell holds of a text: its pictures, or their descriptions."""
    return text if len(text) <= _MOST_CELL else without_pictures(text)
