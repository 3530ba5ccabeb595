"""The key worked out for one seed: every right value, and what is right after the candidate's own entries.

Key side: only scoring and the check of a new definition call this.
"""

from collections.abc import Mapping

from itembank.business.expression import ExpressionError, Fault, Value, evaluate
from itembank.business.parameters import draw
from itembank.business.scenario import Key, TicksKey, ValueKey, Visible


def solve(visible: Visible, key: Key, seed: int) -> dict[str, Value]:
    """Return all values of one seed: parameters, working values, and each field that has an expected value.

    Raises:
        ExpressionError: when an expression has no value for this seed.
    """
    values = draw(visible.parameters, seed)
    for derived in key.working:
        values[derived.name] = evaluate(derived.expression, values)
    for field in visible.fields:
        field_key = key.fields[field.name]
        if isinstance(field_key, ValueKey):
            values[field.name] = evaluate(field_key.expected, values)
    return values


def carry(key: ValueKey | TicksKey, right: Mapping[str, Value], own: Mapping[str, Value]) -> dict[str, Value]:
    """Return the `right` values with the candidate's `own` entries in place of those that the key takes as given."""
    return {**right, **{name: own[name] for name in key.given if name in own}}


def right_options(key: TicksKey, values: Mapping[str, Value]) -> frozenset[str]:
    """Return the options that belong to the answer.

    Raises:
        ExpressionError: when a condition has no value, or is no condition.
    """
    return frozenset(option for option, condition in key.right.items() if _holds(condition, values))


def _holds(condition: str, values: Mapping[str, Value]) -> bool:
    value = evaluate(condition, values)
    if not isinstance(value, bool):
        raise ExpressionError(Fault.WRONG_TYPE, f"{condition!r:.80} is not a condition")
    return value
