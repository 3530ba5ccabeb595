"""Whatever a file holds, `kaochang analyse` answers with figures or with a coded error, and JSON that is JSON."""

import itertools
import json
import random
import re
from pathlib import Path

import pytest

from core.errors import ExamError
from web.analysis.responses import read_responses
from web.analysis.sheets import read_sheet
from web.cli import run

_RNG = random.Random(1)
_HOLES = "\n".join(f"p{n}," + ",".join(_RNG.choice(["0", "1", ""]) for _ in range(3)) for n in range(20))
FILES: dict[str, str | bytes] = {
    "nothing": "",
    "header alone": "q1,q2\n",
    "one item": "q1\n1\n0\n1\n",
    "one person": "id,q1,q2\na,1,0\n",
    "constant items": "q1,q2,q3\n1,1,0\n1,0,0\n1,1,0\n1,0,0\n",
    "everybody alike": "q1,q2\n1,1\n1,1\n",
    "missing cells": f"id,q1,q2,q3\n{_HOLES}\n",
    "an empty column": "q1,q2\n1,\n0,\n1,\n",
    "an empty row": "id,q1,q2\na,1,0\nb,,\nc,0,1\nd,1,1\n",
    "only missing": "q1,q2\nNA,\n,NaN\n",
    "words": "q1,q2\n1,abc\n0,x\n",
    "a short row": "q1,q2\n1,0\n1\n",
    "a name twice": "q1,q1\n1,0\n0,1\n",
    "negative marks": "q1,q2\n-1,0.5\n2,1\n0,3.25\n1,1\n",
    "an absurd number": "q1,q2\n1e308,1\n1e308,0\n0,1\n",
    "beyond a number": "q1,q2\n1e400,1\n0,1\n",
    "half marks": "q1,q2,q3\n0.5,1,2\n0,1,0\n1.5,0,2\n2,0,1\n1,1,1\n",
    "perfect or empty": "q1,q2,q3,q4\n" + "1,1,1,1\n" * 5 + "0,0,0,0\n" * 5,
    "no text": bytes(range(256)),
    "scores": "total,anchor\n5,2\n6,3\n7,3\n3,1\n",
    "one score": "total,anchor\n5,2\n",
    "counts": "scale,x,y\n0,1,2\n1,3,4\n2,0,0\n3,5,1\n",
    "negative counts": "scale,x,y\n0,-1,2\n1,3,4\n",
    "absurd counts": "total,count\n1,99999999999\n2,5\n",
    "no counts": "scale,x,y\n0,0,0\n1,0,0\n",
    "groups": "q1,q2,group\n1,0,a\n0,1,b\n1,1,a\n0,0,b\n1,0,\n",
    "groups without an item": "group\na\nb\n",
    "a measure for an item": "score,group\n" + "".join(f"{n},{n % 2}\n" for n in range(20)),
    "one group": "q1,q2,group\n1,0,a\n0,1,a\n",
}
COMMANDS: tuple[tuple[str, ...], ...] = (
    *(("items", "FILE", "--model", model) for model in ("ctt", "rasch", "1pl", "2pl", "3pl", "graded")),
    ("items", "FILE", "--model", "2pl", "--abilities", "wle", "--missing", "wrong"),
    ("agreement", "FILE"),
    ("agreement", "FILE", "--transposed"),
    ("equating", "FILE", "--bootstrap", "5", "--smooth", "2"),
    ("equating", "FILE", "FILE", "--bootstrap", "5"),
    ("equating", "FILE", "FILE", "--bootstrap", "5", "--high", "1e9"),
    ("equating", "FILE", "FILE", "--bootstrap", "5", "--low", "9", "--high", "1"),
    ("dif", "FILE"),
    ("dif", "FILE", "--purify"),
    ("similarity", "FILE"),
)


@pytest.mark.parametrize("name", FILES)
def test_no_file_makes_an_analysis_stumble(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = FILES[name]
    path = tmp_path / "table.csv"
    path.write_bytes(held if isinstance(held, bytes) else held.encode())
    for command in COMMANDS:
        code = run(["analyse", *(str(path) if word == "FILE" else word for word in command), "--json"])
        out = capsys.readouterr().out
        document = json.loads(out, parse_constant=pytest.fail)
        assert code == ("error" in document), command
        if code:
            assert document["error"]["code"].startswith("analysis."), command


def test_keys_that_do_not_fit_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_text("id,q1,q2\na,A,B\nb,B,\nc,A,D\n", "utf-8")
    good = {"q1,q2\nA,B\n": 0, "q1,q2\nZ,B\n": 0, "item,key\nq2,B\nq1,A\n": 0}
    keys = good | {"q1\nA\n": 1, "q1,q2\nA,\n": 1, "q1,q2\nA,B\nB,A\n": 1, "": 1}
    for (held, expected), command in itertools.product(keys.items(), ("items", "similarity")):
        (tmp_path / "key.csv").write_text(held, "utf-8")
        code = run(["analyse", command, str(answers), "--key", str(tmp_path / "key.csv"), "--json"])
        document = json.loads(capsys.readouterr().out)
        assert (code, "error" in document) == (expected, bool(expected)), (held, command)


def test_ids_are_kept_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("准考证号,q1\n 007,1\n1.50,0\nNA,1\n,0\n", "utf-8")
    assert read_sheet(path).ids == ("007", "1.50", "NA", "4")


@pytest.mark.parametrize("name", ["subject", "Subject", "对象", "考生"])
def test_a_first_column_of_subjects_is_no_rater(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text(f"{name},甲,乙\n1,3,4\n2,5,5\n3,1,2\n", "utf-8")
    assert run(["analyse", "agreement", str(path), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["raters"], document["pairs"][0]["raters"]) == (2, ["甲", "乙"])


@pytest.mark.parametrize("held", ["", "q1,q2\n", "q1,q1\n1,0\n", "q1,q2\n1\n", "q1,q2\n1,B\n", "q1\n1e99\n", bytes(range(256))])
def test_what_is_wrong_with_a_table_is_told_in_one_language(held: str | bytes, tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    path.write_bytes(held if isinstance(held, bytes) else held.encode())
    with pytest.raises(ExamError) as refused:
        read_responses(path, None)
    assert not re.search("[a-z]{2,} [a-z]{2,}", refused.value.text("zh"))
    assert not re.search("[\u4e00-\u9fff]", refused.value.text("en").replace("表.csv", ""))


def test_an_empty_cell_in_quotes_is_a_person_of_a_single_column(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('q1\n1\n""\n0\n\n', "utf-8")
    assert read_sheet(path).columns == (("1", None, "0"),)


def test_a_word_among_marks_is_refused_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "table.csv"
    path.write_text("q1,q2\n1,0\n1,B\n0,A\n", "utf-8")
    assert run(["analyse", "items", str(path), "--json"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "analysis.cell_bad"
    assert (error["fields"]["row"], error["fields"]["column"], error["fields"]["value"]) == (3, "q2", "B")


def test_a_slope_without_a_finite_estimate_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two items that always agree: the likelihood rises for ever with their slopes."""
    path = tmp_path / "table.csv"
    draw = random.Random(1)
    rows = [(draw.randrange(2), draw.randrange(2)) for _ in range(60)]
    path.write_text("q1,q2,q3\n" + "".join(f"{a},{a},{b}\n" for a, b in rows), "utf-8")
    for model, told in (("2pl", True), ("1pl", False)):
        assert run(["analyse", "items", str(path), "--model", model, "--json"]) == 0
        warnings = json.loads(capsys.readouterr().out)["warnings"]
        assert any("no finite estimate" in warning for warning in warnings) == told


def test_a_file_that_cannot_be_written_is_a_coded_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bank", "template", str(tmp_path / "nowhere" / "items.xlsx"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "cli.file"
