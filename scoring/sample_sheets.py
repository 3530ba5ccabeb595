"""Scripts with agreed marks as an xlsx workbook: a sheet for each written question, a row for each script, a column for each criterion.

The workbook is made for one paper, filled in by the people who agreed on the marks, and read back with a report before anything is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any, get_args

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook
from sqlalchemy.orm import Session

from core import audit
from core.errors import NOT_FOUND
from core.unit import Unit
from itembank.exchange.draft import RubricCriterion
from itembank.exchange.sheet_read import check_extent
from scoring import chief, queries, rubrics
from scoring.chief import Use
from scoring.errors import SAMPLES_UNREADABLE
from scoring.rubric import check_levels
from scoring.tables import PartRow

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 2_000
MOST_TEXT = 100_000  # characters, as an answer may have
USES: dict[str, Use] = {"样卷": "exemplar", "定标": "trial", "种子": "seed"}
"""What people write in the first column → what the script is for."""
_USE, _ANSWER, _NOTE = "用途", "答卷原文", "说明"
Sheets = dict[str, list[list[str]]]
"""The rows of each sheet of a workbook, cells as texts."""
_PLAIN_CELLS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Refused:
    """A row that cannot be kept: its sheet, its number as people count, and why."""

    sheet: str
    row: int
    reason: str


@dataclass
class Report:
    """What a workbook holds: how many scripts for each use, and the rows that cannot be kept."""

    kept: dict[Use, int] = field(default_factory=lambda: dict.fromkeys(get_args(Use), 0))
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True)
class _Question:
    like: PartRow
    rubric: Sequence[RubricCriterion]

    @property
    def headings(self) -> list[str]:
        return [f"{criterion.title}({'/'.join(f'{level.marks:f}' for level in criterion.levels)})" for criterion in self.rubric]


def template(session: Session, paper: str) -> bytes:
    """Return the empty workbook of a paper.

    Raises:
        ExamError: `core.not_found` when nobody has handed in a written answer of such a paper.
    """
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, _PLAIN_CELLS) as book:
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        for place, question in _questions(session, paper).items():
            sheet = book.add_worksheet(_sheet_name(place))
            for n, heading in enumerate([_USE, _ANSWER, *question.headings, _NOTE]):
                sheet.write_string(0, n, heading, head)
            sheet.set_column(0, 0, 10, text)
            sheet.set_column(1, 1, 80, text)
            sheet.set_column(2, 2 + len(question.rubric), 18)
            sheet.data_validation(1, 0, MOST_ROWS, 0, {"validate": "list", "source": list(USES)})
            sheet.freeze_panes(1, 1)
    return memory.getvalue()


def take_in(unit: Unit, paper: str, sheets: Sheets, *, dry_run: bool) -> Report:
    """Keep every sound row of a filled workbook as a script with agreed marks; with `dry_run` only say what would be kept.

    Raises:
        ExamError: `core.not_found`.
    """
    questions = {_sheet_name(place): question for place, question in _questions(unit.session, paper).items()}
    report = Report()
    for sheet, rows in sheets.items():
        question = questions.get(sheet)
        if question is None:
            report.refused.append(Refused(sheet, 1, "试卷没有这道需人工评阅的题 / the paper has no such written question"))
            continue
        for row, cells in enumerate(rows[1:], 2):
            if any(cells):
                _take_row(unit, question, Refused(sheet, row, ""), cells, report, dry_run=dry_run)
    if not dry_run:
        audit.record(unit, "scoring.samples.taken_in", f"paper/{paper}", **report.kept)
    return report


def _take_row(unit: Unit, question: _Question, at: Refused, cells: Sequence[str], report: Report, *, dry_run: bool) -> None:
    wide = [*cells, *[""] * (3 + len(question.rubric))]
    use, answer, note = USES.get(wide[0]), wide[1], wide[2 + len(question.rubric)]
    levels: dict[str, Decimal] = {}
    why = "" if use else f"用途须为 {'、'.join(USES)} / the use must be one of these"
    why = why or ("" if 0 < len(answer) <= MOST_TEXT else "没有答卷原文,或过长 / the answer is missing or too long")
    for criterion, cell in zip(question.rubric, wide[2:], strict=False):
        mark = _number(cell)
        if mark is None:
            why = why or f"{criterion.title}: {cell or '—'} 不是分数 / is no mark"
        else:
            levels[criterion.id] = mark
    why = why or " / ".join(check_levels(question.rubric, levels) or ())
    if why or use is None:
        report.refused.append(Refused(at.sheet, at.row, why))
        return
    report.kept[use] += 1
    if not dry_run:
        chief.add_sample(unit, question.like, use, answer, levels, note[:2000])


def _questions(session: Session, paper: str) -> dict[str, _Question]:
    """Return the written questions of a paper by place."""
    likes = queries.one_part_a_place(session, paper)
    if not likes:
        raise NOT_FOUND()
    return {part.place: _Question(part, rubrics.rubric_of(session, part.form, part.place, part.max_marks)[0]) for part in likes}


def read(data: bytes) -> Sheets:
    """Read the texts of a workbook.

    Raises:
        ExamError: `scoring.samples_unreadable`, `itembank.file_unreadable`, `itembank.archive_unsafe`.
    """
    check_extent(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, OSError, ValueError) as error:
        raise SAMPLES_UNREADABLE(detail=str(error)) from error
    if sum(map(len, sheets.values())) > MOST_ROWS:
        raise SAMPLES_UNREADABLE(detail=f"> {MOST_ROWS}")
    return {name: [[_text(cell) for cell in row] for row in rows] for name, rows in sheets.items()}


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\0", "").strip()


def _number(cell: str) -> Decimal | None:
    try:
        number = Decimal(cell)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _sheet_name(place: str) -> str:
    return f"题 {place}"
