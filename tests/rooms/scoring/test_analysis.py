"""The analysis of a paper as it was sat: gathered, made in the background, made anew, noted in the bank."""

import pytest
from sqlalchemy import select

from core.actor import SYSTEM, Actor
from core.errors import ExamError
from core.unit import Database
from delivery import accommodating
from itembank import forms, uses
from programme import results
from scoring import asked, intake
from scoring.analysis import asking, jobs
from scoring.analysis.gathering import gather
from scoring.gates import Told
from scoring.tables import AnalysisRow
from tests.make import exam, sitting
from tests.make.analysed import MISKEYED, PAPER, QUESTIONS, answer_sheets, form_of_choices, sit_all
from tests.make.clock import MovableClock
from tests.make.house import House
from tests.make.regrading import Sat as RegradedSat

OFFICE = Actor("acc_office")


@pytest.fixture
def form(database: Database, clock: MovableClock) -> str:
    return form_of_choices(database, clock)


def told_of(_session: object, papers: object) -> dict[str, Told]:
    return {PAPER: Told("五月场 · 选择卷", MovableClock()())} if PAPER in list(papers) else {}  # type: ignore[call-overload]


def ask(database: Database, clock: MovableClock) -> None:
    with database.unit(OFFICE, clock()) as unit:
        asking.ask(unit, PAPER)


def make(database: Database, clock: MovableClock) -> int:
    return jobs.make_asked(told_of, database, clock())


def found(database: Database) -> asking.Analysis:
    with database.reading() as session:
        return asking.find(session, PAPER)


def test_what_was_sat_is_gathered_to_the_last_answer(database: Database, clock: MovableClock, form: str) -> None:
    sheets = answer_sheets(4)
    del sheets[2]["5"]
    attempts = sit_all(database, clock, form, sheets)
    sat = gather(database, PAPER, lambda: None)
    assert [question.label for question in sat.questions] == [str(n) for n in range(1, QUESTIONS + 1)]
    assert sorted(sat.attempts) == sorted(attempts)
    assert sat.left_out == ()
    for row, attempt in enumerate(sat.attempts):
        sheet = sheets[attempts.index(attempt)]
        for place, question in enumerate(sat.questions):
            answer = sheet.get(question.label)
            taken = [name for (name, _), is_taken in zip(question.options, sat.chosen[place][row], strict=True) if is_taken]
            assert taken == ([answer] if answer else [])
            assert sat.marks[row, place] == (2.0 if answer in question.correct else 0.0)
            assert sat.answered[row, place] == (answer is not None)


def test_an_attempt_that_is_open_again_is_no_script(database: Database, clock: MovableClock, form: str) -> None:
    again, stays = sit_all(database, clock, form, answer_sheets(2))
    for person in (OFFICE, Actor("acc_second")):
        with database.unit(person, clock()) as unit:
            accommodating.reopen(unit, again, 600, "handed in by mistake")
    assert gather(database, PAPER, lambda: None).attempts == (stays,)


def test_what_a_regrade_has_made_right_is_right_and_what_it_dropped_is_left_out(database: Database, clock: MovableClock) -> None:
    sat = RegradedSat(database, clock)
    for candidate in ("acc_a", "acc_b"):
        sat.sit(candidate, {"1": "B", "3": "A"})
    sat.regrade({"place": "1", "act": "also_accept", "correct": ["B"]}, {"place": "3", "act": "drop", "dropped": "off_maximum"})
    found = gather(database, PAPER, lambda: None)
    first = found.questions[0]
    assert (first.label, set(first.correct)) == ("1", {"A", "B"})
    assert found.marks[:, 0].tolist() == [2.0, 2.0]
    assert ("3", "no_marks") in found.left_out
    assert "3" not in [question.label for question in found.questions]


def test_a_question_that_waits_for_markers_is_left_out_and_named(database: Database, clock: MovableClock) -> None:
    form = form_of_choices(database, clock, essay=True)
    sit_all(database, clock, form, [{**sheet, str(QUESTIONS + 1): "Because."} for sheet in answer_sheets(3)])
    sat = gather(database, PAPER, lambda: None)
    assert sat.left_out == ((str(QUESTIONS + 1), "waiting"),)
    assert len(sat.questions) == QUESTIONS


def test_an_analysis_is_made_once_for_each_asking(database: Database, clock: MovableClock, form: str) -> None:
    sit_all(database, clock, form, answer_sheets(30))
    assert make(database, clock) == 0
    ask(database, clock)
    assert found(database).state == "asked"
    assert make(database, clock) == 1
    made = found(database)
    assert (made.state, made.current, made.scripts, made.marked) == ("made", True, 30, 30)
    assert made.figures
    assert made.figures["persons"] == 30
    (wrong,) = [question for question in made.figures["questions"] if any(flag["level"] == "urgent" for flag in question["flags"])]
    assert wrong["label"] == MISKEYED
    assert make(database, clock) == 0


def test_what_has_changed_since_is_seen(database: Database, clock: MovableClock, form: str) -> None:
    sit_all(database, clock, form, answer_sheets(3))
    ask(database, clock)
    make(database, clock)
    clock.move(60)
    fact = exam.sit(database, clock, form, "acc_late", {"1": "A"}, PAPER)
    assert found(database).current  # not scored yet
    with database.unit(SYSTEM, clock()) as unit:
        intake.take_in(unit, fact)
    assert not found(database).current


def test_an_analysis_whose_maker_died_is_taken_up_again_and_given_up_at_last(
    database: Database, clock: MovableClock, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_all(database, clock, form, answer_sheets(2))
    ask(database, clock)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "gather", die)
    for _ in range(asked.MAX_TRIES):
        with pytest.raises(KeyboardInterrupt):
            make(database, clock)
        assert make(database, clock) == 0  # leased: nobody else takes it
        clock.move(asked.LEASE.total_seconds() + 1)
    assert make(database, clock) == 1
    assert found(database).state == "failed"
    monkeypatch.undo()
    ask(database, clock)
    assert make(database, clock) == 1
    assert found(database).state == "made"


def test_nothing_can_be_asked_of_a_paper_that_nobody_sat(database: Database, clock: MovableClock) -> None:
    with pytest.raises(ExamError) as refused:
        ask(database, clock)
    assert refused.value.kind.code == "core.not_found"


def test_figures_are_noted_beside_the_items_and_replaced(database: Database, clock: MovableClock, form: str) -> None:
    sit_all(database, clock, form, answer_sheets(6))
    with pytest.raises(ExamError) as refused, database.unit(OFFICE, clock()) as unit:
        asking.note(unit, PAPER, told_of)
    assert refused.value.kind.code == "scoring.not_analysed"
    ask(database, clock)
    make(database, clock)
    for _ in range(2):
        with database.unit(OFFICE, clock()) as unit:
            assert asking.note(unit, PAPER, told_of) == QUESTIONS
    with database.reading() as session:
        versions = {item.version: item.place for item in forms.get_frozen(session, form).items.values()}
        noted = uses.uses_of_versions(session, list(versions))
        row = session.scalars(select(AnalysisRow)).one()
    assert len(noted) == QUESTIONS
    figures = {question["version"]: question for question in (row.figures or {})["questions"]}
    for use in noted:
        assert (use.paper, use.title, use.n, use.part) == (PAPER, "五月场 · 选择卷", 6, 0)
        assert use.facility == pytest.approx(figures[use.version]["p"])
        assert use.discrimination == pytest.approx(figures[use.version]["rest_r"])
        assert versions[use.version] == figures[use.version]["label"]


def test_a_release_notes_the_figures_of_its_papers_and_a_rehearsal_none(house: House) -> None:
    form = form_of_choices(house.database, house.clock)
    with house.database.reading() as session:
        versions = [item.version for item in forms.get_frozen(session, form).items.values()]
    for title, rehearsal in (("演练", True), ("五月场", False)):
        made = sitting.plan(house, form=form, title=title, rehearsal=rehearsal)
        for n, sheet in enumerate(answer_sheets(3)):
            made.sit(made.enrol(f"{'r' if rehearsal else 'c'}{n}"), sheet)
        house.work()
        with house.unit(sitting.OFFICE) as unit:
            results.release(unit, made.id)
        house.work()
        with house.database.reading() as session:
            noted = uses.uses_of_versions(session, versions)
        assert {use.title for use in noted} == (set() if rehearsal else {"五月场 · 综合卷"})
    assert len(noted) == QUESTIONS
    with house.database.reading() as session:
        found = asking.find(session, made.paper)
    assert (found.state, found.current, found.noted_at) == ("made", True, house.clock())
