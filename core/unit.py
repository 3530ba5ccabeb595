"""The unit of work: one transaction with who acts, at which instant, and what follows its commit.

Every command of the house takes a `Unit` first.  Whatever it changes, audits and announces is committed together or not at all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, insert
from sqlalchemy.orm import Session

from core.actor import Actor
from core.base import Base
from core.engine import WRITE, make_engine, write_lock

Listeners = Mapping[str, tuple[str, ...]]
"""Fact name → names of the listeners that are owed it."""

Row = dict[str, Any]
"""A row to be: column → value, for every column that has no default."""

Write = Callable[[Connection, Sequence[Row]], object]
"""(connection, rows): write rows of one kind by one statement or a few, however many they are."""


@cache
def into(table: type[Base]) -> Write:
    """Return what inserts rows into a table."""
    statement = insert(table.__table__)  # type: ignore[arg-type]  # a mapped table is a Table
    return lambda connection, rows: connection.execute(statement, rows)


class _WritingSession(Session):
    """A session that flushes what was gathered behind its objects: before it reads again, and at the commit."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.gathered: dict[Write, list[Row]] = {}

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        super().flush(objects)
        while self.gathered:
            write = next(iter(self.gathered))
            write(self.connection(), self.gathered.pop(write))


class Unit:
    """One writing transaction: its session, its actor, its instant."""

    def __init__(self, session: _WritingSession, actor: Actor, now: datetime, listeners: Listeners) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.listeners = listeners
        self._after: list[Callable[[], None]] = []

    def gather(self, write: Write, row: Row) -> None:
        """Hand `row` to `write` together with all others that were gathered for it, before the session reads again or commits."""
        self.session.gathered.setdefault(write, []).append(row)

    def on_commit(self, act: Callable[[], None]) -> None:
        """Do `act` once the transaction is durable; never if it rolls back."""
        self._after.append(act)

    def run_after_commit(self) -> None:
        """Do what was put off until the commit, in order."""
        for act in self._after:
            act()


class Database:
    """The door to the database: reading sessions and units of work."""

    def __init__(self, url: str, listeners: Listeners | None = None, pool_size: int = 20) -> None:
        self.engine: Engine = make_engine(url, pool_size)
        self.listeners: Listeners = listeners or {}

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads; what it did is rolled back at its end."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def unit(self, actor: Actor, now: datetime) -> Iterator[Unit]:
        """Open a unit of work: commit at the end of the block, roll back on any exception.  Units do not nest."""
        with write_lock if self.is_sqlite else nullcontext():
            engine = self.engine.execution_options(**{WRITE: True})
            with _WritingSession(engine) as session:
                unit = Unit(session, actor, now, self.listeners)
                yield unit
                session.flush()
                session.commit()
        unit.run_after_commit()
