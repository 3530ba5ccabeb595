"""The demo tasks: each can be done from its documents alone, and an independent calculation earns every mark."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from itembank.business.loading import load_scenario
from itembank.business.reducer import dump, fold
from itembank.business.scenario import Scenario, split
from itembank.business.solving import solve
from itembank.business.workspace import workspace
from scoring.business_score import FieldMark, score_business
from tests.make.business import demo_drafts, demo_scenario
from tests.make.clerks import CLERKS

DRAFTS = demo_drafts()
SEEDS = [*range(40), -1, 20261107, 2**63]


def _sit(scenario: Scenario, entries: dict[str, Any], seed: int) -> list[FieldMark]:
    visible, key = split(scenario)
    log = [{"action": "set", "field": field, "value": value} for field, value in entries.items()]
    state = fold(visible, log, seed)
    assert dump(state)["refused"] == []
    return score_business(visible, key, state, seed)


def test_there_is_a_clerk_for_every_task() -> None:
    assert DRAFTS.keys() == CLERKS.keys()


@pytest.mark.parametrize("ref", sorted(CLERKS))
@pytest.mark.parametrize("seed", SEEDS)
def test_a_clerk_who_reads_and_calculates_earns_every_mark(ref: str, seed: int) -> None:
    scenario = demo_scenario(ref)
    entries = CLERKS[ref](workspace(scenario.visible, seed))
    marks = _sit(scenario, entries, seed)
    assert [(mark.field, mark.code) for mark in marks] == [(field.name, "right") for field in scenario.visible.fields]
    assert sum(mark.marks for mark in marks) == DRAFTS[ref].marks


@pytest.mark.parametrize("ref", sorted(CLERKS))
def test_a_clerk_of_another_seed_does_not(ref: str) -> None:
    """The control: the entries of one desk are not right on another."""
    scenario = demo_scenario(ref)
    marks = _sit(scenario, CLERKS[ref](workspace(scenario.visible, 1)), 4)
    assert sum(mark.marks for mark in marks) < DRAFTS[ref].marks - 3


@pytest.mark.parametrize("ref", sorted(CLERKS))
def test_an_untouched_desk_earns_nothing(ref: str) -> None:
    assert sum(mark.marks for mark in _sit(demo_scenario(ref), {}, 3)) == 0


@pytest.mark.parametrize("ref", sorted(CLERKS))
def test_a_task_has_the_shape_of_a_paper(ref: str) -> None:
    draft = DRAFTS[ref]
    scenario = load_scenario(draft.scenario or {}, str)
    assert draft.kind == "business"
    assert draft.marks == scenario.visible.marks
    assert 10 <= draft.marks <= 20
    assert 6 <= len(scenario.visible.fields) <= 12
    assert draft.title == scenario.visible.title
    assert draft.language == scenario.visible.language
    assert {"cbec", "b2b"} == set(draft.programmes)
    assert draft.knowledge
    assert draft.levels
    assert draft.explanation


def test_one_task_is_in_english() -> None:
    assert Counter(draft.language for draft in DRAFTS.values()) == {"zh": 3, "en": 1}


@pytest.mark.parametrize(
    ("ref", "field", "answers"),
    [
        ("b2b-task-0002", "mode", {"sea", "air", "express", "warehouse"}),
        ("b2b-task-0004", "advice", {"present", "correct", "consent"}),
    ],
)
def test_no_answer_is_right_for_every_seed(ref: str, field: str, answers: set[str]) -> None:
    visible, key = split(demo_scenario(ref))
    counts = Counter(solve(visible, key, seed)[field] for seed in range(300))
    assert counts.keys() == answers
    assert min(counts.values()) >= 15


def test_a_wrong_fob_costs_its_own_marks_only() -> None:
    scenario = demo_scenario("b2b-task-0001")
    entries = CLERKS["b2b-task-0001"](workspace(scenario.visible, 1))
    own = Decimal(entries["fob"]) + Decimal("0.40")
    values = solve(*split(scenario), 1)
    cif = ((own + values["freight_unit"]) / (1 - Decimal("1.1") * values["ins_rate"] / 100)).quantize(Decimal("0.01"))
    total = cif * values["qty"]
    premium = (total * Decimal("1.1") * values["ins_rate"] / 100).quantize(Decimal("0.01"))
    reply = entries["reply"].replace(entries["fob"], str(own)).replace(entries["cif"], str(cif))
    entries |= {"fob": str(own), "cif": str(cif), "cif_total": str(total), "premium": str(premium), "reply": reply}
    marks = {mark.field: mark for mark in _sit(scenario, entries, 1)}
    assert marks["fob"].code == "wrong"
    assert {marks[name].code for name in ("cif", "cif_total", "premium")} == {"carried_forward"}
    assert sum(mark.marks for mark in marks.values()) == 17
