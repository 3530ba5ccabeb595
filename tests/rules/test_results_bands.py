"""`results bands` from files: the document of the contract, exact numbers, late results, and refusals by field."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import ExamError
from tests.make.analysis import run_results, write

POLICY: dict[str, Any] = {
    "paper_min": 60,
    "total_min": 120,
    "denominator": "passers",
    "rounding": "floor",
    "ties": "all_up",
    "bands": [{"name": "优秀", "top": 0.1}, {"name": "良好", "top": 0.3}, {"name": "合格", "top": 1.0}],
}


def policy(tmp_path: Path, **change: object) -> Path:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({**POLICY, **change}), encoding="utf-8")
    return path


def scores(tmp_path: Path, rows: list[tuple[object, ...]], name: str = "scores.csv") -> Path:
    return write(tmp_path / name, ["id", "基础", "实务"], rows)


def cohort(n: int) -> list[tuple[object, ...]]:
    return [(f"A{i:02}", "60.5", 60 + i) for i in range(n)]


def test_the_document_is_that_of_the_contract(tmp_path: Path):
    rows = [*cohort(20), ("B1", 59, 100), ("B2", 90, None), ("B3", None, None)]
    found = run_results("bands", scores(tmp_path, rows), "--policy", policy(tmp_path))
    band = {entry["id"]: (entry["total"], entry["band"]) for entry in found["bands"]}
    assert [entry["id"] for entry in found["bands"]] == [row[0] for row in rows]
    assert band["A19"] == (139.5, "优秀")
    assert band["A17"] == (137.5, "良好")
    assert band["A13"] == (133.5, "合格")
    assert (band["B1"], band["B2"], band["B3"]) == ((159, None), (90, None), (None, None))
    assert [cut["min_total"] for cut in found["cuts"]] == [138.5, 134.5, 120.5]
    assert [cut["people"] for cut in found["cuts"]] == [2, 4, 14]
    assert {name: found["policy"][name] for name in POLICY} == POLICY
    assert (found["sitters"], found["passers"]) == (22, 20)


def test_totals_are_added_exactly(tmp_path: Path):
    """0.1 + 0.2 is above 0.3 in binary: the person would pass a total of 60.3000…01 and fail one of 60.3."""
    change = {"paper_min": 0, "total_min": "60.3"}
    found = run_results("bands", scores(tmp_path, [("a", "60.1", "0.2")]), "--policy", policy(tmp_path, **change))
    assert found["bands"][0] == {"id": "a", "total": 60.3, "band": "合格", "passed": True}


def test_late_results_under_freeze_are_added_and_move_nobody(tmp_path: Path):
    frozen = policy(tmp_path, late="freeze")
    first = run_results("bands", scores(tmp_path, cohort(20)), "--policy", frozen)
    (tmp_path / "published.json").write_text(json.dumps(first))
    late = [("L1", "60.5", 100), ("L2", "60.5", 75), ("L3", "60.5", "78")]
    lowered = [row if row[0] != "A19" else ("A19", "60.5", 61) for row in cohort(20)]
    path = scores(tmp_path, [*lowered, *late], "late.csv")
    after = run_results("bands", path, "--policy", frozen, "--published", tmp_path / "published.json")
    assert [entry["band"] for entry in after["bands"][:20]] == [entry["band"] for entry in first["bands"]]
    assert [entry["band"] for entry in after["bands"][20:]] == ["优秀", "良好", "优秀"]
    assert after["cuts"] == first["cuts"]
    again = run_results("bands", path, "--policy", policy(tmp_path), "--published", tmp_path / "published.json")
    assert [entry["band"] for entry in again["bands"]] != [entry["band"] for entry in after["bands"]]


REFUSED = {
    "a word for a mark": ([("a", "sixty", 70)], {}, "analysis.cell_bad"),
    "an id twice": ([("a", 60, 70), ("a", 61, 70)], {}, "analysis.table_bad"),
    "a share of ten": ([("a", 60, 70)], {"bands": [{"name": "x", "top": 10}]}, "analysis.policy_bad"),
    "a paper that is not there": ([("a", 60, 70)], {"paper_min": {"听力": 60}}, "analysis.column_missing"),
}


@pytest.mark.parametrize(("rows", "change", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_used_is_refused(tmp_path: Path, rows, change, code):
    with pytest.raises(ExamError) as caught:
        run_results("bands", scores(tmp_path, rows), "--policy", policy(tmp_path, **change))
    assert caught.value.kind.code == code


@pytest.mark.parametrize("published", ["{}", "[]", "x", '{"bands": [{"id": "a", "band": "甲"}], "cuts": []}'])
def test_published_results_that_are_none_are_refused(tmp_path: Path, published):
    (tmp_path / "published.json").write_text(published)
    with pytest.raises(ExamError) as caught:
        run_results(
            "bands",
            scores(tmp_path, cohort(3)),
            "--policy",
            policy(tmp_path, late="freeze"),
            "--published",
            tmp_path / "published.json",
        )
    assert caught.value.kind.code == "analysis.published_bad"
