"""The gateway over real sockets: who gets in, what is answered and when, and who is told what."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import socketio
from werkzeug.serving import make_server

from core.actor import SYSTEM
from core.clock import iso
from core.settings import Settings
from core.unit import Database
from delivery import accommodating, fast_way, gateway, messages, opening, presence, queries, receipts, resync
from delivery.chain import find_break
from delivery.gateway import ExamNamespace
from delivery.journal import Journal
from tests.make.clock import MovableClock
from tests.make.delivery import INVIGILATOR, Doors, look, scheduled, started

PATIENCE = 45  # seconds of real time for something to arrive over a real socket


def until(true: Callable[[], bool]) -> None:
    """Wait for what comes over a real socket."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


@dataclass
class Hall:
    """A server with the namespace on it."""

    database: Database
    clock: MovableClock
    doors: Doors
    namespace: ExamNamespace
    journal: Journal
    url: str
    clients: list["Client"] = field(default_factory=list)

    def ticket(self, attempt: str, place: str = "10.0.0.7") -> str:
        with self.database.unit(SYSTEM, self.clock()) as unit:
            return presence.issue_ticket(unit, queries.lock_attempt(unit, attempt), {}, place).ticket

    def enter(self, attempt: str) -> "Client":
        client = Client(self)
        client.connect(self.ticket(attempt))
        until(lambda: client.told("welcome") is not None)
        return client


class Client:
    """One page."""

    def __init__(self, hall: Hall) -> None:
        hall.clients.append(self)
        self.hall = hall
        self.events: list[tuple[str, Any]] = []
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("*", lambda name, data: self.events.append((name, data)), namespace="/exam")

    def connect(self, ticket: Any) -> None:
        self.socket.connect(self.hall.url, auth={"ticket": ticket}, transports=["websocket"], namespaces=["/exam"], wait_timeout=PATIENCE)

    def refusal(self, ticket: Any) -> Any:
        """Knock with a ticket that opens nothing; return the error."""
        refusals: list[Any] = []
        self.socket.on("connect_error", refusals.append, namespace="/exam")
        self.socket.connect(self.hall.url, auth={"ticket": ticket}, transports=["websocket"], namespaces=["/exam"], wait=False)
        until(lambda: bool(refusals))
        self.leave()
        return refusals[0]["data"]["error"]

    def leave(self) -> None:
        """Drop the line, as a network does: a polite goodbye would wait for the server's."""
        line = self.socket.eio.ws
        if line and line.sock:
            with suppress(OSError):  # the server may have hung up before
                line.sock.shutdown(socket.SHUT_RDWR)

    def told(self, name: str) -> dict[str, Any] | None:
        return next((data for event, data in self.events if event == name), None)

    def ask(self, name: str, *payload: Any) -> Any:
        return self.socket.call(name, payload, namespace="/exam", timeout=PATIENCE)

    def put(self, seq: int, value: Any = "A", epoch: int | None = None, item: str = "1") -> Any:
        welcome = self.told("welcome")
        assert welcome is not None
        entry = {"seq": seq, "item": item, "value": value, "typed_at": iso(self.hall.clock())}
        return self.ask("answer.put", {"epoch": welcome["epoch"] if epoch is None else epoch, **entry})


@pytest.fixture
def hall(database: Database, clock: MovableClock, tmp_path: Path) -> Iterator[Hall]:
    settings = Settings(data_dir=tmp_path / "var")
    journal = Journal(database, clock, window_ms=1, group_max=100)
    doors = Doors()
    namespace = ExamNamespace(database, clock, journal, doors.gates(), settings)
    server = socketio.Server(async_mode="threading", transports=["websocket"])
    server.register_namespace(namespace)
    http = make_server("127.0.0.1", 0, socketio.WSGIApp(server), threaded=True)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    hall = Hall(database, clock, doors, namespace, journal, f"http://127.0.0.1:{http.server_port}")
    yield hall
    for client in hall.clients:
        client.leave()
    until(lambda: not namespace._pages)
    namespace.close()
    server.shutdown()
    http.shutdown()
    thread.join()


def test_waiting_pages_are_told_the_key_at_the_start_and_started(hall: Hall) -> None:
    begins = hall.clock() + timedelta(seconds=60)
    attempt = scheduled(hall.database, hall.clock(), starts_at=begins)
    with hall.database.unit(SYSTEM, hall.clock()) as unit:
        opening.check_in(unit, queries.lock_attempt(unit, attempt), hall.doors.gates().admission)
    page = hall.enter(attempt)
    welcome = page.told("welcome")
    assert welcome is not None
    assert welcome["paper_key"] is None
    hall.clock.move(59.9)
    time.sleep(0.2)  # the bell has looked at the hour several times
    assert page.told("paper.key") is None
    hall.clock.move(0.1)
    until(lambda: page.told("attempt.state") is not None)
    assert [event for event, _ in page.events] == ["welcome", "paper.key", "attempt.state"]
    told, started = page.told("paper.key"), page.told("attempt.state")
    assert told is not None
    assert started is not None
    assert (told["n"], started["n"], started["state"]) == (welcome["n"], welcome["n"] + 1, "running")
    messages.PaperKey.model_validate(told)
    with hall.database.reading() as session:
        assert resync.picture(session, queries.get_attempt(session, attempt), hall.clock(), None)["paper_key"] == told["key"]


def test_a_page_is_welcomed_with_the_whole_picture(hall: Hall) -> None:
    attempt = started(hall.database, hall.clock(), seat="A7")
    client = hall.enter(attempt)
    welcome = client.told("welcome")
    picture = messages.Picture.model_validate(welcome)
    assert (picture.attempt, picture.state, picture.seat, picture.epoch, picture.last_seq) == (attempt, "running", "A7", 1, 0)
    assert welcome is not None
    assert welcome.keys() == messages.Picture.model_fields.keys()


@pytest.mark.parametrize("ticket", ["made up", None, 7, {"x": 1}])
def test_without_a_good_ticket_nobody_gets_in(hall: Hall, ticket: Any) -> None:
    error = Client(hall).refusal(ticket)
    assert error["code"] == ("delivery.ticket_refused" if ticket == "made up" else "core.invalid")


def test_a_used_ticket_and_a_signed_out_account_do_not_get_in(hall: Hall) -> None:
    attempt = started(hall.database, hall.clock())
    ticket = hall.ticket(attempt)
    Client(hall).connect(ticket)
    assert Client(hall).refusal(ticket)["code"] == "delivery.ticket_refused"
    hall.doors.alive = False
    assert Client(hall).refusal(hall.ticket(attempt))["code"] == "delivery.signed_out"
    assert look(hall.database, attempt).epoch == 1


def test_an_acknowledged_answer_is_in_the_database(hall: Hall) -> None:
    attempt = started(hall.database, hall.clock())
    client = hall.enter(attempt)
    assert client.put(1, "B") == {"ok": True, "seq": 1, "saved_at": iso(hall.clock())}
    with hall.database.reading() as session:
        links = queries.journal_of(session, attempt)
    assert [(link.entry.seq, link.entry.value) for link in links] == [(1, '"B"')]


def test_no_acknowledgement_goes_out_before_the_commit(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = started(hall.database, hall.clock())
    client = hall.enter(attempt)
    at_the_database, go_on = threading.Event(), threading.Event()
    honest = fast_way.take_runs

    def held(*arguments: Any) -> Any:
        at_the_database.set()
        assert go_on.wait(PATIENCE)
        return honest(*arguments)

    monkeypatch.setattr(fast_way, "take_runs", held)
    acks: list[Any] = []
    entry = {"seq": 1, "epoch": 1, "item": "1", "value": "A", "typed_at": iso(hall.clock())}
    client.socket.emit("answer.put", entry, namespace="/exam", callback=acks.append)
    assert at_the_database.wait(PATIENCE)
    assert client.ask("time.sync", {"t0": 1})["t0"] == 1  # the line is free meanwhile: nobody waits for the commit
    assert acks == []
    go_on.set()
    until(lambda: bool(acks))
    assert acks[0]["ok"] is True


def test_several_answers_have_one_acknowledgement(hall: Hall) -> None:
    attempt = started(hall.database, hall.clock())
    client = hall.enter(attempt)
    entries = [{"seq": n, "item": "3", "value": str(n), "typed_at": iso(hall.clock())} for n in range(1, 41)]
    assert client.ask("answer.put_many", {"epoch": 1, "entries": entries}) == {"ok": True, "seq": 40, "saved_at": iso(hall.clock())}
    entries.append({"seq": 41, "item": "99", "value": "A", "typed_at": iso(hall.clock())})
    answer = client.ask("answer.put_many", {"epoch": 1, "entries": entries})
    assert (answer["ok"], answer["error"]["code"]) == (False, "delivery.unsound")


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (("answer.put", {"seq": 1}), "core.invalid"),
        (("answer.put", {"seq": 1, "epoch": 1, "item": "1", "value": "A", "typed_at": "2026-05-23T01:00:00Z", "x": 1}), "core.invalid"),
        (("answer.take", {}), "core.invalid"),
        (("welcome", {}), "core.invalid"),
        (("attempt.submit", {"epoch": 1, "last_seq": 3}), "delivery.entries_missing"),
    ],
)
def test_what_is_wrong_is_said_in_the_one_error_shape(hall: Hall, event: tuple[str, Any], code: str) -> None:
    client = hall.enter(started(hall.database, hall.clock()))
    answer = client.ask(*event)
    assert answer["ok"] is False
    assert answer["error"].keys() == {"code", "message", "fields", "retryable"}
    assert answer["error"]["code"] == code


def test_the_older_page_is_told_and_cannot_write(hall: Hall) -> None:
    attempt = started(hall.database, hall.clock())
    older = hall.enter(attempt)
    older.put(1)
    newer = hall.enter(attempt)
    until(lambda: older.told("superseded") is not None)
    told = older.told("superseded")
    assert told is not None
    assert (told["epoch"], told["where"]) == (2, "10.0.0.7")
    assert older.put(2)["error"]["code"] == "delivery.superseded"
    assert older.put(2, epoch=2)["error"]["code"] == "delivery.superseded"  # a page cannot claim an epoch that it was not given
    assert newer.put(2, "mine")["ok"] is True
    welcome = newer.told("welcome")
    assert welcome is not None
    assert welcome["answers"] == {"1": {"value": "A", "seq": 1, "saved_at": iso(hall.clock())}}


def test_what_staff_do_arrives_at_the_page_with_its_number(hall: Hall) -> None:
    attempt = started(hall.database, hall.clock())
    client = hall.enter(attempt)
    acts = [
        (accommodating.extend, 600, "late papers"),
        (accommodating.pause, "fire alarm"),
        (accommodating.resume, "all clear"),
        (accommodating.notify, "ten minutes more"),
        (accommodating.end, "end"),
    ]
    for act, *arguments in acts:
        with hall.database.unit(INVIGILATOR, hall.clock.move(1)) as unit:
            act(unit, attempt, *arguments)  # type: ignore[operator]  # each act with its own arguments
    until(lambda: len(client.events) == 6)
    assert [(name, data["n"]) for name, data in client.events[1:]] == [
        ("deadline.changed", 3),
        ("attempt.state", 4),
        ("attempt.state", 5),
        ("notice", 6),
        ("attempt.state", 7),
    ]
    for name, data in client.events[1:]:
        model = messages.MESSAGES[name].payload
        model.model_validate(data)
        assert data.keys() <= model.model_fields.keys()
    assert client.ask("deadline.ack", {"deadline_version": 2}) == {"ok": True}
    assert look(hall.database, attempt).deadline_acked == 2


def test_handing_in_drains_what_is_under_way_and_gives_a_receipt(hall: Hall, tmp_path: Path) -> None:
    attempt = started(hall.database, hall.clock())
    client = hall.enter(attempt)
    for seq in range(1, 21):
        entry = {"seq": seq, "epoch": 1, "item": "1", "value": "A", "typed_at": iso(hall.clock())}
        client.socket.emit("answer.put", entry, namespace="/exam")
    answer = client.ask("attempt.submit", {"epoch": 1, "last_seq": 20})
    assert answer["ok"] is True
    receipt = answer["receipt"]
    row = look(hall.database, attempt)
    assert (receipt["entries"], receipt["head"], row.state) == (20, row.head, "submitted")
    assert "journal" not in receipt
    again = client.ask("attempt.submit", {"epoch": 1, "last_seq": 20})
    assert again == answer
    with hall.database.reading() as session:
        assert find_break(attempt, queries.journal_of(session, attempt)) is None
        whole = receipts.issue(session, receipts.Signer(tmp_path / "var"), row)
    assert receipts.verify(whole)["valid"]
    until(lambda: client.told("attempt.state") is not None)


def test_who_was_signed_out_meanwhile_cannot_hand_in(hall: Hall) -> None:
    client = hall.enter(started(hall.database, hall.clock()))
    hall.doors.alive = False
    assert client.ask("attempt.submit", {"epoch": 1, "last_seq": 0})["error"]["code"] == "delivery.signed_out"


def test_who_was_signed_out_is_hung_up_on_and_nobody_else(hall: Hall) -> None:
    stays = hall.enter(started(hall.database, hall.clock(), candidate="acc_stays"))
    goes = hall.enter(started(hall.database, hall.clock(), candidate="acc_goes"))
    hall.namespace.hang_up_on_strangers()
    assert stays.ask("time.sync", {"t0": 1.0})["t0"] == goes.ask("time.sync", {"t0": 1.0})["t0"] == 1.0
    hall.doors.gone = {"acc_goes"}
    hall.namespace.hang_up_on_strangers()
    until(lambda: not goes.socket.connected)
    assert stays.ask("time.sync", {"t0": 2.0})["t0"] == 2.0


def test_signals_go_through_the_gate(hall: Hall) -> None:
    attempt = started(hall.database, hall.clock())
    client = hall.enter(attempt)
    signal = {"kind": "visibility", "at": iso(hall.clock()), "detail": {"state": "hidden"}}
    assert client.ask("signals.put", {"signals": [signal]}) == {"ok": True}
    ((of, taken),) = hall.doors.signals
    assert (of, taken.kind, taken.at, taken.detail) == (attempt, "visibility", hall.clock(), {"state": "hidden"})


def test_a_page_that_leaves_is_seen_to_leave(hall: Hall) -> None:
    attempt = scheduled(hall.database, hall.clock())
    client = hall.enter(attempt)

    def is_there() -> bool:
        with hall.database.reading() as session:
            return presence.find_page(session, attempt, hall.clock()) is not None

    assert is_there()
    client.leave()
    until(lambda: not is_there())


def test_a_page_cannot_pile_up_acts(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    client = hall.enter(started(hall.database, hall.clock()))
    monkeypatch.setattr(gateway, "MOST_ACTS", 0)
    assert client.ask("deadline.ack", {"deadline_version": 0})["error"]["code"] == "core.busy"


def test_a_full_queue_answers_busy(hall: Hall) -> None:
    client = hall.enter(started(hall.database, hall.clock()))
    hall.journal._capacity = 0
    answer = client.put(1)
    assert (answer["error"]["code"], answer["error"]["retryable"]) == ("core.busy", True)
    assert answer["error"]["fields"]["retry_after_s"] > 0


@pytest.mark.parametrize(("speaks", "code"), [(True, "delivery.too_late"), (False, None)], ids=["a line that speaks", "a silent line"])
def test_a_line_that_carried_something_else_since_would_have_carried_a_late_answer(hall: Hall, speaks: bool, code: str | None) -> None:
    attempt = started(hall.database, hall.clock())
    client = hall.enter(attempt)
    deadline = look(hall.database, attempt).deadline_at
    assert deadline
    hall.clock.move((deadline - hall.clock()).total_seconds() - 5)
    tick = client.ask("time.sync", {"t0": 1})["tick"]
    hall.clock.move(16)  # 11 seconds past the end
    if speaks:
        client.ask("time.sync", {"t0": 2})
    evidence = {"tick": tick, "since_ms": 4000}
    entry = {"seq": 1, "epoch": 1, "item": "1", "value": "B", "typed_at": iso(deadline - timedelta(seconds=1)), "evidence": evidence}
    answer = client.ask("answer.put", entry)
    assert (answer["error"]["code"] if code else answer["ok"]) == (code or True)
