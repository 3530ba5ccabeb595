"""Forms over HTTP: assembled by a blueprint, frozen, published by a second person, withdrawn."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, render_template, request
from pydantic import Field

from core import audit
from core.aside import aside
from core.clock import iso, spoken
from core.desk import Desk
from core.errors import Words
from core.pdf import MIMETYPE
from core.unit import Unit
from itembank import blueprint as blueprints
from itembank import forms, printing, queries, supply
from itembank.exchange import form_export
from itembank.kinds.catalogue import KINDS
from itembank.paper import show_marks
from itembank.shapes import NamesOf, NoBody, ProgrammesOf, Reason, Strict, language, read_query
from itembank.tables import FormRow

EXAMPLE = """{
  "title": "跨境电子商务师 初级",
  "programme": "cbec",
  "level": "初级",
  "seed": 1,
  "sections": [
    {"id": "choice", "title": "选择题", "draws": [
      {"count": 20, "kind": "single", "programme": "cbec", "level": "初级"},
      {"count": 5, "kind": "multiple", "programme": "cbec", "level": "初级"}
    ]},
    {"id": "case", "title": "案例分析题", "draws": [{"count": 1, "kind": "case", "programme": "cbec"}]},
    {"id": "business", "title": "模拟业务题", "draws": [{"count": 1, "kind": "business"}]}
  ]
}"""
"""A blueprint to begin from, on the page of forms."""


class FormQuery(Strict):
    """In which format a form is taken out; with `report` only what the format cannot hold is told."""

    format: form_export.Format = "qti3"
    report: bool = False


class AssemblyQuery(Strict):
    """How many parallel forms are drawn."""

    forms: Annotated[int, Field(ge=1, le=50)] = 1


def add_routes(rooms: Blueprint, desk: Desk, names: NamesOf, programmes: ProgrammesOf) -> None:
    """Add the pages and routes of forms."""
    _form_pages(rooms, desk)
    _printing(rooms, desk, names, programmes)
    _exporting(rooms, desk)
    _making_forms(rooms, desk, programmes)


def _form_pages(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/bank/forms")
    @desk.allowed("bank.read")
    def forms_page() -> str:
        with desk.database.reading() as session:
            rows = queries.find_forms(session)
        return render_template("itembank/forms.html", rows=rows, example=EXAMPLE, boot={"language": language()})

    @rooms.get("/bank/forms/<form_id>")
    @desk.allowed("bank.read")
    def form_page(form_id: str) -> str:
        with desk.database.reading() as session:
            row = queries.get_form(session, form_id)
            placed = queries.find_placed(session, form_id)
        sections = blueprints.Blueprint.model_validate(row.blueprint).sections
        boot = {"language": language(), "form": row.id}
        mine = row.frozen_by == desk.actor().account
        return render_template("itembank/form.html", form=row, placed=placed, sections=sections, kinds=KINDS, boot=boot, mine=mine)


def _printing(rooms: Blueprint, desk: Desk, names: NamesOf, programmes: ProgrammesOf) -> None:
    @rooms.get("/bank/forms/<form_id>/form.pdf")
    @desk.allowed("bank.publish")
    def print_form(form_id: str) -> Response:
        """Return a frozen form as PDF for the archive, without keys; the audit trail keeps who asked."""
        with desk.database.reading() as session:
            row = queries.get_form(session, form_id)
            frozen = forms.get_frozen(session, form_id)
            refs = queries.refs_of_form(session, form_id)
            people = names(session, [account for account in (row.frozen_by, row.published_by) if account])
            programme = programmes(session).get(row.programme, Words(row.programme, row.programme))
        printed = aside(printing.print_form, frozen, _archive(row, refs, people, programme))
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            audit.record(unit, "itembank.form.printed", f"form/{form_id}", content_hash=row.content_hash)
        headers = {"Content-Disposition": f"attachment; filename={form_id}.pdf", "Cache-Control": "no-store"}
        return Response(printed, mimetype=MIMETYPE, headers=headers)


def _exporting(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/api/v1/bank/forms/<form_id>/export")
    @desk.allowed("bank.publish")
    @desk.described(query=FormQuery, tags=["bank"])
    def export_form(form_id: str) -> Response:
        """Return a frozen form as a QTI package with its keys, or with `report` what it cannot hold; the audit trail keeps who asked."""
        query = read_query(FormQuery, request.args)
        taken, exported = form_export.take_out(desk.database, form_id, query.format)
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            form_export.note_taken(unit, taken, query.format, exported)
        if query.report:
            return jsonify(exported.as_dict())
        headers = {"Content-Disposition": f"attachment; filename={form_id}-{query.format}.zip", "Cache-Control": "no-store"}
        return Response(exported.data, mimetype="application/zip", headers=headers)


def _archive(form: FormRow, refs: Sequence[str], people: Mapping[str, str], programme: Words) -> printing.Archive:
    done = (("封卷 / frozen", form.frozen_by, form.frozen_at), ("发布 / published", form.published_by, form.published_at))
    acts = tuple(f"{what}: {people.get(by or '', by)}, {spoken(at)} (UTC+8)" for what, by, at in done if at)
    assert form.content_hash is not None
    assert form.frozen_at is not None
    return printing.Archive(form.content_hash, acts, tuple(refs), form.frozen_at, programme)


def _making_forms(rooms: Blueprint, desk: Desk, programmes: ProgrammesOf) -> None:
    @rooms.get("/api/v1/bank/forms")
    @desk.allowed("bank.read")
    @desk.described(tags=["bank"])
    def list_forms() -> Response:
        """Return every form, newest first."""
        with desk.database.reading() as session:
            return jsonify(forms=[_told_form(row) for row in queries.find_forms(session)])

    @rooms.post("/api/v1/bank/forms")
    @desk.allowed("bank.publish")
    @desk.described(query=AssemblyQuery, json=blueprints.Blueprint, tags=["bank"])
    def assemble_forms() -> tuple[Response, int]:
        """Draw a form by a blueprint, or `forms` parallel ones, and keep them as drafts."""
        count = read_query(AssemblyQuery, request.args).forms
        plan = blueprints.Blueprint.model_validate(request.get_json())
        with desk.database.reading() as session:
            candidates, names = supply.find(session, plan), programmes(session)
        drawn = aside(forms.draw_from, candidates, plan, count, names)
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            told = [_told_form(queries.get_form(unit.session, form)) for form in forms.keep(unit, plan, drawn)]
        return jsonify(forms=told), 201

    @rooms.post("/api/v1/bank/forms/<form_id>/freeze")
    @desk.allowed("bank.publish")
    @desk.described(json=NoBody, tags=["bank"])
    def freeze_form(form_id: str) -> Response:
        """Fix the content of a draft form for ever."""
        return _done(desk, form_id, forms.freeze)

    @rooms.post("/api/v1/bank/forms/<form_id>/publish")
    @desk.allowed("bank.publish")
    @desk.described(json=NoBody, tags=["bank"])
    def publish_form(form_id: str) -> Response:
        """Let a frozen form be sat; whoever froze it may not publish it."""
        return _done(desk, form_id, forms.publish)

    @rooms.post("/api/v1/bank/forms/<form_id>/withdraw")
    @desk.allowed("bank.publish")
    @desk.described(json=Reason, tags=["bank"])
    def withdraw_form(form_id: str) -> Response:
        """Let a form not be given to anybody any more."""
        reason = Reason.model_validate(request.get_json()).reason
        return _done(desk, form_id, partial(forms.withdraw, reason=reason))


def _done(desk: Desk, form_id: str, act: Callable[[Unit, str], object]) -> Response:
    """Act on a form and tell how it stands then."""
    with desk.database.unit(desk.actor(), desk.clock()) as unit:
        act(unit, form_id)
        told = _told_form(queries.get_form(unit.session, form_id))
    return jsonify(form=told)


def _told_form(form: FormRow) -> dict[str, Any]:
    return {
        "id": form.id,
        "title": form.title,
        "programme": form.programme,
        "level": form.level,
        "paper": form.paper,
        "language": form.language,
        "pool": form.pool,
        "state": form.state,
        "total_marks": show_marks(form.total_marks),
        "content_hash": form.content_hash,
        "created_at": iso(form.created_at),
    }
