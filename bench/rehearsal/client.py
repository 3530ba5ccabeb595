"""A light client of the engine: HTTP with a bearer token, and one Socket.IO connection to the `/exam` namespace."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Self

import aiohttp
import orjson
import picows

from bench import load

NAMESPACE = "/exam"
ANSWER_WAIT = 20.0  # seconds to wait for an answer before the connection counts as lost


class DisconnectedError(Exception):
    """The connection is gone, or an answer did not come."""


class RefusedError(Exception):
    """The engine refused; `code` is the error's, `retryable` what it says of trying again, `where` which call it was."""

    def __init__(self, code: str, where: str, *, retryable: bool) -> None:
        super().__init__(code)
        self.where = where
        self.code = code
        self.retryable = retryable


async def call(http: aiohttp.ClientSession, method: str, url: str, token: str, body: Any = None) -> Any:
    """Make one API call and return the answer.

    Raises:
        RefusedError: the engine answered with an error.
        DisconnectedError: it did not answer.
    """
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with http.request(method, url, json=body, headers=headers, timeout=aiohttp.ClientTimeout(total=ANSWER_WAIT)) as reply:
            data = await reply.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise DisconnectedError(str(error)) from error
    if reply.status >= 400:
        raise RefusedError(data["error"]["code"], f"{method} {url.rsplit('/', 1)[-1]}", retryable=data["error"]["retryable"])
    return data


class ExamSocket:
    """One connection of one candidate's page; `on_lost` is called once it is gone."""

    def __init__(self, on_lost: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        self.is_lost = False
        self.welcome: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.paper_key: asyncio.Future[str] = loop.create_future()
        self._on_lost = on_lost
        self._line: load.Line | None = None
        self._waiting: set[asyncio.Future[Any]] = {self.welcome, self.paper_key}

    @classmethod
    async def connect(cls, url: str, ticket: str, on_lost: Callable[[], None]) -> Self:
        """Connect with a ticket and wait for the welcome.

        Raises:
            DisconnectedError: when there is no connection or no welcome.
        """
        made = cls(on_lost)
        try:
            made._line = line = await load.Line.connect(url, NAMESPACE, {"ticket": ticket}, made._hear)
            line.lost.add_done_callback(lambda _: made._lose())
            await asyncio.wait_for(asyncio.shield(made.welcome), ANSWER_WAIT)
        except (OSError, TimeoutError, picows.WSError, load.RefusedError) as error:
            made.close()
            raise DisconnectedError(str(error)) from error
        except DisconnectedError:
            made.close()
            raise
        return made

    async def ask(self, event: str, payload: Any) -> Any:
        """Send an event and return its ack.

        Raises:
            DisconnectedError: when the connection ends first.
        """
        if self.is_lost:
            raise DisconnectedError("closed")
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.add(answer)
        try:
            assert self._line
            self._line.ask(event.encode(), orjson.dumps(payload), partial(_answer, answer))
            return await asyncio.wait_for(answer, ANSWER_WAIT)
        except (OSError, TimeoutError) as error:
            raise DisconnectedError(str(error)) from error
        finally:
            self._waiting.discard(answer)

    def cut(self) -> None:
        """Hear and say nothing more, without a goodbye: to the other side the line is silent."""
        assert self._line
        self._line.fall_silent()
        self._lose()

    def close(self) -> None:
        """End the connection."""
        if self._line:
            self._line.hang_up()
        self._lose()

    def _hear(self, text: bytes) -> None:
        name, *rest = orjson.loads(text)
        if name == "welcome" and not self.welcome.done():
            self.welcome.set_result(rest[0])
        elif name == "paper.key" and not self.paper_key.done():
            self.paper_key.set_result(rest[0]["key"])

    def _lose(self) -> None:
        if self.is_lost:
            return
        self.is_lost = True
        for future in self._waiting:
            if not future.done():
                future.set_exception(DisconnectedError("connection lost"))
                future.exception()  # looked at, so that nobody complains when nobody waits
        self._on_lost()


def _answer(waits: asyncio.Future[Any], text: bytes) -> None:
    if not waits.done():
        waits.set_result(orjson.loads(text)[0])
