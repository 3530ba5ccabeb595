"""The item bank over HTTP: finding items, and one item with all that is known of it."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from sqlalchemy.orm import Session

from core.clock import iso
from core.desk import Desk
from itembank import (
    authoring_views,
    duplicates,
    exchange_views,
    form_views,
    knowledge_views,
    previews,
    queries,
    review_views,
    reviewing,
    uses,
)
from itembank.exchange import intake
from itembank.exchange.qti_engine import Engine
from itembank.kinds.catalogue import KINDS
from itembank.life import State
from itembank.paper import show_marks
from itembank.shapes import ItemQuery, NamesOf, ProgrammesOf, language, read_query
from itembank.tables import ItemRow, ItemVersionRow

PAGE = 50  # items on one page


def blueprint(desk: Desk, names: NamesOf, programmes: ProgrammesOf, engine: Engine) -> Blueprint:
    """Return the routes of the item bank; `engine` processes QTI items."""
    rooms = Blueprint("itembank", __name__)
    _pages(rooms, desk, names)
    _finding(rooms, desk)
    authoring_views.add_routes(rooms, desk)
    exchange_views.add_routes(rooms, desk, engine)
    review_views.add_routes(rooms, desk)
    form_views.add_routes(rooms, desk, names, programmes)
    knowledge_views.add_routes(rooms, desk)
    return rooms


def _pages(rooms: Blueprint, desk: Desk, names: NamesOf) -> None:
    @rooms.get("/bank")
    @desk.allowed("bank.read")
    def items_page() -> str:
        query = read_query(ItemQuery, request.args)
        with desk.database.reading() as session:
            rows, total = queries.find_items(session, query.filter(), (query.page - 1) * PAGE, PAGE)
            facets = {facet: queries.facet_values(session, facet) for facet in ("level", "programme", "knowledge")}
        told = {
            "rows": rows,
            "total": total,
            "most": queries.MOST_COUNTED,
            "pages": (total + PAGE - 1) // PAGE,
            "facets": facets,
            "me": desk.actor().account,
            "boot": {"language": language()},
        }
        return render_template("itembank/items.html", query=query, kinds=KINDS, **told)

    @rooms.get("/bank/items/<item>")
    @desk.allowed("bank.read")
    def item_page(item: str) -> str:
        n = request.args.get("version", type=int)
        with desk.database.reading() as session:
            row = queries.get_item(session, item)
            versions = queries.versions_of(session, item)
            shown = next((version for version in versions if version.n == n), versions[0])
            told = _standing(session, row, versions, names)
            key = intake.get_key(session, shown.id)
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            reviewing.note_sight(unit, [shown.id])
        mine = desk.actor().account in told["authors"]
        boot = {"paper": previews.preview(row, shown), "language": language(), "item": row.id, "version": versions[0].n}
        return render_template(
            "itembank/item.html", item=row, shown=shown, versions=versions, key=key, boot=boot, kind=KINDS[row.kind], mine=mine, **told
        )


def _standing(session: Session, row: ItemRow, versions: list[ItemVersionRow], names: NamesOf) -> dict[str, Any]:
    """Return what is known of an item besides its versions."""
    notes, sights = reviewing.notes_of(session, row.id), reviewing.sights_of(session, row.id)
    people = {*(v.created_by for v in versions), *(n.by for n in notes), *(n.settled_by for n in notes if n.settled_by)}
    return {
        "notes": notes,
        "sights": sights,
        "people": names(session, people | {sight.account for sight in sights}),
        "authors": reviewing.authors_of(session, row),
        "uses": uses.uses_of(session, row.id),
        "exposure": uses.get_exposure(session, row.id),
        "enemies": uses.enemies_of(session, row),
        "alike": duplicates.like_item(session, row.id),
        "n_of": {version.id: version.n for version in versions},
    }


def _finding(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/api/v1/bank/items")
    @desk.allowed("bank.read")
    @desk.described(query=ItemQuery, tags=["bank"])
    def list_items() -> Response:
        """Return a page of items, last changed first, and how many there are; `more` where there are more than are counted."""
        query = read_query(ItemQuery, request.args)
        with desk.database.reading() as session:
            rows, total = queries.find_items(session, query.filter(), (query.page - 1) * PAGE, PAGE)
        told = [_told_item(item, version) for item, version in rows]
        return jsonify(items=told, total=total, more=total == queries.MOST_COUNTED, page=query.page, page_size=PAGE)

    @rooms.get("/api/v1/bank/items/<item>")
    @desk.allowed("bank.read")
    @desk.described(tags=["bank"])
    def get_item(item: str) -> Response:
        """Return an item with its versions and the keyless content of the newest; it is kept who saw it."""
        with desk.database.reading() as session:
            row = queries.get_item(session, item)
            versions = queries.versions_of(session, item)
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            reviewing.note_sight(unit, [versions[0].id])
        told = [{"version": v.id, "n": v.n, "created_by": v.created_by, "created_at": iso(v.created_at)} for v in versions]
        return jsonify(item=_told_item(row, versions[0]), versions=told, content=versions[0].content)


def _told_item(item: ItemRow, version: ItemVersionRow) -> dict[str, Any]:
    return {
        "id": item.id,
        "ref": item.ref,
        "kind": item.kind,
        "language": item.language,
        "pool": item.pool,
        "state": item.state,
        "version": version.n,
        "waits_for_approval": item.state != State.RETIRED and item.approved_version != item.version,
        "title": version.title,
        "marks": show_marks(version.marks),
        "difficulty": None if version.difficulty is None else str(version.difficulty),
        "levels": version.levels,
        "programmes": version.programmes,
        "knowledge": version.knowledge,
        "lacks": version.lacks,
        "updated_at": iso(item.updated_at),
    }
