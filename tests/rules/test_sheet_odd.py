"""What a workbook shows and a reader of values does not see: refused row by row, or named as left out."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from core.errors import ExamError, Words
from itembank.exchange import sheet_odd, sheet_read, sheet_write
from itembank.exchange.qti_xml import attribute, each, name_of
from itembank.exchange.report import Read, Reading, Remark
from tests.make.pictures import drawn, file_of

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
    refused = [reading for reading in readings if isinstance(reading, Remark) and not reading.is_note]
    assert [(remark.place.row, remark.error.kind.code) for remark in refused] == [(row, code) for row in rows]
    assert [reading.place.row for reading in readings if isinstance(reading, Read)] == [row for row in (2, 3, 4, 5) if row not in rows]


def test_a_formula_with_its_result_is_read() -> None:
    first = next(
        reading for reading in book(lambda page, _: page.write_formula("B2", '="哪"&"个？"', None, "哪个？")) if isinstance(reading, Read)
    )
    assert first.draft.stem == "哪个？"


def _struck(page: Any, made: Any) -> None:
    page.write_rich_string("B3", "x", made.add_format({"font_script": 1}), "2", " 与 ", made.add_format({"font_strikeout": True}), "旧")
    page.write("C4", "错", made.add_format({"font_strikeout": True}))
    page.write("F4", "旧", made.add_format({"font_strikeout": True}))


def _bold(page: Any, made: Any) -> None:
    page.write_rich_string("B2", "下列", made.add_format({"bold": True}), "不正确", "的是")
    page.write("B3", "全部加粗", made.add_format({"bold": True}))


def _per_cent(page: Any, made: Any) -> None:
    for row, form in ((2, "0%"), (3, "0.0%"), (4, '0"%"')):
        page.write(row, 2, 0.5, made.add_format({"num_format": form}))


def _hidden(page: Any, made: Any) -> None:
    page.set_row(2, None, None, {"hidden": True})
    other = made.add_worksheet("备份")
    for n, row in enumerate([HEADS, ("单选题", "藏？", "甲", "乙", "A")]):
        other.write_row(n, 0, row)
    other.hide()


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (_struck, [("looks", "上标", "B3"), ("looks", "删除线", "B3, C4"), ("column_unknown", "F", 1)]),
        (_bold, [("looks", "部分加粗", "B2")]),
        (_per_cent, [("looks", "以百分数显示，按小数读取", "C3, C4")]),
        (_hidden, [("hidden_rows", "3"), ("hidden", "备份")]),
        (lambda page, _: page.write_comment("B2", "注意"), [("comments", "B2")]),
        (lambda page, _: page.write_comment("B1", "题干写在这里"), []),
        (lambda page, _: page.insert_image("C5", "a.png", {"image_data": BytesIO(file_of(drawn(), "PNG"))}), [("pictures", "C5")]),
        (lambda page, _: page.write_formula("C3", '=_xlfn.DISPIMG("ID_1",1)', None, '=DISPIMG("ID_1",1)'), [("pictures", "C3")]),
        (lambda page, _: page.write_column(0, 5, ["备注", "甲", "", "乙"]), [("column_unknown", "备注", 2)]),
        (lambda page, made: made.add_worksheet("另一些").write(0, 0, "题目"), [("passed", "另一些")]),
    ],
)
def test_what_is_not_read_is_named_once(write: Callable[[Any, Any], None], told: list[tuple[Any, ...]]) -> None:
    readings = book(write)
    notes = [reading.error for reading in readings if isinstance(reading, Remark)]
    assert all(note.kind.status == 200 for note in notes)
    found = []
    for note in notes:
        values = [value.zh if isinstance(value, Words) else value for name, value in note.fields.items() if name != "sheet"]
        name = note.kind.code.removeprefix("itembank.").removeprefix("sheet_")
        found.append((name, *(values or [note.fields["sheet"]])))
    assert found == [("passed", "封面"), *told]
    assert sum(isinstance(reading, Read) for reading in readings) == 4 + (write is _hidden)


def test_the_template_has_nothing_to_be_named() -> None:
    assert list(sheet_read.read(sheet_write.template())) == []


def test_a_letter_that_stands_twice_in_an_answer_is_refused() -> None:
    readings = book(lambda page, _: page.write_row("A2", ("多选题", "哪些？", "甲", "乙", "AAB")))
    (refused,) = [reading for reading in readings if isinstance(reading, Remark) and not reading.is_note]
    assert (refused.error.kind.code, refused.place.row, refused.place.column) == ("itembank.answer_twice", 2, "答案")


def test_a_picture_at_no_place_is_named_all_the_same() -> None:
    memory, bent = BytesIO(), BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as made:
        made.add_worksheet().insert_image("C5", "a.png", {"image_data": BytesIO(file_of(drawn(), "PNG"))})
    with zipfile.ZipFile(memory) as whole, zipfile.ZipFile(bent, "w") as written:
        for name in whole.namelist():
            written.writestr(name, whole.read(name).replace(b"<xdr:row>4<", b"<xdr:row>four<"))
    (odd,) = sheet_odd.odd_in(bent.getvalue()).values()
    assert odd.pictures == [(1, 2)]


@pytest.mark.parametrize("count", [b"99999999999", b"-1", b"&#57;9"])
def test_counts_that_a_file_cannot_hold_are_refused_before_they_take_memory(count: bytes) -> None:
    memory, bent = BytesIO(), BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as made:
        made.add_worksheet().write_row(0, 0, ["题型", "题干"])
    with zipfile.ZipFile(memory) as whole, zipfile.ZipFile(bent, "w") as written:
        for name in whole.namelist():
            written.writestr(name, whole.read(name).replace(b'uniqueCount="2"', b'uniqueCount="' + count + b'"'))
    sheet_read.check_extent(memory.getvalue())
    with pytest.raises(ExamError, match="file_unreadable"):
        sheet_read.check_extent(bent.getvalue())


def test_a_prefix_that_stands_for_nothing_is_a_name_like_others() -> None:
    found = next(iter(each(b'<a><p><x:b x:c="1"/></p></a>', "p")))
    assert [(name_of(element), attribute(element, "c")) for element in found] == [("x:b", "")]
