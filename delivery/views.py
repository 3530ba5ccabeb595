"""Delivery over HTTP: the candidate's pages and routes, and what staff do to attempts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf

from core.clock import iso
from core.desk import MB, Desk, keeps, takes
from core.errors import NOT_FOUND, ExamError
from core.unit import Unit
from delivery import accommodating, bodies, devices, machines, opening, presence, queries, reading, receipts, resync, sealing, submitting
from delivery.answering import MAX_SEQ, Sent, accept
from delivery.deadline import TimeEntry, TimeKind
from delivery.errors import MOVE_CODE_NEEDED, PAPER_SEALED, PAUSED
from delivery.gates import Gates
from delivery.journal import Journal
from delivery.papers import Shelf
from delivery.states import State
from delivery.tables import AttemptRow, SealedRow
from delivery.ticks import Ticker
from delivery.wording import wrong_state

_PAPER_OPEN = (State.RUNNING, State.CLOSING)


def blueprint(desk: Desk, journal: Journal, gates: Gates) -> Blueprint:
    """Return the routes of delivery."""
    rooms = Blueprint("delivery", __name__)
    shelf = Shelf(gates.papers)
    signer = receipts.Signer(desk.settings.data_dir)
    _pages(rooms, desk, gates)
    _entering(rooms, desk, gates, shelf, signer.ticker)
    _papers(rooms, desk, shelf)
    _answering(rooms, desk, journal, shelf, signer.ticker)
    _handing_in(rooms, desk, journal, signer)
    _staff_acts(rooms, desk)
    _staff_looks(rooms, desk)
    return rooms


def _pages(rooms: Blueprint, desk: Desk, gates: Gates) -> None:
    @rooms.get("/exam")
    @desk.allowed("delivery.sit")
    def exams_page() -> str:
        with desk.database.reading() as session:
            attempts = reading.attempts_of(session, desk.actor().account)
        return render_template("delivery/exams.html", attempts=attempts, now=desk.clock())

    @rooms.get("/exam/<attempt>")
    @desk.allowed("delivery.sit")
    def exam_page(attempt: str) -> str:
        with desk.database.reading() as session:
            row = _own(desk, queries.get_attempt(session, attempt))
            name, mail = gates.name_of(session, row.candidate), gates.mail_to(session, row.candidate)
        boot = {
            "attempt": row.id,
            "title": row.title,
            "language": _language(),
            "csrf": generate_csrf(),
            "candidate": {"name": name, "seat": row.seat, "photo": None, "mail": mail},
        }
        return render_template("delivery/exam.html", boot=boot)


def _entering(rooms: Blueprint, desk: Desk, gates: Gates, shelf: Shelf, ticker: Ticker) -> None:
    @rooms.get("/api/v1/me/attempts")
    @desk.allowed("delivery.sit")
    @desk.described(tags=["attempts"])
    def my_attempts() -> Response:
        """Return the candidate's own attempts."""
        with desk.database.reading() as session:
            attempts = reading.attempts_of(session, desk.actor().account)
        return jsonify(attempts=[_listed(attempt) for attempt in attempts], server_time=iso(desk.clock()))

    @rooms.post("/api/v1/attempts/<attempt>/ticket")
    @desk.allowed("delivery.sit")
    @desk.described(json=bodies.TicketBody, tags=["attempts"])
    def take_ticket(attempt: str) -> Response:
        """Let the candidate in, and issue a ticket of one use to connect a page; `other` is the page that it will take over from.

        Where the paper's plan wants it, another machine than the last one needs an invigilator's `code`.
        """
        body = bodies.TicketBody.model_validate(request.get_json())
        with _own_unit(desk, attempt) as (unit, row):
            opening.check_in(unit, row, gates.admission)
            shut = machines.knock(unit, row, body.device, body.code)
            ticket = presence.issue_ticket(unit, row, body.device, devices.place_of(body.device, request.remote_addr or ""), _language())
        if shut:  # only now: a wrong try at a code must be kept; nobody is told the ticket
            raise shut
        other = ticket.other.as_dict() if ticket.other else None
        return jsonify(ticket=ticket.ticket, expires_at=iso(ticket.expires_at), other=other)

    @rooms.post("/api/v1/attempts/<attempt>/start")
    @desk.allowed("delivery.sit")
    @desk.described(json=bodies.NoBody, tags=["attempts"])
    def start_attempt(attempt: str) -> Response:
        """Start, or go on; the answer is the attempt's picture."""
        with _own_unit(desk, attempt) as (unit, row):
            opening.start(unit, row.id, gates.admission)
            picture = resync.picture(unit.session, row, unit.now, shelf.get(unit.session, row.form))
        return jsonify({**picture, "tick": ticker.give(row.id, desk.clock())})

    @rooms.get("/api/v1/attempts/<attempt>/state")
    @desk.allowed("delivery.sit")
    @desk.described(query=bodies.SinceQuery, tags=["attempts"])
    def attempt_state(attempt: str) -> Response:
        """Return the attempt's picture and its events after the number `since`; the answers to a page that asks, or knows nothing (0)."""
        asked = bodies.SinceQuery.model_validate(request.args.to_dict())
        whole = asked.answers or not asked.since
        row = _own_now(desk, attempt)
        with desk.database.reading() as session:
            picture = resync.picture(session, row, desk.clock(), shelf.get(session, row.form) if whole else None)
            events = resync.since(session, attempt, asked.since)
        return jsonify({**picture, "tick": ticker.give(attempt, desk.clock()), "events": events})


def _papers(rooms: Blueprint, desk: Desk, shelf: Shelf) -> None:
    @rooms.get("/api/v1/attempts/<attempt>/paper")
    @desk.allowed("delivery.sit")
    @desk.described(tags=["attempts"])
    def attempt_paper(attempt: str) -> Response:
        """Return the candidate's paper once the attempt runs; before that, to whoever has been let in, sealed."""
        row = _own_now(desk, attempt)
        if row.state == State.SCHEDULED:
            raise PAPER_SEALED(starts_at=row.starts_at)
        if row.state == State.READY:
            return jsonify(sealed=sealing.as_message(_sealed(desk, row, shelf)))
        if row.state == State.PAUSED:
            raise PAUSED()
        if row.state not in _PAPER_OPEN:
            raise wrong_state(row.state, "paper")
        with desk.database.reading() as session:
            if row.moving == machines.Moving.CODE and presence.is_elsewhere(session, row, desk.actor()):
                raise MOVE_CODE_NEEDED()
            paper = shelf.get(session, row.form)
        return jsonify(paper.build(row.seed, row.id))


def _answering(rooms: Blueprint, desk: Desk, journal: Journal, shelf: Shelf, ticker: Ticker) -> None:
    @rooms.put("/api/v1/attempts/<attempt>/answers/<int:seq>")
    @takes(MB)
    @keeps("value")
    @desk.allowed("delivery.sit")
    @desk.described(json=bodies.AnswerBody, tags=["attempts"])
    def put_answer(attempt: str, seq: int) -> Response:
        """Save one answer where the socket cannot, by the same rules; answered after the durable commit."""
        body = bodies.AnswerBody.model_validate(request.get_json())
        if not 1 <= seq <= MAX_SEQ:
            raise NOT_FOUND()
        with desk.database.reading() as session:
            row = _own(desk, queries.get_attempt(session, attempt))
            kinds = shelf.get(session, row.form).kinds
            epoch = presence.epoch_of(session, attempt, desk.actor(), body.epoch)
        sent = Sent(seq, epoch, body.item, body.value, body.typed_at, body.evidence)
        save = accept(attempt, kinds, sent, ticker, desk.clock(), lambda _save: None)
        journal.put(save)
        journal.flush()
        if isinstance(save.outcome, ExamError):
            raise save.outcome
        assert save.outcome is not None
        return jsonify(ok=True, seq=seq, saved_at=iso(save.outcome))


def _handing_in(rooms: Blueprint, desk: Desk, journal: Journal, signer: receipts.Signer) -> None:
    @rooms.post("/api/v1/attempts/<attempt>/submit")
    @desk.allowed("delivery.sit")
    @desk.described(json=bodies.SubmitBody, tags=["attempts"])
    def submit_attempt(attempt: str) -> Response:
        """Hand in; refused with the missing numbers when answers are not here yet."""
        body = bodies.SubmitBody.model_validate(request.get_json())
        journal.drain(attempt)
        with _own_unit(desk, attempt) as (unit, row):
            epoch = presence.epoch_of(unit.session, attempt, unit.actor, body.epoch)
            submitting.hand_in(unit, attempt, epoch, body.last_seq)
            receipt = receipts.issue(unit.session, signer, row)
        return jsonify(ok=True, receipt=receipts.brief(receipt))

    @rooms.get("/api/v1/attempts/<attempt>/receipt")
    @desk.allowed("delivery.sit")
    @desk.described(tags=["attempts"])
    def attempt_receipt(attempt: str) -> Response:
        """Return the signed receipt with every entry of the journal: the file to keep."""
        row = _own_now(desk, attempt)
        with desk.database.reading() as session:
            return jsonify(receipts.issue(session, signer, row))

    @rooms.get("/api/v1/receipt-key")
    @desk.allowed("public")
    @desk.described(tags=["attempts"])
    def receipt_key() -> Response:
        """Return the public key of this deployment's receipts (JWK)."""
        return jsonify(signer.public)


def _staff_acts(rooms: Blueprint, desk: Desk) -> None:
    def act(name: str, body: type[bodies.Body], does: str, do: Callable[[Unit, str, Any], Any]) -> None:
        def view(attempt: str) -> Response:
            given = body.model_validate(request.get_json())
            with desk.database.unit(desk.actor(), desk.clock()) as unit:
                done = do(unit, attempt, given)
            return jsonify(ok=True, done=done is not False)

        view.__name__, view.__doc__ = f"{name}_attempt", does
        described = desk.described(json=body, tags=["invigilation"])(view)
        rooms.post(f"/api/v1/attempts/<attempt>/{name}")(desk.allowed("invigilation.act")(described))

    act(
        "extend",
        bodies.ExtendBody,
        "Give an attempt more time, and its open sections with it; a limited section that has ended stays closed.",
        lambda unit, attempt, b: accommodating.extend(unit, attempt, b.seconds, b.reason, b.request, TimeKind(b.kind)),
    )
    act(
        "pause",
        bodies.ReasonBody,
        "Stop the attempt's clock.",
        lambda unit, attempt, b: accommodating.pause(unit, attempt, b.reason, b.request),
    )
    act(
        "resume",
        bodies.ReasonBody,
        "Let the attempt's clock go on.",
        lambda unit, attempt, b: accommodating.resume(unit, attempt, b.reason, b.request),
    )
    act(
        "end",
        bodies.ReasonBody,
        "Hand in for the candidate.",
        lambda unit, attempt, b: accommodating.end(unit, attempt, b.reason),
    )
    act(
        "notice",
        bodies.NoticeBody,
        "Show the candidate a notice.",
        lambda unit, attempt, b: accommodating.notify(unit, attempt, b.text),
    )
    act(
        "reopen",
        bodies.ReopenBody,
        "Open a handed-in attempt again: the first of two people asks (`done` is false), the second does it.",
        lambda unit, attempt, b: accommodating.reopen(unit, attempt, b.seconds, b.reason),
    )
    act(
        "void",
        bodies.ReasonBody,
        "Void an attempt: the first of two people asks (`done` is false), the second does it.",
        lambda unit, attempt, b: accommodating.void(unit, attempt, b.reason),
    )


def _staff_looks(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/api/v1/papers/<paper>/attempts")
    @desk.allowed("invigilation.watch")
    @desk.described(tags=["invigilation"])
    def watched_attempts(paper: str) -> Response:
        """Return how the attempts of a sitting's paper stand, who is connected, and who has not acknowledged the latest deadline."""
        with desk.database.reading() as session:
            attempts = reading.attempts_of_paper(session, paper)
        watched = [
            {
                **_listed(a),
                "candidate": a.candidate,
                "connected": a.connected,
                "where": a.where,
                "entries": a.entries,
                "deadline_acked": a.deadline_acked >= a.deadline_version,
            }
            for a in attempts
        ]
        return jsonify(attempts=watched, server_time=iso(desk.clock()))

    @rooms.get("/api/v1/attempts/<attempt>/ledger")
    @desk.allowed("invigilation.watch")
    @desk.described(tags=["invigilation"])
    def attempt_ledger(attempt: str) -> Response:
        """Return every change of an attempt's time with its reason, and the answers that were kept aside."""
        with desk.database.reading() as session:
            entries, aside = reading.time_ledger(session, attempt), reading.kept_aside(session, attempt)
        return jsonify(time=[_told_time(entry) for entry in entries], kept_aside=[_told_aside(answer) for answer in aside])


def _sealed(desk: Desk, row: AttemptRow, shelf: Shelf) -> SealedRow:
    """Return the attempt's sealed paper; one that was not sealed ahead, for a candidate who came late, is sealed now."""
    with desk.database.reading() as session:
        sealed = queries.find_sealed(session, row.id)
    if sealed:
        return sealed
    with desk.database.unit(desk.actor(), desk.clock()) as unit:
        return sealing.seal(unit, row, shelf.get(unit.session, row.form))


def _told_time(entry: TimeEntry) -> dict[str, Any]:
    return {**vars(entry), "at": iso(entry.at)}


def _told_aside(answer: reading.KeptAside) -> dict[str, Any]:
    return {**vars(answer), "typed_at": iso(answer.typed_at), "received_at": iso(answer.received_at)}


@contextmanager
def _own_unit(desk: Desk, attempt: str) -> Iterator[tuple[Unit, AttemptRow]]:
    """Open a unit of work with the candidate's own attempt locked."""
    with desk.database.unit(desk.actor(), desk.clock()) as unit:
        yield unit, _own(desk, queries.lock_attempt(unit, attempt))


def _own(desk: Desk, row: AttemptRow) -> AttemptRow:
    if row.candidate != desk.actor().account:
        raise NOT_FOUND()  # whose attempt it is, is nobody else's business
    return row


def _own_now(desk: Desk, attempt: str) -> AttemptRow:
    """Return the candidate's own attempt after the clock has had its say."""
    with desk.database.reading() as session:
        _own(desk, queries.get_attempt(session, attempt))
    submitting.keep_time_if_due(desk.database, attempt, desk.clock())
    with desk.database.reading() as session:
        return queries.get_attempt(session, attempt)


def _listed(attempt: reading.Attempt) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "title": attempt.title,
        "seat": attempt.seat,
        "state": attempt.state,
        "opens_at": iso(attempt.opens_at),
        "starts_at": iso(attempt.starts_at),
        "latest_start_at": iso(attempt.latest_start_at),
        "duration_s": attempt.duration_s,
        "deadline": iso(attempt.deadline_at) if attempt.deadline_at else None,
        "submitted_at": iso(attempt.submitted_at) if attempt.submitted_at else None,
    }


def _language() -> str:
    return "en" if str(get_locale()).startswith("en") else "zh"
