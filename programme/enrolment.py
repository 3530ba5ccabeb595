"""Enrolment: a candidate in a sitting, which schedules one attempt for each of its papers."""

import secrets

from sqlalchemy.orm import Session

from core import audit, outbox
from core.ids import new_id
from core.unit import Unit
from delivery import opening
from delivery.deadline import Timing
from delivery.machines import Moving
from delivery.section_times import Section
from itembank import forms
from itembank.content import FrozenForm
from itembank.paper import section_places
from programme import candidates, queries, sittings
from programme.errors import ENROLLED_ALREADY, NO_CANDIDATE, SITTING_OVER
from programme.facts import ENROLLED
from programme.gates import Person
from programme.sittings import StartBy
from programme.tables import EnrolmentRow, PaperRow, SittingRow


def enrol_person(unit: Unit, sitting: str, person: Person, site: str, seat: str) -> str:
    """Enrol somebody with an account, who becomes a candidate if need be; return the enrolment's id.

    Raises:
        ExamError: `programme.no_candidate`, and what `enrol` raises.
    """
    if not person.is_candidate:
        raise NO_CANDIDATE(name=person.name)
    candidates.register(unit, person.account, person.name)
    return enrol(unit, sitting, person.account, site, seat)


def enrol(unit: Unit, sitting: str, candidate: str, site: str, seat: str) -> str:
    """Enrol a registered candidate, schedule the attempts, and return the enrolment's id.

    Raises:
        ExamError: `core.not_found`, `programme.enrolled_already`, `programme.sitting_over`.
    """
    row = sittings.lock(unit, sitting)
    if queries.find_enrolment(unit.session, sitting, candidate):
        raise ENROLLED_ALREADY(sitting=sitting)
    papers = queries.papers_of(unit.session, sitting)
    if all(paper.latest_start_at <= unit.now for paper in papers):
        raise SITTING_OVER(sitting=sitting)
    enrolment = EnrolmentRow(id=new_id("enr"), sitting=sitting, candidate=candidate, site=site, seat=seat, enrolled_at=unit.now)
    unit.session.add(enrolment)
    for paper in papers:
        opening.schedule(unit, _plan(row, paper, candidate, site, seat, forms.get_frozen(unit.session, paper.form)))
    audit.record(unit, "programme.candidate.enrolled", f"enrolment/{enrolment.id}", sitting=sitting, candidate=candidate)
    outbox.announce(unit, ENROLLED, f"enrolment/{enrolment.id}", {"enrolment": enrolment.id, "sitting": sitting, "candidate": candidate})
    return enrolment.id


def _plan(sitting: SittingRow, paper: PaperRow, candidate: str, site: str, seat: str, form: FrozenForm) -> opening.Plan:
    return opening.Plan(
        candidate=candidate,
        paper=paper.id,
        form=paper.form,
        seed=secrets.randbits(62),
        title=f"{sitting.title} · {paper.title}",
        opens_at=paper.opens_at,
        starts_at=paper.starts_at,
        latest_start_at=paper.latest_start_at,
        duration_s=paper.duration_s,
        timing=Timing(paper.timing),
        earliest_submit_s=paper.earliest_submit_s,
        late_window_s=paper.late_window_s,
        reading_s=paper.reading_s,
        sections=_sections(paper, form),
        seat=seat,
        room=site,
        moving=Moving(paper.moving),
        awaits_room=paper.start_by == StartBy.ROOM,
        language=form.language,
    )


def _sections(paper: PaperRow, form: FrozenForm) -> tuple[Section, ...]:
    limits = paper.section_limits or {}
    return tuple(Section(section, limits[section], places) for section, places in section_places(form).items() if section in limits)


def site_of(session: Session, candidate: str, paper: str) -> str:
    """Return the site at which a candidate sits a paper; empty without an enrolment."""
    return queries.find_site(session, candidate, paper) or ""


def groups(session: Session, paper: str) -> dict[str, dict[str, str]]:
    """Return the groups of those enrolled for a paper: their sites, and their sex as far as identity numbers tell it."""
    enrolled = queries.enrolments_of_paper(session, paper)
    sexes = {candidate.account: sex for _, candidate in enrolled if (sex := candidates.sex_of(candidate.identity_number))}
    return {"site": {row.candidate: row.site for row, _ in enrolled if row.site}, "sex": sexes}
