"""Regrading over HTTP: the office's page, and what it asks for."""

import time
from dataclasses import asdict
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, render_template
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from core.clock import iso
from core.desk import Desk
from scoring import regrade, regrade_page, regrade_queries
from scoring.analysis.words import speaker
from scoring.changes import Change
from scoring.gates import Consequences, NamesOf, ToldOf
from scoring.language import readers_language
from scoring.tables import RegradeRow

Reason = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]


class Strict(BaseModel):
    """An unknown name is an error."""

    model_config = ConfigDict(extra="forbid")


class ProposalBody(Strict):
    """A regrade to be, with its reason for the file."""

    changes: Annotated[list[Change], Field(min_length=1, max_length=50)]
    reason: Reason


class ReversalBody(Strict):
    """Why a regrade is to be taken back."""

    reason: Reason


class CommitBody(Strict):
    """The digest of the preview that was seen."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def blueprint(desk: Desk, names_of: NamesOf, told_of: ToldOf, consequences: Consequences) -> Blueprint:
    """Return the routes of regrading."""
    rooms = Blueprint("regrading", __name__)
    _pages(rooms, desk, names_of, told_of, consequences)
    _proposing(rooms, desk, consequences)
    _deciding(rooms, desk, consequences)
    return rooms


def _pages(rooms: Blueprint, desk: Desk, names_of: NamesOf, told_of: ToldOf, consequences: Consequences) -> None:
    @rooms.get("/office/regrades/<paper>")
    @desk.allowed("results.regrade")
    def regrades_page(paper: str) -> str:
        with desk.database.reading() as session:
            questions = regrade_page.questions(session, paper)
            rows = regrade_queries.regrades_of(session, paper)
            told = told_of(session, [paper]).get(paper)
            names = names_of(session, regrade_page.people_in(rows))
            outdated = {row.id for row in rows if _is_outdated(session, row, consequences)}
        say = speaker(readers_language())
        shown = [regrade_page.shown(row, names, say, outdated=row.id in outdated) for row in rows]
        title = told.title if told else paper
        plain = [{**asdict(question), "marks": str(question.marks)} for question in questions]
        page = {"paper": paper, "title": title, "questions": questions, "questions_json": plain, "regrades": shown}
        return render_template("scoring/regrades.html", **page, own=desk.actor().account)


def _proposing(rooms: Blueprint, desk: Desk, consequences: Consequences) -> None:
    @rooms.post("/api/v1/regrades/papers/<paper>")
    @desk.allowed("results.regrade")
    @desk.described(tags=["regrading"])
    def propose(paper: str, json: ProposalBody) -> tuple[Response, int]:
        """Propose a regrade of a paper; its preview is made in the background."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            made = regrade.propose(unit, paper, json.changes, json.reason.strip())
        return jsonify(regrade=made), 201

    @rooms.post("/api/v1/regrades/<regrade_id>/reversal")
    @desk.allowed("results.regrade")
    @desk.described(tags=["regrading"])
    def propose_reversal(regrade_id: str, json: ReversalBody) -> tuple[Response, int]:
        """Propose to take a committed regrade back; previewed and committed like any other."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            made = regrade.propose_reversal(unit, regrade_id, json.reason.strip())
        return jsonify(regrade=made), 201

    @rooms.get("/api/v1/regrades/<regrade_id>")
    @desk.allowed("results.regrade")
    @desk.described(tags=["regrading"])
    def get_regrade(regrade_id: str) -> Response:
        """Return a regrade with its preview: `done` of `due` scripts have been judged; an `outdated` preview cannot be committed."""
        with desk.database.reading() as session:
            row = regrade_queries.get_regrade(session, regrade_id)
            outdated = _is_outdated(session, row, consequences)
        return jsonify(**_told(row), outdated=outdated)

    @rooms.post("/api/v1/regrades/<regrade_id>/preview")
    @desk.allowed("results.regrade")
    @desk.described(tags=["regrading"])
    def preview_again(regrade_id: str) -> Response:
        """Ask for a new preview."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            regrade.ask_again(unit, regrade_id)
        return jsonify(ok=True)


def _deciding(rooms: Blueprint, desk: Desk, consequences: Consequences) -> None:
    @rooms.post("/api/v1/regrades/<regrade_id>/commit")
    @desk.allowed("results.regrade")
    @desk.described(tags=["regrading"])
    def commit(regrade_id: str, json: CommitBody) -> Response:
        """Let a regrade take effect as it was previewed; by another person than who proposed it."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            attempts = regrade.commit(unit, regrade_id, json.digest, consequences, lambda: time.sleep(0))
        return jsonify(attempts=attempts)

    @rooms.post("/api/v1/regrades/<regrade_id>/withdraw")
    @desk.allowed("results.regrade")
    @desk.described(tags=["regrading"])
    def withdraw(regrade_id: str) -> Response:
        """Withdraw a proposal."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            regrade.withdraw(unit, regrade_id)
        return jsonify(ok=True)


def _is_outdated(session: Session, row: RegradeRow, consequences: Consequences) -> bool:
    return row.state == "previewed" and not regrade.is_current(session, row, consequences)


def _told(row: RegradeRow) -> dict[str, Any]:
    return {
        "regrade": row.id,
        "paper": row.paper,
        "changes": row.changes,
        "reverses": row.reverses,
        "reason": row.reason,
        "state": row.state,
        "proposed_by": row.proposed_by,
        "proposed_at": iso(row.proposed_at),
        "done": row.done,
        "due": row.due,
        "digest": row.digest,
        "preview": row.preview,
        "committed_by": row.committed_by,
        "committed_at": row.committed_at and iso(row.committed_at),
    }
