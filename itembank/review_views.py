"""The review over HTTP: handing in, talking over, approving, retiring, and what changed between two versions."""

from collections.abc import Callable
from typing import Annotated

from flask import Blueprint, Response, jsonify, render_template, request
from pydantic import Field

from core.desk import Desk
from core.unit import Unit
from itembank import comparing, previews, queries, reviewing
from itembank.exchange import intake
from itembank.kinds.catalogue import KINDS
from itembank.shapes import NoBody, Reason, Strict, Told, VersionNumber, language, read_query

MOST_TOGETHER = 500  # items that one act of many moves


class Numbered(Strict):
    """The version that somebody has before their eyes."""

    version: VersionNumber


class Returned(Numbered, Reason):
    """A version sent back, and why."""


class Note(Numbered):
    """Something said of a version; a request stays open until it is settled."""

    text: Told
    request: bool = False


Ref = Annotated[str, Field(max_length=64)]


class Many(Strict):
    """References of items."""

    refs: Annotated[list[Ref], Field(min_length=1, max_length=MOST_TOGETHER)]


class Seen(Numbered):
    """An item, and the version of it that somebody has before their eyes."""

    ref: Ref


class ManySeen(Strict):
    """Items, each in the version that was seen."""

    items: Annotated[list[Seen], Field(min_length=1, max_length=MOST_TOGETHER)]


class CompareQuery(Strict):
    """Two versions of an item."""

    old: VersionNumber
    new: VersionNumber


def add_routes(rooms: Blueprint, desk: Desk) -> None:
    """Add the pages and routes of the review."""
    _comparing(rooms, desk)
    _handing_in(rooms, desk)
    _judging(rooms, desk)
    _talking(rooms, desk)
    _together(rooms, desk)


def _comparing(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/bank/items/<item>/compare")
    @desk.allowed("bank.read")
    def compare_page(item: str) -> str:
        """Show what changed between two versions, and both as the candidate sees them."""
        query = read_query(CompareQuery, request.args)
        with desk.database.reading() as session:
            row = queries.get_item(session, item)
            old, new = (queries.get_version_numbered(session, item, n) for n in (query.old, query.new))
            sources = [intake.get_source(session, version.id) for version in (old, new)]
            versions = queries.versions_of(session, item)
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            reviewing.note_sight(unit, [old.id, new.id])
        changes = comparing.compare(sources[0], sources[1], language())
        boot = {"language": language(), "papers": [previews.preview(row, old), previews.preview(row, new, place="2")]}
        told = {"old": old, "new": new, "versions": versions, "changes": changes, "boot": boot}
        return render_template("itembank/compare.html", item=row, kind=KINDS[row.kind], **told)


def _handing_in(rooms: Blueprint, desk: Desk) -> None:
    def do(act: Callable[[Unit, str], None], item: str) -> Response:
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            act(unit, item)
        return jsonify(ok=True)

    @rooms.post("/api/v1/bank/items/<item>/submit")
    @desk.allowed("bank.write")
    @desk.described(json=NoBody, tags=["bank"])
    def submit_item(item: str) -> Response:
        """Hand the newest version of an item in for review."""
        return do(reviewing.submit, item)

    @rooms.post("/api/v1/bank/items/<item>/recall")
    @desk.allowed("bank.write")
    @desk.described(json=NoBody, tags=["bank"])
    def recall_item(item: str) -> Response:
        """Take an item back from review."""
        return do(reviewing.recall, item)


def _judging(rooms: Blueprint, desk: Desk) -> None:
    @rooms.post("/api/v1/bank/items/<item>/approve")
    @desk.allowed("bank.review")
    @desk.described(json=Numbered, tags=["bank"])
    def approve_item(item: str) -> Response:
        """Approve the newest version of an item; nobody who wrote at it may."""
        seen = Numbered.model_validate(request.get_json())
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            version = reviewing.approve(unit, item, seen.version)
        return jsonify(version=version)

    @rooms.post("/api/v1/bank/items/<item>/return")
    @desk.allowed("bank.review")
    @desk.described(json=Returned, tags=["bank"])
    def return_item(item: str) -> Response:
        """Send an item back to its authors with what should change."""
        told = Returned.model_validate(request.get_json())
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            reviewing.send_back(unit, item, told.version, told.reason)
        return jsonify(ok=True)

    @rooms.post("/api/v1/bank/items/<item>/retire")
    @desk.allowed("bank.publish")
    @desk.described(json=Reason, tags=["bank"])
    def retire_item(item: str) -> Response:
        """Take an item out of use."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            reviewing.retire(unit, item, Reason.model_validate(request.get_json()).reason)
        return jsonify(ok=True)


def _talking(rooms: Blueprint, desk: Desk) -> None:
    @rooms.post("/api/v1/bank/items/<item>/notes")
    @desk.allowed("bank.review")
    @desk.described(json=Note, tags=["bank"])
    def say(item: str) -> tuple[Response, int]:
        """Say something about a version of an item, or ask for a change."""
        told = Note.model_validate(request.get_json())
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            note = reviewing.comment(unit, item, told.version, told.text.strip(), request=told.request)
        return jsonify(note=note), 201

    @rooms.post("/api/v1/bank/items/<item>/notes/<int:note>/settle")
    @desk.allowed("bank.review")
    @desk.described(json=NoBody, tags=["bank"])
    def settle_note(item: str, note: int) -> Response:
        """Settle a request for a change; nobody who wrote at the item may."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            reviewing.settle(unit, item, note)
        return jsonify(ok=True)


def _together(rooms: Blueprint, desk: Desk) -> None:
    @rooms.post("/api/v1/bank/submit")
    @desk.allowed("bank.write")
    @desk.described(json=Many, tags=["bank"])
    def submit_many() -> Response:
        """Hand in those of these items that are drafts."""
        refs = Many.model_validate(request.get_json()).refs
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            done = reviewing.submit_all(unit, refs)
        return jsonify(items=done)

    @rooms.post("/api/v1/bank/approve")
    @desk.allowed("bank.review")
    @desk.described(json=ManySeen, tags=["bank"])
    def approve_many() -> Response:
        """Approve these items in the versions that were seen, all or none; a newer one is refused."""
        seen = {one.ref: one.version for one in ManySeen.model_validate(request.get_json()).items}
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            done = reviewing.approve_all(unit, seen)
        return jsonify(items=done)
