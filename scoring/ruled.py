"""The rules of committed regrades: which are in force for a paper, and what a place stands at under them."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from core.unit import Unit
from scoring import queries, regrade_queries
from scoring.changes import Change, Rule, rules
from scoring.judging import Judged
from scoring.tables import MarkRow, RegradeRow, ScoreRow


def hold(session: Session, paper: str) -> dict[str, Rule]:
    """Return the rules in force for a paper, which do not change until the end of the transaction."""
    regrade_queries.lock_paper(session, paper)
    return in_force(session, paper)


def in_force(session: Session, paper: str) -> dict[str, Rule]:
    """Return the rule of each place of a paper that has one."""
    return rules_of(regrade_queries.committed(session, paper))


def rules_of(regrades: Iterable[RegradeRow]) -> dict[str, Rule]:
    """Return the rule of each place under regrades in their order."""
    return rules((row.id, changes_of(row)) for row in regrades)


def changes_of(row: RegradeRow) -> list[Change]:
    """Return the changes of a regrade."""
    return [Change.model_validate(change) for change in row.changes]


def let_stand(unit: Unit, attempt: str, judged: Sequence[Judged], counting: Mapping[str, Judged]) -> None:
    """Let what the rules say count at the places of an attempt that have one, and what machine or markers said at all others."""
    full = {row.place: row.max_marks for row in judged}
    for score in queries.scores_of(unit.session, [attempt]):
        rule = counting.get(score.place)
        if rule is not None and (rule.marks, rule.max_marks) != (score.marks, score.max_marks):
            _count(unit, score, rule)
        elif rule is None and score.mark_id != score.own_mark_id:
            own = unit.session.get(MarkRow, score.own_mark_id) if score.own_mark_id else None
            score.marks, score.mark_id, score.max_marks = own.marks if own else None, score.own_mark_id, full[score.place]
    unit.session.flush()


def let_own_stand(unit: Unit, paper: str, attempt: str, place: str, mark: MarkRow | None) -> None:
    """Let a mark that markers came to be the own one of a written answer (None: they have none any more).

    It counts, unless a regrade gives or takes marks there whatever was written.
    """
    queries.set_own_mark(unit.session, attempt, place, mark)
    if place not in in_force(unit.session, paper):
        queries.set_score(unit.session, attempt, place, mark)


def _count(unit: Unit, score: ScoreRow, rule: Judged) -> None:
    assert rule.marks is not None
    mark = MarkRow(
        attempt=score.attempt,
        place=score.place,
        marks=rule.marks,
        max_marks=rule.max_marks,
        marker=rule.reason["regrade"],
        reason=rule.reason,
        at=unit.now,
    )
    unit.session.add(mark)
    unit.session.flush()
    score.marks, score.max_marks, score.mark_id = mark.marks, mark.max_marks, mark.id
