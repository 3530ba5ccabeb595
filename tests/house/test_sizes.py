"""No giants: files of at most 400 lines, functions of at most 60."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES, MOST_FUNCTION_LINES = 400, 60
ROOMS = ("core", "itembank", "delivery", "scoring", "proctor", "programme", "practice", "web", "bench", "static", "tests")
SUFFIXES = {".py", ".js", ".mjs", ".css", ".html"}


def _files() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in SUFFIXES and not {"vendor", "versions", "__pycache__"} & set(path.parts):
                yield path.relative_to(ROOT)


def _long_functions(source: str) -> list[str]:
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [node.name for node in functions if (node.end_lineno or 0) - node.lineno + 1 > MOST_FUNCTION_LINES]


@pytest.mark.parametrize("path", list(_files()), ids=str)
def test_a_file_is_no_giant_and_holds_none(path: Path) -> None:
    source = (ROOT / path).read_text("utf-8")
    assert len(source.splitlines()) <= MOST_LINES
    if path.suffix == ".py":
        assert _long_functions(source) == []


def test_the_measure_tells_a_giant_from_a_tall_one() -> None:
    body = "    pass\n" * (MOST_FUNCTION_LINES - 1)
    assert _long_functions("def tall():\n" + body) == []
    assert _long_functions("def giant():\n" + body + "    pass\n") == ["giant"]
