"""The life of an item: the states that its newest version goes through, and the one table of what leads from which to which."""

from enum import StrEnum

from itembank.errors import ITEM_RETIRED, ITEM_STATE
from itembank.wording import item_state


class State(StrEnum):
    """Where the newest version of an item stands.

    An earlier version that was approved stays in use, whatever the state, until the item is retired.
    """

    DRAFT = "draft"
    IN_REVIEW = "review"
    APPROVED = "approved"
    LIVE = "live"  # approved, and part of a published form
    RETIRED = "retired"


class Act(StrEnum):
    """What moves an item from one state to another."""

    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    APPROVE = "approve"
    TAKE = "take"  # a form that holds it is published
    RELEASE = "release"  # the last published form that held it is withdrawn
    RETIRE = "retire"


_EVERY = frozenset(State) - {State.RETIRED}
MOVES: dict[Act, tuple[frozenset[State], State]] = {
    Act.SUBMIT: (frozenset({State.DRAFT}), State.IN_REVIEW),
    Act.RECALL: (frozenset({State.IN_REVIEW}), State.DRAFT),
    Act.RETURN: (frozenset({State.IN_REVIEW}), State.DRAFT),
    Act.APPROVE: (frozenset({State.IN_REVIEW}), State.APPROVED),
    Act.TAKE: (frozenset({State.APPROVED}), State.LIVE),
    Act.RELEASE: (frozenset({State.LIVE}), State.APPROVED),
    Act.RETIRE: (_EVERY, State.RETIRED),
}
"""Act → the states in which it can be done, and the one it leads to.  A new version is a draft again."""


def move(state: str, act: Act) -> State:
    """Return the state that an act leads to.

    Raises:
        ExamError: `itembank.item_retired`, or `itembank.item_state` when the act cannot be done in this state.
    """
    origins, target = MOVES[act]
    if state == State.RETIRED:
        raise ITEM_RETIRED()
    if state not in origins:
        raise ITEM_STATE(state=item_state(state))
    return target
