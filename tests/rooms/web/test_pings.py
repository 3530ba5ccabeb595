"""Signs of life: every page is asked once an interval while it is there, by one greenlet, and whoever is silent is let go as before."""

from typing import Any

import gevent
import pytest
from engineio import packet
from engineio.socket import Socket
from socketio import Server

from web.pings import Pings, ask_together

EVERY = 10.0


class Told(list[packet.Packet]):
    """What a page is sent, in the place of its queue."""

    def put(self, made: packet.Packet) -> None:
        self.append(made)


@pytest.fixture
def server() -> Server:
    return Server(async_mode="gevent", ping_interval=EVERY)


def page_of(server: Server, sid: str = "one") -> Socket:
    page = Socket(server.eio, sid)
    page.queue = Told()
    return page


def asked(page: Socket) -> int:
    return sum(made.packet_type == packet.PING for made in page.queue)


def test_a_page_is_asked_once_after_each_interval(server: Server) -> None:
    pings, page = Pings(EVERY), page_of(server)
    pings.expect(page, 100)
    pings.ask(109.9)
    assert asked(page) == 0
    pings.ask(110)
    pings.ask(130)
    assert asked(page) == 1  # no second one before the page has answered the first


def test_whoever_came_first_is_asked_first_and_nobody_is_left_out(server: Server) -> None:
    pings, pages = Pings(EVERY), [page_of(server, str(n)) for n in range(5)]
    for n, page in enumerate(pages):
        pings.expect(page, n)
    pings.ask(12)
    assert [asked(page) for page in pages] == [1, 1, 1, 0, 0]
    pings.ask(14)
    assert [asked(page) for page in pages] == [1, 1, 1, 1, 1]


def test_a_page_that_has_gone_is_not_asked(server: Server) -> None:
    pings, gone, there = Pings(EVERY), page_of(server, "gone"), page_of(server, "there")
    for page in (gone, there):
        pings.expect(page, 0)
    gone.closed = True
    pings.ask(EVERY)
    assert (asked(gone), asked(there)) == (0, 1)


def test_an_answer_asks_again_and_no_page_has_a_greenlet_of_its_own(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    expected: list[Socket] = []
    monkeypatch.setattr(Pings, "expect", lambda _pings, page, _now: expected.append(page))
    started: list[Any] = []
    server.eio.start_background_task = lambda target, *_arguments, **_named: started.append(target)
    ask_together(server, EVERY)
    page = page_of(server)
    page.schedule_ping()
    page.schedule_ping()  # the first is not answered yet
    assert expected == [page]
    page.last_ping = 1.0  # it was asked
    page.receive(packet.Packet(packet.PONG))
    assert expected == [page, page]
    assert started == []
    server.start_background_task(asked, page)
    assert started == [asked]


def test_one_page_s_trouble_leaves_nobody_else_unasked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pings.TICK", 0)
    pings, broken, there = Pings(0), page_of(server, "broken"), page_of(server, "there")
    broken.queue = None
    for page in (broken, there):
        pings.expect(page, 0)
    with gevent.Timeout(20):
        while not asked(there):
            gevent.sleep(0)
    assert asked(there) == 1
