"""The invigilator's wall, and the office's page of outbound events, over HTTP."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, render_template
from flask_babel import get_locale
from pydantic import BaseModel, ConfigDict, Field

from core.clock import iso
from core.desk import Desk
from core.errors import ExamError
from delivery.rooms import Room
from proctor import hooks_out, queries, wall
from proctor.gates import Supervision
from proctor.hooks_out import RELAYED
from proctor.wall import ActKind, Seat


class ActBody(BaseModel):
    """An act on a selection of attempts, with its reason; `request` is the asker's own number, the same when it asks again."""

    model_config = ConfigDict(extra="forbid")

    act: ActKind
    attempts: Annotated[list[str], Field(min_length=1, max_length=500)]
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
    request: Annotated[str, Field(min_length=8, max_length=80)]
    minutes: Annotated[int, Field(ge=0, le=1440)] = 0


class NoBody(BaseModel):
    """Nothing."""

    model_config = ConfigDict(extra="forbid")


class RoomBody(BaseModel):
    """A room of a paper, by its name."""

    model_config = ConfigDict(extra="forbid")

    room: Annotated[str, Field(max_length=100)]


class EndpointBody(BaseModel):
    """An address and the facts that it wants to be told."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(max_length=500)]
    facts: list[str] = list(RELAYED)


def blueprint(desk: Desk, supervision: Supervision) -> Blueprint:
    """Return the routes of the proctor rooms."""
    rooms = Blueprint("proctor", __name__)
    _watching(rooms, desk, supervision)
    _acting(rooms, desk, supervision)
    _hooks(rooms, desk)
    return rooms


def _watching(rooms: Blueprint, desk: Desk, supervision: Supervision) -> None:
    @rooms.get("/invigilate")
    @desk.allowed("invigilation.watch")
    def wall_page() -> str:
        with desk.database.reading() as session:
            papers = wall.papers_on(session, supervision, desk.clock())
        return render_template("proctor/wall.html", papers=papers)

    @rooms.get("/api/v1/invigilation/papers")
    @desk.allowed("invigilation.watch")
    @desk.described(tags=["invigilation"])
    def list_papers() -> Response:
        """Return the papers that are being sat."""
        with desk.database.reading() as session:
            papers = wall.papers_on(session, supervision, desk.clock())
        return jsonify(papers=[{"paper": paper.id, "title": paper.title, "starts_at": iso(paper.starts_at)} for paper in papers])

    @rooms.get("/api/v1/invigilation/papers/<paper>")
    @desk.allowed("invigilation.watch")
    @desk.described(tags=["invigilation"])
    def list_seats(paper: str) -> Response:
        """Return the wall of a paper: every seat, how it goes, what its browser reported; and the rooms that are started by hand."""
        now = desk.clock()
        with desk.database.reading() as session:
            seats, rooms = wall.seats(session, paper, supervision, now), wall.rooms_of(session, paper)
        return jsonify(seats=[_told(seat) for seat in seats], rooms=[_told(room) for room in rooms], server_time=iso(now))


def _acting(rooms: Blueprint, desk: Desk, supervision: Supervision) -> None:
    @rooms.post("/api/v1/invigilation/acts")
    @desk.allowed("invigilation.act")
    @desk.described(tags=["invigilation"])
    def act(json: ActBody) -> Response:
        """Pause, resume, extend or end attempts, each for itself; the answer names those that could not be, and why."""
        wanted = wall.Act(json.act, json.reason.strip(), json.request, json.minutes * 60)
        done, refused = [], []
        for attempt in dict.fromkeys(json.attempts):
            try:
                with desk.database.unit(desk.actor(), desk.clock()) as unit:
                    wall.act(unit, attempt, wanted, supervision)
                done.append(attempt)
            except ExamError as error:
                refused.append({"attempt": attempt, "error": error.as_dict(_language())})
        return jsonify(done=done, refused=refused)

    @rooms.post("/api/v1/invigilation/attempts/<attempt>/move-code")
    @desk.allowed("invigilation.act")
    @desk.described(tags=["invigilation"])
    def issue_move_code(attempt: str, json: NoBody) -> Response:
        """Issue a code, told this once, with which the candidate goes on at another machine."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            issued = wall.issue_move_code(unit, attempt, supervision)
        return jsonify(code=issued.code, expires_at=iso(issued.expires_at))

    @rooms.post("/api/v1/invigilation/papers/<paper>/rooms/start")
    @desk.allowed("invigilation.act")
    @desk.described(tags=["invigilation"])
    def start_room(paper: str, json: RoomBody) -> Response:
        """Start a room: everybody in it begins at `starts_at`, a moment ahead; a room that was started keeps its start."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            starts_at = wall.start_room(unit, paper, json.room, supervision)
        return jsonify(starts_at=iso(starts_at))


def _hooks(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/office/hooks")
    @desk.allowed("hooks.manage")
    def hooks_page() -> str:
        with desk.database.reading() as session:
            endpoints, messages = queries.all_endpoints(session), queries.recent_messages(session, 50)
        addresses = {endpoint.id: endpoint.url for endpoint in endpoints}
        return render_template("proctor/hooks.html", endpoints=endpoints, messages=messages, addresses=addresses, facts=RELAYED)

    @rooms.get("/api/v1/hooks")
    @desk.allowed("hooks.manage")
    @desk.described(tags=["hooks"])
    def list_endpoints() -> Response:
        """Return the endpoints, without their secrets, and the latest messages."""
        with desk.database.reading() as session:
            endpoints, messages = queries.all_endpoints(session), queries.recent_messages(session, 50)
        return jsonify(
            endpoints=[{"id": e.id, "url": e.url, "facts": e.facts, "disabled": e.disabled_because} for e in endpoints],
            messages=[
                {
                    "endpoint": m.endpoint,
                    "event": m.event_id,
                    "type": m.type,
                    "state": m.state,
                    "tries": m.tries,
                    "due_at": iso(m.due_at),
                    "last_answer": m.last_answer,
                }
                for m in messages
            ],
        )

    @rooms.post("/api/v1/hooks")
    @desk.allowed("hooks.manage")
    @desk.described(tags=["hooks"])
    def add_endpoint(json: EndpointBody) -> tuple[Response, int]:
        """Enter an endpoint; the answer holds its signing secret, this once."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            endpoint, secret = hooks_out.add_endpoint(unit, json.url, json.facts, allow_private=desk.settings.hooks_private)
        return jsonify(endpoint=endpoint, secret=secret), 201

    @rooms.delete("/api/v1/hooks/<endpoint>")
    @desk.allowed("hooks.manage")
    @desk.described(tags=["hooks"])
    def disable_endpoint(endpoint: str) -> Response:
        """Stop telling an endpoint."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            hooks_out.disable_endpoint(unit, endpoint, "office")
        return jsonify(ok=True)

    @rooms.post("/api/v1/hooks/<endpoint>/enable")
    @desk.allowed("hooks.manage")
    @desk.described(tags=["hooks"])
    def enable_endpoint(endpoint: str) -> Response:
        """Tell an endpoint again."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            hooks_out.enable_endpoint(unit, endpoint)
        return jsonify(ok=True)


def _told(shown: Seat | Room) -> dict[str, Any]:
    return {name: iso(value) if isinstance(value, datetime) else value for name, value in asdict(shown).items()}


def _language() -> str:
    return "en" if str(get_locale()).startswith("en") else "zh"
