"""The wire of a page: over a real server, and over a pair of sockets whose other end reads when the test says so."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import engineio
import gevent
import gevent.socket
import pytest
from engineio import packet
from engineio.socket import Socket
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, Ping, Pong, Request, TextMessage
from wsproto.frame_protocol import Opcode

from tests.make.server import Deployment, Server
from tests.make.tables import make_tables
from web.sockets import MAX_MESSAGE
from web.wire import MOST_HELD, Wire

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class Page:
    """A page that speaks WebSocket with wsproto over a real socket."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self._socket = socket.create_connection((host, int(port)), timeout=60)
        self._talk = WSConnection(ConnectionType.CLIENT)
        self._events: list[Event] = []
        self._socket.sendall(self._talk.send(Request(host=host, target="/socket.io/?EIO=4&transport=websocket")))
        assert isinstance(self.hear(), AcceptConnection)

    def send(self, *events: Event) -> None:
        for event in events:
            self._socket.sendall(self._talk.send(event))

    def send_raw(self, data: bytes) -> None:
        self._socket.sendall(data)

    def hear(self) -> Event | None:
        """Return the next event; None when the server has hung up."""
        while not self._events:
            data = self._socket.recv(65_536)
            if not data:
                return None
            self._talk.receive_data(data)
            self._events = list(self._talk.events())
        return self._events.pop(0)

    def hear_text(self) -> str:
        event = self.hear()
        assert isinstance(event, TextMessage)
        return event.data


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("wire")
    make_tables(f"sqlite:///{folder}/house.sqlite")
    server = Server(Deployment(f"sqlite:///{folder}/house.sqlite", folder)).start()
    yield server.url
    server.kill()


@pytest.fixture
def log(tmp_path_factory: pytest.TempPathFactory, url: str) -> Path:
    """Return what the server writes down."""
    return next(tmp_path_factory.getbasetemp().glob("wire*/server.log"))


@pytest.fixture
def page(url: str) -> Page:
    """Return a page that has been greeted by engine.io."""
    page = Page(url)
    greeting = page.hear_text()
    assert greeting.startswith("0{")
    assert json.loads(greeting[1:])["maxPayload"] == MAX_MESSAGE
    return page


def test_a_message_in_fragments_is_one_message(page: Page) -> None:
    asked = '40/exam,{"ticket":"nobody\'s"}'
    page.send(*(TextMessage(c, message_finished=False) for c in asked[:-1]), TextMessage(asked[-1]))
    answer = page.hear_text()
    assert answer.startswith("44/exam,")
    assert json.loads(answer.removeprefix("44/exam,"))["data"]["error"]["code"] == "delivery.ticket_refused"


def test_a_ping_is_answered_and_a_close_is_answered(page: Page) -> None:
    page.send(Ping(b"there?"))
    assert page.hear() == Pong(b"there?")
    page.send(CloseConnection(1000))
    assert isinstance(page.hear(), CloseConnection)
    assert page.hear() is None


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (b"\x81\x02hi", 1002),  # not masked
        (b"\x81\x82\0\0\0\0\xff\xff", 1007),
        (b"\x81\xff" + (MAX_MESSAGE + 1).to_bytes(8, "big"), 1009),
    ],
)
def test_a_page_that_breaks_the_protocol_is_told_and_let_go(page: Page, broken: bytes, code: int) -> None:
    page.send_raw(broken)
    told = page.hear()
    assert isinstance(told, CloseConnection)
    assert told.code == code
    assert page.hear() is None


@pytest.mark.parametrize("message", ["9", "4" + "[" * 5000, "x"])
def test_what_engine_io_does_not_know_harms_nobody(page: Page, url: str, message: str) -> None:
    page.send(TextMessage(message))
    assert Page(url).hear_text().startswith("0{")


MALFORMED = (
    "42/exam,1{broken",
    "42/exam,1[]",
    "42/exam,1" + "[" * 100_000,
    '42/exam,1["time.sync",{"t0":' + "9" * 6000 + "}]",
    '451-/exam,["answer.put",{"_placeholder":true,"num":0}]',
    "45999999999-",
    "44/exam,{}",
    "4",
    "",
    "1",
)


def test_what_socket_io_does_not_know_ends_the_connection_without_noise(url: str, log: Path) -> None:
    before = log.read_text()
    for malformed in MALFORMED:
        page = Page(url)
        page.hear_text()
        page.send(TextMessage("40/exam,{}"), TextMessage(malformed), TextMessage('42/exam,2["time.sync",{"t0":1}]'))
        heard = None
        while (event := page.hear()) is not None:
            heard = event
        assert isinstance(heard, CloseConnection), malformed[:40]
    assert Page(url).hear_text().startswith("0{")
    assert "Traceback" not in log.read_text().removeprefix(before)
    assert '"level": "error"' not in log.read_text().removeprefix(before)


def test_without_a_key_there_is_no_upgrade(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as plain:
        plain.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: %b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            % host.encode()
        )
        assert plain.recv(1000).startswith(b"HTTP/1.1 426 ")


class Pair:
    """A wire on one end of a pair of sockets."""

    def __init__(self) -> None:
        here, self.there = gevent.socket.socketpair()
        here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        server = engineio.Server(async_mode="gevent")
        self.engine = Socket(server, "one")
        self.wire = Wire(self.engine._websocket_handler, server)
        environ = {"gunicorn.socket": here, "HTTP_SEC_WEBSOCKET_KEY": KEY, "HTTP_SEC_WEBSOCKET_VERSION": "13"}
        self.engine.send(packet.Packet(packet.OPEN, {"sid": "one"}))
        self.running = gevent.spawn(self._run, environ)
        gevent.sleep(0)

    def _run(self, environ: dict[str, Any]) -> None:
        with pytest.raises(StopIteration):
            self.wire(environ, lambda *_: None)

    def read_all(self) -> bytes:
        read = b""
        while data := self.there.recv(65_536):
            read += data
        return read


@pytest.fixture
def pair() -> Pair:
    return Pair()


def texts(read: bytes) -> list[str]:
    """Return the texts after the answer to the handshake."""
    talk = WSConnection(ConnectionType.CLIENT)
    talk.send(Request(host="x", target="/"))
    head, _, frames = read.partition(b"\r\n\r\n")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    found, rest = [], frames
    while rest:
        size, start = rest[1], 2
        if size == 126:
            size, start = int.from_bytes(rest[2:4], "big"), 4
        if rest[0] & 0xF == Opcode.TEXT:
            found.append(rest[start : start + size].decode())
        rest = rest[start + size :]
    return found


def test_a_page_that_reads_late_gets_everything_in_order_and_nobody_waits_for_it(pair: Pair) -> None:
    words = [f"{n:05}" + "x" * 5000 for n in range(100)]
    with gevent.Timeout(5):
        for word in words:
            pair.engine.send(packet.Packet(packet.MESSAGE, word))  # far more than the network takes
        pair.engine.send(packet.Packet(packet.CLOSE))
        pair.engine.queue.put(None)
        read = texts(pair.read_all())
    assert read == ['0{"sid":"one"}', *(f"4{word}" for word in words), "1"]
    pair.running.join(1)
    assert pair.running.ready()
    assert pair.engine.closed


def test_a_page_that_never_reads_is_let_go(pair: Pair) -> None:
    for _ in range(MOST_HELD // 50_000 + 2):
        pair.engine.send(packet.Packet(packet.MESSAGE, "x" * 50_000))
    pair.running.join(1)
    assert pair.running.ready()
    assert pair.engine.closed


def test_a_page_that_hangs_up_is_gone(pair: Pair) -> None:
    pair.there.close()
    pair.running.join(1)
    assert pair.running.ready()
    assert pair.engine.closed
