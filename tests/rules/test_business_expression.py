"""Expressions: exact values, half-up rounding, and never anything but a value or a coded error."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.business.expression import MAX_DEPTH, MAX_LENGTH, ExpressionError, Fault, evaluate, is_name, parse

VALUES: dict[str, Any] = {
    "price": Decimal("12.50"),
    "pieces": Decimal(300),
    "port": "Hamburg",
    "day": "2026-07-31",
    "late": True,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("2 - 3 - 4", "-5"),
        ("100 / 4 / 5", "5"),
        ("-price + 13", "0.50"),
        ("-(-3)", "3"),
        ("0.1 + 0.2", "0.3"),
        ("price * pieces", "3750.00"),
        ("round(2.345, 2)", "2.35"),
        ("round(-2.345, 2)", "-2.35"),
        ("round(2.675, 2)", "2.68"),
        ("round(0.004, 2)", "0.00"),
        ("round(-0.004, 2)", "0.00"),
        ("round(1 / 3, 4)", "0.3333"),
        ("ceil(10.0001)", "11"),
        ("ceil(-0.5)", "0"),
        ("ceil(520.2 * 2) / 2", "520.5"),
        ("min(3, 1, 2)", "1"),
        ("max(price, 20, 7)", "20"),
        ("if(price > 12, 1, 2)", "1"),
        ("if(port == 'Hamburg', 10, 20)", "10"),
        ("if(pieces == 0, 1 / 0, 5)", "5"),
        ("days_between('2026-02-27', '2026-03-02')", "3"),
    ],
)
def test_numbers_are_exact(text: str, value: str) -> None:
    result = evaluate(text, VALUES)
    assert isinstance(result, Decimal)
    assert result == Decimal(value)
    assert f"{result:f}" == value or "." not in value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("price >= 12.5 and pieces < 301", True),
        ("not late or port != 'Hamburg'", False),
        ("late", True),
        ("true and not false", True),
        ("not price == 12.5", False),
        ("add_days(day, 1) > day", True),
        ("add_days('2028-02-28', 1)", "2028-02-29"),
        ("add_days(day, -31)", "2026-06-30"),
        ("if(late, 'air', 'sea')", "air"),
        ("false and 1 / 0 > 1", False),
    ],
)
def test_conditions_texts_and_days(text: str, value: bool | str) -> None:
    assert evaluate(text, VALUES) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Fault.SYNTAX),
        ("1 +", Fault.SYNTAX),
        ("1 2", Fault.SYNTAX),
        ("(1", Fault.SYNTAX),
        ("price.real", Fault.SYNTAX),
        ("__import__('os')", Fault.SYNTAX),
        ("2 ** 9", Fault.SYNTAX),
        ("1 < 2 < 3", Fault.SYNTAX),
        ("'open", Fault.SYNTAX),
        ("and", Fault.SYNTAX),
        ("open('x')", Fault.UNKNOWN_FUNCTION),
        ("cost + 1", Fault.UNKNOWN_NAME),
        ("min()", Fault.SYNTAX),
        ("round(1)", Fault.WRONG_COUNT),
        ("if(1 > 2, 3)", Fault.WRONG_COUNT),
        ("1 + 'a'", Fault.WRONG_TYPE),
        ("1 == 'a'", Fault.WRONG_TYPE),
        ("if(1, 2, 3)", Fault.WRONG_TYPE),
        ("late + 1", Fault.WRONG_TYPE),
        ("add_days('2026-02-30', 1)", Fault.WRONG_TYPE),
        ("add_days('20260228', 1)", Fault.WRONG_TYPE),
        ("1 / (price - 12.5)", Fault.DIVISION_BY_ZERO),
        ("0 / 0", Fault.DIVISION_BY_ZERO),
        ("round(1, 9)", Fault.OUT_OF_RANGE),
        ("round(1, 0.5)", Fault.OUT_OF_RANGE),
        ("add_days('9999-12-31', 1)", Fault.OUT_OF_RANGE),
        ("99999999999999999999 * 99999999999999999999", Fault.OUT_OF_RANGE),
        ("9" * 60, Fault.OUT_OF_RANGE),
        ("(" * (MAX_DEPTH + 1) + "1" + ")" * (MAX_DEPTH + 1), Fault.TOO_DEEP),
        ("-" * (MAX_DEPTH + 1) + "1", Fault.TOO_DEEP),
        ("1" + "+1" * (MAX_LENGTH // 2), Fault.TOO_LONG),
    ],
)
def test_what_has_no_value_has_a_code(text: str, code: Fault) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, VALUES)
    assert caught.value.code is code


def test_a_long_chain_is_no_deep_recursion() -> None:
    assert evaluate("1" + "+1" * (MAX_LENGTH // 2 - 1), {}) == MAX_LENGTH // 2


def test_names_are_reported_and_words_of_the_language_are_none() -> None:
    assert parse("if(a > 1, b, min(c, 2))").names == {"a", "b", "c"}
    assert is_name("fob_price")
    assert not any(map(is_name, ["and", "if", "round", "true", "Fob", "2nd", "", "_note", "x" * 41]))


_ATOMS = st.sampled_from(["1", "0", "2.50", "price", "pieces", "port", "day", "late", "'x'", "true", "nobody", "9" * 30])


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "<", "==", ">=", "and", "or"])
    functions = st.sampled_from(["min", "max", "round", "ceil", "if", "add_days", "days_between", "eval"])
    return st.one_of(
        st.tuples(inner, signs, inner).map(" ".join),
        st.tuples(functions, st.lists(inner, max_size=3)).map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
        inner.map(lambda text: f"not {text}"),
    )


_LIKELY = st.recursive(_ATOMS, _grow, max_leaves=12)
_UNLIKELY = st.text(alphabet="0123456789abcxyz_ .,'()+-*/<>=!\n\t\\[]{}:价\x00", max_size=60)


@settings(max_examples=400, deadline=None)
@given(st.one_of(_LIKELY, _UNLIKELY))
def test_any_text_gives_a_value_or_a_coded_error(text: str) -> None:
    with suppress(ExpressionError):
        value = evaluate(text, VALUES)
        assert isinstance(value, bool | str) or (isinstance(value, Decimal) and value.is_finite())


@settings(max_examples=100, deadline=None)
@given(st.decimals(-(10**6), 10**6, places=4), st.decimals(-(10**6), 10**6, places=4))
def test_sums_and_products_are_those_of_fractions(one: Decimal, other: Decimal) -> None:
    numbers = {"a": one, "b": other}
    assert evaluate("a + b * a - b", numbers) == one + other * one - other
