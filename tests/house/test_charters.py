"""A charter on every door, and no strangers in the hall."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "itembank", "delivery", "scoring", "proctor", "programme", "practice", "web", "bench")
GIVEN = {"delivery", "itembank", "scoring", "proctor", "static", "tests", "pyproject.toml", "compose.yaml"}
JOINED = {"core", "programme", "practice", "web", "docs", "bench"}
CUSTOMARY = {"Makefile", "Dockerfile", "README.md", "CHANGELOG.md", "LICENSE", "NOTICE", "requirements.txt", "requirements-dev.txt"}


def _doors() -> list[Path]:
    return [path.relative_to(ROOT) for room in ROOMS for path in sorted((ROOT / room).rglob("__init__.py"))]


@pytest.mark.parametrize("door", _doors(), ids=str)
def test_a_package_opens_with_its_charter_and_nothing_else(door: Path) -> None:
    tree = ast.parse((ROOT / door).read_text("utf-8"))
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_nobody_else_lives_at_the_top_level() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    top = {path.split("/")[0] for path in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= GIVEN | JOINED | CUSTOMARY
