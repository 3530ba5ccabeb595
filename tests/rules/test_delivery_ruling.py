"""Decisions about answers kept aside: every combination of state, reason, person and opinion, one rule each."""

from itertools import product

import pytest

from core.errors import ExamError
from delivery import ruling
from delivery.lateness import Verdict
from delivery.ruling import ALLOWANCES, STEPS, Held, Opinion, Ruling, Stage, Standing, Step, allowed, fold, take
from delivery.slow_way import _KEPT_ASIDE
from delivery.states import State

CASES = list(product(State, Held, Ruling))


def expected(state: str, reason: str, wanted: str) -> str:
    """State the policy once more, in other words than the table."""
    if state in ("scheduled", "ready", "running", "paused", "closing"):
        return "delivery.held_not_yet"
    if wanted == "leave" or (state == "submitted" and reason != "unsound"):
        return "yes"
    return "delivery.held_not_so"


@pytest.mark.parametrize(("state", "reason", "wanted"), CASES)
def test_each_combination_has_one_allowance(state: State, reason: Held, wanted: Ruling) -> None:
    assert len([row for row in ALLOWANCES if state in row.states and reason in row.reasons]) == 1
    try:
        ruling.check(state, reason, wanted)
        said = "yes"
    except ExamError as refused:
        said = refused.kind.code
    assert said == expected(state, reason, wanted)
    assert (wanted in allowed(state, reason)) == (said == "yes")


def test_every_reason_for_which_the_journal_keeps_aside_can_be_decided() -> None:
    assert {str(verdict) for verdict in _KEPT_ASIDE} | {"number_taken", "unsound"} == set(Held)
    assert {Held(str(verdict)) for verdict in (Verdict.TOO_LATE, Verdict.SUPERSEDED, Verdict.CLOSED)} < set(Held)


STEP_CASES = {
    ("open", False, False): "propose",
    ("open", False, True): "propose",
    ("open", True, False): "propose",
    ("open", True, True): "propose",
    ("proposed", False, False): "void",
    ("proposed", False, True): "confirm",
    ("proposed", True, False): "void",
    ("proposed", True, True): "same_person",
    ("decided", False, False): "too_late",
    ("decided", False, True): "too_late",
    ("decided", True, False): "too_late",
    ("decided", True, True): "too_late",
}


@pytest.mark.parametrize(("stage", "same", "agrees"), list(product(Stage, (False, True), (False, True))))
def test_each_opinion_has_one_step(stage: Stage, same: bool, agrees: bool) -> None:
    fitting = [row for row in STEPS if row.stage is stage and row.same_person in (None, same) and row.agrees in (None, agrees)]
    assert [row.step for row in fitting] == [Step(STEP_CASES[stage, same, agrees])]
    assert ruling.look_up(stage, same, agrees) is fitting[0].step


def test_no_sequence_of_opinions_decides_without_two_people_who_agree() -> None:
    said = [Opinion(who, what) for who in ("a", "b", "c") for what in Ruling]
    decided = 0
    for sequence in product(said, repeat=4):
        standing, last_two = Standing(Stage.OPEN), []
        for opinion in sequence:
            try:
                standing = take(standing, opinion)
            except ExamError:
                continue
            last_two = [*last_two, opinion][-2:]
            if standing.stage is Stage.DECIDED:
                assert len({one.by for one in last_two}) == 2
                assert len({one.ruling for one in last_two}) == 1
                assert standing.first == last_two[0]
                decided += 1
                break
    assert decided > 100


def test_a_decision_that_was_made_void_begins_anew() -> None:
    count, leave = Ruling.COUNT, Ruling.LEAVE
    assert fold([]) == Standing(Stage.OPEN)
    assert fold([Opinion("a", count)]) == Standing(Stage.PROPOSED, Opinion("a", count))
    assert fold([Opinion("a", count), Opinion("b", leave)]) == Standing(Stage.OPEN)
    assert fold([Opinion("a", count), Opinion("a", leave)]) == Standing(Stage.OPEN)
    again = [Opinion("a", count), Opinion("b", leave), Opinion("b", leave), Opinion("a", leave)]
    assert fold(again) == Standing(Stage.DECIDED, Opinion("b", leave))
