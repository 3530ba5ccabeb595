"""The journal's partitions on PostgreSQL, one for each paper of a sitting; SQLite has one table.

A partition is made once its paper is planned, by the background work and in a transaction of its own: an empty table is made beside and
attached, for which PostgreSQL locks nothing that a running sitting's answers wait for but, for a moment, the partition of what has none of
its own.  An answer that comes before its paper has a partition is not lost: that one takes it, and then keeps the paper.
"""

from datetime import datetime

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from core.engine import WRITE
from core.unit import Database
from delivery.tables import OTHERS

PREFIX = "journal_of_"
PATIENCE_MS = 200  # for a lock: nobody's answers wait longer for this
_KEY = 7_164_202_612
"""PostgreSQL's advisory lock under which one process makes partitions."""

_WANTED = text(
    f"""
    SELECT paper FROM paper_keys
    WHERE to_regclass(quote_ident('{PREFIX}' || paper)) IS NULL AND NOT EXISTS (SELECT 1 FROM {OTHERS} o WHERE o.paper = paper_keys.paper)
    """  # noqa: S608 - made of constants
)

log = structlog.get_logger()


def make_partitions(database: Database, _now: datetime) -> int:
    """Make the partitions of planned papers that have none yet; return how many.  What finds no lock in time is left for the next turn."""
    if database.is_sqlite:
        return 0
    with database.reading() as session:
        wanted = session.scalars(_WANTED).all()
    return sum(_make(database, paper) for paper in wanted)


def _make(database: Database, paper: str) -> bool:
    try:
        with database.engine.execution_options(**{WRITE: True}).begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _KEY})
            if paper in connection.scalars(_WANTED).all():
                _attach(connection, paper)
    except OperationalError as error:
        log.warning("partition put off", paper=paper, error=str(error.orig))
        return False
    return True


def _attach(connection: Connection, paper: str) -> None:
    name = connection.dialect.identifier_preparer.quote(f"{PREFIX}{paper}")
    value = str(text(":paper").bindparams(paper=paper).compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    connection.exec_driver_sql(f"CREATE TABLE {name} (LIKE journal INCLUDING DEFAULTS INCLUDING INDEXES)")
    connection.exec_driver_sql(f"ALTER TABLE journal ATTACH PARTITION {name} FOR VALUES IN ({value})")
