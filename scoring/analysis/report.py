"""The analysis of a paper as a PDF to print and to file: the remarks first, then the figures and the plots."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.pdf import write_pdf
from scoring.analysis import plots
from scoring.analysis.words import MODELS, PAIRS_NOTE, Language, cell, remark, speaker
from scoring.analysis.workbook import Heading, notes

_TEMPLATE = Path(__file__).with_name("report.typ")
_COLUMNS = (
    ("题号", "label", "{}"),
    ("题目", "title", "{}"),
    ("满分", "full", "{:g}"),
    ("得分率", "p", "{:.0%}"),
    ("区分度", "rest_r", "{:.2f}"),
    ("未作答比例", "omitted", "{:.0%}"),
    ("难度 b", "difficulty", "{:.2f}"),
)
_TOTAL = (
    ("人数", "persons", "{}"),
    ("平均", "mean", "{:.1f}"),
    ("中位数", "median", "{:g}"),
    ("标准差", "sd", "{:.1f}"),
    ("最低", "least", "{:g}"),
    ("最高", "most", "{:g}"),
    ("满分", "full", "{:g}"),
    ("信度 α", "alpha", "{:.2f}"),
    ("测量标准误", "sem", "{:.1f}"),
)


def write(figures: Mapping[str, Any], heading: Heading, language: Language) -> bytes:
    """Return the document; the same figures give the same bytes.  See `core.pdf`: call it through `core.aside`."""
    return write_pdf(_TEMPLATE, document(figures, heading, language), heading.made_at)


def document(figures: Mapping[str, Any], heading: Heading, language: Language) -> dict[str, Any]:
    """Return what the template sets: texts and drawings, ready to be read."""
    say = speaker(language)
    total = {"persons": figures["persons"], **(figures["total"] or {})}
    remarks = [
        {"label": question["label"], "level": flag["level"], "text": remark(flag, language)}
        for level in ("urgent", "look", "note")
        for question in figures["questions"]
        for flag in question["flags"]
        if flag["level"] == level
    ]
    return {
        "title": heading.title,
        "subtitle": f"{say('试卷分析')} · {heading.when}",
        "words": {name: say(name) for name in ("提示", "概况", "试题分析", "选项分析", "作答相近", "题号", "没有需要提示的问题。")},
        "notes": notes(figures, language),
        "total": [(say(name), form.format(total[field])) for name, field, form in _TOTAL if total.get(field) is not None],
        "model": say(MODELS[figures["model"]["model"]]) if figures["model"] else None,
        "remarks": remarks,
        "head": [say(name) for name, _, _ in _COLUMNS],
        "questions": [[cell(question[field], form) for _, field, form in _COLUMNS] for question in figures["questions"]],
        "plots": _plots(figures, language),
        "traces": [
            plots.trace_lines(question, figures["groups"], say)
            for question in figures["questions"]
            if figures["groups"] and question["options"]
        ],
        "trace_labels": [question["label"] for question in figures["questions"] if figures["groups"] and question["options"]],
        "pairs": _pairs(figures, heading, language),
    }


def _plots(figures: Mapping[str, Any], language: Language) -> list[str]:
    say = speaker(language)
    drawn = []
    if figures["total"]:
        drawn = [plots.histogram(figures["total"], say), plots.item_map(figures["questions"], say)]
    if figures["model"]:
        model = figures["model"]
        drawn += [plots.information(model, say), plots.wright_map(model, figures["questions"], say)]
    return drawn


def _pairs(figures: Mapping[str, Any], heading: Heading, language: Language) -> dict[str, Any] | None:
    if not figures["pairs"]:
        return None
    say = speaker(language)
    rows = [
        [
            *(heading.people.get(pair[who], pair[who]) for who in ("first", "second")),
            pair["room"] or "–",
            f"{pair['shared']} / {pair['asked']}",
            str(pair["shared_wrong"]),
            f"{pair['expected']:.1f}",
        ]
        for pair in figures["pairs"]["pairs"]
    ]
    head = [say(name) for name in ("考生一", "考生二", "考场", "相同答案", "其中同为错答", "预期相同")]
    return {"head": head, "rows": rows, "note": PAIRS_NOTE[0 if language == "zh" else 1], "none": say("没有异常相近的答卷。")}
