"""Cells that show something and hold nothing to be read are refused by name, each row for itself."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from itembank.exchange import sheet_read
from itembank.exchange.report import Read, Reading

HEADS = ("题型", "题干", "选项A", "选项B", "答案")
ROWS = [("单选题", f"第 {n} 题？", "甲", "乙", "A") for n in range(4)]


def book(write: Callable[[Any, Any], None]) -> list[Reading]:
    """Read a sheet of four questions in rows 2 to 5, to which something was done."""
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as made:
        made.add_worksheet("封面").write(0, 0, "说明")
        page = made.add_worksheet("试题")
        for n, row in enumerate([HEADS, *ROWS]):
            page.write_row(n, 0, row)
        write(page, made)
    return list(sheet_read.read(memory.getvalue()))


@pytest.mark.parametrize(
    ("write", "rows", "code"),
    [
        (lambda page, _: page.write_formula("B3", '=A3&"x"', None, ""), [3], "itembank.cell_formula"),
        (lambda page, _: page.write_formula("E4", "=1/0", None, "#DIV/0!"), [4], "itembank.cell_error"),
        (lambda page, made: page.merge_range("C2:C3", "甲", made.add_format()), [2, 3], "itembank.cell_merged"),
    ],
)
def test_the_row_stays_out_and_says_why(write: Callable[[Any, Any], None], rows: list[int], code: str) -> None:
    readings = book(write)
    refused = [reading for reading in readings if not isinstance(reading, Read)]
    assert [(remark.place.row, remark.error.kind.code) for remark in refused] == [(row, code) for row in rows]
    assert [reading.place.row for reading in readings if isinstance(reading, Read)] == [row for row in (2, 3, 4, 5) if row not in rows]


def test_a_formula_with_its_result_is_read() -> None:
    (first, *_) = book(lambda page, _: page.write_formula("B2", '="哪"&"个？"', None, "哪个？"))
    assert isinstance(first, Read)
    assert first.draft.stem == "哪个？"
