"""The states of an attempt and the transition table.  Nothing else in the house changes an attempt's state."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from delivery.wording import wrong_state


class State(StrEnum):
    """Where an attempt stands."""

    SCHEDULED = "scheduled"
    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    CLOSING = "closing"
    SUBMITTED = "submitted"
    ABSENT = "absent"
    VOIDED = "voided"


class Event(StrEnum):
    """What moves an attempt from one state to another."""

    CHECK_IN = "check_in"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    TIME_UP = "time_up"
    HAND_IN = "hand_in"
    WINDOW_OVER = "window_over"
    REOPEN = "reopen"
    NO_SHOW = "no_show"
    VOID = "void"


class Cause(StrEnum):
    """Why an attempt was handed in."""

    CANDIDATE = "candidate"
    DEADLINE = "deadline"
    INVIGILATOR = "invigilator"


@dataclass(frozen=True)
class Move:
    """Where an event leads, how many different people it takes, and whether they must say why."""

    target: State
    people: int = 1
    needs_reason: bool = False


_VOID = Move(State.VOIDED, people=2, needs_reason=True)

TABLE: Mapping[tuple[State, Event], Move] = MappingProxyType(
    {
        (State.SCHEDULED, Event.CHECK_IN): Move(State.READY),
        (State.READY, Event.START): Move(State.RUNNING),
        (State.RUNNING, Event.PAUSE): Move(State.PAUSED, needs_reason=True),
        (State.PAUSED, Event.RESUME): Move(State.RUNNING, needs_reason=True),
        (State.RUNNING, Event.TIME_UP): Move(State.CLOSING),
        (State.PAUSED, Event.TIME_UP): Move(State.CLOSING),  # the sitting's hard stop: a paused clock has no deadline of its own
        (State.RUNNING, Event.HAND_IN): Move(State.SUBMITTED),
        (State.CLOSING, Event.HAND_IN): Move(State.SUBMITTED),  # the page says that nothing is left in its outbox
        (State.CLOSING, Event.WINDOW_OVER): Move(State.SUBMITTED),
        (State.SUBMITTED, Event.REOPEN): Move(State.RUNNING, people=2, needs_reason=True),
        (State.SCHEDULED, Event.NO_SHOW): Move(State.ABSENT),
        (State.READY, Event.NO_SHOW): Move(State.ABSENT),
        **{(state, Event.VOID): _VOID for state in State if state not in (State.SUBMITTED, State.VOIDED)},
    }
)


def find_move(state: State, event: Event) -> Move | None:
    """Return where `event` leads from `state`, None where it leads nowhere."""
    return TABLE.get((state, event))


def step(state: State, event: Event) -> State:
    """Return the state after `event`.

    Raises:
        ExamError: `delivery.wrong_state` when the table has no such transition.
    """
    move = TABLE.get((state, event))
    if move is None:
        raise wrong_state(state, event)
    return move.target
