"""Background work: the clock's decisions for attempts whose page says nothing."""

from datetime import datetime, timedelta

from core.actor import SYSTEM
from core.unit import Database
from delivery import queries, sealing
from delivery.gates import PaperSource
from delivery.papers import Shelf
from delivery.submitting import keep_time

BATCH = 100  # attempts in one transaction
SEAL_AHEAD = timedelta(hours=48)  # before the last moment to start
SEAL_BATCH = 10  # papers built in one transaction: building holds the process


def sweep_deadlines(database: Database, now: datetime) -> int:
    """Do what the clock has decided by `now`; return how many attempts moved.  Several processes may sweep at once."""
    moved = 0
    while True:
        with database.unit(SYSTEM, now) as unit:
            rows = queries.lock_due(unit, now, BATCH)
            for row in rows:
                keep_time(unit, row)
        moved += len(rows)
        if len(rows) < BATCH:
            return moved


def seal_papers(papers: PaperSource, database: Database, now: datetime) -> int:
    """Seal some of the papers that will be sat soon; return how many.  Several processes may seal at once."""
    with database.reading() as session:
        waiting = queries.unsealed(session, now + SEAL_AHEAD, SEAL_BATCH)
    if waiting:
        shelf = Shelf(papers)
        with database.unit(SYSTEM, now) as unit:
            for attempt in waiting:
                row = queries.get_attempt(unit.session, attempt)
                sealing.seal(unit, row, shelf.get(unit.session, row.form))
    return len(waiting)


def drop_old_seals(database: Database, now: datetime) -> int:
    """Forget sealed papers of attempts that are over; return how many."""
    with database.reading() as session:
        old = queries.old_seals(session, BATCH)
    if old:
        with database.unit(SYSTEM, now) as unit:
            queries.drop_seals(unit.session, old)
    return len(old)
