"""Regular expressions of XML Schema: their meaning, their refusals, and that none takes exponential time."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.processing.errors import ProcessingError
from scoring.processing.patterns import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("abc", ["abc"], ["ab", "abcd", ""]),
        ("", [""], ["a"]),
        ("a|bc*", ["a", "b", "bcc"], ["ac"]),
        ("(ab)+", ["ab", "abab"], ["", "aba"]),
        ("a{2}b{1,2}c{2,}", ["aabcc", "aabbccc"], ["abcc", "aabbbcc", "aabc"]),
        ("a{0}", [""], ["a"]),
        (r"\d{3}\.\d", ["123.4"], ["123x4"]),
        ("[0-9]+", ["09"], ["0a"]),
        ("[^a-c]", ["d", "-"], ["a"]),
        ("[a-z-[aeiou]]+", ["xyz"], ["xay"]),
        ("[-+]?[0-9]", ["-1", "+1", "1"], ["*1"]),
        (r"[\-\]\\]", ["-", "]", "\\"], ["["]),
        (r"\s\S\w\W", [" a字 "], ["aa字 "]),
        (r"\p{Lu}\P{Lu}", ["Ab", "É1"], ["ab", "AB"]),
        (r"\p{IsCJKUnifiedIdeographs}{2,4}", ["单据", "国际贸易"], ["单", "ab"]),
        (r"\i\c*", ["_a-1", ":x"], ["1a", "-"]),
        (r"[\d\s]+", ["1 2"], ["1a"]),
        (".", ["字"], ["\n", ""]),
        ("^(?:yes|no)$", ["yes", "no"], ["yes!"]),
        ("^a$|^b$", ["a", "b"], ["^a$"]),
        (r"\$5", ["$5"], ["5"]),
    ],
)
def test_a_pattern_matches_whole_texts(pattern: str, yes: list[str], no: list[str]) -> None:
    machine = compile_pattern(pattern)
    assert [text for text in yes if not machine.matches(text)] == []
    assert [text for text in no if machine.matches(text)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        *("(", "a)", "[", "[]", "[z-a]", "*", "a**", "a{2,1}", "a{", "a{x}", "a{1001}", "[a-[b-[c", "(?=a)", "a]"),
        *(r"\q", r"\p{Xx}", r"\p{IsKlingon}", r"\pL", "\\", "(" * 60, "((((a{99}){99}){99}){99})", "((){1000}){1000}"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ProcessingError) as caught:
        compile_pattern(pattern)
    assert caught.value.kind.code == "scoring.item.pattern_bad"


LETTERS = st.sampled_from("ab")
PATTERNS = st.recursive(
    LETTERS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("|".join).map("({})".format),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,}"])).map(lambda pair: f"({pair[0]}){pair[1]}"),
    ),
    max_leaves=8,
)


@given(PATTERNS, st.text("ab", max_size=8))
def test_agrees_with_the_regular_expressions_of_python(pattern: str, text: str) -> None:
    assert compile_pattern(pattern).matches(text) == bool(re.fullmatch(pattern, text))


def test_a_pattern_that_makes_backtracking_explode_is_answered_at_once() -> None:
    began = time.process_time()
    assert not compile_pattern("(a*)*(a|aa)+(a?){50}b").matches("a" * 5000)
    assert time.process_time() - began < 5
