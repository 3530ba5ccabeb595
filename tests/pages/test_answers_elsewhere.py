"""Answers that came another way, in real browsers: a file from a hall without a network, an older page's answers, two people who decide."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from core.actor import Role
from delivery import held_queries, queries
from delivery.chain import find_break
from tests.make.desk_pages import check_axe, check_width
from tests.make.exam_page import ExamHall
from tests.make.house import PASSWORD
from tests.pages.conftest import Seat

expect.set_options(timeout=45_000)  # ms: a busy machine is slow, and not wrong

Office = Callable[..., Page]
WINDOWS = "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36"


@pytest.fixture
def office(chromium: Browser, hall: ExamHall) -> Iterator[Office]:
    """Return a function that gives somebody new of the staff a browser of their own, with a page open."""
    opened = []

    def enter(path: str, role: Role = Role.INVIGILATOR, **size: int) -> Page:
        context = chromium.new_context(viewport={"width": 1366, "height": 768, **size}, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(45_000)
        opened.append(context)
        page = context.new_page()
        page.goto(f"{hall.server.url}/signin")
        page.fill("#login", hall.person(role)[1])
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "signin" not in url)
        page.goto(hall.server.url + path)
        return page

    yield enter
    for context in opened:
        context.close()


def test_an_hour_offline_travels_by_the_invigilator_s_machine_and_nothing_is_doubled(
    hall: ExamHall, seat: Seat, office: Office, tmp_path: Path
) -> None:
    attempt, login = hall.candidate(duration=4 * 3600)
    candidate = seat(login)
    page = candidate.page
    page.clock.install()
    candidate.sit(attempt)
    candidate.press("a")
    candidate.is_saved()
    candidate.cut()
    candidate.press("b")
    for minutes in (1, 29, 30):  # an hour of the page's clock
        page.clock.fast_forward(minutes * 60_000)
    candidate.go("5")
    candidate.write("CIF")
    candidate.go("6")
    candidate.write("断网也要写完。")
    for _ in range(8):
        page.clock.fast_forward(1000)  # the pause after typing
    expect(page.locator(".save-state")).to_contain_text("未连接，答案已存本机（3）")
    offer = page.get_by_role("button", name="导出未送达的答案")
    with page.expect_download() as download:
        offer.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert "断网" not in file.read_text("utf-8")  # whoever carries it cannot read it
    assert hall.journal(attempt) == {1: ("1", "A")}

    desk = office("/invigilate/answer-files")
    desk.set_input_files("#file", {"name": "note.json", "mimeType": "application/json", "buffer": b'{"a": 1}'})
    expect(desk.get_by_role("alert")).to_contain_text("这不是答案文件")
    desk.set_input_files("#file", file)
    facts = {name: desk.locator(f"[data-fact={name}]") for name in ("candidate", "answers", "fresh", "here", "span")}
    expect(facts["candidate"]).to_have_text("李晓雨")
    assert [facts[name].inner_text() for name in ("answers", "fresh", "here")] == ["3", "3", "0"]
    assert "至" in facts["span"].inner_text()
    assert hall.journal(attempt) == {1: ("1", "A")}  # looking changes nothing
    check_axe(desk)
    check_width(desk)
    desk.get_by_role("button", name="送达这些答案").click()
    expect(desk.locator("#outcome")).to_contain_text("3 条已计入")
    written = {1: ("1", "A"), 2: ("1", "B"), 3: ("5", "CIF"), 4: ("6", "断网也要写完。")}
    assert hall.journal(attempt) == written

    desk.set_input_files("#file", file)  # once more, as somebody who is not sure does
    expect(facts["fresh"]).to_have_text("0")
    expect(desk.locator("#hint")).to_contain_text("都已到过")
    desk.get_by_role("button", name="送达这些答案").click()
    expect(desk.locator("#outcome")).to_contain_text("3 条已计入")

    candidate.join()
    page.clock.fast_forward(10_000)
    candidate.is_saved(60_000)
    expect(offer).to_be_hidden()
    assert hall.journal(attempt) == written
    with hall.database.reading() as session:
        assert not queries.quarantine_of(session, attempt)


def test_a_file_that_was_changed_on_the_way_is_refused(hall: ExamHall, office: Office) -> None:
    attempt, _login = hall.candidate()
    forged = {"kind": "kaochang-answers", "version": 1, "attempt": attempt, "nonce": "AAAAAAAAAAAAAAAA", "box": "AAAA" * 8}
    desk = office("/invigilate/answer-files")
    desk.set_input_files("#file", {"name": "answers.json", "mimeType": "application/json", "buffer": json.dumps(forged).encode()})
    expect(desk.get_by_role("alert")).to_contain_text("不是本系统的答案文件")
    expect(desk.locator("#found")).to_be_hidden()


def test_taking_over_asks_first_says_where_and_since_when_and_tells_the_older_page_at_once(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    first = seat(login, user_agent=WINDOWS).sit(attempt)
    first.press("a")
    first.is_saved()
    with hall.database.reading() as session:
        (opened,) = [lease.since for lease in held_queries.leases_of(session, [attempt]).values()]
    since = opened.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M:%S")
    second = seat(login).sign_in().arrive(attempt)
    ask = second.page.locator(".over")
    expect(ask).to_contain_text("您的考试已在另一处打开")
    expect(ask).to_contain_text(f"自 {since} 起在这里打开着：Windows · Chrome 109 · 127.0.0.1")
    expect(second.page.locator(".question")).to_have_count(0)
    first.press("b")
    first.is_saved()  # nothing has happened to it yet
    expect(first.page.locator(".read-only")).to_be_hidden()
    check_axe(second.page)

    second.page.get_by_role("button", name="在本机继续考试").click()
    second.page.wait_for_selector(".desk .question")
    expect(first.page.locator(".read-only")).to_contain_text("本页只能查看")
    expect(first.page.locator(".read-only")).to_contain_text("Linux · ")
    expect(first.page.locator(".option input").first).to_be_disabled()
    first.press("c")
    second.press("d")
    second.is_saved()
    assert [value for _, value in hall.journal(attempt).values()] == ["A", "B", "D"]


def test_a_second_tab_asks_as_another_browser_does_and_a_reload_goes_on(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    candidate.press("a")
    candidate.is_saved()
    first = candidate.page
    first.reload()
    expect(first.locator(".desk .option.chosen .letter")).to_have_text("A")
    candidate.press("b")
    candidate.is_saved()

    second = candidate.new_page()
    candidate.arrive(attempt)
    expect(second.locator(".over")).to_contain_text("您的考试已在另一处打开")
    expect(second.locator(".question")).to_have_count(0)
    expect(first.locator(".read-only")).to_be_hidden()
    second.get_by_role("button", name="在本机继续考试").click()
    expect(second.locator(".option.chosen .letter")).to_have_text("B")
    expect(first.locator(".read-only")).to_contain_text("本页只能查看")
    candidate.press("c")
    candidate.is_saved()

    first.reload()  # nor does it come back by itself
    expect(first.locator(".over")).to_contain_text("您的考试已在另一处打开")
    assert [value for _, value in hall.journal(attempt).values()] == ["A", "B", "C"]


def test_an_older_page_sees_that_the_paper_was_handed_in_elsewhere(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate(duration=4 * 3600)
    first = seat(login)
    first.page.clock.install()
    first.sit(attempt)
    second = seat(login).sign_in().arrive(attempt)
    second.page.get_by_role("button", name="在本机继续考试").click()
    second.page.wait_for_selector(".desk .question")
    expect(first.page.locator(".read-only")).to_be_visible()
    second.press("a")
    second.is_saved()
    second.hand_in()
    first.page.clock.fast_forward(90_000)  # within a minute and a half it looks
    expect(first.page.locator(".over")).to_contain_text("已交卷")
    expect(first.page.locator(".desk")).to_have_count(0)


def test_a_page_without_a_network_asks_before_it_is_left(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    page = candidate.page
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    candidate.press("a")
    candidate.is_saved()  # nothing waits
    candidate.cut()
    expect(page.locator(".save-state.down")).to_be_visible()
    with page.expect_event("dialog"):
        page.close(run_before_unload=True)
    expect(page.locator(".option.chosen .letter")).to_have_text("A")
    assert asked == ["beforeunload"]


def test_an_older_page_s_answer_is_kept_aside_shown_and_counted_by_two_people(hall: ExamHall, seat: Seat, office: Office) -> None:
    attempt, login = hall.candidate()
    first = seat(login).sit(attempt)
    first.press("a")
    first.is_saved()
    first.cut()
    first.press("b")
    expect(first.page.locator(".save-state.down")).to_be_visible()
    second = seat(login).sign_in().arrive(attempt)
    take = second.page.get_by_role("button", name="在本机继续考试")
    take.or_(second.page.locator(".desk .question")).first.wait_for()
    if take.is_visible():
        take.click()
    second.page.wait_for_selector(".desk .question")
    second.press("c")
    second.is_saved()
    first.join()
    expect(first.page.locator(".read-only")).to_be_visible()
    expect(first.page.locator(".safety .refused")).to_contain_text("1 条答案未被接收")

    paper = hall.attempt(attempt).paper
    early = office(f"/invigilate/held?paper={paper}")
    card = early.locator(f"[data-attempt={attempt}] .held-answer")
    expect(card).to_contain_text("考生尚未交卷")
    expect(card.get_by_role("button")).to_have_count(0)
    second.hand_in()

    early.reload()
    expect(card).to_contain_text("第 1 题")
    expect(card).to_contain_text("同一编号已有不同内容")
    quotes = card.locator("blockquote")
    assert "127.0.0.1" in card.inner_text()
    assert [text[:2] for text in quotes.all_inner_texts()] == ["B.", "C."]
    check_axe(early)
    check_width(early)
    _decide(early, attempt, "计入", "断网有记录")
    expect(card).to_contain_text("您已提出“计入”")
    other = office(f"/invigilate/held?paper={paper}", Role.OFFICE)
    answer = other.locator(f"[data-attempt={attempt}] .held-answer")
    expect(answer).to_contain_text("断网有记录")
    _decide(other, attempt, "不计入", "记录不清")
    expect(other.locator("#status")).to_contain_text("前一人的裁定已作废")
    early.reload()
    _decide(early, attempt, "计入", "已核对记录")
    other.reload()
    _decide(other, attempt, "确认计入", "已核对")
    expect(other.locator("#status")).to_contain_text("重新评分")
    expect(answer).to_have_count(0)
    other.get_by_label("只看待定的").uncheck()
    expect(answer).to_contain_text("已裁定：计入")
    assert answer.locator("blockquote").all_inner_texts()[1].startswith("B.")
    assert hall.answers(attempt)["1"] == "B"
    with hall.database.reading() as session:
        links = queries.journal_of(session, attempt)
    assert [link.entry.seq for link in links] == [1, 2, -1]
    assert find_break(attempt, links) is None


def _decide(desk: Page, attempt: str, act: str, reason: str) -> None:
    desk.locator(f"[data-attempt={attempt}] .held-acts").get_by_role("button", name=act, exact=True).click()
    desk.get_by_label("理由").fill(reason)
    desk.locator("#decide-yes").click()
    expect(desk.locator("#decide")).to_be_hidden()
    expect(desk.locator("#status")).not_to_be_empty()
