"""Drafts into items: each is checked and sanitised for itself, before anything is written; then all that is sound of a batch goes in."""

import pickle
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from tempfile import TemporaryFile
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import audit, outbox
from core.actor import Actor
from core.errors import CONFLICT, ExamError, Words
from core.unit import Database, Unit
from itembank import duplicates, errors, facts, items, keys, queries
from itembank.comparing import emptied
from itembank.duplicates import Sketched
from itembank.exchange.dividing import divide
from itembank.exchange.draft import Draft
from itembank.exchange.planning import plan
from itembank.exchange.report import Entry, Place, Plan, Planned, Read, Reading, Remark, Report, count_refused, note
from itembank.items import NewVersion
from itembank.keys import Key

BATCH = 500
"""Items of one transaction, and of what an import holds in memory at a time."""


@dataclass
class Prepared:
    """An import before it meets the bank: what may go in, and what was said on the way."""

    versions: list[tuple[NewVersion, Place]] = field(default_factory=list)
    tests: list[Plan] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


@dataclass
class _Seen:
    """What has gone by of an import: references, and of items that came in files of their own reference and language by file."""

    refs: set[str] = field(default_factory=set)
    files: dict[str, tuple[str, str]] = field(default_factory=dict)


class _Held(NamedTuple):
    """What is known of a draft that waits: its reference, one made from its content, where it stands, what is said of it."""

    ref: str
    own: str
    place: Place
    notes: tuple[Remark, ...]


class Hostile(NamedTuple):
    """An item with enemies: its reference, theirs, and where it stands."""

    ref: str
    enemies: tuple[str, ...]
    place: Place


def import_drafts(unit: Unit, readings: Iterable[Reading], *, dry_run: bool = False) -> Report:
    """Take in what readers found with one transaction; a dry run tells the same and writes nothing.

    Raises:
        ExamError: `core.conflict`, when another import brought the same new reference at the same time.
    """
    return store(unit, prepare(readings), dry_run=dry_run)


def import_batches(database: Database, actor: Actor, now: datetime, readings: Iterable[Reading], *, dry_run: bool = False) -> Report:
    """Take in what readers find while they read, a batch with each transaction; a dry run tells the same and writes nothing.

    Of what has gone by, the references, the sketches and the report are kept.  What breaks off leaves whole batches in the bank: the same
    import again finds them unchanged and goes on.

    Raises:
        ExamError: as `import_drafts`.
    """
    report, seen = Report(), _Seen()
    coming: list[Sketched] = []
    hostile: list[Hostile] = []
    rest = _with_own_refs(readings)
    while batch := list(islice(rest, BATCH)):
        prepared = _prepare(batch, seen)
        hostile += _hostile(prepared)
        with database.unit(actor, now) as unit:
            coming += _store(unit, prepared, report, dry_run=dry_run)
    with database.reading() as session:
        report.warn(unknown_enemies(session, hostile, seen.refs))
        report.warn(duplicates.warn(session, coming))
    return report


def prepare(readings: Iterable[Reading]) -> Prepared:
    """Check and sanitise what readers found: pure, and where the time of an import goes (`core.aside`)."""
    return _prepare(_with_own_refs(readings), _Seen())


def store(unit: Unit, prepared: Prepared, *, dry_run: bool = False) -> Report:
    """Put a prepared import into the bank in a few bulk statements.

    Raises:
        ExamError: `core.conflict`, when another import brought the same new reference at the same time.
    """
    report = Report()
    coming = _store(unit, prepared, report, dry_run=dry_run)
    report.warn(unknown_enemies(unit.session, _hostile(prepared), {version.ref for version, _ in prepared.versions}))
    report.warn(duplicates.warn(unit.session, coming))
    return report


def unknown_enemies(session: Session, hostile: Iterable[Hostile], coming: Set[str]) -> Iterator[Remark]:
    """Yield a warning for every item that names enemies which neither the bank holds nor an import that is coming."""
    told = [(ref, [enemy for enemy in enemies if enemy not in coming], place) for ref, enemies, place in hostile]
    there = queries.refs_there(session, [enemy for _, named, _ in told for enemy in named])
    for ref, named, place in told:
        if unknown := [enemy for enemy in named if enemy not in there]:
            yield note(ref, place, errors.ENEMY_UNKNOWN, enemies=", ".join(unknown))


def _hostile(prepared: Prepared) -> list[Hostile]:
    return [Hostile(version.ref, version.enemies, place) for version, place in prepared.versions if version.enemies]


def _prepare(readings: Iterable[Reading], seen: _Seen) -> Prepared:
    prepared = Prepared()
    for reading in readings:
        if isinstance(reading, Planned):
            _take_in_test(prepared, reading, seen)
            continue
        if isinstance(reading, Remark):
            (prepared.warnings if reading.is_note else prepared.refused).append(reading)
            continue
        draft, place = reading.draft, reading.place
        try:
            if draft.ref in seen.refs:
                raise errors.REF_TWICE(ref=draft.ref)
            divided = divide(draft)
        except ExamError as error:
            prepared.refused.append(Remark(draft.ref, error, place))
            continue
        seen.refs.add(draft.ref)
        if place.row is None:
            seen.files.setdefault(place.file, (draft.ref, draft.language))  # of an item that is drawn as several, the first
        prepared.versions.append((divided.version, place))
        prepared.warnings.extend(reading.notes)
        if divided.lost:
            prepared.warnings.append(note(draft.ref, place, errors.MARKUP_DROPPED, what=", ".join(divided.lost)))
        prepared.warnings.extend(Remark(draft.ref, error, place) for error in divided.remarks)
    return prepared


def _take_in_test(prepared: Prepared, found: Planned, seen: _Seen) -> None:
    made, notes = plan(found, seen.files)
    if isinstance(made, Remark):
        prepared.refused.append(made)
    else:
        prepared.tests.append(made)
        prepared.warnings.extend(notes)


def _store(unit: Unit, prepared: Prepared, report: Report, *, dry_run: bool) -> list[Sketched]:
    """Put a batch into the bank and into the report; return what is new of it."""
    refused = list(prepared.refused)
    known = queries.lock_known(unit.session, [version.ref for version, _ in prepared.versions])
    placements: list[tuple[items.Placement, Place]] = []
    coming: list[Sketched] = []
    for version, place in prepared.versions:
        try:
            placement = items.place(version, known.get(version.ref))
        except ExamError as error:
            refused.append(Remark(version.ref, error, place))
            continue
        placements.append((placement, place))
        report.items.append(Entry(version.ref, version.kind, version.title, placement.n, placement.status))
        if placement.status != "unchanged":
            coming.append(Sketched(version.ref, version.pool, version.sketch, version.enemies, place))
    report.tests += prepared.tests
    report.refuse(refused)
    report.warn(prepared.warnings)
    report.warn(_emptied(unit.session, [(p.version, place) for p, place in placements if p.status == "changed"]))
    if not dry_run:
        _write(unit, [placement for placement, _ in placements], count_refused(refused))
    return coming


def _emptied(session: Session, changed: Sequence[tuple[NewVersion, Place]]) -> Iterator[Remark]:
    """Yield a warning for every change that leaves empty what the version before has, as a format does that cannot hold it."""
    before = queries.sources_by_ref(session, [version.ref for version, _ in changed])
    for version, place in changed:
        gone = emptied(Draft.model_validate(before[version.ref]), Draft.model_validate(version.source))
        if gone:
            zh, en = zip(*gone, strict=True)
            yield note(version.ref, place, errors.CHANGE_EMPTIES, fields=Words("、".join(zh), ", ".join(en)))


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


def _write(unit: Unit, placements: list[items.Placement], refused: int) -> None:
    counts = Counter(placement.status for placement in placements)
    told = {"new": counts["new"], "changed": counts["changed"], "refused": refused}
    try:
        items.put(unit, placements)
    except IntegrityError as error:
        raise CONFLICT(detail="ref") from error
    audit.record(unit, "itembank.items.imported", "itembank/import", unchanged=counts["unchanged"], **told)
    outbox.announce(unit, facts.ITEMS_IMPORTED, "itembank/import", told)


def _with_own_refs(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Give items of different XML files that share an identifier references of their own, made from their content; they come last.

    Behind them come the tests that name them.  While it is not known which references are shared, the drafts wait in a file.
    """
    held: list[_Held] = []
    tests: list[Planned] = []
    with TemporaryFile() as aside:
        for reading in readings:
            if isinstance(reading, Planned):
                tests.append(reading)
            elif isinstance(reading, Read) and reading.place.row is None:
                pickle.dump(reading.draft, aside)
                held.append(_Held(reading.draft.ref, _own_ref(reading.draft), reading.place, reading.notes))
            else:
                yield reading
        aside.seek(0)
        counts = Counter(one.ref for one in held)
        renamed = {(one.place.file, one.ref): one.own for one in held if counts[one.ref] > 1}
        for one in held:
            whole = Read(pickle.load(aside), one.place, one.notes)  # noqa: S301 - written above
            yield _with_own_ref(whole, renamed) if counts[one.ref] > 1 else whole
    yield from tests


def _own_ref(draft: Draft) -> str:
    return f"{draft.ref[:53]}~{sha256(draft.model_dump_json().encode()).hexdigest()[:10]}"


def _with_own_ref(reading: Read, renamed: Mapping[tuple[str, str], str]) -> Read:
    """Return a reading under its own reference; enemies that come from the same file, as clones of one item do, have theirs as well."""
    draft, file = reading.draft, reading.place.file
    ref = renamed[file, draft.ref]
    enemies = [renamed.get((file, enemy), enemy) for enemy in draft.enemies]
    changed = note(ref, reading.place, errors.QTI_REF_CHANGED, identifier=draft.ref, ref=ref)
    notes = tuple(replace(remark, ref=ref) for remark in reading.notes)
    return replace(reading, draft=draft.model_copy(update={"ref": ref, "enemies": enemies}), notes=(changed, *notes))
