"""Messages: every name and field is known, and anything else is an error."""

import math
from typing import Any

import pytest
from pydantic import ValidationError

from core.errors import ExamError
from delivery.answering import MAX_SEQ, MAX_VALUE, Sent, accept
from delivery.messages import MESSAGES
from delivery.replies import read
from delivery.ticks import Ticker
from tests.make.clock import START
from tests.make.delivery import KINDS

AT = "2026-05-23T01:00:00.123Z"
GOOD: dict[str, dict[str, Any]] = {
    "answer.put": {"seq": 1, "epoch": 0, "item": "1", "value": "A", "typed_at": AT},
    "answer.put_many": {"epoch": 1, "entries": [{"seq": 1, "item": "1", "value": None, "typed_at": AT}]},
    "attempt.submit": {"epoch": 1, "last_seq": 0},
    "signals.put": {"signals": [{"kind": "focus", "at": AT, "detail": {"focused": False}}]},
    "deadline.ack": {"deadline_version": 2},
    "time.sync": {"t0": 12.5},
    "clock.report": {"offset_ms": -812.4, "error_ms": 3.5},
}


def test_each_message_of_a_page_is_read() -> None:
    assert GOOD.keys() == {name for name, kind in MESSAGES.items() if kind.sender == "client"}
    for name, payload in GOOD.items():
        assert read([name, payload])[0] == name


@pytest.mark.parametrize("name", GOOD)
def test_an_unknown_or_missing_field_is_an_error(name: str) -> None:
    with pytest.raises(ExamError):
        read([name, {**GOOD[name], "extra": 1}])
    for field in GOOD[name]:
        with pytest.raises(ExamError) as refused:
            read([name, {key: value for key, value in GOOD[name].items() if key != field}])
        assert field in refused.value.text("zh")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("name", "field"), [("time.sync", "t0"), ("clock.report", "offset_ms"), ("clock.report", "error_ms")])
def test_what_is_no_number_of_milliseconds_is_refused_with_a_code(name: str, field: str, number: float) -> None:
    with pytest.raises(ExamError) as refused:
        read([name, {**GOOD[name], field: number}])
    assert refused.value.kind.code == "core.invalid"
    assert field in refused.value.text("zh")


@pytest.mark.parametrize("event", [["nothing", {}], ["welcome", {}], [None, {}], [3], ["time.sync"], ["time.sync", {"t0": 1}, {}]])
def test_an_unknown_message_is_an_error(event: list[Any]) -> None:
    with pytest.raises(ExamError) as refused:
        read(event)
    assert refused.value.kind.code == "core.invalid"


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"seq": -1},
        {"seq": MAX_SEQ + 1},
        {"seq": "1"},
        {"seq": 1.0},
        {"seq": True},
        {"epoch": -1},
        {"epoch": 2**31},
        {"item": 1},
        {"typed_at": "yesterday"},
        {"typed_at": "2026-05-23T01:00:00"},
        {"typed_at": 17},
        {"typed_at": "9999-12-31T23:59:59-14:00"},
    ],
)
def test_fields_have_exactly_their_type(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MESSAGES["answer.put"].payload.model_validate({**GOOD["answer.put"], **change})


@pytest.mark.parametrize(
    ("item", "value", "is_sound"),
    [
        ("1", "A", True),
        ("1", None, True),
        ("1", ["A"], False),
        ("2", ["A", "B"], True),
        ("2", ["A", "A"], False),
        ("5", {"action": "fill", "field": "price"}, True),
        ("5", None, False),
        ("9", "A", False),
        ("@flags", ["1", "4.1"], True),
        ("@flags", [], True),
        ("@flags", ["1", "1"], False),
        ("@flags", "1", False),
        ("@flags", [1], False),
        ("@flags", None, False),
    ],
)
def test_place_and_shape(item: str, value: Any, is_sound: bool) -> None:
    assert (KINDS.flaw(item, value) is None) is is_sound


@pytest.mark.parametrize("value", ["\ud800", math.nan, math.inf, "x" * (MAX_VALUE + 1), {"action": "a" * MAX_VALUE}])
def test_what_cannot_be_kept_as_it_is_has_a_flaw_and_is_kept_all_the_same(value: Any) -> None:
    save = accept("att_1", KINDS, Sent(1, 1, "5", value, START), Ticker(b"key"), START, lambda _save: None)
    assert save.flaw
    save.entry.value.encode()
    assert len(save.entry.value) < MAX_VALUE * 1.1


def test_the_place_of_a_flawed_answer_can_be_stored() -> None:
    save = accept("att_1", KINDS, Sent(1, 1, "\ud800\0x", "A", START), Ticker(b"key"), START, lambda _save: None)
    assert save.flaw
    assert save.entry.item == "?x"


def test_an_answer_is_kept_as_compact_text_with_instants_in_milliseconds() -> None:
    typed = START.replace(microsecond=123999)
    save = accept("att_1", KINDS, Sent(1, 1, "2", ["甲", "B"], typed), Ticker(b"key"), START, lambda _save: None)
    assert save.flaw is None
    assert (save.entry.value, save.entry.typed_at) == ('["甲","B"]', "2026-05-23T01:00:00.123Z")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "made_up"},
        {"at": "1999-12-31T23:59:59Z"},
        {"at": "2101-01-01T00:00:00Z"},
        {"detail": {"x": math.nan}},
        {"detail": {"x": math.inf}},
        {"detail": {"x": "a\0"}},
        {"detail": {"\0": 1}},
        {"detail": {"x": "\ud800"}},
        {"detail": {"x": "字" * 700}},
    ],
)
def test_a_signal_says_what_a_page_can_say(change: dict[str, Any]) -> None:
    signal = {"kind": "focus", "at": AT, "detail": {"x": "字" * 600}}
    MESSAGES["signals.put"].payload.model_validate({"signals": [signal]})
    with pytest.raises(ValidationError):
        MESSAGES["signals.put"].payload.model_validate({"signals": [{**signal, **change}]})
