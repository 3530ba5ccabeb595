"""The fold of actions: its laws, its refusals, and one meaning on the server and in the browser."""

import shutil
import subprocess
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.business.reducer import MAX_LONG, NOTE, begin, check_action, dump, fold, step
from itembank.business.scenario import Visible
from itembank.business.values import read_number
from tests.make.business import CASES, ROOT

VISIBLE = Visible.model_validate(CASES["visible"])
SEED = CASES["seed"]


@pytest.mark.parametrize("case", CASES["states"], ids=lambda case: case["name"])
def test_a_log_gives_the_state_of_the_shared_cases(case: dict[str, Any]) -> None:
    assert dump(fold(VISIBLE, case["log"], SEED)) == case["state"]


@pytest.mark.parametrize("case", CASES["checks"], ids=lambda case: str(case["action"])[:70])
def test_an_action_is_refused_as_in_the_shared_cases(case: dict[str, Any]) -> None:
    assert check_action(VISIBLE, case["action"]) == case["refusal"]


@pytest.mark.parametrize("case", CASES["numbers"], ids=lambda case: f"{case['text']} in {case['unit'] or 'no unit'}")
def test_a_number_is_read_as_in_the_shared_cases(case: dict[str, Any]) -> None:
    expected = case["number"] and Decimal(case["number"])
    assert read_number(case["text"], case["unit"]) == expected


def test_long_texts_have_a_limit() -> None:
    assert check_action(VISIBLE, {"action": "note", "text": "字" * MAX_LONG}) is None
    assert check_action(VISIBLE, {"action": "note", "text": "字" * (MAX_LONG + 1)}) == "too_long"


def test_the_browser_folds_the_shared_cases_alike() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: install the package nodejs")
    run = subprocess.run(
        [node, "--test", "--test-reporter=tap", "tests/rules/business_reducer.test.mjs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    shared = len(CASES["states"]) + len(CASES["checks"]) + len(CASES["numbers"])
    assert f"# pass {shared + 3}" in run.stdout  # a run that finds no test also ends with 0


_FIELDS = st.sampled_from(["price", "pieces", "ship_by", "term", "faults", "buyer", "reply", "nobody"])
_VALUES = st.sampled_from(["1", "12.50", "", "fob", "2026-09-30", ["late"], ["short", "late"], [], None, 7])
_WRITES = st.one_of(
    st.fixed_dictionaries({"action": st.just("set"), "field": _FIELDS, "value": _VALUES}),
    st.fixed_dictionaries({"action": st.just("clear"), "field": _FIELDS}),
    st.fixed_dictionaries({"action": st.just("note"), "text": st.sampled_from(["", "7.2", "a note"])}),
)
_OTHERS = st.sampled_from([{"action": "undo"}, {"action": "open", "document": "m1"}, {"action": "sing"}, None, [1]])
_LOGS = st.lists(st.one_of(_WRITES, _OTHERS), max_size=25)


@settings(max_examples=150, deadline=None)
@given(_LOGS, _WRITES)
def test_undo_is_the_inverse_of_every_write_that_was_done(log: list[Any], write: dict[str, Any]) -> None:
    before = fold(VISIBLE, log, SEED)
    after = step(VISIBLE, before, write)
    undone = step(VISIBLE, after, {"action": "undo"})
    if check_action(VISIBLE, write) is None:
        assert (undone.values, undone.history) == (before.values, before.history)
    else:
        assert after.values == before.values


@settings(max_examples=150, deadline=None)
@given(_LOGS)
def test_a_fold_is_deterministic_and_loses_no_action(log: list[Any]) -> None:
    state = fold(VISIBLE, log, SEED)
    assert dump(state) == dump(fold(VISIBLE, [*log], SEED))
    assert state.count == len(log)
    refused = {index for index, _ in state.refused}
    done = [action["action"] for index, action in enumerate(log) if index not in refused]
    assert list(state.opened) == ["m1"] * done.count("open")
    assert len(state.history) == sum(name in {"set", "clear", "note"} for name in done) - done.count("undo")


@settings(max_examples=100, deadline=None)
@given(_LOGS, st.integers(0, 25))
def test_a_fold_may_stop_anywhere_and_go_on(log: list[Any], at: int) -> None:
    state = fold(VISIBLE, log[:at], SEED)
    for action in log[at:]:
        state = step(VISIBLE, state, action)
    assert state == fold(VISIBLE, log, SEED)


@settings(max_examples=60, deadline=None)
@given(_LOGS)
def test_undoing_everything_leads_back_to_the_start(log: list[Any]) -> None:
    state = fold(VISIBLE, log, SEED)
    undone = fold(VISIBLE, [*log, *[{"action": "undo"}] * len(state.history)], SEED)
    assert undone.values == begin(VISIBLE, SEED).values
    assert undone.opened == state.opened


def test_the_scratch_paper_is_no_field() -> None:
    assert NOTE not in {field.name for field in VISIBLE.fields}
    with pytest.raises(ValueError, match="cannot be a name"):
        Visible.model_validate_json(VISIBLE.model_dump_json().replace('"buyer"', f'"{NOTE}"'))
