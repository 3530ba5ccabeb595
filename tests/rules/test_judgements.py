"""Judges' data as files: a workbook, a CSV file and the pasted table give the same line; the empty workbook fits the paper."""

from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from core.errors import ExamError
from itembank.exchange.plain_table import read_rows
from programme.judgements import Method, as_text, cut_score, template

MARKS = {"1": Decimal(2), "7.1": Decimal(10), "7.10": Decimal(4)}
ANGOFF = [["评委", "1", "7.1", "7.10"], ["甲", 0.5, 0.65, 1], ["乙", 0.75, 0.3, 0.1]]


def workbook(rows: list[list[object]]) -> bytes:
    memory = BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    return memory.getvalue()


def text(rows: list[list[object]], by: str) -> str:
    return by.join("\t".join(map(str, row)) for row in rows)


def test_every_kind_of_file_gives_the_line_of_the_pasted_table() -> None:
    pasted = cut_score("angoff", text(ANGOFF, "\n"), MARKS, None)
    assert pasted.value == Decimal("8.20")  # (2 × 0.5 + 10 × 0.65 + 4 × 1 + 2 × 0.75 + 10 × 0.3 + 4 × 0.1) / 2
    for data in (workbook(ANGOFF), text(ANGOFF, "\n").encode("gb18030"), text(ANGOFF, "\r\n").replace("\t", ",").encode("utf-8-sig")):
        assert cut_score("angoff", as_text(read_rows(data)), MARKS, None) == pasted


def test_judges_who_said_nothing_are_left_out() -> None:
    silent = [*ANGOFF, ["丙", "", "", ""]]
    assert as_text(read_rows(workbook(silent))) == text(ANGOFF, "\n")
    ebel = [["类别", "分值", "甲", "乙", "丙"], ["易", 20, 0.8, 0.9, ""], ["难", 20, 0.4, 0.5, ""]]
    assert cut_score("ebel", as_text(read_rows(workbook(ebel))), {}, None).value == Decimal(26)
    missing = [*ANGOFF[:2], ["乙", 0.75, "", 0.1]]
    with pytest.raises(ExamError) as refused:
        cut_score("angoff", as_text(read_rows(workbook(missing))), MARKS, None)
    assert refused.value.kind.code == "programme.judgements_invalid"


@pytest.mark.parametrize("method", ["angoff", "ebel", "borderline"])
def test_the_empty_workbook_fits_the_paper(method: Method) -> None:
    head = CalamineWorkbook.from_filelike(BytesIO(template(method, MARKS))).get_sheet_by_index(0).to_python()[0]
    assert head[1:] == list(MARKS) if method == "angoff" else len(head) >= 2
    assert as_text(read_rows(template(method, MARKS))).count("\n") == 0  # nobody has said anything


def test_what_is_no_table_is_refused_and_an_empty_one_is_empty() -> None:
    assert as_text([]) == ""
    for broken in (b"PK\x03\x04 no workbook", b"\xff\xfe\xff\xff\x81"):
        with pytest.raises(ExamError) as refused:
            read_rows(broken)
        assert refused.value.kind.code in ("itembank.file_unreadable", "itembank.archive_unsafe")
