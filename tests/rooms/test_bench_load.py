"""The load generator against a real echo, and what it says when a server refuses or goes away."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import orjson
import pytest

from bench.load import Line, RefusedError
from bench.served import Served
from bench.speaking import Speaker, connect_all, flat_out, paced


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("echo")
    served = Served("bench.echo", ["python", "PORT"], {}, folder, 0)
    yield served
    served.stop()


async def _speaker(url: str) -> Speaker:
    return Speaker(await Line.connect(url))


def test_an_acknowledgement_is_what_the_handler_returned(echo: Served) -> None:
    async def scene() -> bytes:
        line = await Line.connect(echo.url)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        line.ask(b"answer.put", '{"value":"答"}'.encode(), answer.set_result)
        return await asyncio.wait_for(answer, 5)

    assert orjson.loads(asyncio.run(scene())) == [{"value": "答"}]


def test_many_speak_flat_out_and_every_answer_is_counted_once(echo: Served) -> None:
    async def scene() -> None:
        speakers = await connect_all([partial(_speaker, echo.url)] * 20)
        before = echo.used()
        spoken = await flat_out(speakers, 0.5)
        assert spoken.acked > 100
        assert spoken.unanswered == 0
        assert not spoken.refused
        assert spoken.acked <= sum(speaker.seq for speaker in speakers) <= spoken.acked + len(speakers)
        assert 0 < echo.used().since(before).cpu_s < 5

    asyncio.run(scene())


def test_at_a_pace_everybody_speaks_once_a_turn(echo: Served) -> None:
    async def scene() -> None:
        speakers = await connect_all([partial(_speaker, echo.url)] * 10)
        spoken = await paced(speakers, 0.2, 3)
        assert [speaker.seq for speaker in speakers] == [3] * 10
        assert spoken.acked == len(spoken.times) == 30
        assert min(spoken.times) > 0

    asyncio.run(scene())


def test_a_namespace_that_is_not_there_refuses(echo: Served) -> None:
    with pytest.raises(RefusedError, match="Unable to connect"):
        asyncio.run(Line.connect(echo.url, "/nowhere"))


def test_a_line_that_is_lost_says_so_and_takes_nothing_more(echo: Served) -> None:
    async def scene() -> None:
        line = await Line.connect(echo.url)
        line.hang_up()
        await asyncio.wait_for(line.lost, 5)
        with pytest.raises(ConnectionResetError):
            line.ask(b"answer.put", orjson.dumps({}), lambda _answer: None)

    asyncio.run(scene())


def test_a_server_that_ends_at_once_is_told_with_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="KeyError"):
        Served("bench.echo", ["nothing", "PORT"], {}, tmp_path, 0)
