"""Drafts out of the bank into a file, with a list of everything that the format could not hold.

The list is not kept by the writers: what was written is read back and compared, so that nothing can be lost in silence.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal
from urllib.parse import parse_qsl

from core import audit
from core.aside import aside
from core.errors import INVALID
from core.unit import Database, Unit
from itembank import errors, queries
from itembank.exchange import (
    aiken_read,
    aiken_write,
    gift_read,
    gift_write,
    jsonl_read,
    jsonl_write,
    moodle_read,
    moodle_write,
    qti_read,
    qti_write,
    sheet_read,
    sheet_rows,
    sheet_write,
)
from itembank.exchange.draft import Draft, DraftPart
from itembank.exchange.lettering import lettered
from itembank.exchange.qti_dialect import QTI3, QTI21, QTI22, Dialect
from itembank.exchange.report import Place, Planned, Read, Reading, Remark
from itembank.sanitising import clean

Format = Literal["qti3", "qti22", "qti21", "moodle", "gift", "aiken", "xlsx", "jsonl"]


@dataclass(frozen=True)
class Lost:
    """One thing about one item that the file does not hold: the name of a field; for the whole item `kind …`, or why it was refused."""

    ref: str
    feature: str


@dataclass(frozen=True)
class Exported:
    """The file, how many items it holds, and what it does not."""

    data: bytes
    items: int
    lost: tuple[Lost, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return `{"items", "lost": [{"ref", "feature"}]}`."""
        return {"items": self.items, "lost": [vars(lost) for lost in self.lost]}


@dataclass(frozen=True)
class _Door:
    """How a format is written and read back, what it is called, and whether its questions carry their references."""

    write: Callable[[Iterable[Draft]], bytes]
    read: Callable[[bytes], Iterable[Reading]]
    kinds: frozenset[str]
    suffix: str
    mimetype: str
    is_named: bool = True


DIALECTS: dict[str, Dialect] = {"qti3": QTI3, "qti22": QTI22, "qti21": QTI21}
"""The formats that are QTI."""


def _qti(name: str) -> _Door:
    dialect = DIALECTS[name]
    return _Door(partial(qti_write.write, dialect=dialect), lambda data: qti_read.read(data, ""), qti_write.KINDS, "zip", "application/zip")


_DOORS: dict[Format, _Door] = {
    "jsonl": _Door(jsonl_write.write, jsonl_read.read, jsonl_write.KINDS, "jsonl", "application/x-ndjson"),
    "xlsx": _Door(sheet_write.write, sheet_read.read, sheet_rows.KINDS, "xlsx", sheet_write.MIMETYPE),
    "gift": _Door(gift_write.write, gift_read.read, gift_write.KINDS, "gift", "text/plain; charset=utf-8"),
    "aiken": _Door(aiken_write.write, aiken_read.read, aiken_write.KINDS, "txt", "text/plain; charset=utf-8", is_named=False),
    "moodle": _Door(moodle_write.write, moodle_read.read, moodle_write.KINDS, "xml", "application/xml"),
    "qti3": _qti("qti3"),
    "qti22": _qti("qti22"),
    "qti21": _qti("qti21"),
}


def file_name(wanted: Format) -> str:
    """Return a name for a file of this format."""
    return f"kaochang-items.{_DOORS[wanted].suffix}"


def mimetype(wanted: Format) -> str:
    """Return the media type of this format."""
    return _DOORS[wanted].mimetype


def find_filter(query: str) -> queries.ItemFilter:
    """Return what a query such as `kind=single&level=初级` narrows the list of items to; a query without `=` is looked for as text.

    Raises:
        ExamError: `core.invalid`, naming the field.
    """
    fields = dict(parse_qsl(query, keep_blank_values=True)) if "=" in query else {"text": query}
    unknown = set(fields) - set(queries.ItemFilter.__dataclass_fields__)
    if unknown:
        raise INVALID(detail=", ".join(sorted(unknown)))
    return queries.ItemFilter(**fields)


def take_out(database: Database, wanted: queries.ItemFilter, form: Format) -> Exported:
    """Write the newest versions of items, keys and all, into a file, outside any transaction and aside."""
    with database.reading() as session:
        sources = queries.sources(session, wanted)
    return aside(_export_sources, sources, form)


def note_taken(unit: Unit, wanted: queries.ItemFilter, form: Format, exported: Exported) -> None:
    """Keep in the audit trail who takes what out; to be done before the file is handed over."""
    query = {name: value for name, value in vars(wanted).items() if value}
    audit.record(unit, "itembank.items.exported", "itembank/export", format=form, items=exported.items, query=query)


def _export_sources(sources: Sequence[dict[str, Any]], form: Format) -> Exported:
    return export((Draft.model_validate(source) for source in sources), form)


def export(drafts: Iterable[Draft], wanted: Format) -> Exported:
    """Write drafts in a format; an item that cannot be read back stays out."""
    door = _DOORS[wanted]
    kept: list[Draft] = []
    lost: list[Lost] = []
    for draft in map(settled, drafts):
        unknown = [name for name in (draft.kind, *(part.kind for part in draft.parts)) if name not in door.kinds]
        if unknown:
            lost.append(Lost(draft.ref, f"kind {unknown[0]}"))
        else:
            kept.append(draft)
    data = door.write(kept)
    found = _read_back(door, kept, data)
    sound = [draft for draft in kept if isinstance(found.get(draft.ref), Read)]
    if len(sound) < len(kept):
        data = door.write(sound)
    for draft in kept:
        reading = found.get(draft.ref)
        if isinstance(reading, Read):
            lost += [Lost(draft.ref, feature) for feature in differences(draft, settled(reading.draft))]
        else:
            lost.append(Lost(draft.ref, reading.error.kind.code if reading else "ref"))
    return Exported(data, len(sound), tuple(lost))


def _read_back(door: _Door, kept: Sequence[Draft], data: bytes) -> dict[str, Read | Remark]:
    """Return by reference what is read of each draft; where the format has none, each is read by itself."""
    if door.is_named:
        return {_ref(reading): reading for reading in door.read(data) if not isinstance(reading, Planned)}
    found: dict[str, Read | Remark] = {}
    for draft in kept:
        reading, *more = door.read(door.write([draft]))
        if not isinstance(reading, Planned):
            found[draft.ref] = Remark(draft.ref, errors.QUESTION_WRONG(detail=draft.ref), Place()) if more else reading
    return found


def settled(draft: Draft) -> Draft:
    """Return a draft as the bank shows it: lettered (`itembank.exchange.lettering`), its HTML sanitised."""
    if draft.kind == "business":
        return draft
    values = lettered(draft).model_dump()
    values |= {name: clean(values[name]).strip() for name in ("stem", "stimulus", "explanation")}
    values["exhibits"] = [exhibit | {"html": clean(exhibit["html"]).strip()} for exhibit in values["exhibits"]]
    everything: list[Draft | DraftPart] = [draft, *draft.parts]
    for asked, told in zip(everything, (values, *values["parts"]), strict=True):
        told["image"] = asked.image and told["image"] | {"data": asked.image.picture.address}
        told["key"]["reference"] = clean(told["key"]["reference"]).strip()
        for html in (*told["options"], *told["gaps"], *(option for gap in told["gaps"] for option in gap["options"])):
            html["html"] = clean(html["html"]).strip()
    for part in values["parts"]:
        part |= {name: clean(part[name]).strip() for name in ("stem", "explanation")}
    return Draft.model_validate(values)


def differences(draft: Draft, found: Draft) -> Iterator[str]:
    """Name every field of a draft that another does not hold in the same way: `marks`, `key.rubric`, `parts.explanation`, …"""
    yield from dict.fromkeys(differing(draft.model_dump(), found.model_dump(), ""))


def differing(one: Any, other: Any, name: str) -> Iterator[str]:
    """Name what differs between two values made of objects and lists, beginning with the name of the whole."""
    if isinstance(one, dict) and isinstance(other, dict) and set(one) == set(other):
        for field in one:
            yield from differing(one[field], other[field], f"{name}.{field}".lstrip("."))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for held, back in zip(one, other, strict=True):
            yield from differing(held, back, name)
    elif one != other:
        yield name


def _ref(reading: Read | Remark) -> str:
    return reading.draft.ref if isinstance(reading, Read) else reading.ref
