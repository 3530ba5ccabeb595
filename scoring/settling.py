"""Settling a part: after whatever happens to it, exactly the tasks that its scheme still needs are open, or its final mark stands."""

import secrets
from collections.abc import Mapping

from core.ids import new_id
from core.unit import Unit
from scoring import queries, ruled, totals
from scoring.adjudication import COUNTING, Final, Purpose, Scheme, is_drawn, resolve
from scoring.tables import MarkRow, PartRow, ReadingRow, TaskRow

BY_SCHEME = "scheme"
"""Who gave a mark that is the mean of several readings."""


def settle(unit: Unit, part: PartRow, scheme: Scheme) -> None:
    """Open what a part, whose row is locked, still needs, set aside what it needs no more, and fix or lift its final mark.

    While a part is suspicious nothing of it moves.
    """
    if part.state == "suspicious":
        return
    readings = {row.purpose: row for row in queries.counting_readings(unit.session, part.id) if row.purpose in COUNTING}
    marks: dict[Purpose, ReadingRow] = readings
    sampled = is_drawn(scheme.second_rate, "second", part.id)
    outcome = resolve(scheme, {purpose: row.marks for purpose, row in marks.items()}, scheme.tolerance_at(part.place), sampled=sampled)
    _open_tasks(unit, part, () if isinstance(outcome, Final) else outcome.purposes)
    if isinstance(outcome, Final):
        _finish(unit, part, outcome, marks)
    elif part.state == "final":
        _lift(unit, part)


def suspect(unit: Unit, part: PartRow, reason: str) -> None:
    """Put a part, whose row is locked, before the chief: nobody is handed a task of it, and a mark that stood counts no more until then."""
    if part.state == "final":
        _lift(unit, part)
    part.state, part.suspicion = "suspicious", reason
    for task in queries.tasks_of(unit.session, part.id):
        if task.state == "open":
            task.state = "waiting"


def new_task(part: PartRow, purpose: str, queue: str, position: int | None = None) -> TaskRow:
    """Make a task of a part, at a random position of its queue unless one is given."""
    return TaskRow(
        id=new_id("task"),
        code=new_code(),
        script=part.id,
        paper=part.paper,
        place=part.place,
        candidate=part.candidate,
        site=part.site,
        purpose=purpose,
        queue=queue,
        position=secrets.randbelow(2**31) if position is None else position,
    )


def new_code() -> str:
    """Return a new code by which markers speak of a script."""
    return secrets.token_hex(4).upper()


def _open_tasks(unit: Unit, part: PartRow, purposes: tuple[Purpose, ...]) -> None:
    underway = [task for task in queries.tasks_of(unit.session, part.id) if task.purpose in COUNTING and task.state in ("open", "leased")]
    for task in underway:
        if task.purpose not in purposes:
            task.state, task.lease_until = "void", None
    for purpose in purposes:
        if purpose not in {task.purpose for task in underway}:
            unit.session.add(new_task(part, purpose, queries.CHIEF if purpose == "chief" else queries.ALL))
    unit.session.flush()


def _finish(unit: Unit, part: PartRow, final: Final, readings: Mapping[Purpose, ReadingRow]) -> None:
    decisive = readings[final.rests_on[0]] if len(final.rests_on) == 1 or final.how == "first_stands" else None
    reason = {"code": "rubric" if final.how == "single" else final.how}
    told = {"levels": decisive.levels, "comment": decisive.comment} if decisive else {}
    mark = MarkRow(
        attempt=part.attempt,
        place=part.place,
        marks=final.marks,
        max_marks=part.max_marks,
        marker=decisive.marker if decisive else BY_SCHEME,
        reason={**reason, **told, "readings": [readings[purpose].id for purpose in final.rests_on]},
        at=unit.now,
    )
    unit.session.add(mark)
    unit.session.flush()
    totals.reopen(unit, part.attempt)
    ruled.let_own_stand(unit, part.paper, part.attempt, part.place, mark)
    part.state = "final"
    totals.complete_if_marked(unit, part.attempt)


def _lift(unit: Unit, part: PartRow) -> None:
    totals.reopen(unit, part.attempt)
    ruled.let_own_stand(unit, part.paper, part.attempt, part.place, None)
    part.state = "marking"
    totals.complete_if_marked(unit, part.attempt)
