"""Answers that were kept aside: what people may decide about each, and how two of them come to one decision.

An answer kept aside counts only when two different people say so; it is left out only when two different people say so.  A second
person who says otherwise, or a first one who thinks again, makes the first decision void, and everything begins anew.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from delivery.errors import HELD_DECIDED, HELD_NOT_SO, HELD_NOT_YET, SAME_PERSON
from delivery.states import State
from delivery.wording import named


class Held(StrEnum):
    """Why an answer was kept aside; the first three as `lateness.Verdict` has them."""

    TOO_LATE = "too_late"
    SUPERSEDED = "superseded"
    CLOSED = "closed"
    NUMBER_TAKEN = "number_taken"
    UNSOUND = "unsound"


class Ruling(StrEnum):
    """What is decided about an answer."""

    COUNT = "count"
    LEAVE = "leave"


class Allowance(NamedTuple):
    """One row: what may be decided in these states about answers that were kept aside for these reasons."""

    states: frozenset[State]
    reasons: frozenset[Held]
    rulings: frozenset[Ruling]


_ANY = frozenset(Held)
_OPEN = frozenset({State.SCHEDULED, State.READY, State.RUNNING, State.PAUSED, State.CLOSING})
_BOTH, _LEAVE = frozenset(Ruling), frozenset({Ruling.LEAVE})

ALLOWANCES = (
    Allowance(_OPEN, _ANY, frozenset()),  # the candidate may still give the answer again, and must not find it changed
    Allowance(frozenset({State.SUBMITTED}), _ANY - {Held.UNSOUND}, _BOTH),
    Allowance(frozenset({State.SUBMITTED}), frozenset({Held.UNSOUND}), _LEAVE),  # no key and no rubric could be laid beside it
    Allowance(frozenset({State.ABSENT, State.VOIDED}), _ANY, _LEAVE),  # there is no submission that it could join
)
"""What may be decided; exactly one row fits each case."""


def allowed(state: State, reason: Held) -> frozenset[Ruling]:
    """Return what may be decided about an answer."""
    for row in ALLOWANCES:
        if state in row.states and reason in row.reasons:
            return row.rulings
    raise AssertionError(f"no allowance for {state}, {reason}")


class Opinion(NamedTuple):
    """What one person has said about an answer."""

    by: str
    ruling: Ruling


class Stage(StrEnum):
    """How far the decision about an answer is."""

    OPEN = "open"
    PROPOSED = "proposed"
    DECIDED = "decided"


class Standing(NamedTuple):
    """How the decision stands: `first` is the opinion that waits for a second, or was the first of two."""

    stage: Stage
    first: Opinion | None = None


class Step(StrEnum):
    """What an opinion does to the decision."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    VOID = "void"
    SAME_PERSON = "same_person"  # refused
    TOO_LATE = "too_late"  # refused


class StepRule(NamedTuple):
    """One row: at this stage, from the same person as the first or not, agreeing or not (None: any), an opinion does this."""

    stage: Stage
    same_person: bool | None
    agrees: bool | None
    step: Step


STEPS = (
    StepRule(Stage.OPEN, None, None, Step.PROPOSE),
    StepRule(Stage.PROPOSED, False, True, Step.CONFIRM),
    StepRule(Stage.PROPOSED, False, False, Step.VOID),
    StepRule(Stage.PROPOSED, True, True, Step.SAME_PERSON),
    StepRule(Stage.PROPOSED, True, False, Step.VOID),
    StepRule(Stage.DECIDED, None, None, Step.TOO_LATE),
)
"""How opinions add up; exactly one row fits each case."""


def look_up(stage: Stage, same_person: bool, agrees: bool) -> Step:
    """Return the step of the row that fits."""
    for row in STEPS:
        if row.stage is stage and row.same_person in (None, same_person) and row.agrees in (None, agrees):
            return row.step
    raise AssertionError(f"no step for {stage}, {same_person}, {agrees}")


def take(standing: Standing, opinion: Opinion) -> Standing:
    """Return how the decision stands after one more opinion.

    Raises:
        ExamError: `delivery.same_person`, `delivery.held_decided`.
    """
    first = standing.first
    step = look_up(standing.stage, first is not None and first.by == opinion.by, first is not None and first.ruling is opinion.ruling)
    if step is Step.SAME_PERSON:
        raise SAME_PERSON()
    if step is Step.TOO_LATE:
        raise HELD_DECIDED()
    return {
        Step.PROPOSE: Standing(Stage.PROPOSED, opinion),
        Step.CONFIRM: Standing(Stage.DECIDED, first),
        Step.VOID: Standing(Stage.OPEN),
    }[step]


def fold(opinions: Iterable[Opinion]) -> Standing:
    """Return how the decision stands after these opinions, in their order."""
    standing = Standing(Stage.OPEN)
    for opinion in opinions:
        standing = take(standing, opinion)
    return standing


def check(state: State, reason: Held, ruling: Ruling) -> None:
    """Refuse a decision that may not be taken.

    Raises:
        ExamError: `delivery.held_not_yet` while the attempt is open, `delivery.held_not_so` when this answer cannot count.
    """
    rulings = allowed(state, reason)
    if not rulings:
        raise HELD_NOT_YET(state=named(state))
    if ruling not in rulings:
        raise HELD_NOT_SO(state=named(state), reason=named(reason))
