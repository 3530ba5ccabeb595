"""What an analysis says of few people, of wrong keys, of alike sheets, and what it never says."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import combinations, pairwise

import numpy as np
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from scoring.analysis import plots, report, workbook
from scoring.analysis.figures import figures
from scoring.analysis.flags import flags_of
from scoring.analysis.words import ENGLISH, PAIRS_NOTE, REASONS, REMARKS, reason, remark, speaker
from scoring.analysis.workbook import Heading
from tests.make.analysed import drawn

HEADING = Heading("五月场 · =SUM(A1) <b>", datetime(2026, 5, 23, tzinfo=UTC), {"att_0": "=李", "att_1": "<王>"})


@pytest.mark.parametrize("persons", [0, 1, 2, 3, 9, 10, 29, 30, 49, 50, 249, 250])
def test_any_number_of_scripts_gives_a_document_and_every_report(persons: int) -> None:
    found = figures(drawn(persons))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["why"] is None) == (persons >= 2)
    assert (found["groups"] is not None) == (persons >= 10)
    assert (found["model"] is not None) == (persons >= 50)
    assert (found["pairs"] is not None) == (persons >= 30)
    assert all(question["flags"] == [] for question in found["questions"]) or persons >= 30
    for language in ("zh", "en"):
        assert workbook.write(found, HEADING, language)
        assert report.document(found, HEADING, language)["notes"] == workbook.notes(found, language)
    assert len(workbook.notes(found, "zh")) == len([1 for field in ("why", "caution", "model_why", "pairs_why") if found[field]])


def test_no_questions_or_nothing_that_differs_is_said_and_not_computed() -> None:
    sat = drawn(40, 12, essay=False)
    assert figures(replace(sat, questions=(), marks=sat.marks[:, :0], answered=sat.answered[:, :0], chosen={}))["why"] == "no_questions"
    alike = figures(replace(sat, marks=np.full(sat.marks.shape, 2.0)))
    assert alike["total"]["alpha"] is None
    assert alike["model"] is None
    assert {flag["code"] for question in alike["questions"] for flag in question["flags"]} == {"alike"}


def test_a_wrong_key_is_the_first_thing_that_is_said() -> None:
    sat = drawn(400)
    wrong = replace(sat.questions[4], correct=("B",))
    marks = sat.marks.copy()
    marks[:, 4] = 2.0 * sat.chosen[4][:, 1]
    found = figures(replace(sat, questions=(*sat.questions[:4], wrong, *sat.questions[5:]), marks=marks))
    urgent = [question["label"] for question in found["questions"] if any(flag["level"] == "urgent" for flag in question["flags"])]
    assert urgent == ["5"]
    codes = [flag["code"] for flag in found["questions"][4]["flags"]]
    assert codes[:2] == ["negative", "better_option"]
    honest = figures(sat)
    assert not any(flag["level"] == "urgent" for question in honest["questions"] for flag in question["flags"])


def test_each_remark_can_be_made_and_said() -> None:
    plain = {"n": 200, "sd": 1.0, "p": 0.6, "rest_r": 0.4, "omitted": 0.0, "infit": 1.0, "options": []}
    option = {"id": "B", "key": False, "n": 50, "share": 0.2, "rest_r": -0.2}
    key = {**option, "id": "A", "key": True, "rest_r": 0.3}
    cases = {
        "alike": {"sd": 0.0},
        "negative": {"rest_r": -0.1},
        "weak": {"rest_r": 0.1},
        "hard": {"p": 0.2},
        "easy": {"p": 0.97},
        "omitted": {"omitted": 0.3},
        "misfit": {"infit": 1.5},
        "below_chance": {"p": 0.1, "options": [key, {**option, "n": 60}] * 2},
        "better_option": {"options": [key, {**option, "rest_r": 0.5}]},
        "unused_option": {"options": [key, {**option, "n": 1, "share": 0.005}]},
    }
    assert set(cases) == set(REMARKS)
    assert flags_of(plain, "single") == []
    nought = flags_of(plain | {"rest_r": -0.004}, "single")
    assert [flag["code"] for flag in nought] == ["weak"]  # what is shown as -0.00 is not told to work the wrong way
    for code, change in cases.items():
        flags = flags_of(plain | change, "single")
        assert code in [flag["code"] for flag in flags]
        assert flags_of(plain | change | {"n": 29}, "single") == []
        for flag in flags:
            assert "{" not in remark(flag, "zh") + remark(flag, "en")


def test_alike_sheets_are_named_with_care() -> None:
    sat = drawn(200, 40, essay=False)
    chosen = {place: taken.copy() for place, taken in sat.chosen.items()}
    middle = np.argsort(sat.totals)[::1][100]
    other = np.argsort(sat.totals)[102]
    for taken in chosen.values():
        taken[other] = taken[middle]
    marks = sat.marks.copy()
    marks[other] = marks[middle]
    found = figures(replace(sat, chosen=chosen, marks=marks))
    (pair,) = found["pairs"]["pairs"]
    assert {pair["first"], pair["second"]} == {sat.attempts[middle], sat.attempts[other]}
    assert pair["shared"] == 40
    said = json.dumps([report.document(found, HEADING, language) for language in ("zh", "en")], ensure_ascii=False)
    for words in (*PAIRS_NOTE,):
        assert words in said
    assert not re.search("作弊|舞弊|抄袭|违纪|cheat|copied|guilty", said + str(REMARKS) + str(REASONS) + str(ENGLISH), re.IGNORECASE)


def test_only_people_of_one_room_are_compared_when_that_is_asked() -> None:
    sat = drawn(60, 40, essay=False)
    assert figures(sat, within_rooms=True)["pairs"]["tested"] == 2 * (30 * 29 // 2)
    assert figures(sat)["pairs"]["tested"] == 60 * 59 // 2
    assert figures(replace(sat, rooms=("",) * 60), within_rooms=True)["pairs_why"] == "pairs_no_rooms"


def test_plots_are_sound_xml_without_style_or_script_in_both_languages() -> None:
    found = figures(drawn(300))
    for language in ("zh", "en"):
        say = speaker(language)
        drawings = [
            plots.histogram(found["total"], say),
            plots.item_map(found["questions"], say),
            plots.information(found["model"], say),
            plots.wright_map(found["model"], found["questions"], say),
            plots.trace_lines(found["questions"][0], found["groups"], say),
            plots.item_information(found["questions"][0], found["model"], say),
        ]
        for drawing in drawings:
            tree = etree.fromstring(drawing)
            assert tree.get("role") == "img"
            assert tree.get("aria-label")
            for element in tree.iter():
                assert element.get("style") is None
                assert not any(name.startswith("on") for name in element.attrib)
            assert "nan" not in drawing
            assert language == "zh" or not re.search("[\u4e00-\u9fff]", re.sub("选项|第 .* 题", "", drawing))


def names_in(drawing: str, size: str) -> list[tuple[str, float, float]]:
    """Return the words of a size in a drawing, and where each begins."""
    texts = [element for element in etree.fromstring(drawing).iter() if element.tag.endswith("text") and element.get("font-size") == size]
    return [(str(text.text), float(text.get("x", "")), float(text.get("y", ""))) for text in texts]


def test_no_name_of_a_question_covers_another_on_the_map() -> None:
    found = figures(drawn(300, 100))
    names = names_in(plots.item_map(found["questions"], speaker("zh")), "10")
    assert len(names) > 40
    assert {q["label"] for q in found["questions"] if q["flags"] and q["flags"][0]["level"] == "urgent"} <= {name for name, _, _ in names}
    for (one, x, y), (other, at, height) in combinations(names, 2):
        apart = x + 5.5 * len(one) <= at or at + 5.5 * len(other) <= x or abs(y - height) >= 9
        assert apart, (one, other)


def test_options_that_everybody_chose_are_named_below_one_another_within_the_plot() -> None:
    options = [{"id": letter, "key": True, "trace": [0.5, 1.0]} for letter in "ABCDEFGH"]
    drawing = plots.trace_lines({"label": "1", "options": options}, {"n": [5, 5], "tops": [1, 2]}, speaker("zh"))
    heights = sorted(y for name, _, y in names_in(drawing, "11") if name.endswith("✓"))
    assert len(heights) == len(options)
    assert heights[0] >= 10
    assert all(lower - upper >= 10 for upper, lower in pairwise(heights))


def test_a_workbook_holds_numbers_as_numbers_and_no_formulas() -> None:
    found = figures(drawn(300))
    book = CalamineWorkbook.from_filelike(BytesIO(workbook.write(found, HEADING, "zh")))
    head, *rows = book.get_sheet_by_name("试题分析").to_python()
    assert len(rows) == len(found["questions"])
    for row, question in zip(rows, found["questions"], strict=True):
        assert row[head.index("得分率")] == pytest.approx(question["p"])
        assert row[head.index("区分度")] == pytest.approx(question["rest_r"])
    summary = dict(book.get_sheet_by_name("概况").to_python()[1:])
    assert summary["试卷"] == HEADING.title
    assert summary["信度 α"] == pytest.approx(found["total"]["alpha"])
    assert workbook.write(found, HEADING, "zh") == workbook.write(found, HEADING, "zh")


def test_every_reason_speaks_both_languages() -> None:
    for code in REASONS:
        assert reason(code, "zh") != reason(code, "en")
