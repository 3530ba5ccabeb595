"""The common start as one process rings it: every waiting page is told its key at once, and the attempts start in groups after it.

The key goes out from memory after one read; no candidate's first item waits for a write.  Who may start is asked for many at once, before
the key goes out and again at the start.  A page that the bell has missed starts by itself.  Pages whose room an invigilator starts wait
until the process sees that it was.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from core.actor import SYSTEM
from core.clock import Clock, iso
from core.unit import Database
from delivery import opening, queries, sealing
from delivery.gates import Admissions

TICK_S = 0.05
READ_AT_ONCE = 500
START_AT_ONCE = 100  # attempts in one transaction
LOOK = timedelta(seconds=0.5)  # between looks whether a room was started

Room = tuple[str, str]
"""(paper, room)"""

Tell = Callable[[str, str, dict[str, Any]], None]
"""(page, event, data)"""


class Bell:
    """The pages of one process that wait for their start."""

    def __init__(self, database: Database, clock: Clock, admissions: Admissions, tell: Tell) -> None:
        self._database = database
        self._clock = clock
        self._admissions = admissions
        self._tell = tell
        self._waiting: dict[datetime, dict[str, str]] = {}
        self._rooms: dict[Room, dict[str, str]] = {}
        self._looked_at: datetime | None = None

    def expect(self, page: str, attempt: str, starts_at: datetime) -> None:
        """Ring for a page at its start; a start that is past is the page's own affair."""
        if self._clock() < starts_at:
            self._waiting.setdefault(starts_at, {})[page] = attempt

    def expect_room(self, page: str, attempt: str, room: Room) -> None:
        """Ring for a page once its room was started."""
        self._rooms.setdefault(room, {})[page] = attempt

    def forget(self, page: str) -> None:
        """Ring no more for a page that has gone."""
        for pages in (*self._waiting.values(), *self._rooms.values()):
            pages.pop(page, None)

    def ring(self) -> None:
        """Tell the keys and start the attempts whose hour has come; costs nothing when there are none."""
        now = self._clock()
        if self._rooms and (self._looked_at is None or now - self._looked_at >= LOOK):
            self._looked_at = now
            self._look_at_rooms(now)
        for starts_at in [instant for instant in self._waiting if instant <= now]:
            pages = self._waiting.pop(starts_at)
            for group in _groups(list(pages.items()), READ_AT_ONCE):
                self._tell_keys(dict(group), now)
            for group in _groups(list(pages.items()), START_AT_ONCE):
                with self._database.unit(SYSTEM, now) as unit:
                    opening.start_together(unit, [attempt for _page, attempt in group], self._admissions)

    def _look_at_rooms(self, now: datetime) -> None:
        with self._database.reading() as session:
            started = queries.room_starts(session, {paper for paper, _room in self._rooms})
            begun = {room: started[room].starts_at for room in self._rooms if room in started}
            numbers = queries.event_numbers(session, {attempt for room in begun for attempt in self._rooms[room].values()})
        for room, starts_at in begun.items():
            pages = self._rooms.pop(room)
            self._waiting.setdefault(starts_at, {}).update(pages)
            for page, attempt in pages.items():
                told = {"n": numbers[attempt], "server_time": iso(now), "starts_at": iso(starts_at)}
                self._tell(page, "room.started", told)

    def _tell_keys(self, pages: dict[str, str], now: datetime) -> None:
        with self._database.reading() as session:
            rows = {row.id: row for row in queries.to_start(session, set(pages.values()), now)}
            admitted = self._admissions(session, list(rows))
            secrets = {paper: queries.find_secret(session, paper) for paper in {row.paper for row in rows.values()}}
        for page, attempt in pages.items():
            row = rows.get(attempt)
            secret = secrets[row.paper] if row else None
            if row and secret and admitted[attempt].allowed and sealing.is_due(row, now):
                key = b64encode(sealing.paper_key(secret, attempt)).decode()
                self._tell(page, "paper.key", {"n": row.event_n, "server_time": iso(now), "key": key})


def _groups(pages: Sequence[tuple[str, str]], size: int) -> Iterator[Sequence[tuple[str, str]]]:
    rest = iter(pages)
    while group := list(islice(rest, size)):
        yield group
