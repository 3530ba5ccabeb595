"""The slow way of an answer into the journal: judged by itself.

For what the fast way did not take: repeats, answers out of order, late or from an older page, and a head that another process has moved on.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.clock import parse_iso
from core.errors import BUSY, NOT_FOUND, ErrorKind
from core.unit import Unit
from delivery.chain import Entry, advance, link
from delivery.errors import CLOSED, NOT_STARTED, NUMBER_TAKEN, PAUSED, READING, SUPERSEDED, TOO_LATE, UNSOUND
from delivery.lateness import Standing, Verdict, judge, outlived
from delivery.presence import find_end_of_line
from delivery.queries import entry_of, load_heads
from delivery.saves import Heads, Save
from delivery.states import State
from delivery.tables import MAX_ITEM, AttemptRow, JournalRow, QuarantineRow

_REFUSALS: dict[Verdict, ErrorKind] = {
    Verdict.RETRY: PAUSED,
    Verdict.READING: READING,
    Verdict.NOT_STARTED: NOT_STARTED,
    Verdict.TOO_LATE: TOO_LATE,
    Verdict.SUPERSEDED: SUPERSEDED,
    Verdict.CLOSED: CLOSED,
}
MOST_ASIDE = 5_000  # answers of one attempt that are kept aside: many hours of writing
RETRY_FULL_S = 60
MOST_ASIDE_CHARS = 50_000_000  # in them together
_KEPT_ASIDE = frozenset({Verdict.TOO_LATE, Verdict.SUPERSEDED, Verdict.CLOSED})


def settle(unit: Unit, saves: Sequence[Save], heads: Heads) -> None:
    """Judge each answer by itself: accept it, find that it is here already, keep it aside, or refuse it."""
    session = unit.session
    attempts = list(dict.fromkeys(save.attempt for save in saves))
    standing = _lock_standing(session, attempts)
    heads.update(load_heads(session, attempts))
    held = _held(session, saves)
    full = _full(session, attempts)
    accepted: list[dict[str, Any]] = []
    aside: list[dict[str, Any]] = []
    for save in saves:
        place = (save.attempt, save.entry.seq)
        reason: str | None = None
        if save.attempt not in standing:
            save.outcome = NOT_FOUND()
        elif save.flaw:
            reason, save.outcome = "unsound", UNSOUND(seq=save.entry.seq, detail=save.flaw)
        elif place in held and _same(held[place], save.entry):
            save.outcome = unit.now
        elif place in held:
            reason, save.outcome = "number_taken", NUMBER_TAKEN(seq=save.entry.seq)
        else:
            verdict = _judge(session, standing[save.attempt].towards(save.entry.item), save)
            if verdict is Verdict.ACCEPT:
                linked = link(heads[save.attempt], save.entry)
                heads[save.attempt] = advance(heads[save.attempt], linked)
                held[place] = save.entry
                accepted.append({"attempt": save.attempt, "pos": linked.pos, "hash": linked.hash, **_columns(save.entry)})
                save.outcome = unit.now
            else:
                save.outcome = _REFUSALS[verdict](seq=save.entry.seq)
                reason = str(verdict) if verdict in _KEPT_ASIDE else None
        if reason and save.attempt in full:
            save.outcome = BUSY(retry_after_s=RETRY_FULL_S)  # stays with its page
        elif reason:
            aside.append(_aside(save, reason))
    _insert(session, accepted, aside)


def _judge(session: Session, attempt: Standing, save: Save) -> Verdict:
    entry = save.entry
    typed_at, received_at = parse_iso(entry.typed_at), parse_iso(entry.received_at)
    is_late = attempt.deadline is not None and received_at > attempt.deadline
    borne_out = save.is_borne_out and is_late
    if borne_out:
        borne_out = not outlived(find_end_of_line(session, save.attempt, typed_at, received_at), save.heard_at, typed_at)
    return judge(attempt, entry.epoch, typed_at, received_at, is_borne_out=borne_out)


class _Locked(NamedTuple):
    """A locked attempt: how it stands, and the ends of its limited sections by place and section."""

    standing: Standing
    section_of: dict[str, str]
    section_ends: dict[str, str]

    def towards(self, item: str) -> Standing:
        """Return how the attempt stands towards an answer at a place."""
        end = self.section_ends.get(self.section_of.get(item, ""))
        return self.standing._replace(deadline=parse_iso(end)) if end else self.standing


_STANDING = select(
    AttemptRow.id,
    AttemptRow.state,
    AttemptRow.epoch,
    AttemptRow.deadline_at,
    AttemptRow.late_window_s,
    AttemptRow.started_at,
    AttemptRow.reads_until,
    AttemptRow.section_of,
    AttemptRow.section_ends,
).order_by(AttemptRow.id)


def _lock_standing(session: Session, attempts: Sequence[str]) -> dict[str, _Locked]:
    rows = session.execute(_STANDING.where(AttemptRow.id.in_(attempts)).with_for_update(read=True))
    return {
        attempt: _Locked(
            Standing(State(state), epoch, deadline_at, timedelta(seconds=window), started_at, reads_until), places or {}, ends or {}
        )
        for attempt, state, epoch, deadline_at, window, started_at, reads_until, places, ends in rows
    }


def _held(session: Session, saves: Sequence[Save]) -> dict[tuple[str, int], Entry]:
    """Return what the journal already holds under the numbers of the group."""
    wanted = select(JournalRow).where(
        JournalRow.attempt.in_({save.attempt for save in saves}), JournalRow.seq.in_({save.entry.seq for save in saves})
    )
    return {(row.attempt, row.seq): entry_of(row) for row in session.scalars(wanted)}


def _full(session: Session, attempts: Sequence[str]) -> set[str]:
    """Return the attempts of which so much is kept aside that no page of ours has written it."""
    much = (func.count() >= MOST_ASIDE) | (func.sum(func.length(QuarantineRow.value)) >= MOST_ASIDE_CHARS)
    wanted = select(QuarantineRow.attempt).where(QuarantineRow.attempt.in_(attempts)).group_by(QuarantineRow.attempt).having(much)
    return set(session.scalars(wanted))


def _same(held: Entry, sent: Entry) -> bool:
    return (held.item, held.value) == (sent.item, sent.value)


def _aside(save: Save, reason: str) -> dict[str, Any]:
    entry = save.entry
    content = json.dumps([entry.seq, entry.item, entry.value, entry.typed_at])  # under whatever epoch, by file and by page
    kept = {**_columns(entry), "item": entry.item[:MAX_ITEM]}
    return {"attempt": save.attempt, "digest": sha256(content.encode()).hexdigest(), "reason": reason, **kept}


def _columns(entry: Entry) -> dict[str, Any]:
    return {**entry._asdict(), "typed_at": parse_iso(entry.typed_at), "received_at": parse_iso(entry.received_at)}


def _insert(session: Session, accepted: list[dict[str, Any]], aside: list[dict[str, Any]]) -> None:
    if accepted:
        session.connection().execute(JournalRow.__table__.insert(), accepted)  # type: ignore[attr-defined]  # a mapped table is a Table
    if aside:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        session.execute(dialect.insert(QuarantineRow).on_conflict_do_nothing(), aside)
