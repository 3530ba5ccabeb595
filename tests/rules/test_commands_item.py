"""`kaochang item score`: a line for every case, whatever the case is."""

import json
from pathlib import Path

from click.testing import CliRunner

from tests.make.qti import declare, item, op
from web.commands_item import item as command

ITEM = item(
    declare("response", "RESPONSE", "single", "identifier", "<correctResponse><value>A</value></correctResponse>"),
    declare("outcome", "SCORE", "single", "float"),
    op("responseProcessing", template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"),
)


def run(folder: Path, *lines: str) -> tuple[int, list[dict[str, object]]]:
    """Score the lines against a folder that holds one good item and one bad one."""
    root = folder / "root"
    root.mkdir()
    (root / "good.xml").write_bytes(ITEM)
    (root / "bad.xml").write_bytes(b"<assessmentItem>")
    (folder / "outside.xml").write_bytes(ITEM)
    (folder / "cases.jsonl").write_text("\n".join(lines))
    result = CliRunner().invoke(command, ["score", "--cases", str(folder / "cases.jsonl"), "--root", str(root), "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_outcomes_and_errors_line_by_line(tmp_path: Path) -> None:
    cases = [
        {"id": "right", "item": "good.xml", "responses": {"RESPONSE": "A"}},
        {"id": "wrong", "item": "good.xml", "responses": {"RESPONSE": ["B"]}, "seed": 3},
        {"id": "broken", "item": "bad.xml", "responses": {}},
        {"id": "missing", "item": "none.xml", "responses": {}},
        {"id": "outside", "item": "../outside.xml", "responses": {}},
        {"id": "folder", "item": ".", "responses": {}},
        {"id": "odd", "item": "good.xml", "responses": [1]},
        {"id": "seed", "item": "good.xml", "responses": {}, "seed": "x"},
        {"id": "nothing"},
    ]
    code, lines = run(tmp_path, *map(json.dumps, cases), "", "not json", "[1]", "[" * 100_000, '"\\u0000"')
    assert code == 1
    assert [line["id"] for line in lines] == [case["id"] for case in cases] + [None] * 4
    assert lines[0] == {"id": "right", "outcomes": {"completionStatus": "completed", "SCORE": 1.0}, "error": None}
    assert lines[1]["outcomes"] == {"completionStatus": "completed", "SCORE": 0.0}
    assert lines[2]["error"]["code"] == "scoring.item.xml_bad"  # type: ignore[index]
    assert {line["error"]["code"] for line in lines[3:]} == {"scoring.item.case_bad"}  # type: ignore[index]
    assert all(set(line["error"]) == {"code", "message"} for line in lines[2:])  # type: ignore[arg-type]


def test_all_is_well(tmp_path: Path) -> None:
    code, lines = run(tmp_path, json.dumps({"id": "right", "item": "good.xml", "responses": {"RESPONSE": "A"}}))
    assert (code, len(lines)) == (0, 1)


def test_a_byte_order_mark_is_no_part_of_the_first_case(tmp_path: Path) -> None:
    code, lines = run(tmp_path, "\ufeff" + json.dumps({"id": "right", "item": "good.xml", "responses": {"RESPONSE": "A"}}))
    assert (code, lines[0]["id"]) == (0, "right")


def test_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(command, ["score", "--cases", str(tmp_path / "none"), "--root", str(tmp_path)]).exit_code == 2
