"""Reading time and limited sections in a real browser: what the page lets be done, and that it goes on by itself."""

import re

from playwright.sync_api import expect

from tests.make.exam_page import ExamHall
from tests.pages.conftest import Seat, Stretch


def test_while_reading_the_paper_is_seen_and_not_answered(hall: ExamHall, seat: Seat, stretch: Stretch) -> None:
    attempt, login = hall.candidate(starts_in=-1, reading_s=int(stretch(12)))
    candidate = seat(login).sit(attempt)
    word = candidate.page.locator(".reading-word")
    expect(word).to_contain_text(re.compile(r"读卷时间：可以看题，\d+:\d\d:\d\d 起可以作答"))
    candidate.press("a")
    expect(candidate.page.locator(".option.chosen")).to_have_count(0)
    expect(candidate.page.locator(".hand-in")).to_be_disabled()
    expect(word).to_be_hidden(timeout=stretch(20_000))
    candidate.press("b")
    candidate.is_saved()
    assert hall.journal(attempt) == {1: ("1", "B")}


def test_a_section_closes_by_itself_and_the_page_goes_on(hall: ExamHall, seat: Seat, stretch: Stretch) -> None:
    attempt, login = hall.candidate(duration=stretch(600), section_limits={"A": int(stretch(15))})
    candidate = seat(login).sit(attempt)
    page = candidate.page
    expect(page.locator(".section-left")).to_have_text(re.compile(r"本部分剩余 \d\d:\d\d"))
    candidate.press("a")
    candidate.go("6")
    expect(page.locator(".section-left")).to_be_hidden()
    candidate.go("5")
    page.locator(".question.here input").press_sequentially("FOB")  # not a pause later than the section's end
    expect(page.locator(".question.here .question-number")).to_have_text("6", timeout=stretch(20_000))
    expect(page.locator(".notice")).to_contain_text("“一、选择题”已结束")
    page.locator(".notice button").click()
    candidate.is_saved()
    candidate.go("1")
    expect(page.locator(".section-left")).to_have_text("本部分已结束")
    candidate.press("b")
    expect(page.locator(".option.chosen .letter")).to_have_text("A")
    candidate.go("6")
    candidate.write("第二部分照常作答。")
    candidate.is_saved()
    written = hall.journal(attempt)
    assert [written[n] for n in sorted(written)] == [("1", "A"), ("5", "FOB"), ("6", "第二部分照常作答。")]
    assert "未被接收" not in page.inner_text(".safety")


def test_an_extension_gives_the_section_its_time(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate(duration=1200, section_limits={"A": 300, "B": 300})
    candidate = seat(login).sit(attempt)
    left = candidate.page.locator(".section-left")
    expect(left).to_have_text(re.compile(r"0[45]:\d\d$"))
    hall.act(attempt, "extend", seconds=600, reason="机器故障")
    expect(left).to_have_text(re.compile(r"1[45]:\d\d$"))
    candidate.go("6")
    expect(left).to_have_text(re.compile(r"(19|20):\d\d$"))
