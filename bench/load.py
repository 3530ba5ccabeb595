"""A light load generator: ten thousand Socket.IO connections on one core, flat out or paced.

A `Line` is one connection.  What is hot neither encodes nor decodes: payloads are JSON text already, and an acknowledgement is handed on as
the JSON text that it is, to a function, without a future or a task for it.  Whoever must know more reads it with `orjson`.

    line = await Line.connect(url, "/exam", {"ticket": ticket}, heard)
    line.ask(b"answer.put", payload, answered)   # answered(b'[{"ok":true,…}]')
    line.lost                                     # a future, done when the connection is gone
    line.hang_up()
"""

import asyncio
from collections.abc import Callable
from typing import Any, Self

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from socketio.packet import CONNECT, Packet

Answered = Callable[[bytes], None]
"""Takes an acknowledgement: the JSON array of what the handler returned."""

Heard = Callable[[bytes], None]
"""Takes an event of the server: the JSON array of its name and its payload."""

CONNECT_WAIT = 30.0  # seconds until the namespace must have let the connection in
_PING, _PONG = b"2", b"3"
_OPEN, _ENTERED, _LEFT, _EVENT, _ACK, _REFUSED = b"0", b"40", b"41", b"42", b"43", b"44"


class RefusedError(Exception):
    """The namespace did not let the connection in; says what the server wrote."""


def _ignore(_text: bytes) -> None:
    pass


class Line(WSListener):
    """One connection to one namespace."""

    def __init__(self, namespace: str, auth: Any, heard: Heard) -> None:
        self._space = b"" if namespace == "/" else namespace.encode() + b","
        self._greeting = b"4" + Packet(CONNECT, data=auth, namespace=namespace).encode().encode()
        self._heard = heard
        self._answers: dict[int, Answered] = {}
        self._next = 0
        self._transport: WSTransport | None = None
        loop = asyncio.get_running_loop()
        self.entered: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()

    @classmethod
    async def connect(cls, url: str, namespace: str = "/", auth: Any = None, heard: Heard = _ignore) -> Self:
        """Connect to a server's address (`http://…`) and enter the namespace.

        Raises:
            RefusedError: the namespace refused, or the server hung up.
            OSError, TimeoutError: there is no connection.
        """
        address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        line = cls(namespace, auth, heard)
        await ws_connect(lambda: line, address, enable_auto_pong=True, websocket_handshake_timeout=CONNECT_WAIT)
        try:
            await asyncio.wait_for(line.entered, CONNECT_WAIT)
        except BaseException:
            line.hang_up()
            raise
        return line

    def ask(self, event: bytes, payload: bytes, answered: Answered) -> None:
        """Send an event with one payload of JSON text; `answered` is called with the acknowledgement, unless the line is lost first.

        Raises:
            ConnectionResetError: the line is lost.
        """
        if self._transport is None or self.lost.done():
            raise ConnectionResetError("the line is lost")
        number = self._next
        self._next += 1
        self._answers[number] = answered
        self._transport.send(WSMsgType.TEXT, b'42%b%d["%b",%b]' % (self._space, number, event, payload))

    def hang_up(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.disconnect()

    def fall_silent(self) -> None:
        """Read nothing more, and so answer no ping either: to the server the other end of the line is gone without a goodbye."""
        if self._transport is not None and not self.lost.done():
            self._transport.underlying_transport.pause_reading()

    # --- what picows calls ----------------------------------------------------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep the transport; the server speaks first."""
        self._transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take one frame of the server."""
        text = frame.get_payload_as_bytes()
        kind = text[:2]
        if kind == _ACK:
            start = text.index(b"[")
            self._answers.pop(int(text[2 + len(self._space) : start]))(text[start:])
        elif text == _PING:
            transport.send(WSMsgType.TEXT, _PONG)
        elif kind == _EVENT:
            self._heard(text[2 + len(self._space) :])
        elif text[:1] == _OPEN:
            transport.send(WSMsgType.TEXT, self._greeting)
        elif kind == _ENTERED:
            self.entered.set_result(None)
        elif kind in (_REFUSED, _LEFT):
            self._refuse(text)

    def on_ws_disconnected(self, _transport: WSTransport) -> None:
        """Tell whoever waits that the line is lost."""
        self._answers.clear()
        self._refuse(b"disconnected")
        if not self.lost.done():
            self.lost.set_result(None)

    def _refuse(self, text: bytes) -> None:
        if not self.entered.done():
            self.entered.set_exception(RefusedError(text.decode()))
