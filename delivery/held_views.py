"""Answers that came another way, over HTTP: those kept aside, which two people decide, and those that travelled in a file."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from sqlalchemy.orm import Session

from core import audit
from core.clock import iso
from core.desk import MB, Desk, takes
from core.errors import ExamError
from delivery import answer_files, bodies, held, queries, receipts, submitting
from delivery.gates import Gates, NameOf
from delivery.journal import Journal
from delivery.papers import Shelf
from delivery.ruling import Ruling
from delivery.saves import Save
from delivery.showing import Question, in_words, questions
from delivery.tables import LeaseRow


class RulingBody(bodies.Body):
    """What becomes of an answer that was kept aside, and why."""

    ruling: Ruling
    reason: bodies.Reason


def blueprint(desk: Desk, journal: Journal, gates: Gates) -> Blueprint:
    """Return the routes."""
    rooms = Blueprint("held", __name__)
    shelf = Shelf(gates.papers)
    _held(rooms, desk, gates, shelf)
    ticker = receipts.Signer(desk.settings.data_dir).ticker
    _answer_files(rooms, desk, gates, shelf, partial(answer_files.bring, journal, ticker))
    return rooms


def _held(rooms: Blueprint, desk: Desk, gates: Gates, shelf: Shelf) -> None:
    @rooms.get("/invigilate/held")
    @desk.allowed("invigilation.act")
    def held_page() -> str:
        with desk.database.reading() as session:
            papers = held.papers(session)
        return render_template("delivery/held.html", papers=papers, paper=request.args.get("paper", ""))

    @rooms.get("/api/v1/held/<paper>")
    @desk.allowed("invigilation.act")
    @desk.described(tags=["invigilation"])
    def held_of_paper(paper: str) -> Response:
        """Return the answers of a paper that were kept aside: what was typed, when, on which page, why it was held, what stands now, and
        what was said about it.
        """
        with desk.database.reading() as session:
            found = [_told_attempt(session, one, gates.name_of) for one in held.of_paper(session, paper, shelf)]
        return jsonify(attempts=found, you=desk.actor().account)

    @rooms.post("/api/v1/attempts/<attempt>/held/<digest>")
    @desk.allowed("invigilation.act")
    @desk.described(json=RulingBody, tags=["invigilation"])
    def decide_held(attempt: str, digest: str) -> Response:
        """Decide about an answer that was kept aside: the first of two people proposes, the second decides; one who differs makes the first
        decision void (`stage` is open again).
        """
        body = RulingBody.model_validate(request.get_json())
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            standing = held.decide(unit, attempt, digest, body.ruling, body.reason)
        return jsonify(stage=str(standing.stage), ruling=str(standing.first.ruling) if standing.first else None)


def _told_attempt(session: Session, of: held.HeldOfAttempt, name_of: NameOf) -> dict[str, Any]:
    row, places, named = of.attempt, questions(of.paper), _namer(session, name_of)
    return {
        "attempt": row.id,
        "seat": row.seat,
        "name": named(row.candidate),
        "state": row.state,
        "deadline": iso(row.deadline_at) if row.deadline_at else None,
        "submitted_at": iso(row.submitted_at) if row.submitted_at else None,
        "answers": [_told_answer(answer, places.get(answer.row.item), named) for answer in of.answers],
    }


def _told_answer(answer: held.HeldAnswer, question: Question | None, named: Callable[[str], str]) -> dict[str, Any]:
    row, page, standing = answer.row, answer.page, answer.standing
    return {
        "digest": row.digest,
        "item": row.item,
        "number": question.number if question else None,
        "seq": row.seq,
        "epoch": row.epoch,
        "value": in_words(question, held.value_of(row)),
        "current": in_words(question, answer.current),
        "typed_at": iso(row.typed_at),
        "received_at": iso(row.received_at),
        "page": _told_page(page) if page else None,
        "reason": row.reason,
        "stage": str(standing.stage),
        "first": {"by": standing.first.by, "ruling": str(standing.first.ruling)} if standing.first else None,
        "opinions": [{"name": named(o.by), "ruling": o.ruling, "reason": o.reason, "at": iso(o.at)} for o in answer.opinions],
        "rulings": sorted(answer.rulings),
        "counts": answer.counts,
    }


def _told_page(page: LeaseRow) -> dict[str, Any]:
    taken_over = iso(page.ended_at) if page.ended == "superseded" and page.ended_at else None
    return {"where": page.place, "since": iso(page.since), "taken_over_at": taken_over}


def _namer(session: Session, name_of: NameOf) -> Callable[[str], str]:
    """Return a function that says what people are called; who has no account any more stays an id."""

    def named(account: str) -> str:
        try:
            return name_of(session, account)
        except ExamError:
            return account

    return named


def _answer_files(rooms: Blueprint, desk: Desk, gates: Gates, shelf: Shelf, bring: Callable[..., list[Save]]) -> None:
    @rooms.get("/invigilate/answer-files")
    @desk.allowed("invigilation.act")
    def answer_files_page() -> str:
        return render_template("delivery/answer_files.html")

    @rooms.post("/api/v1/answer-files/look")
    @takes(9 * MB)
    @desk.allowed("invigilation.act")
    @desk.described(json=answer_files.AnswerFile, tags=["invigilation"])
    def look_into_file() -> Response:
        """Say what an answer file holds, and change nothing: whose it is, how many answers, of what time, how many are here already."""
        file = answer_files.AnswerFile.model_validate(request.get_json())
        with desk.database.reading() as session:
            found = answer_files.look(session, file)
            name = _namer(session, gates.name_of)(found.attempt.candidate)
        return jsonify(
            attempt=found.attempt.id,
            title=found.attempt.title,
            name=name,
            seat=found.attempt.seat,
            state=found.attempt.state,
            answers=found.answers,
            here=found.here,
            aside=found.aside,
            first=found.first and iso(found.first),
            last=found.last and iso(found.last),
        )

    @rooms.post("/api/v1/answer-files")
    @takes(9 * MB)
    @desk.allowed("invigilation.act")
    @desk.described(json=answer_files.AnswerFile, tags=["invigilation"])
    def bring_answers() -> Response:
        """Bring in the answers that a page exported while it had no network; says of each that does not count why, and where it is kept."""
        file = answer_files.AnswerFile.model_validate(request.get_json())
        with desk.database.reading() as session:
            entries = answer_files.read(session, file)
            kinds = shelf.get(session, queries.get_attempt(session, file.attempt).form).kinds
        submitting.keep_time_if_due(desk.database, file.attempt, desk.clock())
        saves = bring(kinds, file.attempt, entries, desk.clock())
        errors = [(save.entry, save.outcome) for save in saves if isinstance(save.outcome, ExamError)]
        refused = [{"seq": entry.seq, "item": entry.item, "code": error.kind.code} for entry, error in errors]
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            audit.record(unit, "delivery.answers.brought", f"attempt/{file.attempt}", entries=len(saves), refused=len(refused))
        return jsonify(attempt=file.attempt, kept=len(saves) - len(refused), refused=refused)
