"""Comparisons as PDFs to print and to file: what is to be read again first, then the drawings and the figures."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.clock import ZONE
from core.pdf import write_pdf
from scoring.analysis.words import LOOK, NOTE, URGENT, Language, Say, cell
from scoring.studies import plots, words
from scoring.studies.asking import Study
from scoring.studies.workbook import Titles, summary

_TEMPLATE = Path(__file__).with_name("report.typ")
_MOST_ROWS = 120
"""Rows of a conversion table on paper; the workbook has them all."""
_QUESTION = (
    ("题号", "label", "{}"),
    ("题目", "title", "{}"),
    ("关注组答对率", "p_focal", "{:.0%}"),
    ("对照组答对率", "p_reference", "{:.0%}"),
    ("ETS Δ", "delta", "{:.2f}"),
    ("Δ 下限", "low", "{:.2f}"),
    ("Δ 上限", "high", "{:.2f}"),
    ("MH p", "p", "{:.3f}"),
    ("标准化差", "p_dif", "{:.3f}"),
)
_ORDERED = (
    ("题号", "label", "{}"),
    ("题目", "title", "{}"),
    ("满分", "full", "{:g}"),
    ("关注组得分率", "p_focal", "{:.0%}"),
    ("对照组得分率", "p_reference", "{:.0%}"),
    ("平均差（分）", "smd", "{:.2f}"),
    ("平均差 / 标准差", "effect", "{:.2f}"),
    ("Mantel p", "p", "{:.3f}"),
)
_COMMON = (
    ("原卷题号", "x", "{}"),
    ("题目", "title", "{}"),
    ("目标卷题号", "y", "{}"),
    ("原卷得分率", "p_x", "{:.0%}"),
    ("目标卷得分率", "p_y", "{:.0%}"),
)
_SHOWN = (("群体比较", "differences", _QUESTION, "questions"), ("有部分得分的题", "ordered", _ORDERED, "ordered"))
"""Title, drawing, columns and questions of the two parts of a comparison of groups."""

Columns = Iterable[tuple[str, str, str]]
"""Heading, field, and how its value is written."""


def write(study: Study, titles: Titles, language: Language) -> bytes:
    """Return the document of a comparison that has been made; the same figures give the same bytes.  Call it through `core.aside`."""
    assert study.made_at is not None
    return write_pdf(_TEMPLATE, document(study, titles, language), study.made_at)


def document(study: Study, titles: Titles, language: Language) -> dict[str, Any]:
    """Return what the template sets: texts and drawings, ready to be read."""
    assert study.figures is not None
    assert study.made_at is not None
    say, figures = words.speaker(language), study.figures
    kind = say("群体比较" if study.kind == "dif" else "等值")
    found = _fair(study, language) if study.kind == "dif" else _linked(figures, language)
    return {
        "title": titles.paper if study.kind == "dif" else f"{titles.paper} → {titles.other}",
        "subtitle": f"{kind} · {study.made_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        "notes": words.notes(figures, language),
        "summary": [[name, f"{value:.4g}" if isinstance(value, float) else str(value)] for name, value in summary(study, titles, language)],
        **found,
    }


def _fair(study: Study, language: Language) -> dict[str, Any]:
    say, figures = words.speaker(language), study.figures or {}
    drawn = plots.of_groups(figures, words.group_names(study.question, say), say)
    found = [(words.FINDINGS[q["finding"]][0], q) for q in (*figures["questions"], *figures["ordered"]) if q["finding"]]
    remarks = [
        {"label": q["label"], "level": level, "text": words.finding(q["finding"], study.question, language)}
        for wanted in (URGENT, LOOK, NOTE)
        for level, q in found
        if level == wanted
    ]
    parts = [
        _part(say(title), [drawn[drawing]], 1, _table(columns, figures[of], say, figures["caution"]))
        for title, drawing, columns, of in _SHOWN
        if figures[of]
    ]
    if drawn["curves"]:
        labels = [f"{say('题号')} {label}" for label in drawn["curves"]]
        parts.insert(0, _part(say("差别在哪个水平"), list(drawn["curves"].values()), 2) | {"captions": labels})
    return {"remarks": remarks, "parts": parts}


def _linked(figures: Mapping[str, Any], language: Language) -> dict[str, Any]:
    say = words.speaker(language)
    if "equated" not in figures:
        return {"remarks": [], "parts": []}
    names = {name: words.method(name, language)[0] for name in figures["equated"]}
    parts = [
        _part(say("两卷总分分布"), [plots.distributions(figures, say)], 2),
        _part(say("换算后增减的分数"), [plots.conversion(figures, names, say)], 1),
        _part(say("换算表"), [], 1, _conversion(figures, names, say)),
    ]
    if figures["common"]:
        odd = [{**row, "title": f"{row['title']} · {say('变化异常')}" if row["odd"] else row["title"]} for row in figures["common"]]
        parts.append(_part(say("共同题"), [], 1, _table(_COMMON, odd, say)))
    return {"remarks": [], "parts": parts}


def _part(title: str, drawings: list[str], across: int, table: Sequence[Sequence[str]] = ()) -> dict[str, Any]:
    """Return a part of the document: drawings, so many side by side, and a table with its heading first."""
    return {"title": title, "drawings": drawings, "captions": [""] * len(drawings), "across": across, "table": table}


def _table(columns: Columns, rows: Iterable[Mapping[str, Any]], say: Say, caution: str | None = "") -> list[list[str]]:
    """Return a table of text; with `caution` None the class stands last, with a code it would say too much."""
    columns = list(columns)
    classed = [("分级", "class", "{}")] if caution is None else []
    shown = [*columns, *classed]
    return [[say(name) for name, _, _ in shown], *([cell(row[field], form) for _, field, form in shown] for row in rows)]


def _conversion(figures: Mapping[str, Any], names: Mapping[str, str], say: Say) -> list[list[str]]:
    step = -(-len(figures["scale"]) // _MOST_ROWS) or 1
    rows = [
        [cell(score, "{:g}"), *(cell(figures["equated"][name][n], "{:.2f}") for name in names)]
        for n, score in enumerate(figures["scale"])
        if n % step == 0
    ]
    return [[say("原卷分数"), *names.values()], *rows]
