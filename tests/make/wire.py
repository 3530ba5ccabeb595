"""A line between pages and a server that a test can cut, make deaf, and listen to: a TCP proxy in a thread of its own."""

import asyncio
import threading
from contextlib import suppress
from types import TracebackType
from urllib.parse import urlsplit

CHUNK = 65536


class Wire:
    """A line to the server at `target`; pages use `url`.

    While `deaf`, what the server says gets lost, as it does on a line that is about to break: cut it afterwards.  What arrived at the
    pages is kept in `heard`, one text of bytes for each connection, when asked to listen.
    """

    def __init__(self, target: str, *, listen: bool = False) -> None:
        parts = urlsplit(target)
        self._host, self._port = parts.hostname, parts.port
        self._listen = listen
        self._lines: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)
        self._server: asyncio.Server | None = None
        self.url = ""
        self.deaf = False
        self.connections = 0
        self.heard: list[bytearray] = []

    def __enter__(self) -> "Wire":
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._join, "127.0.0.1", 0), self._loop).result()
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Cut every connection that there is, without a goodbye."""
        self._loop.call_soon_threadsafe(self._abort)

    def _abort(self) -> None:
        for writer in self._lines:
            writer.transport.abort()

    async def _end(self) -> None:
        assert self._server
        self._server.close()
        while self._lines:
            self._abort()
            await asyncio.sleep(0.01)

    async def _join(self, from_page: asyncio.StreamReader, to_page: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            from_server, to_server = await asyncio.open_connection(self._host, self._port)
        except OSError:
            to_page.transport.abort()
            return
        ends = {to_page, to_server}
        self._lines |= ends
        heard = bytearray()
        self.heard.append(heard)
        ways = (self._carry(from_page, to_server, None), self._carry(from_server, to_page, heard))
        pumps = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.wait(pumps)
        finally:
            self._lines -= ends
            for end in ends:
                end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: bytearray | None) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if heard is not None and self.deaf:
                    continue
                if heard is not None and self._listen:
                    heard += data
                writer.write(data)
                await writer.drain()
            writer.write_eof()
