"""Pictures in items: put in by the author, seen by the candidate in every text, at every size of screen."""

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from core.actor import Role
from core.clock import now
from itembank.blueprint import Blueprint
from itembank.exchange.draft import Draft
from tests.make.bank import case, choice, published, stock
from tests.make.exam_page import SIZES, ExamHall
from tests.make.kinds import live_of_each
from tests.make.pictures import drawn, file_of, img, jpeg, png
from tests.pages.conftest import Seat
from tests.pages.test_exam_hands import TOO_WIDE, complaints

WIDE = png(40, 1600, 900)
SEEN = "(nodes) => nodes.map((node) => node.complete && node.naturalWidth > 0 && node.clientWidth <= node.closest('.prose').clientWidth)"
HELD = "(nodes) => nodes.map((node) => [node.getAttribute('width'), node.getAttribute('height'), node.alt])"
DRAWS = [{"count": 1, "kind": kind, "knowledge": "图"} for kind in ("single", "case", "matching")]
PLAN = {
    "title": "图片卷",
    "seed": 1,
    "sections": [{"id": "P", "title": "看图", "shuffle_items": False, "draws": DRAWS}],
}


def pictured() -> list[Draft]:
    options = [{"id": letter, "html": img(png(n * 60, 120, 80), f"图 {letter}")} for n, letter in enumerate("ABCD")]
    single = choice("p1", stem=f"<p>下图是哪种布局？</p><p>{img(WIDE, '仓库平面图')}</p>").model_dump() | {"options": options}
    exhibits = [{"title": "单据", "html": f"<table><tr><th>样张</th><td>{img(jpeg(3), '发票', width=300)}</td></tr></table>"}]
    matching = next(draft for draft in live_of_each() if draft.kind == "matching").model_dump()
    matching["gaps"][0]["html"] = img(png(90), "集装箱")
    told = [single, case("p2", stimulus=f"材料 {img(WIDE, '码头')}", exhibits=exhibits).model_dump(), matching | {"ref": "p3"}]
    return [Draft.model_validate(draft | {"knowledge": ["图"]}) for draft in told]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExamHall]:
    hall = ExamHall(tmp_path_factory.mktemp("pictures"))
    stock(hall.database, pictured(), now())
    hall.form = published(hall.database, Blueprint.model_validate(PLAN), now())
    yield hall
    hall.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_candidate_sees_every_picture_and_none_is_too_wide(hall: ExamHall, seat: Seat, size: str) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login, size).sit(attempt)
    page = candidate.page
    for number, count in (("1", 5), ("2.1", 2), ("3", 1)):
        candidate.go(number)
        pictures = page.locator(".desk .prose img")
        expect(pictures).to_have_count(count)
        assert pictures.evaluate_all(SEEN) == [True] * count
        assert page.locator(".question, .option, .matches, .pane").evaluate_all(TOO_WIDE) == []
        assert complaints(page) == []
    candidate.go("1")
    assert page.locator(".desk .prose img").evaluate_all(HELD)[0] == ["1600", "900", "仓库平面图"]
    page.locator(".option").nth(1).click()
    candidate.is_saved()


def test_the_author_puts_a_picture_in(hall: ExamHall, seat: Seat, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b64decode(jpeg().partition(",")[2]))
    (tmp_path / "b.png").write_bytes(file_of(drawn(mode="P"), "GIF"))
    (tmp_path / "c.png").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    page = seat(hall.person(Role.AUTHOR)[1]).sign_in().page
    page.goto(f"{hall.server.url}/bank/write")

    dialog = page.get_by_role("dialog")

    def put(button: Locator, file: str, alt: str) -> None:
        button.click()
        dialog.get_by_label("选择图片").set_input_files(tmp_path / file)
        dialog.get_by_label("图片的文字说明").fill(alt)
        dialog.get_by_role("button", name="插入图片").click()

    stem = page.get_by_label("题干", exact=True)
    stem.fill("看图回答：")
    put(page.get_by_role("button", name="在题干中插入图片"), "c.png", "不行")
    expect(dialog.get_by_role("alert")).to_contain_text("不能用作试题图片（SVG）")
    assert complaints(page) == []
    dialog.get_by_role("button", name="取消").click()
    put(page.get_by_role("button", name="在题干中插入图片"), "a.jpg", '港口 "平面图"')
    expect(stem).to_have_value('看图回答：<img src="picture-1" alt="港口 &quot;平面图&quot;" width="60" height="40">')
    put(page.get_by_role("button", name="在选项 A中插入图片"), "b.png", "甲图")
    expect(dialog).to_have_count(0)
    page.get_by_label("选项 B", exact=True).fill("乙")
    page.get_by_label("选项 A 正确").check()
    shown = page.locator("#preview .prose img")
    expect(shown).to_have_count(2)
    assert shown.evaluate_all("(nodes) => nodes.map((node) => node.naturalWidth)") == [60, 60]
    assert shown.first.get_attribute("alt") == '港口 "平面图"'
    page.get_by_role("button", name="保存为草稿").click()
    page.wait_for_url("**/bank/items/*")
    expect(page.locator("#preview .prose img")).to_have_count(2)
    page.get_by_role("link", name="编辑").first.click()
    expect(page.get_by_label("题干", exact=True)).to_have_value(
        '看图回答：<img src="picture-1" alt="港口 &quot;平面图&quot;" width="60" height="40">'
    )
