"""Tables of the programme rooms."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, Id


class ProgrammeRow(Base):
    """One certification programme, as data."""

    __tablename__ = "programmes"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    definition: Mapped[dict[str, Any]]


class CandidateRow(Base):
    """A person who sits exams; `account` is the identity that the whole house uses."""

    __tablename__ = "candidates"

    account: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    identity_number: Mapped[str | None] = mapped_column(String(32), unique=True)


class SittingRow(Base):
    """One sitting of a programme's level: its papers are sat at one time by everyone enrolled."""

    __tablename__ = "sittings"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    programme: Mapped[str] = mapped_column(ForeignKey("programmes.code"))
    level: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    rehearsal: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None] = mapped_column(Id)


class PaperRow(Base):
    """One paper of a sitting: which form is sat, when, and by which rules of time."""

    __tablename__ = "sitting_papers"
    __table_args__ = (UniqueConstraint("sitting", "code"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    sitting: Mapped[str] = mapped_column(ForeignKey("sittings.id"), index=True)
    code: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    form: Mapped[str] = mapped_column(Id)
    opens_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    latest_start_at: Mapped[datetime]
    duration_s: Mapped[int]
    timing: Mapped[str] = mapped_column(String(12))
    start_by: Mapped[str] = mapped_column(String(8), default="clock", server_default="clock")
    moving: Mapped[str] = mapped_column(String(8), default="free", server_default="free")
    earliest_submit_s: Mapped[int]
    late_window_s: Mapped[int]
    reading_s: Mapped[int] = mapped_column(default=0, server_default="0")
    section_limits: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class EnrolmentRow(Base):
    """One candidate in one sitting, with the seat and whether the fee is paid."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("sitting", "candidate"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    sitting: Mapped[str] = mapped_column(ForeignKey("sittings.id"))
    candidate: Mapped[str] = mapped_column(ForeignKey("candidates.account"), index=True)
    site: Mapped[str] = mapped_column(String(100))
    seat: Mapped[str] = mapped_column(String(20))
    enrolled_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    paid_reference: Mapped[str | None] = mapped_column(String(100))


class ResultRow(Base):
    """The result of one attempt as it was handed in at `submitted_at`: held until its sitting is released.

    `published` is what the candidate sees: marks, max_marks and sections as they were last released.  A result that has changed since is
    `amended`, and what is published stays until the next release.
    """

    __tablename__ = "results"

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    paper: Mapped[str] = mapped_column(ForeignKey("sitting_papers.id"), index=True)
    candidate: Mapped[str] = mapped_column(Id, index=True)
    submitted_at: Mapped[datetime]
    marks: Mapped[Decimal]
    max_marks: Mapped[Decimal]
    sections: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(10), default="held")
    released_at: Mapped[datetime | None]
    published: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class PolicyRow(Base):
    """The rules of passing and of bands of a sitting, each time they were set: the document, and the judgements that lines rest on."""

    __tablename__ = "sitting_policies"

    sitting: Mapped[str] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]]
    evidence: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[str] = mapped_column(Id)
    set_at: Mapped[datetime]


class ReleaseRow(Base):
    """One release of a sitting's results, with the policy under which it was made and where its bands ended (None: no policy)."""

    __tablename__ = "releases"

    sitting: Mapped[str] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    policy: Mapped[int | None]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    cuts: Mapped[list[Any]]
    sitters: Mapped[int]
    passers: Mapped[int]
    results: Mapped[int]
    released_at: Mapped[datetime]
    released_by: Mapped[str] = mapped_column(Id)


class OutcomeRow(Base):
    """What a candidate was last told of a sitting as a whole, and by which release: total, whether passed, and the band."""

    __tablename__ = "outcomes"

    sitting: Mapped[str] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    candidate: Mapped[str] = mapped_column(Id, primary_key=True)
    release: Mapped[int]
    total: Mapped[Decimal | None]
    passed: Mapped[bool]
    band: Mapped[str | None] = mapped_column(String(100))
