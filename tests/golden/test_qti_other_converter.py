"""QTI in the dialect that another program makes of it says the same: items read the same, and score the same."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from qti_convert import convert_qti3_to_qti21, downgrade_package, upgrade_package, upgrade_qti2_to_qti3

from core.errors import ExamError
from itembank.exchange.dividing import divide
from itembank.exchange.export import Format, export
from itembank.exchange.recognise import read_file
from itembank.exchange.report import Read, Reading
from tests.make.corpora import corpus
from tests.make.demo_bank import demo_bank
from web.commands_item import item


def told(reading: Reading) -> Any:
    """Return an item as the bank would keep it, or why it stays out."""
    try:
        return divide(reading.draft).version.source if isinstance(reading, Read) else vars(reading)["error"].kind.code
    except ExamError as error:
        return error.kind.code


def converted(data: bytes) -> str:
    """Return an item of QTI 2 as QTI 3, and one of QTI 3 as QTI 2.1."""
    text = data.decode("utf-8-sig")
    return convert_qti3_to_qti21(text).xml if "<qti-assessment-item" in text else upgrade_qti2_to_qti3(text)


@pytest.mark.parametrize(("dialect", "convert"), [("qti21", upgrade_package), ("qti22", upgrade_package), ("qti3", downgrade_package)])
def test_an_export_reads_the_same_in_the_other_dialect(dialect: Format, convert: Any, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.zip", tmp_path / "theirs.zip"
    ours.write_bytes(export(demo_bank()[::4], dialect).data)
    convert(ours, theirs)
    held, back = ([told(reading) for reading in read_file(file.read_bytes(), "bank")] for file in (ours, theirs))
    assert len(held) > 70
    assert back == held


def test_items_of_others_read_the_same_in_the_other_dialect() -> None:
    files = sorted(corpus("qti").rglob("*.xml"))
    assert len(files) > 70
    for path in files:
        data = path.read_bytes()
        held, back = ([told(reading) for reading in read_file(one, path.name)] for one in (data, converted(data).encode()))
        assert back == held, path.name


def test_items_score_the_same_in_the_other_dialect(tmp_path: Path) -> None:
    theirs = shutil.copytree(corpus("qti"), tmp_path / "qti")
    for path in theirs.rglob("*.xml"):
        path.write_text(converted(path.read_bytes()), "utf-8")
    ours, back = (outcomes_of(folder) for folder in (corpus("qti"), theirs))
    assert {name: (held, back[name]) for name, held in ours.items() if held != back[name]} == {}


def outcomes_of(folder: Path) -> dict[str, Any]:
    run = CliRunner().invoke(item, ["score", "--cases", str(folder / "cases.jsonl"), "--root", str(folder), "--json"])
    return {result["id"]: result["outcomes"] for result in map(json.loads, run.stdout.splitlines())}
