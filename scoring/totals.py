"""Totals: what the marks of one attempt add up to, and the moment they are all there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from core import outbox
from core.unit import Unit
from scoring import queries, regrade_queries
from scoring.facts import SCORED
from scoring.tables import ScoreRow, ScriptRow

Row = TypeVar("Row")


def complete_if_marked(unit: Unit, attempt: str) -> bool:
    """When no place of the attempt is without a mark any more, fix its total and announce it; say whether that is so."""
    script = queries.find_script(unit.session, attempt, lock=True)
    if script is None or script.state == "marked" or queries.open_places(unit.session, attempt):
        return False
    _fix(unit, script, queries.scores_of(unit.session, [attempt]), unit.now)
    return True


def _fix(unit: Unit, script: ScriptRow, scores: Sequence[ScoreRow], marked_at: datetime) -> None:
    script.state = "marked"
    script.marked_at = marked_at
    script.marks = sum((row.marks for row in scores if row.marks is not None), Decimal(0))
    script.max_marks = sum((row.max_marks for row in scores), Decimal(0))
    outbox.announce(
        unit,
        SCORED,
        f"attempt/{script.attempt}",
        {
            "attempt": script.attempt,
            "paper": script.paper,
            "form": script.form,
            "marks": str(script.marks),
            "max_marks": str(script.max_marks),
        },
    )


def add_up_anew(unit: Unit, scripts: Iterable[ScriptRow], breathe: Callable[[], None]) -> None:
    """Add up scripts, whose rows are locked, of which marks have changed; announce those that are complete, also when they were before.

    A script is marked since the last of the marks that count was given: what is taken back leaves no trace in that.
    `breathe` is called between batches, so that whoever else is served has a turn.
    """
    for batch in batched(scripts):
        scores: dict[str, list[ScoreRow]] = {script.attempt: [] for script in batch}
        for row in queries.scores_of(unit.session, list(scores)):
            scores[row.attempt].append(row)
        given = regrade_queries.last_given(unit.session, list(scores))
        for script in batch:
            if any(row.marks is None for row in scores[script.attempt]):
                script.state, script.marks, script.marked_at = "in_marking", None, None
                script.max_marks = sum((row.max_marks for row in scores[script.attempt]), Decimal(0))
            else:
                _fix(unit, script, scores[script.attempt], given[script.attempt])
        breathe()


def batched(rows: Iterable[Row], size: int = 200) -> Iterator[list[Row]]:
    """Yield rows in lists of at most `size`."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def reopen(unit: Unit, attempt: str) -> None:
    """Take back that an attempt is marked, since the mark of one of its parts is about to change."""
    script = queries.find_script(unit.session, attempt, lock=True)
    if script is not None and script.state == "marked":
        script.state, script.marks, script.marked_at = "in_marking", None, None
