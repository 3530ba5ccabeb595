"""The analysis of a paper in a real browser: asked for, read, noted in the bank, compared by groups and with another paper, taken home."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook

from core import clock as real
from core.actor import Role
from itembank import forms, uses
from tests.make import sitting
from tests.make.analysed import MISKEYED, QUESTIONS, answer_sheets, form_of_choices
from tests.make.desk_pages import HALL, PHONE, DeskHouse, check_axe, check_that_axe_minds, check_width
from tests.make.house import House
from tests.make.server import Deployment, Server

PEOPLE = 60


class Analysed(DeskHouse):
    """A served house with a paper of twelve choices that sixty people have sat, and one that nobody has."""

    def __init__(self, folder: Path) -> None:
        deployment = Deployment(f"sqlite:///{folder / 'house.sqlite'}", folder)
        assert deployment.run("migrate")[0] == 0
        self.house = House(f"sqlite:///{folder / 'house.sqlite'}", real.now, folder, rate_limits=False)
        self.accounts = {"office": self.house.account("office", Role.OFFICE, name="考务员")}
        self.form = form_of_choices(self.house.database, real.now)  # type: ignore[arg-type]  # the real clock tells the time as well
        self.sitting = sitting.plan(self.house, form=self.form, title="五月场")
        self.scripts = [
            self.sitting.sit(self.sitting.enrol(f"c{n}", name=f"考生{n}", site="南北"[n % 2]), sheet)
            for n, sheet in enumerate(answer_sheets(PEOPLE))
        ]
        self.before = sitting.plan(self.house, form=self.form, title="四月场")
        for n, sheet in enumerate(answer_sheets(PEOPLE // 2, seed=2)):
            self.before.sit(self.before.enrol(f"b{n}"), sheet)
        sitting.carry_on(self.house)
        self.server = Server(deployment).start()


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Analysed]:
    desks = Analysed(tmp_path_factory.mktemp("analysed"))
    yield desks
    desks.close()


def analyse(chromium: Browser, desks: Analysed, size: tuple[int, int] = HALL) -> Page:
    """Open the page and have the analysis made, unless it has been."""
    page = desks.enter(chromium, "office", f"/analysis/{desks.sitting.paper}", size)
    if page.get_by_role("button", name="开始分析").count():
        page.get_by_role("button", name="开始分析").focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="总分与信度")).to_be_visible()
    return page


def test_the_office_asks_and_sees_what_to_check_first(chromium: Browser, desks: Analysed) -> None:
    page = desks.enter(chromium, "office", "/analysis")
    check_axe(page)
    page.get_by_role("link", name="五月场 · 综合卷").click()
    check_axe(page)
    page.close()
    page = analyse(chromium, desks)
    first = page.locator("ul.remarks.urgent li").first
    expect(first).to_contain_text(f"第 {MISKEYED} 题")
    expect(first).to_contain_text("请核对答案")
    for says in ("总分分布", "试题分布图", "考生能力与试题难度", "测验信息量"):
        expect(page.locator(f'svg[role="img"][aria-label*="{says}"]').first).to_be_visible()
    expect(page.locator('svg[aria-label*="选项轨迹"]')).to_have_count(QUESTIONS)
    expect(page.locator(".analysis-questions tbody tr")).to_have_count(QUESTIONS)
    expect(page.locator("main")).to_contain_text("不是对任何人行为的认定")
    assert "作弊" not in page.inner_text("main")
    check_that_axe_minds(page)
    check_width(page)
    first.get_by_role("link").click()
    assert page.url.endswith(f"#q-{MISKEYED}")
    page.close()


def test_kinds_stand_in_one_line_and_radios_below_one_another_on_a_small_screen(chromium: Browser, desks: Analysed) -> None:
    page = analyse(chromium, desks, (1024, 768))
    page.evaluate("document.querySelectorAll('td.kind').forEach((cell) => { cell.textContent = '多项选择题'; })")
    lines = "cells => cells.map((cell) => { const all = new Range(); all.selectNodeContents(cell); return all.getClientRects().length; })"
    assert set(page.locator("td.kind").evaluate_all(lines)) == {1}
    page.goto(f"{desks.server.url}/analysis/{desks.sitting.paper}/studies")
    one, two = page.locator("#equating fieldset label").all()
    upper, lower = one.bounding_box(), two.bounding_box()
    assert upper
    assert lower
    assert lower["y"] >= upper["y"] + upper["height"]
    page.close()


def test_the_figures_go_beside_the_items_in_the_bank(chromium: Browser, desks: Analysed) -> None:
    page = analyse(chromium, desks)
    page.get_by_role("button", name="把各题数据记入题库").click()
    expect(page.locator("#noted")).to_contain_text(f"已记入 {QUESTIONS} 题")
    page.close()
    with desks.house.database.reading() as session:
        versions = [item.version for item in forms.get_frozen(session, desks.form).items.values()]
        noted = uses.uses_of_versions(session, versions)
    assert {(use.title, use.n) for use in noted} == {("五月场 · 综合卷", PEOPLE)}
    assert len(noted) == QUESTIONS


def test_the_reports_are_taken_home(chromium: Browser, desks: Analysed) -> None:
    page = analyse(chromium, desks)
    with page.expect_download() as sheet:
        page.get_by_role("link", name="下载 Excel").click()
    book = CalamineWorkbook.from_filelike(BytesIO(Path(sheet.value.path()).read_bytes()))
    assert book.sheet_names == ["概况", "提示", "试题分析", "选项分析", "信息量", "作答相近"]
    rows = book.get_sheet_by_name("试题分析").to_python()
    assert len(rows) == QUESTIONS + 1
    assert all(isinstance(row[6], float) for row in rows[1:])
    with page.expect_download() as document:
        page.get_by_role("link", name="下载 PDF").click()
    assert Path(document.value.path()).read_bytes().startswith(b"%PDF-")
    page.close()


def compare(chromium: Browser, desks: Analysed, size: tuple[int, int] = HALL) -> Page:
    """Open the page on which comparisons are asked for."""
    page = desks.enter(chromium, "office", f"/analysis/{desks.sitting.paper}", size)
    page.get_by_role("link", name="群体比较与等值").click()
    expect(page.get_by_role("heading", name="群体比较与等值", level=1)).to_be_visible()
    return page


def test_two_sites_are_compared_and_nothing_is_concluded_from_sixty_people(chromium: Browser, desks: Analysed) -> None:
    page = compare(chromium, desks)
    check_that_axe_minds(page)
    page.get_by_label("关注组").select_option("南")
    expect(page.locator("#sizes")).to_contain_text("关注组 30 人，对照组 30 人")
    page.get_by_role("button", name="开始比较").click()
    expect(page.get_by_role("heading", name="各题数字")).to_be_visible()
    expect(page.locator("main")).to_contain_text("不下结论")
    expect(page.locator("main")).to_contain_text("不是对题目不公")
    expect(page.locator("tbody tr")).to_have_count(QUESTIONS)
    expect(page.locator("ul.remarks")).to_have_count(0)
    check_axe(page)
    check_width(page)
    with page.expect_download() as sheet:
        page.get_by_role("link", name="下载 Excel").click()
    book = CalamineWorkbook.from_filelike(BytesIO(Path(sheet.value.path()).read_bytes()))
    assert len(book.get_sheet_by_name("群体比较").to_python()) == QUESTIONS + 1
    with page.expect_download() as document:
        page.get_by_role("link", name="下载 PDF").click()
    assert Path(document.value.path()).read_bytes().startswith(b"%PDF-")
    page.go_back()
    expect(page.get_by_role("link", name="群体比较：南")).to_be_visible()
    page.close()


def test_groups_come_from_a_table_that_the_office_fills_in(chromium: Browser, desks: Analysed, tmp_path: Path) -> None:
    page = compare(chromium, desks)
    page.get_by_label("按什么分组").select_option("file")
    with page.expect_download() as sheet:
        page.get_by_role("link", name="下载名单").click()
    names = CalamineWorkbook.from_filelike(BytesIO(Path(sheet.value.path()).read_bytes())).get_sheet_by_index(0).to_python()[1:]
    assert {row[0] for row in names} == set(desks.scripts)
    filled = tmp_path / "groups.csv"
    lines = [f"{row[0]},{'中专' if n < PEOPLE // 2 else '大专'}" for n, row in enumerate(names)]
    filled.write_bytes("\n".join(["答卷,学历", *lines, "att_nobody,大专"]).encode("gb18030"))
    page.get_by_label("分组表").set_input_files(filled)
    expect(page.locator("#read")).to_contain_text(f"读到 {PEOPLE} 人，2 组")
    expect(page.locator("#read")).to_contain_text("att_nobody")
    page.get_by_label("关注组").select_option("中专")
    page.get_by_label("与谁比较").select_option("大专")
    page.get_by_role("button", name="开始比较").click()
    expect(page.get_by_role("heading", name="群体比较：中专 – 大专")).to_be_visible()
    expect(page.get_by_role("heading", name="各题数字")).to_be_visible()
    page.close()


def test_a_paper_is_equated_with_an_earlier_one_over_their_common_questions(chromium: Browser, desks: Analysed) -> None:
    page = compare(chromium, desks)
    page.get_by_label("换算到哪份试卷的分数").select_option(desks.before.paper)
    page.get_by_label("平滑分布").select_option("4")
    page.get_by_role("button", name="开始换算").click()
    expect(page.get_by_role("heading", name="换算表")).to_be_visible()
    expect(page.locator("main")).to_contain_text("不足 400 人")
    for name in ("Tucker", "Levine", "链式线性", "链式等百分位"):
        expect(page.locator(".study-methods")).to_contain_text(name)
    expect(page.locator(".study-table tbody tr")).to_have_count(2 * QUESTIONS + 1)
    check_that_axe_minds(page)
    check_width(page)
    with page.expect_download() as sheet:
        page.get_by_role("link", name="下载 Excel").click()
    book = CalamineWorkbook.from_filelike(BytesIO(Path(sheet.value.path()).read_bytes()))
    assert len(book.get_sheet_by_name("换算表").to_python()) == 2 * QUESTIONS + 2
    with page.expect_download() as document:
        page.get_by_role("link", name="下载 PDF").click()
    assert Path(document.value.path()).read_bytes().startswith(b"%PDF-")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    check_width(page)
    page.close()


def test_the_page_fits_a_phone_and_speaks_english(chromium: Browser, desks: Analysed) -> None:
    page = analyse(chromium, desks, PHONE)
    check_width(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("ul.remarks.urgent li").first).to_contain_text("check the key")
    expect(page.locator("main")).to_contain_text("not a finding about anybody")
    check_width(page)
    check_axe(page)
    page.close()


def test_the_command_line_writes_the_same_figures(desks: Analysed, tmp_path: Path) -> None:
    deployment, paper = desks.server.deployment, desks.sitting.paper
    sheet, document = tmp_path / "a.xlsx", tmp_path / "a.pdf"
    code, told = deployment.run("analyse", "paper", paper, "--out", str(sheet), "--out", str(document))
    assert (code, told["persons"], told["title"]) == (0, PEOPLE, "五月场 · 综合卷")
    rows = CalamineWorkbook.from_path(sheet).get_sheet_by_name("试题分析").to_python()[1:]
    assert [row[6] for row in rows] == pytest.approx([question["p"] for question in told["questions"]])
    assert document.read_bytes().startswith(b"%PDF-")
    assert deployment.run("analyse", "paper", "pap_none")[1]["error"]["code"] == "core.not_found"
    assert deployment.run("analyse", "paper", paper, "--out", str(tmp_path / "a.doc"))[0] == 2
