"""Signs of life: every connected page is asked for one at its interval, by one greenlet for all.

Engine.IO starts a greenlet for every ping, which sleeps until it is due.  Ten thousand pages renew ten thousand of them in every interval,
and the collector walks all of them and what hangs on them: pauses of a fifth of a second, in which nobody's answer is acknowledged.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Any

import gevent
import structlog
from engineio import packet
from engineio.socket import Socket
from socketio import Server

TICK = 0.05  # seconds between looks at who is due

log = structlog.get_logger()


class Pings:
    """The pages of a server by when they are to be asked; the interval is the same for all, so that who comes later is due later."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._due: deque[tuple[float, Socket]] = deque()
        self._asking: gevent.Greenlet | None = None

    def expect(self, page: Socket, now: float) -> None:
        """Ask the page after the interval; `now` in seconds of the monotonic clock."""
        self._due.append((now + self._every, page))
        if self._asking is None:  # not before the first page: a process that only forks those that serve has none
            self._asking = gevent.spawn(self._run)

    def ask(self, now: float) -> None:
        """Ask every page that is due and still there."""
        while self._due and self._due[0][0] <= now:
            _, page = self._due.popleft()
            if not page.closing and not page.closed:
                page.last_ping = time.time()
                page.send(packet.Packet(packet.PING))

    def _run(self) -> None:
        while True:
            gevent.sleep(TICK)
            try:
                self.ask(time.monotonic())
            except Exception:  # one page's trouble must not leave all others unasked
                log.exception("ping failed")


def ask_together(server: Server, every: float) -> None:
    """Let one greenlet ask all pages of the server, in place of one for each."""
    pings = Pings(every)
    start = server.eio.start_background_task

    def start_or_expect(target: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        if getattr(target, "__func__", None) is Socket._send_ping:
            return pings.expect(target.__self__, time.monotonic())  # type: ignore[attr-defined]  # a method of the page
        return start(target, *arguments, **named)

    server.eio.start_background_task = start_or_expect
