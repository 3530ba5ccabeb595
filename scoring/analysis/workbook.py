"""The analysis of a paper as an xlsx workbook: numbers as numbers, a sheet for each thing that is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from core.clock import ZONE
from scoring.analysis.words import MODELS, PAIRS_NOTE, Language, Say, reason, remark, speaker

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN_CELLS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

_QUESTION = (
    ("题号", "label", None),
    ("题目", "title", None),
    ("部分", "section", None),
    ("满分", "full", "0.##"),
    ("作答人数", "n", "0"),
    ("平均分", "mean", "0.00"),
    ("得分率", "p", "0.0%"),
    ("标准差", "sd", "0.00"),
    ("与总分相关", "total_r", "0.00"),
    ("区分度", "rest_r", "0.00"),
    ("删去此题后的信度", "alpha_if_deleted", "0.000"),
    ("未作答比例", "omitted", "0.0%"),
    ("a", "a", "0.00"),
    ("难度 b", "difficulty", "0.00"),
    ("加权均方", "infit", "0.00"),
    ("未加权均方", "outfit", "0.00"),
)
_OPTION = (
    ("选项", "id", None),
    ("内容", "text", None),
    ("人数", "n", "0"),
    ("选择比例", "share", "0.0%"),
    ("选此项者平均总分", "mean_total", "0.0"),
    ("与其余题总分的相关", "rest_r", "0.00"),
)
_PAIR = (
    ("相同答案", "shared", "0"),
    ("其中同为错答", "shared_wrong", "0"),
    ("预期相同", "expected", "0.0"),
    ("题数", "asked", "0"),
    ("q", "q", "0.0E+00"),
)
_TOTAL = (
    ("人数", "persons", "0"),
    ("平均", "mean", "0.00"),
    ("中位数", "median", "0.0"),
    ("标准差", "sd", "0.00"),
    ("最低", "least", "0.0"),
    ("最高", "most", "0.0"),
    ("满分", "full", "0.##"),
    ("信度 α", "alpha", "0.000"),
    ("KR-20", "kr20", "0.000"),
    ("测量标准误", "sem", "0.00"),
)


@dataclass(frozen=True)
class Heading:
    """What stands above a report: the paper's title, when its figures were made, and who is behind an attempt."""

    title: str
    made_at: datetime
    people: Mapping[str, str]

    @property
    def when(self) -> str:
        """Return when the figures were made, by the clocks of the exam's country."""
        return f"{self.made_at.astimezone(ZONE):%Y-%m-%d %H:%M}"


class Book:
    """A workbook that writes tables: headings, then rows in the formats of their columns."""

    def __init__(self, book: xlsxwriter.Workbook, say: Say) -> None:
        self._book, self._say = book, say
        self._head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "top"})
        self._formats: dict[str, Any] = {}

    def table(self, name: str, columns: Sequence[tuple[str, float, str | None]], rows: Iterable[Sequence[Any]]) -> None:
        """Write a sheet; `columns` are (heading, width, number format)."""
        sheet = self._book.add_worksheet(self._say(name))
        for n, (heading, width, shown) in enumerate(columns):
            sheet.set_column(n, n, width)
            sheet.write_string(0, n, self._say(heading), self._head)
            if shown and shown not in self._formats:
                self._formats[shown] = self._book.add_format({"num_format": shown})
        for r, row in enumerate(rows, 1):
            for n, (value, (_, _, shown)) in enumerate(zip(row, columns, strict=True)):
                if isinstance(value, str):
                    sheet.write_string(r, n, value)
                elif value is not None:
                    sheet.write_number(r, n, value, self._formats.get(shown or ""))
        sheet.freeze_panes(1, 1)


def write(figures: Mapping[str, Any], heading: Heading, language: Language) -> bytes:
    """Return the workbook; the same figures give the same bytes."""
    say = speaker(language)
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, PLAIN_CELLS) as book:
        book.set_properties({"title": heading.title, "created": heading.made_at})
        sheets = Book(book, say)
        _summary(sheets, figures, heading, language)
        sheets.table("提示", (("题号", 8, None), ("轻重", 12, None), ("提示内容", 80, None)), _remarks(figures, language))
        sheets.table("试题分析", [(name, 40 if field == "title" else 11, shown) for name, field, shown in _QUESTION], _questions(figures))
        _options(sheets, figures)
        if figures["model"]:
            model = figures["model"]
            scale = (("能力", 10, "0.00"), ("测验信息量", 14, "0.000"), ("标准误", 14, "0.000"))
            sheets.table("信息量", scale, zip(model["theta"], model["information"], model["se"], strict=True))
        if figures["pairs"]:
            columns = [("考生一", 24, None), ("考生二", 24, None), ("考场", 12, None), *((name, 12, shown) for name, _, shown in _PAIR)]
            sheets.table("作答相近", columns, _pairs(figures, heading))
    return memory.getvalue()


def _summary(sheets: Book, figures: Mapping[str, Any], heading: Heading, language: Language) -> None:
    say = speaker(language)
    total = {"persons": figures["persons"], **(figures["total"] or {})}
    rows: list[tuple[str, Any]] = [(say("试卷"), heading.title), (say("计算时间"), heading.when)]
    rows += [(say(name), total[field]) for name, field, _ in _TOTAL if total.get(field) is not None]
    if figures["model"]:
        rows.append((say("模型"), say(MODELS[figures["model"]["model"]])))
        rows.append((say("能力估计信度"), figures["model"]["reliability"]))
    careful = [PAIRS_NOTE[0 if language == "zh" else 1]] if figures["pairs"] else []
    rows += [(say("说明"), text) for text in [*notes(figures, language), *careful]]
    sheets.table("概况", (("项目", 22, None), ("数值", 60, "0.000")), rows)


def notes(figures: Mapping[str, Any], language: Language) -> list[str]:
    """Return what is to be said of a paper's figures as a whole: what was left out, what could not be computed, and why."""
    codes = [figures[field] for field in ("why", "caution", "model_why", "pairs_why") if figures[field]]
    left_out = [f"{question['label']}: {reason(question['why'], language)}" for question in figures["left_out"]]
    return [*(reason(code, language) for code in codes), *left_out]


def _remarks(figures: Mapping[str, Any], language: Language) -> list[tuple[str, str, str]]:
    say = speaker(language)
    levels = {"urgent": say("请先核对"), "look": say("值得一看"), "note": say("供参考")}
    found = [(question["label"], flag["level"], remark(flag, language)) for question in figures["questions"] for flag in question["flags"]]
    found.sort(key=lambda row: list(levels).index(row[1]))
    return [(label, levels[level], text) for label, level, text in found]


def _questions(figures: Mapping[str, Any]) -> list[list[Any]]:
    return [[question[field] for _, field, _ in _QUESTION] for question in figures["questions"]]


def _options(sheets: Book, figures: Mapping[str, Any]) -> None:
    groups = figures["groups"]["tops"] if figures["groups"] else []
    columns = [("题号", 8, None), *((name, 12, shown) for name, _, shown in _OPTION), ("答案", 8, None)]
    rows = [
        [question["label"], *(option[field] for _, field, _ in _OPTION), "✓" if option["key"] else "", *(option["trace"] or [])]
        for question in figures["questions"]
        for option in question["options"]
    ]
    sheets.table("选项分析", [*columns, *((f"≤{top:g}", 9, "0.0%") for top in groups)], rows)


def _pairs(figures: Mapping[str, Any], heading: Heading) -> list[list[Any]]:
    return [
        [
            *(heading.people.get(pair[who], pair[who]) for who in ("first", "second")),
            pair["room"],
            *(pair[field] for _, field, _ in _PAIR),
        ]
        for pair in figures["pairs"]["pairs"]
    ]
