"""Where a page is, in words."""

import pytest

from delivery.devices import place_of

CHROME = "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "place"),
    [
        (CHROME, "Windows · Chrome 109 · 10.0.0.7"),
        (f"{CHROME} Edg/120.0.1", "Windows · Edge 120 · 10.0.0.7"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", "Linux · Firefox 121 · 10.0.0.7"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 Version/17.1 Mobile/15E148 Safari/604.1",
            "iPhone · Safari 17 · 10.0.0.7",
        ),
        ("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/119.0 Mobile Safari/537.36", "Android · Chrome 119 · 10.0.0.7"),
        ("", "10.0.0.7"),
        ("<b>hello</b> Chrome/99999999", "10.0.0.7"),
    ],
)
def test_a_page_s_machine_is_told_in_a_few_words(agent: str, place: str) -> None:
    assert place_of({"agent": agent}, "10.0.0.7") == place


@pytest.mark.parametrize("device", [{}, {"agent": None}, {"agent": ["x"]}])
def test_a_page_that_reports_nothing_is_told_by_its_address(device: dict[str, object]) -> None:
    assert place_of(device, "10.0.0.7") == "10.0.0.7"
