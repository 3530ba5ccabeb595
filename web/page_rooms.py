"""Which Socket.IO rooms a page is in, kept by page.

python-socketio keeps the pages by room alone, and looks through the rooms of everybody for a page that leaves: where a hall of thousands
loses its line at once, that holds the process for seconds.
"""

from collections import defaultdict
from typing import Any

from socketio import Manager, RedisManager

Page = tuple[str, str]
"""(namespace, sid)"""


class _ByPage(Manager):  # type: ignore[misc]  # python-socketio has no types
    """A manager that finds the rooms of a page without looking at any other page's."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._rooms_of: defaultdict[Page, set[str | None]] = defaultdict(set)

    def basic_enter_room(self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None) -> None:
        """Take the page into the room."""
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        self._rooms_of[namespace, sid].add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        """Take the page out of the room."""
        super().basic_leave_room(sid, namespace, room)
        self._rooms_of[namespace, sid].discard(room)

    def basic_disconnect(self, sid: str, namespace: str, **_named: Any) -> None:
        """Forget the page."""
        for room in self._rooms_of.pop((namespace, sid), ()):
            super().basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        """Return the rooms that the page is in."""
        return [room for room in self._rooms_of.get((namespace, sid), ()) if room is not None]


class Here(_ByPage):
    """The rooms of a process that serves alone."""


class Shared(_ByPage, RedisManager):  # type: ignore[misc]  # python-socketio has no types
    """The rooms of a process among several, which hand each other pushes through Redis."""
