"""Results: held, then released together; nobody outside the office sees anything before."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.actor import Actor, Role
from core.errors import ExamError
from core.facts import Fact
from core.tables import FactRow
from delivery import accommodating, opening
from delivery.gates import Admitted
from programme import office, queries, results
from tests.make import exam, sitting
from tests.make.house import House
from tests.make.sitting import OFFICE, Sitting, carry_on
from web import people

GOOD = {"1": "A", "2": ["A", "B"], "6": "Because."}
POOR = {"1": "B"}


def refused(house: House, made: Sitting) -> dict[str, Any]:
    with pytest.raises(ExamError) as error, house.unit(OFFICE) as unit:
        results.release(unit, made.id)
    return {"code": error.value.kind.code, **error.value.fields}


def seen_by(house: House, login: str) -> tuple[list[Any], str]:
    """What a candidate is told by the API and by the page."""
    browser = house.browser(login)
    return browser.get("/api/v1/me/results").get_json()["results"], browser.get("/results").text


def released_facts(house: House) -> list[dict[str, Any]]:
    with house.database.reading() as session:
        return [
            row.data for row in session.scalars(select(FactRow).where(FactRow.name == "programme.result.released").order_by(FactRow.id))
        ]


def test_release_waits_for_everybody_and_then_everybody_sees(house: House) -> None:
    made = sitting.plan(house)
    good, poor, late = made.enrol("good"), made.enrol("poor"), made.enrol("late")
    made.enrol("absent")
    made.sit(good, GOOD)
    made.sit(poor, POOR)
    with house.unit() as unit:
        opening.start(unit, made.attempt(late), lambda *_: Admitted())
    assert refused(house, made)["code"] == "programme.not_releasable"
    carry_on(house)
    why = refused(house, made)
    assert (why["open_attempts"], why["unmarked"], why["held"]) == (2, 1, 1)
    assert seen_by(house, "poor")[0] == []
    house.clock.move(exam.DURATION + 121)  # the time is over for the one who is late, the one who is absent never came
    carry_on(house)
    why = refused(house, made)
    assert (why["open_attempts"], why["unmarked"], why["held"]) == (0, 1, 2)
    made.mark_all("acc_marker", 4)
    carry_on(house)
    for login in ("good", "poor", "late", "absent"):
        listed, page = seen_by(house, login)
        assert listed == []
        assert "还没有发布的成绩" in page
    assert released_facts(house) == []
    with house.unit(OFFICE) as unit:
        assert results.release(unit, made.id) == 3
    assert [len(seen_by(house, login)[0]) for login in ("good", "poor", "late", "absent")] == [1, 1, 1, 0]
    (result,), page = seen_by(house, "good")
    assert (result["marks"], result["sections"][0]) == ("8", {"title": "选择题", "marks": "4", "max_marks": "8"})
    assert [section["title"] for section in result["sections"]] == ["选择题", "案例分析题", "模拟业务题"]
    assert sum(Decimal(section["marks"]) for section in result["sections"]) == Decimal(result["marks"])
    assert "选择题" in page
    assert {fact["attempt"] for fact in released_facts(house)} == {made.attempt(account) for account in (good, poor, late)}
    assert refused(house, made)["code"] == "programme.released_already"


def test_a_candidate_sees_sections_and_no_question(house: House) -> None:
    """The marks of single questions stay inside, and so does everything that they were given for."""
    made = sitting.plan(house)
    made.sit(made.enrol("good"), GOOD)
    carry_on(house)
    made.mark_all("acc_marker")
    carry_on(house)
    with house.unit(OFFICE) as unit:
        results.release(unit, made.id)
    (result,), page = seen_by(house, "good")
    assert set(result) == {"attempt", "sitting", "paper", "marks", "max_marks", "sections", "instead_of", "released_at"}
    assert all(set(section) == {"title", "marks", "max_marks"} for section in result["sections"])
    for secret in ("KEY-MATERIAL-7f3a", "acc_marker", "It says so", "答案正确", "reason"):
        assert secret not in json.dumps(result, ensure_ascii=False)
        assert secret not in page


def test_nobody_sees_the_results_of_another(house: House) -> None:
    made = sitting.plan(house)
    made.sit(made.enrol("one"), POOR)
    made.sit(made.enrol("two"), {"1": "A"})
    house.account("m1", Role.MARKER)
    carry_on(house)
    with house.unit(OFFICE) as unit:
        results.release(unit, made.id)
    assert [seen_by(house, login)[0][0]["marks"] for login in ("one", "two")] == ["0", "2"]
    assert house.browser("m1").get("/api/v1/me/results").status_code == 403


def test_an_attempt_opened_again_takes_its_result_with_it(house: House) -> None:
    made = sitting.plan(house)
    account = made.enrol("one")
    attempt = made.sit(account, {"1": "A"})
    carry_on(house)
    for person in ("acc_o1", "acc_o2"):
        with house.unit(Actor(person)) as unit:
            accommodating.reopen(unit, attempt, 600, "fire alarm")
    assert refused(house, made)["open_attempts"] == 1
    house.clock.move(60)
    exam.answer(house.database, house.clock, attempt, {"3": "A"}, first_seq=2)
    exam.hand_in(house.database, house.clock(), attempt)
    why = refused(house, made)
    assert (why["unmarked"], why["held"]) == (1, 0)  # what is held is of the first hand-in
    carry_on(house)
    with house.unit(OFFICE) as unit:
        assert results.release(unit, made.id) == 1
    assert seen_by(house, "one")[0][0]["marks"] == "3"


def test_a_result_that_changes_after_the_release_stays_as_it_was_until_it_is_released_again(house: House) -> None:
    made = sitting.plan(house)
    one, two = made.enrol("one"), made.enrol("two")
    attempt = made.sit(one, {"1": "A"})
    made.sit(two, {"1": "A"})
    carry_on(house)
    with house.unit(OFFICE) as unit:
        results.release(unit, made.id)
    for person in ("acc_o1", "acc_o2"):
        with house.unit(Actor(person)) as unit:
            accommodating.reopen(unit, attempt, 600, "fire alarm")
    house.clock.move(60)
    exam.answer(house.database, house.clock, attempt, {"3": "A"}, first_seq=2)
    exam.hand_in(house.database, house.clock(), attempt)
    carry_on(house)
    assert [(seen["marks"], seen["instead_of"]) for seen in seen_by(house, "one")[0]] == [("2", None)]
    assert len(seen_by(house, "two")[0]) == 1
    with house.unit(OFFICE) as unit:
        assert results.release(unit, made.id) == 1
    (seen,), page = seen_by(house, "one")
    assert (seen["marks"], seen["instead_of"]) == ("3", "2")
    assert "更正" in page
    assert [fact["amended"] for fact in released_facts(house)] == [False, False, True]


def test_the_office_sees_how_it_goes(house: House) -> None:
    made = sitting.plan(house)
    made.sit(made.enrol("one"), GOOD)
    made.sit(made.enrol("two"), GOOD)
    made.enrol("three")
    marker = house.account("marker", Role.MARKER, name="阅卷员 陈")
    house.account("office", Role.OFFICE)
    carry_on(house)
    browser = house.browser("office")
    before = browser.get(f"/api/v1/sittings/{made.id}/progress").get_json()
    assert before["papers"][0]["states"] == {"submitted": 2, "scheduled": 1}
    assert before["papers"][0]["marking"] == {"open": 2, "leased": 0, "marked": 0}
    counts = {"open_attempts": 1, "unmarked": 2, "held": 0, "released": 0, "undecided": 0, "amended": 0}
    assert before["release"] == {**counts, "new_policy": False, "releasable": False}
    house.clock.move(exam.DURATION)
    made.mark_all(marker)
    carry_on(house)
    after = browser.get(f"/api/v1/sittings/{made.id}/progress").get_json()
    assert after["markers"] == [{"name": "阅卷员 陈", "marked": 2, "in_hand": 0, "share": 1.0}]
    assert after["release"]["releasable"]
    assert browser.get("/api/v1/sittings/sit_none/progress").status_code == 404
    with house.database.reading() as session:
        assert [outcome.candidate for outcome in office.outcomes(session, made.id)] == ["one", "two"]
        assert office.progress(session, made.id, people.names, house.clock()).release.held == 2
    assert browser.post(f"/api/v1/sittings/{made.id}/release").get_json() == {"released": 2}


def test_a_fact_told_late_finds_the_marks_as_they_are(house: House) -> None:
    made = sitting.plan(house)
    attempt = made.sit(made.enrol("one"), {"1": "A"})
    carry_on(house)
    told = Fact(99, "scoring.attempt.scored", f"attempt/{attempt}", None, {"attempt": attempt}, house.clock(), "system")
    with house.unit() as unit:
        results.hold(unit, told)
    with house.database.reading() as session:
        (row,) = queries.results_of_papers(session, [made.paper])
    assert (row.marks, row.state, row.submitted_at) == (2, "held", house.clock())
    assert row.submitted_at - house.clock() == timedelta(0)
