"""Tables of the sitting."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    event,
    false,
    select,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, Id

MAX_ITEM = 40
"""Characters in the name of a place."""


class AttemptRow(Base):
    """One candidate's sitting of one paper.

    `deadline_at` and `deadline_version` are the fold of the ledger, written only by the function that appends to the ledger.
    `due_at` is the next instant at which the clock alone decides something about it.
    So are `reads_until` and `section_ends` (section → instant, null where no section is limited); `section_of` says in which limited
    section a place stands.  `awaits_room`: the attempt waits, also after its `starts_at`, until an invigilator starts its room.
    `moving` says what another machine than the last one needs to take over: nothing (`free`), or an invigilator's code (`code`).
    `epoch` is the fencing token: the number of the latest page to connect, the only one that may write.
    `entries` and `head` are the journal's at the hand-in; `amended_at` is when people last counted an answer after it.
    """

    __tablename__ = "attempts"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    candidate: Mapped[str] = mapped_column(Id, index=True)
    paper: Mapped[str] = mapped_column(Id, index=True)
    form: Mapped[str] = mapped_column(Id)
    seed: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    seat: Mapped[str] = mapped_column(String(40))
    room: Mapped[str] = mapped_column(String(100), server_default=text("''"))
    awaits_room: Mapped[bool] = mapped_column(default=False, server_default=false())
    moving: Mapped[str] = mapped_column(String(8), default="free", server_default="free")
    opens_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    latest_start_at: Mapped[datetime]
    hard_stop_at: Mapped[datetime | None]
    duration_s: Mapped[int]
    timing: Mapped[str] = mapped_column(String(12))
    reading_s: Mapped[int] = mapped_column(default=0, server_default="0")
    section_limits: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    section_of: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    earliest_submit_s: Mapped[int]
    late_window_s: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    epoch: Mapped[int] = mapped_column(default=0)
    event_n: Mapped[int] = mapped_column(default=0)
    deadline_at: Mapped[datetime | None]
    deadline_version: Mapped[int] = mapped_column(default=0)
    deadline_acked: Mapped[int] = mapped_column(default=0)
    reads_until: Mapped[datetime | None]
    section_ends: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    started_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    finish_time: Mapped[datetime | None]
    submit_cause: Mapped[str | None] = mapped_column(String(12))
    entries: Mapped[int | None]
    head: Mapped[str | None] = mapped_column(String(64))
    amended_at: Mapped[datetime | None]


class TimeRow(Base):
    """One entry of an attempt's time ledger; append-only.  `request` is the caller's own number, so that a repeat adds nothing."""

    __tablename__ = "time_entries"
    __table_args__ = (UniqueConstraint("attempt", "request"),)

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    seconds: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    approver: Mapped[str] = mapped_column(Id)
    recorded_at: Mapped[datetime]
    request: Mapped[str | None] = mapped_column(String(80))


class EventRow(Base):
    """One thing that an attempt's page must know, numbered from 1; append-only.  Pushed when it happens, fetched since n."""

    __tablename__ = "attempt_events"

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]


def _paper_of(context: DefaultExecutionContext) -> Any:
    """Return the paper of the attempt that an entry is written for; nobody else says it."""
    attempt = context.get_current_parameters()["attempt"]  # type: ignore[no-untyped-call]  # SQLAlchemy's own way to ask
    return context.connection.scalar(select(AttemptRow.paper).where(AttemptRow.id == attempt))


class JournalRow(Base):
    """One answer; append-only.

    `pos` is its place in the hash chain.  No foreign key to the attempt: the statement that writes joins and locks it anyway, and a
    key would check every row once more.  On PostgreSQL each paper of a sitting has a partition of its own (`delivery.partitions`); `paper`
    stands in the keys only because PostgreSQL wants it there, and last because everybody asks by attempt.
    """

    __tablename__ = "journal"
    __table_args__ = (
        PrimaryKeyConstraint("attempt", "pos", "paper"),
        UniqueConstraint("attempt", "seq", "paper"),
        {"postgresql_partition_by": "LIST (paper)"},
    )

    attempt: Mapped[str] = mapped_column(Id)
    paper: Mapped[str] = mapped_column(Id, default=_paper_of)
    pos: Mapped[int]
    seq: Mapped[int]
    epoch: Mapped[int]
    item: Mapped[str] = mapped_column(String(MAX_ITEM))
    value: Mapped[str] = mapped_column(Text)
    typed_at: Mapped[datetime]
    received_at: Mapped[datetime]
    hash: Mapped[str] = mapped_column(String(64))


OTHERS = "journal_of_others"
"""The partition of what has none of its own."""

_MAKE_OTHERS = DDL(f"CREATE TABLE {OTHERS} PARTITION OF journal DEFAULT")  # type: ignore[no-untyped-call]  # SQLAlchemy has no type for it
event.listen(JournalRow.__table__, "after_create", _MAKE_OTHERS.execute_if(dialect="postgresql"))


class QuarantineRow(Base):
    """An answer that does not count by itself, and why; kept for people to decide.  Sent twice, it is kept once."""

    __tablename__ = "quarantine"

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20))
    seq: Mapped[int]
    epoch: Mapped[int]
    item: Mapped[str] = mapped_column(String(MAX_ITEM))
    value: Mapped[str] = mapped_column(Text)
    typed_at: Mapped[datetime]
    received_at: Mapped[datetime]


class OpinionRow(Base):
    """What one person has said about an answer that was kept aside; append-only.  Two people decide."""

    __tablename__ = "held_opinions"

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(Id)
    ruling: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]


class TicketRow(Base):
    """A ticket of one use to connect a page; only its hash is kept."""

    __tablename__ = "tickets"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    attempt: Mapped[str] = mapped_column(Id, index=True)
    account: Mapped[str] = mapped_column(Id)
    sign_in: Mapped[str | None] = mapped_column(Id)
    device: Mapped[dict[str, Any]]
    place: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(8))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LeaseRow(Base):
    """One page's connection to an attempt: the right to write while its epoch is the attempt's."""

    __tablename__ = "leases"
    __table_args__ = (Index("ix_leases_server", "server", "ended_at"),)

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    server: Mapped[str] = mapped_column(Id)
    sign_in: Mapped[str | None] = mapped_column(Id)  # whose page it is, among those of the same candidate
    place: Mapped[str] = mapped_column(String(120))
    device: Mapped[dict[str, Any]]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended: Mapped[str | None] = mapped_column(String(12))


class ClockRow(Base):
    """How far the clock of an attempt's machine was from the server's, as its page measured it; append-only, few rows.

    `offset_ms` is the machine's clock less the server's; the true one lies within `error_ms` of it.
    """

    __tablename__ = "clock_offsets"

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    offset_ms: Mapped[int] = mapped_column(BigInteger)
    error_ms: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class RoomStartRow(Base):
    """One room's start of a sitting's paper, by an invigilator's act."""

    __tablename__ = "room_starts"

    paper: Mapped[str] = mapped_column(Id, primary_key=True)
    room: Mapped[str] = mapped_column(String(100), primary_key=True)
    starts_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]


class MoveCodeRow(Base):
    """A code with which a candidate moves to another machine; only its hash is kept.  The one with the highest `n` is good, once.

    `machine` is the one that it has let in, `tries` how often a wrong code was typed while it was good.
    """

    __tablename__ = "move_codes"

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    issued_by: Mapped[str] = mapped_column(Id)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    machine: Mapped[str | None] = mapped_column(String(64))


class PaperKeyRow(Base):
    """The secret of a sitting's paper, from which the key of each candidate's sealed paper is derived."""

    __tablename__ = "paper_keys"

    paper: Mapped[str] = mapped_column(Id, primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class SealedRow(Base):
    """One candidate's paper, encrypted ahead of the start."""

    __tablename__ = "sealed_papers"

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    box: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]


class ServerRow(Base):
    """A process that holds connections, and when it last said that it lives."""

    __tablename__ = "exam_servers"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    seen_at: Mapped[datetime]


class ProposalRow(Base):
    """An act that takes two people, as the first of them asked for it."""

    __tablename__ = "attempt_proposals"

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    event: Mapped[str] = mapped_column(String(12), primary_key=True)
    proposer: Mapped[str] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(String(500))
    seconds: Mapped[int]
    at: Mapped[datetime]
