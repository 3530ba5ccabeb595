"""Documents as PDF: data stay data, and the same data give the same bytes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst

from core.pdf import write_pdf

AT = datetime(2026, 5, 23, tzinfo=UTC)
TEMPLATE = """
#let told = json(bytes(sys.inputs.data))
#set text(font: sys.inputs.font)
#told.text
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "plain.typ"
    path.write_text(TEMPLATE, "utf-8")
    return path


def test_the_same_data_give_the_same_document(template: Path) -> None:
    one, two = (write_pdf(template, {"text": "试卷分析"}, AT) for _ in range(2))
    assert one.startswith(b"%PDF-")
    assert one == two
    assert write_pdf(template, {"text": "成绩分析"}, AT) != one


def test_data_are_never_markup(template: Path) -> None:
    assert write_pdf(template, {"text": '#panic("x") $ * _ #read("/etc/passwd") = \\ <a> @b'}, AT).startswith(b"%PDF-")


def test_a_template_reads_nothing_outside_its_folder(template: Path) -> None:
    template.write_text('#read("../../../etc/passwd")', "utf-8")
    with pytest.raises(typst.TypstError):
        write_pdf(template, {}, AT)
