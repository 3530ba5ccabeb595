"""The database engine on SQLite and PostgreSQL, with one way to begin a transaction on each.

SQLite has one writer.  Within this process its write transactions queue on one cooperative lock; another process's lock is met by short
`BEGIN IMMEDIATE` retries that yield, never by SQLite's own busy handler, which would sleep in C and freeze every greenlet.
"""

import random
import sqlite3
import threading
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

WRITE = "kaochang_write"
"""Execution option that marks a transaction as a writing one."""

LOCK_PATIENCE = 30.0  # seconds to wait for another process's write transaction
_RETRY = (0.002, 0.02)  # seconds between two tries, drawn at random


def make_engine(url: str, pool_size: int = 20) -> Engine:
    """Return an engine for `sqlite:///…` or `postgresql+psycopg://…`."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, pool_size)
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC -c idle_in_transaction_session_timeout=60000"},
    )


def _sqlite(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"timeout": 0, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=0"):
            _patiently(connection.execute, f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITE):
            _patiently(connection.exec_driver_sql, "BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _patiently(execute: Any, statement: str) -> None:
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            execute(statement)
        except (OperationalError, sqlite3.OperationalError) as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(*_RETRY))  # noqa: S311 - jitter, not a secret
        else:
            return


write_lock = threading.Lock()
"""Held by the one writing transaction of this process on SQLite; a cooperative lock once gevent has patched threading."""
