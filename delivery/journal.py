"""The journal: every answer is appended, and acknowledged once the group commit that holds it is durable.

Durability: on PostgreSQL a commit with `synchronous_commit` on, on SQLite a WAL commit with `synchronous=FULL`: an acknowledged answer
survives the death of the process and of the machine, as far as the disk keeps what it has confirmed.

One `Journal` a process.  Whoever hands in a `Save` goes on at once; the flusher settles it.  The queue is bounded: what does not fit is
refused with `core.busy`, and its page sends it again.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from core.actor import SYSTEM
from core.clock import Clock
from core.errors import BUSY, UNEXPECTED, ExamError
from core.unit import Database
from delivery.group import write_group
from delivery.saves import Heads, Save

CAPACITY = 20_000  # answers that may wait in one process
PER_ATTEMPT = 500  # of them from one attempt
KNOWN_HEADS = 50_000  # attempts whose journal's end a process remembers
RETRY_AFTER_S = 2

log = structlog.get_logger()


class Journal:
    """The way into the journal, for one process."""

    def __init__(self, database: Database, clock: Clock, window_ms: int, group_max: int, capacity: int = CAPACITY) -> None:
        self._database = database
        self._clock = clock
        self._window = window_ms / 1000
        self._group_max = group_max
        self._capacity = capacity
        self._queue: deque[Save] = deque()
        self._waiting: Counter[str] = Counter()
        self._heads: Heads = {}
        self._flushing = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._flusher: threading.Thread | None = None

    def put(self, save: Save) -> None:
        """Queue an answer and return at once; it is settled when its group is durable, or has failed.

        Raises:
            ExamError: `core.busy` when too many wait already.
        """
        if len(self._queue) >= self._capacity or self._waiting[save.attempt] >= PER_ATTEMPT:
            raise BUSY(retry_after_s=RETRY_AFTER_S)
        self._waiting[save.attempt] += 1
        self._queue.append(save)
        if not self._wake.is_set():
            self._wake.set()

    def drain(self, attempt: str) -> None:
        """Return once nothing of the attempt waits in this process."""
        if attempt in self._waiting:
            self.flush()

    def flush(self) -> None:
        """Write everything that waits now, in groups, in the caller's thread."""
        with self._flushing:
            while self._queue:
                self._write_next()

    def start(self) -> None:
        """Start the flusher, a greenlet where threading is patched; once."""
        if self._flusher:
            return
        self._flusher = threading.Thread(target=self._run, name="journal", daemon=True)
        self._flusher.start()

    def stop(self) -> None:
        """Write what waits and stop the flusher."""
        self._stopping = True
        self._wake.set()
        if self._flusher:
            self._flusher.join()
        self.flush()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait()
            self._wake.clear()
            while self._queue:
                if len(self._queue) < self._group_max:
                    time.sleep(self._window)  # company makes one commit serve many
                with self._flushing:
                    self._write_next()

    def _write_next(self) -> None:
        saves = [self._queue.popleft() for _ in range(min(len(self._queue), self._group_max))]
        if not saves:
            return
        if len(self._heads) > KNOWN_HEADS:
            self._heads.clear()
        self._commit(saves)
        for save in saves:
            self._waiting[save.attempt] -= 1
            if not self._waiting[save.attempt]:
                del self._waiting[save.attempt]
            try:
                save.settle(save)
            except Exception:  # one page's trouble must not stop the others' acknowledgements
                log.exception("settling failed", attempt=save.attempt)

    def _commit(self, saves: Sequence[Save], tries: int = 3) -> None:
        """Write a group; what stands in the way of one attempt fails that attempt alone, a broken database fails the group."""
        try:
            with self._database.unit(SYSTEM, self._clock()) as unit:
                write_group(unit, saves, self._heads)
        except (IntegrityError, DataError) as error:
            self._forget(saves)
            if len(saves) > 1:
                middle = len(saves) // 2
                self._commit(saves[:middle])
                self._commit(saves[middle:])
            elif tries > 1:
                self._commit(saves, tries - 1)
            else:
                self._fail(saves, BUSY(retry_after_s=RETRY_AFTER_S), error)
        except SQLAlchemyError as error:
            self._fail(saves, BUSY(retry_after_s=RETRY_AFTER_S), error)
        except Exception as error:  # a mistake of ours must not silence the flusher
            self._fail(saves, UNEXPECTED(), error)

    def _fail(self, saves: Sequence[Save], outcome: ExamError, error: Exception) -> None:
        self._forget(saves)
        log.error("group failed", saves=len(saves), error=repr(error))
        for save in saves:
            save.outcome = outcome

    def _forget(self, saves: Sequence[Save]) -> None:
        for save in saves:
            self._heads.pop(save.attempt, None)
