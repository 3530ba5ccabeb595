"""Cut scores from judges' data as offices have them: a table, pasted from a sheet or read from a file (xlsx, CSV).

`angoff`: a heading of places of the paper, a row a judge, chances from 0 to 1.  `ebel`: a heading of judges after `class` and `marks`, a
row a class of items.  `borderline`: a row a candidate, the examiner's rating and the mark.  The formulas are those of
`scoring.cut_scores`.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any, Literal

import xlsxwriter

from core.errors import Words
from itembank.exchange.plain_table import rows_of_text
from programme.errors import JUDGEMENTS_INVALID
from scoring.cut_scores import CutScore, RegressionCut, angoff, borderline_regression, ebel

Method = Literal["angoff", "ebel", "borderline"]
_PLACES = 2
_NAMED = 5
_JUDGES = 10
_PLAIN_CELLS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Judged:
    """The line that judges' data give, in marks, its standard error, and on how many judgements it rests."""

    value: Decimal
    standard_error: float | None
    judgements: int

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"value": str(self.value), "standard_error": self.standard_error, "judgements": self.judgements}


def cut_score(method: Method, text: str, marks: Mapping[str, Decimal], borderline: Decimal | None) -> Judged:
    """Return the line that a table of judgements gives.

    Args:
        method: how the judges judged.
        text: the table, columns parted by tabs or commas.
        marks: full marks of the paper's places, for Angoff.
        borderline: the rating that is just enough, for borderline regression.

    Raises:
        ExamError: `programme.judgements_invalid`, saying what is wrong.
    """
    rows = _rows(text)
    try:
        found = _compute(method, rows, marks, borderline)
    except ValueError as error:
        raise JUDGEMENTS_INVALID(detail=str(error)) from error
    return Judged(found.value, found.standard_error, found.judgements)


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows of a file as the text that is judged and kept: cells parted by tabs, without the judges who said nothing."""
    if not rows:
        return ""
    wide = [[" ".join(cell.split()) for cell in [*row, *[""] * len(rows[0])][: len(rows[0])]] for row in rows]
    said = [row for row in wide[1:] if any(row[1:])]
    columns = [n for n in range(len(wide[0])) if any(row[n] for row in said)]
    return "\n".join("\t".join(row[n] for n in columns) for row in [wide[0], *said])


def template(method: Method, marks: Mapping[str, Decimal]) -> bytes:
    """Return the workbook for the judges of a paper to fill in; `marks` are full marks of its places, for Angoff."""
    judges = [f"评委 {n}" for n in range(1, _JUDGES + 1)]
    head, body = {
        "angoff": (["评委 / Judge", *marks], [[judge] for judge in judges]),
        "ebel": (["类别 / Class", "分值 / Marks", *judges], []),
        "borderline": (["评级 / Rating", "得分 / Marks"], []),
    }[method]
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, _PLAIN_CELLS) as book:
        shown = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
        sheet = book.add_worksheet("评委数据")
        sheet.set_column(0, len(head) - 1, 12)
        for r, row in enumerate([head, *body]):
            for n, text in enumerate(row):
                sheet.write_string(r, n, text, shown if r == 0 else None)
        sheet.freeze_panes(1, 1)
    return memory.getvalue()


def _compute(method: Method, rows: list[list[str]], marks: Mapping[str, Decimal], borderline: Decimal | None) -> CutScore | RegressionCut:
    head, body = rows[0], rows[1:]
    if method == "angoff":
        places = head[1:]
        unknown = [place for place in places if place not in marks]
        missing = [place for place in marks if place not in places]
        if unknown or missing:
            raise JUDGEMENTS_INVALID(detail=_mismatch(unknown, missing))
        return angoff([_numbers(row[1:]) for row in body], [marks[place] for place in places], _PLACES)
    if method == "ebel":
        cells: dict[Hashable, Decimal] = {row[0]: _number(row[1]) for row in body}
        return ebel(cells, [{row[0]: _number(row[n]) for row in body} for n in range(2, len(head))], _PLACES)
    if borderline is None:
        raise JUDGEMENTS_INVALID(detail=Words("请填写“刚好合格”的评级", "the rating that is just enough is missing"))
    return borderline_regression([_number(row[0]) for row in body], [_number(row[1]) for row in body], borderline, _PLACES)


def _mismatch(unknown: Sequence[str], missing: Sequence[str]) -> Words:
    """Say which places a table has too few and too many."""
    found = [(_some(missing), "缺少第 {}", "{} missing"), (_some(unknown), "本卷没有第 {}", "{} not on the paper")]
    said = [Words(zh.format(some.zh), en.format(some.en)) for some, zh, en in found if some.en]
    return Words("题号不符：" + "；".join(part.zh for part in said), "places do not match: " + "; ".join(part.en for part in said))


def _some(places: Sequence[str]) -> Words:
    """Name places: the first few, and how many there are."""
    shown, more = places[:_NAMED], len(places) - _NAMED
    if more <= 0:
        return Words(f"{'、'.join(shown)} 题", ", ".join(shown))
    return Words(f"{'、'.join(shown)} 等 {len(places)} 题", f"{', '.join(shown)} and {more} more")


def _rows(text: str) -> list[list[str]]:
    rows = [row for row in rows_of_text(text) if any(row)]
    if len(rows) < 2 or len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
        detail = Words("需要一行表头和至少一行数据,各行列数相同", "a heading and at least one row are needed, all of one length")
        raise JUDGEMENTS_INVALID(detail=detail)
    return rows


def _numbers(cells: Sequence[str]) -> list[Decimal]:
    return [_number(cell) for cell in cells]


def _number(cell: str) -> Decimal:
    try:
        number = Decimal(cell)
    except InvalidOperation:
        raise JUDGEMENTS_INVALID(detail=Words(f"“{cell}”不是数", f"{cell!r} is not a number")) from None
    if not number.is_finite():
        raise JUDGEMENTS_INVALID(detail=Words(f"“{cell}”不是数", f"{cell!r} is not a number"))
    return number
