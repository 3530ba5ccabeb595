"""Import and export over HTTP: files in with a dry run, files out with their keys."""

from flask import Blueprint, Response, jsonify, render_template, request

from core.aside import aside
from core.desk import MB, Desk, takes
from core.errors import INVALID
from itembank.exchange import export, intake, sheet_write
from itembank.exchange.qti_engine import Engine
from itembank.exchange.recognise import Format, read_files
from itembank.shapes import ItemQuery, Strict, language, read_query

MOST_AT_ONCE = 5000  # items and refusals of one import: they go in with one transaction
MOST_REMARKS = 2000  # refusals, and warnings, that one report tells
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportQuery(Strict):
    """How files are imported: with `dry_run` nothing is written."""

    dry_run: bool = False
    format: Format = "auto"


class ExportQuery(ItemQuery):
    """Which items are exported, and in which format; with `report` only what the format cannot hold is told."""

    format: export.Format
    report: bool = False


def add_routes(rooms: Blueprint, desk: Desk, engine: Engine) -> None:
    """Add the pages and routes of import and export; `engine` processes QTI items."""
    _pages(rooms, desk)
    _importing(rooms, desk, engine)
    _exporting(rooms, desk)


def _pages(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/bank/import")
    @desk.allowed("bank.write")
    def import_page() -> str:
        return render_template("itembank/import.html", boot={"language": language()})

    @rooms.get("/bank/template.xlsx")
    @desk.allowed("bank.read")
    def template_file() -> Response:
        headers = {"Content-Disposition": "attachment; filename=kaochang-items.xlsx"}
        return Response(sheet_write.template(), mimetype=XLSX, headers=headers)


def _importing(rooms: Blueprint, desk: Desk, engine: Engine) -> None:
    @rooms.post("/api/v1/bank/import")
    @takes(64 * MB)
    @desk.allowed("bank.write")
    @desk.described(query=ImportQuery, tags=["bank"])
    def import_files() -> Response:
        """Import the uploaded files (multipart, field `files`), or with `dry_run` only report what would happen."""
        query = read_query(ImportQuery, request.args)
        uploads = request.files.getlist("files")
        if not uploads:
            raise INVALID(detail="files")
        readings = read_files([(file.read(), file.filename or "") for file in uploads], query.format, MOST_AT_ONCE, engine)
        prepared = aside(intake.prepare, readings)
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            report = intake.store(unit, prepared, dry_run=query.dry_run)
        return jsonify(aside(report.as_dict, language(), MOST_REMARKS))


def _exporting(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/api/v1/bank/export")
    @desk.allowed("bank.export")
    @desk.described(query=ExportQuery, tags=["bank"])
    def export_file() -> Response:
        """Return the items with their keys as a file, or with `report` what the format cannot hold; the audit trail keeps who asked."""
        query = read_query(ExportQuery, request.args)
        exported = export.take_out(desk.database, query.filter(), query.format)
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            export.note_taken(unit, query.filter(), query.format, exported)
        if query.report:
            return jsonify(exported.as_dict())
        headers = {"Content-Disposition": f"attachment; filename={export.file_name(query.format)}", "Cache-Control": "no-store"}
        return Response(exported.data, content_type=export.mimetype(query.format), headers=headers)
