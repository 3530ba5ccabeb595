"""The invigilator at the wall and candidates at their pages, in real browsers: what one does, the others see and confirm."""

import re

from playwright.sync_api import Page, expect

from core.actor import Role
from delivery.deadline import Timing
from delivery.machines import Moving
from programme.sittings import StartBy
from tests.make.exam_page import ExamHall
from tests.make.people import in_time
from tests.pages.conftest import Seat


def wall(hall: ExamHall, seat: Seat, attempt: str) -> Page:
    """Sign an invigilator in before the wall of the attempt's paper."""
    page = seat(hall.person(Role.INVIGILATOR)[1]).sign_in().page
    page.goto(f"{hall.server.url}/invigilate")
    page.select_option("#paper", hall.attempt(attempt).paper)
    expect(page.locator(".tile")).to_have_count(1)
    return page


def test_more_time_is_confirmed_by_the_candidate_and_leaves_the_list_of_the_unconfirmed(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate(duration=1800)
    candidate = seat(login).sit(attempt)
    invigilator = wall(hall, seat, attempt)
    invigilator.check(".tile input")
    invigilator.click("[data-act=extend]")
    invigilator.fill("#reason", "机器故障")
    invigilator.click("#ask-yes")
    card = candidate.page.locator(".notice")
    expect(card).to_contain_text("考试时间延长 10 分钟")
    chip = invigilator.locator(".chip", has_text="新时间未确认")
    expect(chip).to_have_text("新时间未确认 1")
    chip.click()
    expect(invigilator.locator(".tile-unread")).to_have_text("新时间未确认")
    card.get_by_role("button", name="我知道了").click()
    expect(chip).to_have_text("新时间未确认 0")
    expect(invigilator.locator(".tile")).to_have_count(0)
    assert hall.attempt(attempt).deadline_acked == hall.attempt(attempt).deadline_version == 2


def test_a_confirmation_without_a_line_is_made_up_for(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate(duration=1800)
    candidate = seat(login).sit(attempt)
    hall.act(attempt, "extend", seconds=600, reason="机器故障")
    card = candidate.page.locator(".notice")
    expect(card).to_be_visible()
    candidate.cut()
    card.get_by_role("button", name="我知道了").click()
    candidate.join()
    expect(candidate.page.locator(".save-state.down")).to_have_count(0)
    in_time(lambda: hall.attempt(attempt).deadline_acked == 2)


def test_a_room_waits_for_its_invigilator_and_starts_by_the_act(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate(timing=Timing.COMMON_END, start_by=StartBy.ROOM)
    candidate = seat(login).sign_in().arrive(attempt).enter()
    page = candidate.page
    expect(page.locator(".big-time")).to_have_text("等待监考员宣布开考")
    expect(page.locator(".waiting-word")).to_contain_text("加密的试卷已在本机")
    invigilator = wall(hall, seat, attempt)
    row = invigilator.locator(".wall-rooms li")
    expect(row).to_contain_text("已候考 1 / 1 人")
    row.get_by_role("button", name="宣布开考…").click()
    invigilator.get_by_role("button", name="取消").last.click()
    page.wait_for_timeout(500)
    assert page.locator(".question").count() == 0
    row.get_by_role("button", name="宣布开考…").click()
    expect(invigilator.locator("#start-title")).to_have_text("考点：宣布开考？")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    invigilator.get_by_role("button", name="确认开考").click()
    page.wait_for_selector(".desk .question")
    expect(row).to_contain_text(re.compile(r"已于 \d+:\d\d:\d\d 开考"))
    assert not {"paper", "start"} & set(asked)  # the key was told, and the server started everybody
    candidate.press("a")
    candidate.is_saved()
    sat = hall.attempt(attempt)
    assert sat.started_at is not None
    assert sat.started_at >= sat.starts_at


def test_a_candidate_moves_to_another_machine_with_a_code(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate(moving=Moving.CODE)
    first = seat(login).sit(attempt)
    first.press("a")
    first.is_saved()
    first.page.reload()
    first.page.wait_for_selector(".desk .question")  # the same machine needs none
    second = seat(login).sign_in().arrive(attempt)
    dialog = second.page.get_by_role("dialog")
    expect(dialog).to_contain_text("在本机继续需要监考员的换机码")
    field = second.page.get_by_label("换机码")
    field.fill("AAAAAA")
    field.press("Enter")
    expect(dialog).to_contain_text("多次输错后须请监考员另发")
    invigilator = wall(hall, seat, attempt)
    invigilator.check(".tile input")
    invigilator.get_by_role("button", name="换机码…").click()
    expect(invigilator.locator("#move-word")).to_have_text(re.compile(r"[2-9A-Z]{3} [2-9A-Z]{3}"))
    code = invigilator.inner_text("#move-word")
    field.fill(code.lower())
    field.press("Enter")
    second.page.wait_for_selector(".desk .question")
    expect(dialog).to_be_hidden()
    expect(second.page.locator(".option.chosen .letter")).to_have_text("A")
    second.press("c")
    second.is_saved()
    expect(first.page.locator(".read-only")).to_contain_text("本页只能查看")
    first.page.get_by_role("button", name="在本机继续考试").click()
    expect(first.page.get_by_role("dialog")).to_contain_text("换机码")
    first.page.get_by_role("button", name="关闭").click()
    assert hall.journal(attempt) == {1: ("1", "A"), 2: ("1", "C")}
