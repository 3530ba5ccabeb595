"""Marks of a simulated-business task: by field, with a reason, and an early error counted once."""

from decimal import Decimal
from typing import Any

import pytest

from itembank.business.reducer import fold
from itembank.business.scenario import Scenario, split
from itembank.business.values import mentions, same_text
from scoring.business_score import REASONS, FieldMark, score_business
from tests.make.business import raw_scenario


def _score(raw: dict[str, Any], entries: dict[str, Any], seed: int = 1) -> dict[str, FieldMark]:
    visible, key = split(Scenario.model_validate(raw))
    log = [{"action": "set", "field": field, "value": value} for field, value in entries.items()]
    state = fold(visible, log, seed)
    assert state.refused == ()
    return {mark.field: mark for mark in score_business(visible, key, state, seed)}


FOB = {"name": "fob", "type": "money", "unit": "USD", "marks": "3"}
CIF = {"name": "cif", "type": "money", "unit": "USD", "marks": "2"}
FOB_KEY = {"by": "value", "expected": "round(8.5 / 0.9, 2)", "tolerance": "0.01"}  # 9.44
CIF_KEY = {"by": "value", "expected": "round((fob + 0.5) / 0.989, 2)", "tolerance": "0.01", "given": ["fob"]}  # 10.05
QUOTE = raw_scenario([FOB, CIF], {"fob": FOB_KEY, "cif": CIF_KEY})


@pytest.mark.parametrize(
    ("entries", "fob", "cif"),
    [
        ({"fob": "9.44", "cif": "10.05"}, "right", "right"),
        ({"fob": "USD 9.45", "cif": "10.06"}, "right", "right"),  # both at the edge of the tolerance
        ({"fob": "9.46", "cif": "10.05"}, "wrong", "right"),
        ({"fob": "8.50", "cif": "9.10"}, "wrong", "carried_forward"),  # (8.50 + 0.5) / 0.989 = 9.100…
        ({"fob": "8.50", "cif": "9.20"}, "wrong", "wrong"),
        ({"fob": "about 9", "cif": "10.05"}, "not_a_number", "right"),
        ({"fob": "EUR 9.44"}, "not_a_number", "unanswered"),
        ({"fob": " ", "cif": ""}, "unanswered", "unanswered"),
    ],
)
def test_an_early_error_is_counted_once(entries: dict[str, str], fob: str, cif: str) -> None:
    marks = _score(QUOTE, entries)
    assert (marks["fob"].code, marks["cif"].code) == (fob, cif)
    earning = {"right", "carried_forward"}
    assert marks["fob"].marks == (Decimal(3) if fob in earning else 0)
    assert marks["cif"].marks == (Decimal(2) if cif in earning else 0)
    assert all(isinstance(mark.marks, Decimal) for mark in marks.values())


def test_nothing_is_carried_where_the_key_does_not_take_it_as_given() -> None:
    raw = raw_scenario([FOB, CIF], {"fob": FOB_KEY, "cif": {**CIF_KEY, "given": []}})
    assert _score(raw, {"fob": "8.50", "cif": "9.10"})["cif"].code == "wrong"


def test_nothing_is_carried_from_an_entry_that_nothing_follows_from() -> None:
    per_piece = {"by": "value", "expected": "12 / fob", "given": ["fob"]}
    raw = raw_scenario([FOB, CIF], {"fob": {"by": "value", "expected": "3"}, "cif": per_piece})
    assert _score(raw, {"fob": "0", "cif": "0"})["cif"].code == "wrong"
    assert _score(raw, {"fob": "0", "cif": "4"})["cif"].code == "right"


def test_each_mark_says_the_right_answer_in_both_languages() -> None:
    mark = _score(QUOTE, {"fob": "1"})["fob"]
    assert "9.44 USD" in mark.zh
    assert "9.44 USD" in mark.en
    assert mark.max_marks == 3


@pytest.mark.parametrize(
    ("ticked", "scheme", "marks", "code"),
    [
        (["late", "short"], "all_or_nothing", 6, "right"),
        (["late"], "all_or_nothing", 0, "wrong"),
        (["late"], "per_option", 3, "partial"),
        (["late", "short", "torn"], "per_option", 3, "partial"),
        (["late", "torn"], "per_option", 0, "wrong"),
        (["late"], "partial_no_wrong", 3, "partial"),
        (["late", "torn"], "partial_no_wrong", 0, "wrong_option"),
        ([], "per_option", 0, "unanswered"),
    ],
)
def test_several_choices_follow_their_scheme(ticked: list[str], scheme: str, marks: int, code: str) -> None:
    options = [{"id": name, "label": name.title()} for name in ("late", "short", "torn", "none")]
    right = {"late": "days > 3", "short": "true", "torn": "days > 30", "none": "false"}
    raw = raw_scenario(
        [{"name": "faults", "type": "multi_choice", "marks": "6", "options": options}],
        {"faults": {"by": "ticks", "right": right, "scheme": scheme}},
        parameters=[{"kind": "numbers", "name": "days", "values": ["5", "9"]}],
    )
    mark = _score(raw, {"faults": ticked})["faults"]
    assert (mark.marks, mark.code) == (marks, code)
    assert "Late;Short" in mark.en


def test_a_choice_follows_from_the_candidates_own_costs() -> None:
    sea, air = ({"name": name, "type": "money", "unit": "USD"} for name in ("sea", "air"))
    mode = {"name": "mode", "type": "choice", "options": [{"id": "s", "label": "Sea"}, {"id": "a", "label": "Air"}]}
    keys = {
        "sea": {"by": "value", "expected": "100"},
        "air": {"by": "value", "expected": "200"},
        "mode": {"by": "value", "expected": "if(sea <= air, 's', 'a')", "given": ["sea", "air"]},
    }
    raw = raw_scenario([sea, air, mode], keys)
    assert _score(raw, {"sea": "100", "air": "90", "mode": "a"})["mode"].code == "carried_forward"
    assert _score(raw, {"sea": "100", "air": "200", "mode": "a"})["mode"].code == "wrong"
    assert _score(raw, {"mode": "s"})["mode"].code == "right"


@pytest.mark.parametrize(("entry", "code"), [("2026-10-16", "right"), ("2026-10-17", "wrong"), ("2026-02-30", "not_a_date")])
def test_a_date_is_right_on_its_day(entry: str, code: str) -> None:
    raw = raw_scenario([{"name": "ship", "type": "date"}], {"ship": {"by": "value", "expected": "add_days('2026-09-21', 25)"}})
    assert _score(raw, {"ship": entry})["ship"].code == code


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("Costa Clara Import S.L.", "right"),
        ("  COSTA   CLARA Import S.L", "right"),
        ("Ｃosta Clara Import S.L.", "right"),
        ("Costa Clara", "wrong"),
    ],
)
def test_a_text_is_right_whatever_its_width_case_and_spacing(entry: str, code: str) -> None:
    raw = raw_scenario(
        [{"name": "buyer", "type": "text"}],
        {"buyer": {"by": "accepted", "accepted": ["{{who}}"]}},
        parameters=[{"kind": "texts", "name": "who", "values": ["Costa Clara Import S.L."]}],
    )
    assert _score(raw, {"buyer": entry})["buyer"].code == code


REPLY = raw_scenario(
    [FOB, {"name": "reply", "type": "long_text", "marks": "3"}],
    {
        "fob": FOB_KEY,
        "reply": {
            "by": "points",
            "points": [
                {"about": "price", "says": [["{{fob}}"], ["FOB"]], "marks": "2"},
                {"about": "validity", "says": [["15 days", "15-day"]], "marks": "1"},
            ],
        },
    },
)


@pytest.mark.parametrize(
    ("fob", "reply", "marks", "code"),
    [
        ("9.44", "We quote USD9.44 FOB Ningbo, valid 15  days.", 3, "right"),
        ("9.44", "we quote fob 9.440; a 15-day offer", 3, "right"),
        ("9.44", "We quote USD 19.44 FOB Ningbo, valid 115 days.", 0, "points_missing"),
        ("8.50", "We quote USD 8.50 FOB Ningbo.", 2, "points_missing"),  # the reply agrees with the sheet
        ("8.50", "We quote USD 9.44 FOB Ningbo.", 0, "points_missing"),
        ("9.44", "", 0, "unanswered"),
    ],
)
def test_a_reply_is_worth_the_points_it_makes(fob: str, reply: str, marks: int, code: str) -> None:
    mark = _score(REPLY, {"fob": fob, "reply": reply})["reply"]
    assert (mark.marks, mark.code) == (marks, code)


def test_a_reply_mentions_whole_words_and_numbers() -> None:
    assert mentions("Total USD 12,500.00.", "12500")
    assert not mentions("Total 12,500.75", "12500")
    assert not mentions("a letter", "tt")
    assert mentions("付款方式:30% T/T预付", "t/t")
    assert same_text("Ningbo。", "ningbo")


def test_every_reason_has_both_languages() -> None:
    assert all("{right}" in text for texts in REASONS.values() for text in texts)
