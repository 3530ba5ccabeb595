"""Regrading: what each act does, who may commit, what a preview is worth, and that nothing is left of what is taken back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import ExamError
from core.tables import FactRow
from core.unit import Database
from scoring import regrade
from scoring.tables import MarkRow, PartRow
from tests.make import exam
from tests.make.clock import MovableClock
from tests.make.regrading import FIRST, SECOND, Sat, totals

MACHINE_ONLY = {place: exam.RIGHT[place] for place in exam.MACHINE_MARKS}


@pytest.fixture
def sat(database: Database, clock: MovableClock) -> Sat:
    return Sat(database, clock)


def refusal(act: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    with pytest.raises(ExamError) as refused:
        act(*arguments, **named)
    return refused.value.kind.code


def told(sat: Sat, name: str) -> list[dict[str, Any]]:
    with sat.database.reading() as session:
        return [row.data for row in session.scalars(select(FactRow).where(FactRow.name == name).order_by(FactRow.id))]


def test_a_new_key_takes_and_gives(sat: Sat) -> None:
    right, wrong = sat.sit("a", {"1": "A", "5": "FOB"}), sat.sit("b", {"1": "B"})
    nothing = sat.sit("c", {})
    made = sat.propose({"place": "1", "act": "new_key", "correct": ["B"]})
    before = sat.standing()
    assert sat.previewed(made) == {(right, "1"): (Decimal(0), Decimal(2)), (wrong, "1"): (Decimal(2), Decimal(2))}
    preview = sat.row(made).preview
    assert preview
    assert (preview["scripts"], preview["touched"], preview["raised"], preview["lowered"]) == (3, 2, 1, 1)
    assert preview["totals"] == {"before": {"0": 2, "3": 1}, "after": {"0": 1, "1": 1, "2": 1}}
    assert sat.standing() == before
    assert sat.commit(made) == 2
    assert totals(sat, [right, wrong, nothing]) == [Decimal(1), Decimal(2), Decimal(0)]
    assert sat.reason(wrong, "1")["code"] == "right"
    assert [fact["attempts"] for fact in told(sat, "scoring.paper.regraded")] == [2]


def test_a_preview_counts_the_scripts_that_wait_for_a_marker_before_and_after(sat: Sat) -> None:
    wrote = sat.sit("a", {"1": "A", "6": "Because."})
    sat.sit("b", {"1": "B"})
    key = sat.row(sat.propose({"place": "1", "act": "new_key", "correct": ["B"]})).preview
    given = sat.row(sat.propose({"place": "6", "act": "full_marks"})).preview
    assert key
    assert given
    assert key["waiting"] == {"before": 1, "after": 1}
    assert given["waiting"] == {"before": 1, "after": 0}
    assert (key["touched"], key["raised"], key["lowered"]) == (2, 1, 0)  # whose total is not whole is neither raised nor lowered
    back = sat.row(sat.propose_reversal(sat.regrade({"place": "6", "act": "full_marks"}))).preview
    assert back
    assert back["waiting"] == {"before": 0, "after": 1}
    assert totals(sat, [wrote]) != [None]


def test_a_further_answer_is_accepted_beside_the_key_and_the_best_counts(sat: Sat) -> None:
    right, other, partly = (sat.sit(name, {"2": value}) for name, value in (("a", ["A", "B"]), ("b", ["C"]), ("c", ["A"])))
    sat.regrade({"place": "2", "act": "also_accept", "correct": ["C"]})
    assert [sat.marks(attempt, "2")[0] for attempt in (right, other, partly)] == [2, 2, 1]
    number = sat.sit("d", {"4": "99", "2": ["C"]})
    assert sat.marks(number, "2") == (2, 2)  # who comes later is scored by the rules in force
    sat.regrade({"place": "4", "act": "also_accept", "correct": ["100"], "tolerance": "1"})
    assert sat.marks(number, "4") == (2, 2)
    sat.regrade({"place": "2", "act": "new_key", "correct": ["A", "B"]})
    assert [sat.marks(attempt, "2")[0] for attempt in (right, other, partly)] == [2, 0, 1]


def test_full_marks_go_to_everybody_also_to_who_wrote_nothing_and_who_waits_for_a_marker(sat: Sat) -> None:
    wrote, nothing = sat.sit("a", exam.RIGHT), sat.sit("b", {})
    sat.regrade({"place": "6", "act": "full_marks"}, {"place": "7.3", "act": "full_marks"}, {"place": "8", "act": "full_marks"})
    for place in ("6", "7.3", "8"):
        assert sat.marks(wrote, place) == sat.marks(nothing, place)
        assert sat.marks(wrote, place)[0] == sat.marks(wrote, place)[1] > 0
    assert None not in totals(sat, [wrote, nothing])


@pytest.mark.parametrize(("dropped", "marks"), [("off_maximum", (0, 0)), ("marks_to_all", (2, 2))])
def test_what_becomes_of_the_marks_of_a_dropped_item_is_said_with_it(sat: Sat, dropped: str, marks: tuple[int, int]) -> None:
    one, two = sat.sit("a", {"1": "A"}), sat.sit("b", {"1": "B"})
    full = {row["max_marks"] for row in told(sat, "scoring.attempt.scored")}
    sat.regrade({"place": "1", "act": "drop", "dropped": dropped})
    assert sat.marks(one, "1") == sat.marks(two, "1") == marks
    (before,) = full
    after = [row["max_marks"] for row in told(sat, "scoring.attempt.scored")][-1]
    assert Decimal(after) == Decimal(before) - 2 + marks[1]


def test_two_people_are_needed_to_commit_and_to_take_back(sat: Sat) -> None:
    sat.sit("a", {"1": "B"})
    made = sat.propose({"place": "1", "act": "full_marks"})
    before = sat.standing()
    assert refusal(sat.commit, made, FIRST) == "scoring.same_person"
    assert sat.standing() == before
    sat.commit(made)
    assert refusal(sat.commit, made) == "scoring.regrade_state"
    back, twice = sat.propose_reversal(made, SECOND), sat.propose_reversal(made, FIRST)
    assert refusal(sat.commit, back, SECOND) == "scoring.same_person"
    sat.commit(back, FIRST)
    assert (sat.row(made).state, sat.row(back).state) == ("reversed", "committed")
    assert refusal(sat.propose_reversal, made) == "scoring.regrade_state"
    assert refusal(sat.propose_reversal, back) == "scoring.regrade_state"
    assert refusal(sat.commit, twice) == "scoring.regrade_state"  # somebody else has taken it back meanwhile


def test_taking_back_restores_everything_and_only_adds_marks(sat: Sat) -> None:
    attempts = [sat.sit("a", exam.RIGHT), sat.sit("b", {"1": "B", "6": "Because."}), sat.sit("c", MACHINE_ONLY)]
    before, marks = sat.standing(), {row.id: (row.marks, row.reason) for row in sat.rows(MarkRow)}
    changes = {"place": "1", "act": "new_key", "correct": ["B"]}, {"place": "6", "act": "full_marks"}, {"place": "3", "act": "drop"}
    sat.clock.move(3600)
    made = sat.regrade(*changes)
    assert sat.standing() != before
    sat.clock.move(3600)
    sat.reverse(made)
    assert sat.standing() == before  # also since when each is marked
    left = {row.id: (row.marks, row.reason) for row in sat.rows(MarkRow)}
    assert {name: left[name] for name in marks} == marks
    assert len(left) > len(marks) + len(attempts)
    assert [fact["reverses"] for fact in told(sat, "scoring.paper.regrade_reversed")] == [made]
    assert totals(sat, attempts[1:2]) == [None]


def test_regrades_are_taken_back_in_any_order(sat: Sat) -> None:
    one = sat.sit("a", {"1": "B"})
    first = sat.regrade({"place": "1", "act": "new_key", "correct": ["B"]})
    second = sat.regrade({"place": "1", "act": "also_accept", "correct": ["C"]})
    other = sat.sit("b", {"1": "C"})
    assert [sat.marks(attempt, "1")[0] for attempt in (one, other)] == [2, 2]
    sat.reverse(first)
    assert [sat.marks(attempt, "1")[0] for attempt in (one, other)] == [0, 2]
    sat.reverse(second)
    assert [sat.marks(attempt, "1")[0] for attempt in (one, other)] == [0, 0]


def test_a_commit_refuses_when_the_world_has_changed_since_the_preview(sat: Sat) -> None:
    sat.sit("a", {"1": "B"})
    made = sat.propose({"place": "1", "act": "full_marks"})
    sat.sit("b", {"1": "C"})
    before = sat.standing()
    assert refusal(sat.commit, made) == "scoring.preview_outdated"
    assert sat.standing() == before
    with sat.database.reading() as session:
        assert not regrade.is_current(session, sat.row(made), sat.consequences)
    with sat.database.unit(FIRST, sat.clock()) as unit:
        regrade.ask_again(unit, made)
    assert refusal(sat.commit, made) == "scoring.regrade_state"  # while the preview is not made
    sat.preview()
    with sat.database.reading() as session:
        assert regrade.is_current(session, sat.row(made), sat.consequences)
    assert refusal(sat.commit, made, digest="another") == "scoring.preview_outdated"
    assert sat.commit(made) == 2


def test_a_preview_holds_no_more_when_what_follows_from_it_has_changed(sat: Sat) -> None:
    """The pass line was moved, say, between the preview and the commit."""
    sat.sit("a", {"1": "B"})
    made = sat.propose({"place": "1", "act": "full_marks"})
    sat.consequences = lambda *_: {"lines": ["another"]}
    assert refusal(sat.commit, made) == "scoring.preview_outdated"


def test_an_attempt_that_is_handed_in_after_the_commit_is_scored_by_the_same_rules(sat: Sat) -> None:
    sat.sit("a", {"1": "B"})
    made = sat.regrade({"place": "1", "act": "new_key", "correct": ["B"]}, {"place": "6", "act": "drop"})
    late = sat.sit("b", {"1": "B", "6": "Because."})
    assert (sat.marks(late, "1"), sat.marks(late, "6")) == ((2, 2), (0, 0))
    sat.reverse(made)
    assert (sat.marks(late, "1")[0], sat.marks(late, "6")[0]) == (0, None)


def test_what_does_not_make_sense_is_refused_at_once(sat: Sat) -> None:
    assert refusal(sat.propose, {"place": "1", "act": "full_marks"}) == "core.not_found"  # nothing was handed in
    sat.sit("a", exam.RIGHT)
    assert refusal(sat.propose, {"place": "99", "act": "full_marks"}) == "scoring.regrade_invalid"
    assert refusal(sat.propose, {"place": "6", "act": "new_key", "correct": ["x"]}) == "scoring.regrade_invalid"
    assert refusal(sat.propose, {"place": "1", "act": "new_key", "correct": ["Z"]}).startswith("itembank.")
    assert refusal(sat.propose, {"place": "1", "act": "new_key", "correct": []}).startswith("itembank.")
    with pytest.raises(ExamError) as both:
        sat.propose({"place": "3", "act": "drop"}, {"place": "1", "act": "full_marks"}, {"place": "3", "act": "full_marks"})
    assert (both.value.kind.code, "第 3 题" in both.value.text("zh")) == ("scoring.regrade_invalid", True)
    either = {"place": "1", "act": "new_key", "correct": ["B"]}, {"place": "1", "act": "also_accept", "correct": ["C"]}
    assert refusal(sat.propose, *reversed(either)) == "scoring.regrade_invalid"
    assert sat.propose(*either)
    assert sat.rows(PartRow)
