"""Definitions: drawn by seed, strict about what does not fit, and parted from their key."""

import json
import re
from collections import Counter
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from pydantic import ValidationError

from itembank.business.loading import load_scenario
from itembank.business.parameters import RangeParameter, TextsParameter, draw, fill, show
from itembank.business.scenario import Scenario, split
from itembank.business.workspace import workspace
from tests.make.business import CASES, demo_drafts, demo_scenario, raw_scenario

REFS = sorted(demo_drafts())
FIELD = {"name": "fob", "type": "money", "unit": "USD"}
KEY = {"fob": {"by": "value", "expected": "1"}}
CHOICE = {"name": "mode", "type": "choice", "options": [{"id": "sea", "label": "Sea"}, {"id": "air", "label": "Air"}]}


def test_a_draw_is_the_one_that_the_stream_defines() -> None:
    """SHA-256 of `7/qty/0` begins 5c…, taken modulo 11; computed here with nothing of the module."""
    from hashlib import sha256

    block = int.from_bytes(sha256(b"7/qty/0").digest()[:8], "big")
    parameter = RangeParameter(kind="range", name="qty", low=Decimal("1.00"), high=Decimal("2.00"), step=Decimal("0.10"))
    assert draw([parameter], 7) == {"qty": Decimal("1.00") + Decimal("0.10") * (block % 11)}
    assert str(draw([parameter], 7)["qty"]).endswith("0")  # decimal places as written


def test_a_draw_does_not_depend_on_its_neighbours() -> None:
    one = RangeParameter(kind="range", name="one", low=Decimal(0), high=Decimal(999))
    other = TextsParameter(kind="texts", name="other", values=("a", "b", "c"))
    assert draw([one], 5)["one"] == draw([other, one], 5)["one"]


def test_draws_reach_every_value_about_equally() -> None:
    parameter = RangeParameter(kind="range", name="n", low=Decimal(0), high=Decimal(4))
    counts = Counter(draw([parameter], seed)["n"] for seed in range(5000))
    assert set(counts) == {Decimal(n) for n in range(5)}
    assert all(850 < count < 1150 for count in counts.values())  # 1000 expected, 5 standard deviations of 28


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (Decimal("1234.5"), "2", "1,234.50"),
        (Decimal("0.125"), "2", "0.13"),
        (Decimal("1234.5"), "", "1234.5"),
        (Decimal("1E+3"), "", "1000"),
        (Decimal(2400), "0", "2,400"),
        ("2026-08-01", "dmy", "01 AUG 2026"),
        ("2026-08-01", "swift", "260801"),
        ("Hamburg", "", "Hamburg"),
    ],
)
def test_values_are_written_as_people_read_them(value: Any, form: str, shown: str) -> None:
    assert show(value, form) == shown


def test_a_value_in_html_is_escaped_and_plain_text_is_left_alone() -> None:
    values = {"buyer": "<b>Fenwick & Rowe</b>"}
    assert fill("<p>{{buyer}}</p>", values, html=True) == "<p>&lt;b&gt;Fenwick &amp; Rowe&lt;/b&gt;</p>"
    assert fill("{{ buyer }}", values) == "<b>Fenwick & Rowe</b>"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (raw_scenario([FIELD], {}), "exactly the fields"),
        (raw_scenario([FIELD, FIELD], KEY), "name that is taken"),
        (raw_scenario([{**FIELD, "colour": "red"}], KEY), "colour"),
        (raw_scenario([{**FIELD, "unit": "$"}], KEY), "three capital letters"),
        (raw_scenario([{**FIELD, "label": "{{cost}}"}], KEY), "which is no parameter"),
        (raw_scenario([{**FIELD, "label": "{{Cost"}], KEY), "placeholder"),
        (raw_scenario([{**FIELD, "name": "round"}], KEY), "cannot be a name"),
        (raw_scenario([FIELD], {"fob": {"by": "value", "expected": "cost * 2"}}), "neither a parameter"),
        (raw_scenario([FIELD], {"fob": {"by": "value", "expected": "fob"}}), "neither a parameter"),
        (raw_scenario([FIELD], {"fob": {"by": "value", "expected": "1 +"}}), "syntax"),
        (raw_scenario([FIELD], {"fob": {"by": "value", "expected": "1", "given": ["fob"]}}), "only fields"),
        (raw_scenario([FIELD], {"fob": {"by": "accepted", "accepted": ["1"]}}), "no key by accepted"),
        (raw_scenario([CHOICE], {"mode": {"by": "accepted", "accepted": ["rail"]}}), "not an option"),
        (raw_scenario([{**CHOICE, "options": []}], {"mode": {"by": "value", "expected": "'sea'"}}), "two different"),
        (
            raw_scenario([{**CHOICE, "type": "multi_choice"}], {"mode": {"by": "ticks", "right": {"sea": "true"}}}),
            "for each option",
        ),
        (
            raw_scenario(
                [{"name": "reply", "type": "long_text", "marks": "3"}],
                {"reply": {"by": "points", "points": [{"about": "x", "says": [["y"]], "marks": "2"}]}},
            ),
            "add up",
        ),
        (
            raw_scenario([FIELD], KEY, parameters=[{"kind": "derived", "name": "a", "expression": "b"}]),
            "does not come before",
        ),
        (
            raw_scenario([FIELD], KEY, parameters=[{"kind": "range", "name": "a", "low": "2", "high": "1"}]),
            "0 values",
        ),
        (
            raw_scenario(
                [FIELD],
                KEY,
                parameters=[{"kind": "texts", "name": "a", "values": ["x"]}],
                documents=[{"id": "d", "kind": "memo", "title": "", "blocks": [{"html": '<a href="{{a}}">x</a>'}]}],
            ),
            "inside a tag",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(raw: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        Scenario.model_validate(raw)


def test_a_sound_small_task_is_not_refused() -> None:
    """The control of the refusals above: the same task without the slip loads."""
    assert load_scenario(raw_scenario([FIELD], KEY), str).visible.marks == 1


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ([CHOICE], {"mode": {"by": "value", "expected": "'rail'"}}),
        ([{"name": "n", "type": "quantity"}], {"n": {"by": "value", "expected": "3 / 2"}}),
        ([{"name": "d", "type": "date"}], {"d": {"by": "value", "expected": "'2026-02-30'"}}),
        ([FIELD], {"fob": {"by": "value", "expected": "1 / 0"}}),
        ([{**FIELD, "type": "date", "unit": "", "start": "soon"}], {"fob": {"by": "value", "expected": "'2026-02-03'"}}),
        ([{**CHOICE, "type": "multi_choice"}], {"mode": {"by": "ticks", "right": {"sea": "false", "air": "1 > 2"}}}),
    ],
)
def test_a_right_value_that_cannot_be_entered_is_found_before_anyone_sits_it(fields: list[dict[str, Any]], keys: dict[str, Any]) -> None:
    raw = raw_scenario(fields, keys)
    Scenario.model_validate(raw)
    with pytest.raises(ValueError, match=r"."):
        load_scenario(raw, str)


def test_every_piece_of_html_passes_the_sanitiser() -> None:
    cleaned = load_scenario(raw_scenario([FIELD], KEY), lambda html: html.replace("<p>", "<p lang='en'>"))
    assert workspace(cleaned.visible, 0)["documents"][0]["blocks"] == [{"html": "<p lang='en'>Read.</p>"}]


def test_the_workspace_is_the_one_that_the_shared_cases_show() -> None:
    from itembank.business.scenario import Visible

    assert workspace(Visible.model_validate(CASES["visible"]), CASES["seed"]) == CASES["workspace"]


@pytest.mark.parametrize("ref", REFS)
def test_the_same_seed_gives_the_same_workspace_and_another_seed_another(ref: str) -> None:
    visible, _ = split(demo_scenario(ref))
    again, _ = split(demo_scenario(ref))
    assert workspace(visible, 20261107) == workspace(again, 20261107)
    desks = {json.dumps(workspace(visible, seed), sort_keys=True) for seed in range(20)}
    assert len(desks) == 20


@pytest.mark.parametrize("ref", REFS)
def test_no_placeholder_is_left_in_a_workspace(ref: str) -> None:
    visible, _ = split(demo_scenario(ref))
    for seed in range(10):
        assert "{{" not in json.dumps(workspace(visible, seed))


@pytest.mark.parametrize("ref", REFS)
def test_a_workspace_and_the_visible_part_hold_nothing_of_the_key(ref: str) -> None:
    """Scan the bytes for every string of the key that is not an everyday word, as it stands and as JSON escapes it."""
    visible, key = split(demo_scenario(ref))
    secrets = set(_secrets(key.model_dump(mode="json")))
    assert len(secrets) > 5
    for text in (visible.model_dump_json(), *(json.dumps(workspace(visible, seed)) for seed in range(5))):
        payload = unescape(text)
        leaks = [secret for secret in secrets if secret in payload or json.dumps(secret)[1:-1] in payload]
        assert leaks == []
        assert not {"expected", "accepted", "tolerance", "given", "points", "working"} & set(_names(json.loads(text)))


def _secrets(node: Any) -> list[str]:
    """Expressions and what a reply must say; a bare name, number or option id is no secret by itself."""
    if isinstance(node, dict):
        return [secret for value in node.values() for secret in _secrets(value)]
    if isinstance(node, list):
        return [secret for value in node for secret in _secrets(value)]
    return [node] if isinstance(node, str) and len(node) > 12 and re.search(r"[^\w]", node) else []


def _names(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [*node, *(name for value in node.values() for name in _names(value))]
    return [name for value in node for name in _names(value)] if isinstance(node, list) else []
