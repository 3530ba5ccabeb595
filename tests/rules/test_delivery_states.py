"""The transition table of an attempt: every pair of state and event, allowed or refused."""

import re
from itertools import product

import pytest

from core.errors import ExamError
from delivery.states import TABLE, Event, State, find_move, step

ALLOWED = {
    ("scheduled", "check_in"): "ready",
    ("ready", "start"): "running",
    ("running", "pause"): "paused",
    ("paused", "resume"): "running",
    ("running", "time_up"): "closing",
    ("paused", "time_up"): "closing",
    ("running", "hand_in"): "submitted",
    ("closing", "hand_in"): "submitted",
    ("closing", "window_over"): "submitted",
    ("submitted", "reopen"): "running",
    ("scheduled", "no_show"): "absent",
    ("ready", "no_show"): "absent",
    ("scheduled", "void"): "voided",
    ("ready", "void"): "voided",
    ("running", "void"): "voided",
    ("paused", "void"): "voided",
    ("closing", "void"): "voided",
    ("absent", "void"): "voided",
}
ORDER = ("scheduled", "ready", "running", "paused", "closing", "submitted", "absent", "voided")


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_pair_goes_where_the_table_says_or_is_refused(state: State, event: Event) -> None:
    target = ALLOWED.get((state, event))
    if target is not None:
        assert step(state, event) == target
        return
    assert find_move(state, event) is None
    with pytest.raises(ExamError) as refused:
        step(state, event)
    assert refused.value.kind.code == "delivery.wrong_state"
    assert refused.value.as_dict()["fields"] == {"state": state, "event": event}
    assert not re.search("[a-z]", refused.value.text("zh")), "people read words, not codes"


def test_only_resume_and_reopen_lead_back() -> None:
    back = {event for (state, event), move in TABLE.items() if ORDER.index(move.target) < ORDER.index(state)}
    assert back == {Event.RESUME, Event.REOPEN}


def test_acts_against_the_order_need_two_people_and_a_reason() -> None:
    for (_, event), move in TABLE.items():
        assert (move.people == 2) == (event in (Event.REOPEN, Event.VOID))
        assert move.people == 1 or move.needs_reason
