"""The wire of one page: Engine.IO's web socket under gevent, in one greenlet, written to by whoever has something to say.

Engine.IO's own way has three greenlets a connection (one reads, one takes, one writes what waits in a queue) and frames of wsproto.  Here
the request's greenlet reads and takes, and the queue of a connection is the connection: what is put into it is sent at once, without ever
waiting, for the sender has thousands of others to serve.  What a slow network does not take is held back, up to a limit.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import gevent
import structlog
from engineio import exceptions, packet
from gevent.socket import SHUT_RDWR, socket

from web.frames import BrokenError, Close, Kind, Reader, accept_key, frame

CHUNK = 16_384  # bytes read at once
MOST_HELD = 2_000_000  # bytes held back for a page that does not read, before it is let go
PATIENCE = 20.0  # seconds that such a page may take nothing at all

log = structlog.get_logger()


class Wire:
    """What engine.io makes for each connection, as its `websocket`."""

    def __init__(self, handler: Callable[[Any], Any], server: Any) -> None:
        self._page = handler.__self__  # type: ignore[attr-defined]  # the handler is a method of engine.io's socket
        self._reader = Reader(server.max_http_buffer_size)
        self._held = bytearray()
        self._closing = False
        self._socket: socket

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Speak with the page until one side ends it."""
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY")
        if not key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
            start_response("426 Upgrade Required", [("Sec-WebSocket-Version", "13"), ("Content-Length", "0")])
            return []
        self._socket = _socket_of(environ)
        self._write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept_key(key).encode()
        )
        page = self._page
        waiting, page.queue = page.queue, self
        while not waiting.empty():
            self.put(waiting.get())
        page.connected = page.upgraded = True
        try:
            self._listen()
        finally:
            page.close(wait=False, abort=True, reason=page.server.reason.TRANSPORT_CLOSE)
            self._end(Close.NORMAL)
        if "gunicorn.socket" in environ:
            raise StopIteration  # gunicorn's sign that there is nothing to answer any more
        environ["wsgi.input"].close()  # gevent's sign that no other request follows on this connection
        return []

    def _listen(self) -> None:
        while not self._closing:
            try:
                data = self._socket.recv(CHUNK)
                messages = self._reader.feed(data)
            except OSError:
                return
            except BrokenError as error:
                self._end(error.code)
                return
            if not data:
                return
            for kind, content in messages:
                if not self._take(kind, content):
                    return

    def _take(self, kind: Kind, content: str | bytes) -> bool:
        """Take one message, most of them for engine.io; say whether the page may go on."""
        if isinstance(content, bytes) and kind >= Kind.CLOSE:
            if kind is Kind.PING:
                self._write(frame(Kind.PONG, content))
            return kind is not Kind.CLOSE
        try:
            self._page.receive(packet.Packet(encoded_packet=content))
        except (exceptions.EngineIOError, ValueError, IndexError, RecursionError) as error:
            log.info("page sent what engine.io does not know", error=repr(error))
            return isinstance(error, exceptions.UnknownPacketError)
        return True

    # --- what engine.io sees as the queue of what is to be sent ---------------------------------------------------------------------------

    def put(self, made: packet.Packet | None) -> None:
        """Send a packet; None ends the connection."""
        if made is None:
            self._end(Close.NORMAL)
            return
        content = made.encode()
        self._write(frame(Kind.TEXT, content.encode()) if isinstance(content, str) else frame(Kind.BINARY, content))

    def join(self) -> None:
        """Nothing waits here: what could not be sent has its own greenlet."""

    # --- writing --------------------------------------------------------------------------------------------------------------------------

    def _write(self, data: bytes) -> None:
        if self._closing:
            return
        if self._held:
            self._hold(data)
            return
        try:
            sent = self._socket.send(data, 0, 0.0)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # the reader notices
        if sent < len(data):
            self._hold(data[sent:])
            gevent.spawn(self._push)

    def _hold(self, data: bytes) -> None:
        self._held += data
        if len(self._held) > MOST_HELD:
            self._cut()

    def _push(self) -> None:
        """Send what is held back, as the network takes it."""
        while self._held:
            try:
                with gevent.Timeout(PATIENCE):
                    sent = self._socket.send(bytes(self._held[:CHUNK]))
            except (OSError, gevent.Timeout):
                self._cut()
                return
            del self._held[:sent]
        if self._closing:
            self._cut()

    def _end(self, code: Close) -> None:
        """Say goodbye, after what is held back."""
        if self._closing:
            return
        self._write(frame(Kind.CLOSE, code.to_bytes(2, "big")))
        self._closing = True
        if not self._held:
            self._cut()

    def _cut(self) -> None:
        self._closing = True
        self._held.clear()
        with suppress(OSError):
            self._socket.shutdown(SHUT_RDWR)  # wakes the reader


def _socket_of(environ: dict[str, Any]) -> socket:
    """Return the socket of a request, under gunicorn and under gevent's own server."""
    under_gunicorn = environ.get("gunicorn.socket")
    return under_gunicorn if under_gunicorn is not None else environ["wsgi.input"].raw._sock
