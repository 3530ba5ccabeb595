"""The table of a bench: when a bound is met, and how rows find their place in the documentation."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.report import is_met, lines, write_docs

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def row(name: str, ratio: float | None, bound: str = ">= 1.5") -> dict[str, object]:
    return {"name": name, "ratio": ratio, "bound": bound, "raw": {"ours": {"per_s": 1234.0}, "list": [1, 2]}}


@pytest.mark.parametrize(
    ("ratio", "bound", "met"),
    [
        (1.5, ">= 1.5", True),
        (1.49, ">= 1.5", False),
        (50, "<= 50", True),
        (51, "<= 50", False),
        (0.03, "<= 1/30", True),
        (None, "<= 1", None),
    ],
)
def test_a_bound_is_met_or_not_or_not_measured(ratio: float | None, bound: str, met: bool | None) -> None:
    assert is_met(row("a", ratio, bound)) is met


def test_a_line_shows_verdict_ratio_bound_and_raw_figures() -> None:
    (line,) = lines([row("saves / echo", 1.2)])
    for word in ("no", "1.2", ">= 1.5", "saves / echo", "ours (per_s 1,234.0)", "list 1 2"):
        assert word in line


def test_rows_take_the_place_of_their_like_and_leave_the_others(tmp_path: Path) -> None:
    page = tmp_path / "bench.md"
    page.write_text("above\n<!-- rows -->\n<!-- end of rows -->\nbelow\n", "utf-8")
    write_docs([row("a", 1), row("b", 2)], page, NOW)
    write_docs([row("b", 3), row("c", None)], page, NOW)
    text = page.read_text("utf-8")
    assert text.startswith("above\n")
    assert text.endswith("below\n")
    table = [line for line in text.splitlines() if line.startswith("| ")]
    assert [line.split(" | ")[:2] for line in table] == [["| Bench", "reached"], ["| a", "no 1"], ["| b", "yes 3"], ["| c", "? -"]]
