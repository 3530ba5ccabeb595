"""How a paper is marked: its scheme and quality rules, set by the chief marker; and its marking stopped and resumed."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from core import audit
from core.errors import NOT_FOUND
from core.unit import Unit
from scoring import queries, settling
from scoring.adjudication import Scheme
from scoring.drift import Quality
from scoring.errors import SCHEME_FIXED
from scoring.tables import PaperMarkingRow


class Setup(BaseModel):
    """The set-up of a paper's marking; without any, one reading decides and nobody is watched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scheme: Scheme = Scheme()
    quality: Quality = Quality()


def setup_of(row: PaperMarkingRow) -> Setup:
    """Return the set-up that is kept with a paper."""
    return Setup.model_validate(row.setup)


def get_paper(session: Session, paper: str, *, lock: bool = False) -> PaperMarkingRow:
    """Return how a paper is marked.

    Raises:
        ExamError: `core.not_found` before its first written answer.
    """
    row = queries.find_paper(session, paper, lock=lock)
    if row is None:
        raise NOT_FOUND()
    return row


def change(unit: Unit, paper: str, setup: Setup) -> Setup:
    """Set how a paper is marked; the scheme only until the first mark by hand, so that all its scripts are marked alike.

    Return the set-up before.

    Raises:
        ExamError: `core.not_found`, or `scoring.scheme_fixed`.
    """
    row = get_paper(unit.session, paper, lock=True)
    before = setup_of(row)
    new_scheme = setup.scheme != before.scheme
    if new_scheme and queries.has_readings(unit.session, paper):
        raise SCHEME_FIXED()
    row.setup = setup.model_dump(mode="json")
    audit.record(unit, "scoring.setup.changed", f"paper/{paper}", before=before.model_dump(mode="json"), after=row.setup)
    if new_scheme:
        for part in queries.lock_parts(unit.session, queries.parts_of_paper(unit.session, paper)):
            settling.settle(unit, part, setup.scheme)
    return before


def stop(unit: Unit, paper: str, reason: str) -> None:
    """Stop the marking of a paper: nothing more is handed out and no mark is taken; drafts and holds stay.

    Raises:
        ExamError: `core.not_found`.
    """
    row = get_paper(unit.session, paper, lock=True)
    row.stopped_at, row.stopped_by, row.stop_reason = unit.now, unit.actor.account, reason
    audit.record(unit, "scoring.marking.stopped", f"paper/{paper}", reason=reason)


def resume(unit: Unit, paper: str, reason: str) -> None:
    """Resume the marking of a paper.

    Raises:
        ExamError: `core.not_found`.
    """
    row = get_paper(unit.session, paper, lock=True)
    row.stopped_at = row.stopped_by = row.stop_reason = None
    audit.record(unit, "scoring.marking.resumed", f"paper/{paper}", reason=reason)
