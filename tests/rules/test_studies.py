"""Comparisons of groups and of papers: what is found, and what is not said of few people."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from scoring.analysis.sat import Sat
from scoring.studies import fairness, linking, plots, report, words, workbook
from scoring.studies.asking import Study
from scoring.studies.linking import Wish
from scoring.studies.workbook import Titles
from tests.make.analysed import drawn

UNFAIR = 4
"""The place of the question that is made harder for the focal group."""
AT = datetime(2026, 5, 23, tzinfo=UTC)


def unfair(persons: int, worse: float = 0.35) -> tuple[Sat, np.ndarray]:
    """Draw a paper on which one question is failed, in the focal group, by a share of those who would have had it right."""
    sat = drawn(persons, 30, seed=3)
    rng = np.random.default_rng(1)
    focal = rng.random(persons) < 0.4
    marks = sat.marks.copy()
    marks[focal & (rng.random(persons) < worse), UNFAIR] = 0.0
    return replace(sat, marks=marks), focal


def study(kind: str, figures: dict, **question: object) -> Study:
    """Return a comparison as it is kept."""
    other = "pap_2" if kind == "equating" else None
    return Study("stu_1", kind, "pap_1", other, question, "made", True, {**figures, "skipped": 0}, "acc_1", AT, AT)


def test_the_question_that_is_harder_for_one_group_is_found_and_only_that() -> None:
    found = fairness.figures(*unfair(3000))
    assert (found["why"], found["caution"]) == (None, None)
    flagged = {q["label"]: q["finding"] for q in found["questions"] if q["finding"]}
    assert flagged == {str(UNFAIR + 1): "large_focal"}
    question = found["questions"][UNFAIR]
    assert question["class"] == "C"
    assert question["high"] < 0
    assert question["p_dif"] < -0.05
    assert str(UNFAIR + 1) in found["unmatched"]
    assert (found["left_out"], [q["label"] for q in found["ordered"]]) == ([], ["31"])  # the written answer
    for which in ("reference", "focal"):
        assert len(question[which]) == len(found["groups"]["tops"])
    assert sum(found["groups"]["focal"]) == found["persons"]["focal"]


def test_the_groups_changed_round_change_the_sign_and_nothing_else() -> None:
    sat, focal = unfair(1200)
    one, two = fairness.figures(sat, focal), fairness.figures(sat, ~focal)
    for a, b in zip(one["questions"], two["questions"], strict=True):
        assert a["delta"] == pytest.approx(-b["delta"])
        assert a["class"] == b["class"]
    assert two["questions"][UNFAIR]["finding"] == "large_reference"


def unfair_essay(persons: int, less: float) -> tuple[Sat, np.ndarray]:
    """Draw a paper on which the focal group earns less on the written answer than its other marks say."""
    sat, focal = unfair(persons, worse=0.0)
    marks = sat.marks.copy()
    marks[focal, -1] = np.clip(marks[focal, -1] - less, 0.0, None)
    return replace(sat, marks=marks), focal


@pytest.mark.parametrize(("less", "finding"), [(0.0, None), (2.0, "large_focal")])
def test_a_question_with_part_marks_is_compared_by_its_own_method(less: float, finding: str | None) -> None:
    found = fairness.figures(*unfair_essay(3000, less))
    (essay,) = found["ordered"]
    assert (essay["label"], essay["full"], essay["finding"]) == ("31", 10.0, finding)
    assert essay["low"] < essay["effect"] < essay["high"]
    assert len(essay["focal"]) == len(found["total_groups"]["tops"])
    if finding:
        assert essay["smd"] == pytest.approx(-less, abs=0.8)
        assert found["unmatched_totals"][-1] == "31"
    few = fairness.figures(*unfair_essay(300, less))
    assert [(q["finding"], q["smd"] is None) for q in few["ordered"]] == [(None, False)]


def test_a_paper_of_part_marks_alone_is_compared_by_totals() -> None:
    sat, focal = unfair_essay(3000, 0.0)
    rng = np.random.default_rng(8)
    part = np.where(sat.marks[:, :30] == 2.0, 2.0, rng.integers(0, 3, (3000, 30)) / 2)
    part[focal & (rng.random(3000) < 0.5), UNFAIR] = 0.0
    found = fairness.figures(replace(sat, marks=np.column_stack([part, sat.marks[:, 30]])), focal)
    assert (found["questions"], found["groups"], found["matched"]) == ([], None, 31)
    assert {q["label"]: q["finding"] for q in found["ordered"] if q["class"] == "C"} == {str(UNFAIR + 1): "large_focal"}


def test_two_groups_without_a_difference_are_hardly_ever_told_apart() -> None:
    sat, focal = unfair(3000, worse=0.0)
    assert [q["label"] for q in fairness.figures(sat, focal)["questions"] if q["finding"] and q["finding"].startswith("large")] == []


@pytest.mark.parametrize(("persons", "why", "caution"), [(40, "dif_few", "dif_unsound"), (300, None, "dif_unsound"), (3000, None, None)])
def test_nothing_is_concluded_from_few_people(persons: int, why: str | None, caution: str | None) -> None:
    found = fairness.figures(*unfair(persons, worse=0.9))
    assert (found["why"], found["caution"]) == (why, caution)
    assert any(q["finding"] for q in found["questions"]) == (caution is None)


def test_a_difference_that_changes_with_the_score_is_told_as_such() -> None:
    sat, focal = unfair(4000, worse=0.0)
    marks = sat.marks.copy()
    high = np.nansum(marks[:, :30], axis=1) > np.median(np.nansum(marks[:, :30], axis=1))
    rng = np.random.default_rng(2)
    marks[focal & high & (rng.random(4000) < 0.5), UNFAIR] = 0.0
    marks[focal & ~high & (rng.random(4000) < 0.4), UNFAIR] = 2.0
    question = fairness.figures(replace(sat, marks=marks), focal)["questions"][UNFAIR]
    assert question["nonuniform_q"] < 0.001
    assert question["r2_gain"] > fairness.UNEVEN
    assert question["finding"] is not None


def papers(persons: int = 600, harder: float = 0.0) -> tuple[Sat, Sat]:
    """Draw two papers that share their first eight questions; on the second every other question earns less."""
    x, y = drawn(persons, 24, seed=5), drawn(persons + 50, 24, seed=5)
    own = tuple(replace(q, version=f"other_{n}") if n >= 8 else q for n, q in enumerate(y.questions))
    marks = y.marks.copy()
    marks[:, 8:24] *= np.random.default_rng(4).random((persons + 50, 16)) >= harder
    return x, replace(y, questions=own, marks=marks)


@pytest.mark.parametrize("design", ["anchor", "equivalent_groups"])
def test_a_harder_paper_is_worth_more(design: linking.Design) -> None:
    x, y = papers(harder=0.3)
    found = linking.figures(y, x, Wish(design, times=30))
    assert found["why"] is None
    assert found["scale"][0] == 0
    assert found["step"] == 0.5  # the written answers have half marks
    assert found["scale"][-1] == y.full.sum()
    middle = len(found["scale"]) // 2
    for name, equated in found["equated"].items():
        assert equated[middle] > found["scale"][middle] + 1, name
        assert found["standard_errors"][name][middle] > 0
    assert len(found["common"]) == 8
    assert set(found["equated"]) | set(found["impossible"]) == (
        {"mean", "linear", "equipercentile"}
        if design == "equivalent_groups"
        else {"tucker", "levine", "levine_true", "chained_linear", "chained_equipercentile"}
    )


def test_a_paper_on_its_own_scale_is_itself() -> None:
    x, _ = papers()
    found = linking.figures(x, x, Wish("anchor", times=5))
    for name in ("tucker", "chained_linear"):
        assert found["equated"][name] == pytest.approx(found["scale"], abs=1e-9)
    groups = linking.figures(x, x, Wish("equivalent_groups", times=5))
    assert groups["equated"]["linear"] == pytest.approx(groups["scale"], abs=1e-9)
    assert sum(groups["counts"]["x"]) == x.persons


def test_what_cannot_be_equated_is_told_why() -> None:
    x, y = papers()
    apart = replace(y, questions=tuple(replace(q, version=f"z{n}") for n, q in enumerate(y.questions)))
    assert linking.figures(x, apart, Wish("anchor"))["why"] == "equating_no_common"
    assert linking.figures(x, replace(y, left_out=(("9", "waiting"),)), Wish("anchor"))["why"] == "equating_waiting"
    assert linking.figures(x.only(range(29)), y, Wish("anchor"))["why"] == "equating_few"
    assert linking.figures(replace(x, marks=x.marks * 0), y, Wish("anchor"))["why"] == "equating_alike"
    other_marks = replace(y, questions=tuple(replace(q, full=3.0) for q in y.questions))
    assert linking.common(x, other_marks) == []


def test_a_common_question_that_moved_alone_is_named() -> None:
    x, y = papers()
    marks = y.marks.copy()
    marks[:, 2] = 2.0
    found = linking.figures(x, replace(y, marks=marks), Wish("anchor", times=5))
    assert [row["x"] for row in found["common"] if row["odd"]] == ["3"]
    assert "equating_odd" in found["cautions"]


def test_only_the_form_that_most_had_is_compared() -> None:
    sat = drawn(90, 12)
    marks = sat.marks.copy()
    marks[60:, :3] = np.nan
    marks[:60, 3] = np.nan
    two = replace(sat, marks=marks, forms=np.repeat([0, 1], [60, 30]))
    main = two.main_form()
    assert main.persons == 60
    assert [q.label for q in main.questions] == [q.label for n, q in enumerate(sat.questions) if n != 3]
    assert not np.isnan(main.marks).any()
    assert set(main.chosen) == set(range(11))
    assert (main.chosen[3] == sat.chosen[4][:60]).all()


def test_plots_and_workbooks_speak_both_languages_and_accuse_nobody() -> None:
    fair = study("dif", fairness.figures(*unfair(2000)), by="file", focal="=甲", reference=None)
    x, y = papers(harder=0.2)
    linked = study("equating", linking.figures(y, x, Wish("anchor", 4, 5)), design="anchor", degree=4)
    said = json.dumps([words.FINDINGS, words.NOTES, words.CARE, words.BY_TOTAL, words.ENGLISH], ensure_ascii=False)
    assert not re.search("歧视|偏见|作弊|discriminat|biased|cheat", said)
    for language in ("zh", "en"):
        say = words.speaker(language)
        names = {name: words.method(name, language)[0] for name in linked.figures["equated"]}
        drawings = [
            plots.differences(fair.figures["questions"], plots.DELTA, "a", "b", say),
            plots.differences(fair.figures["ordered"], plots.EFFECT, "a", "b", say),
            plots.curves(fair.figures["questions"][UNFAIR], fair.figures, "a", "b", say),
            plots.curves(fair.figures["ordered"][0], fair.figures, "a", "b", say),
            plots.conversion(linked.figures, names, say),
            plots.distributions(linked.figures, say),
        ]
        for drawing in drawings:
            assert etree.fromstring(drawing).get("aria-label")
            assert "nan" not in drawing
            assert language == "zh" or not re.search("[\u4e00-\u9fff]", drawing)
        for each in (fair, linked):
            told = json.dumps(report.document(each, Titles("one", "two"), language), ensure_ascii=False)
            assert language == "zh" or not re.search("[\u4e00-\u9fff]", re.sub("第 [0-9]+ 题|简述|=甲", "", told))
            body = report.write(each, Titles("一", "二"), language)
            assert body.startswith(b"%PDF-")
            assert body == report.write(each, Titles("一", "二"), language)
        for each, sheet in ((fair, "群体比较"), (fair, "有部分得分的题"), (linked, "换算表")):
            body = workbook.write(each, Titles("一", "二"), language)
            assert body == workbook.write(each, Titles("一", "二"), language)
            book = CalamineWorkbook.from_filelike(BytesIO(body))
            assert say(sheet) in book.sheet_names
    rows = CalamineWorkbook.from_filelike(BytesIO(workbook.write(linked, Titles("一", "二"), "zh"))).get_sheet_by_name("换算表").to_python()
    assert [row[1] for row in rows[1:]] == pytest.approx(linked.figures["equated"]["tucker"])
    assert len(rows) == len(linked.figures["scale"]) + 1
    for code in words.NOTES:
        assert words.note(code, "zh", n=1) != words.note(code, "en", n=1)
