"""Every text of the pages has its English."""

import re

from web import texts


def test_every_text_of_the_pages_has_its_english_and_no_other_is_kept() -> None:
    english, shown = texts.english(), texts.shown()
    assert {text for text in shown if not english.get(text)} == set(), "run `make texts` and translate"
    assert set(english) - shown == set(), "run `make texts`"


def test_an_english_text_keeps_the_blanks_of_the_chinese_one() -> None:
    for chinese, english in texts.english().items():
        assert set(re.findall(r"%\(\w+\)\w", chinese)) == set(re.findall(r"%\(\w+\)\w", english)), chinese
