"""Drafts out of the bank into a file, with a list of everything that the format could not hold.

The list is not kept by the writers: what was written is read back and compared, so that nothing can be lost in silence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal
from urllib.parse import parse_qsl

from core import audit
from core.aside import aside
from core.errors import INVALID
from core.unit import Database, Unit
from itembank import queries
from itembank.exchange import (
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
from itembank.exchange.draft import Draft, DraftKey, DraftOption, DraftPart
from itembank.exchange.lettering import Lettering, letters_of
from itembank.exchange.qti_dialect import QTI3, QTI22, Dialect
from itembank.exchange.report import Planned, Read, Reading, Remark
from itembank.kinds.catalogue import KINDS
from itembank.sanitising import clean

Format = Literal["qti3", "qti22", "moodle", "gift", "xlsx", "jsonl"]


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
    """How a format is written and read back, and what it is called."""

    write: Callable[[Iterable[Draft]], bytes]
    read: Callable[[bytes], Iterable[Reading]]
    kinds: frozenset[str]
    suffix: str
    mimetype: str


DIALECTS: dict[str, Dialect] = {"qti3": QTI3, "qti22": QTI22}
"""The formats that are QTI."""


def _qti(name: str) -> _Door:
    dialect = DIALECTS[name]
    return _Door(partial(qti_write.write, dialect=dialect), lambda data: qti_read.read(data, ""), qti_write.KINDS, "zip", "application/zip")


_DOORS: dict[Format, _Door] = {
    "jsonl": _Door(jsonl_write.write, jsonl_read.read, jsonl_write.KINDS, "jsonl", "application/x-ndjson"),
    "xlsx": _Door(sheet_write.write, sheet_read.read, sheet_rows.KINDS, "xlsx", sheet_write.MIMETYPE),
    "gift": _Door(gift_write.write, gift_read.read, gift_write.KINDS, "gift", "text/plain; charset=utf-8"),
    "moodle": _Door(moodle_write.write, moodle_read.read, moodle_write.KINDS, "xml", "application/xml"),
    "qti3": _qti("qti3"),
    "qti22": _qti("qti22"),
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
    found = {_ref(reading): reading for reading in door.read(data) if not isinstance(reading, Planned)}
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


def settled(draft: Draft) -> Draft:
    """Return a draft as the bank shows it: HTML sanitised, options named by letters, numbers in their shortest form."""
    if draft.kind == "business":
        return draft
    values = draft.model_dump()
    values |= {name: clean(values[name]).strip() for name in ("stem", "stimulus", "explanation")}
    values["marks"] = draft.marks.normalize() + 0
    values["exhibits"] = [exhibit.model_dump() | {"html": clean(exhibit.html)} for exhibit in draft.exhibits]
    values |= _settled_answers(draft)
    values["parts"] = [
        part.model_dump()
        | _settled_answers(part)
        | {"stem": clean(part.stem).strip(), "explanation": clean(part.explanation).strip(), "marks": part.marks.normalize() + 0}
        for part in draft.parts
    ]
    return Draft.model_validate(values)


def _settled_answers(asked: Draft | DraftPart) -> dict[str, Any]:
    names = _names(asked, letters_of)
    key = asked.key
    correct = [names.in_key(right.strip()) for right in key.correct]
    places = {value: n for n, value in enumerate(KINDS[asked.kind].values(asked))} if asked.kind != "case" else {}
    if places and asked.kind != "ordering":
        order = {names.in_key(value): n for value, n in places.items()}
        correct = sorted(set(correct), key=lambda right: order.get(right, 0))
    return {
        "options": _settled_options(asked.options, names.of_options),
        "gaps": [
            {"id": gap.id, "html": clean(gap.html).strip(), "options": _settled_options(gap.options, own)}
            for gap, (_, own) in zip(asked.gaps, names.gaps, strict=True)
        ],
        "image": asked.image and asked.image.model_dump() | {"data": asked.image.picture.address},
        "key": key.model_dump() | _key_by(names, key) | {"correct": correct, "reference": clean(key.reference).strip()},
    }


def _settled_options(options: Sequence[DraftOption], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [option.model_dump() | {"id": names[option.id], "html": clean(option.html).strip()} for option in options]


def _names(asked: Draft | DraftPart, name: Callable[[Sequence[DraftOption]], dict[str, str]]) -> Lettering:
    return Lettering(asked.options, name(asked.options), [(gap.options, name(gap.options)) for gap in asked.gaps])


def _key_by(names: Lettering, key: DraftKey) -> dict[str, Any]:
    return {field: {names.in_key(value): worth for value, worth in getattr(key, field).items()} for field in ("worths", "factors")}


def differences(draft: Draft, found: Draft) -> Iterator[str]:
    """Name every field of a draft that another does not hold in the same way: `marks`, `key.rubric`, `parts.explanation`, …"""
    yield from dict.fromkeys(differing(_by_place(draft), _by_place(found), ""))


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


def _by_place(draft: Draft) -> dict[str, Any]:
    """Return a draft whose options are called by their places: what they are called is the format's own affair."""
    values = draft.model_dump()
    everything: list[Draft | DraftPart] = [draft, *draft.parts]
    for asked, told in zip(everything, (values, *values["parts"]), strict=True):
        names = _names(asked, lambda options: {option.id: f"#{n}" for n, option in enumerate(options)})
        for options, own in [
            (told["options"], names.of_options),
            *((gap["options"], names.gaps[n][1]) for n, gap in enumerate(told["gaps"])),
        ]:
            for option in options:
                option["id"] = own[option["id"]]
        told["key"] |= _key_by(names, asked.key) | {"correct": [names.in_key(right) for right in asked.key.correct]}
    return values


def _ref(reading: Read | Remark) -> str:
    return reading.draft.ref if isinstance(reading, Read) else reading.ref
