"""The review of items: handed in by their authors, talked over, changed, approved by somebody else, and retired at the end.

Everything said and done is kept as a note beside the item, with the version that it was said of; so is who saw which version when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from core import audit, outbox
from core.errors import NOT_FOUND
from core.unit import Unit
from itembank import errors, facts, queries
from itembank.life import Act, State, move
from itembank.tables import FormItemRow, FormRow, ItemNoteRow, ItemRow, ItemSightRow, ItemVersionRow


@dataclass(frozen=True)
class Sight:
    """How often somebody was shown a version (its number `n`), first and last."""

    n: int
    account: str
    times: int
    first_at: datetime
    last_at: datetime


def submit(unit: Unit, item_id: str) -> None:
    """Hand the newest version in for review.

    Raises:
        ExamError: `core.not_found`, `itembank.item_retired`, `itembank.item_state`.
    """
    _step(unit, queries.lock_item(unit.session, item_id), Act.SUBMIT)


def recall(unit: Unit, item_id: str) -> None:
    """Take an item back from review.

    Raises:
        ExamError: as `submit`.
    """
    _step(unit, queries.lock_item(unit.session, item_id), Act.RECALL)


def send_back(unit: Unit, item_id: str, n: int, reason: str) -> None:
    """Send version `n` back to its authors with what should change.

    Raises:
        ExamError: as `submit`; `itembank.own_item`, `itembank.version_moved`.
    """
    item = _reviewed(unit, item_id, n)
    _step(unit, item, Act.RETURN, reason)


def approve(unit: Unit, item_id: str, n: int) -> str:
    """Approve version `n`, the newest, for forms or practice; return the version's id.  Done twice, it changes nothing.

    Raises:
        ExamError: `core.not_found`, `itembank.item_retired`, `itembank.item_state` (not handed in), `itembank.own_item` (who wrote any of
            the versions since the last approved one may not), `itembank.version_moved`, `itembank.key_missing`, `itembank.requests_open`.
    """
    item = _reviewed(unit, item_id, n)
    version = queries.get_version(unit.session, item.version)
    if item.approved_version == version.id and item.state != State.RETIRED:
        return version.id
    if version.lacks:
        raise errors.KEY_MISSING(detail=version.lacks)
    waiting = len(open_requests(unit.session, item.id))
    if waiting:
        raise errors.REQUESTS_OPEN(n=waiting)
    _step(unit, item, Act.APPROVE)
    item.approved_version = version.id
    outbox.announce(unit, facts.ITEM_APPROVED, f"item/{item.id}", {"item": item.id, "version": version.id, "n": version.n})
    return version.id


def submit_all(unit: Unit, refs: Sequence[str]) -> int:
    """Hand in the items with these references of which the newest version is a draft; return how many there were.

    Raises:
        ExamError: as `submit`.
    """
    drafts = [known.item for known in queries.lock_known(unit.session, refs).values() if known.state == State.DRAFT]
    for item in drafts:
        submit(unit, item)
    return len(drafts)


def approve_all(unit: Unit, seen: Mapping[str, int]) -> int:
    """Approve items, each by its reference in the version that was seen; return how many there are.

    Raises:
        ExamError: as `approve`, for the first item that cannot be approved; then none is.
    """
    known = queries.lock_known(unit.session, list(seen))
    if len(known) < len(seen):
        raise NOT_FOUND()
    for ref, n in seen.items():
        approve(unit, known[ref].item, n)
    return len(known)


def retire(unit: Unit, item_id: str, reason: str) -> None:
    """Take an item out of use for new forms and for practice; forms that hold it keep it.  Done twice, it changes nothing.

    Raises:
        ExamError: `core.not_found`.
    """
    item = queries.lock_item(unit.session, item_id)
    if item.state == State.RETIRED:
        return
    _step(unit, item, Act.RETIRE, reason)
    outbox.announce(unit, facts.ITEM_RETIRED, f"item/{item.id}", {"item": item.id, "reason": reason})


def comment(unit: Unit, item_id: str, n: int, text: str, *, request: bool = False) -> int:
    """Say something about version `n`; return the note's number.  A `request` stays open until somebody settles it.

    Raises:
        ExamError: `core.not_found`.
    """
    item = queries.get_item(unit.session, item_id)
    version = queries.get_version_numbered(unit.session, item.id, n)
    note = _note(unit, item.id, version.id, "request" if request else "comment", text)
    unit.session.flush()
    return note.id


def settle(unit: Unit, item_id: str, note_id: int) -> None:
    """Settle a request: what it asked for was done, or is no longer asked.  Done twice, it changes nothing.

    Raises:
        ExamError: `core.not_found`; `itembank.own_item`, for the authors of what it asks to change may not.
    """
    item = queries.lock_item(unit.session, item_id)
    note = unit.session.get(ItemNoteRow, note_id)
    if note is None or note.item != item.id or note.kind != "request":
        raise NOT_FOUND()
    if note.settled_at is not None:
        return
    _check_other_person(unit, item)
    note.settled_by, note.settled_at = unit.actor.account, unit.now
    audit.record(unit, "itembank.item.request_settled", f"item/{item.id}", note=note.id)


def take_live(unit: Unit, form_id: str) -> None:
    """Mark the items of a form that was just published as live, where their newest version is the one that stands in it."""
    _move_items(unit, form_id, Act.TAKE, State.APPROVED, [])


def release(unit: Unit, form_id: str) -> None:
    """Mark the items of a form that was just withdrawn as approved again, unless another published form holds them."""
    other = select(FormItemRow.item).join(FormRow, FormRow.id == FormItemRow.form)
    elsewhere = other.where(FormRow.state == "published", FormRow.id != form_id, FormItemRow.version == ItemRow.version)
    _move_items(unit, form_id, Act.RELEASE, State.LIVE, [ItemRow.id.not_in(elsewhere)])


def notes_of(session: Session, item_id: str) -> list[ItemNoteRow]:
    """Return what was said and done about an item, oldest first."""
    return list(session.scalars(select(ItemNoteRow).where(ItemNoteRow.item == item_id).order_by(ItemNoteRow.id)))


def open_requests(session: Session, item_id: str) -> list[ItemNoteRow]:
    """Return the requests about an item that nobody has settled."""
    return [note for note in notes_of(session, item_id) if note.kind == "request" and note.settled_at is None]


def note_sight(unit: Unit, versions: Sequence[str]) -> None:
    """Keep that the unit's actor was shown these versions."""
    unit.session.add_all(ItemSightRow(version=version, account=unit.actor.account, at=unit.now) for version in versions)


def sights_of(session: Session, item_id: str) -> list[Sight]:
    """Return who was shown which version of an item, last seen first."""
    last = func.max(ItemSightRow.at)
    columns = (ItemVersionRow.n, ItemSightRow.account, func.count(), func.min(ItemSightRow.at), last)
    seen = select(*columns).join(ItemVersionRow, ItemVersionRow.id == ItemSightRow.version).where(ItemVersionRow.item == item_id)
    return [Sight(*row) for row in session.execute(seen.group_by(ItemVersionRow.n, ItemSightRow.account).order_by(last.desc()))]


def authors_of(session: Session, item: ItemRow) -> set[str]:
    """Return who wrote the versions of an item since the one last approved (or all of them); these people may not review it."""
    written = queries.versions_of(session, item.id)
    approved = next((version.n for version in written if version.id == item.approved_version), 0)
    return {version.created_by for version in written if version.n > approved}


def _reviewed(unit: Unit, item_id: str, n: int) -> ItemRow:
    item = queries.lock_item(unit.session, item_id)
    newest = queries.get_version(unit.session, item.version)
    if newest.n != n:
        raise errors.VERSION_MOVED(ref=item.ref, n=newest.n)
    _check_other_person(unit, item)
    return item


def _check_other_person(unit: Unit, item: ItemRow) -> None:
    if unit.actor.account in authors_of(unit.session, item):
        raise errors.OWN_ITEM()


def _step(unit: Unit, item: ItemRow, act: Act, text: str = "") -> None:
    item.state, item.updated_at = move(item.state, act), unit.now
    _note(unit, item.id, item.version, act, text)
    detail = {"reason": text} if text else {}
    audit.record(unit, f"itembank.item.{_PAST[act]}", f"item/{item.id}", version=item.version, **detail)


_PAST = {Act.SUBMIT: "submitted", Act.RECALL: "recalled", Act.RETURN: "returned", Act.APPROVE: "approved", Act.RETIRE: "retired"}


def _note(unit: Unit, item: str, version: str, kind: str, text: str) -> ItemNoteRow:
    note = ItemNoteRow(item=item, version=version, kind=kind, text=text, by=unit.actor.account, at=unit.now)
    unit.session.add(note)
    return note


def _move_items(unit: Unit, form_id: str, act: Act, origin: State, conditions: Sequence[ColumnElement[bool]]) -> None:
    held = select(FormItemRow.item).where(FormItemRow.form == form_id, FormItemRow.version == ItemRow.version)
    target = move(origin, act)
    unit.session.execute(
        update(ItemRow)
        .where(ItemRow.state == origin, ItemRow.id.in_(held.correlate(ItemRow)), *conditions)
        .values(state=target)
        .execution_options(synchronize_session=False)
    )
