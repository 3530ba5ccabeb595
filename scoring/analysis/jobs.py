"""Making analyses in the background: one at a time, read in small breaths, computed in a thread beside the serving."""

import time
from datetime import datetime

import structlog

from core.actor import SYSTEM
from core.aside import aside
from core.unit import Database
from scoring.analysis import asking, queries
from scoring.analysis.figures import figures
from scoring.analysis.gathering import gather
from scoring.asked import take_up
from scoring.gates import ToldOf

_BREATH = 0.001  # seconds

log = structlog.get_logger()


def make_asked(told_of: ToldOf, database: Database, now: datetime) -> int:
    """Make the analysis that was asked for first; return 1, or 0 when there was none to make.

    Several processes may do this at once.  An analysis whose maker has died is taken up again when its lease has run out; one that
    cannot be made is given up after three tries and stands as failed, with the figures of before.
    """
    with database.unit(SYSTEM, now) as unit:
        row = queries.lock_asked(unit.session, now)
        if row is None:
            return 0
        if not take_up(row, now):
            return 1
        paper, asked_at, within_rooms = row.paper, row.asked_at, row.within_rooms
    with database.reading() as session:
        standing = queries.standing(session, paper)
    try:
        sat = gather(database, paper, breathe)
        made = aside(figures, sat, within_rooms=within_rooms)
    except Exception:  # whatever a paper holds that cannot be computed must not stop the analyses of others
        log.exception("analysis failed", paper=paper)
        _set_free(database, paper, now)
        return 1
    with database.unit(SYSTEM, now) as unit:
        row = queries.find_analysis(unit.session, paper, lock=True)
        if row is not None:
            row.figures, row.standing, row.made_at, row.lease_until = made, standing, now, None
            if row.asked_at == asked_at:  # else it was asked anew meanwhile, and is made anew
                row.state = "made"
            if row.note:
                row.note = False
                unit.session.flush()
                asking.note(unit, paper, told_of)
    return 1


def _set_free(database: Database, paper: str, now: datetime) -> None:
    with database.unit(SYSTEM, now) as unit:
        row = queries.find_analysis(unit.session, paper, lock=True)
        if row is not None:
            row.lease_until = None


def breathe() -> None:
    """Let whatever else this process serves have its turn; a sleep of nothing would let no line be heard."""
    time.sleep(_BREATH)
