"""The figures of a paper as it was sat are those of the classical theory, of the distractor table, and of R."""

import numpy as np
import pytest

from scoring.analysis.figures import figures
from scoring.analysis.sat import Question, Sat
from scoring.distractors import distractor_table
from scoring.option_table import count_options
from tests.make.analysed import drawn
from tests.make.analysis import cells, data, truth

EXACT = 1e-8


@pytest.fixture(scope="module")
def sat() -> Sat:
    """CTTdata of the R package CTT as a paper that was sat: twenty choices, right or wrong."""
    header, *rows = cells(data("psychometrics", "CTTdata_raw.csv"))
    key = [row[-1] for row in cells(data("psychometrics", "CTTdata_key.csv"))[1:]]
    first = len(header) - len(key)
    answers = np.array([row[first:] for row in rows])
    questions, chosen = [], {}
    for n, right in enumerate(key):
        options = sorted(set(answers[:, n]) | {right})
        questions.append(Question(f"itv_{n}", 0, header[first + n], "single", "", "", 1.0, tuple((o, o) for o in options), (right,)))
        chosen[n] = answers[:, [n]] == np.array(options)[None, :]
    marks = (answers == np.array(key)).astype(np.float64)
    people = tuple(str(n) for n in range(len(rows)))
    return Sat(tuple(questions), people, ("",) * len(rows), np.zeros(len(rows), np.intp), marks, answers != "", chosen)


def test_questions_and_paper_agree_with_r(sat: Sat) -> None:
    found, expected = figures(sat), truth("psychometrics", "CTTdata_ctt.json")
    assert found["persons"] == expected["n"]
    for figure, r in (("alpha", "alpha"), ("kr20", "KR20"), ("sem", "SEM"), ("sd", "sd_total_n1"), ("mean", "mean_total")):
        assert found["total"][figure] == pytest.approx(expected[r], abs=EXACT)
    of_items = {"p": "p", "total_r": "rit_uncorrected", "rest_r": "rir_corrected", "alpha_if_deleted": "alpha_if_deleted_psych"}
    for figure, r in of_items.items():
        assert [question[figure] for question in found["questions"]] == pytest.approx(expected[r], abs=EXACT)


def test_options_agree_with_the_distractor_table(sat: Sat) -> None:
    codes = np.column_stack([sat.chosen[n].argmax(1) for n in range(len(sat.questions))]).astype(np.uint8)
    key = np.array([[name for name, _ in q.options].index(q.correct[0]) for q in sat.questions], np.uint8)
    table = distractor_table(count_options(codes, key, max(len(q.options) for q in sat.questions)))
    found = figures(sat)
    assert found["groups"]["tops"] == table.group_bounds.tolist()
    for n, question in enumerate(found["questions"]):
        for column, option in enumerate(question["options"]):
            assert option["n"] == table.n[n, column]
            assert option["trace"] == pytest.approx(table.trace[n, column].tolist(), abs=EXACT)
            if option["rest_r"] is not None:
                assert option["rest_r"] == pytest.approx(table.point_biserial[n, column], abs=EXACT)


def test_full_marks_change_no_share_and_no_correlation(sat: Sat) -> None:
    triple = Sat(
        tuple(Question(**{**vars(q), "full": 3.0}) for q in sat.questions),
        *(sat.attempts, sat.rooms, sat.forms, sat.marks * 3, sat.answered, sat.chosen),
    )
    for one, three in zip(figures(sat)["questions"], figures(triple)["questions"], strict=True):
        for figure in ("p", "rest_r", "alpha_if_deleted", "a", "difficulty"):
            assert one[figure] == pytest.approx(three[figure], abs=1e-6)


def test_the_order_of_people_does_not_matter() -> None:
    sat = drawn(300)
    turned = sat.only(np.arange(sat.persons)[::-1])
    for one, two in zip(figures(sat)["questions"], figures(turned)["questions"], strict=True):
        assert one["p"] == pytest.approx(two["p"])
        assert one["difficulty"] == pytest.approx(two["difficulty"], abs=1e-2)
        assert [flag["code"] for flag in one["flags"]] == [flag["code"] for flag in two["flags"]]
