"""The candidate's page over Socket.IO: namespace `/exam`, the messages of `messages`, and nothing else.

Saves are taken where they arrive and acknowledged by the journal's flusher; what needs the database runs in a greenlet of its own.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from pydantic import BaseModel, ValidationError
from socketio import Namespace, Server
from sqlalchemy.exc import SQLAlchemyError

from core.actor import Actor, Role
from core.clock import Clock
from core.errors import BUSY, UNEXPECTED, ExamError
from core.faults import invalid
from core.ids import new_id
from core.settings import Settings
from core.unit import Database
from delivery import clocks, messages, presence, pushing, queries, receipts, resync, submitting
from delivery.acks import Reply, intercept
from delivery.answering import Sent, accept
from delivery.bell import TICK_S, Bell
from delivery.errors import SIGNED_OUT
from delivery.gates import Gates, Holder, SignalIn
from delivery.journal import Journal
from delivery.papers import Shelf
from delivery.replies import Batch, read, refusal, refused, settle_one
from delivery.saves import Save
from delivery.seen import Notes, Seen
from itembank.paper import Places

NAMESPACE = "/exam"
MOST_ACTS = 8  # of one page at once, besides its saves
ASKED_AT_ONCE = 500  # candidates, in one query

log = structlog.get_logger()


@dataclass(slots=True)
class Page:
    """One connected page."""

    attempt: str
    candidate: str
    form: str
    epoch: int
    language: str
    kinds: Places
    holder: Holder
    since: datetime
    acts: int = 0
    heard_at: datetime = field(init=False)
    heard_before: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.heard_at = self.heard_before = self.since

    @property
    def actor(self) -> Actor:
        """Return the candidate as an actor."""
        return Actor(self.candidate, frozenset({Role.CANDIDATE}))

    def hear(self, now: datetime) -> None:
        """Note that a message has come."""
        self.heard_before, self.heard_at = self.heard_at, now

    def begin_act(self) -> None:
        """Count one more act that has no answer yet.

        Raises:
            ExamError: `core.busy` when there are too many.
        """
        if self.acts >= MOST_ACTS:
            raise BUSY(retry_after_s=1)
        self.acts += 1


def room(attempt: str) -> str:
    """Return the Socket.IO room in which an attempt's pages are."""
    return f"attempt:{attempt}"


class ExamNamespace(Namespace):  # type: ignore[misc]  # python-socketio has no types
    """The namespace `/exam` of one process; register it at the python-socketio server."""

    def __init__(self, database: Database, clock: Clock, journal: Journal, gates: Gates, settings: Settings) -> None:
        super().__init__(NAMESPACE)
        self._database = database
        self._clock = clock
        self._journal = journal
        self._gates = gates
        self._shelf = Shelf(gates.papers)
        self._signer = receipts.Signer(settings.data_dir)
        self._ticker = self._signer.ticker
        self._id = new_id("srv")
        self._pages: dict[str, Page] = {}
        self._bell = Bell(database, clock, gates.admissions, self._tell)
        self._notes = Notes(database, clock, self._begin)
        self._beating = False
        self._closed = threading.Event()
        self._at_once: dict[str, Callable[[Page, Any, Reply], None]] = {
            "answer.put": self._put,
            "answer.put_many": self._put_many,
            "time.sync": self._tell_time,
            "deadline.ack": self._acknowledge,
        }
        self._later: dict[str, Callable[[Page, Any], dict[str, Any]]] = {
            "attempt.submit": self._submit,
            "signals.put": self._signals,
            "clock.report": self._report_clock,
        }

    def _set_server(self, server: Server) -> None:
        super()._set_server(server)
        intercept(server, NAMESPACE, self._take, self._welcome)
        pushing.connect(self._push)

    def close(self) -> None:
        """Take no more pushes, and write what waits."""
        pushing.disconnect(self._push)
        self._closed.set()
        self._journal.stop()

    # --- coming and going -----------------------------------------------------------------------------------------------------------------

    def trigger_event(self, event: str, *arguments: Any) -> Any:
        """Let a page in and out; every other event goes to `_take`."""
        if event == "connect":
            sid, _environ, auth = arguments
            self._connect(sid, auth)
        elif event == "disconnect":
            self._leave(arguments[0])

    def _connect(self, sid: str, auth: Any) -> None:
        try:
            ticket = messages.Auth.model_validate(auth).ticket
            self._start_beating()
            with self._database.unit(Actor("ticket"), self._clock()) as unit:
                row, used = presence.take_over(unit, ticket, self._id, self._gates.signed_in)
                kinds = self._shelf.get(unit.session, row.form).kinds
        except ValidationError as error:
            raise refusal(invalid(error)) from error
        except ExamError as error:
            raise refusal(error) from error
        except SQLAlchemyError as error:
            log.exception("connecting failed")
            raise refusal(BUSY()) from error
        self._pages[sid] = Page(row.id, row.candidate, row.form, row.epoch, used.language, kinds, used.holder, unit.now)
        if row.awaits_room:
            self._bell.expect_room(sid, row.id, (row.paper, row.room))
        else:
            self._bell.expect(sid, row.id, row.starts_at)

    def _welcome(self, sid: str) -> None:
        page = self._pages[sid]
        # into the room first: whatever happens after the picture is made is pushed, and the page sees the gap
        self.enter_room(sid, room(page.attempt))
        try:
            with self._database.reading() as session:
                row = queries.get_attempt(session, page.attempt)
                picture = resync.picture(session, row, self._clock(), self._shelf.get(session, page.form))
        except SQLAlchemyError:
            log.exception("welcoming failed", attempt=page.attempt)
            self.disconnect(sid)
            return
        tick = self._ticker.give(page.attempt, self._clock())
        self.emit("welcome", {**picture, "epoch": page.epoch, "tick": tick}, to=sid, ignore_queue=True)

    def _leave(self, sid: str) -> None:
        page = self._pages.pop(sid, None)
        if page is None:
            return
        self._bell.forget(sid)
        try:
            with self._database.unit(page.actor, self._clock()) as unit:
                presence.leave(unit, page.attempt, page.epoch)
        except SQLAlchemyError:  # the lease then lasts until the next page takes over
            log.exception("leaving failed", attempt=page.attempt)

    def _start_beating(self) -> None:
        if not self._beating:
            self._beating = True
            presence.heartbeat(self._database, self._id, self._clock())
            self._journal.start()
            self.server.start_background_task(self._beat)
            self.server.start_background_task(self._ring)

    def _beat(self) -> None:
        while not self._closed.wait(presence.HEARTBEAT_S):
            try:
                presence.heartbeat(self._database, self._id, self._clock())
                self.hang_up_on_strangers()
            except SQLAlchemyError:
                log.exception("heartbeat failed")

    def hang_up_on_strangers(self) -> None:
        """Hang up on every page whose sign-in has ended; what it has saved stays, and it comes back after a sign-in."""
        holders = list({page.holder for page in self._pages.values()})
        with self._database.reading() as session:
            known: set[Holder] = set()
            for first in range(0, len(holders), ASKED_AT_ONCE):
                known.update(self._gates.signed_in(session, holders[first : first + ASKED_AT_ONCE]))
        strangers = set(holders) - known
        for sid in [sid for sid, page in self._pages.items() if page.holder in strangers]:
            self.disconnect(sid)

    def _ring(self) -> None:
        while not self._closed.wait(TICK_S):
            try:
                self._bell.ring()
            except SQLAlchemyError:  # the pages then start by themselves
                log.exception("ringing failed")

    def _tell(self, sid: str, event: str, data: dict[str, Any]) -> None:
        self.emit(event, data, to=sid, ignore_queue=True)

    def _push(self, attempt: str, event: str, data: dict[str, Any]) -> None:
        self.emit(event, data, to=room(attempt))

    # --- messages -------------------------------------------------------------------------------------------------------------------------

    def _take(self, sid: str, event: list[Any], reply: Reply) -> None:
        page = self._pages.get(sid)
        if page is None:
            return
        page.hear(self._clock())
        try:
            name, message = read(event)
            if name in self._at_once:
                self._at_once[name](page, message, reply)
            else:
                page.begin_act()
                self.server.start_background_task(self._act, page, name, message, reply)
        except ExamError as error:
            reply(refused(error, page.language))

    def _act(self, page: Page, name: str, message: BaseModel, reply: Reply) -> None:
        try:
            reply(self._later[name](page, message))
        except ExamError as error:
            reply(refused(error, page.language))
        except SQLAlchemyError:
            log.exception("message failed", message=name, attempt=page.attempt)
            reply(refused(BUSY(), page.language))
        except Exception:
            log.exception("message failed", message=name, attempt=page.attempt)
            reply(refused(UNEXPECTED(), page.language))
        finally:
            page.acts -= 1

    def _put(self, page: Page, message: messages.AnswerPut, reply: Reply) -> None:
        save = self._accept(page, message, message.epoch, partial(settle_one, reply, page.language))
        self._journal.put(save)

    def _put_many(self, page: Page, message: messages.AnswerPutMany, reply: Reply) -> None:
        batch = Batch(len(message.entries), reply, page.language)
        for entry in message.entries:
            save = self._accept(page, entry, message.epoch, batch.settle)
            try:
                self._journal.put(save)
            except ExamError as error:
                save.outcome = error
                batch.settle(save)

    def _accept(self, page: Page, entry: messages.AnswerIn, epoch: int, settle: Callable[[Save], None]) -> Save:
        # a page may send what it wrote under an older epoch, to be kept aside; it cannot claim a newer one than its own
        sent = Sent(entry.seq, min(epoch, page.epoch), entry.item, entry.value, entry.typed_at, entry.evidence)
        heard = page.heard_before if entry.typed_at >= page.since else None
        return accept(page.attempt, page.kinds, sent, self._ticker, page.heard_at, settle, heard)

    def _tell_time(self, page: Page, message: messages.TimeSync, reply: Reply) -> None:
        received = self._clock()
        tick = self._ticker.give(page.attempt, received)
        reply({"t0": message.t0, "t1": received.timestamp() * 1000, "t2": self._clock().timestamp() * 1000, "tick": tick})

    def _acknowledge(self, page: Page, message: messages.DeadlineAck, reply: Reply) -> None:
        def settle(error: ExamError | None) -> None:
            page.acts -= 1
            reply(refused(error, page.language) if error else {"ok": True})

        page.begin_act()
        self._notes.put(Seen(page.candidate, page.attempt, message.deadline_version, settle))

    def _begin(self, task: Callable[[], None]) -> None:
        self.server.start_background_task(task)

    def _submit(self, page: Page, message: messages.Submit) -> dict[str, Any]:
        self._journal.drain(page.attempt)
        with self._database.unit(page.actor, self._clock()) as unit:
            if page.holder not in self._gates.signed_in(unit.session, {page.holder}):
                raise SIGNED_OUT()
            row = submitting.hand_in(unit, page.attempt, min(message.epoch, page.epoch), message.last_seq)
            receipt = receipts.issue(unit.session, self._signer, row)
        return {"ok": True, "receipt": receipts.brief(receipt)}

    def _signals(self, page: Page, message: messages.SignalsPut) -> dict[str, Any]:
        with self._database.unit(page.actor, self._clock()) as unit:
            self._gates.signals(unit, page.attempt, [SignalIn(s.kind, s.at, s.detail) for s in message.signals])
        return {"ok": True}

    def _report_clock(self, page: Page, message: messages.ClockReport) -> dict[str, Any]:
        with self._database.unit(page.actor, self._clock()) as unit:
            clocks.report(unit, page.attempt, page.epoch, message.offset_ms, message.error_ms)
        return {"ok": True}
