"""The policy of a sitting over HTTP: pass lines, judges' data and bands, previewed and set by the office."""

from decimal import Decimal
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, render_template, request
from pydantic import BaseModel, ConfigDict, Field

from core.aside import aside
from core.desk import MB, Desk, takes
from itembank.exchange.plain_table import read_rows
from programme import judgements, policy, queries
from programme.errors import JUDGEMENTS_INVALID
from programme.gates import People
from programme.judgements import Method
from programme.policy_picture import picture
from scoring.analysis.words import speaker
from scoring.language import readers_language

MOST_BYTES = 2 * MB
MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Reason = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]


class Strict(BaseModel):
    """An unknown name is an error."""

    model_config = ConfigDict(extra="forbid")


class EvidenceBody(Strict):
    """Judges' data about a paper."""

    paper: Annotated[str, Field(min_length=1, max_length=32)]
    method: Method
    text: Annotated[str, Field(min_length=1, max_length=100_000)]
    borderline: Annotated[Decimal, Field(ge=-1000, le=1000)] | None = None

    def given(self) -> policy.Evidence:
        """Return the judgements."""
        return policy.Evidence(self.paper, self.method, self.text, self.borderline)


class TemplateQuery(Strict):
    """For which paper and method judges are asked."""

    paper: Annotated[str, Field(min_length=1, max_length=32)]
    method: Method


class DocumentBody(Strict):
    """A policy document as of `results bands`."""

    document: dict[str, Any]


class PolicyBody(DocumentBody):
    """A policy to be set, the judgements that its lines rest on, and the reason for the file."""

    evidence: Annotated[list[EvidenceBody], Field(max_length=20)] = []
    reason: Reason


def add(rooms: Blueprint, desk: Desk, people: People) -> None:
    """Add the routes of policies."""
    _page(rooms, desk, people)
    _acts(rooms, desk)
    _judges(rooms, desk)


def _page(rooms: Blueprint, desk: Desk, people: People) -> None:
    @rooms.get("/office/sittings/<sitting>/policy")
    @desk.allowed("results.manage")
    def policy_page(sitting: str) -> str:
        with desk.database.reading() as session:
            row = queries.get_sitting(session, sitting)
            papers = queries.papers_of(session, sitting)
            policies, releases = queries.policies_of(session, sitting), queries.releases_of(session, sitting)
            names = people.names(session, {p.set_by for p in policies} | {r.released_by for r in releases})
        boot = {"papers": [paper.code for paper in papers], "document": policies[0].document if policies else None}
        page = {"sitting": row, "papers": papers, "policies": policies, "releases": releases, "names": names}
        return render_template("programme/policy.html", **page, boot=boot)


def _acts(rooms: Blueprint, desk: Desk) -> None:
    @rooms.post("/api/v1/sittings/<sitting>/policy/preview")
    @desk.allowed("results.manage")
    @desk.described(tags=["programme"])
    def preview_policy(sitting: str, json: DocumentBody) -> Response:
        """Return what a policy would come to now, with a picture (SVG) of the totals and its lines; nothing is changed."""
        with desk.database.reading() as session:
            found = policy.preview(session, sitting, json.document)
        return jsonify(**found, picture=picture(found, speaker(readers_language())))

    @rooms.put("/api/v1/sittings/<sitting>/policy")
    @desk.allowed("results.manage")
    @desk.described(tags=["programme"])
    def set_policy(sitting: str, json: PolicyBody) -> Response:
        """Set the policy of a sitting; results change by the next release."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            number = policy.set_policy(unit, sitting, json.document, [row.given() for row in json.evidence], json.reason.strip())
        return jsonify(number=number)


def _judges(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/office/sittings/<sitting>/policy/judgements.xlsx")
    @desk.allowed("results.manage")
    @desk.described(tags=["programme"])
    def judgements_template(sitting: str, query: TemplateQuery) -> Response:
        """Return the workbook for the judges of a paper to fill in."""
        with desk.database.reading() as session:
            marks = policy.marks_of(session, sitting, query.paper)
        headers = {"Content-Disposition": f'attachment; filename="{query.method}.xlsx"'}
        return Response(judgements.template(query.method, marks), mimetype=MIMETYPE, headers=headers)

    @rooms.post("/api/v1/sittings/<sitting>/policy/judgements")
    @desk.allowed("results.manage")
    @takes(MOST_BYTES)
    @desk.described(tags=["programme"])
    def read_judgements(sitting: str) -> Response:
        """Return the table of an uploaded file (multipart, `file`: xlsx or CSV) as text for a cut score; nothing is kept."""
        upload = request.files.get("file")
        if upload is None:
            raise JUDGEMENTS_INVALID(detail="file")
        return jsonify(text=judgements.as_text(aside(read_rows, upload.read())))

    @rooms.post("/api/v1/sittings/<sitting>/policy/cut-score")
    @desk.allowed("results.manage")
    @desk.described(tags=["programme"])
    def cut_score(sitting: str, json: EvidenceBody) -> Response:
        """Return the line that judges' data give; nothing is kept."""
        with desk.database.reading() as session:
            queries.get_sitting(session, sitting)
            found = policy.judge(session, sitting, json.given())
        return jsonify(**found.document())
