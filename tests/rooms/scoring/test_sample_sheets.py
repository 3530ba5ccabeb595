"""Scripts with agreed marks from a workbook: what is sound is kept, every other row is named, and a dry run keeps nothing."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from core.actor import Actor
from core.errors import ExamError
from core.unit import Database
from scoring import sample_sheets
from scoring.sample_sheets import Report
from scoring.tables import SampleRow
from tests.make.clock import MovableClock
from tests.make.marking import CHIEF, PAPER, Room

HEAD = ["用途", "答卷原文", "It says so", "说明"]


@pytest.fixture
def room(database: Database, clock: MovableClock) -> Room:
    room = Room(database, clock)
    room.script("acc_one")
    return room


def workbook(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate([HEAD, *rows]):
                sheet.write_row(n, 0, row)
    return memory.getvalue()


def take_in(room: Room, data: bytes, *, dry_run: bool = False) -> Report:
    sheets = sample_sheets.read(data)
    with room.database.unit(Actor(CHIEF), room.clock()) as unit:
        return sample_sheets.take_in(unit, PAPER, sheets, dry_run=dry_run)


def test_the_empty_workbook_has_a_sheet_for_each_written_question(room: Room) -> None:
    with room.database.reading() as session:
        book = CalamineWorkbook.from_filelike(BytesIO(sample_sheets.template(session, PAPER)))
    assert "题 6" in book.sheet_names
    (head,) = book.get_sheet_by_name("题 6").to_python()
    assert (head[0], head[1], head[-1]) == ("用途", "答卷原文", "说明")
    assert len(head) == 4


def test_sound_rows_are_kept_and_the_others_named(room: Room) -> None:
    rows = [
        ["样卷", "A good one.", 4, "clear"],
        ["种子", "A middling one.", "2", ""],
        ["定标", "=A1", 0, ""],
        ["", "", "", ""],
        ["练习", "What for?", 4, ""],
        ["种子", "", 4, ""],
        ["种子", "Too much.", 99, ""],
        ["种子", "No mark.", "good", ""],
        ["种子", "Not a number.", "NaN", ""],
    ]
    data = workbook({"题 6": rows, "题 99": [["种子", "x", 1, ""]]})
    dry = take_in(room, data, dry_run=True)
    assert room.rows(SampleRow) == []
    wet = take_in(room, data)
    assert dry == wet
    assert wet.kept == {"exemplar": 1, "trial": 1, "seed": 1}
    assert [(refused.sheet, refused.row) for refused in wet.refused] == [("题 6", n) for n in (6, 7, 8, 9, 10)] + [("题 99", 1)]
    kept = {row.answer: (row.purpose, row.marks, row.note, row.place, row.source) for row in room.rows(SampleRow)}
    assert kept["A good one."] == ("exemplar", Decimal(4), "clear", "6", None)
    assert kept["A middling one."] == ("seed", Decimal(2), "", "6", None)


def test_a_file_that_is_no_workbook_and_a_paper_that_is_none_are_refused(room: Room) -> None:
    for data in (b"", b"PK\x03\x04 nothing", b"<html>"):
        with pytest.raises(ExamError) as refused:
            sample_sheets.read(data)
        assert refused.value.kind.code in ("scoring.samples_unreadable", "itembank.file_unreadable", "itembank.archive_unsafe")
    with room.database.reading() as session, pytest.raises(ExamError) as missing:
        sample_sheets.template(session, "pap_none")
    assert missing.value.kind.code == "core.not_found"
