"""The outlines of the programmes over HTTP: the tree of knowledge points with what the bank has for each."""

from typing import Annotated

from flask import Blueprint, Response, jsonify, render_template, request
from pydantic import Field

from core.desk import Desk
from itembank import knowledge, queries
from itembank.knowledge import Point
from itembank.shapes import Strict, Word, language, read_query

Named = Annotated[Word, Field(min_length=1, max_length=64)]


class OutlineQuery(Strict):
    """Which level's outline; without one, the first that there is."""

    programme: Word = ""
    level: Word = ""


class Outline(Strict):
    """The outline of a level."""

    programme: Named
    level: Named
    points: Annotated[list[Point], Field(max_length=2000)]


def add_routes(rooms: Blueprint, desk: Desk) -> None:
    """Add the page and the routes of outlines."""

    @rooms.get("/bank/knowledge")
    @desk.allowed("bank.read")
    def knowledge_page() -> str:
        query = read_query(OutlineQuery, request.args)
        with desk.database.reading() as session:
            known = knowledge.outlines(session)
            programme, level = (query.programme, query.level) if query.programme else (known or [("", "")])[0]
            rows = knowledge.standings(session, programme, level)
            names = {facet: queries.facet_values(session, facet) for facet in ("programme", "level")}
        lines = "\n".join("\t".join([row.point.path, row.point.importance, str(row.point.weight or "")]).rstrip() for row in rows)
        told = {"known": known, "programme": programme, "level": level, "rows": rows, "lines": lines, "names": names}
        return render_template("itembank/knowledge.html", boot={"language": language()}, **told)

    @rooms.get("/api/v1/bank/knowledge")
    @desk.allowed("bank.read")
    @desk.described(query=OutlineQuery, tags=["bank"])
    def get_outline() -> Response:
        """Return the knowledge points of a level with their importance and weight, and how many items the bank has for each."""
        query = read_query(OutlineQuery, request.args)
        with desk.database.reading() as session:
            rows = knowledge.standings(session, query.programme, query.level)
        points = [{**row.point.model_dump(mode="json"), "in_use": row.in_use, "waiting": row.waiting} for row in rows]
        return jsonify(programme=query.programme, level=query.level, points=points)

    @rooms.put("/api/v1/bank/knowledge")
    @desk.allowed("bank.publish")
    @desk.described(json=Outline, tags=["bank"])
    def put_outline() -> Response:
        """Keep the outline of a level in place of the one before."""
        told = Outline.model_validate(request.get_json())
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            knowledge.keep(unit, told.programme, told.level, told.points)
        return jsonify(points=len(told.points))
