"""A sign-in that ends while its candidate writes: nothing is lost, nothing is called refused, and the next sign-in brings it all in."""

from playwright.sync_api import Dialog, Page, expect

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


def fill_in_sign_in(candidate: Candidate, page: Page) -> None:
    """Fill in the form of signing in, and send it."""
    page.fill("#login", candidate.login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")


def sign_in_beside(candidate: Candidate) -> None:
    """Sign the same candidate in in another tab of the same browser."""
    tab = candidate.context.new_page()
    tab.goto(f"{candidate.url}/signin")
    fill_in_sign_in(candidate, tab)
    tab.wait_for_url(lambda url: "signin" not in url)
    tab.close()


def sit_and_be_signed_out(hall: ExamHall, seat: Seat) -> tuple[Candidate, str]:
    """Answer once, be signed out while the network is gone, answer once more, and see that the page asks for a sign-in."""
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    candidate.press("a")
    candidate.is_saved()
    candidate.cut()
    sign_out(hall, attempt)
    candidate.press("b")
    candidate.join()
    expect(candidate.page.get_by_role("link", name="重新登录")).to_be_visible()
    return candidate, attempt


def check_both_arrived(hall: ExamHall, candidate: Candidate, attempt: str) -> None:
    """See that both answers are durable, the newer one is shown, and none is called refused."""
    candidate.is_saved()
    expect(candidate.page.locator(".safety .refused")).to_be_hidden()
    expect(candidate.page.locator(".option.chosen .letter")).to_have_text("B")
    assert hall.journal(attempt) == {1: ("1", "A"), 2: ("1", "B")}


def test_what_is_written_while_signed_out_waits_and_arrives_after_the_next_sign_in(hall: ExamHall, seat: Seat) -> None:
    candidate, attempt = sit_and_be_signed_out(hall, seat)
    page = candidate.page
    expect(page.locator(".save-state.down")).to_contain_text("答案已存本机（1）")
    expect(page.locator(".safety .refused")).to_be_hidden()
    expect(page.locator(".option.chosen .letter")).to_have_text("B")
    asked: list[str] = []

    def go_on(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", go_on)
    page.get_by_role("link", name="重新登录").click()
    fill_in_sign_in(candidate, page)
    page.wait_for_url(f"**/exam/{attempt}")
    page.wait_for_selector(".desk .question")
    check_both_arrived(hall, candidate, attempt)
    assert asked == []  # its own way out is no leaving to be warned of


def test_a_sign_in_in_another_tab_lets_the_page_go_on_with_all_that_it_shows(hall: ExamHall, seat: Seat) -> None:
    candidate, attempt = sit_and_be_signed_out(hall, seat)
    sign_in_beside(candidate)
    check_both_arrived(hall, candidate, attempt)
