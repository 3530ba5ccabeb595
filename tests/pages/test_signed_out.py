"""A sign-in that ends while its candidate writes: nothing is lost, nothing is called refused, and the next sign-in brings it all in."""

from playwright.sync_api import expect

from core.actor import SYSTEM
from core.clock import now
from tests.make.exam_page import Candidate, ExamHall
from tests.make.house import PASSWORD
from tests.pages.conftest import Seat
from web import accounts


def sign_out(hall: ExamHall, attempt: str) -> None:
    """End every sign-in of the candidate, as the office does."""
    with hall.database.unit(SYSTEM, now()) as unit:
        accounts.end_sessions(unit, hall.attempt(attempt).candidate)


def sign_in_beside(candidate: Candidate) -> None:
    """Sign the same candidate in in another tab of the same browser."""
    tab = candidate.context.new_page()
    tab.goto(f"{candidate.url}/signin")
    tab.fill("#login", candidate.login)
    tab.fill("#password", PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda url: "signin" not in url)
    tab.close()


def test_what_is_written_while_signed_out_waits_and_arrives_after_the_next_sign_in(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    page = candidate.page
    candidate.press("a")
    candidate.is_saved()
    candidate.cut()
    sign_out(hall, attempt)
    candidate.press("b")
    candidate.join()
    again = page.get_by_role("link", name="重新登录")
    expect(again).to_be_visible()
    expect(page.locator(".save-state.down")).to_contain_text("答案已存本机（1）")
    expect(page.locator(".safety .refused")).to_be_hidden()
    expect(page.locator(".option.chosen .letter")).to_have_text("B")
    again.click()
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/exam/{attempt}")
    page.wait_for_selector(".desk .question")
    candidate.is_saved()
    expect(page.locator(".option.chosen .letter")).to_have_text("B")
    assert hall.journal(attempt) == {1: ("1", "A"), 2: ("1", "B")}


def test_a_sign_in_in_another_tab_lets_the_page_go_on_with_all_that_it_shows(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    page = candidate.page
    candidate.press("a")
    candidate.is_saved()
    candidate.cut()
    sign_out(hall, attempt)
    candidate.press("b")
    candidate.join()
    expect(page.get_by_role("link", name="重新登录")).to_be_visible()
    sign_in_beside(candidate)
    candidate.is_saved()
    expect(page.locator(".safety .refused")).to_be_hidden()
    expect(page.locator(".option.chosen .letter")).to_have_text("B")
    assert hall.journal(attempt) == {1: ("1", "A"), 2: ("1", "B")}
