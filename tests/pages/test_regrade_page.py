"""Regrading in a real browser: one person proposes and looks at the preview, another approves, results change, and all is taken back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from core.actor import Actor, Role
from programme import policy
from scoring.tables import ScriptRow
from tests.make.desk_pages import PHONE, DeskHouse, check_axe, check_that_axe_minds, check_width


@pytest.fixture
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskHouse]:
    desks = DeskHouse(tmp_path_factory.mktemp("regrade"))
    desks.house.account("second-office", Role.OFFICE, name="考务 周")
    desks.sitting.mark_all(desks.accounts["marker"])
    yield desks
    desks.close()


def totals(desks: DeskHouse) -> dict[str, str]:
    with desks.house.database.reading() as session:
        return {attempt: str(session.get_one(ScriptRow, attempt).marks) for attempt in desks.scripts}


def draw_lines(desks: DeskHouse) -> None:
    """Set a policy under which whoever has handed in has just what it takes."""
    line = str(min(map(float, totals(desks).values())))
    bands = [{"name": "合格", "top": "1"}]
    rules = {"paper_min": line, "total_min": line, "denominator": "passers", "rounding": "ceil", "ties": "all_up", "late": "recompute"}
    with desks.house.unit(Actor(desks.accounts["office"])) as unit:
        policy.set_policy(unit, desks.sitting.id, {**rules, "bands": bands}, [], "按考试办法")


def check_lists(page: Page, names: int) -> None:
    """Lists of names that are longer than their place can be scrolled by keyboard, and axe minds nothing."""
    lists = page.locator(".consequences ul")
    expect(lists).to_have_count(names)
    lists.evaluate_all("all => all.forEach((list) => { list.style.maxHeight = '1em'; })")
    check_axe(page)


def propose(page: Page, place: str, answer: str, reason: str) -> None:
    page.get_by_label("题目").select_option(place)
    page.get_by_role("radio", name=answer).check()
    page.get_by_label("理由").first.fill(reason)
    page.get_by_role("button", name="提出并预览").click()


def act(page: Page, name: str, reason: str = "") -> None:
    page.get_by_role("button", name=name).click()
    dialog = page.get_by_role("dialog")
    if reason:
        dialog.get_by_label("理由").fill(reason)
    dialog.get_by_role("button", name="确定").click()


def test_one_proposes_another_approves_and_it_can_be_taken_back(desks: DeskHouse, chromium: Browser) -> None:
    path = f"/office/regrades/{desks.sitting.paper}"
    before = totals(desks)
    draw_lines(desks)
    first = desks.enter(chromium, "office", f"/office/sittings/{desks.sitting.id}")
    first.get_by_role("link", name="改判本卷").click()
    first.wait_for_url(lambda url: url.endswith(path))
    check_that_axe_minds(first)
    propose(first, "1", "B", "第 1 题答案印错，应为 B。")
    proposed = first.get_by_role("article")
    expect(proposed).to_contain_text("待批准")
    expect(proposed.locator("[data-touched]")).to_have_text("2")
    expect(proposed).to_contain_text("请另一位考务人员")
    expect(proposed.get_by_role("img")).to_be_visible()
    check_lists(first, 3)
    assert totals(desks) == before

    second = desks.enter(chromium, "second-office", path)
    act(second, "核对无误，批准生效…")
    expect(second.get_by_role("article")).to_contain_text("已生效")
    after = totals(desks)
    assert all(float(after[attempt]) == float(before[attempt]) - 2 for attempt in before)
    check_axe(second)

    act(second, "提议撤销…", "原答案无误")
    back = second.get_by_role("article").first
    expect(back).to_contain_text("待批准")
    first.reload()
    act(first, "核对无误，批准生效…")
    expect(first.get_by_role("article").nth(1)).to_contain_text("已撤销")
    assert totals(desks) == before
    first.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    check_width(first)
    first.get_by_role("button", name="English").click()
    for drawing in first.locator("svg.plot").all():
        expect(drawing).to_have_attribute("aria-label", "Totals before and after the regrade")
        expect(drawing).to_contain_text("People")
        expect(drawing).not_to_contain_text("人数")
    first.close()
    second.close()


def test_a_preview_that_holds_no_more_is_said_to_be_out_of_date(desks: DeskHouse, chromium: Browser) -> None:
    path = f"/office/regrades/{desks.sitting.paper}"
    first, second = desks.enter(chromium, "office", path), desks.enter(chromium, "second-office", path)
    propose(first, "1", "B", "应为 B。")
    expect(first.get_by_role("article")).to_contain_text("待批准")
    first.get_by_text("提出改判", exact=True).click()
    propose(first, "1", "C", "应为 C。")
    expect(first.get_by_role("article").first).to_contain_text("待批准")
    second.reload()
    second.get_by_role("article").first.get_by_role("button", name="核对无误，批准生效…").click()
    second.get_by_role("dialog").get_by_role("button", name="确定").click()
    left = second.get_by_role("article").filter(has_text="应为 B。")
    expect(left).to_contain_text("预览已过期")
    expect(left.get_by_role("button", name="核对无误，批准生效…")).to_have_count(0)
    check_axe(second)
    left.get_by_role("button", name="重新预览").click()
    expect(left).to_contain_text("待批准")
    expect(left.get_by_role("button", name="核对无误，批准生效…")).to_be_visible()
    first.close()
    second.close()


def test_the_form_asks_for_what_the_question_has(desks: DeskHouse, chromium: Browser) -> None:
    page = desks.enter(chromium, "office", f"/office/regrades/{desks.sitting.paper}")
    page.get_by_label("题目").select_option("2")
    expect(page.get_by_role("checkbox")).to_have_count(4)
    page.get_by_label("题目").select_option("4")
    page.get_by_label("正确答案").fill("13")
    page.get_by_label("允许误差").fill("0.5")
    page.get_by_label("题目").select_option("6")
    expect(page.get_by_label("怎样改")).to_have_value("full_marks")
    page.get_by_label("怎样改").select_option("drop")
    page.get_by_label("全体给满分，满分不变").check()
    page.get_by_label("理由").first.fill("题目超纲。")
    page.get_by_role("button", name="提出并预览").click()
    expect(page.get_by_role("article")).to_contain_text("第 6 题 作废（给全体满分）")
    page.get_by_role("button", name="撤回提议").click()
    expect(page.get_by_role("article")).to_contain_text("已撤回")
    page.close()
