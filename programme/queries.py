"""All SQL of the programme rooms."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NOT_FOUND
from programme.tables import (
    CandidateRow,
    EnrolmentRow,
    OutcomeRow,
    PaperRow,
    PolicyRow,
    ProgrammeRow,
    ReleaseRow,
    ResultRow,
    SittingRow,
)


def all_sittings(session: Session) -> list[SittingRow]:
    """Return every sitting, the latest first."""
    return list(session.scalars(select(SittingRow).order_by(SittingRow.starts_at.desc(), SittingRow.id)))


def find_sitting_titled(session: Session, title: str) -> str | None:
    """Return the id of the first sitting with this title."""
    return session.scalar(select(SittingRow.id).where(SittingRow.title == title).order_by(SittingRow.id).limit(1))


def get_sitting(session: Session, sitting: str) -> SittingRow:
    """Return a sitting.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(SittingRow, sitting)
    if row is None:
        raise NOT_FOUND(sitting=sitting)
    return row


def opened_papers(session: Session, now: datetime) -> list[tuple[PaperRow, SittingRow]]:
    """Return the papers whose waiting room has opened and whose sitting is not released, by their start."""
    joined = (
        select(PaperRow, SittingRow)
        .join(SittingRow, SittingRow.id == PaperRow.sitting)
        .where(PaperRow.opens_at <= now, SittingRow.released_at.is_(None))
        .order_by(PaperRow.starts_at, PaperRow.id)
    )
    return list(session.execute(joined))


def papers_with_sittings(session: Session, papers: Collection[str]) -> list[tuple[PaperRow, SittingRow]]:
    """Return the papers with their sittings, of those that exist."""
    joined = select(PaperRow, SittingRow).join(SittingRow, SittingRow.id == PaperRow.sitting).where(PaperRow.id.in_(papers))
    return list(session.execute(joined))


def all_programmes(session: Session) -> list[ProgrammeRow]:
    """Return every programme by its code."""
    return list(session.scalars(select(ProgrammeRow).order_by(ProgrammeRow.code)))


def names(session: Session, accounts: Collection[str]) -> dict[str, str]:
    """Return the names of candidates by account."""
    rows = session.execute(select(CandidateRow.account, CandidateRow.name).where(CandidateRow.account.in_(accounts)))
    return dict(rows.all())


def papers_of(session: Session, sitting: str) -> list[PaperRow]:
    """Return the papers of a sitting in order of their codes."""
    return list(session.scalars(select(PaperRow).where(PaperRow.sitting == sitting).order_by(PaperRow.code)))


def find_enrolment(session: Session, sitting: str, candidate: str) -> EnrolmentRow | None:
    """Return the candidate's enrolment in the sitting."""
    wanted = select(EnrolmentRow).where(EnrolmentRow.sitting == sitting, EnrolmentRow.candidate == candidate)
    return session.scalars(wanted).first()


def find_site(session: Session, candidate: str, paper: str) -> str | None:
    """Return the site of the candidate's enrolment in the sitting of a paper."""
    joined = select(EnrolmentRow.site).join(PaperRow, PaperRow.sitting == EnrolmentRow.sitting)
    return session.scalar(joined.where(PaperRow.id == paper, EnrolmentRow.candidate == candidate))


def paid_of(session: Session, candidates: Collection[str], papers: Collection[str]) -> dict[tuple[str, str], bool]:
    """Return for each (candidate, paper) of an enrolment whether it is paid, for those candidates and papers."""
    wanted = (
        select(EnrolmentRow.candidate, PaperRow.id, EnrolmentRow.paid_at)
        .join(PaperRow, PaperRow.sitting == EnrolmentRow.sitting)
        .where(PaperRow.id.in_(papers), EnrolmentRow.candidate.in_(candidates))
    )
    return {(candidate, paper): paid_at is not None for candidate, paper, paid_at in session.execute(wanted)}


def enrolments_of(session: Session, sitting: str) -> list[tuple[EnrolmentRow, CandidateRow]]:
    """Return who is enrolled in a sitting, by seat."""
    joined = (
        select(EnrolmentRow, CandidateRow)
        .join(CandidateRow, CandidateRow.account == EnrolmentRow.candidate)
        .where(EnrolmentRow.sitting == sitting)
        .order_by(EnrolmentRow.site, EnrolmentRow.seat)
    )
    return list(session.execute(joined))


def enrolments_of_paper(session: Session, paper: str) -> list[tuple[EnrolmentRow, CandidateRow]]:
    """Return who is enrolled in the sitting of a paper, by seat."""
    sitting = session.scalar(select(PaperRow.sitting).where(PaperRow.id == paper))
    return enrolments_of(session, sitting) if sitting else []


def enrolments_of_candidate(session: Session, candidate: str) -> list[tuple[EnrolmentRow, SittingRow]]:
    """Return the candidate's enrolments with their sittings."""
    joined = (
        select(EnrolmentRow, SittingRow)
        .join(SittingRow, SittingRow.id == EnrolmentRow.sitting)
        .where(EnrolmentRow.candidate == candidate)
        .order_by(SittingRow.starts_at)
    )
    return list(session.execute(joined))


def count_enrolments(session: Session) -> dict[str, tuple[int, int]]:
    """Return for each sitting how many are enrolled and how many of them have paid."""
    counts = select(EnrolmentRow.sitting, func.count(), func.count(EnrolmentRow.paid_at)).group_by(EnrolmentRow.sitting)
    return {sitting: (enrolled, paid) for sitting, enrolled, paid in session.execute(counts)}


def results_of_papers(session: Session, papers: Sequence[str], *, lock: bool = False) -> list[ResultRow]:
    """Return the results of the papers; with `lock`, their rows stay locked to the end of the transaction."""
    wanted = select(ResultRow).where(ResultRow.paper.in_(papers)).order_by(ResultRow.attempt)
    return list(session.scalars(wanted.with_for_update() if lock else wanted))


def released_results_of(session: Session, candidate: str) -> list[tuple[ResultRow, PaperRow, SittingRow]]:
    """Return the candidate's results that are out, the latest first."""
    joined = (
        select(ResultRow, PaperRow, SittingRow)
        .join(PaperRow, PaperRow.id == ResultRow.paper)
        .join(SittingRow, SittingRow.id == PaperRow.sitting)
        .where(ResultRow.candidate == candidate, ResultRow.published.is_not(None))
        .order_by(ResultRow.released_at.desc(), PaperRow.code)
    )
    return list(session.execute(joined))


def find_paper(session: Session, paper: str) -> PaperRow | None:
    """Return a paper of a sitting."""
    return session.get(PaperRow, paper)


def candidates_of(session: Session, sitting: str) -> list[str]:
    """Return who is enrolled in a sitting, by account."""
    return list(session.scalars(select(EnrolmentRow.candidate).where(EnrolmentRow.sitting == sitting).order_by(EnrolmentRow.candidate)))


def policies_of(session: Session, sitting: str) -> list[PolicyRow]:
    """Return the policies of a sitting, the one that holds first."""
    return list(session.scalars(select(PolicyRow).where(PolicyRow.sitting == sitting).order_by(PolicyRow.number.desc())))


def releases_of(session: Session, sitting: str) -> list[ReleaseRow]:
    """Return the releases of a sitting, the latest first."""
    return list(session.scalars(select(ReleaseRow).where(ReleaseRow.sitting == sitting).order_by(ReleaseRow.number.desc())))


def outcomes_of(session: Session, sitting: str) -> dict[str, OutcomeRow]:
    """Return what the candidates of a sitting were last told, by candidate."""
    return {row.candidate: row for row in session.scalars(select(OutcomeRow).where(OutcomeRow.sitting == sitting))}


def outcomes_told_to(session: Session, candidate: str) -> dict[str, OutcomeRow]:
    """Return what a candidate was last told of each sitting, by sitting."""
    return {row.sitting: row for row in session.scalars(select(OutcomeRow).where(OutcomeRow.candidate == candidate))}
