"""The state of a simulated-business task: a pure fold of the candidate's actions.

The actions, each an object with exactly the names shown:

    {"action": "set", "field": name, "value": text, or a list of option ids for several choices}
    {"action": "clear", "field": name}
    {"action": "note", "text": text}            the candidate's own scratch paper; never marked
    {"action": "undo"}                          takes back the last set, clear or note that still stands
    {"action": "open", "document": id}          evidence of what was read; cannot be undone

What was typed is kept as typed: whether it is a number is for scoring to say, so nothing a candidate writes is lost.
An action that cannot be done changes nothing but is kept in `refused`, with its place in the log and the reason.  The
seed enters once, in the values that stand in the fields at first.  `static/exam/business_reducer.js` is the
same fold for the browser; `tests/make/business_cases.json` holds both to one meaning.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from itembank.business.parameters import draw, fill
from itembank.business.scenario import FormField, Visible

Entry = str | tuple[str, ...]

MAX_SHORT = 500  # characters of a short entry
MAX_LONG = 20_000  # characters of a reply or the scratch paper
NOTE = "_note"  # where the scratch paper stands among the values; no field can have this name

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Refusal(StrEnum):
    """Why an action is not done."""

    UNKNOWN_ACTION = "unknown_action"
    WRONG_SHAPE = "wrong_shape"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_DOCUMENT = "unknown_document"
    UNKNOWN_OPTION = "unknown_option"
    NOT_A_DATE = "not_a_date"
    TOO_LONG = "too_long"
    NOTHING_TO_UNDO = "nothing_to_undo"


@dataclass(frozen=True)
class State:
    """Where the candidate stands after `count` actions.

    `values` holds the entry of each field that has one, and the scratch paper under `NOTE`; `history`, for each change
    that can still be undone, its place and what stood there before (None: nothing); `opened` the documents in the
    order of opening; `refused` the index and reason of each action that was not done.
    """

    values: Mapping[str, Entry]
    opened: tuple[str, ...] = ()
    history: tuple[tuple[str, Entry | None], ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    count: int = 0


def begin(visible: Visible, seed: int) -> State:
    """Return the state before the first action."""
    values = draw(visible.parameters, seed)
    return State({field.name: fill(field.start, values) for field in visible.fields if field.start})


def fold(visible: Visible, log: Iterable[Any], seed: int) -> State:
    """Return the state after all actions of `log`; any log has a state, and the same log always the same."""
    state = begin(visible, seed)
    for action in log:
        state = step(visible, state, action)
    return state


def step(visible: Visible, state: State, action: Any) -> State:
    """Return the state after one more action."""
    refusal = check_action(visible, action)
    if refusal is None and action["action"] == "undo" and not state.history:
        refusal = Refusal.NOTHING_TO_UNDO
    if refusal is not None:
        state = replace(state, refused=(*state.refused, (state.count, str(refusal))))
    elif action["action"] == "open":
        state = replace(state, opened=(*state.opened, action["document"]))
    elif action["action"] == "undo":
        state = replace(_write(state, *state.history[-1]), history=state.history[:-1])
    else:
        place, entry = (NOTE, action["text"]) if action["action"] == "note" else (action["field"], action.get("value"))
        history = (*state.history, (place, state.values.get(place)))
        state = replace(_write(state, place, tuple(entry) if isinstance(entry, list) else entry), history=history)
    return replace(state, count=state.count + 1)


def check_action(visible: Visible, action: Any) -> str | None:
    """Say why `action` cannot be done in this task, as one of `Refusal`; None when it can.

    Whether there is anything to undo depends on the log and is not asked here.
    """
    if not isinstance(action, dict) or not isinstance(action.get("action"), str):
        return Refusal.WRONG_SHAPE
    if action["action"] not in _ACTIONS:
        return Refusal.UNKNOWN_ACTION
    shape, check = _ACTIONS[action["action"]]
    return check(visible, action) if action.keys() == shape else Refusal.WRONG_SHAPE


def dump(state: State) -> dict[str, Any]:
    """Return `state` as plain JSON values."""
    return {
        "values": {name: _plain(entry) for name, entry in state.values.items()},
        "opened": list(state.opened),
        "history": [[place, _plain(before)] for place, before in state.history],
        "refused": [list(refusal) for refusal in state.refused],
        "count": state.count,
    }


def _check_set(visible: Visible, action: Mapping[str, Any]) -> str | None:
    field = _find_field(visible, action)
    if field is None:
        return Refusal.UNKNOWN_FIELD
    value, options = action["value"], {option.id for option in field.options}
    if field.type == "multi_choice":
        sound = isinstance(value, list) and all(isinstance(v, str) for v in value) and len(set(value)) == len(value)
        if not sound:
            return Refusal.WRONG_SHAPE
        return None if options.issuperset(value) else Refusal.UNKNOWN_OPTION
    refusal = _check_text(value, MAX_LONG if field.type == "long_text" else MAX_SHORT)
    if refusal is None and field.type == "choice" and value not in options:
        return Refusal.UNKNOWN_OPTION
    if refusal is None and field.type == "date" and not _DATE.fullmatch(value):
        return Refusal.NOT_A_DATE
    return refusal


def _check_clear(visible: Visible, action: Mapping[str, Any]) -> str | None:
    return None if _find_field(visible, action) else Refusal.UNKNOWN_FIELD


def _check_open(visible: Visible, action: Mapping[str, Any]) -> str | None:
    known = any(document.id == action["document"] for document in visible.documents)
    return None if known else Refusal.UNKNOWN_DOCUMENT


def _check_text(value: Any, most: int) -> str | None:
    if not isinstance(value, str):
        return Refusal.WRONG_SHAPE
    return Refusal.TOO_LONG if len(value) > most else None


_ACTIONS: dict[str, tuple[frozenset[str], Callable[[Visible, Mapping[str, Any]], str | None]]] = {
    "set": (frozenset({"action", "field", "value"}), _check_set),
    "clear": (frozenset({"action", "field"}), _check_clear),
    "note": (frozenset({"action", "text"}), lambda _, action: _check_text(action["text"], MAX_LONG)),
    "undo": (frozenset({"action"}), lambda *_: None),
    "open": (frozenset({"action", "document"}), _check_open),
}


def _find_field(visible: Visible, action: Mapping[str, Any]) -> FormField | None:
    return next((field for field in visible.fields if field.name == action["field"]), None)


def _write(state: State, place: str, entry: Entry | None) -> State:
    others = {name: value for name, value in state.values.items() if name != place}
    return replace(state, values=others if entry is None else {**others, place: entry})


def _plain(entry: Entry | None) -> str | list[str] | None:
    return list(entry) if isinstance(entry, tuple) else entry
