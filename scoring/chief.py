"""What the chief marker decides: parts whose readings differ, suspicious scripts, and scripts with agreed marks."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from sqlalchemy.orm import Session

from core import audit
from core.errors import NOT_FOUND
from core.ids import new_id
from core.unit import Unit
from scoring import queries, queue_queries, rubrics, settling, staffing
from scoring.errors import NOT_TO_DECIDE, OWN_READING, REASON_MISSING
from scoring.setup import Setup, change, get_paper, setup_of
from scoring.tables import HoldRow, PartRow, ReadingRow, SampleRow, TaskRow

Use = Literal["exemplar", "trial", "seed"]


def decide(unit: Unit, part_id: str, levels: Mapping[str, Decimal], comment: str) -> Decimal:
    """Give the final mark of a part that waits for the chief; return it.

    It waits for the chief when its readings differ, when it is suspicious, or when none of the markers at work may be handed it.
    A suspicious script may be decided at once, whoever has read it: the chief's reading stands alone and for the file says why.

    Raises:
        ExamError: `core.not_found`, `scoring.not_to_decide`, `scoring.own_reading`, `scoring.reason_missing`, or `scoring.mark_invalid`.
    """
    part = _lock(unit, part_id)
    if not waits(unit.session, part):
        raise NOT_TO_DECIDE()
    if part.candidate == unit.actor.account or queries.has_held(unit.session, part_id, unit.actor.account):
        raise OWN_READING()
    if part.state == "suspicious" and not comment.strip():
        raise REASON_MISSING()
    marks = rubrics.add_up(unit.session, part.form, part.place, part.max_marks, levels)
    known = {"suspicion": part.suspicion, "readings": len(queries.counting_readings(unit.session, part_id))}
    audit.record(unit, "scoring.part.decided", f"part/{part_id}", marks=str(marks), comment=comment, **known)
    _read(unit, part, marks, levels, comment)
    _go_on(unit, part)
    return marks


def waits(session: Session, part: PartRow) -> bool:
    """Say whether a part waits for the chief: suspicious, its readings differ, or nobody at work may be handed what it still needs."""
    if part.state == "suspicious" or _chief_task(session, part.id):
        return True
    return queue_queries.is_stuck(session, part.paper, part.id)


def _chief_task(session: Session, part: str) -> TaskRow | None:
    return next((t for t in queries.tasks_of(session, part) if t.queue == queries.CHIEF and t.state in ("open", "waiting")), None)


def _read(unit: Unit, part: PartRow, marks: Decimal, levels: Mapping[str, Decimal], comment: str) -> None:
    task = _chief_task(unit.session, part.id)
    if task is None:
        task = settling.new_task(part, "chief", queries.CHIEF)
        unit.session.add(task)
    task.state, task.marker = "marked", unit.actor.account
    unit.session.add(
        ReadingRow(
            task=task.id,
            script=part.id,
            paper=part.paper,
            place=part.place,
            purpose="chief",
            marker=unit.actor.account,
            marks=marks,
            max_marks=part.max_marks,
            levels=rubrics.plain(levels),
            comment=comment,
            annotations=[],
            seconds=0,
            at=unit.now,
        )
    )


def change_setup(unit: Unit, paper: str, wanted: Setup) -> None:
    """Set how a paper is marked; where markers are to qualify from now on, so are those who have marked nothing of it.

    Raises:
        ExamError: as `scoring.setup.change`.
    """
    before = change(unit, paper, wanted)
    if wanted.quality.qualification and not before.quality.qualification:
        staffing.let_newcomers_qualify(unit, paper)


def note_look(unit: Unit, part_id: str) -> None:
    """Keep that the acting chief has seen a part with its marks: as a marker the chief is not handed it any more."""
    marker = unit.actor.account
    look = HoldRow(task=part_id, marker=marker, script=part_id, since=unit.now, ended=queries.LOOKED, reason=None)
    queries.add_missing(unit.session, look)


def clear(unit: Unit, part_id: str, reason: str) -> None:
    """Let the marking of a suspicious script go on.

    Raises:
        ExamError: `core.not_found`, or `scoring.not_to_decide`.
    """
    part = _lock(unit, part_id)
    if part.state != "suspicious":
        raise NOT_TO_DECIDE()
    audit.record(unit, "scoring.part.cleared", f"part/{part_id}", reason=reason)
    _go_on(unit, part)


def keep_sample(unit: Unit, part_id: str, use: Use, levels: Mapping[str, Decimal], note: str) -> str:
    """Keep the answer of a part as an exemplar, to qualify by, or as a seed, with its agreed marks; return the sample's id.

    Raises:
        ExamError: `core.not_found`, or `scoring.mark_invalid`.
    """
    part = queries.find_part(unit.session, part_id)
    if part is None:
        raise NOT_FOUND()
    return add_sample(unit, part, use, part.answer, levels, note)


def add_sample(unit: Unit, like: PartRow, use: Use, answer: str, levels: Mapping[str, Decimal], note: str) -> str:
    """Keep an answer at the place of a part as a sample with agreed marks; return its id.

    Raises:
        ExamError: `scoring.mark_invalid`.
    """
    sample = SampleRow(
        id=new_id("prt"),  # as a part's: nothing that is logged or shown may tell a seed by its name
        paper=like.paper,
        form=like.form,
        place=like.place,
        purpose=use,
        answer=answer,
        max_marks=like.max_marks,
        levels=rubrics.plain(levels),
        marks=rubrics.add_up(unit.session, like.form, like.place, like.max_marks, levels),
        note=note,
        source=like.id if answer == like.answer else None,
        made_by=unit.actor.account,
        made_at=unit.now,
    )
    unit.session.add(sample)
    audit.record(unit, "scoring.sample.kept", f"part/{sample.id}", use=use, place=like.place, marks=str(sample.marks))
    return sample.id


def _lock(unit: Unit, part_id: str) -> PartRow:
    part = queries.lock_part(unit.session, part_id)
    if part is None:
        raise NOT_FOUND()
    return part


def _go_on(unit: Unit, part: PartRow) -> None:
    for task in queries.tasks_of(unit.session, part.id):
        if task.state == "waiting":
            task.state = "open"
    if part.state == "suspicious":
        part.state, part.suspicion = "marking", None
    unit.session.flush()
    settling.settle(unit, part, setup_of(get_paper(unit.session, part.paper)).scheme)
