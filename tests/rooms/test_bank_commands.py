"""`kaochang bank` and `kaochang form` as scripts call them: one JSON document, and exit codes that tell."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.clock import now
from core.unit import Database
from itembank.blueprint import Blueprint
from tests.make.bank import choice, published, sheet, stock
from tests.make.qti import sums
from web import cli

ROW: dict[str, Any] = {"题型": "单选题", "题干": "问?", "选项A": "甲", "选项B": "乙", "答案": "A"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a sheet of which one row is wrong, in a deployment with an embedded database of its own."""
    monkeypatch.setenv("KAOCHANG_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("KAOCHANG_DATABASE_URL", raising=False)
    bank = tmp_path / "bank"
    bank.mkdir()
    (bank / "a.xlsx").write_bytes(sheet([{**ROW, "编号": "q1"}, {**ROW, "编号": "q2", "答案": "C"}]))
    (bank / "b.jsonl").write_text(choice("q3").model_dump_json(exclude_defaults=True), "utf-8")
    (bank / "notes.txt").write_text("no items", "utf-8")
    return bank


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, Any]:
    code = cli.run([*map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_parameterised_item_goes_in_as_its_clones(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "sums.xml"
    path.write_bytes(sums())
    code, report = run(capsys, "bank", "import", path)
    assert (code, [item["ref"] for item in report["items"]]) == (0, ["I-1", "I-2", "I-3", "I-4", "I-5"])
    _, again = run(capsys, "bank", "import", path)
    assert {item["status"] for item in again["items"]} == {"unchanged"}


def test_import_reports_and_exits_1_when_something_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dry = run(capsys, "bank", "import", folder, "--dry-run")
    assert run(capsys, "bank", "import", folder) == dry
    code, report = dry
    assert code == 1
    assert [(item["ref"], item["kind"], item["version"]) for item in report["items"]] == [("q1", "single", 1), ("q3", "single", 1)]
    (refused,) = report["refused"]
    assert (refused["ref"], refused["code"], refused["row"], refused["column"]) == ("q2", "itembank.answer_unknown", 3, "答案")
    assert Path(refused["file"]).name == "a.xlsx"
    again, report = run(capsys, "bank", "import", folder / "b.jsonl", "--format", "jsonl")
    assert (again, report["items"][0]["status"]) == (0, "unchanged")


def test_the_template_is_empty_until_it_is_filled_in(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "bank", "template", tmp_path / "t.xlsx")[0] == 0
    code, report = run(capsys, "bank", "import", tmp_path / "t.xlsx", "--dry-run")
    assert (code, report["items"], [refused["code"] for refused in report["refused"]]) == (1, [], ["itembank.file_empty"])


def test_forms_are_assembled_or_the_conflict_is_named(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "bank", "import", folder)
    database = Database(f"sqlite:///{tmp_path / 'var' / 'kaochang.sqlite'}", pool_size=1)
    stock(database, [choice(f"s{n}") for n in range(4)], now())
    database.engine.dispose()
    plan = {"title": "T", "sections": [{"id": "a", "title": "选择", "draws": [{"count": 2, "kind": "single"}]}]}
    blueprint = tmp_path / "blueprint.json"
    blueprint.write_text(json.dumps(plan), "utf-8")
    code, drawn = run(capsys, "form", "assemble", blueprint, "--forms", 2)
    assert (code, drawn["infeasible"]) == (0, None)
    assert sorted(ref for form in drawn["forms"] for ref in form["items"]) == ["s0", "s1", "s2", "s3"]
    assert drawn["forms"][0]["checks"] == {
        "items": 2,
        "total_marks": "2",
        "by_kind": {"single": 2},
        "predicted_mean": None,
        "predicted_spread": None,
        "most_exposed": 0,
        "repeated_items": 0,
    }
    code, drawn = run(capsys, "form", "assemble", blueprint, "--forms", 3)
    assert (code, drawn["forms"], drawn["infeasible"]["needed"], drawn["infeasible"]["available"]) == (1, [], 6, 4)
    draw, apart = drawn["infeasible"]["conflict"]
    told = {"kind": "draw", "section": "a", "of_kind": "single", "count": 2, "available_alone": 4}
    assert told.items() <= draw.items()
    assert (apart["kind"], apart["en"]) == ("apart", "no item in two forms")


def test_wrong_usage_exits_2_and_a_wrong_blueprint_1(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "bank", "import", tmp_path / "missing")[0] == 2
    blueprint = tmp_path / "wrong.json"
    blueprint.write_text('{"title": "T", "sections": []}', "utf-8")
    code, told = run(capsys, "form", "assemble", blueprint)
    assert (code, told["error"]["code"]) == (1, "itembank.blueprint_wrong")


def test_a_frozen_form_goes_out_and_comes_back_as_a_blueprint(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "bank", "import", folder)
    database = Database(f"sqlite:///{tmp_path / 'var' / 'kaochang.sqlite'}", pool_size=1)
    stock(database, [choice("s1"), choice("s2")], now())
    plan = {"title": "T", "sections": [{"id": "a", "title": "选择", "draws": [{"count": 2, "refs": ["s1", "s2"]}]}]}
    form = published(database, Blueprint.model_validate(plan), now())
    database.engine.dispose()
    out = tmp_path / "form.zip"
    assert run(capsys, "form", "export", form, out) == (0, {"items": 2, "lost": []})
    code, report = run(capsys, "bank", "import", out, "--dry-run")
    assert (code, [item["status"] for item in report["items"]]) == (0, ["unchanged", "unchanged"])
    (told,) = report["tests"]
    assert (told["title"], told["sections"]) == ("T", [{"title": "选择", "items": 2}])
    (tmp_path / "again.json").write_text(json.dumps(told["blueprint"]), "utf-8")
    code, drawn = run(capsys, "form", "assemble", tmp_path / "again.json")
    assert (code, drawn["forms"][0]["items"]) == (0, ["s1", "s2"])
    code, refused = run(capsys, "form", "export", drawn["forms"][0]["form"], tmp_path / "none.zip")
    assert (code, refused["error"]["code"]) == (1, "itembank.form_state")


def test_export_writes_a_file_and_names_what_is_lost(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "bank", "import", folder)
    for form in ("qti3", "qti22", "qti21", "xlsx", "jsonl", "moodle", "gift"):
        lost = ["language"] if form in {"moodle", "gift"} else []
        out = tmp_path / f"out.{form}"
        code, report = run(capsys, "bank", "export", "--format", form, out)
        assert (code, report["items"]) == (0, 2)
        assert report["lost"] == [{"ref": "q3", "feature": feature} for feature in lost]
        again, seen = run(capsys, "bank", "import", out, "--dry-run")
        statuses = {item["ref"]: item["status"] for item in seen["items"]}
        assert (again, statuses) == (0, {"q1": "unchanged", "q3": "changed" if lost else "unchanged"})
    code, report = run(capsys, "bank", "export", "--format", "aiken", tmp_path / "a.txt", "--query", "text=q1")
    assert (code, report["items"], report["lost"][0]) == (0, 1, {"ref": "q1", "feature": "ref"})
    code, report = run(capsys, "bank", "export", "--format", "jsonl", tmp_path / "one", "--query", "text=q3&kind=single")
    assert (code, report) == (0, {"items": 1, "lost": []})
    code, report = run(capsys, "bank", "export", "--format", "jsonl", tmp_path / "none", "--query", "colour=red")
    assert (code, report["error"]["code"]) == (1, "core.invalid")
    assert not (tmp_path / "none").exists()
