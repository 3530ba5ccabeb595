"""Intake: an attempt was handed in; the closed parts get their marks, written answers join the marking queue."""

from decimal import Decimal

from core import outbox
from core.facts import Fact
from core.ids import new_id
from core.unit import Unit
from delivery import reading as delivery_reading
from scoring import queries, ruled, totals
from scoring.facts import AUTO_SCORED
from scoring.gates import SiteOf, nowhere
from scoring.judging import Judged, Sheet
from scoring.settling import settle
from scoring.setup import Setup, get_paper, setup_of
from scoring.tables import MarkRow, PaperMarkingRow, PartRow, ScoreRow, ScriptRow

MACHINE = "machine"


def take_in(unit: Unit, fact: Fact, site_of: SiteOf = nowhere) -> None:
    """Score the closed parts of a submitted attempt and open its marking tasks (`delivery.attempt.submitted`, `.amended`); once for each.

    An attempt that was handed in anew, or to which people counted one more answer, is scored anew; marks by hand stay where the answer is
    still the same.
    """
    attempt = delivery_reading.get_attempt(unit.session, fact.data["attempt"])
    in_force = ruled.hold(unit.session, attempt.paper)
    queries.parts_of_attempt(unit.session, attempt.id)  # locked before the script, as markers lock them
    script = queries.find_script(unit.session, attempt.id, lock=True)
    if attempt.standing_since is None or (script and script.submitted_at == attempt.standing_since):
        return
    submission = delivery_reading.get_submission(unit.session, attempt.id)
    sheet = Sheet.of_form(unit.session, submission.form)
    judged = sheet.judge(submission)
    waiting = [row for row in judged if row.marks is None]
    counting = {row.place: sheet.judge_under(in_force[row.place], row.place, submission) for row in judged if row.place in in_force}
    unit.session.merge(
        ScriptRow(
            attempt=submission.attempt,
            candidate=submission.candidate,
            paper=submission.paper,
            form=submission.form,
            submitted_at=attempt.standing_since,
            state="in_marking" if waiting else "auto_scored",
            marks=None,
            max_marks=sum((counting.get(row.place, row).max_marks for row in judged), Decimal(0)),
            marked_at=None,
        )
    )
    kept = queries.drop_outdated(unit.session, submission.attempt, {row.place: row.answer for row in waiting})
    fresh = [row for row in judged if row.place not in kept]
    _write(unit, submission.attempt, fresh)
    ruled.let_stand(unit, submission.attempt, judged, counting)
    _open_parts(unit, submission, [row for row in fresh if row.marks is None], site_of)
    data = {"attempt": submission.attempt, "paper": submission.paper, "form": submission.form, "tasks": len(waiting)}
    outbox.announce(unit, AUTO_SCORED, f"attempt/{submission.attempt}", data)
    totals.complete_if_marked(unit, submission.attempt)


def _write(unit: Unit, attempt: str, judged: list[Judged]) -> None:
    marks = {
        row.place: MarkRow(
            attempt=attempt,
            place=row.place,
            marks=row.marks,
            max_marks=row.max_marks,
            marker=MACHINE,
            reason=row.reason,
            at=unit.now,
        )
        for row in judged
        if row.marks is not None
    }
    unit.session.add_all(marks.values())
    unit.session.flush()
    for row in judged:
        mark_id = marks[row.place].id if row.place in marks else None
        unit.session.add(
            ScoreRow(
                attempt=attempt,
                place=row.place,
                section=row.section,
                marks=row.marks,
                max_marks=row.max_marks,
                mark_id=mark_id,
                own_mark_id=mark_id,
            )
        )
    unit.session.flush()


def _open_parts(unit: Unit, submission: delivery_reading.Submission, waiting: list[Judged], site_of: SiteOf) -> None:
    if not waiting:
        return
    empty = PaperMarkingRow(paper=submission.paper, form=submission.form, setup=Setup().model_dump(mode="json"))
    queries.add_missing(unit.session, empty)
    scheme = setup_of(get_paper(unit.session, submission.paper)).scheme
    site = site_of(unit.session, submission.candidate, submission.paper)
    for row in waiting:
        part = PartRow(
            id=new_id("prt"),
            paper=submission.paper,
            form=submission.form,
            attempt=submission.attempt,
            candidate=submission.candidate,
            site=site,
            place=row.place,
            answer=row.answer,
            max_marks=row.max_marks,
            state="marking",
        )
        unit.session.add(part)
        unit.session.flush()
        settle(unit, part, scheme)
