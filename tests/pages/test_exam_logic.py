"""The page's pure logic by node, its texts, and the vendored files by their sums."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "static" / "exam"
VENDOR = ROOT / "static" / "vendor"


@pytest.mark.parametrize("file", ["exam_courier.test.mjs", "exam_logic.test.mjs", "item_kinds.test.mjs"])
def test_the_pure_logic_of_the_page(file: str) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: install the package nodejs")
    run = subprocess.run(
        [node, "--test", "--test-reporter=tap", f"tests/pages/{file}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    written = len(re.findall(r"^test\(", (ROOT / "tests/pages" / file).read_text("utf-8"), re.M))
    assert f"# pass {written}" in run.stdout  # a run that finds no test also ends with 0


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    told = set(re.findall(r"^  (\w+): \{ zh:", (PAGE / "texts.js").read_text("utf-8"), re.M))
    source = "\n".join(path.read_text("utf-8") for path in PAGE.glob("*.js") if path.name != "texts.js")
    asked = set(re.findall(r"\bt\(\"(\w+)\"", source))
    prefixes = [prefix for prefix in re.findall(r"\bt\(`(\w*)\$\{", source) if prefix]
    quoted = set(re.findall(r"\"(\w+)\"", source))
    assert asked <= told
    states = {"absentTitle", "absentWhy", "voidedTitle", "voidedWhy"}
    unused = {key for key in told if key not in quoted | states and not any(key.startswith(prefix) for prefix in prefixes)}
    assert not unused


def test_vendored_files_are_those_that_were_published() -> None:
    listed = {}
    for package in json.loads((VENDOR / "manifest.json").read_text("utf-8")):
        assert package["licence"]
        assert any(file["from"] == "LICENSE" for file in package["files"])
        listed.update({file["path"]: file["sha256"] for file in package["files"]})
    found = {path.relative_to(VENDOR).as_posix(): path for path in VENDOR.rglob("*") if path.is_file() and path.parent != VENDOR}
    assert listed == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()}
