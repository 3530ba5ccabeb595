"""Sheets as offices keep them: headings, cells, options, answers, cases; every wrong row refused with row, column and reason."""

from pathlib import Path
from typing import Any

import pytest

from core.errors import ExamError
from itembank.exchange import sheet_read
from itembank.exchange.draft import Draft
from itembank.exchange.option_text import read_choice, split_options
from itembank.exchange.report import Read, Remark
from itembank.exchange.sheet_columns import COLUMNS, find_column
from itembank.exchange.sheet_rows import KINDS
from itembank.exchange.sheet_write import template
from tests.make.bank import example_sheet, sheet

GOOD: dict[str, Any] = {"题型": "单选题", "题干": "问?", "选项A": "甲", "选项B": "乙", "答案": "A"}


def read(*rows: dict[str, Any]) -> list[Read | Remark]:
    return list(sheet_read.read(sheet(rows)))


def draft_of(**cells: Any) -> Draft:
    (reading,) = read({**GOOD, **cells})
    assert isinstance(reading, Read), reading
    return reading.draft


def refusal_of(**cells: Any) -> tuple[str, int | None, str | None]:
    (reading,) = read({**GOOD, **cells})
    assert isinstance(reading, Remark), reading
    return reading.error.kind.code.removeprefix("itembank."), reading.place.row, reading.place.column


def test_the_template_holds_nothing_and_its_examples_are_sound() -> None:
    assert list(sheet_read.read(template())) == []
    readings = list(sheet_read.read(example_sheet()))
    assert all(isinstance(reading, Read) for reading in readings), readings
    kinds = [reading.draft.kind for reading in readings if isinstance(reading, Read)]
    assert kinds[:-1] == sorted(KINDS - {"case"}, key=kinds.index)
    assert kinds[-1] == "case"


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("题型", "kind"),
        ("*题型（必填）", "kind"),
        ("试题内容", "stem"),
        ("正确答案：", "answer"),
        ("选项 Ａ", "option_A"),
        ("B", "option_B"),
        ("C选项", "option_C"),
        ("答案解析", "explanation"),
        ("难易程度", "difficulty"),
        ("Answer", "answer"),
        ("备注", None),
        ("", None),
    ],
)
def test_headings_as_people_write_them(heading: str, name: str | None) -> None:
    assert find_column(heading) == name


def test_every_column_is_documented() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "bank.md").read_text("utf-8")
    table = [line for line in text.splitlines() if line.startswith("|")]
    headings = {column.heading for column in COLUMNS if not column.name.startswith("option_")} | {"选项A", "选项H"}
    assert {heading for heading in headings if not any(heading in line.split("|")[1] for line in table)} == set()


def test_no_heading_means_two_columns() -> None:
    meant = [heading.lower() for column in COLUMNS for heading in (column.heading, *column.others)]
    assert len(set(meant)) == len(meant)


def test_headings_may_stand_below_a_title_and_in_any_order() -> None:
    rows = [["某某考试题库"], [], ["答案", "备注", "题干", "题型", "选项"], ["B", "x", "问?", "单选", "A. 甲\nB. 乙"]]
    as_rows = [{str(n): value for n, value in enumerate(row)} for row in rows]
    data = sheet(as_rows, [str(n) for n in range(5)])
    note, reading = sheet_read.read(data)
    assert isinstance(note, Remark)
    assert (note.error.kind.code, note.place.row, note.place.column) == ("itembank.column_unknown", 4, "备注")
    assert isinstance(reading, Read)
    assert (reading.place.row, reading.draft.key.correct) == (5, ["B"])


def test_options_in_columns_in_one_cell_and_in_the_stem_are_the_same() -> None:
    in_columns = draft_of(题干="问?", 选项C="丙", 答案="C")
    in_cell = draft_of(题干="问?", 选项A=None, 选项B=None, 选项="A．甲\nB．乙\nC．丙", 答案="C")
    unmarked = draft_of(题干="问?", 选项A=None, 选项B=None, 选项="甲\n乙\n丙", 答案="C")
    (in_stem,) = read({"题型": "单选题", "题干": "问?\nA．甲  B．乙\nC．丙", "答案": "C"})
    assert isinstance(in_stem, Read)
    assert [option.html for option in in_columns.options] == ["甲", "乙", "丙"]
    for other in (in_cell, unmarked, in_stem.draft):
        assert (other.stem, other.options, other.key) == (in_columns.stem, in_columns.options, in_columns.key)
    assert [note.error.kind.code for note in in_stem.notes] == ["itembank.options_from_stem"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("问（ ）A．甲 B．乙", ("问（ ）", ["甲", "乙"])),
        ("图 A.中有 B.点\nA. 甲\nB. 乙\nC. 丙", ("图 A.中有 B.点", ["甲", "乙", "丙"])),
        ("A. 甲", None),
        ("没有选项", None),
        ("丙见 A. 图\nA. 甲\nB. 维生素 B: 乙\nC. 丙", ("丙见 A. 图", ["甲", "维生素 B: 乙", "丙"])),
        ("USA. B. 乙", None),
        ("问\nＡ．甲\nＢ．乙", ("问", ["甲", "乙"])),
    ],
)
def test_options_at_the_end_of_a_text(text: str, parts: Any) -> None:
    assert split_options(text) == parts


@pytest.mark.parametrize("text", ["问 A. 甲 B. 乙 D. 丁", "问 A. 甲 B. 乙 B. 丙", "问 B. 乙 C. 丙", "问 A．甲 B．乙16C．丙 D．丁"])
def test_options_that_are_not_clear_are_not_guessed(text: str) -> None:
    with pytest.raises(ExamError) as caught:
        split_options(text)
    assert caught.value.kind.code == "itembank.options_unclear"
    assert refusal_of(题干=text, 选项A=None, 选项B=None) == ("options_unclear", 2, "选项")
    assert refusal_of(选项A=None, 选项B=None, 选项=text.replace(" ", "\n").removeprefix("问\n")) == ("options_unclear", 2, "选项")


@pytest.mark.parametrize(
    ("answer", "options", "letters"),
    [
        ("A", "ab", "A"),
        ("ＡＣ", "abcd", "AC"),
        ("a、c,D", "abcd", "ACD"),
        ("乙", "甲乙", "B"),
        ("对", "对错", "A"),
        ("×", "对错", "B"),
        ("F", "对错", "B"),
        ("TRUE", "是否", "A"),
        ("否", "是否", "B"),
        ("正确", "错对", "B"),
        ("没有", "甲乙", None),
        ("对", "甲乙", None),
    ],
)
def test_answers_as_people_write_them(answer: str, options: str, letters: str | None) -> None:
    assert read_choice(answer, list(options)) == (list(letters) if letters else None)


def test_every_field_of_a_row() -> None:
    draft = draft_of(
        编号=20260001.0,
        解析="因为",
        知识点="贸易/术语；物流",
        难度="较难",
        分值="2分",
        等级="初级、中级",
        项目="cbec",
        语言="英文",
        题库="练习",
        来源="自编",
    )
    assert (draft.ref, draft.explanation, draft.knowledge) == ("20260001", "因为", ["贸易/术语", "物流"])
    assert (str(draft.difficulty), str(draft.marks), draft.levels) == ("0.65", "2", ["初级", "中级"])
    assert (draft.programmes, draft.language, draft.pool, draft.source) == (["cbec"], "en", "practice", "自编")


def test_kinds_other_than_choice() -> None:
    number = draft_of(题型="计算题", 答案="1,234.5±0.05")
    assert (number.kind, number.key.correct, str(number.key.tolerance)) == ("numeric", ["1234.5"], "0.05")
    assert str(draft_of(题型="计算题", 答案=13, 容差=0.5).key.tolerance) == "0.5"
    assert draft_of(题型="填空题", 答案="FOB｜Free On Board").key.correct == ["FOB", "Free On Board"]
    essay = draft_of(题型="简答题", 答案="参考", 分值=5, 评分标准="要点一（2分）\n要点二 3分")
    assert [max(level.marks for level in criterion.levels) for criterion in essay.key.rubric] == [2, 3]
    judged = draft_of(题型="判断题", 选项A=None, 选项B=None, 答案=False)
    assert ([option.html for option in judged.options], judged.key.correct) == (["对", "错"], ["B"])
    part = draft_of(题型="多选题", 选项C="丙", 答案="AC", 计分方式="少选得部分分")
    assert (part.key.correct, part.key.scheme) == (["A", "C"], "partial_no_wrong")


def test_cells_are_text_and_tex_is_kept() -> None:
    draft = draft_of(题干="若 a<b 且 $x<y$\n则", 选项A="<b>甲</b>")
    assert draft.stem == "若 a&lt;b 且 $x&lt;y$<br>则"
    assert draft.options[0].html == "<b>甲</b>"


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"题型": "口试题"}, "kind_unknown", "题型"),
        ({"题型": None}, "kind_unknown", "题型"),
        ({"题型": "模拟业务题"}, "kind_not_in_sheet", "题型"),
        ({"题型": "案例分析题"}, "case_empty", "材料"),
        ({"题干": None}, "stem_empty", "题干"),
        ({"选项A": None, "选项B": None}, "no_options", "选项"),
        ({"选项B": None}, "no_options", "选项"),
        ({"选项C": None, "选项D": "丁"}, "option_empty", "选项"),
        ({"选项B": "甲"}, "option_text_twice", "选项"),
        ({"答案": None}, "no_answer", "答案"),
        ({"答案": "C"}, "answer_unknown", "答案"),
        ({"答案": "丙丁"}, "answer_unknown", "答案"),
        ({"答案": "AB"}, "one_answer_only", "答案"),
        ({"题型": "计算题", "答案": "十二"}, "not_a_number", "答案"),
        ({"题型": "计算题", "答案": None}, "no_answer", "答案"),
        ({"题型": "计算题", "答案": "1±x"}, "cell_wrong", "容差"),
        ({"题型": "填空题", "答案": "|"}, "no_answer", "答案"),
        ({"题型": "问答题", "答案": None}, "rubric_missing", "答案"),
        ({"题型": "问答题", "分值": 5, "评分标准": "要点（2分）"}, "rubric_marks", "评分标准"),
        ({"题型": "问答题", "评分标准": "没有分值"}, "cell_wrong", "评分标准"),
        ({"分值": "很多"}, "cell_wrong", "分值"),
        ({"分值": 0}, "cell_wrong", "分值"),
        ({"分值": 1.0005}, "cell_wrong", "分值"),
        ({"难度": "1.2"}, "cell_wrong", "难度"),
        ({"难度": "很"}, "cell_wrong", "难度"),
        ({"语言": "法文"}, "cell_wrong", "语言"),
        ({"题库": "别的"}, "cell_wrong", "题库"),
        ({"计分方式": "随便"}, "cell_wrong", "计分方式"),
        ({"编号": "x" * 65}, "field_wrong", "编号"),
        ({"知识点": "x" * 201}, "field_wrong", "知识点"),
    ],
)
def test_a_wrong_row_is_refused_with_row_column_and_reason(cells: dict[str, Any], code: str, column: str) -> None:
    assert refusal_of(**cells) == (code, 2, column)


def test_everything_that_is_wrong_with_a_row_is_told_at_once() -> None:
    row = {**GOOD, "答案": "Z", "难度": "很难", "分值": "-1", "最多可选": "2", "语言": "法文", "题库": "别处"}
    found = [(one.error.kind.code.removeprefix("itembank."), one.place.column) for one in read(row, GOOD) if isinstance(one, Remark)]
    wrong = [("cell_needless", "最多可选"), ("cell_wrong", "分值"), ("answer_unknown", "答案")]
    assert found == [*wrong, ("cell_wrong", "语言"), ("cell_wrong", "题库"), ("cell_wrong", "难度")]
    (of_case,) = {one.place.row for one in read({**row, "材料编号": "C", "材料": "背景"}, GOOD) if isinstance(one, Remark)}
    assert of_case == 2


def test_rows_of_one_material_are_one_case() -> None:
    first = {**GOOD, "材料编号": "C1", "材料标题": "案例", "材料": "背景", "分值": 2, "知识点": "甲"}
    second = {"题型": "问答题", "题干": "为什么?", "答案": "参考", "材料编号": "C1", "分值": 4, "知识点": "乙"}
    case, alone = sorted((r for r in read(first, GOOD, second) if isinstance(r, Read)), key=lambda r: r.draft.kind)
    assert alone.place.row == 3
    assert (case.draft.ref, case.draft.title, case.draft.stimulus, case.place.row) == ("C1", "案例", "背景", 2)
    assert ([part.kind for part in case.draft.parts], case.draft.marks) == (["single", "extended"], 6)
    assert case.draft.knowledge == ["甲", "乙"]


def test_a_case_with_a_wrong_row_stays_out_whole() -> None:
    rows = [{**GOOD, "材料编号": "C1", "材料": "背景"}, {**GOOD, "材料编号": "C1", "答案": "Z"}, GOOD]
    told = [(r.error.kind.code, r.place.row) if isinstance(r, Remark) else r.draft.kind for r in read(*rows)]
    assert told == [("itembank.answer_unknown", 3), ("itembank.case_part_refused", 2), "single"]


def test_rows_of_a_case_may_stand_apart_and_it_stands_where_the_last_one_does() -> None:
    rows = [{**GOOD, "材料编号": "C1", "材料": "背景"}, {**GOOD, "材料编号": "C2", "材料": "另一"}, GOOD, {**GOOD, "材料编号": "C1"}]
    told = [(r.draft.ref[:4], len(r.draft.parts)) for r in read(*rows) if isinstance(r, Read)]
    assert told == [("C2", 1), ("auto", 0), ("C1", 2)]


def test_a_row_without_a_number_is_the_same_item_the_next_time() -> None:
    assert draft_of().ref == draft_of().ref != draft_of(题干="别的?").ref
    assert draft_of().ref.startswith("auto-")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (sheet([{"题干": "问", "选项A": "x", "答案": "A"}]), "column_missing"),
        (sheet([{"姓名": "张三", "电话": "1"}]), "column_missing"),
        (b"PK\x03\x04 not a sheet", "archive_unsafe"),
    ],
)
def test_a_file_that_is_no_bank_is_refused_whole(data: bytes, code: str) -> None:
    with pytest.raises(ExamError) as caught:
        list(sheet_read.read(data))
    assert caught.value.kind.code == f"itembank.{code}"


def test_a_cell_far_out_is_refused_before_it_is_laid_out() -> None:
    rows: list[dict[str, Any]] = [{f"c{n}": None for n in range(300)} | {"c299": "x"}]
    with pytest.raises(ExamError) as caught:
        list(sheet_read.read(sheet(rows)))
    assert caught.value.kind.code == "itembank.file_unreadable"
