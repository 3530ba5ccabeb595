"""The chief marker's page in a real browser: two marks side by side and decided, a marker paused, marking stopped, the scheme set."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Browser, expect
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.actor import Actor
from scoring import chief, marking, marking_queue, setup
from scoring.setup import Setup
from scoring.tables import MarkRow, PaperMarkingRow, PartRow, ReadingRow, SampleRow, StaffRow
from tests.make.desk_pages import PHONE, DeskHouse, check_axe, check_that_axe_minds, check_width

PAIR = Setup.model_validate({"scheme": {"kind": "1+1", "tolerance": 1}, "quality": {"seed_every": 1, "misses": 2, "of": 2}})


@pytest.fixture
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskHouse]:
    desks = DeskHouse(tmp_path_factory.mktemp("chief"))
    with desks.house.unit(Actor(desks.accounts["office"])) as unit:
        setup.change(unit, desks.sitting.paper, PAIR)
    yield desks
    desks.close()


def mark(desks: DeskHouse, login: str, marks: int) -> None:
    """Let somebody mark the next script."""
    actor = Actor(desks.accounts[login])
    with desks.house.unit(actor) as unit:
        task = marking_queue.take_next(unit)
    with desks.house.unit(actor) as unit:
        marking.give_mark(unit, task.id, {"c1": Decimal(marks)}, f"{login} says why")


def keep_seeds(desks: DeskHouse, marks: int) -> None:
    """Keep four seeds with these agreed marks."""
    with desks.house.unit(Actor(desks.accounts["office"])) as unit:
        like = unit.session.scalars(select(PartRow).where(PartRow.place == "6")).first()
        assert like
        for n in range(4):
            chief.add_sample(unit, like, "seed", f"Seed {n}.", {"c1": Decimal(marks)}, "")


def test_a_marker_is_placed_before_beginning_and_a_script_left_for_nobody_waits(chromium: Browser, desks: DeskHouse) -> None:
    mark(desks, "marker", 4)
    mark(desks, "marker", 4)
    page = desks.enter(chromium, "office", "/marking/chief")
    expect(page.locator("#waiting li")).to_have_count(2)
    expect(page.locator("#waiting li").first).to_contain_text("无人可评")
    check_axe(page)
    newcomers = page.locator("#newcomers")
    site = newcomers.get_by_label("所属考点").locator("option").nth(1).inner_text()
    newcomers.get_by_label("阅卷员").select_option(value=desks.accounts["second"])
    newcomers.get_by_label("所属考点").select_option(label=site)
    newcomers.get_by_role("button", name="指定").click()
    own = page.locator(f"[data-key='{desks.accounts['second']}-site']")
    expect(own).to_have_value(site)
    own.select_option(value="")
    expect(page.locator("#waiting li")).to_have_count(0)  # now there is somebody for them
    page.close()
    with desks.house.database.reading() as session:
        assert [row.site for row in session.scalars(select(StaffRow).where(StaffRow.marker == desks.accounts["second"]))] == [""]


def test_two_marks_stand_side_by_side_and_the_chief_decides(chromium: Browser, desks: DeskHouse) -> None:
    with desks.house.unit(Actor(desks.accounts["office"])) as unit:
        setup.change(unit, desks.sitting.paper, Setup.model_validate({"scheme": PAIR.scheme.model_dump()}))
    for _ in range(2):
        mark(desks, "marker", 4)
        mark(desks, "second", 0)
    page = desks.enter(chromium, "office", "/marking/chief")
    waiting = page.locator("#waiting li")
    expect(waiting).to_have_count(2)
    check_that_axe_minds(page)
    check_width(page)
    waiting.first.get_by_role("button").focus()
    page.keyboard.press("Enter")
    readings = page.locator(".reading")
    expect(readings).to_have_count(2)
    assert {text.split()[-1] for text in readings.locator("h3").all_inner_texts()} == {"0", "4"}
    expect(readings.filter(has_text="second says why")).to_have_count(1)
    for secret in ("李晓雨", "王思远", *desks.scripts, desks.accounts["li"], "A-01", "考点"):
        assert secret not in page.locator("#part").inner_html()
    check_axe(page)
    page.get_by_role("button", name="裁定此分").click()
    expect(page.locator(".part .bad")).to_contain_text("请先选定")
    page.locator(".decide select").select_option(index=1)
    page.get_by_label("说明").fill("切题")
    page.get_by_role("button", name="裁定此分").click()
    expect(waiting).to_have_count(1)
    page.close()
    with desks.house.database.reading() as session:
        (decided,) = session.scalars(select(MarkRow).where(MarkRow.marker == desks.accounts["office"])).all()
    assert (decided.marks, decided.reason["code"], decided.reason["comment"]) == (4, "chief", "切题")


def test_a_marker_who_missed_seeds_is_seen_paused_with_a_chart(chromium: Browser, desks: DeskHouse) -> None:
    keep_seeds(desks, 4)
    for _ in range(4):
        mark(desks, "marker", 0)
        with desks.house.database.reading() as session:
            if any(row.state == "paused" for row in session.scalars(select(StaffRow))):
                break
    page = desks.enter(chromium, "office", "/marking/chief")
    card = page.locator(".marker", has_text="marker")
    expect(card).to_contain_text("已暂停")
    expect(card).to_contain_text("最近 2 份种子卷中 2 份偏离")
    expect(card.locator("svg.chart .dot")).to_have_count(2)
    expect(card.locator("svg.chart .out")).not_to_have_count(0)
    check_axe(page)
    card.get_by_role("button", name="恢复…").click()
    check_axe(page)
    page.keyboard.type("谈过了")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card).to_contain_text("评阅中")
    page.close()


def test_marking_is_stopped_and_its_rules_are_set(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "office", "/marking/chief")
    page.locator("select[name=kind]").select_option("2+1")
    page.locator("input[name=tolerance]").fill("1.5")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#status")).to_contain_text("已保存")
    page.get_by_role("button", name="停评此卷").click()
    page.keyboard.type("评分标准有误")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#stopped")).to_contain_text("评分标准有误")
    check_axe(page)
    page.close()
    with desks.house.database.reading() as session:
        (row,) = session.scalars(select(PaperMarkingRow)).all()
    assert row.setup["scheme"]["kind"] == "2+1"
    assert Decimal(row.setup["scheme"]["tolerance"]) == Decimal("1.5")
    assert row.stop_reason == "评分标准有误"


def test_the_page_fits_a_phone_and_speaks_english(chromium: Browser, desks: DeskHouse) -> None:
    mark(desks, "marker", 4)
    page = desks.enter(chromium, "office", "/marking/chief", PHONE)
    expect(page.locator(".marker")).to_have_count(1)
    check_width(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("#setup")).to_contain_text("Scheme")
    check_width(page)
    check_axe(page)
    page.close()


def test_scripts_with_agreed_marks_come_from_a_workbook(chromium: Browser, desks: DeskHouse, tmp_path: Path) -> None:
    page = desks.enter(chromium, "office", "/marking/chief")
    page.get_by_role("link", name="上传样卷").click()
    check_axe(page)
    check_width(page)
    with page.expect_download() as empty:
        page.get_by_role("link", name="下载这份试卷的空白表").click()
    head = CalamineWorkbook.from_path(empty.value.path()).get_sheet_by_name("题 6").to_python()[0]
    filled = tmp_path / "filled.xlsx"
    with xlsxwriter.Workbook(filled) as book:
        sheet = book.add_worksheet("题 6")
        for n, row in enumerate([head, ["种子", "一份种子卷。", 4, ""], ["种子", "分数有误。", 77, ""]]):
            sheet.write_row(n, 0, row)
    page.locator("input[type=file]").set_input_files(filled)
    page.get_by_role("button", name="检查").click()
    expect(page.locator("#report")).to_contain_text("种子 1 份")
    expect(page.locator("#report li")).to_contain_text("题 6 第 3 行")
    check_axe(page)
    page.get_by_role("button", name="导入").click()
    expect(page.locator("#status")).to_contain_text("已导入")
    page.close()
    with desks.house.database.reading() as session:
        (kept,) = session.scalars(select(SampleRow)).all()
    assert (kept.answer, kept.purpose, kept.marks) == ("一份种子卷。", "seed", 4)


def test_a_reported_script_is_decided_with_a_reason(chromium: Browser, desks: DeskHouse) -> None:
    with desks.house.unit(Actor(desks.accounts["marker"])) as unit:
        marking_queue.escalate(unit, marking_queue.take_next(unit).id, "与另一份雷同")
    page = desks.enter(chromium, "office", "/marking/chief")
    page.locator("#waiting li", has_text="可疑").get_by_role("button").click()
    part = page.locator(".part")
    expect(part).to_contain_text("与另一份雷同")
    for choice in part.locator("select").all():
        choice.select_option(index=1)
    part.get_by_role("button", name="裁定此分").click()
    expect(part.locator(".bad")).to_contain_text("请写明理由")
    expect(part.locator("#decision")).to_be_focused()
    page.keyboard.type("抄自参考答案")
    part.get_by_role("button", name="裁定此分").click()
    expect(page.locator("#waiting")).not_to_contain_text("可疑")
    page.close()
    with desks.house.database.reading() as session:
        (reading,) = session.scalars(select(ReadingRow).where(ReadingRow.purpose == "chief"))
    assert reading.comment == "抄自参考答案"
