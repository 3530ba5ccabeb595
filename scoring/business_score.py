"""Marks of a simulated-business task: a final state and its key in, a mark and a reason for every field out."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from itembank.business.expression import ExpressionError, Value, evaluate
from itembank.business.parameters import fill, show
from itembank.business.reducer import Entry, State
from itembank.business.scenario import AcceptedKey, FormField, Key, PointsKey, TicksKey, ValueKey, Visible
from itembank.business.solving import carry, right_options, solve
from itembank.business.values import mentions, read_date, read_number, same_text
from itembank.exchange.draft import DraftKey
from scoring.autoscore import score

NUMBERS = frozenset({"money", "number", "quantity"})

REASONS: dict[str, tuple[str, str]] = {
    "right": ("答案正确:{right}", "Right: {right}"),
    "carried_forward": (
        "按前面所填数值计算正确,不重复扣分;正确答案为 {right}",
        "Right as it follows from the earlier entry; the right answer is {right}",
    ),
    "wrong": ("应为 {right}", "It should be {right}"),
    "wrong_option": ("选入了错误选项,按规则不得分;应为 {right}", "A wrong option was chosen; it should be {right}"),
    "partial": ("部分正确,按规则得部分分;应为 {right}", "Partly right: part of the marks; it should be {right}"),
    "points_missing": ("回复中缺少要点:{right}", "The reply does not say: {right}"),
    "unanswered": ("未作答;应为 {right}", "Not answered; it should be {right}"),
    "not_a_number": ("不是数字;应为 {right}", "Not a number; it should be {right}"),
    "not_a_date": ("不是有效日期;应为 {right}", "Not a day of the calendar; it should be {right}"),
}
"""Reason code → Chinese, English."""


@dataclass(frozen=True)
class FieldMark:
    """The mark of one field, with the code of the reason (see `REASONS`) and its sentence in both languages."""

    field: str
    marks: Decimal
    max_marks: Decimal
    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class _Script:
    """All that the mark of a field may depend on: the right values, and the candidate's entries as they read."""

    state: State
    right: Mapping[str, Value]
    own: Mapping[str, Value]


def score_business(visible: Visible, key: Key, state: State, seed: int) -> list[FieldMark]:
    """Score every field of the task, in the order in which they stand.

    A field is right when its entry is the expected value, or the value that follows from the candidate's own earlier
    entries where the key takes them as given.

    Raises:
        ExpressionError: when the key has no value for this seed; `itembank.business.loading` refuses such keys.
    """
    own = {field.name: _read(field, state.values.get(field.name)) for field in visible.fields}
    read = {name: value for name, value in own.items() if value is not None}
    script = _Script(state, solve(visible, key, seed), read)
    return [_score_field(field, key.fields[field.name], script) for field in visible.fields]


def _score_field(field: FormField, key: ValueKey | AcceptedKey | TicksKey | PointsKey, script: _Script) -> FieldMark:
    if isinstance(key, PointsKey):
        return _score_points(field, key, script)
    if isinstance(key, TicksKey):
        return _score_ticks(field, key, script)
    code = _unread(field, script) or _judge(field, key, script)
    earned = field.marks if code in {"right", "carried_forward"} else Decimal(0)
    return _mark(field, earned, code, _right_answer(field, key, script.right))


def _unread(field: FormField, script: _Script) -> str | None:
    if field.name in script.own:
        return None
    if _is_empty(script.state.values.get(field.name)):
        return "unanswered"
    return "not_a_date" if field.type == "date" else "not_a_number"


def _judge(field: FormField, key: ValueKey | AcceptedKey, script: _Script) -> str:
    own = script.own[field.name]
    if isinstance(key, AcceptedKey):
        return "right" if any(same_text(str(own), fill(text, script.right)) for text in key.accepted) else "wrong"
    if _agrees(own, script.right[field.name], key.tolerance):
        return "right"
    return "carried_forward" if key.given and _agrees(own, _carried(key, script), key.tolerance) else "wrong"


def _score_ticks(field: FormField, key: TicksKey, script: _Script) -> FieldMark:
    entry = script.state.values.get(field.name)
    ticked = list(entry) if isinstance(entry, tuple) else []
    options = right_options(key, script.right)
    answer = _labels(field, options, script.right)
    best = score("multiple", DraftKey(correct=sorted(options), scheme=key.scheme), ticked, field.marks)
    if key.given and best.marks < field.marks:
        try:
            follows = right_options(key, carry(key, script.right, script.own))
        except ExpressionError:
            follows = frozenset()
        if follows and follows == set(ticked):
            return _mark(field, field.marks, "carried_forward", answer)
    return _mark(field, best.marks, best.reason, answer)


def _score_points(field: FormField, key: PointsKey, script: _Script) -> FieldMark:
    entry = script.state.values.get(field.name)
    text = entry if isinstance(entry, str) else ""
    values = {**script.right, **script.own}
    missing = [
        point for point in key.points if not all(any(mentions(text, fill(phrase, values)) for phrase in group) for group in point.says)
    ]
    marks = field.marks - sum((point.marks for point in missing), Decimal(0))
    code = "right" if not missing else "unanswered" if _is_empty(entry) else "points_missing"
    return _mark(field, marks, code, ";".join(fill(point.about, script.right) for point in missing or key.points))


def _carried(key: ValueKey, script: _Script) -> Value | None:
    """What is right after the candidate's own entries; None when nothing follows from them."""
    try:
        return evaluate(key.expected, carry(key, script.right, script.own))
    except ExpressionError:
        return None


def _agrees(own: Value, right: Value | None, tolerance: Decimal) -> bool:
    if isinstance(own, Decimal) and isinstance(right, Decimal):
        return abs(own - right) <= tolerance
    return own == right


def _read(field: FormField, entry: Entry | None) -> Value | None:
    """What an entry says as a value of its field; None when it says nothing."""
    if not isinstance(entry, str) or _is_empty(entry):
        return None
    if field.type in NUMBERS:
        return read_number(entry, field.unit)
    return read_date(entry) if field.type == "date" else entry


def _is_empty(entry: Entry | None) -> bool:
    return not entry or (isinstance(entry, str) and not entry.strip())


def _right_answer(field: FormField, key: ValueKey | AcceptedKey, right: Mapping[str, Value]) -> str:
    if isinstance(key, AcceptedKey):
        answers = [fill(text, right) for text in key.accepted]
        return _labels(field, frozenset(answers), right) if field.options else " / ".join(answers)
    if field.options:
        return _labels(field, frozenset({str(right[field.name])}), right)
    unit = field.unit if field.type in NUMBERS else ""
    return f"{show(right[field.name])} {unit}".strip()


def _labels(field: FormField, ids: frozenset[str], right: Mapping[str, Value]) -> str:
    return ";".join(fill(option.label, right) for option in field.options if option.id in ids)


def _mark(field: FormField, marks: Decimal, code: str, right: str) -> FieldMark:
    zh, en = (text.format(right=right) for text in REASONS[code])
    return FieldMark(field.name, marks, field.marks, code, zh, en)
