"""Tables of the scoring rooms."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, BigId, Id


class MarkRow(Base):
    """One mark given, by machine or by a marker; only ever added."""

    __tablename__ = "marks"
    __table_args__ = (Index("ix_marks_attempt_place", "attempt", "place"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    attempt: Mapped[str] = mapped_column(Id)
    place: Mapped[str] = mapped_column(String(16))
    marks: Mapped[Decimal]
    max_marks: Mapped[Decimal]
    marker: Mapped[str] = mapped_column(Id, index=True)
    reason: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ScoreRow(Base):
    """What one place of one attempt stands at: the mark that counts, or none yet.

    `own_mark_id` is the mark that machine or markers gave, which counts unless a regrade says otherwise.
    """

    __tablename__ = "scores"

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    place: Mapped[str] = mapped_column(String(16), primary_key=True)
    section: Mapped[str] = mapped_column(String(32))
    marks: Mapped[Decimal | None]
    max_marks: Mapped[Decimal]
    mark_id: Mapped[int | None] = mapped_column(BigId)
    own_mark_id: Mapped[int | None] = mapped_column(BigId)


class ScriptRow(Base):
    """How far the marking of one attempt, as it was handed in at `submitted_at`, has come: auto_scored, in_marking or marked."""

    __tablename__ = "scripts"

    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    candidate: Mapped[str] = mapped_column(Id)
    paper: Mapped[str] = mapped_column(Id, index=True)
    form: Mapped[str] = mapped_column(Id)
    submitted_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    marks: Mapped[Decimal | None]
    max_marks: Mapped[Decimal]
    marked_at: Mapped[datetime | None]


class PaperMarkingRow(Base):
    """How a paper is marked: its scheme and quality rules as data, and whether its marking is stopped, by whom and why."""

    __tablename__ = "marking_papers"

    paper: Mapped[str] = mapped_column(Id, primary_key=True)
    form: Mapped[str] = mapped_column(Id)
    setup: Mapped[dict[str, Any]]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None] = mapped_column(Id)
    stop_reason: Mapped[str | None] = mapped_column(Text)


class PartRow(Base):
    """One written answer of one attempt, which ends with exactly one final mark.

    `state` is marking, suspicious (put before the chief, `suspicion` says why) or final.
    """

    __tablename__ = "marking_parts"
    __table_args__ = (UniqueConstraint("attempt", "place"), Index("ix_marking_parts_paper", "paper", "state"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    paper: Mapped[str] = mapped_column(Id)
    form: Mapped[str] = mapped_column(Id)
    attempt: Mapped[str] = mapped_column(Id)
    candidate: Mapped[str] = mapped_column(Id)
    site: Mapped[str] = mapped_column(String(100))
    place: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str] = mapped_column(Text)
    max_marks: Mapped[Decimal]
    state: Mapped[str] = mapped_column(String(12), default="marking")
    suspicion: Mapped[str | None] = mapped_column(Text)


class TaskRow(Base):
    """One reading to be done of one script: a part (`first`, `second`, `third`, `chief`, `remark`) or a sample (`seed`, `trial`).

    `queue` says who may take it: `all`, `chief`, or one account; `position` orders a queue.  `code` is all that a marker sees of whose it
    is.  `state` is open, leased, marked, waiting (its part is suspicious) or void (its reading, if any, counts no more).
    """

    __tablename__ = "marking_tasks"
    __table_args__ = (
        Index("ix_marking_tasks_queue", "paper", "queue", "state", "place", "position"),
        Index("ix_marking_tasks_leases", "state", "lease_until"),
        Index("ix_marking_tasks_script", "script"),
        Index("ix_marking_tasks_marker", "marker", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(Id)
    script: Mapped[str] = mapped_column(Id)
    paper: Mapped[str] = mapped_column(Id)
    place: Mapped[str] = mapped_column(String(16))
    candidate: Mapped[str] = mapped_column(Id)
    site: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(8))
    queue: Mapped[str] = mapped_column(Id)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="open")
    marker: Mapped[str | None] = mapped_column(Id)
    lease_until: Mapped[datetime | None]


class HoldRow(Base):
    """That a marker has held a task, since when, and how it ended: returned, escalated, taken (back by the chief) or marked.
    Under the id of a part it says that the marker, as the chief, has looked at it (looked).

    `script` is what the marker has seen: a part, also where it was shown as a sample, or a sample that no part is the source of.
    """

    __tablename__ = "marking_holds"
    __table_args__ = (Index("ix_marking_holds_script", "script", "marker"),)

    task: Mapped[str] = mapped_column(Id, primary_key=True)
    marker: Mapped[str] = mapped_column(Id, primary_key=True)
    script: Mapped[str] = mapped_column(Id)
    since: Mapped[datetime]
    ended: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)


class ReadingRow(Base):
    """One mark that one person gave for one task; only ever added.

    It counts while its task is marked, and by this marker; two who finish one task leave two readings, of which the later is kept beside.
    """

    __tablename__ = "marking_readings"
    __table_args__ = (Index("ix_marking_readings_script", "script"), Index("ix_marking_readings_marker", "paper", "marker", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    task: Mapped[str] = mapped_column(Id)
    script: Mapped[str] = mapped_column(Id)
    paper: Mapped[str] = mapped_column(Id)
    place: Mapped[str] = mapped_column(String(16))
    purpose: Mapped[str] = mapped_column(String(8))
    marker: Mapped[str] = mapped_column(Id)
    marks: Mapped[Decimal]
    max_marks: Mapped[Decimal]
    levels: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(Text)
    annotations: Mapped[list[Any]]
    seconds: Mapped[int]
    at: Mapped[datetime]


class SampleRow(Base):
    """A script with agreed marks: an exemplar that is shown, one to qualify by, or a seed among live ones (`purpose`)."""

    __tablename__ = "marking_samples"
    __table_args__ = (Index("ix_marking_samples_paper", "paper", "purpose", "place"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    paper: Mapped[str] = mapped_column(Id)
    form: Mapped[str] = mapped_column(Id)
    place: Mapped[str] = mapped_column(String(16))
    purpose: Mapped[str] = mapped_column(String(8))
    answer: Mapped[str] = mapped_column(Text)
    max_marks: Mapped[Decimal]
    levels: Mapped[dict[str, Any]]
    marks: Mapped[Decimal]
    note: Mapped[str] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Id)
    made_by: Mapped[str] = mapped_column(Id)
    made_at: Mapped[datetime]


class StaffRow(Base):
    """A marker at a paper: own site, whether working, qualifying, failed or paused and why, and how soon a seed comes."""

    __tablename__ = "marking_staff"

    paper: Mapped[str] = mapped_column(Id, primary_key=True)
    marker: Mapped[str] = mapped_column(Id, primary_key=True)
    site: Mapped[str] = mapped_column(String(100), default="")
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[datetime]
    taken: Mapped[int] = mapped_column(default=0)
    seed_at: Mapped[int] = mapped_column(default=0)
    judged_after: Mapped[int] = mapped_column(BigId, default=0)


class DraftMarkRow(Base):
    """What a marker has entered for a task and not yet given."""

    __tablename__ = "marking_drafts"

    task: Mapped[str] = mapped_column(Id, primary_key=True)
    marker: Mapped[str] = mapped_column(Id, primary_key=True)
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class AnalysisRow(Base):
    """The analysis of a paper: asked (to be made), made or failed; `standing` is what the scripts were at when it was made.

    With `note` its figures are noted in the bank as soon as it is made; `noted_at` is when that was last done.
    """

    __tablename__ = "paper_analyses"
    __table_args__ = (Index("ix_paper_analyses_state", "state", "lease_until"),)

    paper: Mapped[str] = mapped_column(Id, primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    within_rooms: Mapped[bool] = mapped_column(default=False)
    note: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[str] = mapped_column(Id)
    asked_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    standing: Mapped[str] = mapped_column(String(100), default="")
    made_at: Mapped[datetime | None]
    noted_at: Mapped[datetime | None]


class StudyRow(Base):
    """A comparison that was asked for: of groups on a paper (`dif`), or of a paper with an `other` one (`equating`).

    States as of an analysis; `question` is what was asked, `standing` what the scripts were at when it was made.
    """

    __tablename__ = "paper_studies"
    __table_args__ = (Index("ix_paper_studies_state", "state", "lease_until"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    paper: Mapped[str] = mapped_column(Id, index=True)
    other: Mapped[str | None] = mapped_column(Id, index=True)
    question: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8))
    asked_by: Mapped[str] = mapped_column(Id)
    asked_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    standing: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime | None]


class RegradedPaperRow(Base):
    """A paper about which a regrade was proposed; its row is locked by whoever marks under its rules, or changes them (`version`)."""

    __tablename__ = "regraded_papers"

    paper: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


class RegradeRow(Base):
    """One regrade of a paper, or with `reverses` the taking back of one: asked (for a preview), previewed, committed, reversed, withdrawn
    or failed.

    `digest` stands for everything that the preview saw and showed; `number` orders what is committed.  `done` of `due` scripts are
    previewed.
    """

    __tablename__ = "regrades"
    __table_args__ = (Index("ix_regrades_paper", "paper", "state"), Index("ix_regrades_state", "state", "lease_until"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    paper: Mapped[str] = mapped_column(Id)
    form: Mapped[str] = mapped_column(Id)
    changes: Mapped[list[Any]]
    reverses: Mapped[str | None] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    proposed_by: Mapped[str] = mapped_column(Id)
    proposed_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    due: Mapped[int] = mapped_column(default=0)
    preview: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    digest: Mapped[str] = mapped_column(String(64), default="")
    previewed_at: Mapped[datetime | None]
    number: Mapped[int | None]
    committed_by: Mapped[str | None] = mapped_column(Id)
    committed_at: Mapped[datetime | None]


class RegradeMarkRow(Base):
    """What a place of an attempt becomes by a regrade, as previewed; None is waiting for a marker."""

    __tablename__ = "regrade_marks"

    regrade: Mapped[str] = mapped_column(Id, primary_key=True)
    attempt: Mapped[str] = mapped_column(Id, primary_key=True)
    place: Mapped[str] = mapped_column(String(16), primary_key=True)
    before_marks: Mapped[Decimal | None]
    before_max: Mapped[Decimal]
    marks: Mapped[Decimal | None]
    max_marks: Mapped[Decimal]
    reason: Mapped[dict[str, Any]]
