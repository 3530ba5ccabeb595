"""What readers and the intake say about a file: drafts with their places, refusals and notes, and the report made of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from core.errors import ErrorKind, ExamError
from itembank.exchange.draft import Draft


@dataclass(frozen=True)
class Place:
    """Where something stands: the file, and in a sheet or a JSON Lines file the row (from 1) and the column."""

    file: str = ""
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True)
class Remark:
    """A refusal or a note: an entry of the error catalogue with its fields, about a reference at a place."""

    ref: str
    error: ExamError
    place: Place

    def as_dict(self, language: str) -> dict[str, Any]:
        """Return `{"ref", "code", "reason", "file", "row", "column"}`."""
        return {
            "ref": self.ref,
            "code": self.error.kind.code,
            "reason": self.error.text(language),
            "file": self.place.file,
            "row": self.place.row,
            "column": self.place.column,
        }


@dataclass(frozen=True)
class Read:
    """One item as a reader found it, with what it has to say about it."""

    draft: Draft
    place: Place
    notes: tuple[Remark, ...] = ()


Reading = Read | Remark
"""What a reader yields: an item, or a refusal."""


class Refusal(Exception):  # noqa: N818 - a refusal is what it is called everywhere
    """Raised inside a reader: the error, and the column where it is."""

    def __init__(self, error: ExamError, column: str | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.column = column


@dataclass
class Entry:
    """One item of the report: `status` is `new`, `changed` or `unchanged`."""

    ref: str
    kind: str
    title: str
    version: int
    status: str


@dataclass
class Report:
    """What an import did, or in a dry run would do."""

    items: list[Entry] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    def as_dict(self, language: str = "zh", most: int | None = None) -> dict[str, Any]:
        """Return the report as JSON values, as the command line and the HTTP API print it.

        Of refusals and of warnings at most `most` are told; `untold` counts the others.
        """
        return {
            "items": [vars(entry) for entry in self.items],
            "refused": [remark.as_dict(language) for remark in self.refused[:most]],
            "warnings": [remark.as_dict(language) for remark in self.warnings[:most]],
            "untold": {name: len(told) - len(told[:most]) for name, told in (("refused", self.refused), ("warnings", self.warnings))},
        }


def note(ref: str, place: Place, kind: ErrorKind, /, **fields: Any) -> Remark:
    """Make a note about an item."""
    return Remark(ref, kind(**fields), place)


def in_file(readings: Iterable[Reading], file: str) -> Iterable[Reading]:
    """Write the file's name into every place that names none."""
    for reading in readings:
        if isinstance(reading, Remark):
            yield _remark_in(reading, file)
        else:
            notes = tuple(_remark_in(remark, file) for remark in reading.notes)
            yield replace(reading, place=_place_in(reading.place, file), notes=notes)


def _remark_in(remark: Remark, file: str) -> Remark:
    return replace(remark, place=_place_in(remark.place, file))


def _place_in(place: Place, file: str) -> Place:
    return place if place.file else replace(place, file=file)
