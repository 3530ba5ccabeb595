"""What readers and the intake say about a file: drafts with their places, refusals and notes, and the report made of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from itertools import islice
from typing import Any, NamedTuple

from core.errors import ErrorKind, ExamError
from itembank.blueprint import Blueprint
from itembank.exchange.draft import Draft

MOST = 10_000
"""Refusals, and warnings, that a report keeps."""


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

    @property
    def is_note(self) -> bool:
        """Whether nothing is refused."""
        return self.error.kind.status < HTTPStatus.BAD_REQUEST

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


@dataclass(frozen=True)
class Planned:
    """A test as a reader found it: the blueprint of forms like it, whose `refs` name items by the files that they stand in."""

    ref: str
    blueprint: dict[str, Any]
    place: Place
    notes: tuple[Remark, ...] = ()


Reading = Read | Planned | Remark
"""What a reader yields: an item, a test, a refusal, or a note about the file."""


class Fault(NamedTuple):
    """One thing that is wrong, and the column where it is."""

    error: ExamError
    column: str | None = None


class Refusal(Exception):  # noqa: N818 - a refusal is what it is called everywhere
    """Raised inside a reader: everything that is wrong with a row."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(str(fault.error) for fault in faults))
        self.faults = faults

    def remarks(self, ref: str, row: int | None) -> list[Remark]:
        """Return a remark for each fault."""
        return [Remark(ref, fault.error, Place(row=row, column=fault.column)) for fault in self.faults]


@dataclass(slots=True)
class Entry:
    """One item of the report: `status` is `new`, `changed` or `unchanged`."""

    ref: str
    kind: str
    title: str
    version: int
    status: str

    def as_dict(self) -> dict[str, Any]:
        """Return `{"ref", "kind", "title", "version", "status"}`."""
        return {"ref": self.ref, "kind": self.kind, "title": self.title, "version": self.version, "status": self.status}


@dataclass(frozen=True)
class Plan:
    """A test of the report: the blueprint by which the office draws forms like it, once its items are approved."""

    ref: str
    blueprint: Blueprint

    def as_dict(self) -> dict[str, Any]:
        """Return `{"ref", "title", "sections": [{"title", "items"}], "blueprint"}`."""
        sections = [{"title": one.title, "items": sum(draw.count for draw in one.draws)} for one in self.blueprint.sections]
        told = self.blueprint.model_dump(mode="json", exclude_defaults=True)
        return {"ref": self.ref, "title": self.blueprint.title, "sections": sections, "blueprint": told}


@dataclass
class Report:
    """What an import did, or in a dry run would do; of refusals and of warnings `MOST` are kept, the others are counted."""

    items: list[Entry] = field(default_factory=list)
    tests: list[Plan] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    more_refused: int = 0
    more_warnings: int = 0

    def refuse(self, remarks: Iterable[Remark]) -> None:
        """Add refusals."""
        self.more_refused += _add(self.refused, remarks)

    def warn(self, remarks: Iterable[Remark]) -> None:
        """Add warnings."""
        self.more_warnings += _add(self.warnings, remarks)

    def as_dict(self, language: str = "zh", most: int = MOST) -> dict[str, Any]:
        """Return the report as JSON values, as the command line and the HTTP API print it.

        Of refusals and of warnings at most `most` are told; `untold` counts the others.
        """
        return {
            "items": [entry.as_dict() for entry in self.items],
            "tests": [plan.as_dict() for plan in self.tests],
            "refused": [remark.as_dict(language) for remark in self.refused[:most]],
            "warnings": [remark.as_dict(language) for remark in self.warnings[:most]],
            "untold": {
                "refused": self.more_refused + len(self.refused[most:]),
                "warnings": self.more_warnings + len(self.warnings[most:]),
            },
        }


def count_refused(remarks: Iterable[Remark]) -> int:
    """Return how many items, rows or files stay out: one may be refused for several reasons."""
    return len({(remark.place.file, remark.place.row, remark.ref) for remark in remarks})


def _add(told: list[Remark], remarks: Iterable[Remark]) -> int:
    """Keep as many as there is room for; return how many there are more."""
    rest = iter(remarks)
    told += islice(rest, MOST - len(told))
    return sum(1 for _ in rest)


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
