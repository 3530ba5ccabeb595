"""The reference cases of QTI processing, through the command that people use."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.make.corpora import corpus
from web.commands_item import item

DIFFERENCES = Path(__file__).parents[2] / "docs" / "qti-differences.md"


@pytest.fixture(scope="module")
def cases() -> dict[str, dict[str, Any]]:
    """All reference cases by id."""
    lines = (corpus("qti") / "cases.jsonl").read_text().splitlines()
    return {case["id"]: case for case in map(json.loads, lines)}


@pytest.fixture(scope="module")
def results() -> dict[str, dict[str, Any]]:
    """What the command prints for each case, by id."""
    root = corpus("qti")
    run = CliRunner().invoke(item, ["score", "--cases", str(root / "cases.jsonl"), "--root", str(root), "--json"])
    assert run.exit_code == 1  # some reference cases are refused
    return {result["id"]: result for result in map(json.loads, run.stdout.splitlines())}


def same(found: object, expected: object) -> bool:
    """Compare JSON values: numbers by value, booleans only with booleans."""
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, int | float) and isinstance(expected, int | float):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return found == expected


def passes(case: dict[str, Any], result: dict[str, Any]) -> bool:
    expected = case["expected"]
    if "error_contains" in expected:
        return result["error"] is not None
    outcomes = expected.get("outcomes") or {"SCORE": expected["score"]}
    return result["error"] is None and all(same(result["outcomes"].get(name, "missing"), value) for name, value in outcomes.items())


def test_every_case_has_its_line(cases: dict[str, Any], results: dict[str, Any]) -> None:
    assert results.keys() == cases.keys()
    assert all(set(result) == {"id", "outcomes", "error"} for result in results.values())


def test_every_gold_case_passes(cases: dict[str, Any], results: dict[str, Any]) -> None:
    gold = [name for name, case in cases.items() if case["gold"]]
    assert len(gold) > 150
    assert [name for name in gold if not passes(cases[name], results[name])] == []


def test_the_other_failing_cases_are_exactly_those_that_the_document_explains(cases: dict[str, Any], results: dict[str, Any]) -> None:
    explained = re.findall(r"^\| `([^`]+)` \|", DIFFERENCES.read_text(), re.MULTILINE)
    failing = [name for name, case in cases.items() if not passes(case, results[name])]
    assert sorted(failing) == sorted(explained)


def test_the_comparison_can_fail() -> None:
    case = {"expected": {"outcomes": {"SCORE": 1, "PASS": True}}}
    assert passes(case, {"outcomes": {"SCORE": 1.0, "PASS": True}, "error": None})
    for outcomes in ({"SCORE": 0, "PASS": True}, {"SCORE": 1, "PASS": 1}, {"SCORE": 1}, {"SCORE": None, "PASS": True}):
        assert not passes(case, {"outcomes": outcomes, "error": None})
