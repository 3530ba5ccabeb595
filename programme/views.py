"""The exam office's desk and the candidate's results over HTTP."""

from typing import Annotated

from flask import Blueprint, Response, jsonify, render_template
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from core.desk import Desk
from delivery.deadline import Timing
from delivery.machines import Moving
from itembank import reading as bank
from itembank.forms import get_frozen
from programme import candidates, enrolment, levels, office, payments, policy_views, queries, result_views, sittings
from programme.errors import NO_PERSON
from programme.gates import People
from scoring import reading as scoring_reading

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Seconds = Annotated[int, Field(ge=0, le=86400)]
LONGEST_WINDOW = 366 * 86400  # seconds in which a paper may be begun, for rehearsals and mock exams


class Strict(BaseModel):
    """An unknown name is an error."""

    model_config = ConfigDict(extra="forbid")


class PaperBody(Strict):
    """One paper of a sitting to be; durations in seconds."""

    code: Annotated[str, Field(min_length=1, max_length=32)]
    title: Name
    form: str
    starts_at: AwareDatetime
    duration_s: Annotated[int, Field(gt=0, le=86400)]
    timing: Timing = Timing.COMMON_END
    latest_start_s: Annotated[int, Field(ge=0, le=LONGEST_WINDOW)] = 1800
    earliest_submit_s: Seconds = 1800
    reading_s: Seconds = 0
    section_limits: dict[str, Annotated[int, Field(gt=0, le=86400)]] | None = None
    start_by: sittings.StartBy = sittings.StartBy.CLOCK
    moving: Moving = Moving.FREE


class SittingBody(Strict):
    """A sitting to be."""

    programme: str
    level: str
    title: Name
    papers: Annotated[list[PaperBody], Field(min_length=1, max_length=20)]
    rehearsal: bool = False


class EnrolBody(Strict):
    """A candidate, by a login or the account's id, with a site and a seat."""

    candidate: Annotated[str, Field(min_length=1, max_length=64)]
    site: Annotated[str, Field(max_length=100)] = ""
    seat: Annotated[str, Field(max_length=20)] = ""


class PaymentBody(Strict):
    """The reference of a payment."""

    reference: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]


def blueprint(desk: Desk, people: People) -> Blueprint:
    """Return the routes of the programme rooms."""
    rooms = Blueprint("programme", __name__)
    _office_pages(rooms, desk)
    _planning(rooms, desk)
    _enrolling(rooms, desk, people)
    result_views.add(rooms, desk, people)
    policy_views.add(rooms, desk, people)
    return rooms


def _office_pages(rooms: Blueprint, desk: Desk) -> None:
    @rooms.get("/office")
    @desk.allowed("sittings.manage")
    def office_page() -> str:
        with desk.database.reading() as session:
            counts = queries.count_enrolments(session)
            rows = [(row, *counts.get(row.id, (0, 0))) for row in queries.all_sittings(session)]
        return render_template("programme/office.html", sittings=rows, now=desk.clock())

    @rooms.get("/office/sittings/new")
    @desk.allowed("sittings.manage")
    def plan_page() -> str:
        with desk.database.reading() as session:
            programmes, forms = levels.all_programmes(session), bank.published_forms(session)
        return render_template("programme/plan.html", programmes=programmes, forms=forms)

    @rooms.get("/office/sittings/<sitting>")
    @desk.allowed("sittings.manage")
    def sitting_page(sitting: str) -> str:
        with desk.database.reading() as session:
            papers = queries.papers_of(session, sitting)
            return render_template(
                "programme/sitting.html",
                sitting=queries.get_sitting(session, sitting),
                papers=papers,
                handed_in=scoring_reading.with_scripts(session, [paper.id for paper in papers]),
                enrolments=queries.enrolments_of(session, sitting),
                outcomes=office.outcomes(session, sitting),
            )


def _planning(rooms: Blueprint, desk: Desk) -> None:
    @rooms.post("/api/v1/programmes")
    @desk.allowed("sittings.manage")
    @desk.described(tags=["programme"])
    def load_programme(json: levels.Programme) -> Response:
        """Store a programme, or replace its definition."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            programme = levels.load(unit, json.model_dump(mode="json"))
        return jsonify(programme=programme.model_dump())

    @rooms.post("/api/v1/programmes/built-in")
    @desk.allowed("sittings.manage")
    @desk.described(tags=["programme"])
    def load_built_in() -> Response:
        """Store the programmes that come with the engine."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            loaded = levels.load_built_in(unit)
        return jsonify(programmes=[programme.code for programme in loaded])

    @rooms.post("/api/v1/sittings")
    @desk.allowed("sittings.manage")
    @desk.described(tags=["programme"])
    def plan_sitting(json: SittingBody) -> tuple[Response, int]:
        """Enter a sitting with its papers."""
        papers = [sittings.PaperPlan(**dict(paper), late_window_s=desk.settings.late_window_s) for paper in json.papers]
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            sitting = sittings.plan(unit, json.programme, json.level, json.title, papers, rehearsal=json.rehearsal)
        return jsonify(sitting=sitting), 201

    @rooms.get("/api/v1/sittings/forms/<form_id>/sections")
    @desk.allowed("sittings.manage")
    @desk.described(tags=["programme"])
    def form_sections(form_id: str) -> Response:
        """Return the sections of a form that may be sat, in order, with the seconds that each is meant to take (null for no limit)."""
        with desk.database.reading() as session:
            sections = get_frozen(session, form_id).sections
        return jsonify(sections=[{"id": section.id, "title": section.title, "limit_s": section.limit_s} for section in sections])


def _enrolling(rooms: Blueprint, desk: Desk, people: People) -> None:
    @rooms.post("/api/v1/sittings/<sitting>/enrolments")
    @desk.allowed("sittings.manage")
    @desk.described(tags=["programme"])
    def enrol(sitting: str, json: EnrolBody) -> tuple[Response, int]:
        """Enrol a candidate in a sitting."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            person = people.find(unit.session, json.candidate)
            if person is None:
                raise NO_PERSON(who=json.candidate)
            enrolled = enrolment.enrol_person(unit, sitting, person, json.site.strip(), json.seat.strip())
            name = candidates.get_name(unit.session, person.account)
        return jsonify(enrolment=enrolled, candidate=person.account, name=name), 201

    @rooms.post("/api/v1/enrolments/<enrolled>/payment")
    @desk.allowed("sittings.manage")
    @desk.described(tags=["programme"])
    def confirm_payment(enrolled: str, json: PaymentBody) -> Response:
        """Mark an enrolment as paid."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            payments.confirm(unit, enrolled, json.reference.strip())
        return jsonify(ok=True)
