"""The pages of the bank in a real browser: import with a dry run, preview, approval, a form; and nothing that axe minds."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from itembank.exchange.draft import Draft
from tests.make.bank import case, choice, sheet
from tests.make.demo_bank import demo_bank
from tests.make.house import PASSWORD
from tests.make.server import Deployment, Server

ROW: dict[str, Any] = {"题型": "单选题", "选项A": "甲", "选项B": "乙", "答案": "A"}
SIZES = [(1366, 768), (390, 844)]

Enter = Callable[..., Page]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a house with an author and two people of the office; yield its address."""
    folder = tmp_path_factory.mktemp("bank")
    deployment = Deployment(f"sqlite:///{folder / 'house.sqlite'}", folder)
    assert deployment.run("migrate")[0] == 0
    for login, role in (("author", "author"), ("office", "office"), ("second", "office")):
        deployment.add_account(login, role)
    server = Server(deployment).start()
    yield server.url
    server.stop()


@pytest.fixture
def enter(chromium: Browser, served: str) -> Iterator[Enter]:
    """Return a function that signs somebody in and opens a page; at the end no page may have raised anything."""
    pages: list[Page] = []
    faults: list[str] = []

    def open_page(login: str, path: str, size: tuple[int, int] = SIZES[0]) -> Page:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        page.set_default_timeout(45_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        pages.append(page)
        page.goto(f"{served}/signin")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main button").first.click()
        page.wait_for_url(lambda url: "signin" not in url)
        page.goto(served + path)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert faults == []


def check_axe(page: Page) -> None:
    violations = Axe().run(page)["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in violations] == []


def import_file(page: Page, path: Path, items: int) -> None:
    page.get_by_label("选择文件").set_input_files(path)
    page.get_by_role("button", name="检查").click()
    page.get_by_role("button", name=f"导入 {items} 题").click()
    expect(page.get_by_role("status")).to_have_text("导入完成")


def test_from_the_sheet_to_the_published_form(enter: Enter, tmp_path: Path) -> None:
    rows = [
        {**ROW, "编号": "q1", "题干": "若 $a<b$ 则"},
        {**ROW, "编号": "q2", "题干": "问?", "答案": "Z"},
        {**ROW, "编号": "q3", "题干": "<b>好</b><img src=x onerror=document.title=1>"},
    ]
    (tmp_path / "b.xlsx").write_bytes(sheet(rows))
    author = enter("author", "/bank/import")
    author.get_by_label("选择文件").set_input_files(tmp_path / "b.xlsx")
    author.get_by_role("button", name="检查").click()
    expect(author.get_by_role("status")).to_have_text("检查完成，尚未写入")
    expect(author.locator(".bank-refused").first.locator("tbody tr")).to_have_text(["b.xlsx3答案q2答案 Z 不是任何一个选项"])
    check_axe(author)
    author.goto(author.url.replace("/import", ""))
    expect(author.get_by_text("没有符合条件的试题")).to_be_visible()  # nothing was written
    author.go_back()
    import_file(author, tmp_path / "b.xlsx", 2)

    author.goto(author.url.replace("/import", ""))
    author.get_by_label("导出格式").select_option("aiken")
    author.get_by_role("button", name="查看无法保留的内容").click()
    expect(author.locator("#lost tbody tr").filter(has_text="ref")).to_have_text("ref2q1、q3")
    check_axe(author)
    for ref in ("q1", "q3"):
        author.locator("tr", has=author.locator(f"input[value={ref}]")).get_by_role("link").click()
        author.get_by_role("button", name="提交审核").click()
        expect(author.get_by_text("正在等待另一人审核")).to_be_visible()
        author.goto(author.url.split("/items")[0])
    office = enter("office", "/bank")
    for ref in ("q1", "q3"):
        office.get_by_role("row", name=ref).get_by_role("link").click()
        expect(office.locator("#preview .option")).to_have_count(2)
        office.get_by_role("button", name="审核通过").click()
        expect(office.get_by_text("已审核")).to_be_visible()
        office.goto(office.url.split("/items")[0])
    office.goto(office.url + "/forms")
    office.get_by_text("按方案组卷").click()
    office.get_by_label("组卷方案").fill('{"title": "卷", "sections": [{"id": "s", "title": "一", "draws": [{"count": 3}]}]}')
    office.get_by_role("button", name="组卷").click()
    expect(office.get_by_role("alert")).to_contain_text("需要 3 题，题库只有 2 题")
    office.get_by_label("组卷方案").fill('{"title": "卷", "sections": [{"id": "s", "title": "一", "draws": [{"count": 2}]}]}')
    office.get_by_role("button", name="组卷").click()
    office.get_by_role("button", name="封卷").click()
    expect(office.get_by_text("请由另一人发布")).to_be_visible()
    check_axe(office)
    second = enter("second", office.url.removeprefix(office.url.split("/bank")[0]))
    second.get_by_role("button", name="发布").click()
    expect(second.get_by_text("已发布")).to_be_visible()
    second.get_by_role("button", name="撤回").click()
    second.get_by_label("原因").fill("试用完毕")
    second.get_by_role("dialog").get_by_role("button", name="撤回").click()
    expect(second.get_by_text("已撤回")).to_be_visible()


def test_author_and_reviewer_talk_an_item_over(enter: Enter, tmp_path: Path) -> None:
    """The author writes, somebody asks for a change and sends it back, both compare the versions, and it is approved."""

    def bring(draft: Draft) -> None:
        (tmp_path / "t.jsonl").write_text(draft.model_dump_json(exclude_defaults=True), "utf-8")
        author.goto(f"{home}/import")
        import_file(author, tmp_path / "t.jsonl", 1)
        author.goto(home)
        author.get_by_role("row", name="talk").get_by_role("link").click()

    author = enter("author", "/bank")
    home = author.url
    bring(choice("talk"))
    author.get_by_role("button", name="提交审核").click()
    expect(author.get_by_text("正在等待另一人审核")).to_be_visible()
    check_axe(author)

    office = enter("office", author.url.removeprefix(home.removesuffix("/bank")))
    office.get_by_label("意见").fill("选项 C 也对，请改")
    office.get_by_label("要求修改").check()
    office.get_by_role("button", name="发表").click()
    expect(office.get_by_text("还有 1 条修改要求没有了结")).to_be_visible()
    expect(office.get_by_role("button", name="审核通过")).to_have_count(0)
    office.get_by_role("button", name="退回修改").click()
    office.get_by_label("原因").fill("见意见")
    office.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(office.get_by_text("草稿", exact=True)).to_be_visible()

    author.get_by_role("link", name="编辑").click()
    expect(author.locator("#preview .option")).to_have_count(4)
    author.get_by_label("题干", exact=True).fill("Which of these is <b>right</b>?")
    expect(author.locator("#preview b")).to_have_text("right")
    check_axe(author)
    author.get_by_role("button", name="保存为草稿").click()
    author.get_by_role("button", name="提交审核").click()
    expect(author.get_by_text("待了结")).to_be_visible()
    office.reload()
    check_axe(office)
    office.get_by_role("link", name="与上一版").click()
    expect(office.locator(".bank-changes ins")).to_contain_text("Which of these is right")
    expect(office.locator(".bank-preview .option")).to_have_count(8)
    check_axe(office)
    office.get_by_label("旧").select_option("2")
    office.get_by_label("新").select_option("1")
    office.get_by_role("button", name="对比").click()
    expect(office.locator(".bank-changes del")).to_contain_text("Which of these is right")
    office.go_back()
    office.go_back()
    office.get_by_role("button", name="了结").click()
    office.get_by_role("button", name="审核通过").click()
    expect(office.locator("#item").get_by_text("已审核")).to_be_visible()


def test_ticked_items_are_approved_as_the_list_showed_them(enter: Enter, tmp_path: Path) -> None:
    def bring(*drafts: Draft) -> None:
        (tmp_path / "m.jsonl").write_text("\n".join(draft.model_dump_json(exclude_defaults=True) for draft in drafts), "utf-8")
        author.goto(f"{home}/import")
        import_file(author, tmp_path / "m.jsonl", len(drafts))
        author.goto(f"{home}?text=many")
        author.get_by_label("全选本页").check()
        author.get_by_role("button", name="提交审核").click()
        expect(author.locator("#status")).to_contain_text("已提交")

    author = enter("author", "/bank")
    home = author.url
    bring(choice("many1"), choice("many2"))
    office = enter("office", "/bank?text=many")
    office.get_by_label("全选本页").check()
    bring(choice("many2", stem="Another question?"))
    office.get_by_role("button", name="审核通过").click()
    expect(office.get_by_role("alert")).to_contain_text("题目 many2 已有更新的版本（第 2 版）")
    office.reload()
    expect(office.get_by_text("审核中", exact=True)).to_have_count(3)  # two items, and the choice of states
    office.get_by_label("全选本页").check()
    office.get_by_role("button", name="审核通过").click()
    expect(office.locator("#status")).to_have_text("已通过 2 题")


UNDER_THE_BAR = """() => {
    const box = document.activeElement.getBoundingClientRect(), bar = document.querySelector(".bank-save");
    if (document.activeElement === document.body || bar.contains(document.activeElement)) return false;
    const y = Math.min(box.bottom, innerHeight) - 3, top = document.elementFromPoint(box.left + box.width / 2, y);
    return bar.contains(top) || box.top < 0 && box.bottom < 0;
}"""


@pytest.mark.parametrize("kind", ["hotspot", "matching", "case", "single"])
def test_the_bar_of_the_editor_never_covers_what_has_the_focus(enter: Enter, kind: str) -> None:
    page = enter("author", f"/bank/write?kind={kind}", (1024, 768))
    expect(page.locator("#editor textarea").first).to_be_visible()
    covered, steps = [], 0
    for key in ("Tab", "Shift+Tab"):
        for _ in range(60):
            page.keyboard.press(key)
            steps += page.evaluate("document.activeElement.closest('#editor') !== null")
            if page.evaluate(UNDER_THE_BAR):
                covered.append((key, page.evaluate("document.activeElement.outerHTML.slice(0, 80)")))
    assert steps > 40
    assert covered == []


def test_an_option_keeps_its_place_where_its_author_says_so(enter: Enter) -> None:
    page = enter("author", "/bank/write?kind=single")
    page.get_by_label("题干", exact=True).fill("哪些是对的？")
    page.get_by_label("选项 A", exact=True).fill("甲")
    page.get_by_label("选项 B", exact=True).fill("以上都不对")
    page.get_by_label("选项 A 正确").check()
    page.get_by_label("选项 B 位置固定").check()
    page.get_by_label("编号", exact=True).fill("fixed-1")
    page.get_by_role("button", name="保存为草稿").click()
    page.get_by_role("link", name="编辑").click()
    expect(page.get_by_label("选项 B 位置固定")).to_be_checked()
    expect(page.get_by_label("选项 A 位置固定")).not_to_be_checked()
    check_axe(page)
    page.get_by_label("选项 A", exact=True).fill("甲乙")
    page.get_by_role("button", name="保存为草稿").click()
    page.get_by_role("link", name="编辑").click()
    expect(page.get_by_label("选项 B 位置固定")).to_be_checked()
    bank = page.url.split("/items")[0]
    for kind in ("truefalse", "matching"):  # never shuffled; kept in an order of its own, which no author sees
        page.goto(f"{bank}/write?kind={kind}")
        expect(page.get_by_label("选项 A", exact=True)).to_be_visible()
        expect(page.get_by_text("位置固定")).to_have_count(0)


@pytest.mark.parametrize("size", SIZES, ids=["hall", "phone"])
def test_every_kind_is_previewed_as_the_candidate_sees_it(enter: Enter, tmp_path: Path, size: tuple[int, int]) -> None:
    business = next(draft for draft in demo_bank() if draft.kind == "business")
    drafts = [choice("m1", "multiple"), case("c1"), choice("x1", stem="若 $x^2<y$ 则"), business]
    (tmp_path / "b.jsonl").write_text("\n".join(draft.model_dump_json(exclude_defaults=True) for draft in drafts), "utf-8")
    page = enter("author", "/bank/import", size)
    page.get_by_label("选择文件").set_input_files(tmp_path / "b.jsonl")
    page.get_by_role("button", name="检查").click()
    expect(page.get_by_role("status")).to_have_text("检查完成，尚未写入")
    again = page.get_by_role("button", name="导入 4 题")
    if again.is_visible():
        again.click()
        expect(page.get_by_role("status")).to_have_text("导入完成")
    home = page.url.replace("/import", "")
    shown = {
        "m1": "#preview input[type=checkbox]",
        "c1": "#preview .pane.material",
        "x1": "#preview .katex",
        business.ref: "#preview .bz-head",
    }
    for ref, selector in shown.items():
        page.goto(home)
        check_axe(page)
        page.get_by_role("row", name=ref).get_by_role("link").click()
        expect(page.locator(selector).first).to_be_attached()
        page.get_by_text("答案与评分").click()
        check_axe(page)
