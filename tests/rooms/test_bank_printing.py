"""A frozen form as PDF: everything that is asked, no key, the same bytes each time, and only of forms that are frozen."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core.actor import Role
from core.tables import AuditRow
from itembank import forms, printing
from itembank.blueprint import Blueprint
from tests.make.bank import OFFICE, SECRET, case, choice, stock
from tests.make.demo_bank import demo_bank
from tests.make.house import House
from tests.make.kinds import live_of_each
from tests.make.pictures import img, jpeg, png

DRAWS = [{"count": 1, "kind": "single"}, {"count": 1, "kind": "case"}]
PLAN: dict[str, Any] = {"title": "存档卷", "sections": [{"id": "s", "title": "一、选择题", "draws": DRAWS}]}
TABLE = '<table><tr><th colspan="2">价目</th></tr><tr><td>甲</td><td class="num">12.50</td></tr></table>'


@pytest.fixture
def form(house: House) -> str:
    stock(house.database, [choice("q", stem=f"若 $a<b$，见<b>下表</b>：{TABLE}"), case("c")], house.clock())
    with house.unit(OFFICE) as unit:
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
        for piece in ("存档卷", "若$a<b$，见下表", "价目", "12.50", "qoptionD", "Casec", "Howmuch?"):
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
    archive = printing.Archive("0" * 64, (), refs, house.clock())
    told = json.dumps(printing.document(frozen, archive), ensure_ascii=False)
    for item in frozen.items.values():
        for option in item.content.options:
            assert printing.tree(option.html), option
        assert item.version in told
    assert printing.print_form(frozen, archive).startswith(b"%PDF-")


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
    archive = printing.Archive("0" * 64, (), ("a", "b"), house.clock())
    pdf = printing.print_form(frozen, archive)
    assert pdf.count(b"/Subtype/Image") + pdf.count(b"/Subtype /Image") >= 3
    assert pdf == printing.print_form(frozen, archive)
    told = json.dumps(printing.document(frozen, archive))
    assert '"width": 96.0, "height": 640.0' in told
    assert '"width": 45.0, "height": 30.0' in told
