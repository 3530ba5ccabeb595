"""Writing items over HTTP: the editor with its live preview, and tags for many items at once."""

from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, render_template, request
from pydantic import Field

from core.aside import aside
from core.desk import MB, Desk, takes
from core.errors import INVALID
from itembank import authoring, queries, reviewing
from itembank.exchange import intake
from itembank.kinds.catalogue import KINDS, SHUFFLED
from itembank.kinds.declaration import Kind
from itembank.pictures import from_bytes
from itembank.review_views import Many
from itembank.shapes import Strict, VersionNumber, Word, language

NEW = "single"  # the kind that a new item begins with
_PICTURE = 6 * MB  # of a request: the largest file that a picture is read from, and what is told about it
_DRAFT = 4 * MB  # of a request: a draft with all the pictures that an item may have


class DraftBody(Strict):
    """A draft (see `itembank.exchange.draft`), and the version that it changes; none for a new item."""

    draft: dict[str, Any]
    base: VersionNumber | None = None


Values = Annotated[list[Annotated[Word, Field(min_length=1)]], Field(max_length=50)]


class Tags(Strict):
    """Tags by their kind."""

    levels: Values = Field(default=[])
    programmes: Values = Field(default=[])
    knowledge: Values = Field(default=[])


class Tagging(Many):
    """Items, and the tags that they get and lose."""

    add: Tags = Tags()
    remove: Tags = Tags()


def add_routes(rooms: Blueprint, desk: Desk) -> None:
    """Add the pages and routes of authors."""
    _pages(rooms, desk)
    _writing(rooms, desk)
    _tagging(rooms, desk)


def _pages(rooms: Blueprint, desk: Desk) -> None:
    def page(draft: dict[str, Any], base: int | None, item: str | None) -> str:
        with desk.database.reading() as session:
            facets = {facet: queries.facet_values(session, facet) for facet in ("level", "programme", "knowledge")}
        boot = {
            "language": language(),
            "draft": draft,
            "base": base,
            "item": item,
            "kinds": {kind.name: _told_kind(kind) for kind in KINDS.values()},
            "facets": facets,
        }
        return render_template("itembank/editor.html", boot=boot, base=base, item=item, ref=draft.get("ref", ""))

    @rooms.get("/bank/write")
    @desk.allowed("bank.write")
    def write_page() -> str:
        kind = request.args.get("kind", NEW)
        return page({"kind": kind if kind in KINDS else NEW}, None, None)

    @rooms.get("/bank/items/<item>/edit")
    @desk.allowed("bank.write")
    def edit_page(item: str) -> str:
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            version = queries.get_version(unit.session, queries.get_item(unit.session, item).version)
            source = intake.get_source(unit.session, version.id)
            reviewing.note_sight(unit, [version.id])
        return page(source.model_dump(mode="json", exclude_defaults=True), version.n, item)


def _told_kind(kind: Kind) -> dict[str, Any]:
    name = kind.en if language() == "en" else kind.zh
    response = kind.response
    return {
        "name": name,
        "fields": list(kind.parts_of_question),
        "schemes": list(kind.schemes),
        "cardinality": response.cardinality,
        "base": response.base_type,
        "machine": kind.machine_scored,
        "fixed": kind.name in SHUFFLED and not kind.is_mixed,  # mixed kinds forget the order in which their author wrote
    }


def _writing(rooms: Blueprint, desk: Desk) -> None:
    @rooms.post("/api/v1/bank/draft/preview")
    @takes(_DRAFT)
    @desk.allowed("bank.write")
    @desk.described(json=DraftBody, tags=["bank"])
    def preview_draft() -> Response:
        """Return a draft as its candidates would see it, what would be taken out of it, and what is nearly the same; nothing is kept."""
        body = DraftBody.model_validate(request.get_json())
        draft = authoring.read_draft(body.draft)
        with desk.database.reading() as session:
            seen = authoring.look(session, draft)
        alike = [{"ref": like.ref, "item": like.item, "pool": like.pool, "share": round(like.share, 2)} for like in seen.alike]
        remarks = [remark.text(language()) for remark in seen.remarks]
        return jsonify(paper=seen.paper, lost=list(seen.lost), remarks=remarks, alike=alike)

    @rooms.post("/api/v1/bank/picture")
    @takes(_PICTURE)
    @desk.allowed("bank.write")
    @desk.described(tags=["bank"])
    def check_picture() -> Response:
        """Return the picture of the uploaded file (multipart, field `file`) as an item may hold it; nothing is kept."""
        upload = request.files.get("file")
        if upload is None:
            raise INVALID(detail="file")
        picture = aside(from_bytes, upload.read())
        return jsonify(data=picture.address, width=picture.width, height=picture.height)

    @rooms.post("/api/v1/bank/draft")
    @takes(_DRAFT)
    @desk.allowed("bank.write")
    @desk.described(json=DraftBody, tags=["bank"])
    def save_draft() -> tuple[Response, int]:
        """Keep a draft as a new item, or as the next version of one."""
        body = DraftBody.model_validate(request.get_json())
        draft = authoring.read_draft(body.draft)
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            item = authoring.write(unit, draft, body.base)
        return jsonify(item=item), 201


def _tagging(rooms: Blueprint, desk: Desk) -> None:
    @rooms.post("/api/v1/bank/tags")
    @desk.allowed("bank.write")
    @desk.described(json=Tagging, tags=["bank"])
    def tag_items() -> Response:
        """Put tags on items and take others off; each item that changes gets a new version."""
        body = Tagging.model_validate(request.get_json())
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            report = authoring.tag(unit, body.refs, body.add.model_dump(), body.remove.model_dump())
        return jsonify(changed=sum(entry.status == "changed" for entry in report.items))
