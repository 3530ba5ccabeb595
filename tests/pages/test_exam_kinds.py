"""Matching, gaps, orders, passages, spots and quantities, answered with the keyboard alone, and fit for every eye and screen."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from core.clock import now
from itembank.blueprint import Blueprint
from tests.make.bank import published, stock
from tests.make.exam_page import SIZES, ExamHall
from tests.make.kinds import NEW, live_of_each
from tests.pages.conftest import Seat
from tests.pages.test_exam_hands import TOO_WIDE, complaints, tab_to

PLAN = {
    "title": "题型卷",
    "seed": 1,
    "sections": [{"id": "K", "title": "各种题型", "shuffle_items": False, "draws": [{"count": 1, "kind": kind} for kind in NEW]}],
}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExamHall]:
    hall = ExamHall(tmp_path_factory.mktemp("kinds"))
    stock(hall.database, live_of_each(), now())
    hall.form = published(hall.database, Blueprint.model_validate(PLAN), now())
    yield hall
    hall.close()


def _places(hall: ExamHall) -> dict[str, str]:
    return {kind: str(n) for n, kind in enumerate(NEW, 1)}


def test_every_kind_is_answered_with_the_keyboard_alone(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    page = candidate.page
    for kind in ("inline", "gapmatch", "matching"):
        expect(page.locator(f".question.{kind}")).to_be_visible()
        for field in page.locator("select.gap").all():
            tab_to(page, f"#{field.get_attribute('id')}")
            candidate.press("ArrowDown")
        page.locator(".question-head").click()
        candidate.press("ArrowRight")
    tab_to(page, ".movers button:not(:disabled)")
    first = page.locator(".order li").first.inner_text().split("\n")[-1]
    candidate.press("ArrowDown")
    expect(page.locator(".order li").nth(1)).to_contain_text(first.strip("↑↓ "))
    expect(page.locator(".ordering .hint")).to_contain_text("现在排第 2")
    candidate.press("ArrowRight")
    for _ in range(2):
        tab_to(page, ".hot-text[aria-checked=false]")
        candidate.press("Space")
    candidate.press("ArrowRight")
    tab_to(page, ".hot-spot")
    candidate.press("Enter")
    tab_to(page, ".hot-spot[aria-checked=false]")
    candidate.press("Enter")  # one place only: the first gives way
    expect(page.locator(".hot-spot[aria-checked=true]")).to_have_count(1)
    candidate.press("ArrowRight")
    tab_to(page, ".field input")
    page.keyboard.type("２０")
    tab_to(page, "select.unit")
    expect(page.locator(".saved")).to_have_text("本题未保存")
    candidate.press("ArrowDown")
    candidate.is_saved()
    candidate.hand_in()
    answers: dict[str, Any] = hall.answers(attempt)
    places = _places(hall)
    assert [len(answers[places[kind]]) for kind in ("inline", "gapmatch", "matching")] == [3, 1, 1]
    assert sorted(answers[places["ordering"]]) == list("ABCDE")
    assert len(answers[places["hottext"]]) == 2
    assert len(answers[places["hotspot"]]) == 1
    assert answers[places["quantity"]] == ["20", "A"]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wrong_or_too_wide_on_any_screen(hall: ExamHall, seat: Seat, size: str) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login, size).sit(attempt)
    page = candidate.page
    for n in range(1, len(NEW) + 1):
        candidate.go(str(n))
        assert page.locator(".question, .matches, .order, .pool").evaluate_all(TOO_WIDE) == []
        if size != "hall":
            assert complaints(page) == []
