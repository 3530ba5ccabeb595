"""How long this machine keeps a process waiting that wants to run: what a figure of milliseconds is worth."""

import time
from threading import Event, Thread
from typing import Self

TICK = 0.005  # seconds


class Lag:
    """A thread that wants to run every few milliseconds, and notes by how many milliseconds it came late at the worst."""

    def __init__(self) -> None:
        self.worst_ms = 0.0
        self._over = Event()
        self._thread = Thread(target=self._run)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        due = time.monotonic() + TICK
        while not self._over.wait(max(0.0, due - time.monotonic())):
            self.worst_ms = max(self.worst_ms, (time.monotonic() - due) * 1000)
            due = time.monotonic() + TICK
