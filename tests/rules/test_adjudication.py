"""Marking schemes: a table of what becomes of which marks, and the laws that every scheme keeps."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scoring.adjudication import COUNTING, Final, Needs, Scheme, is_drawn, resolve, round_to

SINGLE: dict[str, Any] = {"kind": "single"}
PAIR: dict[str, Any] = {"kind": "1+1", "tolerance": 2}
PAIR_THIRD: dict[str, Any] = {"kind": "1+1", "tolerance": 2, "adjudicator": "third"}
CLOSEST: dict[str, Any] = {"kind": "2+1", "tolerance": 2}
DECIDES: dict[str, Any] = {"kind": "2+1", "tolerance": 2, "third": "decides"}
CHIEF_LAST: dict[str, Any] = {"kind": "2+1+1", "tolerance": 2}
SAMPLE: dict[str, Any] = {"kind": "single", "tolerance": 1}

CASES: list[tuple[dict[str, Any], list[str], tuple[str, str] | tuple[str, ...], bool]] = [
    # scheme, marks in the order first, second, third, chief ("" = none yet), (final marks, how) or the purposes needed, sampled
    (SINGLE, [], ("needs", "first"), False),
    (SINGLE, ["7"], ("7", "single"), False),
    (SAMPLE, [], ("needs", "first", "second"), True),
    (SAMPLE, ["7"], ("needs", "second"), True),
    (SAMPLE, ["7", "8"], ("7", "first_stands"), True),
    (SAMPLE, ["7", "8.5"], ("needs", "chief"), True),
    (SAMPLE, ["7", "8.5", "", "9"], ("9", "chief"), True),
    (PAIR, [], ("needs", "first", "second"), False),
    (PAIR, ["", "6"], ("needs", "first"), False),
    (PAIR, ["6", "6"], ("6", "mean"), False),
    (PAIR, ["6", "7"], ("6.5", "mean"), False),
    (PAIR, ["6", "8"], ("7", "mean"), False),  # the tolerance itself still agrees
    (PAIR, ["6", "6.5"], ("6.5", "mean"), False),  # 6.25 to the half, half up
    (PAIR, ["6", "8.5"], ("needs", "chief"), False),
    (PAIR, ["6", "8.5", "", "7"], ("7", "chief"), False),
    ({**PAIR, "rounding": "down"}, ["6", "6.5"], ("6", "mean"), False),
    ({**PAIR, "rounding": "up", "rounding_step": 1}, ["6", "6.5"], ("7", "mean"), False),
    ({**PAIR, "rounding_step": "0.01"}, ["6", "6.5"], ("6.25", "mean"), False),
    (PAIR_THIRD, ["2", "9"], ("needs", "third"), False),
    (PAIR_THIRD, ["2", "9", "0"], ("0", "third"), False),
    (CLOSEST, ["2", "4"], ("3", "mean"), False),
    (CLOSEST, ["2", "9"], ("needs", "third"), False),
    (CLOSEST, ["2", "9", "8"], ("8.5", "closest_pair"), False),
    (CLOSEST, ["2", "9", "1"], ("1.5", "closest_pair"), False),
    (CLOSEST, ["2", "8", "5"], ("6.5", "closest_pair"), False),  # two pairs equally close: the higher
    (DECIDES, ["2", "9", "5"], ("5", "third"), False),
    (CHIEF_LAST, ["2", "9"], ("needs", "third"), False),
    (CHIEF_LAST, ["2", "9", "8"], ("8.5", "closest_pair"), False),
    (CHIEF_LAST, ["1", "9", "5"], ("needs", "chief"), False),
    (CHIEF_LAST, ["1", "9", "5", "6"], ("6", "chief"), False),
]


@pytest.mark.parametrize(("scheme", "given", "expected", "sampled"), CASES)
def test_what_becomes_of_the_marks(scheme: dict[str, Any], given: list[str], expected: tuple[str, ...], sampled: bool) -> None:
    made = Scheme.model_validate(scheme)
    marks = {purpose: Decimal(mark) for purpose, mark in zip(COUNTING, given, strict=False) if mark}
    found = resolve(made, marks, made.tolerance_at("1"), sampled=sampled)
    if expected[0] == "needs":
        assert found == Needs(expected[1:])  # type: ignore[arg-type]
    else:
        assert isinstance(found, Final)
        assert (found.marks, found.how) == (Decimal(expected[0]), expected[1])


def test_a_place_may_have_a_tolerance_of_its_own() -> None:
    scheme = Scheme.model_validate({"kind": "1+1", "tolerance": 1, "tolerances": {"7.3": "4"}})
    assert (scheme.tolerance_at("6"), scheme.tolerance_at("7.3")) == (1, 4)


@pytest.mark.parametrize("bad", [{"kind": "3+1"}, {"tolerance": -1}, {"second_rate": "1.1"}, {"rounding_step": 0}, {"quorum": 2}])
def test_a_scheme_that_is_none_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Scheme.model_validate(bad)


SCHEMES = st.builds(
    Scheme,
    kind=st.sampled_from(["single", "1+1", "2+1", "2+1+1"]),
    tolerance=st.decimals(0, 5, places=1),
    adjudicator=st.sampled_from(["chief", "third"]),
    third=st.sampled_from(["closest_pair", "decides"]),
)


@given(SCHEMES, st.booleans(), st.lists(st.decimals(0, 20, places=1), min_size=4, max_size=4))
def test_every_part_ends_and_its_mark_lies_between_those_that_it_rests_on(scheme: Scheme, sampled: bool, marks: list[Decimal]) -> None:
    given_marks = dict(zip(COUNTING, marks, strict=True))
    known: dict[Any, Decimal] = {}
    for _ in range(4):
        found = resolve(scheme, known, scheme.tolerance, sampled=sampled)
        if isinstance(found, Final):
            break
        assert not set(found.purposes) & known.keys()  # nothing is asked twice
        known |= {purpose: given_marks[purpose] for purpose in found.purposes}
    assert isinstance(found, Final)
    used = [known[purpose] for purpose in found.rests_on]
    half = scheme.rounding_step / 2
    assert min(used) - half <= found.marks <= max(used) + half
    assert len(known) <= {"single": 3, "1+1": 3, "2+1": 3, "2+1+1": 4}[scheme.kind]


@given(st.decimals(0, 100, places=3), st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal(1)]))
def test_rounding_stays_within_its_step(value: Decimal, step: Decimal) -> None:
    down, nearest, up = (round_to(value, step, rule) for rule in ("down", "half_up", "up"))
    assert down <= value <= up
    assert up - down in (0, step)
    assert nearest in (down, up)
    assert abs(nearest - value) <= step / 2
    assert all(rounded % step == 0 for rounded in (down, nearest, up))


def test_a_draw_is_the_same_for_ever_and_keeps_its_rate() -> None:
    drawn = [is_drawn(Decimal("0.1"), "sample", str(n)) for n in range(10_000)]
    assert drawn == [is_drawn(Decimal("0.1"), "sample", str(n)) for n in range(10_000)]
    assert 900 < sum(drawn) < 1100  # three standard deviations are 90
    assert not any(is_drawn(Decimal(0), str(n)) for n in range(100))
    assert all(is_drawn(Decimal(1), str(n)) for n in range(100))
