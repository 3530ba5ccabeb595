"""A candidate sits a paper in a real browser, against a real server: what is acknowledged is durable, whatever happens on the way."""

import json
import os
import re
import signal
from typing import Any

from playwright.sync_api import expect

from delivery import queries
from delivery.deadline import Timing
from tests.make.exam_page import Candidate, ExamHall
from tests.make.people import in_time
from tests.pages.conftest import Seat, Stretch

CUT_S = 30
ESSAY = "先核算成本，再报价。" * 20


def durable(hall: ExamHall, attempt: str, candidate: Candidate) -> None:
    """Hold the page to its word: every acknowledged number is in the database."""
    assert candidate.acked
    assert candidate.acked <= set(hall.journal(attempt))


def test_a_paper_is_sat_through_a_cut_and_a_reload_and_handed_in(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    page = candidate.page
    candidate.press("a")
    candidate.go("2")
    candidate.press("a", "b", "m")
    candidate.is_saved()

    candidate.cut()
    candidate.go("3")
    candidate.press("a")
    for turn in range(CUT_S // 5):
        candidate.go("6")
        candidate.write(ESSAY + str(turn))
        page.wait_for_timeout(5000)
    assert re.search(r"未连接，答案已存本机（[1-9]\d*）", candidate.save_state())
    assert "本题待保存" in page.inner_text(".question.here")
    before = set(candidate.acked)
    candidate.join()
    candidate.is_saved()
    assert candidate.acked > before

    page.reload()
    page.wait_for_selector(".desk .question")
    assert page.locator("textarea").input_value().startswith(ESSAY)  # the page opens where it was left
    candidate.go("2")
    expect(page.locator(".option.chosen")).to_have_count(2)
    expect(page.locator(".cell.flagged")).to_have_count(2)  # the question's and the legend's
    candidate.go("4")
    candidate.write("１２．５")
    candidate.go("5")
    candidate.write("FOB")
    candidate.is_saved()

    code = candidate.hand_in()
    assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}", code)
    durable(hall, attempt, candidate)
    answers = hall.answers(attempt)
    assert answers["4"] == "12.5"
    assert answers["5"] == "FOB"
    assert answers["6"] == ESSAY + str(CUT_S // 5 - 1)
    assert len(answers["2"]) == 2
    assert hall.attempt(attempt).submit_cause == "candidate"
    with hall.database.reading() as session:
        assert page.locator(".facts .hash").inner_text() == queries.get_attempt(session, attempt).head
    with page.expect_download() as download:
        page.get_by_role("button", name="下载回执文件").click()
    assert download.value.suggested_filename == f"receipt-{code}.json"


def test_the_paper_opens_by_itself_at_the_start(hall: ExamHall, seat: Seat, stretch: Stretch) -> None:
    attempt, login = hall.candidate(starts_in=stretch(25), timing=Timing.COMMON_END)
    candidate = seat(login).sign_in().arrive(attempt).enter()
    expect(candidate.page.locator(".waiting-word")).to_contain_text("加密的试卷已在本机")
    assert candidate.page.locator(".question").count() == 0
    asked: list[str] = []
    candidate.page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    candidate.page.wait_for_selector(".desk .question", timeout=stretch(60_000))
    expect(candidate.page.locator(".desk .time")).to_contain_text(re.compile(r"\d:\d\d:\d\d|\d\d:\d\d"))
    assert not {"paper", "start"} & set(asked)  # the paper lay here, and the server started everybody
    started = hall.attempt(attempt)
    assert started.started_at is not None
    assert started.started_at >= started.starts_at


def test_answers_left_by_a_closed_page_are_sent_by_the_next_under_their_numbers(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    candidate.press("a")
    candidate.is_saved()
    candidate.cut()
    candidate.press("b", "c")
    candidate.page.wait_for_timeout(300)  # IndexedDB writes in its own time
    candidate.page.close()
    candidate.join()
    candidate.new_page()
    candidate.arrive(attempt)
    go_on = candidate.page.get_by_role("button", name="在本机继续考试")
    go_on.or_(candidate.page.locator(".desk .question")).first.wait_for()
    if go_on.is_visible():  # the server need not know yet that the other page is gone
        go_on.click()
    candidate.page.wait_for_selector(".desk .question")
    candidate.is_saved()
    assert hall.journal(attempt) == {1: ("1", "A"), 2: ("1", "B"), 3: ("1", "C")}
    durable(hall, attempt, candidate)
    expect(candidate.page.locator(".option.chosen .letter")).to_have_text("C")


def test_an_hour_offline_is_written_through_and_its_answers_travel_in_a_file(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate(duration=4 * 3600)
    candidate = seat(login)
    page = candidate.page
    page.clock.install()
    candidate.sit(attempt)
    candidate.press("a")
    candidate.is_saved()
    candidate.cut()
    candidate.press("b")
    offer = page.get_by_role("button", name="导出未送达的答案")
    expect(offer).to_be_hidden()
    for seconds in (5, 3600):
        page.clock.fast_forward(seconds * 1000)
    candidate.press("c")
    expect(offer).to_be_visible()
    assert "未连接，答案已存本机（2）" in candidate.save_state()
    with page.expect_download() as download:
        offer.click()
    file = json.loads(download.value.path().read_text("utf-8"))
    assert (hall.bring(file)["kept"], hall.bring(file)["refused"]) == (2, [])
    written = {1: ("1", "A"), 2: ("1", "B"), 3: ("1", "C")}
    assert hall.journal(attempt) == written
    candidate.join()
    candidate.is_saved(60_000)
    expect(offer).to_be_hidden()
    assert hall.journal(attempt) == written


def test_another_machine_takes_over_and_the_older_page_is_told(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    first = seat(login).sit(attempt)
    first.press("a")
    first.is_saved()
    second = seat(login).sign_in().arrive(attempt)
    second.page.get_by_role("button", name="在本机继续考试").click()
    second.page.wait_for_selector(".desk .question")
    expect(second.page.locator(".option.chosen .letter")).to_have_text("A")
    expect(first.page.locator(".read-only")).to_contain_text("本页只能查看")
    first.press("b")
    second.press("c")
    second.is_saved()
    assert hall.journal(attempt) == {1: ("1", "A"), 2: ("1", "C")}
    durable(hall, attempt, second)


def test_what_was_written_offline_while_another_machine_went_on_is_kept_in_sight(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    first = seat(login).sit(attempt)
    first.press("a")
    first.is_saved()
    first.cut()
    first.press("b")
    second = seat(login).sign_in().arrive(attempt)
    second.page.get_by_role("button", name="在本机继续考试").or_(second.page.locator(".desk .question")).first.wait_for()
    if second.page.get_by_role("button", name="在本机继续考试").is_visible():
        second.page.get_by_role("button", name="在本机继续考试").click()
    second.page.wait_for_selector(".desk .question")
    second.press("c")
    second.is_saved()
    first.join()
    expect(first.page.locator(".read-only")).to_be_visible()
    expect(first.page.locator(".safety .refused")).to_contain_text("1 条答案未被接收")
    first.page.click(".safety .refused")
    expect(first.page.locator(".held-back blockquote")).to_have_text("B")
    assert hall.journal(attempt) == {1: ("1", "A"), 2: ("1", "C")}


def test_the_page_comes_back_to_a_server_that_was_killed(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    candidate.press("a")
    candidate.is_saved()
    hall.server.kill()
    candidate.press("b", "c")
    expect(candidate.page.locator(".save-state.down")).to_contain_text("答案已存本机（2）")
    hall.server.start()
    candidate.is_saved()
    assert hall.journal(attempt) == {1: ("1", "A"), 2: ("1", "B"), 3: ("1", "C")}
    durable(hall, attempt, candidate)


def test_a_server_that_takes_its_time_is_told_of_and_so_is_where_the_answers_are(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    state = candidate.page.locator(".save-state")
    os.kill(hall.server.pid, signal.SIGSTOP)
    try:
        candidate.press("a")
        expect(state).to_have_text("保存中")
        expect(state).to_have_text("保存比平时慢，答案已存本机")
    finally:
        os.kill(hall.server.pid, signal.SIGCONT)
    candidate.is_saved()
    assert hall.journal(attempt) == {1: ("1", "A")}


def test_more_time_arrives_and_is_acknowledged(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate(duration=1800)
    candidate = seat(login).sit(attempt)
    assert hall.attempt(attempt).deadline_acked <= 1
    hall.act(attempt, "extend", seconds=600, reason="机器故障")
    card = candidate.page.locator(".notice")
    expect(card).to_contain_text("考试时间延长 10 分钟")
    expect(card).to_contain_text("机器故障")
    assert candidate.page.inner_text(".time").startswith(("39:", "40:"))
    assert hall.attempt(attempt).deadline_acked < hall.attempt(attempt).deadline_version
    card.get_by_role("button", name="我知道了").click()
    expect(card).to_have_count(0)
    in_time(lambda: hall.attempt(attempt).deadline_acked == hall.attempt(attempt).deadline_version)


def test_a_notice_is_shown_and_a_pause_covers_the_paper(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    hall.act(attempt, "notice", text="请核对座位号")
    expect(candidate.page.locator(".notice")).to_contain_text("请核对座位号")
    candidate.page.locator(".notice button").click()
    hall.act(attempt, "pause", reason="消防演习")
    expect(candidate.page.locator(".cover")).to_contain_text("考试已暂停")
    candidate.press("a")
    hall.act(attempt, "resume", reason="演习结束")
    expect(candidate.page.locator(".cover")).to_be_hidden()
    assert hall.journal(attempt) == {}  # a key pressed on the cover answered nothing
    candidate.page.locator(".question").first.focus()
    candidate.press("b")
    candidate.is_saved()


def test_at_the_deadline_what_is_typed_counts_and_the_receipt_comes_by_itself(hall: ExamHall, seat: Seat, stretch: Stretch) -> None:
    attempt, login = hall.candidate(duration=stretch(7))
    candidate = seat(login).sit(attempt)
    candidate.go("6")
    candidate.page.locator("textarea").fill("写到最后一刻")
    while int(candidate.page.inner_text(".time").split(":")[-1]) > 1:
        candidate.page.wait_for_timeout(100)
    candidate.page.locator("textarea").press_sequentially("。")
    candidate.receipt_code()
    assert "考试结束，已收卷" in candidate.page.inner_text(".over")
    assert "未被接收" not in candidate.page.inner_text(".over")
    assert hall.attempt(attempt).submit_cause == "deadline"
    assert hall.answers(attempt)["6"] == "写到最后一刻。"


def test_past_the_deadline_without_a_network_nothing_is_promised_that_has_not_arrived(hall: ExamHall, seat: Seat, stretch: Stretch) -> None:
    attempt, login = hall.candidate(duration=stretch(12))
    candidate = seat(login).sit(attempt)
    candidate.press("a")
    candidate.is_saved()
    candidate.cut()
    candidate.press("b")
    cover = candidate.page.locator(".cover")
    expect(cover).to_contain_text("还有 1 条答案存在本机，尚未送达")
    expect(cover).to_contain_text("由两名考务人员裁定")
    expect(cover).not_to_contain_text("全部有效")
    with candidate.page.expect_download() as download:  # no minute's wait now
        candidate.page.get_by_role("button", name="导出未送达的答案").click()
    assert json.loads(download.value.path().read_text("utf-8"))["attempt"] == attempt
    candidate.join()
    candidate.receipt_code()
    assert hall.answers(attempt)["1"] == "B"


def test_handing_in_waits_for_the_earliest_time_and_lists_what_is_empty(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate(earliest=1800)
    candidate = seat(login).sit(attempt)
    candidate.press("a")
    candidate.go("2")
    candidate.press("m")
    candidate.is_saved()
    page = candidate.page
    page.click(".hand-in")
    dialog = page.locator(".hand-in-dialog")
    expect(dialog).to_contain_text("之后方可交卷")
    expect(page.get_by_role("button", name="继续交卷")).to_be_disabled()
    empty, flagged = dialog.locator(".chips").nth(0).locator("button"), dialog.locator(".chips").nth(1).locator("button")
    expect(empty).to_have_text(["2", "3", "4", "5", "6", "7.1", "7.2", "7.3", "8"])
    expect(flagged).to_have_text(["2"])
    empty.get_by_text("7.2", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".question.here .question-number")).to_have_text("7.2")


def test_without_storage_the_page_warns_and_goes_on(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login)
    candidate.context.add_init_script("IDBFactory.prototype.open = () => { throw new Error('no'); };")
    candidate.sign_in().arrive(attempt)
    expect(candidate.page.locator("[data-check=storage]")).to_contain_text("不允许在本机保存")
    candidate.enter()
    expect(candidate.page.locator(".notice")).to_contain_text("答案无法存入本机")
    candidate.cut()
    candidate.press("m")
    assert candidate.save_state() == "未连接，答案暂存本页（1）"
    candidate.join()
    candidate.is_saved()
    durable(hall, attempt, candidate)


def test_signals_of_the_page_reach_the_server(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    candidate.go("6")
    candidate.page.locator("textarea").evaluate(
        "(field) => { const data = new DataTransfer(); data.setData('text', 'abc');"
        " field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true })); }"
    )
    candidate.page.evaluate("window.dispatchEvent(new Event('blur'))")

    def sent() -> list[dict[str, Any]]:  # signals go out in batches
        candidate.page.wait_for_timeout(200)
        signals = [signal for message in candidate.sent.get("signals.put", []) for signal in message["signals"]]
        return signals if {"paste", "focus"} <= {signal["kind"] for signal in signals} else []

    signals = in_time(sent)
    assert {"kind": "paste", "detail": {"length": 3}} in [{k: s[k] for k in ("kind", "detail")} for s in signals]
    assert "abc" not in str(signals)
