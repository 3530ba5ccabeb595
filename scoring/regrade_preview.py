"""Previews of regrades, made in the background: every script is judged anew, in small breaths, and nothing is changed."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog
from sqlalchemy.orm import Session

from core.actor import SYSTEM
from core.unit import Database, Unit
from delivery import reading as delivery_reading
from scoring import queries, regrade, regrade_queries, totals
from scoring.asked import take_up
from scoring.changes import Rule
from scoring.gates import Consequences
from scoring.judging import Judged, Sheet
from scoring.tables import MarkRow, RegradeMarkRow, RegradeRow, ScoreRow

log = structlog.get_logger()


def make_asked(consequences: Consequences, database: Database, now: datetime) -> int:
    """Make the preview that was asked for first; return 1, or 0 when there was none to make.

    Several processes may do this at once.  What cannot be previewed in three tries, or changes all the while, stands as failed.
    """
    with database.unit(SYSTEM, now) as unit:
        row = regrade_queries.lock_asked(unit.session, now)
        if row is None:
            return 0
        if not take_up(row, now):
            return 1
        name = row.id
    try:
        _make(consequences, database, name, now)
    except Exception:  # whatever a paper holds that cannot be judged must not stop the previews of others
        log.exception("preview failed", regrade=name)
        with database.unit(SYSTEM, now) as unit:
            regrade_queries.get_regrade(unit.session, name, lock=True).lease_until = None
    return 1


def _make(consequences: Consequences, database: Database, name: str, now: datetime) -> None:
    with database.reading() as session:
        row = regrade_queries.get_regrade(session, name)
        seen = regrade.digest_of(session, row, [], consequences)
        before, after = regrade.rules_before_and_after(session, row)
        places = regrade.places_of(before, after)
        sheet = Sheet.of_form(session, row.form)
        submitted = {a.id for a in delivery_reading.attempts_of_paper(session, row.paper) if a.state == "submitted"}
        attempts = [s.attempt for s in regrade_queries.scripts_of_paper(session, row.paper) if s.attempt in submitted]
        own = regrade_queries.own_marks(session, row.paper, [place for place in places if place not in after])
    changed: list[RegradeMarkRow] = []
    judge = _Judge(sheet, {place: after.get(place) for place in places}, name, own)
    for n, batch in enumerate(totals.batched(attempts)):
        with database.reading() as session:
            changed += judge.changes(session, batch)
        with database.unit(SYSTEM, now) as unit:
            told = regrade_queries.get_regrade(unit.session, name, lock=True)
            told.done, told.due = n * len(batch) + len(batch), len(attempts)
    with database.unit(SYSTEM, now) as unit:
        row = regrade_queries.get_regrade(unit.session, name, lock=True)
        if row.state != "asked":
            return
        row.lease_until = None
        if regrade.digest_of(unit.session, row, [], consequences) == seen:  # else it is made once more
            _keep(unit, row, changed, consequences)


class _Judge:
    """Judges the places of a regrade script by script; equal answers are scored once."""

    def __init__(self, sheet: Sheet, rules: Mapping[str, Rule | None], regrade_id: str, own: Mapping[tuple[str, str], MarkRow]) -> None:
        self._sheet, self._rules, self._regrade, self._own = sheet, rules, regrade_id, own
        self._known: dict[tuple[str, str], Judged] = {}
        self._reads = any(rule is not None and rule.needs_answers for rule in rules.values())

    def changes(self, session: Session, attempts: Sequence[str]) -> list[RegradeMarkRow]:
        """Return what would change of the attempts."""
        found = []
        answers: dict[str, delivery_reading.Submission] = {}
        for score in sorted(queries.scores_of(session, attempts), key=lambda row: (row.attempt, row.place)):
            if score.place not in self._rules:
                continue
            if self._reads and score.attempt not in answers:
                answers[score.attempt] = delivery_reading.get_submission(session, score.attempt)
                time.sleep(0)  # whoever else is served has a turn
            marks, full, reason = self._becomes(score, answers.get(score.attempt))
            if (marks, full) != (score.marks, score.max_marks):
                found.append(self._row(score, marks, full, reason))
        return found

    def _becomes(self, score: ScoreRow, answers: delivery_reading.Submission | None) -> tuple[Decimal | None, Decimal, dict[str, Any]]:
        rule = self._rules[score.place]
        if rule is None:
            own = self._own.get((score.attempt, score.place))
            reason = {**own.reason, "regrade": self._regrade, "copy_of": own.id} if own else {}
            return own.marks if own else None, self._sheet.questions[score.place].placed.marks, reason
        given = answers.answers.get(score.place) if answers and rule.needs_answers else None
        judged = self._known.get((score.place, repr(given)))
        if judged is None:
            judged = self._known[score.place, repr(given)] = self._sheet.judge_under(rule, score.place, answers)
        return judged.marks, judged.max_marks, judged.reason

    def _row(self, score: ScoreRow, marks: Decimal | None, full: Decimal, reason: dict[str, Any]) -> RegradeMarkRow:
        return RegradeMarkRow(
            regrade=self._regrade,
            attempt=score.attempt,
            place=score.place,
            before_marks=score.marks,
            before_max=score.max_marks,
            marks=marks,
            max_marks=full,
            reason=reason,
        )


def _keep(unit: Unit, row: RegradeRow, changed: Sequence[RegradeMarkRow], consequences: Consequences) -> None:
    regrade_queries.forget_marks(unit.session, row.id)
    unit.session.add_all(changed)
    unit.session.flush()
    kept = regrade_queries.marks_of(unit.session, row.id)
    row.digest = regrade.digest_of(unit.session, row, kept, consequences)
    row.preview = _document(unit.session, row, kept, consequences)
    row.state, row.previewed_at = "previewed", unit.now


def _document(session: Session, row: RegradeRow, changed: Sequence[RegradeMarkRow], consequences: Consequences) -> dict[str, Any]:
    """Return what a preview says: totals before and after, of all scripts that are complete, how many are not, and what follows."""
    after = regrade.totals_after(session, row.paper, changed)
    scripts = regrade_queries.scripts_of_paper(session, row.paper)
    pairs = [(script.marks, after.get(script.attempt, script.marks)) for script in scripts]
    differences = [b - a for a, b in pairs if a is not None and b is not None]
    fulls = {script.attempt: script.max_marks for script in scripts}
    for mark in changed:
        fulls[mark.attempt] += mark.max_marks - mark.before_max
    return {
        "scripts": len(scripts),
        "waiting": {"before": sum(a is None for a, _ in pairs), "after": sum(b is None for _, b in pairs)},
        "touched": len(after),
        "raised": sum(d > 0 for d in differences),
        "lowered": sum(d < 0 for d in differences),
        "max_marks": {"before": str(max(s.max_marks for s in scripts)), "after": str(max(fulls.values()))},
        "totals": {"before": _counts(a for a, _ in pairs), "after": _counts(b for _, b in pairs)},
        "consequences": consequences(session, row.paper, after),
    }


def _counts(found: Any) -> dict[str, int]:
    """Return how many have each total, totals as exact text from the lowest up."""
    counts = Counter(total for total in found if total is not None)
    return {str(total): counts[total] for total in sorted(counts)}
