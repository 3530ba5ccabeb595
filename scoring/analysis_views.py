"""The analysis of papers over HTTP: the list, a page per paper with its plots, and its reports."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from pydantic import BaseModel, ConfigDict

from core import pdf
from core.aside import aside
from core.clock import iso
from core.desk import Desk
from itembank.kinds.catalogue import KINDS
from scoring.analysis import asking, plots, report, words, workbook
from scoring.analysis.asking import Analysis
from scoring.analysis.workbook import Heading
from scoring.gates import NamesOf, ToldOf
from scoring.language import readers_language


class Asked(BaseModel):
    """What to compare: with `within_rooms` only answer sheets of one room."""

    model_config = ConfigDict(extra="forbid")

    within_rooms: bool = False


def blueprint(desk: Desk, told_of: ToldOf, names_of: NamesOf) -> Blueprint:
    """Return the routes of the analysis."""
    rooms = Blueprint("analysis", __name__)
    _pages(rooms, desk, told_of, names_of)
    _reports(rooms, desk, told_of, names_of)
    _acts(rooms, desk, told_of)
    return rooms


def _pages(rooms: Blueprint, desk: Desk, told_of: ToldOf, names_of: NamesOf) -> None:
    @rooms.get("/analysis")
    @desk.allowed("results.analyse")
    def papers_page() -> str:
        with desk.database.reading() as session:
            found = asking.all_papers(session)
            told = told_of(session, [row.paper for row in found])
        rows = [(row, told[row.paper]) for row in found if row.paper in told]
        rows.sort(key=lambda row: row[1].starts_at, reverse=True)
        return render_template("scoring/analyses.html", rows=rows)

    @rooms.get("/analysis/<paper>")
    @desk.allowed("results.analyse")
    def paper_page(paper: str) -> str:
        with desk.database.reading() as session:
            found = asking.find(session, paper)
            title = _title(told_of(session, [paper]), paper)
            people = asking.people(session, found.figures, names_of) if found.figures else {}
        language = readers_language()
        shown = aside(_shown, found.figures, language) if found.figures else None
        texts = {"remark": lambda flag: words.remark(flag, language), "pairs_note": words.PAIRS_NOTE[0 if language == "zh" else 1]}
        return render_template("scoring/analysis.html", found=found, title=title, people=people, shown=shown, kinds=KINDS, **texts)


@dataclass(frozen=True)
class _Shown:
    """What the page shows besides the figures: drawings, and what is to be said of the whole."""

    notes: list[str]
    histogram: str
    item_map: str
    information: str
    wright_map: str
    model: str
    traces: dict[str, str]
    curves: dict[str, str]


def _shown(figures: dict[str, Any], language: words.Language) -> _Shown:
    say = words.speaker(language)
    model, questions, groups = figures["model"], figures["questions"], figures["groups"]
    return _Shown(
        notes=workbook.notes(figures, language),
        histogram=plots.histogram(figures["total"], say) if figures["total"] else "",
        item_map=plots.item_map(questions, say) if questions else "",
        information=plots.information(model, say) if model else "",
        wright_map=plots.wright_map(model, questions, say) if model else "",
        model=say(words.MODELS[model["model"]]) if model else "",
        traces={q["label"]: plots.trace_lines(q, groups, say) for q in questions if groups and q["options"]},
        curves={q["label"]: plots.item_information(q, model, say) for q in questions if model and q["information"]},
    )


def _reports(rooms: Blueprint, desk: Desk, told_of: ToldOf, names_of: NamesOf) -> None:
    def heading(paper: str) -> tuple[dict[str, Any], Heading]:
        with desk.database.reading() as session:
            found = asking.get_made(session, paper)
            assert found.figures is not None
            assert found.made_at is not None
            title = _title(told_of(session, [paper]), paper)
            return found.figures, Heading(title, found.made_at, asking.people(session, found.figures, names_of))

    @rooms.get("/analysis/<paper>/report.xlsx")
    @desk.allowed("results.analyse")
    def workbook_of(paper: str) -> Response:
        figures, above = heading(paper)
        return _file(aside(workbook.write, figures, above, readers_language()), workbook.MIMETYPE, f"analysis-{paper}.xlsx")

    @rooms.get("/analysis/<paper>/report.pdf")
    @desk.allowed("results.analyse")
    def report_of(paper: str) -> Response:
        figures, above = heading(paper)
        return _file(aside(report.write, figures, above, readers_language()), pdf.MIMETYPE, f"analysis-{paper}.pdf")


def _acts(rooms: Blueprint, desk: Desk, told_of: ToldOf) -> None:
    @rooms.post("/api/v1/analysis/papers/<paper>")
    @desk.allowed("results.analyse")
    @desk.described(tags=["analysis"])
    def ask(paper: str, json: Asked) -> tuple[Response, int]:
        """Ask for the analysis of a paper; it is made in the background."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            asking.ask(unit, paper, within_rooms=json.within_rooms)
        return jsonify(state="asked"), 202

    @rooms.get("/api/v1/analysis/papers/<paper>")
    @desk.allowed("results.analyse")
    @desk.described(tags=["analysis"])
    def get_analysis(paper: str) -> Response:
        """Return how the analysis of a paper stands (none, asked, made, failed), and the figures of the last that was made."""
        with desk.database.reading() as session:
            found = asking.find(session, paper)
        return jsonify(_told(found))

    @rooms.get("/api/v1/analysis/papers/<paper>/state")
    @desk.allowed("results.analyse")
    @desk.described(tags=["analysis"])
    def get_state(paper: str) -> Response:
        """Return how the analysis of a paper stands, without its figures."""
        with desk.database.reading() as session:
            state = asking.find_state(session, paper)
        return jsonify(state=state)

    @rooms.post("/api/v1/analysis/papers/<paper>/note")
    @desk.allowed("results.analyse")
    @desk.described(tags=["analysis"])
    def note(paper: str) -> Response:
        """Note the figures beside the items in the bank, in place of those noted before of this paper."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            noted = asking.note(unit, paper, told_of)
        return jsonify(noted=noted)


def _told(found: Analysis) -> dict[str, Any]:
    instants = {name: iso(at) if at else None for name, at in (("made_at", found.made_at), ("noted_at", found.noted_at))}
    return {**vars(found), **instants}


def _title(told: Any, paper: str) -> str:
    return told[paper].title if paper in told else paper


def _file(body: bytes, mimetype: str, name: str) -> Response:
    return Response(body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
