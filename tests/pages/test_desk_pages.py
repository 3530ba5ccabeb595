"""The office's, the invigilator's and the learner's pages in a real browser: what they do, and nothing that axe minds."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from core import clock as real
from core.actor import Actor
from delivery import accommodating
from programme import queries
from tests.make import exam, sitting
from tests.make.desk_pages import HALL, PHONE, DeskHouse, check_axe, check_width

SIZES = [HALL, (1024, 768), PHONE]


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskHouse]:
    desks = DeskHouse(tmp_path_factory.mktemp("desks"))
    yield desks
    desks.close()


def test_the_office_plans_enrols_and_confirms_a_payment(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "office", "/office")
    page.get_by_role("link", name="安排新场次").click()
    page.get_by_label("场次名称").fill("十二月场")
    page.get_by_label("项目与等级").select_option("中级")
    page.get_by_role("button", name="再加一份试卷").click()
    for n, starts_at in enumerate(("2030-12-01T13:00", "2030-12-01T15:30")):
        page.get_by_label("开考时间").nth(n).fill(starts_at)
    page.get_by_label("代码").nth(1).fill("1")
    page.get_by_role("button", name="建立场次").click()
    expect(page.get_by_role("alert")).to_contain_text("需有不同的代码")
    check_axe(page)
    page.get_by_label("代码").nth(1).fill("2")
    page.get_by_role("button", name="建立场次").click()
    page.wait_for_url(re.compile("/office/sittings/sit_"))
    expect(page.locator(".paper")).to_have_count(2)
    expect(page.locator(".paper").first).to_contain_text("2030-12-01 13:00")
    login = page.get_by_label("登录名或准考证号")
    login.fill("nobody")
    login.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("没有登录名")
    login.fill("wang")
    page.get_by_label("座位").fill("B-07")
    login.press("Enter")
    row = page.locator("#enrolments tr")
    expect(row).to_contain_text("王思远")
    row.get_by_label("缴费凭证号").fill("R-77")
    row.get_by_role("button", name="确认缴费").click()
    expect(row).to_contain_text("已缴费 R-77")
    page.reload()
    expect(row).to_contain_text("B-07")
    expect(row).to_contain_text("已缴费 R-77")
    page.close()
    with desks.house.database.reading() as session:
        planned = next(row for row in queries.all_sittings(session) if row.title == "十二月场")
        papers = queries.papers_of(session, planned.id)
    assert [paper.starts_at.isoformat() for paper in papers] == ["2030-12-01T05:00:00+00:00", "2030-12-01T07:30:00+00:00"]


@pytest.mark.parametrize("size", SIZES)
def test_the_offices_pages_fit_and_axe_minds_nothing(chromium: Browser, desks: DeskHouse, size: tuple[int, int]) -> None:
    page = desks.enter(chromium, "office", "/office", size)
    for path, ready in (("/office", "table"), ("/office/sittings/new", "#papers"), ("/office/hooks", "#add"), ("", "#markers tr")):
        page.goto(desks.server.url + (path or f"/office/sittings/{desks.sitting.id}"))
        page.locator(ready).first.wait_for()
        check_axe(page)
        check_width(page)
    expect(page.locator("#checks")).to_contain_text("份答卷未结束")
    expect(page.get_by_role("button", name="发布全部成绩")).to_be_disabled()
    page.close()


def test_the_office_gets_a_hooks_secret_once(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "office", "/office/hooks")
    page.get_by_label("地址").first.fill("https://a.example.org/hook")
    page.get_by_label("proctor.attempt.signalled").uncheck()
    page.get_by_role("button", name="添加").click()
    expect(page.locator("#secret code")).to_have_text(re.compile("whsec_.{40,}"))
    page.reload()
    expect(page.locator("#secret")).to_be_hidden()
    row = page.locator("tbody tr", has_text="a.example.org")
    expect(row).to_contain_text("scoring.attempt.scored")
    expect(row).not_to_contain_text("proctor.attempt.signalled")
    row.get_by_role("button", name="停用").click()
    expect(row).to_contain_text("已停用")
    row.get_by_role("button", name="重新启用").click()
    expect(row.get_by_role("button", name="停用")).to_be_visible()
    page.close()


def test_no_click_goes_nowhere_before_the_module_has_come(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "office", "/office")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/office/hooks.js", hold)
    page.goto(desks.server.url + "/office/hooks", wait_until="commit")
    expect(page.locator("main[inert] #add")).to_have_count(1)
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator("main:not([inert]) #add")).to_have_count(1)
    page.close()


def test_the_invigilator_gives_more_time_by_keyboard(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "invigilator", "/invigilate")
    tile = page.locator(".tile", has_text="赵一鸣")
    expect(tile).to_contain_text("作答中")
    expect(tile).to_contain_text("信号 1")
    expect(page.locator(".tile", has_text="李晓雨")).to_contain_text("已交卷")
    before = tile.locator(".tile-time").inner_text()
    tile.locator("input").focus()
    page.keyboard.press("Space")
    expect(page.locator("#chosen")).to_have_text("已选 1 人")
    page.locator("[data-act=extend]").focus()
    page.keyboard.press("Enter")
    check_axe(page)
    page.keyboard.type("15")
    page.keyboard.press("Tab")
    page.keyboard.type("网络中断")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("已完成：1 人")
    expect(tile.locator(".tile-time")).to_contain_text(re.compile(r"剩余 1:1\d"))
    expect(tile).to_contain_text("新时间未确认")
    assert before.startswith("剩余 0:5")
    tile.locator("input").check()
    page.locator("[data-act=pause]").click()
    page.get_by_label("原因").fill("身体不适")
    page.get_by_role("button", name="暂停考试").click()
    expect(tile).to_contain_text("暂停")
    page.get_by_role("button", name=re.compile("^暂停 1")).click()
    expect(page.locator(".tile")).to_have_count(1)
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_wall_fits_and_axe_minds_nothing(chromium: Browser, desks: DeskHouse, size: tuple[int, int]) -> None:
    page = desks.enter(chromium, "invigilator", "/invigilate", size)
    expect(page.locator(".tile")).to_have_count(4)
    page.locator(".tile").first.click()
    check_axe(page)
    check_width(page)
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_a_learner_practises_and_keeps_a_book(chromium: Browser, desks: DeskHouse, size: tuple[int, int]) -> None:
    page = desks.enter(chromium, "li", "/practice", size)
    expect(page.locator(".point").first).to_contain_text("共 1 题")
    check_axe(page)
    check_width(page)
    page.locator(".point", has_text="海运").first.click()
    expect(page.locator(".practice-item .katex").first).to_be_visible()
    page.get_by_role("button", name="提交答案").click()
    expect(page.get_by_role("alert")).to_have_text("请先作答")
    page.locator(".option").nth(1).click()
    check_axe(page)
    page.get_by_role("button", name="提交答案").click()
    expect(page.locator(".verdict")).to_contain_text("回答不正确")
    expect(page.locator(".verdict")).to_contain_text("正确答案：A")
    expect(page.locator(".verdict")).to_contain_text("KEY-MATERIAL")  # the explanation of the test item
    check_axe(page)
    check_width(page)
    page.get_by_role("button", name="返回知识点").click()
    expect(page.locator(".wrong-book")).to_contain_text("1 题")
    page.locator(".wrong-book").click()
    expect(page.locator(".practice-item")).to_be_visible()
    for _ in range(2):
        expect(page.locator(".verdict")).to_have_count(0)
        page.keyboard.press("Space")  # the first option has the focus
        page.get_by_role("button", name="提交答案").click()
        expect(page.locator(".verdict")).to_contain_text("回答正确")
        page.keyboard.press("Enter")  # the next one
    expect(page.locator("#desk")).to_contain_text("这里的题目都练完了")
    page.close()


def test_whoever_has_not_paid_is_told_so(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "qian", "/practice", PHONE)
    expect(page.locator(".note")).to_contain_text("缴费")
    check_axe(page)
    page.close()


def test_the_candidate_reads_the_result_once_it_is_out(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    desks = DeskHouse(tmp_path_factory.mktemp("results"))
    try:
        page = desks.enter(chromium, "li", "/results")
        expect(page.locator("main")).to_contain_text("还没有发布的成绩")
        check_axe(page)
        _finish(desks)
        office = desks.enter(chromium, "office", f"/office/sittings/{desks.sitting.id}")
        expect(office.locator("#checks")).to_contain_text("3 份成绩待发布")
        expect(office.locator("#markers")).to_contain_text("工作人员 marker")
        office.get_by_role("button", name="发布全部成绩").click()
        check_axe(office)
        page.reload()
        expect(page.locator("main")).to_contain_text("还没有发布的成绩")
        office.get_by_role("button", name="确定发布").click()
        expect(office.locator("main")).to_contain_text("成绩已于")
        check_axe(office)
        office.close()
        for size in SIZES:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.reload()
            expect(page.locator(".result")).to_contain_text("案例分析题")
            check_axe(page)
            check_width(page)
        page.close()
    finally:
        desks.close()


def _finish(desks: DeskHouse) -> None:
    """Let the one who is still writing hand in, void the one who never came, and mark everything."""
    exam.hand_in(desks.house.database, real.now(), desks.sitting.attempt(desks.accounts["zhao"]))
    for person in ("acc_o1", "acc_o2"):
        with desks.house.unit(Actor(person)) as unit:
            accommodating.void(unit, desks.sitting.attempt(desks.accounts["qian"]), "never came")
    sitting.carry_on(desks.house)
    desks.sitting.mark_all(desks.accounts["marker"])
    sitting.carry_on(desks.house)
