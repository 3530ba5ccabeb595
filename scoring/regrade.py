"""Regrading as a transaction: proposed with a reason, previewed, committed by a second person, and taken back in the same way.

What a preview showed is what a commit writes: everything that the preview saw is in its digest, and a commit refuses when any of it has
changed.  Marks are only ever added; a place goes back to the mark that machine or markers gave by pointing to a new copy of it.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core import audit, outbox
from core.errors import NOT_FOUND, Words
from core.ids import new_id
from core.unit import Unit
from delivery import reading as delivery_reading
from scoring import queries, regrade_queries, ruled, totals
from scoring.changes import BY_KEY, Change, Rule, contradicted
from scoring.errors import PREVIEW_OUTDATED, REGRADE_INVALID, REGRADE_STATE, SAME_PERSON
from scoring.facts import REGRADE_REVERSED, REGRADED
from scoring.gates import Consequences
from scoring.judging import BY_HAND, Sheet
from scoring.tables import MarkRow, RegradeMarkRow, RegradeRow, ScoreRow


def propose(unit: Unit, paper: str, changes: Sequence[Change], reason: str) -> str:
    """Propose a regrade of a paper and ask for its preview; return its id.

    Raises:
        ExamError: `core.not_found` when nothing of the paper was handed in, `scoring.regrade_invalid`, or what the item bank minds about a
            key.
    """
    form = form_of(unit.session, paper)
    _check(Sheet.of_form(unit.session, form), changes)
    return _enter(unit, paper, form, [change.model_dump(mode="json") for change in changes], None, reason)


def propose_reversal(unit: Unit, regrade: str, reason: str) -> str:
    """Propose to take back a committed regrade, whatever was committed after it, and ask for the preview; return the new id.

    Raises:
        ExamError: `core.not_found`, `scoring.regrade_state`.
    """
    row = regrade_queries.get_regrade(unit.session, regrade)
    if row.state != "committed" or row.reverses is not None:
        raise REGRADE_STATE()
    return _enter(unit, row.paper, row.form, [], row.id, reason)


def ask_again(unit: Unit, regrade: str) -> None:
    """Ask for a new preview.

    Raises:
        ExamError: `core.not_found`, `scoring.regrade_state`.
    """
    row = regrade_queries.get_regrade(unit.session, regrade, lock=True)
    if row.state not in ("previewed", "failed"):
        raise REGRADE_STATE()
    row.state, row.tries, row.lease_until, row.done, row.preview, row.digest = "asked", 0, None, 0, None, ""


def withdraw(unit: Unit, regrade: str) -> None:
    """Withdraw a proposal.

    Raises:
        ExamError: `core.not_found`, `scoring.regrade_state`.
    """
    row = regrade_queries.get_regrade(unit.session, regrade, lock=True)
    if row.state not in ("asked", "previewed", "failed"):
        raise REGRADE_STATE()
    row.state = "withdrawn"
    audit.record(unit, "scoring.regrade.withdrawn", f"regrade/{row.id}")


def commit(unit: Unit, regrade: str, digest: str, consequences: Consequences, breathe: Callable[[], None]) -> int:
    """Let a regrade, or the taking back of one, take effect as it was previewed; return how many attempts changed.

    Args:
        unit: the transaction, whose actor is another than who proposed.
        regrade: a previewed regrade.
        digest: of the preview that the actor has seen.
        consequences: what else would change, as for the preview.
        breathe: called now and then, so that whoever else is served has a turn.

    Raises:
        ExamError: `core.not_found`, `scoring.regrade_state`, `scoring.same_person`, `scoring.preview_outdated`.
    """
    paper = regrade_queries.get_regrade(unit.session, regrade).paper
    rules = regrade_queries.lock_paper(unit.session, paper, alone=True)
    row = regrade_queries.get_regrade(unit.session, regrade, lock=True)
    if row.state != "previewed" or rules is None:
        raise REGRADE_STATE()
    if row.proposed_by == unit.actor.account:
        raise SAME_PERSON()
    target = regrade_queries.get_regrade(unit.session, row.reverses, lock=True) if row.reverses else None
    if target is not None and target.state != "committed":
        raise REGRADE_STATE()
    scripts = regrade_queries.scripts_of_paper(unit.session, paper, lock=True)
    changed = regrade_queries.marks_of(unit.session, regrade)
    if digest != row.digest or not is_current(unit.session, row, consequences):
        raise PREVIEW_OUTDATED()
    rules.version += 1
    row.state, row.committed_by, row.committed_at = "committed", unit.actor.account, unit.now
    row.number = regrade_queries.last_number(unit.session, paper) + 1
    if target is not None:
        target.state = "reversed"
    _write(unit, row, changed, breathe)
    touched = {mark.attempt for mark in changed}
    totals.add_up_anew(unit, [script for script in scripts if script.attempt in touched], breathe)
    _tell(unit, row, len(touched))
    return len(touched)


def form_of(session: Session, paper: str) -> str:
    """Return the form on which a paper was sat.

    Raises:
        ExamError: `core.not_found` when nothing was handed in, `scoring.regrade_invalid` when it was sat on several.
    """
    forms = {script.form for script in regrade_queries.scripts_of_paper(session, paper)}
    if not forms:
        raise NOT_FOUND()
    if len(forms) > 1:
        raise REGRADE_INVALID(detail=Words("本卷用了多套试卷,题号各不相同", "the paper was sat on several forms, whose places differ"))
    return forms.pop()


def rules_before_and_after(session: Session, row: RegradeRow) -> tuple[dict[str, Rule], dict[str, Rule]]:
    """Return the rules in force for a paper, and those that would be in force after a regrade."""
    now = regrade_queries.committed(session, row.paper)
    after = [other for other in now if other.id != row.reverses] + ([] if row.reverses else [row])
    return ruled.rules_of(now), ruled.rules_of(after)


def places_of(before: Mapping[str, Rule], after: Mapping[str, Rule]) -> list[str]:
    """Return the places at which something may change."""
    return sorted(place for place in before.keys() | after.keys() if before.get(place) != after.get(place))


def is_current(session: Session, row: RegradeRow, consequences: Consequences) -> bool:
    """Say whether all that the preview of a regrade rests on and says is as it was: only then can it be committed."""
    return digest_of(session, row, regrade_queries.marks_of(session, row.id), consequences) == row.digest


def digest_of(session: Session, row: RegradeRow, changed: Sequence[RegradeMarkRow], consequences: Consequences) -> str:
    """Return the digest of all that a preview rests on and says: scripts, marks and rules as they are, what changes, what follows."""
    places = places_of(*rules_before_and_after(session, row))
    submitted = {a.id for a in delivery_reading.attempts_of_paper(session, row.paper) if a.state == "submitted"}
    world = hashlib.sha256()
    said: list[Any] = [row.paper, regrade_queries.version_of(session, row.paper), row.changes, row.reverses]
    said += [
        [s.attempt, s.submitted_at.isoformat(), s.state, str(s.marks), str(s.max_marks), s.attempt in submitted]
        for s in regrade_queries.scripts_of_paper(session, row.paper)
    ]
    said += [
        [s.attempt, s.place, str(s.marks), str(s.max_marks), s.mark_id, s.own_mark_id]
        for s in regrade_queries.scores_at(session, row.paper, places)
    ]
    said += [[m.attempt, m.place, str(m.before_marks), str(m.before_max), str(m.marks), str(m.max_marks)] for m in changed]
    said.append(consequences(session, row.paper, totals_after(session, row.paper, changed)))
    for line in said:
        world.update(json.dumps(line, ensure_ascii=False, sort_keys=True).encode())
        world.update(b"\n")
    return world.hexdigest()


def totals_after(session: Session, paper: str, changed: Sequence[RegradeMarkRow]) -> dict[str, Any]:
    """Return the totals that the attempts touched by a regrade would have; None where a part waits for a marker."""
    by_attempt: dict[str, dict[str, RegradeMarkRow]] = {}
    for mark in changed:
        by_attempt.setdefault(mark.attempt, {})[mark.place] = mark
    found: dict[str, Any] = {}
    for batch in totals.batched(by_attempt):
        scores: dict[str, list[ScoreRow]] = {attempt: [] for attempt in batch}
        for row in queries.scores_of(session, batch):
            scores[row.attempt].append(row)
        for attempt in batch:
            new = by_attempt[attempt]
            marks = [new[row.place].marks if row.place in new else row.marks for row in scores[attempt]]
            known = [mark for mark in marks if mark is not None]
            found[attempt] = sum(known) if len(known) == len(marks) else None
    return found


def _check(sheet: Sheet, changes: Sequence[Change]) -> None:
    if place := contradicted(changes):
        raise REGRADE_INVALID(detail=Words(f"第 {place} 题有两处改法,不能并行", f"two changes of item {place} exclude each other"))
    for change in changes:
        question = sheet.questions.get(change.place)
        if question is None:
            raise REGRADE_INVALID(detail=Words(f"没有第 {change.place} 题", f"there is no item {change.place}"))
        if change.act in BY_KEY:
            if question.placed.kind in BY_HAND:
                detail = Words(f"第 {change.place} 题没有标准答案,不能改答案", f"item {change.place} has no key that could be another")
                raise REGRADE_INVALID(detail=detail)
            sheet.check(change)


def _enter(unit: Unit, paper: str, form: str, changes: list[Any], reverses: str | None, reason: str) -> str:
    regrade_queries.add_paper(unit.session, paper)
    row = RegradeRow(
        id=new_id("rgr"),
        paper=paper,
        form=form,
        changes=changes,
        reverses=reverses,
        reason=reason,
        state="asked",
        proposed_by=unit.actor.account,
        proposed_at=unit.now,
    )
    unit.session.add(row)
    audit.record(unit, "scoring.regrade.proposed", f"regrade/{row.id}", paper=paper, changes=changes, reverses=reverses, reason=reason)
    return row.id


def _write(unit: Unit, row: RegradeRow, changed: Sequence[RegradeMarkRow], breathe: Callable[[], None]) -> None:
    """Add the marks as they were previewed, and let them count; where nothing is known any more, nothing counts."""
    scores = {(s.attempt, s.place): s for s in regrade_queries.scores_at(unit.session, row.paper, {mark.place for mark in changed})}
    for batch in totals.batched(changed):
        marks = {
            (new.attempt, new.place): MarkRow(
                attempt=new.attempt,
                place=new.place,
                marks=new.marks,
                max_marks=new.max_marks,
                marker=row.id,
                reason=new.reason,
                at=unit.now,
            )
            for new in batch
            if new.marks is not None
        }
        unit.session.add_all(marks.values())
        unit.session.flush()
        for new in batch:
            score, mark = scores[new.attempt, new.place], marks.get((new.attempt, new.place))
            score.marks, score.max_marks, score.mark_id = new.marks, new.max_marks, mark.id if mark else None
        unit.session.flush()
        breathe()


def _tell(unit: Unit, row: RegradeRow, attempts: int) -> None:
    told = {"regrade": row.id, "paper": row.paper, "attempts": attempts, "reason": row.reason}
    if row.reverses is None:
        outbox.announce(unit, REGRADED, f"paper/{row.paper}", told)
    else:
        outbox.announce(unit, REGRADE_REVERSED, f"paper/{row.paper}", {**told, "reverses": row.reverses})
    audit.record(unit, "scoring.regrade.committed", f"regrade/{row.id}", **told, reverses=row.reverses, digest=row.digest)
