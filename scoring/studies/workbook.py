"""Comparisons as xlsx workbooks: what was compared, then the figures, numbers as numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter

from core.clock import ZONE
from scoring.analysis.words import Language
from scoring.analysis.workbook import PLAIN_CELLS, Book
from scoring.studies import words
from scoring.studies.asking import Study

_QUESTION = (
    ("题号", "label", None),
    ("题目", "title", None),
    ("关注组答对率", "p_focal", "0.0%"),
    ("对照组答对率", "p_reference", "0.0%"),
    ("优势比 α", "alpha", "0.00"),
    ("ETS Δ", "delta", "0.00"),
    ("Δ 下限", "low", "0.00"),
    ("Δ 上限", "high", "0.00"),
    ("MH p", "p", "0.0000"),
    ("MH q", "q", "0.0000"),
    ("标准化差", "p_dif", "0.000"),
    ("均方根差", "rms", "0.000"),
    ("一致差异 p", "uniform_p", "0.0000"),
    ("随水平变化 p", "nonuniform_p", "0.0000"),
    ("R² 增量", "r2_gain", "0.000"),
)
_ORDERED = (
    ("题号", "label", None),
    ("题目", "title", None),
    ("满分", "full", "0.##"),
    ("关注组得分率", "p_focal", "0.0%"),
    ("对照组得分率", "p_reference", "0.0%"),
    ("平均差（分）", "smd", "0.00"),
    ("平均差 / 标准差", "effect", "0.00"),
    ("下限", "low", "0.00"),
    ("上限", "high", "0.00"),
    ("Mantel p", "p", "0.0000"),
    ("Mantel q", "q", "0.0000"),
)
_COMMON = (
    ("原卷题号", "x", None),
    ("目标卷题号", "y", None),
    ("题目", "title", None),
    ("原卷得分率", "p_x", "0.0%"),
    ("目标卷得分率", "p_y", "0.0%"),
)


@dataclass(frozen=True)
class Titles:
    """What people call the papers of a comparison; `other` is empty where there is none."""

    paper: str
    other: str = ""


def write(study: Study, titles: Titles, language: Language) -> bytes:
    """Return the workbook of a comparison that has been made; the same figures give the same bytes."""
    assert study.figures is not None
    assert study.made_at is not None
    say = words.speaker(language)
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, PLAIN_CELLS) as book:
        book.set_properties({"title": titles.paper, "created": study.made_at})
        sheets = Book(book, say)
        when = f"{study.made_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
        rows = [(say("计算时间"), when), *summary(study, titles, language)]
        rows += [(say("说明"), text) for text in words.notes(study.figures, language)]
        sheets.table("概况", (("项目", 22, None), ("数值", 60, "0.000")), rows)
        if study.kind == "dif":
            _fair(sheets, study, language)
        else:
            _link(sheets, study.figures, language)
    return memory.getvalue()


def summary(study: Study, titles: Titles, language: Language) -> list[tuple[str, Any]]:
    """Return what was compared, by name; figures are numbers."""
    return (_fair_summary if study.kind == "dif" else _link_summary)(study, titles, language)


def _fair_summary(study: Study, titles: Titles, language: Language) -> list[tuple[str, Any]]:
    say, figures = words.speaker(language), study.figures or {}
    return [
        (say("试卷"), titles.paper),
        (say("比较方式"), say(words.ATTRIBUTES[study.question["by"]])),
        *((say(name), words.group_name(study.question, which, say)) for name, which in (("关注组", "focal"), ("对照组", "reference"))),
        *((say(name), figures["persons"][which]) for name, which in (("关注组人数", "focal"), ("对照组人数", "reference"))),
        *((say("说明"), f"{row['label']}: {words.note(row['why'], language)}") for row in figures["left_out"]),
        (say("说明"), words.CARE[0 if language == "zh" else 1]),
        *([(say("说明"), words.BY_TOTAL[0 if language == "zh" else 1])] if figures["ordered"] else []),
    ]


def _fair(sheets: Book, study: Study, language: Language) -> None:
    figures = study.figures or {}
    for sheet, columns, questions in (("群体比较", _QUESTION, figures["questions"]), ("有部分得分的题", _ORDERED, figures["ordered"])):
        if not questions:
            continue
        rows = [
            [
                *(question[field] for _, field, _ in columns),
                (question["class"] or "") if not figures["caution"] else "",
                words.finding(question["finding"], study.question, language) if question["finding"] else "",
            ]
            for question in questions
        ]
        shown = [(name, 40 if field == "title" else 11, form) for name, field, form in columns]
        sheets.table(sheet, [*shown, ("分级", 8, None), ("结论", 80, None)], rows)


def _link_summary(study: Study, titles: Titles, language: Language) -> list[tuple[str, Any]]:
    say, figures = words.speaker(language), study.figures or {}
    design = {"anchor": "共同题（锚题）", "equivalent_groups": "等组（随机分卷）"}[figures["design"]]
    rows: list[tuple[str, Any]] = [(say("设计"), say(design))]
    for form, name, title in (("x", say("原卷 X"), titles.paper), ("y", say("目标卷 Y"), titles.other)):
        rows += [(name, title), (f"{name} {say('人数')}", figures["persons"][form])]
        if form in figures:
            rows += [(f"{name} {say('平均')}", figures[form]["mean"]), (f"{name} {say('标准差')}", figures[form]["sd"])]
    return rows


def _link(sheets: Book, figures: Mapping[str, Any], language: Language) -> None:
    if "equated" not in figures:
        return
    methods = list(figures["equated"])
    names = {name: words.method(name, language)[0] for name in methods}
    columns: list[tuple[str, float, str | None]] = [("原卷分数", 10, "0.##")]
    for name in methods:
        columns += [(names[name], 14, "0.00"), ("标准误", 9, "0.00")]
    rows: list[Sequence[Any]] = [
        [score, *(v for name in methods for v in (figures["equated"][name][n], figures["standard_errors"][name][n]))]
        for n, score in enumerate(figures["scale"])
    ]
    sheets.table("换算表", columns, rows)
    lines = [[names[name], line["slope"], line["intercept"], ""] for name, line in figures["lines"].items()]
    lines += [[words.method(name, language)[0], None, None, reason] for name, reason in figures["impossible"].items()]
    sheets.table("方法", (("方法", 24, None), ("斜率", 12, "0.0000"), ("截距", 12, "0.0000"), ("不能用", 60, None)), lines)
    if figures["common"]:
        say = words.speaker(language)
        columns = [*((name, 40 if field == "title" else 12, shown) for name, field, shown in _COMMON), ("变化异常", 10, None)]
        common = [[*(row[field] for _, field, _ in _COMMON), say("是") if row["odd"] else ""] for row in figures["common"]]
        sheets.table("共同题", columns, common)
