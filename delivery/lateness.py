"""What happens to an answer that arrives in each state, before and after the deadline, from each writer.  No answer vanishes.

In the late window an answer counts that was typed in time.  For as long as one may be under way, its own word is enough; later it needs
evidence: a signed tick that bears it out (`ticks`), and no line that would have carried it (`outlived`).
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from delivery.states import State

IN_FLIGHT = timedelta(seconds=10)
"""So long an answer may be on its way."""

SILENCE = timedelta(seconds=30)
"""So long a line may have been dead when the server notices: the pause between two pings, and the wait for an answer."""


class Arrival(StrEnum):
    """When the server had the answer in its hands."""

    READING = "reading"  # in the reading time: the paper is seen, and not answered yet
    IN_TIME = "in_time"  # not after the deadline
    IN_WINDOW = "in_window"  # after it, within the late window
    AFTER_WINDOW = "after_window"


class Verdict(StrEnum):
    """What becomes of an answer."""

    ACCEPT = "accept"  # into the journal
    RETRY = "retry"  # stays with its page, which sends it again after the pause
    READING = "reading"  # refused: stays with its page as well
    NOT_STARTED = "not_started"  # refused: there is no paper to answer yet
    TOO_LATE = "too_late"  # kept aside, for people
    SUPERSEDED = "superseded"  # kept aside, for people
    CLOSED = "closed"  # kept aside, for people


class Rule(NamedTuple):
    """One row: the cases it holds for, None for any, and the verdict."""

    states: frozenset[State]
    is_writer: bool | None
    arrival: Arrival | None
    typed_in_time: bool | None
    verdict: Verdict


_OPEN = frozenset({State.RUNNING, State.CLOSING})
_BEFORE = frozenset({State.SCHEDULED, State.READY})
_AFTER = frozenset({State.SUBMITTED, State.ABSENT, State.VOIDED})

RULES = (
    Rule(_BEFORE, None, None, None, Verdict.NOT_STARTED),
    Rule(_AFTER, None, None, None, Verdict.CLOSED),
    Rule(_OPEN | {State.PAUSED}, False, None, None, Verdict.SUPERSEDED),
    Rule(frozenset({State.PAUSED}), True, None, None, Verdict.RETRY),
    Rule(_OPEN, True, Arrival.READING, None, Verdict.READING),
    Rule(_OPEN, True, Arrival.IN_TIME, None, Verdict.ACCEPT),
    Rule(_OPEN, True, Arrival.IN_WINDOW, True, Verdict.ACCEPT),
    Rule(_OPEN, True, Arrival.IN_WINDOW, False, Verdict.TOO_LATE),
    Rule(_OPEN, True, Arrival.AFTER_WINDOW, None, Verdict.TOO_LATE),
)
"""The policy; exactly one row fits each case."""


def look_up(state: State, is_writer: bool, arrival: Arrival, typed_in_time: bool) -> Verdict:
    """Return the verdict of the row that fits."""
    for rule in RULES:
        fits = (rule.is_writer in (None, is_writer), rule.arrival in (None, arrival), rule.typed_in_time in (None, typed_in_time))
        if state in rule.states and all(fits):
            return rule.verdict
    raise AssertionError(f"no rule for {state}, {is_writer}, {arrival}, {typed_in_time}")


def arrival(deadline: datetime | None, window: timedelta, received_at: datetime, reads_until: datetime | None = None) -> Arrival:
    """Say when an answer arrived; without a deadline every moment is in time, but for the reading time."""
    if reads_until and received_at < reads_until:
        return Arrival.READING
    if deadline is None or received_at <= deadline:
        return Arrival.IN_TIME
    return Arrival.IN_WINDOW if received_at <= deadline + window else Arrival.AFTER_WINDOW


class Standing(NamedTuple):
    """How an attempt stands towards an answer: its state, writer, late window, start, reading time, and the deadline of the answer's place.

    A place of a limited section has the end of its section for a deadline, every other one that of the attempt.
    """

    state: State
    epoch: int
    deadline: datetime | None
    window: timedelta
    started_at: datetime | None
    reads_until: datetime | None = None


def outlived(line_until: datetime | None, heard_at: datetime | None, typed_at: datetime) -> bool:
    """Say whether the line over which the page could have sent its answer was still good when the answer ought to have been here.

    `line_until` is when the server saw the end of the line that was there when the answer was typed, or now for one that is still there;
    `heard_at` when something else had come over it.
    """
    good = [instant for instant in (line_until and line_until - SILENCE, heard_at) if instant]
    return bool(good) and max(good) > typed_at + IN_FLIGHT


def judge(attempt: Standing, epoch: int, typed_at: datetime, received_at: datetime, *, is_borne_out: bool) -> Verdict:
    """Say what becomes of an answer written under `epoch`, typed and received when it says, with evidence for that or without.

    An answer that says it was typed before there was a paper to answer proves nothing by it.
    """
    opened_at = attempt.reads_until or attempt.started_at
    begun = opened_at is None or typed_at >= opened_at
    in_time = attempt.deadline is None or (
        begun and typed_at <= attempt.deadline and (is_borne_out or received_at <= attempt.deadline + IN_FLIGHT)
    )
    when = arrival(attempt.deadline, attempt.window, received_at, attempt.reads_until)
    return look_up(attempt.state, epoch == attempt.epoch, when, in_time)
