"""Pass lines and bands in a real browser: judges' data read from a workbook, the distribution looked at, the rules set with a reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Browser, expect

from programme import queries
from tests.make.desk_pages import PHONE, DeskHouse, check_axe, check_width

JUDGES = "class\tmarks\t甲\t乙\n容易\t20\t0.2\t0.3\n难\t20\t0.1\t0.1"


def judges_workbook(folder: Path) -> Path:
    """Write the judges' data as the workbook that an office keeps."""
    path = folder / "judges.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for n, line in enumerate(JUDGES.splitlines()):
            sheet.write_row(n, 0, [float(cell) if cell.replace(".", "").isdigit() else cell for cell in line.split("\t")])
    return path


@pytest.fixture
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskHouse]:
    desks = DeskHouse(tmp_path_factory.mktemp("policy"))
    desks.sitting.mark_all(desks.accounts["marker"])
    yield desks
    desks.close()


def test_the_office_sets_lines_and_bands_and_sees_them_drawn(desks: DeskHouse, chromium: Browser, tmp_path: Path) -> None:
    page = desks.enter(chromium, "office", f"/office/sittings/{desks.sitting.id}")
    page.get_by_role("link", name="合格与等次").click()
    check_axe(page)
    page.get_by_text("由评委数据定线").click()
    page.get_by_label("方法").select_option("ebel")
    page.get_by_label("评委数据文件").set_input_files(judges_workbook(tmp_path))
    expect(page.get_by_label("从表格中复制粘贴")).to_have_value(JUDGES)
    page.get_by_role("button", name="计算并用作分数线").click()
    expect(page.locator("#judged")).to_contain_text("分数线 7.00")
    expect(page.get_by_label("综合卷", exact=True)).to_have_value("7.00")
    page.get_by_label("总分线").fill("7")
    page.get_by_label("到前百分之几").fill("12.5")
    page.get_by_label("名称").fill("优秀")
    page.get_by_role("button", name="增加一等").click()
    page.get_by_label("名称").nth(1).fill("合格")
    page.get_by_label("到前百分之几").nth(1).fill("100")
    page.get_by_label("名额不是整数时").select_option("ceil")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#preview")).to_contain_text("参考 2 人，合格 2 人")
    expect(page.locator("#preview svg")).to_be_visible()
    expect(page.locator("#preview li").first).to_contain_text("优秀：2 人")  # they are equal, and ties go up
    check_axe(page)
    page.get_by_label("理由").fill("评委会 5 月决定")
    page.get_by_role("button", name="设定规则").click()
    expect(page.get_by_text("评委会 5 月决定")).to_be_visible()
    expect(page.get_by_label("到前百分之几").first).to_have_value("12.5")
    with desks.house.database.reading() as session:
        (row,) = queries.policies_of(session, desks.sitting.id)
    assert row.document["bands"] == [{"name": "优秀", "top": "0.125"}, {"name": "合格", "top": "1"}]
    assert (row.document["paper_min"], row.evidence[0]["value"]) == ({"综合": "7.00"}, "7.00")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    check_width(page)
    page.close()
