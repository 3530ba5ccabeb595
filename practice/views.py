"""The practice bank over HTTP: the learner's page and what it asks for."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from pydantic import BaseModel, ConfigDict

from core.desk import MB, Desk, keeps, takes
from practice import answering, queries
from practice.gates import Entitlement


class NextBody(BaseModel):
    """Which item is wanted: of a knowledge point (empty: of all), or from the wrong-answer book."""

    model_config = ConfigDict(extra="forbid")

    knowledge: str = ""
    wrong_only: bool = False


class AnswerBody(BaseModel):
    """An answer in the shape of the item's response declaration, to the version that was shown."""

    model_config = ConfigDict(extra="forbid")

    version: str
    value: Any


def blueprint(desk: Desk, entitlement: Entitlement) -> Blueprint:
    """Return the routes of the practice rooms."""
    rooms = Blueprint("practice", __name__)

    @rooms.get("/practice")
    @desk.allowed("practice.use")
    def practice_page() -> str:
        with desk.database.reading() as session:
            standing = entitlement(session, desk.actor().account)
        return render_template("practice/practice.html", standing=standing)

    @rooms.get("/api/v1/practice/points")
    @desk.allowed("practice.use")
    @desk.described(tags=["practice"])
    def list_points() -> Response:
        """Return the knowledge points with the candidate's progress, and the size of the wrong-answer book."""
        candidate = desk.actor().account
        with desk.database.reading() as session:
            answering.check_entitled(session, candidate, entitlement)
            points = answering.points(session, candidate)
            wrong = len(queries.wrong_rows(session, candidate))
        return jsonify(points=[vars(point) for point in points], wrong=wrong)

    @rooms.post("/api/v1/practice/next")
    @desk.allowed("practice.use")
    @desk.described(tags=["practice"])
    def next_item(json: NextBody) -> Response:
        """Return the next item, keyless."""
        candidate = desk.actor().account
        with desk.database.reading() as session:
            answering.check_entitled(session, candidate, entitlement)
            item = answering.next_item(session, candidate, json.knowledge, wrong_only=json.wrong_only)
        return jsonify(item=item)

    @rooms.post("/api/v1/practice/answers")
    @takes(MB)
    @keeps("value")
    @desk.allowed("practice.use")
    @desk.described(tags=["practice"])
    def give_answer(json: AnswerBody) -> Response:
        """Check an answer: marks, what is right, and the explanation, at once."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            answering.check_entitled(unit.session, unit.actor.account, entitlement)
            checked = answering.give_answer(unit, json.version, json.value)
        return jsonify({**vars(checked), "marks": str(checked.marks), "max_marks": str(checked.max_marks)})

    return rooms
