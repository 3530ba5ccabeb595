"""What one row asks: its options, gaps and key, of every kind that a sheet can hold."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unicodedata import normalize

from pydantic import ValidationError

from core.errors import ExamError
from core.faults import Fault as Found
from core.faults import faults_of
from itembank import errors
from itembank.exchange import sheet_cells as cells_of
from itembank.exchange import sheet_notation as notation
from itembank.exchange.draft import DraftGap, DraftOption, DraftPart
from itembank.exchange.lettering import LETTERS
from itembank.exchange.option_text import read_choice, read_options, split_options
from itembank.exchange.report import Fault, Place, Refusal, Remark, note
from itembank.exchange.sheet_cells import Cells, heading
from itembank.exchange.sheet_columns import OF_KINDS, OPTION_LETTERS
from itembank.kinds import errors as of_kinds
from itembank.kinds.catalogue import CHOICES, PLACED
from itembank.kinds.declaration import MARKER
from itembank.sanitising import from_plain

_ERRORS = {
    "answer": (
        errors.NO_ANSWER,
        errors.ANSWER_UNKNOWN,
        errors.ANSWER_TWICE,
        errors.ONE_ANSWER_ONLY,
        errors.NOT_A_NUMBER,
        errors.RUBRIC_MISSING,
    ),
    "options": (errors.NO_OPTIONS, errors.OPTIONS_UNCLEAR, errors.OPTION_EMPTY, errors.OPTION_LETTER_TWICE, errors.OPTION_TEXT_TWICE),
    "stem": (errors.STEM_EMPTY, of_kinds.MARKERS_WRONG),
    "rubric": (errors.RUBRIC_MARKS,),
    "material": (errors.CASE_EMPTY,),
    "scheme": (of_kinds.SCHEME_WRONG,),
    "worths": (of_kinds.WORTHS_WRONG,),
    "units": (of_kinds.UNITS_WRONG,),
    "patterns": (of_kinds.PATTERN_WRONG,),
    "limit": (of_kinds.LIMIT_WRONG,),
    "left": (of_kinds.GAP_EMPTY, of_kinds.GAPS_WRONG),
}
_COLUMN_OF = {kind.code: column for column, kinds in _ERRORS.items() for kind in kinds}
_COLUMN_OF |= dict.fromkeys((of_kinds.PAIRS_WRONG.code, of_kinds.ORDER_WRONG.code), "answer")
_FIELDS = {
    "levels": "level",
    "programmes": "programme",
    "title": "group_title",
    "factors": "units",
    **{name: name for name in ("ref", "knowledge", "enemies", "marks", "worths", "floor", "ceiling", "patterns", "tolerance")},
}
_MARKER = re.compile(r"[\[［【]{2}\s*([0-9０-９]{1,2}|[A-ZＡ-Ｚ])\s*[\]］】]{2}")
_WITH_MARKERS = frozenset({"inline", "gapmatch", "hottext"})
_READ = frozenset({"options", "gaps", "once", "limit", "key", "marks"})
_PLAIN: dict[str, Any] = {"once": False, "limit": 0, "marks": 1}
_WITH_OPTIONS = CHOICES | {"gapmatch", "matching", "ordering", "hottext"}


@contextmanager
def at_column(name: str = "") -> Iterator[None]:
    """Refuse whatever is wrong at its column, or at the one named.

    Raises:
        Refusal: with the column.
    """
    try:
        yield
    except ExamError as error:
        column = name or _COLUMN_OF.get(error.kind.code)
        raise Refusal(Fault(error, heading(column) if column else None)) from error
    except ValidationError as error:
        raise Refusal(*(_fault(found) for found in faults_of(error))) from error


class Faults:
    """What is wrong with a row, found piece by piece, so that all of it is told at once."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    @contextmanager
    def at(self, name: str = "") -> Iterator[None]:
        """Keep what is wrong, at its column or at the one named, and go on behind."""
        try:
            with at_column(name):
                yield
        except Refusal as refusal:
            self._found += (fault for fault in refusal.faults if str(fault.error) not in map(str, (one.error for one in self._found)))

    def tell(self) -> None:
        """Refuse the row when anything is wrong.

        Raises:
            Refusal: with all of it.
        """
        if self._found:
            raise Refusal(*self._found)


def read_part(cells: Cells, ref: str, place: Place, faults: Faults) -> tuple[DraftPart | None, tuple[Remark, ...]]:
    """Return what a row asks, None where that is wrong, and what is to be said about it; the faults are kept.

    Raises:
        Refusal: when not even the kind is known.
    """
    kind, stem = cells_of.kind(cells), cells.get("stem", "")
    needless = {column for column, kinds in OF_KINDS.items() if column in cells and kind not in kinds}
    for column in sorted(needless):
        with faults.at(column):
            raise errors.CELL_NEEDLESS(kind=cells["kind"], column=heading(column))
    cells = {name: text for name, text in cells.items() if name not in needless}
    with faults.at("stem"):
        if not stem:
            raise errors.STEM_EMPTY()
    notes: tuple[Remark, ...] = ()
    options: list[str] | None = None
    with faults.at("options"):
        found = _options(cells, kind)
        if kind in CHOICES and not found and (tail := split_options(stem)) is not None:
            (stem, found), notes = tail, (note(ref, place, errors.OPTIONS_FROM_STEM),)
        options = found
    if kind in _WITH_MARKERS:
        stem = _MARKER.sub(lambda found: f"[[{normalize('NFKC', found[1])}]]", stem)
    values: dict[str, Any] = {"kind": kind, "stem": from_plain(stem), "explanation": from_plain(cells.get("explanation", ""))}
    for name, read in _readers(cells, kind, stem, options).items():
        with faults.at():
            values[name] = read()
    if "key" in values and kind != "extended" and values["key"]["scheme"] != "mapped":
        values = _PLAIN | values  # whose keys are sound or not whatever stands there
    if stem and values.keys() >= _READ:
        with faults.at():
            return DraftPart(**values), notes
    return None, notes


def _readers(cells: Cells, kind: str, stem: str, options: list[str] | None) -> dict[str, Callable[[], Any]]:
    """Return what reads the fields of a part; a key is not looked at where its options are not known."""
    readers: dict[str, Callable[[], Any]] = {
        "gaps": lambda: _gaps(cells, kind, stem),
        "once": lambda: cells_of.choice(cells, "once") == "once",
        "limit": lambda: cells_of.limit(cells),
        "marks": lambda: cells_of.marks(cells),
    }
    if options is not None:
        readers["options"] = lambda: _made(options, cells_of.letters(cells, "fixed"))
        readers["key"] = lambda: _key(cells, kind, options)
    return readers


def _fault(found: Found) -> Fault:
    fields = found.field.removeprefix("key.").split(".")
    column = _FIELDS.get(fields[0])
    told = heading(column) if column else None
    return Fault(errors.FIELD_WRONG(field=told or fields[0], detail=found.reason), told)


def _options(cells: Cells, kind: str) -> list[str]:
    if kind == "quantity":
        with at_column():
            return [unit for unit, _ in notation.read_units(cells.get("units", ""))]
    if kind not in _WITH_OPTIONS:
        return []
    columns = [cells.get(f"option_{letter}", "") for letter in OPTION_LETTERS]
    last = max((n for n, text in enumerate(columns, 1) if text), default=0)
    options = columns[:last] if last else read_options(cells.get("options", ""))
    if len(options) > len(LETTERS):
        raise errors.CELL_WRONG(value=str(len(options)), column=heading("options"))
    if kind == "truefalse" and not options:
        return ["True", "False"] if cells_of.choice(cells, "language") == "en" else ["对", "错"]
    return options


def _made(options: Sequence[str], fixed: Sequence[str] = ()) -> list[DraftOption]:
    return [
        DraftOption.model_construct(id=letter, html=from_plain(text), fixed=letter in fixed, area="")
        for letter, text in zip(LETTERS, options, strict=False)
    ]


def _gaps(cells: Cells, kind: str, stem: str) -> list[DraftGap]:
    told: list[tuple[str, list[DraftOption]]]
    if kind == "matching":
        told = [(from_plain(left), []) for left in notation.read_numbered(cells.get("left", ""))]
    elif kind == "gapmatch":
        told = [("", []) for _ in MARKER.findall(stem)]
        if not told:
            raise of_kinds.MARKERS_WRONG(found="–", wanted="1")
    elif kind == "inline":
        with at_column("options"):
            told = [("", _made(options)) for options in notation.read_gap_options(cells.get("options", ""))]
            if not told:
                raise errors.NO_OPTIONS()
    else:
        return []
    return [DraftGap.model_construct(id=str(n), html=html, options=options) for n, (html, options) in enumerate(told, 1)]


def _key(cells: Cells, kind: str, options: list[str]) -> dict[str, Any]:
    key: dict[str, Any] = {"scheme": cells_of.scheme(cells)}
    if key["scheme"] == "mapped":
        key["worths"] = notation.read_worths(cells.get("worths", ""), of_texts=kind == "text")
        key |= {name: cells_of.bound(cells, name) for name in ("floor", "ceiling")}
    answer = cells.get("answer", "")
    if kind in CHOICES or kind == "hottext":
        correct = read_choice(answer, options) if answer else []
        if correct is None:
            raise errors.ANSWER_UNKNOWN(answer=answer[:80])
        if len(set(correct)) < len(correct):
            raise errors.ANSWER_TWICE(answer=answer[:80])
        return key | {"correct": correct}
    if kind in PLACED:
        return key | {"correct": notation.read_order(answer) if kind == "ordering" else notation.read_pairs(answer)}
    if kind in {"numeric", "quantity"}:
        return key | _number(cells, answer) | _factors(cells, kind)
    if kind == "text":
        texts = cells_of.several(cells, "answer", notation.TEXTS)
        return key | {"correct": texts, "patterns": cells_of.several(cells, "patterns", notation.TEXTS)}
    return key | {"reference": from_plain(answer), "rubric": cells_of.rubric(cells)}


def _number(cells: Cells, answer: str) -> dict[str, Any]:
    value, _, tolerance = normalize("NFKC", answer).replace(",", "").partition("±")
    given = {**cells, "tolerance": tolerance} if tolerance else cells
    return {"correct": [value.strip()] if value.strip() else [], "tolerance": cells_of.tolerance(given)}


def _factors(cells: Cells, kind: str) -> dict[str, Any]:
    if kind == "numeric":
        return {}
    units = notation.read_units(cells.get("units", ""))
    return {"factors": {letter: factor for letter, (_, factor) in zip(LETTERS, units, strict=False) if factor is not None}}
