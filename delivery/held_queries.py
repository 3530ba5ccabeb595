"""SQL about answers that were kept aside."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import iso
from core.errors import NOT_FOUND
from delivery.chain import Entry, Link
from delivery.counted import HeldAnswer
from delivery.tables import AttemptRow, JournalRow, LeaseRow, OpinionRow, QuarantineRow


def get_held(session: Session, attempt: str, digest: str) -> QuarantineRow:
    """Return an answer that was kept aside.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(QuarantineRow, (attempt, digest))
    if row is None:
        raise NOT_FOUND()
    return row


def as_held(row: QuarantineRow) -> HeldAnswer:
    """Return the row's answer."""
    entry = Entry(row.seq, row.epoch, row.item, row.value, iso(row.typed_at), iso(row.received_at))
    return HeldAnswer(row.reason, row.digest, entry)


def opinions_of(session: Session, attempts: Sequence[str]) -> dict[tuple[str, str], list[OpinionRow]]:
    """Return the opinions about the held answers of some attempts, by attempt and digest, each in order."""
    rows = session.scalars(select(OpinionRow).where(OpinionRow.attempt.in_(attempts)).order_by(OpinionRow.n))
    found: dict[tuple[str, str], list[OpinionRow]] = {}
    for row in rows:
        found.setdefault((row.attempt, row.digest), []).append(row)
    return found


def held_of_paper(session: Session, paper: str) -> Sequence[QuarantineRow]:
    """Return every held answer of a paper's attempts, in the order of their arrival."""
    held = select(QuarantineRow).join(AttemptRow, AttemptRow.id == QuarantineRow.attempt).where(AttemptRow.paper == paper)
    return session.scalars(held.order_by(QuarantineRow.received_at, QuarantineRow.seq)).all()


def also_in_journal(session: Session, paper: str) -> set[tuple[str, str]]:
    """Return the held answers of a paper, by attempt and digest, that the journal holds as well: same number, same place, same value."""
    of_attempt = AttemptRow.id == QuarantineRow.attempt
    same = (
        (JournalRow.paper == AttemptRow.paper)
        & (JournalRow.attempt == QuarantineRow.attempt)
        & (JournalRow.seq == QuarantineRow.seq)
        & (JournalRow.item == QuarantineRow.item)
        & (JournalRow.value == QuarantineRow.value)
    )
    held = select(QuarantineRow.attempt, QuarantineRow.digest).join(AttemptRow, of_attempt).join(JournalRow, same)
    return {(row[0], row[1]) for row in session.execute(held.where(AttemptRow.paper == paper))}


def papers_with_held(session: Session) -> Sequence[tuple[str, str]]:
    """Return id and title of every paper with held answers, the latest start first."""
    of = QuarantineRow.attempt == AttemptRow.id
    papers = select(AttemptRow.paper, func.min(AttemptRow.title)).join(QuarantineRow, of).group_by(AttemptRow.paper)
    return [(row[0], row[1]) for row in session.execute(papers.order_by(func.max(AttemptRow.starts_at).desc(), AttemptRow.paper))]


def leases_of(session: Session, attempts: Sequence[str]) -> dict[tuple[str, int], LeaseRow]:
    """Return the pages that some attempts have had, by attempt and epoch."""
    rows = session.scalars(select(LeaseRow).where(LeaseRow.attempt.in_(attempts)))
    return {(row.attempt, row.epoch): row for row in rows}


def attempts_by_id(session: Session, attempts: Sequence[str]) -> dict[str, AttemptRow]:
    """Return the rows of some attempts."""
    return {row.id: row for row in session.scalars(select(AttemptRow).where(AttemptRow.id.in_(attempts)))}


def counted_before(session: Session, attempt: str) -> int:
    """Return how many entries of the attempt's journal are answers that people counted."""
    return session.scalar(select(func.count()).where(JournalRow.attempt == attempt, JournalRow.seq < 0)) or 0


def append(session: Session, attempt: str, row: Link, typed_at: object, received_at: object) -> None:
    """Append one entry to the journal of a locked attempt."""
    entry = row.entry._asdict() | {"typed_at": typed_at, "received_at": received_at}
    session.connection().execute(JournalRow.__table__.insert(), {"attempt": attempt, "pos": row.pos, "hash": row.hash, **entry})  # type: ignore[attr-defined]  # a mapped table is a Table
