"""A candidate's websocket, frame by frame: whoever holds it sees at once that it was cut."""

import json
from collections.abc import Callable
from typing import Any

import websocket

from delivery.gateway import NAMESPACE
from tests.make.people import PATIENCE


class Line:
    """One connection, not yet in the namespace."""

    def __init__(self, url: str) -> None:
        address = f"ws{url[4:]}/socket.io/?EIO=4&transport=websocket"
        self._socket = self._or_cut(websocket.create_connection, address, timeout=PATIENCE)
        self._asked = 0
        assert self.hear().startswith("0")

    def say(self, frame: str) -> None:
        """Send one frame.

        Raises:
            OSError: when the line is cut.
        """
        self._or_cut(self._socket.send, frame)

    def hear(self) -> str:
        """Return the next frame; the other side's signs of life are answered and passed over.

        Raises:
            OSError: when the line is cut.
        """
        while (frame := str(self._or_cut(self._socket.recv))) == "2":
            self.say("3")
        return frame

    @staticmethod
    def _or_cut(act: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        try:
            return act(*arguments, **options)
        except websocket.WebSocketException as error:
            raise ConnectionError(str(error)) from error

    def enter(self, ticket: Any) -> str:
        """Ask to be let in; return the code of the refusal, or nothing."""
        self.say(f"40{NAMESPACE},{json.dumps({'ticket': ticket})}")
        frame = self.hear()
        if frame.startswith(f"40{NAMESPACE},"):
            return ""
        assert frame.startswith(f"44{NAMESPACE},"), frame
        return str(json.loads(frame.partition(",")[2])["data"]["error"]["code"])

    def welcome(self) -> dict[str, Any]:
        """Return the first event, which is the welcome."""
        name, data = json.loads(self.hear().removeprefix(f"42{NAMESPACE},"))
        assert name == "welcome"
        return dict(data)

    def ask(self, event: str, payload: Any) -> dict[str, Any]:
        """Send a message and return its acknowledgement; events that come between are passed over."""
        self._asked += 1
        self.say(f"42{NAMESPACE},{self._asked}{json.dumps([event, payload])}")
        mine = f"43{NAMESPACE},{self._asked}["
        while not (frame := self.hear()).startswith(mine):
            assert frame.startswith("42"), frame
        return dict(json.loads(frame[len(mine) - 1 :])[0])
