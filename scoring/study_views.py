"""Comparisons over HTTP: the page of a paper on which they are asked for, a page each with its plots, and its workbook."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from flask import Blueprint, Response, jsonify, render_template, request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from core import pdf
from core.aside import aside
from core.desk import MB, Desk, takes
from itembank.exchange.plain_table import read_rows
from scoring.analysis import asking as paper_asking
from scoring.analysis.words import Language, Say
from scoring.analysis.workbook import MIMETYPE
from scoring.errors import GROUPS_UNREADABLE
from scoring.gates import GroupsOf, NamesOf, ToldOf
from scoring.language import readers_language
from scoring.studies import asking, groups, linking, plots, queries, report, words, workbook
from scoring.studies.asking import Contrast, Study
from scoring.studies.workbook import Titles

Group = Annotated[str, Field(min_length=1, max_length=100)]
MOST_BYTES = 8 * MB
_SHOWN_ROWS = 200
"""Rows of a conversion table on the page; the workbook has them all."""


class Strict(BaseModel):
    """An unknown name is an error."""

    model_config = ConfigDict(extra="forbid")


class ContrastBody(Strict):
    """Which groups to compare: the attribute by which the house knows them, and the two; no reference: everybody else."""

    by: Literal["site", "sex"]
    focal: Group
    reference: Group | None = None


class EquatingBody(Strict):
    """Into the marks of which paper to translate, by which design, and the degree of the smoothing polynomial (none: no smoothing)."""

    other: Annotated[str, Field(min_length=1, max_length=32)]
    design: linking.Design
    degree: Annotated[int, Field(ge=1, le=10)] | None = None


@dataclass(frozen=True)
class Gates:
    """What the comparisons ask of the floors above."""

    told_of: ToldOf
    names_of: NamesOf
    groups_of: GroupsOf


def blueprint(desk: Desk, gates: Gates) -> Blueprint:
    """Return the routes."""
    rooms = Blueprint("studies", __name__)
    _pages(rooms, desk, gates)
    _files(rooms, desk, gates)
    _acts(rooms, desk, gates)
    _uploads(rooms, desk)
    return rooms


def _pages(rooms: Blueprint, desk: Desk, gates: Gates) -> None:
    @rooms.get("/analysis/<paper>/studies")
    @desk.allowed("results.analyse")
    def studies_page(paper: str) -> str:
        with desk.database.reading() as session:
            found = paper_asking.find(session, paper)
            known = {by: groups.sizes(of) for by, of in groups.known(session, paper, gates.groups_of).items()}
            papers = {row.paper: row.scripts for row in paper_asking.all_papers(session)}
            told = gates.told_of(session, list(papers))
            made = asking.studies_of(session, paper)
            names = gates.names_of(session, {study.asked_by for study in made})
        others = sorted((one for one in papers if one != paper and one in told), key=lambda one: told[one].starts_at, reverse=True)
        say = words.speaker(readers_language())
        boot = {by: [_told_group(by, group, people, say) for group, people in rows] for by, rows in known.items()}
        page = {"paper": found, "title": _title(told, paper), "told": told, "others": others, "counts": papers, "boot": boot}
        return render_template("scoring/studies.html", **page, studies=made, names=names, words=words, say=say)

    @rooms.get("/analysis/studies/<study>")
    @desk.allowed("results.analyse")
    def study_page(study: str) -> str:
        with desk.database.reading() as session:
            found = asking.find(session, study)
            titles = _titles(session, found, gates)
        language = readers_language()
        shown = aside(_shown, found, language) if found.figures else None
        say = words.speaker(language)
        texts = {"say": say, "words": words, "lang": language, "rows": _rows(found.figures or {})}
        return render_template(f"scoring/study_{found.kind}.html", study=found, titles=titles, shown=shown, **texts)


def _told_group(by: str, group: str, people: int, say: Say) -> dict[str, Any]:
    return {"group": group, "name": words.group_name({"by": by, "focal": group}, "focal", say), "people": people}


def _shown(study: Study, language: Language) -> dict[str, Any]:
    """Return the drawings of a comparison and what is to be said of it as a whole."""
    say, figures = words.speaker(language), study.figures or {}
    shown: dict[str, Any] = {"notes": words.notes(figures, language)}
    if study.kind == "dif":
        shown |= plots.of_groups(figures, words.group_names(study.question, say), say)
    if study.kind == "equating" and "equated" in figures:
        names = {name: words.method(name, language)[0] for name in figures["equated"]}
        shown |= {"names": names, "conversion": plots.conversion(figures, names, say), "distributions": plots.distributions(figures, say)}
    return shown


def _rows(figures: dict[str, Any]) -> list[int]:
    """Return which rows of a conversion table a page shows: all, or evenly some."""
    count = len(figures.get("scale") or [])
    step = -(-count // _SHOWN_ROWS) or 1
    return list(range(0, count, step))


def _files(rooms: Blueprint, desk: Desk, gates: Gates) -> None:
    def made(study: str) -> tuple[Study, Titles]:
        with desk.database.reading() as session:
            found = asking.get_made(session, study)
            return found, _titles(session, found, gates)

    @rooms.get("/analysis/studies/<study>/report.xlsx")
    @desk.allowed("results.analyse")
    def workbook_of(study: str) -> Response:
        found, titles = made(study)
        return _file(aside(workbook.write, found, titles, readers_language()), f"{found.kind}-{study}.xlsx")

    @rooms.get("/analysis/studies/<study>/report.pdf")
    @desk.allowed("results.analyse")
    def pdf_of(study: str) -> Response:
        found, titles = made(study)
        return _file(aside(report.write, found, titles, readers_language()), f"{found.kind}-{study}.pdf", pdf.MIMETYPE)

    @rooms.get("/analysis/<paper>/groups.xlsx")
    @desk.allowed("results.analyse")
    def groups_template(paper: str) -> Response:
        with desk.database.reading() as session:
            body = groups.template(session, paper, gates.names_of)
        return _file(body, f"groups-{paper}.xlsx")


def _acts(rooms: Blueprint, desk: Desk, gates: Gates) -> None:
    @rooms.post("/api/v1/analysis/papers/<paper>/studies/dif")
    @desk.allowed("results.analyse")
    @desk.described(tags=["analysis"])
    def ask_dif(paper: str, json: ContrastBody) -> tuple[Response, int]:
        """Ask whether the questions of a paper work alike for two groups that the house knows; made in the background."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            known = groups.known(unit.session, paper, gates.groups_of).get(json.by, {})
            study = asking.ask_dif(unit, paper, Contrast(**json.model_dump()), known)
        return jsonify(study=study), 202

    @rooms.post("/api/v1/analysis/papers/<paper>/studies/equating")
    @desk.allowed("results.analyse")
    @desk.described(tags=["analysis"])
    def ask_equating(paper: str, json: EquatingBody) -> tuple[Response, int]:
        """Ask what a total on a paper is worth on another; made in the background."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            study = asking.ask_equating(unit, paper, json.other, linking.Wish(json.design, json.degree))
        return jsonify(study=study), 202

    @rooms.get("/api/v1/analysis/studies/<study>")
    @desk.allowed("results.analyse")
    @desk.described(tags=["analysis"])
    def get_study(study: str) -> Response:
        """Return a comparison: what was asked, how it stands (asked, made, failed), and its figures."""
        with desk.database.reading() as session:
            found = asking.find(session, study)
        return jsonify(id=found.id, kind=found.kind, question=found.question, state=found.state, figures=found.figures)

    @rooms.get("/api/v1/analysis/studies/<study>/state")
    @desk.allowed("results.analyse")
    @desk.described(tags=["analysis"])
    def get_study_state(study: str) -> Response:
        """Return how a comparison stands, without its figures."""
        with desk.database.reading() as session:
            return jsonify(state=queries.get_state(session, study))


def _uploads(rooms: Blueprint, desk: Desk) -> None:
    @rooms.post("/api/v1/analysis/papers/<paper>/studies/dif/file")
    @desk.allowed("results.analyse")
    @takes(MOST_BYTES)
    @desk.described(tags=["analysis"])
    def ask_dif_by_file(paper: str) -> tuple[Response, int]:
        """Compare groups of an uploaded table (multipart: `file`, `focal`, `reference`); with `dry_run=true` only say what it holds."""
        upload = request.files.get("file")
        if upload is None:
            raise GROUPS_UNREADABLE(detail="file")
        rows = aside(read_rows, upload.read())
        with desk.database.reading() as session:
            given = groups.read(session, paper, rows)
        if request.args.get("dry_run") == "true":
            told = [_told_group(groups.FILE, group, people, str) for group, people in groups.sizes(given.groups)]
            return jsonify(groups=told, unknown=given.unknown[:20], unknown_count=len(given.unknown)), 200
        contrast = Contrast(groups.FILE, request.form.get("focal", ""), request.form.get("reference") or None)
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            study = asking.ask_dif(unit, paper, contrast, given.groups)
        return jsonify(study=study), 202


def _titles(session: Session, study: Study, gates: Gates) -> Titles:
    told = gates.told_of(session, [paper for paper in (study.paper, study.other) if paper])
    return Titles(_title(told, study.paper), _title(told, study.other) if study.other else "")


def _title(told: Any, paper: str) -> str:
    return told[paper].title if paper in told else paper


def _file(body: bytes, name: str, mimetype: str = MIMETYPE) -> Response:
    return Response(body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
