"""Making comparisons in the background: one at a time, read in small breaths, computed in a thread beside the serving."""

from datetime import datetime
from typing import Any

import numpy as np
import structlog

from core.actor import SYSTEM
from core.aside import aside
from core.unit import Database
from scoring.analysis.gathering import gather
from scoring.analysis.jobs import breathe
from scoring.analysis.sat import Sat
from scoring.asked import take_up
from scoring.gates import GroupsOf
from scoring.studies import asking, fairness, groups, linking, queries
from scoring.tables import StudyRow

log = structlog.get_logger()


def make_asked(groups_of: GroupsOf, database: Database, now: datetime) -> int:
    """Make the comparison that was asked for first; return 1, or 0 when there was none to make.

    Several processes may do this at once.  One whose maker has died is taken up again when its lease has run out; one that cannot be
    made is given up after three tries and stands as failed.
    """
    with database.unit(SYSTEM, now) as unit:
        row = queries.lock_asked(unit.session, now)
        if row is None:
            return 0
        if not take_up(row, now):
            return 1
        study, kind = row.id, row.kind
        standing = asking.standing(unit.session, row)
    try:
        made = _fairness(database, study, groups_of) if kind == "dif" else _linking(database, study)
    except Exception:  # whatever a paper holds that cannot be computed must not stop the comparisons of others
        log.exception("comparison failed", study=study)
        with database.unit(SYSTEM, now) as unit:
            queries.get_study(unit.session, study, lock=True).lease_until = None
        return 1
    with database.unit(SYSTEM, now) as unit:
        row = queries.get_study(unit.session, study, lock=True)
        row.figures, row.standing, row.made_at, row.lease_until, row.state = made, standing, now, None, "made"
    return 1


def _question(database: Database, study: str) -> StudyRow:
    with database.reading() as session:
        row = queries.get_study(session, study)
        session.expunge(row)
        return row


def _sat(database: Database, paper: str) -> tuple[Sat, int]:
    """Return the scripts of the form that most people had, and how many scripts of other forms are left aside."""
    whole = gather(database, paper, breathe)
    sat = aside(whole.main_form)
    return sat, whole.persons - sat.persons


def _fairness(database: Database, study: str, groups_of: GroupsOf) -> dict[str, Any]:
    row = _question(database, study)
    by, focal, reference = (row.question[name] for name in ("by", "focal", "reference"))
    if by == groups.FILE:
        group_of = row.question["groups"]
    else:
        with database.reading() as session:
            group_of = groups.known(session, row.paper, groups_of).get(by, {})
    sat, skipped = _sat(database, row.paper)
    told = [group_of.get(attempt) for attempt in sat.attempts]
    rows = [n for n, group in enumerate(told) if group is not None and (group in (focal, reference) or reference is None)]
    is_focal = np.array([told[n] == focal for n in rows], np.bool_)
    return aside(fairness.figures, sat.only(rows), is_focal) | {"skipped": skipped}


def _linking(database: Database, study: str) -> dict[str, Any]:
    row = _question(database, study)
    assert row.other is not None
    (x, skipped_x), (y, skipped_y) = (_sat(database, paper) for paper in (row.paper, row.other))
    return aside(linking.figures, x, y, linking.Wish(**row.question)) | {"skipped": skipped_x + skipped_y}
