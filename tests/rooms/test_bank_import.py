"""Importing: what is sound goes in as new immutable versions, what is wrong stays out alone, and a dry run tells the same."""

import json
import threading
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.errors import ExamError
from core.tables import AuditRow, FactRow
from core.unit import Database
from itembank import keys, queries, reading, reviewing
from itembank.exchange.intake import get_source, import_drafts
from itembank.exchange.recognise import read_file
from itembank.exchange.report import Report
from itembank.tables import ItemRow, ItemVersionRow, KeyRow, TagRow
from tests.make.bank import AUTHOR, SECRET, case, choice, item_id, sheet, stock, take_in, written
from tests.make.clock import MovableClock

ROW: dict[str, Any] = {"题型": "单选题", "题干": "问?", "选项A": "甲", "选项B": "乙", "答案": "A"}
ITEM = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="{id}" title="T">
<responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>right</value></correctResponse>
</responseDeclaration><itemBody><p>Q {id}</p><choiceInteraction responseIdentifier="R" maxChoices="1">
<simpleChoice identifier="wrong">W</simpleChoice><simpleChoice identifier="right">R</simpleChoice></choiceInteraction></itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"/></assessmentItem>"""


def import_file(database: Database, clock: MovableClock, data: bytes, name: str = "bank", *, dry_run: bool = False) -> Report:
    with database.unit(AUTHOR, clock()) as unit:
        return import_drafts(unit, list(read_file(data, name)), dry_run=dry_run)


def counts(database: Database) -> list[int]:
    with database.reading() as session:
        tables = (ItemRow, ItemVersionRow, KeyRow, TagRow, AuditRow, FactRow)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def told(report: Report) -> list[tuple[str, int | None, str | None]]:
    return [(r.error.kind.code.removeprefix("itembank."), r.place.row, r.place.column) for r in report.refused]


def archive(files: dict[str, bytes | str]) -> bytes:
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return memory.getvalue()


MIXED = sheet(
    [
        {**ROW, "编号": "q1"},
        {**ROW, "编号": "q2", "答案": "Z"},
        {**ROW, "编号": "q3", "题干": "<p>好<img src=x onerror=alert(1)></p>"},
        {**ROW, "编号": "q1", "题干": "同号"},
        {**ROW, "编号": "q5", "题干": "<b><script>alert(1)</script></b>"},
        {**ROW, "编号": "q6", "选项A": "<b>甲</b>", "选项B": "<b>甲</b><!-- x -->"},
        {**ROW, "编号": "q7"},
    ]
)


def test_wrong_rows_stay_out_alone(database: Database, clock: MovableClock) -> None:
    report = import_file(database, clock, MIXED, "b.xlsx")
    assert [entry.ref for entry in report.items] == ["q1", "q3", "q7"]
    assert told(report) == [
        ("answer_unknown", 3, "答案"),
        ("ref_twice", 5, None),
        ("stem_empty", 6, None),
        ("option_text_twice", 7, None),
    ]
    assert [(note.ref, note.error.kind.code, note.place.row) for note in report.warnings] == [
        ("q3", "itembank.picture_dropped", 4),
        ("q1", "itembank.alike", 2),
        ("q7", "itembank.alike", 8),
    ]
    assert counts(database) == [3, 3, 3, 0, 1, 1]


def test_what_is_kept_of_an_import_counts_rows_and_not_their_faults(database: Database, clock: MovableClock) -> None:
    report = import_file(database, clock, sheet([{**ROW, "编号": "q1", "答案": "Z", "难度": "很难"}, {**ROW, "编号": "q2"}]), "b.xlsx")
    assert {remark.place.row for remark in report.refused} == {2}
    assert len(report.refused) == 2
    with database.reading() as session:
        assert session.scalars(select(AuditRow.detail)).one() == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database, clock: MovableClock) -> None:
    import_file(database, clock, sheet([{**ROW, "编号": "q7"}]))
    before = counts(database)
    dry = import_file(database, clock, MIXED, dry_run=True)
    assert counts(database) == before
    wet = import_file(database, clock, MIXED)
    assert dry.as_dict() == wet.as_dict()
    assert [entry.status for entry in wet.items] == ["new", "new", "unchanged"]


def test_the_report_has_the_shape_of_the_contract(database: Database, clock: MovableClock) -> None:
    document = json.loads(json.dumps(import_file(database, clock, MIXED, "b.xlsx").as_dict()))
    assert set(document) == {"items", "tests", "refused", "warnings", "untold"}
    assert document["items"][0] == {"ref": "q1", "kind": "single", "title": "问?", "version": 1, "status": "new"}
    wrong = {
        "ref": "q2",
        "code": "itembank.answer_unknown",
        "reason": "答案 Z 不是任何一个选项",
        "file": "b.xlsx",
        "row": 3,
        "column": "答案",
    }
    assert document["refused"][0] == wrong


def test_a_change_is_a_new_version_and_the_old_one_stays(database: Database, clock: MovableClock) -> None:
    with database.unit(AUTHOR, clock()) as unit:
        take_in(unit, [choice("q"), choice("same")])
        item = item_id(unit, "q")
    with database.reading() as session:
        first = queries.versions_of(session, item)[0]
    with database.unit(AUTHOR, clock.move(60)) as unit:
        report = take_in(unit, [choice("q", stem="Another?"), choice("same")])
    assert [(entry.version, entry.status) for entry in report.items] == [(2, "changed"), (1, "unchanged")]
    with database.reading() as session:
        newest, oldest = queries.versions_of(session, item)
        assert (newest.n, reading.keyless(session, newest.id).stem) == (2, "Another?")
        assert (oldest.id, oldest.content, oldest.created_at) == (first.id, first.content, first.created_at)


def test_a_change_that_leaves_empty_what_was_there_is_told(database: Database, clock: MovableClock) -> None:
    full = {**ROW, "编号": "q1", "解析": "因为", "知识点": "物流/报关", "难度": "0.4"}
    import_file(database, clock, sheet([full]), "b.xlsx")
    for dry_run in (True, False):
        report = import_file(database, clock, sheet([{**ROW, "编号": "q1", "难度": "0.5"}]), "b.xlsx", dry_run=dry_run)
        (warning,) = report.warnings
        assert warning.error.kind.code == "itembank.change_empties"
        assert {"解析", "知识点"} == set(warning.error.fields["fields"].zh.split("、"))
        assert warning.place.row == 2
    assert (
        import_file(database, clock, sheet([{**ROW, "编号": "q1", "题干": "又问?"}]), "b.xlsx").warnings[0].error.fields["fields"].en
        == "Difficulty"
    )
    assert import_file(database, clock, sheet([full]), "b.xlsx").warnings == []


def test_only_a_changed_key_is_a_new_version_too(database: Database, clock: MovableClock) -> None:
    with database.unit(AUTHOR, clock()) as unit:
        take_in(unit, [choice("q")])
        report = take_in(unit, [choice("q", key={"correct": ["B"]})])
    assert report.items[0].version == 2


def test_a_version_keeps_its_kind_and_a_retired_item_stays_retired(database: Database, clock: MovableClock) -> None:
    with database.unit(AUTHOR, clock()) as unit:
        take_in(unit, [choice("q"), choice("r")])
        reviewing.retire(unit, item_id(unit, "r"), "obsolete")
        report = take_in(unit, [choice("q", "multiple"), choice("r", stem="New?")])
    assert told(report) == [("kind_changed", 1, None), ("item_retired", 2, None)]


def test_two_imports_of_the_same_at_once_make_each_item_once(database: Database, clock: MovableClock) -> None:
    """Whoever comes second finds the items there, or is told of the conflict; nothing is there twice or by half."""
    drafts = [choice(f"q{n}") for n in range(60)]
    start, outcomes = threading.Barrier(2), []

    def bring() -> None:
        start.wait()
        try:
            with database.unit(AUTHOR, clock()) as unit:
                outcomes.append({entry.status for entry in take_in(unit, drafts).items})
        except ExamError as error:
            outcomes.append({error.kind.code})

    both = [threading.Thread(target=bring) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert {"new"} in outcomes
    assert all(outcome in ({"new"}, {"unchanged"}, {"core.conflict"}) for outcome in outcomes)
    assert outcomes.count({"new"}) == 1
    assert counts(database)[:3] == [60, 60, 60]


def test_keys_stand_in_their_own_table_alone(database: Database, clock: MovableClock) -> None:
    drafts = [choice("q"), written("w"), case("c")]
    stock(database, drafts, clock())
    with database.reading() as session:
        for table in (ItemRow, ItemVersionRow, TagRow, AuditRow, FactRow):
            rows = [{c.name: getattr(row, c.key) for c in table.__table__.columns} for row in session.scalars(select(table))]
            assert SECRET not in json.dumps(rows, default=str), table.__tablename__
        version = session.scalars(select(ItemRow).where(ItemRow.ref == "c")).one().version
        key = keys.get_key(session, version)
        assert [part.correct for part in key.parts] == [["A"], ["12.5"], []]
        assert key.parts[2].rubric[0].levels[1].text == SECRET
        assert get_source(session, version) == drafts[2]


def test_option_names_of_the_source_do_not_tell(database: Database, clock: MovableClock) -> None:
    """An identifier such as `right` would tell every candidate: options are named by letter, the key with them."""
    import_file(database, clock, ITEM.format(id="q").encode())
    with database.reading() as session:
        version = session.scalars(select(ItemRow.version)).one()
        assert [option.id for option in reading.keyless(session, version).options] == ["A", "B"]
        assert keys.get_key(session, version).correct == ["B"]


LINES = ["field_wrong", "field_wrong", "line_not_json", "line_not_json", "no_options"]  # two of the first line


@pytest.mark.parametrize(
    ("name", "data", "codes"),
    [
        ("a.txt", b"hello", ["format_unknown"]),
        ("a.bin", b"\x00\x01\x02", ["format_unknown"]),
        ("empty", b"", ["format_unknown"]),
        ("a.zip", b"PK\x03\x04broken", ["archive_unsafe"]),
        ("a.zip", archive({"readme.txt": "x"}), ["format_unknown"]),
        ("a.zip", archive({"../evil.xml": "<x/>"}), ["archive_unsafe"]),
        ("a.zip", archive({"/etc/evil.xml": "<x/>"}), ["archive_unsafe"]),
        ("a.zip", archive({"c:\\evil.xml": "<x/>"}), ["archive_unsafe"]),
        ("a.zip", archive({"bomb.xml": b"0" * 20_000_000}), ["archive_unsafe"]),
        ("a.xml", b"<broken", ["file_unreadable"]),
        ("a.xml", b"<quiz><question/></quiz>", ["question_unsupported"]),
        ("a.xml", b"<lesson><question/></lesson>", ["qti_not_item"]),
        ("a.xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', ["qti_doctype"]),
        ("a.xml", b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>', ["qti_doctype"]),
        ("a.jsonl", b'{"ref": 1}\n[]\n{broken\n\n{"ref":"x","kind":"single","stem":"s"}', LINES),
        ("a.jsonl", b'{"ref":"x","kind":"business"}', ["scenario_missing"]),
        ("a.jsonl", b'{"ref":"x","kind":"business","scenario":{"a":1}}', ["scenario_wrong"]),
        ("a.jsonl", b'{"ref":"x","kind":"case","stimulus":"s","marks":3,"parts":[]}', ["case_empty"]),
        ("a.jsonl", b'{"ref":"x","kind":"text","stem":"a\\u0000b","key":{"correct":["x"]}}', ["field_wrong"]),
        ("a.jsonl", b'{"ref":"x","kind":"text","stem":"s","key":{"correct":["x"]},"surprise":1}', ["field_wrong"]),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_with_its_code(
    database: Database, clock: MovableClock, name: str, data: bytes, codes: list[str]
) -> None:
    report = import_file(database, clock, data, name)
    assert [code for code, _, _ in told(report)] == codes
    assert not report.items
    assert all(remark.place.file == name for remark in report.refused)


def test_why_an_archive_stays_out_is_said_in_words(database: Database, clock: MovableClock) -> None:
    (told,) = import_file(database, clock, archive({"bomb.xml": b"0" * 20_000_000}), "a.zip").refused
    assert told.error.text("zh") == "压缩包不能导入：bomb.xml 解压后是压缩时的 200 倍以上，像是压缩炸弹"
    assert "zip bomb" in told.error.text("en")


def test_an_oversized_package_is_refused(database: Database, clock: MovableClock) -> None:
    files: dict[str, bytes | str] = {f"{n}.xml": "" for n in range(20_001)}
    assert told(import_file(database, clock, archive(files))) == [("archive_unsafe", None, None)]


def test_a_package_goes_in_item_by_item(database: Database, clock: MovableClock) -> None:
    files: dict[str, bytes | str] = {"imsmanifest.xml": "<manifest/>", "b/2.xml": ITEM.format(id="two"), "1.xml": ITEM.format(id="one")}
    report = import_file(database, clock, archive(files | {"broken.xml": "<x"}), "p.zip")
    assert [entry.ref for entry in report.items] == ["one", "two"]
    assert [(r.error.kind.code, r.place.file) for r in report.refused] == [("itembank.file_unreadable", "p.zip/broken.xml")]


def test_items_of_several_files_that_share_an_identifier_get_their_own(database: Database, clock: MovableClock) -> None:
    one, other = ITEM.format(id="same"), ITEM.format(id="same").replace("Q same", "Another")
    both = [*read_file(one.encode(), "1.xml"), *read_file(other.encode(), "2.xml")]
    with database.unit(AUTHOR, clock()) as unit:
        report = import_drafts(unit, both)
        again = import_drafts(unit, reversed(both))
    refs = {entry.ref for entry in report.items}
    assert len(refs) == 2
    assert all(ref.startswith("same~") for ref in refs)
    assert {entry.ref: entry.status for entry in again.items} == dict.fromkeys(refs, "unchanged")


def test_a_file_is_told_from_another_by_its_content(tmp_path: Path) -> None:
    from itembank.exchange.recognise import recognise

    assert recognise(MIXED, "wrong-name.jsonl") == "xlsx"
    assert recognise(ITEM.encode(), "x") == recognise(archive({"a.xml": ITEM}), "x") == "qti"
    assert recognise(b'\xef\xbb\xbf\n{"ref": 1}', "x") == "jsonl"


def test_a_file_that_holds_nothing_says_so(database: Database, clock: MovableClock) -> None:
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("imsmanifest.xml", "<manifest/>")
    for data, name in ((sheet([], headings=list(ROW)), "b.xlsx"), (memory.getvalue(), "b.zip"), (b"\n\n", "b.jsonl")):
        report = import_file(database, clock, data, name)
        assert [(remark.error.kind.code, remark.place.file) for remark in report.refused] == [("itembank.file_empty", name)]


def test_a_second_column_of_the_same_name_is_named(database: Database, clock: MovableClock) -> None:
    report = import_file(database, clock, sheet([{**ROW, "题目": "别的?"}]), "b.xlsx")
    assert [(entry.title, entry.status) for entry in report.items] == [("问?", "new")]
    assert not report.refused
    (remark,) = report.warnings
    assert (remark.error.kind.code, remark.place.row, remark.place.column) == ("itembank.column_twice", 1, "题目")
