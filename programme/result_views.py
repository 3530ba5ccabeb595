"""Results over HTTP: how a sitting goes and its release, for the office; what is released, for the candidate."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from core.clock import iso
from core.desk import Desk
from programme import office, queries, results
from programme.gates import People
from programme.tables import OutcomeRow, PaperRow, ResultRow, SittingRow


def add(rooms: Blueprint, desk: Desk, people: People) -> None:
    """Add the routes of results."""
    _watching(rooms, desk, people)
    _candidate(rooms, desk)


def _watching(rooms: Blueprint, desk: Desk, people: People) -> None:
    @rooms.get("/api/v1/sittings/<sitting>/progress")
    @desk.allowed("results.manage")
    @desk.described(tags=["programme"])
    def progress(sitting: str) -> Response:
        """Return how the papers of a sitting and their marking go, and what a release still waits for."""
        with desk.database.reading() as session:
            found = office.progress(session, sitting, people.names, desk.clock())
        told = asdict(found)
        told["release"]["releasable"] = found.release.releasable
        return jsonify(**told, server_time=iso(desk.clock()))

    @rooms.post("/api/v1/sittings/<sitting>/release")
    @desk.allowed("results.manage")
    @desk.described(tags=["programme"])
    def release(sitting: str) -> Response:
        """Release all held results of a sitting."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            released = results.release(unit, sitting)
        return jsonify(released=released)


def _candidate(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/results")
    @desk.allowed("results.own")
    def results_page() -> str:
        with desk.database.reading() as session:
            released = queries.released_results_of(session, desk.actor().account)
            told = queries.outcomes_told_to(session, desk.actor().account)
        sittings = {sitting.id: sitting for _, _, sitting in released}
        grouped = [
            (sitting, told.get(name), [(row, paper) for row, paper, of in released if of.id == name]) for name, sitting in sittings.items()
        ]
        return render_template("programme/results.html", sittings=grouped)

    @rooms.get("/api/v1/me/results")
    @desk.allowed("results.own")
    @desk.described(tags=["programme"])
    def own_results() -> Response:
        """Return the candidate's results as they were last released, with the marks of each section, and who passed in which band."""
        with desk.database.reading() as session:
            rows = queries.released_results_of(session, desk.actor().account)
            told = queries.outcomes_told_to(session, desk.actor().account)
        titles = {sitting.id: sitting.title for _, _, sitting in rows}
        outcomes = [_outcome(told[name], title) for name, title in titles.items() if name in told]
        return jsonify(results=[_result(*row) for row in rows], outcomes=outcomes)


def _outcome(outcome: OutcomeRow, title: str) -> dict[str, Any]:
    return {"sitting": title, "total": str(outcome.total), "passed": outcome.passed, "band": outcome.band}


def _result(result: ResultRow, paper: PaperRow, sitting: SittingRow) -> dict[str, Any]:
    assert result.released_at is not None
    assert result.published is not None
    return {
        "attempt": result.attempt,
        "sitting": sitting.title,
        "paper": paper.title,
        **{name: result.published[name] for name in ("marks", "max_marks", "sections")},
        "instead_of": result.published.get("instead_of"),
        "released_at": iso(result.released_at),
    }
