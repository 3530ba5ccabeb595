"""Drafts into items: each is checked and sanitised for itself, before anything is written; then all that is sound goes in at once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import audit, outbox
from core.errors import CONFLICT, ExamError
from core.unit import Unit
from itembank import duplicates, errors, facts, items, keys, queries
from itembank.exchange.dividing import divide
from itembank.exchange.draft import Draft
from itembank.exchange.report import Entry, Place, Read, Reading, Remark, Report, note
from itembank.items import NewVersion
from itembank.keys import Key


@dataclass
class Prepared:
    """An import before it meets the bank: what may go in, and what was said on the way."""

    versions: list[tuple[NewVersion, Place]] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


def import_drafts(unit: Unit, readings: Iterable[Reading], *, dry_run: bool = False) -> Report:
    """Take in what readers found; a dry run tells the same and writes nothing.

    Raises:
        ExamError: `core.conflict`, when another import brought the same new reference at the same time.
    """
    return store(unit, prepare(readings), dry_run=dry_run)


def prepare(readings: Iterable[Reading]) -> Prepared:
    """Check, sanitise and divide every draft, outside any transaction: this is where the time of an import goes (`core.aside`)."""
    prepared = Prepared()
    seen: set[str] = set()
    for reading in _with_own_refs(list(readings)):
        if isinstance(reading, Remark):
            prepared.refused.append(reading)
            continue
        draft, place = reading.draft, reading.place
        try:
            if draft.ref in seen:
                raise errors.REF_TWICE(ref=draft.ref)
            divided = divide(draft)
        except ExamError as error:
            prepared.refused.append(Remark(draft.ref, error, place))
            continue
        seen.add(draft.ref)
        prepared.versions.append((divided.version, place))
        prepared.warnings.extend(reading.notes)
        if divided.lost:
            prepared.warnings.append(note(draft.ref, place, errors.MARKUP_DROPPED, what=", ".join(divided.lost)))
    return prepared


def store(unit: Unit, prepared: Prepared, *, dry_run: bool = False) -> Report:
    """Put a prepared import into the bank in a few bulk statements.

    Raises:
        ExamError: `core.conflict`, when another import brought the same new reference at the same time.
    """
    report = Report(refused=list(prepared.refused), warnings=list(prepared.warnings))
    known = queries.lock_known(unit.session, [version.ref for version, _ in prepared.versions])
    placements: list[items.Placement] = []
    coming: list[tuple[NewVersion, Place]] = []
    for version, place in prepared.versions:
        try:
            placement = items.place(version, known.get(version.ref))
        except ExamError as error:
            report.refused.append(Remark(version.ref, error, place))
            continue
        placements.append(placement)
        report.items.append(Entry(version.ref, version.kind, version.title, placement.n, placement.status))
        if placement.status != "unchanged":
            coming.append((version, place))
    report.warnings += duplicates.warn(unit.session, coming)
    if not dry_run:
        _write(unit, placements, report)
    return report


def get_source(session: Session, version_id: str) -> Draft:
    """Return the author's draft of a version, key included.

    Raises:
        ExamError: `core.not_found`.
    """
    return Draft.model_validate(queries.get_key_row(session, version_id).source)


def get_key(session: Session, version_id: str) -> Key:
    """Return the sanitised key of a version, for the authors and reviewers of the bank.

    Raises:
        ExamError: `core.not_found`.
    """
    return keys.get_key(session, version_id)


def _write(unit: Unit, placements: list[items.Placement], report: Report) -> None:
    counts = Counter(placement.status for placement in placements)
    told = {"new": counts["new"], "changed": counts["changed"], "refused": len(report.refused)}
    try:
        items.put(unit, placements)
    except IntegrityError as error:
        raise CONFLICT(detail="ref") from error
    audit.record(unit, "itembank.items.imported", "itembank/import", unchanged=counts["unchanged"], **told)
    outbox.announce(unit, facts.ITEMS_IMPORTED, "itembank/import", told)


def _with_own_refs(readings: list[Reading]) -> list[Reading]:
    """Give items of different XML files that share an identifier references of their own, made from their content."""
    counts = Counter(reading.draft.ref for reading in readings if isinstance(reading, Read) and reading.place.row is None)
    return [_with_own_ref(reading) if isinstance(reading, Read) and counts[reading.draft.ref] > 1 else reading for reading in readings]


def _with_own_ref(reading: Read) -> Read:
    draft = reading.draft
    ref = f"{draft.ref[:53]}~{sha256(draft.model_dump_json().encode()).hexdigest()[:10]}"
    changed = note(ref, reading.place, errors.QTI_REF_CHANGED, identifier=draft.ref, ref=ref)
    notes = tuple(replace(remark, ref=ref) for remark in reading.notes)
    return replace(reading, draft=draft.model_copy(update={"ref": ref}), notes=(changed, *notes))
