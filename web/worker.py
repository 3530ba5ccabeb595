"""The background work: facts to their listeners, deadlines, outbound events; in the web process or in one of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event, Thread

import structlog
from sqlalchemy.exc import SQLAlchemyError

from core import outbox
from core.clock import Clock
from core.outbox import Handler
from core.unit import Database
from web.wiring import Job

IDLE = 0.25  # seconds until it looks for facts again when there were none
TROUBLED = 2.0  # seconds to wait when the database does not answer
GRACE = 1.0  # seconds that a job is given at the end

log = structlog.get_logger()


@dataclass(frozen=True)
class Worker:
    """One worker; several may run at once, on leases."""

    database: Database
    clock: Clock
    handlers: Mapping[str, Handler]
    jobs: Sequence[Job]
    sign_of_life: Path | None = None

    def turn(self) -> int:
        """Do what is due now; return how many pieces of work were done."""
        return self._hand_out() + sum(self._do(job) for job in self.jobs)

    def finish(self, most: int = 1000) -> int:
        """Do what is due, and what follows from it, until nothing is left; return how many pieces were done."""
        total = 0
        for _ in range(most):
            done = self.turn()
            if not done:
                break
            total += done
        return total

    def run(self, stop: Event) -> None:
        """Work until told to stop: each job by itself, so that one that waits for somebody outside holds up nothing."""
        beside = [Thread(target=self._keep_on, args=(partial(self._do, job), job.rest, stop), daemon=True) for job in self.jobs]
        for thread in beside:
            thread.start()
        self._keep_on(self._hand_out, IDLE, stop)
        for thread in beside:
            thread.join(GRACE)

    def _keep_on(self, work: Callable[[], int], rest: float, stop: Event) -> None:
        while not stop.is_set():
            try:
                done = work()
            except SQLAlchemyError:
                log.exception("worker cannot reach the database")
                stop.wait(TROUBLED)
                continue
            if not done:
                stop.wait(rest)

    def _hand_out(self) -> int:
        done = outbox.hand_out(self.database, self.handlers, self.clock())
        if self.sign_of_life:
            self.sign_of_life.touch()
        return done

    def _do(self, job: Job) -> int:
        try:
            return job.work(self.database, self.clock())
        except SQLAlchemyError:
            raise
        except Exception:  # one failing job must not keep the others from their work
            log.exception("job failed")
            return 0
