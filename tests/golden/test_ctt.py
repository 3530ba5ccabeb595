"""Classical figures against R (CTT, psych), and files as people send them."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ExamError
from scoring.ctt import item_statistics, table_statistics, upper_lower
from scoring.distractors import distractor_table, score_groups
from scoring.option_table import MISSING, count_options
from tests.make.analysis import answers, cells, data, run, truth, write
from tests.make.corpora import corpus

EXACT = 1e-8
FIGURES = {
    "p": "p",
    "item_total_r": "rit_uncorrected",
    "item_rest_r": "rir_corrected",
    "alpha_if_deleted": "alpha_if_deleted_psych",
}


def arguments(name: str) -> list[object]:
    if name == "LSAT6":
        return [data("psychometrics", "LSAT6.csv")]
    return [data("psychometrics", "CTTdata_raw.csv"), "--key", data("psychometrics", "CTTdata_key.csv")]


@pytest.mark.parametrize("name", ["CTTdata", "LSAT6"])
def test_items_and_paper_agree_with_r(name):
    expected = truth("psychometrics", f"{name}_ctt.json")
    found = run("items", *arguments(name))
    assert found["persons"] == expected["n"]
    for figure, reference in FIGURES.items():
        assert [item[figure] for item in found["items"]] == pytest.approx(expected[reference], abs=EXACT)
    assert [item["sd"] ** 2 for item in found["items"]] == pytest.approx(expected["item_var_n1"], abs=EXACT)
    for figure, reference in (("alpha", "alpha"), ("kr20", "KR20"), ("sem", "SEM"), ("sd_total", "sd_total_n1")):
        assert found[figure] == pytest.approx(expected[reference], abs=EXACT)
    assert found["mean_total"] == pytest.approx(expected["mean_total"], abs=EXACT)
    assert found["loglik"] is None
    assert all(item["a"] is item["b"] is item["c"] is None for item in found["items"])


def test_marks_and_options_give_the_same_figures():
    keyed = run("items", *arguments("CTTdata"))
    scored = run("items", data("psychometrics", "CTTdata_scored.csv"))
    for one, two in zip(keyed["items"], scored["items"], strict=True):
        assert {figure: one[figure] for figure in FIGURES} == {figure: two[figure] for figure in FIGURES}


def test_distractors_agree_with_r():
    expected = truth("psychometrics", "CTTdata_distractor.json")
    found = run("items", *arguments("CTTdata"), "--groups", "4")
    for item in found["items"]:
        reference = expected[item["id"]]
        options = item["options"]
        assert [option["option"] for option in options] == reference["option"]
        assert [option["key"] for option in options] == [mark == "*" for mark in reference["correct"]]
        assert [option["n"] for option in options] == reference["n"]
        for field, name in (("share", "rspP"), ("point_biserial_less_choice", "pBis"), ("discrimination", "discrim")):
            assert [option[field] for option in options] == pytest.approx(reference[name], abs=EXACT)
        for group, name in enumerate(("lower", "mid50", "mid75", "upper")):
            assert [option["trace"][group] for option in options] == pytest.approx(reference[name], abs=EXACT)


def test_an_option_is_correlated_with_the_rest_of_the_paper():
    header, *rows = cells(data("psychometrics", "CTTdata_raw.csv"))
    key = [row[0] for row in cells(data("psychometrics", "CTTdata_key.csv"))[1:]]
    right = np.array([[cell == good for cell, good in zip(row, key, strict=True)] for row in rows], float)
    found = run("items", *arguments("CTTdata"))
    for i, item in enumerate(found["items"]):
        rest = right.sum(1) - right[:, i]
        for option in item["options"]:
            chose = [float(row[i] == option["option"]) for row in rows]
            assert option["point_biserial"] == pytest.approx(np.corrcoef(chose, rest)[0, 1], abs=EXACT)
    assert header == [item["id"] for item in found["items"]]


def test_marks_of_a_quiz_give_facility_deviation_and_discrimination(tmp_path: Path):
    """The quiz of 22 attempts and 20 questions, against exact sums over its rows."""
    _, *rows = cells(corpus("moodle") / "quiz_statistics" / "mdl_question_states.csv")
    full = {int(row[3]): Fraction(row[4]) for row in rows}
    attempts: dict[int, dict[int, Fraction]] = {}
    for place, row in enumerate(rows):
        attempts.setdefault(place // len(full), {})[int(row[3])] = Fraction(row[5])
    slots = [slot for slot in sorted(full) if full[slot]]
    marks = [[float(attempt[slot]) for slot in slots] for attempt in attempts.values()]
    found = item_statistics(np.array(marks), np.array([float(full[slot]) for slot in slots]))
    assert len(marks) == 22
    for i, slot in enumerate(slots):
        x = [attempt[slot] for attempt in attempts.values()]
        rest = [sum(attempt.values()) - attempt[slot] for attempt in attempts.values()]
        mean, other = sum(x) / 22, sum(rest) / 22
        xx = sum((a - mean) ** 2 for a in x)
        xy = sum((a - mean) * (b - other) for a, b in zip(x, rest, strict=True))
        yy = sum((b - other) ** 2 for b in rest)
        assert found.p[i] == pytest.approx(float(mean / full[slot]), abs=EXACT)
        assert found.sd[i] == pytest.approx(float(xx / 21) ** 0.5, abs=EXACT)
        if xx:
            assert found.item_rest_r[i] == pytest.approx(float(xy) / float(xx * yy) ** 0.5, abs=EXACT)
        else:
            assert np.isnan(found.item_rest_r[i])


@given(st.integers(0, 2**32 - 1), st.integers(2, 600), st.integers(2, 12))
@settings(max_examples=40, deadline=None)
def test_the_table_of_counts_loses_nothing(seed, persons, items):
    """Counting options by total and correlating marks are two roads to the same figures."""
    rng = np.random.default_rng(seed)
    responses = rng.integers(0, 4, (persons, items)).astype(np.uint8)
    key = rng.integers(0, 4, items).astype(np.uint8)
    counted = table_statistics(count_options(responses, key, 4))
    marked = item_statistics((responses == key).astype(float))
    for field in ("n", "p", "sd", "item_total_r", "item_rest_r", "alpha_if_deleted", "alpha", "sem", "sd_total"):
        assert getattr(counted, field) == pytest.approx(getattr(marked, field), abs=1e-9, nan_ok=True)


def test_a_million_answers_are_counted_as_few_are():
    rng = np.random.default_rng(3)
    responses = rng.integers(0, 5, (20_011, 50)).astype(np.uint8)
    responses[rng.random(responses.shape) < 0.1] = MISSING
    key = rng.integers(0, 5, 50).astype(np.uint8)
    responses[:, 7] = key[7]  # more of one kind in a row than a byte can count
    table = count_options(responses, key, 5)
    total = (responses == key).sum(1)
    assert table.counts.sum() == (responses != MISSING).sum()
    for item, option, score in ((0, 0, 8), (17, 3, 10), (49, 4, 5), (7, key[7], 9), (7, key[7], 10)):
        assert table.counts[item, option, score] == ((responses[:, item] == option) & (total == score)).sum()


@given(st.lists(st.integers(0, 12), min_size=1, max_size=80), st.integers(2, 8))
def test_score_groups_are_those_of_quantiles(totals, groups):
    group_of, bounds = score_groups(np.bincount(totals, minlength=13), groups)
    ordered, last = sorted(totals), len(totals) - 1
    cuts = []
    for k in range(1, groups + 1):
        below, part = divmod(k * last, groups)
        above = ordered[min(below + 1, last)]
        cuts.append(ordered[below] + Fraction(part, groups) * (above - ordered[below]))
    inside = [sum(total > cut for cut in cuts) for total in range(13)]
    for one in totals:
        for two in totals:
            assert (group_of[one] == group_of[two]) == (inside[one] == inside[two])
            assert (group_of[one] < group_of[two]) == (inside[one] < inside[two])
    assert {int(group_of[total]) for total in totals} == set(range(bounds.size))
    assert set(bounds.tolist()) <= set(totals)
    assert bounds[-1] == max(totals)


def test_missing_marks_are_left_out_or_count_as_wrong(tmp_path: Path):
    rows = [(1, 1, 1), (1, None, 0), (0, 1, None), (0, 0, 0), (1, 1, 0)]
    file = write(tmp_path / "r.csv", ["a", "b", "c"], rows)
    left_out, wrong = run("items", file), run("items", file, "--missing", "wrong")
    assert [item["p"] for item in left_out["items"]] == pytest.approx([3 / 5, 3 / 4, 1 / 4])
    assert [item["n"] for item in left_out["items"]] == [5, 4, 4]
    assert [item["p"] for item in wrong["items"]] == pytest.approx([3 / 5, 3 / 5, 1 / 5])
    totals = [3, 1, 1, 0, 2]
    assert wrong["items"][0]["item_total_r"] == pytest.approx(np.corrcoef([1, 1, 0, 0, 1], totals)[0, 1])
    assert left_out["items"][1]["item_total_r"] == pytest.approx(np.corrcoef([1, 1, 0, 1], [3, 1, 0, 2])[0, 1])


def test_items_that_all_got_right_or_wrong_have_no_correlation(tmp_path: Path):
    marks, _, _ = answers(1, 50, 4)
    rows = np.column_stack([marks, np.ones(50, int), np.zeros(50, int)]).tolist()
    found = run("items", write(tmp_path / "r.csv", ["a", "b", "c", "d", "all", "none"], rows), "--model", "2pl")
    for item in found["items"][4:]:
        assert item["sd"] == 0
        assert item["item_total_r"] is item["item_rest_r"] is item["a"] is item["b"] is None
    assert all(item["a"] is not None for item in found["items"][:4])
    assert len([warning for warning in found["warnings"] if "tells nobody apart" in warning]) == 2


def test_one_item_and_one_person_are_no_accident(tmp_path: Path):
    alone = run("items", write(tmp_path / "r.csv", ["id", "a", "b"], [("x", 1, 0)]))
    assert (alone["persons"], alone["alpha"], alone["items"][0]["p"]) == (1, None, 1.0)
    single = run("items", write(tmp_path / "s.csv", ["a"], [(1,), (0,)]))
    assert single["alpha"] is None
    assert single["items"][0]["item_rest_r"] is None


KEYS = {
    "a row under the same header": "q1,q2,q3\nA,B,C\n",
    "a row in another order": "id,q3,q1,q2\nkey,C,A,B\n",
    "a row per item, named": "item,key\nq2,B\nq1,A\nq3,C\n",
    "a row per item, in order": "key\nA\nB\nC\n",
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_files_are_read_however_they_were_saved(tmp_path: Path, key, encoding, ends):
    text = 'id,q1,q2,q3\n张伟,A,B,C\n"李, 娜", A ,,D\nx3,B,B,NA\n\n'
    (tmp_path / "r.csv").write_bytes(text.replace("\n", ends).encode(encoding))
    (tmp_path / "k.csv").write_bytes(key.replace("\n", ends).encode(encoding))
    found = run("items", tmp_path / "r.csv", "--key", tmp_path / "k.csv")
    assert [item["p"] for item in found["items"]] == pytest.approx([2 / 3, 1, 1 / 2])
    assert [item["n"] for item in found["items"]] == [3, 2, 2]


def test_options_written_as_numbers_are_the_same_with_and_without_decimals(tmp_path: Path):
    responses = write(tmp_path / "r.csv", ["a", "b"], [("1.0", "3"), ("2.0", None), ("1", "3.0")])
    found = run("items", responses, "--key", write(tmp_path / "k.csv", ["a", "b"], [(1, "3.0")]))
    assert [item["p"] for item in found["items"]] == pytest.approx([2 / 3, 1])


REFUSED = {
    "a ragged row": ("a,b\n1,0\n1\n", None, "analysis.table_bad"),
    "no rows": ("a,b\n", None, "analysis.table_bad"),
    "a name twice": ("a,a\n1,0\n", None, "analysis.table_bad"),
    "options without a key": ("a,b\nA,B\n", None, "analysis.cell_bad"),
    "a key without an item": ("a,b\nA,B\n", "a,c\nA,B\n", "analysis.key_bad"),
}


@pytest.mark.parametrize(("responses", "key", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path, responses, key, code):
    (tmp_path / "r.csv").write_text(responses)
    arguments: list[object] = ["items", tmp_path / "r.csv"]
    if key is not None:
        (tmp_path / "k.csv").write_text(key)
        arguments += ["--key", tmp_path / "k.csv"]
    with pytest.raises(ExamError) as caught:
        run(*arguments)
    assert caught.value.kind.code == code
    assert ".csv" in caught.value.text("en")


def test_distractor_figures_of_an_option_that_nobody_chose_do_not_exist():
    responses = np.array([[0, 1], [1, 1], [0, 1]], np.uint8)
    figures = distractor_table(count_options(responses, np.array([0, 2], np.uint8), 3), 2)
    assert figures.n[1].tolist() == [0, 3, 0]
    assert np.isnan(figures.mean_total[1, 0])
    assert np.isnan(figures.point_biserial[1]).all()


def test_upper_and_lower_groups_are_those_counted_by_hand():
    """Ten persons with totals 4 4 3 3 2 2 1 1 0 0: 27 % is three, and the tie at either bound joins its group."""
    marks = np.array([[t >= 1, t >= 2, t >= 3, t >= 4] for t in (4, 4, 3, 3, 2, 2, 1, 1, 0, 0)], np.float64)
    assert upper_lower(marks).tolist() == pytest.approx([1 - 0.5, 1, 1, 0.5], abs=EXACT)
    assert upper_lower(marks * 2, np.full(4, 2.0)).tolist() == pytest.approx([0.5, 1, 1, 0.5], abs=EXACT)
    assert np.isnan(upper_lower(np.ones((5, 3)))).all()
    marks[0, 3] = np.nan
    assert upper_lower(marks)[3] == pytest.approx(1 / 3, abs=EXACT)
