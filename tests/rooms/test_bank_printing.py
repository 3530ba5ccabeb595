"""A frozen form as PDF: everything that is asked, no key, the same bytes each time, and only of forms that are frozen."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core.actor import Role
from core.clock import spoken
from core.errors import Words
from core.tables import AuditRow
from itembank import forms, printing
from itembank.blueprint import Blueprint
from itembank.business.parameters import name_placeholders
from itembank.business.scenario import Visible
from itembank.printing_task import print_task
from itembank.printing_tree import tree
from programme import levels
from tests.make.bank import OFFICE, SECRET, case, choice, stock
from tests.make.demo_bank import demo_bank
from tests.make.house import House
from tests.make.kinds import live_of_each
from tests.make.pictures import img, jpeg, png

DRAWS = [{"count": 1, "kind": "single"}, {"count": 1, "kind": "case"}]
PLAN: dict[str, Any] = {
    "title": "存档卷",
    "programme": "cbec",
    "level": "初级",
    "paper": "综合",
    "sections": [{"id": "s", "title": "一、选择题", "draws": DRAWS}],
}
TABLE = '<table><tr><th colspan="2">价目</th></tr><tr><td>甲</td><td class="num">12.50</td></tr></table>'


@pytest.fixture
def form(house: House) -> str:
    stock(house.database, [choice("q", stem=f"若 $a<b$，见<b>下表</b>：{TABLE}"), case("c")], house.clock())
    with house.unit(OFFICE) as unit:
        levels.load_built_in(unit)
        form = forms.assemble(unit, Blueprint.model_validate(PLAN))
        forms.freeze(unit, form)
    return form


def test_the_archive_gets_what_is_asked_and_no_key(house: House, form: str, tmp_path: Path) -> None:
    house.account("office", Role.OFFICE)
    browser = house.browser("office")
    answer = browser.get(f"/bank/forms/{form}/form.pdf")
    assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert browser.get(f"/bank/forms/{form}/form.pdf").data == answer.data
    (tmp_path / "form.pdf").write_bytes(answer.data)
    if subprocess.run(["which", "pdftotext"], check=False, capture_output=True).returncode == 0:
        text = subprocess.run(["pdftotext", "-layout", tmp_path / "form.pdf", "-"], check=True, capture_output=True, text=True).stdout
        flat = re.sub(r"\s+", "", text)
        frozen_at = re.sub(r"\s+", "", f"{spoken(house.clock())} (UTC+8)")
        for piece in (
            "跨境电子商务师　初级　综合",
            frozen_at,
            "存档卷",
            "若$a<b$，见下表",
            "价目",
            "12.50",
            "qoptionD",
            "Casec",
            "Howmuch?",
        ):
            assert piece in flat, piece
        assert SECRET not in flat
    with house.database.reading() as session:
        assert session.query(AuditRow).where(AuditRow.act == "itembank.form.printed").count() == 2


def test_a_draft_is_not_printed_and_not_everybody_prints(house: House, form: str) -> None:
    house.account("author", Role.AUTHOR)
    house.account("office", Role.OFFICE)
    assert house.browser("author").get(f"/bank/forms/{form}/form.pdf").status_code == 403
    with house.unit(OFFICE) as unit:
        draft = forms.assemble(unit, Blueprint.model_validate(PLAN))
    assert house.browser("office").get(f"/bank/forms/{draft}/form.pdf").status_code == 409


def test_what_is_printed_holds_every_word_of_the_demo_bank(house: House) -> None:
    drafts = demo_bank()
    stock(house.database, drafts, house.clock())
    kinds = sorted({draft.kind for draft in drafts if draft.pool == "live"})
    draws = [{"count": 1, "kind": kind} for kind in kinds]
    plan = Blueprint.model_validate({"title": "各题型", "sections": [{"id": "s", "title": "一", "draws": draws}]})
    with house.unit(OFFICE) as unit:
        form = forms.assemble(unit, plan)
        forms.freeze(unit, form)
        frozen = forms.get_frozen(unit.session, form)
    refs = tuple(f"r{n}" for n in range(len(frozen.items)))
    archive = printing.Archive("0" * 64, (), refs, house.clock(), Words("", ""))
    told = json.dumps(printing.document(frozen, archive), ensure_ascii=False)
    for item in frozen.items.values():
        for option in item.content.options:
            assert tree(option.html), option
        assert item.version in told
        if task := item.content.scenario:
            assert "{{" not in told, "a value that is drawn goes by its name"
            for document in task.documents:
                assert json.dumps(name_placeholders(document.title), ensure_ascii=False) in told, document.title
            for parameter in task.parameters:
                assert f'"{parameter.name}"' in told
            assert f'"{task.steps[0].title}"' in told
    assert printing.print_form(frozen, archive).startswith(b"%PDF-")


def test_a_task_is_printed_with_its_documents_and_what_its_values_are_drawn_from() -> None:
    task = json.loads(TASK)
    told = print_task(Visible.model_validate(task), "zh")
    assert told["title"] == "报价 〔port〕"
    mail, sheet, step, drawn = told["exhibits"]
    assert [node["children"] for node in mail["body"][:4]] == [
        ["发件人: a@b.example"],
        ["收件人: c"],
        ["时间: 2026-09-07"],
        ["主题: 〔qty〕 箱"],
    ]
    assert mail["body"][4] == {"tag": "p", "children": [{"tag": "b", "children": ["〔qty〕"]}, " 箱"]}
    assert [cell["children"] for cell in sheet["body"][0]["cells"]] == [["港口"], ["元"], ["〔port〕"], ["〔total〕"]]
    assert [cell["children"] for cell in step["body"][0]["cells"][3:]] == [["单价　两位小数"], ["USD"], ["2"]]
    assert [cell["children"][0] for cell in drawn["body"][0]["cells"][2:]] == [
        *("qty", "10 至 50，间隔 5"),
        *("port", "Hamburg 或 Rotterdam"),
        *("total", "由前面的值算出：qty * 2"),
    ]


TASK = """{"title": "报价 {{port}}", "task": "算", "parameters": [
  {"kind": "range", "name": "qty", "low": "10", "high": "50", "step": "5"},
  {"kind": "texts", "name": "port", "values": ["Hamburg", "Rotterdam"]},
  {"kind": "derived", "name": "total", "expression": "qty * 2"}],
 "documents": [
  {"id": "m", "kind": "mail", "title": "询盘",
   "mail": {"sender": "a@b.example", "to": "c", "sent": "2026-09-07", "subject": "{{qty}} 箱"},
   "blocks": [{"html": "<p><b>{{qty:0}}</b> 箱</p>"}]},
  {"id": "s", "kind": "price_sheet", "title": "价目",
   "blocks": [{"columns": [{"label": "港口"}, {"label": "元", "align": "right"}], "rows": [["{{port}}", "{{total:2}}"]]}]}],
 "steps": [{"tool": "quotation_sheet", "title": "核算单", "fields": [
  {"name": "price", "type": "money", "label": "单价", "hint": "两位小数", "marks": "2", "unit": "USD"}]}]}"""


def test_pictures_are_printed_and_fit_the_page(house: House) -> None:
    plan = {
        "title": "图",
        "sections": [{"id": "s", "title": "一", "draws": [{"count": 1, "kind": "single"}, {"count": 1, "kind": "hotspot"}]}],
    }
    stem = f"见图{img(jpeg(), '港口')}<table><tr><td>{img(png(1, 300, 2000))}</td></tr></table>"
    stock(house.database, [choice("q", stem=stem), *live_of_each()], house.clock())
    with house.unit(OFFICE) as unit:
        form = forms.assemble(unit, Blueprint.model_validate(plan))
        forms.freeze(unit, form)
        frozen = forms.get_frozen(unit.session, form)
    archive = printing.Archive("0" * 64, (), ("a", "b"), house.clock(), Words("", ""))
    pdf = printing.print_form(frozen, archive)
    assert pdf.count(b"/Subtype/Image") + pdf.count(b"/Subtype /Image") >= 3
    assert pdf == printing.print_form(frozen, archive)
    told = json.dumps(printing.document(frozen, archive))
    assert '"width": 96.0, "height": 640.0' in told
    assert '"width": 45.0, "height": 30.0' in told
