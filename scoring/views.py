"""The marking room over HTTP: the marker's page, the chief's page, and what they ask for."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from core.clock import ZONE, iso
from core.desk import Desk
from core.errors import NOT_FOUND
from scoring import chief, chief_desk, marking, marking_queue, queries, reading, setup, staffing
from scoring.gates import MarkersOf, NamesOf
from scoring.setup import Setup
from scoring.shapes import Decision, DraftBody, KeptSample, Levels, OwnSite, Reason, StaffAct


def blueprint(desk: Desk, names_of: NamesOf, markers_of: MarkersOf) -> Blueprint:
    """Return the routes of the marking room."""
    rooms = Blueprint("marking", __name__)
    _pages(rooms, desk)
    _tasks(rooms, desk)
    _ends(rooms, desk)
    _figures(rooms, desk)
    _papers(rooms, desk, names_of, markers_of)
    _staff(rooms, desk, markers_of)
    _parts(rooms, desk, names_of)
    return rooms


def _pages(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/marking")
    @desk.allowed("marking.mark")
    def marking_page() -> str:
        return render_template("scoring/marking.html")

    @rooms.get("/marking/chief")
    @desk.allowed("marking.chief")
    def chief_page() -> str:
        with desk.database.reading() as session:
            return render_template("scoring/chief.html", papers=chief_desk.papers(session))


def _tasks(rooms: Blueprint, desk: Desk) -> None:
    @rooms.post("/api/v1/marking/next")
    @desk.allowed("marking.mark")
    @desk.described(tags=["marking"])
    def next_task() -> Response:
        """Hand out the marker's next task, or the one already held."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            task = marking_queue.take_next(unit)
        return jsonify(task=_task(task), server_time=iso(desk.clock()))

    @rooms.put("/api/v1/marking/tasks/<task_id>/draft")
    @desk.allowed("marking.mark")
    @desk.described(tags=["marking"])
    def save_draft(task_id: str, json: DraftBody) -> Response:
        """Keep a draft and renew the lease."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            marking.save_draft(unit, task_id, json.model_dump(mode="json"))
        return jsonify(ok=True, saved_at=iso(unit.now), lease_until=iso(unit.now + marking_queue.LEASE))

    @rooms.post("/api/v1/marking/tasks/<task_id>/mark")
    @desk.allowed("marking.mark")
    @desk.described(tags=["marking"])
    def give_mark(task_id: str, json: Levels) -> Response:
        """Mark a task by its rubric; `counts` is false when somebody else had taken it over, and the mark is kept beside."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            given = marking.give_mark(unit, task_id, json.levels, json.comment, json.annotations)
        return jsonify(ok=True, marks=str(given.marks), counts=given.counts)

    @rooms.get("/api/v1/marking/tasks/<task_id>/exemplars")
    @desk.allowed("marking.mark")
    @desk.described(tags=["marking"])
    def exemplars(task_id: str) -> Response:
        """Return the exemplars of the item of a task that the marker holds, with agreed marks and why."""
        with desk.database.reading() as session:
            rows = marking_queue.exemplars(session, desk.actor().account, task_id)
        shown = [{"answer": row.answer, "marks": str(row.marks), "levels": row.levels, "note": row.note} for row in rows]
        return jsonify(exemplars=shown)


def _ends(rooms: Blueprint, desk: Desk) -> None:
    @rooms.post("/api/v1/marking/tasks/<task_id>/return")
    @desk.allowed("marking.mark")
    @desk.described(tags=["marking"])
    def give_back(task_id: str, json: Reason) -> Response:
        """Give a held task back to the queue, with a reason."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            marking_queue.give_back(unit, task_id, json.reason)
        return jsonify(ok=True)

    @rooms.post("/api/v1/marking/tasks/<task_id>/escalate")
    @desk.allowed("marking.mark")
    @desk.described(tags=["marking"])
    def escalate(task_id: str, json: Reason) -> Response:
        """Put a suspicious script before the chief marker, with a reason."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            marking_queue.escalate(unit, task_id, json.reason)
        return jsonify(ok=True)


def _figures(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/api/v1/marking/mine")
    @desk.allowed("marking.mark")
    @desk.described(tags=["marking"])
    def mine() -> Response:
        """Return the marker's own latest marks, how many were given today, the comments used most often, and how many tasks are left."""
        marker, now = desk.actor().account, desk.clock()
        with desk.database.reading() as session:
            rows = queries.history(session, marker, 30)
            left = marking_queue.count_free(session, marker, now)
            today = queries.readings_since(session, marker, now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0))
            comments = queries.usual_comments(session, marker, 9)
        marks = [{"code": code, "marks": str(m.marks), "max_marks": str(m.max_marks), "at": iso(m.at)} for code, m in rows]
        return jsonify(marks=marks, today=today, comments=comments, left=left)

    @rooms.get("/api/v1/marking/progress")
    @desk.allowed("marking.chief")
    @desk.described(tags=["marking"])
    def progress() -> Response:
        """Return tasks by paper and state, and for each marker the tasks marked and in hand and the share of full marks given."""
        with desk.database.reading() as session:
            papers = reading.marking_progress(session)
            markers = reading.marker_progress(session, desk.clock())
        return jsonify(papers=[vars(row) for row in papers], markers=[vars(row) for row in markers])


def _papers(rooms: Blueprint, desk: Desk, names_of: NamesOf, markers_of: MarkersOf) -> None:
    @rooms.get("/api/v1/marking/papers/<paper>")
    @desk.allowed("marking.chief")
    @desk.described(tags=["marking"])
    def chief_desk_of(paper: str) -> Response:
        """Return a paper's progress, throughput, agreement, markers with severity and control chart, and what waits for the chief."""
        with desk.database.reading() as session:
            names = names_of(session, chief_desk.accounts_at(session, paper))
            shown = chief_desk.desk(session, paper, desk.clock(), names, markers_of(session))
        return jsonify(shown)

    @rooms.put("/api/v1/marking/papers/<paper>/setup")
    @desk.allowed("marking.chief")
    @desk.described(tags=["marking"])
    def change_setup(paper: str, json: Setup) -> Response:
        """Set a paper's scheme (before its first mark by hand) and its quality rules."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            chief.change_setup(unit, paper, json)
        return jsonify(ok=True)

    @rooms.post("/api/v1/marking/papers/<paper>/stop")
    @desk.allowed("marking.chief")
    @desk.described(tags=["marking"])
    def stop(paper: str, json: Reason) -> Response:
        """Stop the marking of a paper, with a reason."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            setup.stop(unit, paper, json.reason)
        return jsonify(ok=True)

    @rooms.post("/api/v1/marking/papers/<paper>/resume")
    @desk.allowed("marking.chief")
    @desk.described(tags=["marking"])
    def resume(paper: str, json: Reason) -> Response:
        """Resume the marking of a paper, with a reason."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            setup.resume(unit, paper, json.reason)
        return jsonify(ok=True)


def _staff(rooms: Blueprint, desk: Desk, markers_of: MarkersOf) -> None:
    acts = {
        "pause": staffing.pause,
        "resume": staffing.resume,
        "requalify": staffing.requalify,
        "redistribute": staffing.redistribute,
    }

    @rooms.post("/api/v1/marking/papers/<paper>/markers/<marker>")
    @desk.allowed("marking.chief")
    @desk.described(tags=["marking"])
    def act_on_marker(paper: str, marker: str, json: StaffAct) -> Response:
        """Pause, resume or requalify a marker, or redistribute what is in hand."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            acts[json.act](unit, paper, marker, json.reason)
        return jsonify(ok=True)

    @rooms.put("/api/v1/marking/papers/<paper>/markers/<marker>/site")
    @desk.allowed("marking.chief")
    @desk.described(tags=["marking"])
    def place_marker(paper: str, marker: str, json: OwnSite) -> Response:
        """Say of which site an account that may mark is, also before its first task; empty for none."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            if marker not in markers_of(unit.session):
                raise NOT_FOUND()
            staffing.set_site(unit, paper, marker, json.site)
        return jsonify(ok=True)


def _parts(rooms: Blueprint, desk: Desk, names_of: NamesOf) -> None:
    @rooms.get("/api/v1/marking/parts/<part_id>")
    @desk.allowed("marking.chief")
    @desk.described(tags=["marking"])
    def part(part_id: str) -> Response:
        """Return a part with all its readings side by side; who has seen them is never handed the part as a marker."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            shown, accounts = chief_desk.part(unit.session, part_id)
            chief.note_look(unit, part_id)
            names = names_of(unit.session, accounts)
        for row in shown["readings"]:
            row["name"] = names.get(row["marker"], row["marker"])
        return jsonify(shown)

    @rooms.post("/api/v1/marking/parts/<part_id>/decide")
    @desk.allowed("marking.chief")
    @desk.described(tags=["marking"])
    def decide(part_id: str, json: Decision) -> Response:
        """Give the final mark of a part that waits for the chief."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            marks = chief.decide(unit, part_id, json.levels, json.comment)
        return jsonify(ok=True, marks=str(marks))

    @rooms.post("/api/v1/marking/parts/<part_id>/clear")
    @desk.allowed("marking.chief")
    @desk.described(tags=["marking"])
    def clear(part_id: str, json: Reason) -> Response:
        """Let the marking of a suspicious script go on, with a reason."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            chief.clear(unit, part_id, json.reason)
        return jsonify(ok=True)

    @rooms.post("/api/v1/marking/parts/<part_id>/samples")
    @desk.allowed("marking.chief")
    @desk.described(tags=["marking"])
    def keep_sample(part_id: str, json: KeptSample) -> Response:
        """Keep a script with agreed marks as an exemplar, to qualify by, or as a seed."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            sample = chief.keep_sample(unit, part_id, json.use, json.levels, json.note)
        return jsonify(ok=True, sample=sample)


def _task(task: marking_queue.BlindTask) -> dict[str, Any]:
    return {**vars(task), "max_marks": str(task.max_marks), "lease_until": iso(task.lease_until)}
