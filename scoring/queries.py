"""All SQL of the scoring rooms; that of the marking queue is in `queue_queries`, of its figures in `marking_figures`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, and_, delete, exists, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from scoring.tables import (
    AnalysisRow,
    DraftMarkRow,
    HoldRow,
    MarkRow,
    PaperMarkingRow,
    PartRow,
    ReadingRow,
    SampleRow,
    ScoreRow,
    ScriptRow,
    StaffRow,
    TaskRow,
)

ALL, CHIEF = "all", "chief"
"""The queues that are no single account's."""
LOOKED = "looked"
"""How a hold ended that was none: the chief looked at a script and its marks, and is never handed it as a marker."""


def find_script(session: Session, attempt: str, *, lock: bool = False) -> ScriptRow | None:
    """Return the script of an attempt; with `lock`, its row stays locked to the end of the transaction."""
    return session.get(ScriptRow, attempt, with_for_update=lock or None)


def scores_of(session: Session, attempts: Sequence[str]) -> list[ScoreRow]:
    """Return what every place of the attempts stands at."""
    return list(session.scalars(select(ScoreRow).where(ScoreRow.attempt.in_(attempts))))


def scripts_of(session: Session, attempts: Sequence[str]) -> list[ScriptRow]:
    """Return the scripts of the attempts that have been handed in."""
    return list(session.scalars(select(ScriptRow).where(ScriptRow.attempt.in_(attempts))))


def open_places(session: Session, attempt: str) -> int:
    """Count the places of an attempt that still have no mark."""
    unmarked = select(func.count()).select_from(ScoreRow).where(ScoreRow.attempt == attempt, ScoreRow.marks.is_(None))
    return session.scalar(unmarked) or 0


def set_score(session: Session, attempt: str, place: str, mark: MarkRow | None) -> None:
    """Let the mark be the one that counts for the place; None: it has none any more."""
    standing = {"marks": mark.marks, "mark_id": mark.id} if mark else {"marks": None, "mark_id": None}
    session.execute(update(ScoreRow).where(ScoreRow.attempt == attempt, ScoreRow.place == place).values(**standing))


def set_own_mark(session: Session, attempt: str, place: str, mark: MarkRow | None) -> None:
    """Remember the mark that machine or markers came to for the place; None: they have none any more."""
    at = (ScoreRow.attempt == attempt, ScoreRow.place == place)
    session.execute(update(ScoreRow).where(*at).values(own_mark_id=mark.id if mark else None))


def drop_outdated(session: Session, attempt: str, answers: Mapping[str, str]) -> set[str]:
    """Forget the standing of an attempt where its answer is another than at the last hand-in; marks and readings stay.

    `answers` are the written answers by place.  Return the places that keep their part and their score: those with the same answer.
    """
    parts = parts_of_attempt(session, attempt)
    kept = {part.place for part in parts if answers.get(part.place) == part.answer}
    gone = [part.id for part in parts if part.place not in kept]
    session.execute(delete(TaskRow).where(TaskRow.script.in_(gone)))
    session.execute(delete(PartRow).where(PartRow.id.in_(gone)))
    session.execute(delete(ScoreRow).where(ScoreRow.attempt == attempt, ScoreRow.place.not_in(kept)))
    return kept


# --- papers, parts, samples, staff


def papers_in_marking(session: Session, papers: Sequence[str] | None = None) -> list[PaperMarkingRow]:
    """Return how the papers that have had written answers are marked, in the order of the papers."""
    found = select(PaperMarkingRow).order_by(PaperMarkingRow.paper)
    return list(session.scalars(found if papers is None else found.where(PaperMarkingRow.paper.in_(papers))))


def find_paper(session: Session, paper: str, *, lock: bool = False) -> PaperMarkingRow | None:
    """Return how a paper is marked; None before its first written answer."""
    return session.get(PaperMarkingRow, paper, with_for_update=lock or None)


def parts_of_attempt(session: Session, attempt: str) -> Sequence[PartRow]:
    """Return the parts of an attempt, locked in the order in which everybody locks parts."""
    return session.scalars(select(PartRow).where(PartRow.attempt == attempt).order_by(PartRow.id).with_for_update()).all()


def find_part(session: Session, part: str) -> PartRow | None:
    """Return a part as it stands."""
    return session.get(PartRow, part)


def lock_part(session: Session, part: str) -> PartRow | None:
    """Return a part with its row locked."""
    return session.get(PartRow, part, with_for_update=True, populate_existing=True)


def lock_parts(session: Session, parts: Iterable[str]) -> list[PartRow]:
    """Return the parts with their rows locked, in the order of their ids."""
    found = select(PartRow).where(PartRow.id.in_(sorted(set(parts)))).order_by(PartRow.id).with_for_update()
    return list(session.scalars(found.execution_options(populate_existing=True)))


def one_part_a_place(session: Session, paper: str) -> list[PartRow]:
    """Return one part of each written question of a paper, in the order of the places."""
    first = select(func.min(PartRow.id)).where(PartRow.paper == paper).group_by(PartRow.place)
    return sorted(session.scalars(select(PartRow).where(PartRow.id.in_(first))), key=lambda part: [int(n) for n in part.place.split(".")])


def parts_of_paper(session: Session, paper: str) -> list[str]:
    """Return the ids of a paper's parts."""
    return list(session.scalars(select(PartRow.id).where(PartRow.paper == paper)))


def find_sample(session: Session, sample: str) -> SampleRow | None:
    """Return a script with agreed marks."""
    return session.get(SampleRow, sample)


def samples(session: Session, paper: str, purpose: str | None = None, place: str | None = None) -> list[SampleRow]:
    """Return the scripts with agreed marks of a paper in the order in which they were made."""
    wanted = [SampleRow.paper == paper]
    wanted += [SampleRow.purpose == purpose] if purpose else []
    wanted += [SampleRow.place == place] if place else []
    return list(session.scalars(select(SampleRow).where(*wanted).order_by(SampleRow.made_at, SampleRow.id)))


def exemplars(session: Session, paper: str, place: str) -> list[SampleRow]:
    """Return the exemplars of an item, without those whose script has no final mark yet: who marks it would be told its mark."""
    open_script = exists().where(PartRow.id == SampleRow.source, PartRow.state != "final")
    wanted = (SampleRow.paper == paper, SampleRow.purpose == "exemplar", SampleRow.place == place, ~open_script)
    return list(session.scalars(select(SampleRow).where(*wanted).order_by(SampleRow.made_at, SampleRow.id)))


def unseen_samples(session: Session, staff: StaffRow, purpose: str, place: str | None = None) -> list[SampleRow]:
    """Return the samples for a marker: neither they nor the live script behind them were seen before, and that script is not barred.

    Barred are the marker's own script and those of the own site.  Seeds are not for who set their marks.
    """
    held = exists().where(HoldRow.marker == staff.marker, or_(HoldRow.script == SampleRow.id, HoldRow.script == SampleRow.source))
    own = or_(PartRow.candidate == staff.marker, and_(literal(staff.site) != "", PartRow.site == staff.site))
    barred = exists().where(PartRow.id == SampleRow.source, own)
    wanted = [SampleRow.paper == staff.paper, SampleRow.purpose == purpose, ~held, ~barred]
    wanted += [SampleRow.made_by != staff.marker] if purpose == "seed" else []
    wanted += [SampleRow.place == place] if place else []
    return list(session.scalars(select(SampleRow).where(*wanted).order_by(SampleRow.made_at, SampleRow.id)))


def add_missing(session: Session, row: AnalysisRow | HoldRow | PaperMarkingRow | StaffRow) -> None:
    """Add the row unless somebody has added it before, or is doing so at this moment."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    session.execute(dialect.insert(type(row)).values(**values).on_conflict_do_nothing())


def lock_staff(session: Session, paper: str, marker: str) -> StaffRow | None:
    """Return a marker at a paper with the row locked: one marker's asking and giving go one after the other."""
    return session.get(StaffRow, (paper, marker), with_for_update=True, populate_existing=True)


def find_staff(session: Session, paper: str, marker: str) -> StaffRow | None:
    """Return a marker at a paper."""
    return session.get(StaffRow, (paper, marker))


def sites_of(session: Session, paper: str) -> list[str]:
    """Return the sites at which the paper was sat, by name."""
    return list(session.scalars(select(PartRow.site).where(PartRow.paper == paper, PartRow.site != "").distinct().order_by(PartRow.site)))


def working_without_mark(session: Session, paper: str) -> list[StaffRow]:
    """Return the markers at work at a paper who have marked nothing of it, locked."""
    marked = exists().where(ReadingRow.paper == StaffRow.paper, ReadingRow.marker == StaffRow.marker)
    idle = select(StaffRow).where(StaffRow.paper == paper, StaffRow.state == "working", ~marked)
    return list(session.scalars(idle.order_by(StaffRow.marker).with_for_update()))


def last_site(session: Session, marker: str) -> str:
    """Return the site that was last said to be the marker's, at any paper; empty when none was."""
    named = select(StaffRow.site).where(StaffRow.marker == marker, StaffRow.site != "").order_by(StaffRow.since.desc())
    return session.scalar(named.limit(1)) or ""


# --- tasks


def lock_task(session: Session, task: str) -> TaskRow | None:
    """Return a task with its row locked."""
    return session.get(TaskRow, task, with_for_update=True, populate_existing=True)


def find_task(session: Session, task: str) -> TaskRow | None:
    """Return a task as it stands."""
    return session.get(TaskRow, task)


def held_by(session: Session, paper: str, marker: str) -> list[TaskRow]:
    """Return the tasks of a paper that the marker holds; also when the lease has run out, while nobody else has taken the task over."""
    held = select(TaskRow).where(TaskRow.paper == paper, TaskRow.marker == marker, TaskRow.state == "leased")
    return list(session.scalars(held.order_by(TaskRow.id)))


def tasks_of(session: Session, script: str) -> list[TaskRow]:
    """Return every task of a script, locked in the order of their ids."""
    return list(session.scalars(select(TaskRow).where(TaskRow.script == script).order_by(TaskRow.id).with_for_update()))


def find_draft(session: Session, task: str, marker: str) -> DraftMarkRow | None:
    """Return what the marker has entered for the task and not yet given."""
    return session.get(DraftMarkRow, (task, marker))


def find_hold(session: Session, task: str, marker: str) -> HoldRow | None:
    """Return that the marker has held the task."""
    return session.get(HoldRow, (task, marker))


def has_held(session: Session, script: str, marker: str) -> bool:
    """Say whether the marker has ever held a task of the script; having looked at it as the chief is not that."""
    held = or_(HoldRow.ended.is_(None), HoldRow.ended != LOOKED)
    return session.scalar(select(exists().where(HoldRow.script == script, HoldRow.marker == marker, held))) or False


# --- readings


def find_reading(session: Session, task: str, marker: str) -> ReadingRow | None:
    """Return the mark that this marker gave for the task."""
    return session.scalars(select(ReadingRow).where(ReadingRow.task == task, ReadingRow.marker == marker)).first()


def counting_readings(session: Session, script: str) -> list[ReadingRow]:
    """Return the readings of a script that count: of a task that is marked, by whom it is marked by."""
    counts = and_(TaskRow.id == ReadingRow.task, TaskRow.marker == ReadingRow.marker, TaskRow.state == "marked")
    found = select(ReadingRow).join(TaskRow, counts).where(ReadingRow.script == script).order_by(ReadingRow.id)
    return list(session.scalars(found))


def all_readings(session: Session, script: str) -> Sequence[tuple[ReadingRow, TaskRow | None]]:
    """Return every reading of a script with its task, in the order in which they were given; also those that do not count."""
    found = select(ReadingRow, TaskRow).outerjoin(TaskRow, TaskRow.id == ReadingRow.task).where(ReadingRow.script == script)
    return [(reading, task) for reading, task in session.execute(found.order_by(ReadingRow.id))]


def has_readings(session: Session, paper: str) -> bool:
    """Say whether anything of the paper has been marked by hand."""
    return session.scalar(select(exists().where(ReadingRow.paper == paper))) or False


def readings_by(session: Session, paper: str, marker: str, purposes: Iterable[str], after: int = 0) -> list[ReadingRow]:
    """Return a marker's readings of a paper with these purposes that stand, in order, after the reading with number `after`."""
    stands = and_(TaskRow.id == ReadingRow.task, TaskRow.marker == ReadingRow.marker, TaskRow.state == "marked")
    wanted = (ReadingRow.paper == paper, ReadingRow.marker == marker, ReadingRow.purpose.in_(tuple(purposes)), ReadingRow.id > after)
    return list(session.scalars(select(ReadingRow).join(TaskRow, stands).where(*wanted).order_by(ReadingRow.id)))


def history(session: Session, marker: str, most: int) -> Sequence[tuple[str, ReadingRow]]:
    """Return the marker's latest readings with the codes of their tasks, newest first."""
    joined = select(TaskRow.code, ReadingRow).join(ReadingRow, ReadingRow.task == TaskRow.id).where(ReadingRow.marker == marker)
    return [(code, reading) for code, reading in session.execute(joined.order_by(ReadingRow.id.desc()).limit(most))]


def readings_since(session: Session, marker: str, since: datetime) -> int:
    """Count the marker's readings since an instant."""
    own = select(func.count()).select_from(ReadingRow).where(ReadingRow.paper.in_(_papers_of(marker)), ReadingRow.marker == marker)
    return session.scalar(own.where(ReadingRow.at >= since)) or 0


def usual_comments(session: Session, marker: str, most: int) -> list[str]:
    """Return the comments that the marker has written most often of late, the most used first."""
    own = select(ReadingRow.comment).where(ReadingRow.paper.in_(_papers_of(marker)), ReadingRow.marker == marker, ReadingRow.comment != "")
    counts = Counter(session.scalars(own.order_by(ReadingRow.id.desc()).limit(200)))
    return [comment for comment, _ in counts.most_common(most)]


def _papers_of(marker: str) -> Select[str]:
    return select(StaffRow.paper).where(StaffRow.marker == marker)


def last_reading(session: Session, paper: str, marker: str) -> int:
    """Return the number of the marker's last reading of a paper; 0 without any."""
    last = select(func.max(ReadingRow.id)).where(ReadingRow.paper == paper, ReadingRow.marker == marker)
    return session.scalar(last) or 0


def differences(session: Session, staff: StaffRow, purpose: str) -> list[Decimal]:
    """Return the marker's marks of samples less the agreed ones, in order, since the marker was last judged anew."""
    found = (
        select(ReadingRow.marks, SampleRow.marks)
        .join(SampleRow, SampleRow.id == ReadingRow.script)
        .where(ReadingRow.paper == staff.paper, ReadingRow.marker == staff.marker, ReadingRow.purpose == purpose)
        .where(ReadingRow.id > staff.judged_after)
        .order_by(ReadingRow.id)
    )
    return [given - agreed for given, agreed in session.execute(found)]
