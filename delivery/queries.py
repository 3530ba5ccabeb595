"""All SQL of the sitting except the journal's group commit, which is in `fast_way` and `slow_way`."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.clock import iso
from core.errors import NOT_FOUND
from core.unit import Unit
from delivery.chain import Entry, Head, Link, genesis
from delivery.deadline import TimeEntry, TimeKind
from delivery.gates import Holder
from delivery.states import State
from delivery.tables import (
    AttemptRow,
    ClockRow,
    EventRow,
    JournalRow,
    LeaseRow,
    MoveCodeRow,
    PaperKeyRow,
    QuarantineRow,
    RoomStartRow,
    SealedRow,
    ServerRow,
    TicketRow,
    TimeRow,
)


def get_attempt(session: Session, attempt: str) -> AttemptRow:
    """Return the attempt's row.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(AttemptRow, attempt)
    if row is None:
        raise NOT_FOUND()
    return row


_LOCK = select(AttemptRow).where(AttemptRow.id == bindparam("attempt")).with_for_update().execution_options(populate_existing=True)
"""Made once, as what follows: making a statement costs as much as running it, and leaves cyclic garbage in the way of every save."""


def lock_attempt(unit: Unit, attempt: str) -> AttemptRow:
    """Return the attempt's row as it is now, locked until the unit ends.

    Raises:
        ExamError: `core.not_found`.
    """
    unit.session.flush()  # what this unit has already changed must not be read over
    row = unit.session.scalars(_LOCK, {"attempt": attempt}).one_or_none()
    if row is None:
        raise NOT_FOUND()
    return row


def attempts_of(session: Session, candidate: str) -> Sequence[AttemptRow]:
    """Return a candidate's attempts in the order of their start."""
    return session.scalars(select(AttemptRow).where(AttemptRow.candidate == candidate).order_by(AttemptRow.starts_at, AttemptRow.id)).all()


def attempts_of_paper(session: Session, paper: str) -> Sequence[AttemptRow]:
    """Return the attempts of a sitting's paper in the order of their seats."""
    return session.scalars(select(AttemptRow).where(AttemptRow.paper == paper).order_by(AttemptRow.seat, AttemptRow.id)).all()


_STANDING = select(AttemptRow).where(
    AttemptRow.candidate == bindparam("candidate"), AttemptRow.paper == bindparam("paper"), AttemptRow.state != State.VOIDED
)


def find_standing_attempt(session: Session, candidate: str, paper: str) -> AttemptRow | None:
    """Return the candidate's attempt at the paper that is not voided."""
    return session.scalars(_STANDING, {"candidate": candidate, "paper": paper}).first()


def lock_due(unit: Unit, now: datetime, most: int) -> Sequence[AttemptRow]:
    """Return up to `most` attempts about which the clock has decided something, locked, without those that somebody else has locked."""
    wanted = select(AttemptRow).where(AttemptRow.due_at <= now).order_by(AttemptRow.due_at).limit(most)
    return unit.session.scalars(wanted.with_for_update(skip_locked=True)).all()


def ledger(session: Session, attempt: str) -> list[TimeEntry]:
    """Return the attempt's time ledger in order."""
    return ledgers(session, [attempt])[attempt]


_ENTRIES = (
    select(TimeRow.attempt, TimeRow.n, TimeRow.kind, TimeRow.at, TimeRow.seconds, TimeRow.reason, TimeRow.approver)
    .where(TimeRow.attempt.in_(bindparam("attempts", expanding=True)))
    .order_by(TimeRow.attempt, TimeRow.n)
)


def ledgers(session: Session, attempts: Collection[str]) -> dict[str, list[TimeEntry]]:
    """Return the time ledger of each of some attempts, in order."""
    entries: dict[str, list[TimeEntry]] = {attempt: [] for attempt in attempts}
    for attempt, n, kind, at, seconds, reason, approver in session.execute(_ENTRIES, {"attempts": list(attempts)}):
        entries[attempt].append(TimeEntry(n, TimeKind(kind), at, seconds, reason, approver))
    return entries


def find_request(session: Session, attempt: str, request: str) -> TimeRow | None:
    """Return the entry of the ledger that a caller's request has made."""
    return session.scalars(select(TimeRow).where(TimeRow.attempt == attempt, TimeRow.request == request)).first()


def events_since(session: Session, attempt: str, n: int) -> Sequence[EventRow]:
    """Return the attempt's events after number `n`, in order."""
    return session.scalars(select(EventRow).where(EventRow.attempt == attempt, EventRow.n > n).order_by(EventRow.n)).all()


def entry_of(row: JournalRow) -> Entry:
    """Return the row's entry."""
    return Entry(row.seq, row.epoch, row.item, row.value, iso(row.typed_at), iso(row.received_at))


_ENTRY = (JournalRow.seq, JournalRow.epoch, JournalRow.item, JournalRow.value, JournalRow.typed_at, JournalRow.received_at)
_JOURNAL = select(JournalRow.pos, *_ENTRY, JournalRow.hash).where(JournalRow.attempt == bindparam("attempt")).order_by(JournalRow.pos)
"""Columns, for rows of the mapped class would take three times as long, and a page that comes back waits for them."""


def journal_of(session: Session, attempt: str) -> list[Link]:
    """Return the whole journal of an attempt in the order of its chain."""
    rows = session.execute(_JOURNAL, {"attempt": attempt})
    return [
        Link(pos, Entry(seq, epoch, item, value, iso(typed_at), iso(received_at)), hash_)
        for pos, seq, epoch, item, value, typed_at, received_at, hash_ in rows
    ]


def chain_end(session: Session, attempt: str) -> tuple[int, str]:
    """Return how many entries the attempt's chain has, and its last hash."""
    last = select(JournalRow.pos, JournalRow.hash).where(JournalRow.attempt == attempt).order_by(JournalRow.pos.desc()).limit(1)
    row = session.execute(last).first()
    return (row[0], row[1]) if row else genesis(attempt)[:2]


_ENDS = (
    select(JournalRow.attempt, func.max(JournalRow.pos).label("pos"), func.max(JournalRow.seq).label("seq"))
    .where(JournalRow.attempt.in_(bindparam("attempts", expanding=True)))
    .group_by(JournalRow.attempt)
    .subquery()
)
_HEADS = select(_ENDS.c.attempt, _ENDS.c.pos, JournalRow.hash, _ENDS.c.seq).join(
    JournalRow, (JournalRow.attempt == _ENDS.c.attempt) & (JournalRow.pos == _ENDS.c.pos)
)


def load_heads(session: Session, attempts: Iterable[str]) -> dict[str, Head]:
    """Read the ends of the journals of some attempts."""
    wanted = list(attempts)
    heads = {attempt: genesis(attempt) for attempt in wanted}
    heads.update({row[0]: Head(row[1], row[2], max(row[3], 0)) for row in session.execute(_HEADS, {"attempts": wanted})})  # see `counted`
    return heads


_LAST_SEQ = select(func.max(JournalRow.seq)).where(JournalRow.attempt == bindparam("attempt"), JournalRow.seq > 0)


def last_seq(session: Session, attempt: str) -> int:
    """Return the highest number that a page has used in the attempt's journal, 0 when none has."""
    return session.scalar(_LAST_SEQ, {"attempt": attempt}) or 0


def numbers_up_to(session: Session, attempt: str, last_seq: int) -> set[int]:
    """Return the numbers up to `last_seq` that have arrived, in the journal or kept aside."""
    kept = [
        session.scalars(select(table.seq).where(table.attempt == attempt, table.seq <= last_seq)) for table in (JournalRow, QuarantineRow)
    ]
    return {number for numbers in kept for number in numbers}


def quarantine_of(session: Session, attempt: str) -> Sequence[QuarantineRow]:
    """Return the answers of an attempt that were kept aside, in the order of their arrival."""
    kept = select(QuarantineRow).where(QuarantineRow.attempt == attempt)
    return session.scalars(kept.order_by(QuarantineRow.received_at, QuarantineRow.seq)).all()


def answer_counts(session: Session, paper: str) -> dict[str, int]:
    """Return for each attempt of a paper how many answers its journal holds.

    Places in a chain count from 1, so the last one is the count: one look into an index for each attempt, however long its journal.
    """
    last = select(func.max(JournalRow.pos)).where(JournalRow.attempt == AttemptRow.id).scalar_subquery()
    counted = session.execute(select(AttemptRow.id, last).where(AttemptRow.paper == paper))
    return {attempt: count or 0 for attempt, count in counted}


def clock_offsets(session: Session, attempt: str, epoch: int) -> Sequence[ClockRow]:
    """Return what the page of an epoch has measured, in order."""
    return session.scalars(select(ClockRow).where(ClockRow.attempt == attempt, ClockRow.epoch == epoch).order_by(ClockRow.n)).all()


def latest_offsets(session: Session, paper: str) -> dict[str, ClockRow]:
    """Return for each attempt of a paper what its latest page has measured last."""
    rows = select(ClockRow).join(AttemptRow, AttemptRow.id == ClockRow.attempt).where(AttemptRow.paper == paper)
    return {row.attempt: row for row in session.scalars(rows.order_by(ClockRow.epoch, ClockRow.n))}


def add_once(session: Session, table: type[PaperKeyRow | RoomStartRow | SealedRow], **columns: Any) -> None:
    """Insert a row, unless one with its key is there."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(table).on_conflict_do_nothing(), columns)


_SECRET = select(PaperKeyRow.secret).where(PaperKeyRow.paper == bindparam("paper"))


def find_secret(session: Session, paper: str) -> bytes | None:
    """Return the secret of a sitting's paper."""
    return session.scalar(_SECRET, {"paper": paper})


def get_secret(session: Session, paper: str) -> bytes:
    """Return the secret of a sitting's paper, which must be there."""
    return session.scalars(_SECRET, {"paper": paper}).one()


def find_sealed(session: Session, attempt: str) -> SealedRow | None:
    """Return the attempt's sealed paper."""
    return session.get(SealedRow, attempt)


def get_sealed(session: Session, attempt: str) -> SealedRow:
    """Return the attempt's sealed paper, which must be there."""
    return session.get_one(SealedRow, attempt)


def unsealed(session: Session, until: datetime, most: int) -> Sequence[str]:
    """Return up to `most` attempts whose last moment to start comes before `until` and whose paper is not sealed yet."""
    waiting = AttemptRow.state.in_((State.SCHEDULED, State.READY)) & (AttemptRow.due_at < until)
    sealed = exists().where(SealedRow.attempt == AttemptRow.id)
    return session.scalars(select(AttemptRow.id).where(waiting, ~sealed).order_by(AttemptRow.due_at).limit(most)).all()


def old_seals(session: Session, most: int) -> Sequence[str]:
    """Return up to `most` sealed papers of attempts that are over."""
    over = AttemptRow.state.in_((State.SUBMITTED, State.ABSENT, State.VOIDED))
    return session.scalars(select(SealedRow.attempt).join(AttemptRow, AttemptRow.id == SealedRow.attempt).where(over).limit(most)).all()


def drop_seals(session: Session, attempts: Iterable[str]) -> None:
    """Delete sealed papers."""
    session.execute(delete(SealedRow).where(SealedRow.attempt.in_(list(attempts))))


def to_start(session: Session, attempts: Iterable[str], now: datetime) -> Sequence[AttemptRow]:
    """Return those of some attempts whose candidates wait and whose start has come."""
    waiting = AttemptRow.id.in_(list(attempts)) & (AttemptRow.state == State.READY) & (AttemptRow.starts_at <= now)
    return session.scalars(select(AttemptRow).where(waiting).order_by(AttemptRow.id)).all()


def find_room_start(session: Session, paper: str, room: str) -> RoomStartRow | None:
    """Return the start of a room."""
    return session.get(RoomStartRow, (paper, room), populate_existing=True)


def room_starts(session: Session, papers: Collection[str]) -> dict[tuple[str, str], RoomStartRow]:
    """Return the rooms of some papers that have been started, by paper and room."""
    rows = session.scalars(select(RoomStartRow).where(RoomStartRow.paper.in_(papers)))
    return {(row.paper, row.room): row for row in rows}


def waiting_for_room(session: Session, paper: str, room: str) -> Sequence[AttemptRow]:
    """Return the attempts that wait for their room to be started."""
    waiting = AttemptRow.awaits_room & AttemptRow.state.in_((State.SCHEDULED, State.READY))
    return session.scalars(select(AttemptRow).where(AttemptRow.paper == paper, AttemptRow.room == room, waiting)).all()


def let_room_start(session: Session, paper: str, room: str, starts_at: datetime, latest_start_at: datetime) -> None:
    """Give every attempt that waits for its room the room's start."""
    waiting = AttemptRow.awaits_room & AttemptRow.state.in_((State.SCHEDULED, State.READY))
    times = {"starts_at": starts_at, "latest_start_at": latest_start_at, "due_at": latest_start_at, "awaits_room": False}
    session.execute(update(AttemptRow).where(AttemptRow.paper == paper, AttemptRow.room == room, waiting).values(times))


def event_numbers(session: Session, attempts: Iterable[str]) -> dict[str, int]:
    """Return the number of the last event of some attempts."""
    rows = session.execute(select(AttemptRow.id, AttemptRow.event_n).where(AttemptRow.id.in_(list(attempts))))
    return dict(rows.all())


def who_sits(session: Session, attempts: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the candidate and the paper of some attempts."""
    rows = session.execute(select(AttemptRow.id, AttemptRow.candidate, AttemptRow.paper).where(AttemptRow.id.in_(list(attempts))))
    return {attempt: (candidate, paper) for attempt, candidate, paper in rows}


def lock_free(unit: Unit, attempts: Iterable[str]) -> Sequence[AttemptRow]:
    """Return the rows of some attempts, locked, without those that somebody else has locked."""
    wanted = select(AttemptRow).where(AttemptRow.id.in_(list(attempts))).order_by(AttemptRow.id)
    return unit.session.scalars(wanted.with_for_update(skip_locked=True)).all()


class UsedTicket(NamedTuple):
    """What a ticket lets in: whose page to which attempt, on which machine."""

    attempt: str
    account: str
    sign_in: str | None
    device: dict[str, Any]
    place: str
    language: str

    @property
    def holder(self) -> Holder:
        """Whose it is."""
        return self.account, self.sign_in


_USE_TICKET = (
    update(TicketRow)
    .where(TicketRow.digest == bindparam("ticket"), TicketRow.used_at.is_(None), TicketRow.expires_at > bindparam("now"))
    .values(used_at=bindparam("now"))
    .returning(TicketRow.attempt, TicketRow.account, TicketRow.sign_in, TicketRow.device, TicketRow.place, TicketRow.language)
    .execution_options(synchronize_session=False)
)


def use_ticket(unit: Unit, digest: str) -> UsedTicket | None:
    """Mark a ticket as used and return it; None when it is unknown, lapsed, or was used before."""
    row = unit.session.execute(_USE_TICKET, {"ticket": digest, "now": unit.now}).one_or_none()
    return UsedTicket(*row) if row else None


_END_LEASE = (
    update(LeaseRow)
    .where(LeaseRow.attempt == bindparam("of"), LeaseRow.epoch == bindparam("number"), LeaseRow.ended_at.is_(None))
    .values(ended_at=bindparam("now"), ended="gone")
    .execution_options(synchronize_session=False)
)


def end_lease(unit: Unit, attempt: str, epoch: int) -> None:
    """Note that the page of an epoch has gone, unless its lease has ended before."""
    unit.session.execute(_END_LEASE, {"of": attempt, "number": epoch, "now": unit.now})


def find_lease(session: Session, attempt: str, epoch: int) -> LeaseRow | None:
    """Return the lease of an epoch."""
    return session.get(LeaseRow, (attempt, epoch))


_LIVING_LEASE = (
    select(LeaseRow)
    .join(ServerRow, ServerRow.id == LeaseRow.server)
    .where(LeaseRow.attempt == bindparam("attempt"), LeaseRow.ended_at.is_(None), ServerRow.seen_at > bindparam("seen_after"))
    .order_by(LeaseRow.epoch.desc())
    .limit(1)
)


def find_living_lease(session: Session, attempt: str, seen_after: datetime) -> LeaseRow | None:
    """Return the lease of the page that is connected to the attempt, at a process seen after an instant."""
    return session.scalars(_LIVING_LEASE, {"attempt": attempt, "seen_after": seen_after}).first()


def find_lease_at(session: Session, attempt: str, at: datetime) -> LeaseRow | None:
    """Return the lease of the page that held the attempt at an instant, whether it was still connected or not."""
    before = select(LeaseRow).where(LeaseRow.attempt == attempt, LeaseRow.since <= at)
    return session.scalars(before.order_by(LeaseRow.epoch.desc()).limit(1)).first()


def last_lease(session: Session, attempt: str) -> LeaseRow | None:
    """Return the lease of the page that held the attempt last."""
    return session.scalars(select(LeaseRow).where(LeaseRow.attempt == attempt).order_by(LeaseRow.epoch.desc()).limit(1)).first()


def last_move_code(session: Session, attempt: str) -> MoveCodeRow | None:
    """Return the code that was issued last for the attempt."""
    codes = select(MoveCodeRow).where(MoveCodeRow.attempt == attempt)
    return session.scalars(codes.order_by(MoveCodeRow.n.desc()).limit(1)).first()


def count_move_codes(session: Session, attempt: str, since: datetime) -> int:
    """Return how many codes were issued for the attempt since an instant."""
    return session.scalar(select(func.count()).where(MoveCodeRow.attempt == attempt, MoveCodeRow.issued_at > since)) or 0


def living_leases_of_paper(session: Session, paper: str, patience: timedelta) -> dict[str, LeaseRow]:
    """Return the leases of the pages that are connected to a paper's attempts; a process counts as gone that is behind the others."""
    latest = session.scalar(select(func.max(ServerRow.seen_at)))
    if latest is None:
        return {}
    living = select(LeaseRow).join(AttemptRow, AttemptRow.id == LeaseRow.attempt).join(ServerRow, ServerRow.id == LeaseRow.server)
    wanted = living.where(AttemptRow.paper == paper, LeaseRow.ended_at.is_(None), ServerRow.seen_at > latest - patience)
    return {row.attempt: row for row in session.scalars(wanted.order_by(LeaseRow.epoch))}
