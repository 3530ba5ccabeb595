"""Sittings, enrolment, payment and admission: who may sit what, said in plain words."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.actor import Role
from core.clock import iso
from core.errors import ExamError
from core.tables import FactRow
from core.unit import Unit
from delivery import opening
from delivery import reading as delivery_reading
from delivery.queries import get_attempt
from itembank import forms
from itembank.blueprint import Blueprint
from programme import admission, enrolment, levels, payments, queries, sittings
from programme.gates import Person
from programme.sittings import PaperPlan
from tests.make import exam, sitting
from tests.make.bank import published
from tests.make.clock import MovableClock
from tests.make.house import House
from tests.make.sitting import OFFICE
from tests.make.statements import statements
from web import wiring


def refusal(house: House, act: Any) -> str:
    with pytest.raises(ExamError) as refused, house.unit(OFFICE) as unit:
        act(unit)
    return refused.value.kind.code


def paper(house: House, form: str, code: str = "一", **over: Any) -> PaperPlan:
    return PaperPlan(**{"code": code, "title": "卷", "form": form, "starts_at": house.clock(), "duration_s": 3600, **over})


def test_a_sitting_that_makes_no_sense_is_refused(house: House) -> None:
    form = sitting.plan(house).form

    def code(*papers: PaperPlan, programme: str = "cbec", level: str = "初级") -> str:
        return refusal(house, lambda unit: sittings.plan(unit, programme, level, "场次", list(papers)))

    assert code(paper(house, form), programme="none") == "programme.no_programme"
    assert code(paper(house, form), level="博士") == "programme.no_level"
    assert code() == "programme.sitting_invalid"
    assert code(paper(house, form), paper(house, form)) == "programme.sitting_invalid"
    assert code(paper(house, form, duration_s=0)) == "programme.sitting_invalid"
    assert code(paper(house, form, latest_start_s=3600)) == "programme.sitting_invalid"
    assert code(paper(house, form, earliest_submit_s=3600)) == "programme.sitting_invalid"
    assert code(paper(house, "frm_none")) == "core.not_found"


def test_only_a_published_form_can_be_sat(house: House) -> None:
    sitting.plan(house)
    sections = [{"id": "A", "title": "A", "draws": [{"count": 1, "kind": "single"}]}]
    with house.unit(OFFICE) as unit:
        draft = forms.assemble(unit, Blueprint.model_validate({"title": "draft", "sections": sections}))
    assert refusal(house, lambda unit: sittings.plan(unit, "cbec", "初级", "场次", [paper(house, draft)])) == "programme.form_not_published"


def test_enrolling_schedules_one_attempt_for_every_paper(house: House) -> None:
    form = sitting.plan(house).form
    candidate = house.account("c1", Role.CANDIDATE, name="李晓雨")
    later = house.clock() + timedelta(hours=2)
    plans = [paper(house, form, "一"), paper(house, form, "二", starts_at=later)]
    with house.unit(OFFICE) as unit:
        made = sittings.plan(unit, "cbec", "初级", "两卷", plans)
        enrolment.enrol_person(unit, made, Person(candidate, "李晓雨", is_candidate=True), "考点", "A-01")
    with house.database.reading() as session:
        attempts = delivery_reading.attempts_of(session, candidate)
    assert [attempt.starts_at for attempt in attempts] == [house.clock(), later]
    assert {attempt.seat for attempt in attempts} == {"A-01"}
    assert [attempt.title for attempt in attempts] == ["两卷 · 卷", "两卷 · 卷"]
    assert {attempt.state for attempt in attempts} == {"scheduled"}


def test_nobody_is_enrolled_twice_or_too_late_or_without_the_role(house: House) -> None:
    made = sitting.plan(house)
    candidate = made.enrol("c1")
    marker = house.account("m1", Role.MARKER)
    person = Person(candidate, "c1", is_candidate=True)
    assert refusal(house, lambda unit: enrolment.enrol_person(unit, made.id, person, "", "")) == "programme.enrolled_already"
    stranger = Person(marker, "m1", is_candidate=False)
    assert refusal(house, lambda unit: enrolment.enrol_person(unit, made.id, stranger, "", "")) == "programme.no_candidate"
    other = Person(house.account("c2", Role.CANDIDATE), "c2", is_candidate=True)
    assert refusal(house, lambda unit: enrolment.enrol_person(unit, "sit_none", other, "", "")) == "core.not_found"
    house.clock.move(1800)
    assert refusal(house, lambda unit: enrolment.enrol_person(unit, made.id, other, "", "")) == "programme.sitting_over"


def test_a_payment_is_confirmed_once(house: House) -> None:
    made = sitting.plan(house)
    candidate = made.enrol("c1", paid=False)

    def confirm(reference: str) -> Any:
        def act(unit: Unit) -> None:
            payments.confirm(unit, made.enrolments[candidate], reference)

        return act

    for _ in range(3):
        with house.unit(OFFICE) as unit:
            confirm("R-1")(unit)
        house.clock.move(60)
    with house.database.reading() as session:
        row = queries.find_enrolment(session, made.id, candidate)
        told = session.scalar(select(func.count()).select_from(FactRow).where(FactRow.name == "programme.enrolment.paid"))
    assert row
    assert (row.paid_at, row.paid_reference, told) == (house.clock() - timedelta(seconds=180), "R-1", 1)
    assert refusal(house, confirm("R-2")) == "programme.paid_already"
    assert refusal(house, lambda unit: payments.confirm(unit, "enr_none", "R-1")) == "core.not_found"


def test_admission_says_what_is_missing(house: House) -> None:
    made = sitting.plan(house)
    paid, unpaid = made.enrol("c1"), made.enrol("c2", paid=False)
    stranger = house.account("c3", Role.CANDIDATE)
    with house.database.reading() as session:
        may_sit = {who: admission.may_sit(session, who, made.paper) for who in (paid, unpaid, stranger)}
        may_practise = {who: admission.may_practise(session, who) for who in (paid, unpaid, stranger)}
    for standings in (may_sit, may_practise):
        assert [standings[who].allowed for who in (paid, unpaid, stranger)] == [True, False, False]
        assert "缴费" in standings[unpaid].zh
        assert "报名" in standings[stranger].zh
        assert all(standing.zh and standing.en for standing in standings.values() if not standing.allowed)
    assert "测试场次" in may_practise[unpaid].zh


def test_who_may_start_is_asked_for_many_in_as_few_queries_as_for_one(house: House) -> None:
    made = sitting.plan(house)
    attempts = [made.attempt(made.enrol(f"many{n}", paid=n % 3 > 0)) for n in range(9)]
    admissions = wiring.gates(house.clock, house.settings).admissions
    counts = []
    for wanted in (attempts[:1], attempts):
        with statements(house.database) as asked, house.database.reading() as session:
            found = admissions(session, wanted)
        counts.append(sum(statement.lstrip().upper().startswith("SELECT") for statement in asked))
    assert [found[attempt].allowed for attempt in attempts] == [n % 3 > 0 for n in range(9)]
    assert counts == [2, 2]


def test_a_paper_has_the_limits_of_its_plan_or_of_its_form(house: House) -> None:
    form = exam.form_of_all_kinds(house.database, house.clock())
    made = sitting.plan(house, form=form, reading_s=300, section_limits={"C": 600, "A": 1200})
    attempt = made.attempt(made.enrol("c1"))
    with house.database.reading() as session:
        row = get_attempt(session, attempt)
        assert (row.reading_s, row.section_limits) == (300, [["A", 1200], ["C", 600]])  # in the order of the paper
        assert row.section_of is not None
        assert {row.section_of["1"], row.section_of.get("7.1")} == {"A", None}
    house.account("office", Role.OFFICE)
    sections = house.browser("office").get(f"/api/v1/sittings/forms/{form}/sections").get_json()["sections"]
    assert [(section["id"], section["limit_s"]) for section in sections] == [("A", None), ("B", None), ("C", None)]


def test_a_form_may_come_with_limits_of_its_own(house: House) -> None:
    stocked = sitting.plan(house).form
    blueprint = {**exam.BLUEPRINT, "sections": [{**section, "limit_s": 600} for section in exam.BLUEPRINT["sections"]]}
    form = published(house.database, Blueprint.model_validate(blueprint), house.clock())
    assert form != stocked
    for n, (given, taken) in enumerate([(None, [["A", 600], ["B", 600], ["C", 600]]), ({"B": 60}, [["B", 60]]), ({}, None)]):
        made = sitting.plan(house, form=form, title=f"场 {n}", section_limits=given)
        with house.database.reading() as session:
            assert get_attempt(session, made.attempt(made.enrol(f"l{n}"))).section_limits == taken


@pytest.mark.parametrize("limits", [{"Z": 60}, {"A": 0}, {"A": -5}, {"A": exam.DURATION, "B": 1}])
def test_limits_that_make_no_sense_are_refused(house: House, limits: dict[str, int]) -> None:
    with pytest.raises(ExamError) as refused:
        sitting.plan(house, section_limits=limits)
    assert refused.value.kind.code == "programme.sitting_invalid"


def test_whoever_has_not_paid_cannot_start_and_is_told_so(house: House) -> None:
    made = sitting.plan(house)
    unpaid = made.enrol("c1", paid=False)
    admit = wiring.gates(house.clock, house.settings).admission
    with pytest.raises(ExamError) as refused, house.unit() as unit:
        opening.start(unit, made.attempt(unpaid), admit)
    assert refused.value.kind.code == "delivery.not_admitted"
    assert "缴费" in refused.value.text("zh")
    assert "paid" in refused.value.text("en")
    with house.unit(OFFICE) as unit:
        payments.confirm(unit, made.enrolments[unpaid], "R-1")
    with house.unit() as unit:
        assert opening.start(unit, made.attempt(unpaid), admit).state == "running"


def test_papers_are_on_from_the_waiting_room_until_everybody_has_ended(house: House) -> None:
    made = sitting.plan(house, starts_in=3600)

    def on() -> list[str]:
        with house.database.reading() as session:
            return [paper.id for paper in sittings.papers_on(session, house.clock())]

    candidate = made.enrol("c1")
    assert on() == []
    house.clock.move(1800)
    assert on() == [made.paper]
    house.clock.move(1800)
    with house.unit() as unit:
        opening.start(unit, made.attempt(candidate), wiring.gates(house.clock, house.settings).admission)
    house.clock.move(3 * 3600)
    assert on() == [made.paper]  # the page says nothing, and the clock has not been kept yet
    sitting.carry_on(house)
    assert on() == []


def test_the_office_does_it_all_by_http(house: House) -> None:
    made = sitting.plan(house)
    house.account("office", Role.OFFICE)
    house.account("c9", Role.CANDIDATE, name="王思远")
    office = house.browser("office")
    body = {
        "programme": "cbec",
        "level": "中级",
        "title": "十一月场",
        "papers": [{"code": "综", "title": "综合", "form": made.form, "starts_at": "2026-05-23T09:00:00+08:00", "duration_s": 3600}],
    }
    planned = office.post("/api/v1/sittings", json=body)
    assert planned.status_code == 201, planned.text
    sat = planned.get_json()["sitting"]
    enrolled = office.post(f"/api/v1/sittings/{sat}/enrolments", json={"candidate": " ｃ9 ", "site": "考点", "seat": "B-02"})
    assert enrolled.status_code == 201, enrolled.text
    assert enrolled.get_json()["name"] == "王思远"
    nobody = office.post(f"/api/v1/sittings/{sat}/enrolments", json={"candidate": "nobody"})
    assert (nobody.status_code, nobody.get_json()["error"]["code"]) == (404, "programme.no_person")
    page = office.get(f"/office/sittings/{sat}").text
    assert "王思远" in page
    assert "缴费凭证号" in page
    paid = office.post(f"/api/v1/enrolments/{enrolled.get_json()['enrolment']}/payment", json={"reference": "R-9"})
    assert paid.status_code == 200, paid.text
    assert "R-9" in office.get(f"/office/sittings/{sat}").text
    assert "十一月场" in office.get("/office").text
    assert "综合卷" in office.get("/office/sittings/new").text
    for wrong in ({"starts_at": "2026-05-23T09:00:00"}, {"duration_s": 0}, {"timing": "never"}, {"extra": 1}):
        answer = office.post("/api/v1/sittings", json={**body, "papers": [{**body["papers"][0], **wrong}]})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "core.invalid")


def test_the_programmes_of_the_engine_are_there_at_a_press(house: House) -> None:
    house.account("office", Role.OFFICE)
    office = house.browser("office")
    assert "还没有项目" in office.get("/office/sittings/new").text
    for _ in range(2):
        assert office.post("/api/v1/programmes/built-in").get_json() == {"programmes": ["b2b", "cbec"]}
    page = office.get("/office/sittings/new").text
    assert "还没有项目" not in page
    with house.database.reading() as session:
        found = {programme.code: len(programme.levels) for programme in levels.all_programmes(session)}
    assert found == {"b2b": 1, "cbec": 5}


def test_only_the_office_may(house: House) -> None:
    made = sitting.plan(house)
    made.enrol("c1")
    house.account("m1", Role.MARKER)
    for login in ("c1", "m1"):
        browser = house.browser(login)
        for path in ("/office", f"/office/sittings/{made.id}", "/office/sittings/new", f"/api/v1/sittings/{made.id}/progress"):
            assert browser.get(path).status_code == 403
        for path in ("/api/v1/sittings", f"/api/v1/sittings/{made.id}/release", f"/api/v1/sittings/{made.id}/enrolments"):
            assert browser.post(path, json={}).status_code == 403


def test_attempts_are_in_the_language_of_their_form(house: House) -> None:
    made = sitting.plan(house)
    candidate = made.enrol("c1")
    with house.database.reading() as session:
        assert get_attempt(session, made.attempt(candidate)).language == exam.LANGUAGE


def test_the_late_window_of_the_deployment_holds_for_every_paper(database_url: str, clock: MovableClock, tmp_path: Path) -> None:
    house = House(database_url, clock, tmp_path, rate_limits=False, late_window_s=45)
    form = sitting.plan(house).form
    house.account("office", Role.OFFICE)
    candidate = house.account("c9", Role.CANDIDATE)
    office = house.browser("office")
    paper = {"code": "综", "title": "综合", "form": form, "starts_at": iso(clock()), "duration_s": 3600}
    body = {"programme": "cbec", "level": "初级", "title": "场次", "papers": [paper]}
    planned = office.post("/api/v1/sittings", json=body).get_json()["sitting"]
    assert office.post(f"/api/v1/sittings/{planned}/enrolments", json={"candidate": "c9"}).status_code == 201
    with house.database.reading() as session:
        (attempt,) = delivery_reading.attempts_of(session, candidate)
        assert get_attempt(session, attempt.id).late_window_s == 45
    house.close()
