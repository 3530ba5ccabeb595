"""Gaps, matches, orders, passages, units, patterns and worths in cells as clerks type them; every mistake refused at its column."""

from decimal import Decimal
from typing import Any

import pytest

from itembank.exchange import sheet_read
from itembank.exchange.draft import Draft
from itembank.exchange.export import export
from itembank.exchange.report import Read, Remark
from tests.make.bank import case, choice, sheet

INLINE = {"题型": "选词填空题", "题干": "甲[[1]]乙[[2]]", "选项": "1. 收据|发票\n2. A. 运输 B. 仓储 C. 代理", "答案": "1B 2C"}
GAPS = {"题型": "选项填空题", "题干": "甲[[1]]乙[[2]]", "选项A": "收据", "选项B": "发票", "选项C": "账单", "答案": "1C 2A"}
MATCH = {"题型": "配伍题", "题干": "配对", "左栏": "1. EXW\n2. FOB", "选项": "A. 船上\nB. 工厂\nC. 目的地", "答案": "1B 2A"}
ORDER = {"题型": "排序题", "题干": "排序", "选项A": "交单", "选项B": "申请", "选项C": "开证", "答案": "BCA"}
PASSAGES = {"题型": "文中选择题", "题干": "单据[[A]]和[[B]]", "选项A": "清洁", "选项B": "破损", "答案": "B"}
UNITS = {"题型": "带单位的计算题", "题干": "多重？", "答案": "12.5±0.1", "计量单位": "千克=1\n克=0.001\n米=错"}
TEXT = {"题型": "填空题", "题干": "缩写？", "答案": "FOB|F.O.B.", "通配答案": "FOB*|?OB"}
CHOICE = {"题型": "多选题", "题干": "哪些？", "选项A": "甲", "选项B": "乙", "选项C": "丙", "答案": "AB"}
EVERY = (INLINE, GAPS, MATCH, ORDER, PASSAGES, UNITS, TEXT, CHOICE)


def read(row: dict[str, Any]) -> Read | Remark:
    (reading,) = sheet_read.read(sheet([row]))
    return reading


def draft_of(row: dict[str, Any], **over: Any) -> Draft:
    reading = read(row | over)
    assert isinstance(reading, Read), reading.error.text("en")
    return reading.draft


def texts(options: Any) -> list[str]:
    return [option.html for option in options]


def test_gaps_with_lists_of_their_own() -> None:
    draft = draft_of(INLINE)
    assert (draft.kind, draft.key.correct) == ("inline", ["1 B", "2 C"])
    assert [texts(gap.options) for gap in draft.gaps] == [["收据", "发票"], ["运输", "仓储", "代理"]]


def test_gaps_with_one_list_and_matches() -> None:
    draft = draft_of(GAPS, 选项用法="每项一次")
    assert (draft.kind, [gap.id for gap in draft.gaps], draft.key.correct, draft.once) == ("gapmatch", ["1", "2"], ["1 C", "2 A"], True)
    match = draft_of(MATCH)
    assert (match.kind, [gap.html for gap in match.gaps], match.once) == ("matching", ["EXW", "FOB"], False)
    assert (texts(match.options), match.key.correct) == (["船上", "工厂", "目的地"], ["1 B", "2 A"])


@pytest.mark.parametrize("answer", ["1B 2A", "1-B, 2-A", "１：Ｂ；２：Ａ", "2a1b", "BA", "B、A", "1→B\n2→A"])
def test_pairs_as_people_write_them(answer: str) -> None:
    assert sorted(draft_of(MATCH, 答案=answer).key.correct) == ["1 B", "2 A"]


@pytest.mark.parametrize("answer", ["BCA", "B-C-A", "Ｂ→Ｃ→Ａ", "b, c, a", "B、C、A"])
def test_orders_as_people_write_them(answer: str) -> None:
    assert draft_of(ORDER, 答案=answer).key.correct == ["B", "C", "A"]


@pytest.mark.parametrize("left", ["EXW\nFOB", "１．EXW\n２．FOB", "(1) EXW\n(2) FOB", "1、EXW\n\n2、FOB"])
def test_lists_as_people_write_them(left: str) -> None:
    assert [gap.html for gap in draft_of(MATCH, 左栏=left).gaps] == ["EXW", "FOB"]


def test_a_line_without_a_number_belongs_to_the_one_before_and_a_figure_is_no_number() -> None:
    assert [gap.html for gap in draft_of(MATCH, 左栏="1. EXW\n工厂交货\n2. FOB").gaps] == ["EXW<br>工厂交货", "FOB"]
    assert [gap.html for gap in draft_of(MATCH, 左栏="1.5 吨\n12 吨").gaps] == ["1.5 吨", "12 吨"]


def test_markers_in_full_width_brackets() -> None:
    assert draft_of(GAPS, 题干="甲【【１】】乙［［2］］").stem == "甲[[1]]乙[[2]]"
    assert draft_of(PASSAGES, 题干="单据［［Ａ］］和【【B】】").stem == "单据[[A]]和[[B]]"


def test_passages_orders_units_and_patterns() -> None:
    draft = draft_of(PASSAGES, 最多可选=1)
    assert (draft.kind, draft.key.correct, draft.limit) == ("hottext", ["B"], 1)
    assert draft_of(ORDER, 计分方式="按选项计分").key.scheme == "per_option"
    units = draft_of(UNITS)
    assert (units.kind, units.key.correct, units.key.tolerance) == ("quantity", ["12.5"], Decimal("0.1"))
    assert (texts(units.options), units.key.factors) == (["千克", "克", "米"], {"A": 1, "B": Decimal("0.001")})
    text = draft_of(TEXT)
    assert (text.key.correct, text.key.patterns) == (["FOB", "F.O.B."], ["FOB*", "?OB"])


def test_worths_and_their_bounds() -> None:
    key = draft_of(CHOICE, 分值=3, 各项分值="A=2;B=1；C＝-1", 得分下限=0, 得分上限="3分").key
    assert key.scheme == "mapped"
    assert (key.worths, key.floor, key.ceiling) == ({"A": Decimal(2), "B": Decimal(1), "C": Decimal(-1)}, Decimal(0), Decimal(3))
    assert draft_of(GAPS, 分值=3, 各项分值="1C=2, 2A=1, 2B=0.5").key.worths == {"1 C": 2, "2 A": 1, "2 B": Decimal("0.5")}
    assert draft_of(ORDER, 分值=3, 计分方式="按分值计分", 各项分值="B1=1;C2=1;A3=1").key.worths == {"B 1": 1, "C 2": 1, "A 3": 1}
    assert draft_of(TEXT, 分值=2, 各项分值="FOB=2\nF.O.B.=2\n离岸价=1").key.worths == {"FOB": 2, "F.O.B.": 2, "离岸价": 1}


def test_options_that_keep_their_places() -> None:
    assert [option.fixed for option in draft_of(CHOICE, 固定选项="C").options] == [False, False, True]


def test_more_than_eight_options_stand_in_one_cell() -> None:
    options = "\n".join(f"{letter}. 第 {n} 项 A. 见表" for n, letter in enumerate("ABCDEFGHIJK"))
    draft = draft_of(CHOICE, 选项A=None, 选项B=None, 选项C=None, 选项=options, 答案="AJK")
    assert (len(draft.options), draft.options[10].html, draft.key.correct) == (11, "第 10 项 A. 见表", ["A", "J", "K"])


@pytest.mark.parametrize(
    ("row", "cells", "code", "column"),
    [
        (INLINE, {"选项": None}, "no_options", "选项"),
        (INLINE, {"选项": "1. 收据|发票\n3. 运输|仓储"}, "gaps_wrong", "选项"),
        (INLINE, {"选项": "1. 收据\n2. 运输|仓储"}, "no_options", "选项"),
        (INLINE, {"选项": "1. 收据|\n2. 运输|仓储"}, "option_empty", "选项"),
        (INLINE, {"题干": "甲[[1]]乙"}, "markers_wrong", "题干"),
        (INLINE, {"答案": "1B"}, "pairs_wrong", "答案"),
        (INLINE, {"答案": "1B 2D"}, "answer_unknown", "答案"),
        (INLINE, {"答案": "甲"}, "answer_unknown", "答案"),
        (INLINE, {"答案": None}, "no_answer", "答案"),
        (GAPS, {"题干": "没有空"}, "markers_wrong", "题干"),
        (GAPS, {"题干": "甲[[1]]乙[[3]]"}, "markers_wrong", "题干"),
        (GAPS, {"选项用法": "每项一次", "答案": "1C 2C"}, "pairs_wrong", "答案"),
        (GAPS, {"选项用法": "随便"}, "cell_wrong", "选项用法"),
        (MATCH, {"左栏": None}, "gaps_wrong", "左栏"),
        (MATCH, {"左栏": "1. EXW\n1. FOB"}, "gaps_wrong", "左栏"),
        (MATCH, {"左栏": "1. EXW\n2."}, "gap_empty", "左栏"),
        (ORDER, {"答案": "BC"}, "order_wrong", "答案"),
        (ORDER, {"答案": "BCAA"}, "order_wrong", "答案"),
        (ORDER, {"左栏": "1. 甲"}, "cell_needless", "左栏"),
        (PASSAGES, {"题干": "单据[[A]]"}, "markers_wrong", "题干"),
        (PASSAGES, {"最多可选": 3}, "limit_wrong", "最多可选"),
        (PASSAGES, {"最多可选": "两"}, "cell_wrong", "最多可选"),
        (CHOICE, {"最多可选": 1}, "limit_wrong", "最多可选"),
        (CHOICE, {"题型": "单选题", "答案": "A", "最多可选": 1}, "cell_needless", "最多可选"),
        (CHOICE, {"固定选项": "第三"}, "cell_wrong", "固定选项"),
        (CHOICE, {"各项分值": "A=1;B"}, "worths_wrong", "各项分值"),
        (CHOICE, {"各项分值": "A=1;A=1"}, "worths_wrong", "各项分值"),
        (CHOICE, {"各项分值": "A=1;D=1"}, "worths_wrong", "各项分值"),
        (CHOICE, {"分值": 3, "各项分值": "A=1;B=1"}, "worths_wrong", "各项分值"),
        (CHOICE, {"各项分值": "A=1;B=0.0000001"}, "field_wrong", "各项分值"),
        (CHOICE, {"计分方式": "按分值计分"}, "worths_wrong", "各项分值"),
        (CHOICE, {"计分方式": "全对得分", "各项分值": "A=1"}, "cell_wrong", "计分方式"),
        (CHOICE, {"得分上限": "多"}, "cell_wrong", "得分上限"),
        (TEXT, {"计分方式": "少选得部分分"}, "scheme_wrong", "计分方式"),
        (TEXT, {"通配答案": "*"}, "pattern_wrong", "通配答案"),
        (UNITS, {"计量单位": None}, "units_wrong", "计量单位"),
        (UNITS, {"计量单位": "千克\n克"}, "units_wrong", "计量单位"),
        (UNITS, {"计量单位": "千克=1\n克=-1"}, "units_wrong", "计量单位"),
        (UNITS, {"计量单位": "千克=错\n克=错"}, "units_wrong", "计量单位"),
        (UNITS, {"题型": "计算题"}, "cell_needless", "计量单位"),
        (UNITS, {"题型": "图中选择题"}, "kind_not_in_sheet", "题型"),
    ],
)
def test_a_mistake_is_refused_at_its_column(row: dict[str, Any], cells: dict[str, Any], code: str, column: str) -> None:
    reading = read(row | cells)
    assert isinstance(reading, Remark), reading
    assert (reading.error.kind.code, reading.place.row, reading.place.column) == (f"itembank.{code}", 2, column)


def test_every_kind_comes_back_and_its_second_file_is_the_first() -> None:
    drafts = [draft_of(row, 编号=f"r{n}", 分值=2) for n, row in enumerate(EVERY)]
    drafts.append(draft_of(CHOICE, 编号="mapped", 分值=3, 各项分值="A=2;B=1.5;C=-1", 得分上限=3, 固定选项="C"))
    options = [{"id": letter, "html": f"option {letter}"} for letter in "ABCDEFGHIJKLM"]
    drafts.append(Draft.model_validate({**choice("many", "multiple").model_dump(), "options": options, "limit": 3}))
    parts = [draft.model_dump(include={"kind", "stem", "options", "gaps", "once", "limit", "key", "marks"}) for draft in drafts]
    drafts.append(case("c", exhibits=[], parts=parts, marks=sum(draft.marks for draft in drafts)))
    first = export(drafts, "xlsx")
    back = [reading.draft for reading in sheet_read.read(first.data) if isinstance(reading, Read)]
    assert not first.lost
    assert export(back, "xlsx").data == first.data
