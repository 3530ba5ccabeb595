"""The marker's page in a real browser: a case marked by keyboard alone, drafts that survive, a script that is taken away."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from core import clock as real
from core.actor import Actor
from core.engine import WRITE
from scoring import marking_queue
from scoring.tables import DraftMarkRow, HoldRow, MarkRow, PartRow, ReadingRow, TaskRow
from tests.make.desk_pages import PHONE, DeskHouse, check_axe, check_that_axe_minds, check_width


@pytest.fixture
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskHouse]:
    desks = DeskHouse(tmp_path_factory.mktemp("marking"))
    yield desks
    desks.close()


def by_hand(desks: DeskHouse) -> list[MarkRow]:
    with desks.house.database.reading() as session:
        return list(session.scalars(select(MarkRow).where(MarkRow.marker != "machine").order_by(MarkRow.id)))


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(40):
        if page.locator(selector).evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def test_a_case_is_marked_by_keyboard_alone(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "marker", "/marking")
    status = page.locator("#status")
    expect(page.locator(".task")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("待评 3 份")
    check_that_axe_minds(page)
    page.keyboard.press("4")
    expect(page.locator(".total-figure")).to_have_text("4 / 4")
    page.keyboard.press("Enter")
    expect(status).to_contain_text("已提交：4 分")
    expect(page.locator("#progress")).to_contain_text("今天已评 1 份，待评 2 份")

    tab_to(page, "#comment")
    page.keyboard.type("keeps to the point")
    page.keyboard.press("Control+Enter")
    expect(status).to_contain_text("还有评分点没有给分：It says so")
    expect(status).to_have_class(re.compile("bad"))
    page.keyboard.press("0")
    expect(status).to_contain_text("草稿已保存")
    code = page.locator(".script-code b").inner_text()
    page.reload()
    expect(page.locator(".script-code b")).to_have_text(code)  # the same script, with everything that was entered
    expect(page.locator("#comment")).to_have_value("keeps to the point")
    expect(page.locator(".level input").nth(1)).to_be_checked()
    for _ in range(2):
        page.keyboard.press("Enter")
        expect(page.locator(".script-code b")).not_to_have_text(code)
        code = page.locator(".script-code b").inner_text()
        expect(status).to_contain_text("已提交")
        page.keyboard.press("4")
        expect(page.locator(".total-figure")).to_have_text("4 / 4")
    expect(page.get_by_label("常用评语").locator("option")).to_have_text(["常用评语…", "keeps to the point"])
    page.keyboard.press("Enter")
    expect(page.locator(".marking-empty")).to_contain_text("目前没有待评的答卷")
    check_axe(page)
    tab_to(page, "#mine")
    page.keyboard.press("Enter")
    expect(page.locator("#history li")).to_have_count(4)
    check_axe(page)
    page.keyboard.press("Escape")
    page.close()
    assert [mark.marks for mark in by_hand(desks)] == [4, 0, 4, 4]
    assert by_hand(desks)[1].reason["comment"] == "keeps to the point"


def test_the_page_says_nothing_of_whose_it_is(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "marker", "/marking")
    expect(page.locator(".task")).to_be_visible()
    for material in page.locator(".material").all():
        material.evaluate("node => { node.open = true; }")
    shown = page.content()
    for secret in ("李晓雨", "王思远", *desks.scripts, desks.accounts["li"], desks.accounts["wang"], "A-01", "考点"):
        assert secret not in shown
    page.close()


def test_a_script_that_is_taken_away_says_so_and_keeps_the_draft(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "marker", "/marking")
    expect(page.locator(".task")).to_be_visible()
    page.keyboard.press("0")
    expect(page.locator("#status")).to_contain_text("草稿已保存")
    _let_lease_run_out(desks)
    with desks.house.unit(Actor(desks.accounts["second"])) as unit:
        taken = [marking_queue.take_next(unit).id]
    tab_to(page, "#comment")
    page.keyboard.type("too late")
    expect(page.locator("#status")).to_contain_text("可能已交给他人")
    expect(page.locator(".level input").first).to_be_disabled()
    expect(page.locator("#comment")).to_have_value("too late")  # what was typed can still be read and copied
    with desks.house.database.reading() as session:
        (draft,) = session.scalars(select(DraftMarkRow)).all()
    assert draft.body["levels"] == {"c1": "0"}
    assert draft.task in taken
    tab_to(page, ".rubric-foot button")
    page.keyboard.press("Enter")
    expect(page.locator(".level input").first).to_be_enabled()
    page.close()


def _let_lease_run_out(desks: DeskHouse) -> None:
    """Set the lease's end to the past, so that the next marker is handed this task."""
    with desks.house.database.engine.execution_options(**{WRITE: True}).begin() as connection:
        connection.execute(update(TaskRow).where(TaskRow.state == "leased").values(lease_until=real.now()))


def test_a_script_is_given_back_with_a_reason(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "marker", "/marking")
    expect(page.locator(".task")).to_be_visible()
    code = page.locator(".script-code b").inner_text()
    page.get_by_role("button", name="退回此卷").click()
    check_axe(page)
    page.keyboard.type("认识这位考生的笔迹")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".script-code b")).not_to_have_text(code)
    page.close()
    with desks.house.database.reading() as session:
        (returned,) = session.scalars(select(HoldRow).where(HoldRow.ended == "returned")).all()
    assert (returned.marker, returned.reason) == (desks.accounts["marker"], "认识这位考生的笔迹")


def test_the_answer_is_annotated_by_keyboard_and_by_mouse(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "marker", "/marking")
    answer = page.locator(".answer")
    expect(answer).to_be_visible()
    text = answer.inner_text()
    tab_to(page, ".answer")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("w")
    expect(page.locator(".answer mark.wrong")).to_have_count(1)
    check_axe(page)
    page.locator(".notes input").fill("离题")
    expect(page.locator("#status")).to_contain_text("草稿已保存")
    page.reload()
    expect(page.locator(".notes input")).to_have_value("离题")
    page.locator(".notes button").click()
    expect(page.locator(".answer mark")).to_have_count(0)
    answer.dblclick(position={"x": 30, "y": 30})  # selects a word
    page.get_by_role("button", name="✓ 对").click()
    expect(page.locator(".answer mark.right")).to_have_count(1)
    assert answer.inner_text() == text, "the answer itself is never touched"
    page.keyboard.press("4")
    page.locator(".rubric-foot button.primary").click()
    expect(page.locator("#status")).to_contain_text("已提交")
    page.close()
    with desks.house.database.reading() as session:
        (reading,) = session.scalars(select(ReadingRow)).all()
        part = session.get_one(PartRow, reading.script)
    (note,) = reading.annotations
    assert note["kind"] == "right"
    assert 0 <= note["start"] < note["end"] <= len(part.answer)
    assert part.answer.strip() == text.strip()


def test_a_suspicious_script_goes_to_the_chief(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "marker", "/marking")
    code = page.locator(".script-code b").inner_text()
    page.get_by_role("button", name="上报可疑").click()
    page.keyboard.type("与另一份雷同")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".script-code b")).not_to_have_text(code)
    page.close()
    with desks.house.database.reading() as session:
        (part,) = session.scalars(select(PartRow).where(PartRow.state == "suspicious")).all()
    assert part.suspicion == "与另一份雷同"


def test_the_page_fits_a_phone_and_speaks_english(chromium: Browser, desks: DeskHouse) -> None:
    page = desks.enter(chromium, "marker", "/marking", PHONE)
    expect(page.locator(".task")).to_be_visible()
    check_width(page)
    check_axe(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Give, next (Enter)")).to_be_visible()
    check_axe(page)
    page.close()
