"""Writing items at the page: one draft at a time, looked at before it is kept; and tags for many items at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from core.errors import ExamError
from core.faults import invalid
from core.ids import new_id
from core.unit import Unit
from itembank import duplicates, errors, previews, queries
from itembank.content import Content
from itembank.duplicates import Like
from itembank.exchange import intake
from itembank.exchange.dividing import divide
from itembank.exchange.draft import Draft
from itembank.exchange.intake import Hostile
from itembank.exchange.report import Place, Read, Report

TAGS = ("levels", "programmes", "knowledge")
"""What many items can be tagged with at once."""


@dataclass(frozen=True)
class Seen:
    """A draft as candidates would see it, what sanitising took away, what is said of pictures and enemies, what is nearly the same."""

    paper: dict[str, Any]
    lost: tuple[str, ...]
    remarks: tuple[ExamError, ...]
    alike: list[Like]


def read_draft(given: Mapping[str, Any]) -> Draft:
    """Return the draft that a page sends; one without a reference gets one.

    Raises:
        ExamError: of `itembank.errors`, saying what does not fit; `core.invalid` for a field of the wrong shape.
    """
    ref = str(given.get("ref") or "").strip() or f"{given.get('kind', 'item')}-{new_id('itm')[-8:]}"
    try:
        return Draft.model_validate({**given, "ref": ref})
    except ValidationError as error:
        raise invalid(error) from error


def look(session: Session, draft: Draft) -> Seen:
    """Return what would become of a draft; nothing is written.

    Raises:
        ExamError: of `itembank.errors`.
    """
    divided = divide(draft)
    (alike,) = duplicates.find_like(session, [divided.version])
    unknown = intake.unknown_enemies(session, [Hostile(draft.ref, divided.version.enemies, Place())], {draft.ref})
    remarks = (*divided.remarks, *(remark.error for remark in unknown))
    return Seen(previews.preview_content(Content.model_validate(divided.version.content)), divided.lost, remarks, alike)


def write(unit: Unit, draft: Draft, base: int | None) -> str:
    """Keep a draft as a new item (`base` None), or as the version after `base`; return the item's id.

    Raises:
        ExamError: of `itembank.errors`; `itembank.ref_taken`, `itembank.version_moved` when somebody was faster.
    """
    known = queries.lock_known(unit.session, [draft.ref]).get(draft.ref)
    if known and base is None:
        raise errors.REF_TAKEN(ref=draft.ref)
    if known and known.n != base:
        raise errors.VERSION_MOVED(ref=draft.ref, n=known.n)
    _take_in(unit, [draft])
    return queries.lock_known(unit.session, [draft.ref])[draft.ref].item


def tag(unit: Unit, refs: Sequence[str], add: Mapping[str, Sequence[str]], remove: Mapping[str, Sequence[str]]) -> Report:
    """Put tags on items and take others off, all or none: each item that changes gets a new version, which is a draft.

    Raises:
        ExamError: of `itembank.errors`, for the first item that cannot be changed.
    """
    known = queries.lock_known(unit.session, refs)
    drafts = [intake.get_source(unit.session, queries.get_item(unit.session, item.item).version) for item in known.values()]
    return _take_in(unit, [_tagged(draft, add, remove) for draft in drafts])


def _take_in(unit: Unit, drafts: Sequence[Draft]) -> Report:
    report = intake.import_drafts(unit, [Read(draft, Place()) for draft in drafts])
    if report.refused:
        raise report.refused[0].error
    return report


def _tagged(draft: Draft, add: Mapping[str, Sequence[str]], remove: Mapping[str, Sequence[str]]) -> Draft:
    changed = {}
    for facet in TAGS:
        kept = [value for value in getattr(draft, facet) if value not in remove.get(facet, ())]
        changed[facet] = list(dict.fromkeys([*kept, *add.get(facet, ())]))
    return draft.model_copy(update=changed)
