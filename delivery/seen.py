"""Deadlines that candidates have seen: what many pages acknowledge at one moment, as after a common start, is written together."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from core import audit
from core.actor import SYSTEM
from core.clock import Clock
from core.errors import BUSY, UNEXPECTED, ExamError
from core.unit import Database, Unit
from delivery import queries
from delivery.errors import NO_SUCH_DEADLINE
from delivery.moving import subject

COMPANY_S = 0.05  # seconds that an acknowledgement waits for others
AT_ONCE = 100  # in one transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Seen:
    """A candidate has seen the deadline of `version`; `settle` is told None once that is durable, or why it is not taken."""

    candidate: str
    attempt: str
    version: int
    settle: Callable[[ExamError | None], None]


def acknowledge(unit: Unit, seen: Sequence[Seen]) -> dict[Seen, ExamError | None]:
    """Note what was seen; return how each was taken, without those whose attempt somebody else is at work on.

    A version that the attempt has never had is refused with `delivery.no_such_deadline`.
    """
    rows = {row.id: row for row in queries.lock_free(unit, {one.attempt for one in seen})}
    taken: dict[Seen, ExamError | None] = {}
    for one in seen:
        row = rows.get(one.attempt)
        if row is None:
            continue
        known = 1 <= one.version <= row.deadline_version
        taken[one] = None if known else NO_SUCH_DEADLINE(version=one.version)
        if known and row.deadline_acked < one.version:
            row.deadline_acked = one.version
            audit.record_of(unit, one.candidate, "delivery.deadline.acknowledged", subject(row.id), version=one.version)
    return taken


class Notes:
    """The acknowledgements that wait to be written, in one process."""

    def __init__(self, database: Database, clock: Clock, begin: Callable[[Callable[[], None]], object]) -> None:
        """Write in the background task that `begin` starts whenever there is something to write."""
        self._database = database
        self._clock = clock
        self._begin = begin
        self._waiting: list[Seen] = []
        self._writing = False

    def put(self, seen: Seen) -> None:
        """Have it written soon, and return at once."""
        self._waiting.append(seen)
        if not self._writing:
            self._writing = True
            self._begin(self._write)

    def _write(self) -> None:
        try:
            while self._waiting:
                time.sleep(COMPANY_S)
                self.write_next()
        finally:
            self._writing = False

    def write_next(self) -> None:
        """Write a group of what waits; what finds its attempt locked waits on, behind the others."""
        group, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        taken: dict[Seen, ExamError | None]
        try:
            with self._database.unit(SYSTEM, self._clock()) as unit:
                taken = acknowledge(unit, group)
        except Exception as trouble:  # a mistake of ours must not leave pages without an answer
            log.exception("acknowledging failed", pages=len(group))
            taken = dict.fromkeys(group, BUSY() if isinstance(trouble, SQLAlchemyError) else UNEXPECTED())
        self._waiting += [one for one in group if one not in taken]
        for one, error in taken.items():
            try:
                one.settle(error)
            except Exception:  # one page's trouble must not stop the others' answers
                log.exception("settling failed", attempt=one.attempt)
