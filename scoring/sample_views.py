"""Scripts with agreed marks over HTTP: the page, the empty workbook, and the filled one with a dry run."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, render_template, request

from core.aside import aside
from core.desk import MB, Desk, takes
from itembank import forms
from scoring import sample_sheets
from scoring.errors import SAMPLES_UNREADABLE
from scoring.setup import get_paper

MOST_BYTES = 8 * MB


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes."""
    rooms = Blueprint("samples", __name__)

    @rooms.get("/marking/chief/samples/<paper>")
    @desk.allowed("marking.chief")
    def samples_page(paper: str) -> str:
        with desk.database.reading() as session:
            title = forms.get_frozen(session, get_paper(session, paper).form).title
        return render_template("scoring/samples.html", paper=paper, title=title, uses=list(sample_sheets.USES))

    @rooms.get("/marking/chief/samples/<paper>/template.xlsx")
    @desk.allowed("marking.chief")
    def empty_workbook(paper: str) -> Response:
        with desk.database.reading() as session:
            body = sample_sheets.template(session, paper)
        headers = {"Content-Disposition": f'attachment; filename="samples-{paper}.xlsx"'}
        return Response(body, mimetype=sample_sheets.MIMETYPE, headers=headers)

    @rooms.post("/api/v1/marking/papers/<paper>/samples")
    @desk.allowed("marking.chief")
    @takes(MOST_BYTES)
    @desk.described(tags=["marking"])
    def take_in(paper: str) -> Response:
        """Take in a filled workbook of scripts with agreed marks (multipart, `file`); with `dry_run=true` only say what it holds."""
        upload = request.files.get("file")
        if upload is None:
            raise SAMPLES_UNREADABLE(detail="file")
        dry_run = request.args.get("dry_run") == "true"
        sheets = aside(sample_sheets.read, upload.read())
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            report = sample_sheets.take_in(unit, paper, sheets, dry_run=dry_run)
        return jsonify(asdict(report))

    return rooms
