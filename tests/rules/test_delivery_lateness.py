"""The late policy: every combination of state, writer, arrival and typing, one verdict each."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product

import pytest

from delivery.lateness import RULES, Arrival, Standing, Verdict, arrival, judge, look_up, outlived
from delivery.states import State

DEADLINE = datetime(2026, 5, 23, 3, 0, tzinfo=UTC)
WINDOW = timedelta(seconds=120)
STARTED = DEADLINE - timedelta(hours=2)
CASES = list(product(State, (True, False), Arrival, (True, False)))


def expected(state: State, is_writer: bool, when: Arrival, typed_in_time: bool) -> Verdict:
    """State the policy once more, in other words than the table."""
    if state in ("scheduled", "ready"):
        return Verdict.NOT_STARTED
    if state in ("submitted", "absent", "voided"):
        return Verdict.CLOSED
    if not is_writer:
        return Verdict.SUPERSEDED
    if state == "paused":
        return Verdict.RETRY
    if when == "reading":
        return Verdict.READING
    counts = when == "in_time" or (when == "in_window" and typed_in_time)
    return Verdict.ACCEPT if counts else Verdict.TOO_LATE


@pytest.mark.parametrize(("state", "is_writer", "when", "typed_in_time"), CASES)
def test_each_combination_has_one_rule_and_its_verdict(state: State, is_writer: bool, when: Arrival, typed_in_time: bool) -> None:
    fitting = [
        rule
        for rule in RULES
        if state in rule.states
        and rule.is_writer in (None, is_writer)
        and rule.arrival in (None, when)
        and rule.typed_in_time in (None, typed_in_time)
    ]
    assert len(fitting) == 1
    assert look_up(state, is_writer, when, typed_in_time) == expected(state, is_writer, when, typed_in_time)


@pytest.mark.parametrize(
    ("after_s", "when"),
    [(-1, "in_time"), (0, "in_time"), (0.001, "in_window"), (120, "in_window"), (120.001, "after_window")],
)
def test_the_deadline_and_the_window_include_their_last_instant(after_s: float, when: str) -> None:
    assert arrival(DEADLINE, WINDOW, DEADLINE + timedelta(seconds=after_s)) == when


@pytest.mark.parametrize(("before_s", "when"), [(0.001, "reading"), (0, "in_time"), (-1, "in_time")])
def test_an_answer_that_comes_before_the_reading_time_is_over_came_in_it(before_s: float, when: str) -> None:
    over = DEADLINE - timedelta(hours=1)
    assert arrival(DEADLINE, WINDOW, over - timedelta(seconds=before_s), over) == when


@pytest.mark.parametrize("is_borne_out", [True, False])
def test_judging_compares_epoch_and_typing_with_the_attempt(is_borne_out: bool) -> None:
    late = DEADLINE + timedelta(seconds=5)
    told = partial(judge, Standing(State.CLOSING, 3, DEADLINE, WINDOW, STARTED), is_borne_out=is_borne_out)
    assert told(3, DEADLINE, late) is Verdict.ACCEPT
    assert told(3, late, late) is Verdict.TOO_LATE
    assert told(3, STARTED, late) is Verdict.ACCEPT
    assert told(3, STARTED - timedelta(milliseconds=1), late) is Verdict.TOO_LATE
    assert told(2, DEADLINE, late) is Verdict.SUPERSEDED


@pytest.mark.parametrize(
    ("late_s", "is_borne_out", "verdict"),
    [(10, False, "accept"), (10.001, False, "too_late"), (10.001, True, "accept"), (120, True, "accept"), (120.001, True, "too_late")],
)
def test_what_can_no_longer_be_under_way_needs_evidence(late_s: float, is_borne_out: bool, verdict: str) -> None:
    standing = Standing(State.CLOSING, 3, DEADLINE, WINDOW, STARTED)
    assert judge(standing, 3, DEADLINE, DEADLINE + timedelta(seconds=late_s), is_borne_out=is_borne_out) == verdict


@pytest.mark.parametrize(
    ("line_until_s", "heard_s", "says"),
    [
        (None, None, False),
        (0, None, False),
        (40, None, False),
        (40.001, None, True),
        (-60, None, False),
        (15, 10, False),
        (15, 10.001, True),
        (None, 10.001, True),
        (40.001, 0, True),
    ],
)
def test_a_line_that_was_good_for_long_after_the_typing_would_have_carried_the_answer(
    line_until_s: float | None, heard_s: float | None, says: bool
) -> None:
    until, heard = (None if seconds is None else DEADLINE + timedelta(seconds=seconds) for seconds in (line_until_s, heard_s))
    assert outlived(until, heard, DEADLINE) is says
