"""Tests of QTI as blueprints, shared texts of packages, and frozen forms as packages: what goes out comes back as the same form."""

import shutil
import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from core.actor import Role
from core.errors import ExamError
from core.tables import AuditRow
from core.unit import Database
from itembank import forms, reviewing
from itembank.blueprint import Blueprint
from itembank.exchange import form_export
from itembank.exchange.intake import import_drafts, prepare
from itembank.exchange.recognise import read_file
from itembank.exchange.report import Report
from scoring.processing.score import process_item, score_test
from tests.make.bank import AUTHOR, OFFICE, approve_newest, case, choice, published, stock, written
from tests.make.clock import MovableClock
from tests.make.house import House
from tests.make.kinds import live_of_each

NS = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"'
REQUIRED = 'required="true"'
FORMATS: tuple[form_export.Format, ...] = ("qti3", "qti22", "qti21")


CATEGORY = 'category="x y"'


def item(name: str, beside: str = "") -> str:
    return f"""<assessmentItem {NS} identifier="{name}" title="{name}" adaptive="false" timeDependent="false">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse>
</responseDeclaration><outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>{beside}
<itemBody><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1" shuffle="true"><prompt>Which of {name}?</prompt>
<simpleChoice identifier="A">a {name}</simpleChoice><simpleChoice identifier="B">b {name}</simpleChoice></choiceInteraction></itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"/></assessmentItem>"""


def whole(sections: str, part: str = 'navigationMode="nonlinear" submissionMode="simultaneous"') -> str:
    parts = f'<testPart identifier="P" {part}>{sections}</testPart>'
    return f'<assessmentTest {NS} identifier="T1" title="Autumn">{parts}</assessmentTest>'


def ref(name: str, more: str = "", inside: str = "") -> str:
    return f'<assessmentItemRef identifier="{name}" href="../items/{name}.xml" {more}>{inside}</assessmentItemRef>'


def package(**files: str) -> bytes:
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return memory.getvalue()


def read(data: bytes) -> Any:
    return prepare(read_file(data, "p.zip"))


def codes(prepared: Any) -> list[tuple[str, str]]:
    return [(note.error.kind.code.removeprefix("itembank."), str(note.error.fields.get("what", ""))) for note in prepared.warnings]


@pytest.fixture
def elsewhere(_sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """Yield the bank of another house."""
    shutil.copyfile(_sqlite_template, tmp_path / "elsewhere.sqlite")
    database = Database(f"sqlite:///{tmp_path / 'elsewhere.sqlite'}")
    yield database
    database.engine.dispose()


ITEMS = {f"items__{name}": item(name) for name in "abcdef"}


def test_a_test_becomes_a_blueprint_that_names_its_items() -> None:
    sections = (
        f'<assessmentSection identifier="one" title="One" visible="true"><timeLimits maxTime="600"/><ordering shuffle="true"/>'
        f'<rubricBlock view="candidate"><p>Choose <b>one</b>.</p></rubricBlock>{ref("a")}{ref("b")}</assessmentSection>'
        f'<assessmentSection identifier="two" title="Two" visible="true"><selection select="2"/>'
        f"{ref('c')}{ref('d', REQUIRED)}{ref('e')}</assessmentSection>"
    )
    prepared = read(package(tests__t=whole(sections), **ITEMS))
    assert not prepared.refused
    assert not prepared.warnings
    (plan,) = prepared.tests
    assert plan.blueprint == Blueprint.model_validate(
        {
            "title": "Autumn",
            "language": "en",
            "sections": [
                {
                    "id": "one",
                    "title": "One",
                    "instructions": "Choose one .",
                    "shuffle_items": True,
                    "limit_s": 600,
                    "draws": [{"count": 2, "refs": ["a", "b"]}],
                },
                {"id": "two", "title": "Two", "shuffle_items": False, "draws": [{"count": 2, "refs": ["c", "d", "e"]}]},
            ],
            "limits": [{"refs": ["d"], "least": 1}],
        }
    )


def test_sections_in_sections_and_in_files_are_read_in_order() -> None:
    inner = f'<assessmentSection identifier="in" title="In" visible="true"><selection select="1"/>{ref("b")}{ref("c")}</assessmentSection>'
    outer = f'<assessmentSection identifier="s" title="S" visible="true">{ref("a")}{inner}{ref("d")}</assessmentSection>'
    far = f'<assessmentSection {NS} identifier="far" title="Far" visible="true">{ref("e")}</assessmentSection>'
    beside = '<assessmentSectionRef identifier="far" href="far.xml"/>'
    wrapped = f'<assessmentSection identifier="w" title="W" visible="true">{outer}{beside}</assessmentSection>'
    prepared = read(package(tests__t=whole(wrapped), tests__far=far, **ITEMS))
    assert not prepared.refused
    (plan,) = prepared.tests
    drawn = [[(draw.count, draw.refs) for draw in section.draws] for section in plan.blueprint.sections]
    assert drawn == [[(1, ("a",)), (1, ("b", "c")), (1, ("d",))], [(1, ("e",))]]
    alone = read(package(tests__far=far, **ITEMS))
    assert [remark.error.kind.code for remark in alone.refused] == ["itembank.qti_not_item"]


@pytest.mark.parametrize(
    ("part", "inside", "what"),
    [
        ('navigationMode="linear" submissionMode="simultaneous"', "", "navigation-mode=linear P"),
        ('navigationMode="nonlinear" submissionMode="individual"', "", "submission-mode=individual P"),
        ("", '<preCondition><baseValue baseType="boolean">true</baseValue></preCondition>', "pre-condition a"),
        ("", '<branchRule target="EXIT_TEST"><baseValue baseType="boolean">true</baseValue></branchRule>', "branch-rule a"),
        ("", '<itemSessionControl maxAttempts="0"/>', "max-attempts=0 a"),
        ("", '<itemSessionControl showFeedback="true"/>', "show-feedback=true a"),
        ("", '<weight identifier="W" value="2"/>', "weight a 2"),
        ("", '<timeLimits maxTime="60"/>', "time-limits a"),
    ],
)
def test_what_a_form_cannot_do_is_named(part: str, inside: str, what: str) -> None:
    section = f'<assessmentSection identifier="s" title="S" visible="true">{ref("a", inside=inside)}{ref("b")}</assessmentSection>'
    prepared = read(package(tests__t=whole(section, part) if part else whole(section), **ITEMS))
    assert not prepared.refused
    assert len(prepared.tests) == 1
    assert codes(prepared) == [("qti_test_reduced", what)]


@pytest.mark.parametrize("asked", ['fixed="true"', 'visible="false"', 'keepTogether="false"'])
def test_what_a_form_cannot_do_with_a_section_is_named(asked: str) -> None:
    inside = f'<timeLimits maxTime="60" allowLateSubmission="true"/>{ref("a", CATEGORY)}'
    section = f'<assessmentSection identifier="s" title="S" {asked}>{inside}</assessmentSection>'
    prepared = read(package(tests__t=whole(section), **ITEMS))
    told = asked.replace('"', "").replace("keepTogether", "keep-together")
    named = [f"{told} s", "allow-late-submission s", "category x", "category y"]
    assert codes(prepared) == [("qti_test_reduced", what) for what in named]


def test_a_test_that_cannot_be_a_form_is_refused_and_its_items_go_in() -> None:
    inner = f'<assessmentSection identifier="in" title="In" visible="true">{ref("a")}</assessmentSection>'
    chosen = f'<assessmentSection identifier="s" title="S" visible="true"><selection select="1"/>{inner}{inner}</assessmentSection>'
    for sections, code in ((chosen, "qti_unsupported"), ("", "qti_test_empty")):
        prepared = read(package(tests__t=whole(sections), **ITEMS))
        assert [remark.error.kind.code for remark in prepared.refused] == [f"itembank.{code}"]
        assert len(prepared.versions) == len(ITEMS)


def test_an_item_that_stays_out_is_left_out_of_the_blueprint_and_named() -> None:
    section = f'<assessmentSection identifier="s" title="S" visible="true">{ref("a")}{ref("gone")}</assessmentSection>'
    prepared = read(package(tests__t=whole(section), **ITEMS))
    assert [draw.refs for draw in prepared.tests[0].blueprint.sections[0].draws] == [("a",)]
    assert [note.error.kind.code for note in prepared.warnings] == ["itembank.qti_item_not_in"]


def test_a_shared_text_of_the_package_stands_before_the_question() -> None:
    stimulus = (
        f'<assessmentStimulus {NS} identifier="S" title="S"><stimulusBody><p>Read <b>this</b>.</p></stimulusBody></assessmentStimulus>'
    )
    shared = item("s", '<assessmentStimulusRef identifier="S" href="../texts/s.xml"/>')
    prepared = read(package(items__s=shared, texts__s=stimulus))
    assert not prepared.refused
    ((version, _),) = prepared.versions
    assert version.content["stem"] == "<p>Read <b>this</b>.</p><p>Which of s?</p>"
    missing = read(package(items__s=shared))
    assert [remark.error.kind.code for remark in missing.refused] == ["itembank.qti_file_missing"]
    unread = read(package(texts__s=stimulus))
    assert [remark.error.kind.code for remark in unread.refused] == ["itembank.qti_not_item"]


def drafts() -> list[Any]:
    return [
        case("c", knowledge=["a/b", "c"], enemies=["w"]),
        written("w", levels=["初级"]),
        choice("s", difficulty="0.35"),
        *live_of_each(),
    ]


def plan_of(refs: list[str]) -> Blueprint:
    sections = [
        {"id": "first", "title": "第一部分", "instructions": "请作答。", "limit_s": 900, "draws": [{"count": 2, "refs": refs[:2]}]},
        {"id": "2", "title": "第二部分", "shuffle_items": False, "draws": [{"count": len(refs) - 2, "refs": refs[2:]}]},
    ]
    return Blueprint.model_validate({"title": "卷", "programme": "cbec", "level": "初级", "language": "en", "sections": sections})


@pytest.mark.parametrize("form", FORMATS)
def test_a_form_comes_back_as_the_same_form(database: Database, elsewhere: Database, clock: MovableClock, form: form_export.Format) -> None:
    everything = [draft.model_copy(update={"enemies": []}) for draft in drafts()]
    stock(database, everything, clock())
    frozen = published(database, plan_of([draft.ref for draft in everything]), clock())
    taken, exported = form_export.take_out(database, frozen, form)
    assert exported.items == len(everything)
    assert not exported.lost
    report = taken_in(elsewhere, exported.data, clock())
    assert not report.refused
    (plan,) = report.tests
    again = published(elsewhere, plan.blueprint, clock())
    with database.reading() as session, elsewhere.reading() as other:
        before, after = forms.get_frozen(session, frozen), forms.get_frozen(other, again)
    assert [section.title for section in before.sections] == [section.title for section in after.sections]
    assert [item.content for item in before.items.values()] == [item.content for item in after.items.values()]
    assert taken.content_hash == forms.content_hash(before)


def taken_in(database: Database, data: bytes, now: datetime) -> Report:
    with database.unit(AUTHOR, now) as unit:
        report = import_drafts(unit, read_file(data, "form.zip"))
        reviewing.submit_all(unit, [entry.ref for entry in report.items])
    with database.unit(OFFICE, now) as unit:
        approve_newest(unit, [entry.ref for entry in report.items])
    return report


def test_what_a_package_cannot_hold_of_a_form_is_named(database: Database, clock: MovableClock) -> None:
    stock(database, [choice("x"), choice("y")], clock())
    draws = [{"count": 2, "refs": ["x", "y"]}]
    plan = {"title": "T", "paper": "理论", "sections": [{"id": "s", "title": "S", "shuffle_options": False, "draws": draws}]}
    with database.unit(OFFICE, clock()) as unit:
        draft = forms.assemble(unit, Blueprint.model_validate(plan))
    with pytest.raises(ExamError, match="form_state"):
        form_export.take_out(database, draft, "qti3")
    with database.unit(OFFICE, clock()) as unit:
        forms.freeze(unit, draft)
    _, exported = form_export.take_out(database, draft, "qti3")
    assert {(lost.ref == draft, lost.feature) for lost in exported.lost} == {(True, "form.paper"), (True, "form.sections.shuffle_options")}


@pytest.mark.parametrize("form", FORMATS)
def test_the_test_adds_up_what_its_items_score(database: Database, clock: MovableClock, form: form_export.Format) -> None:
    stock(database, [choice("x", marks=2), choice("y", marks=3)], clock())
    draws = [{"count": 2, "refs": ["x", "y"]}]
    frozen = published(database, Blueprint.model_validate({"title": "T", "sections": [{"id": "s", "title": "S", "draws": draws}]}), clock())
    with zipfile.ZipFile(BytesIO(form_export.take_out(database, frozen, form)[1].data)) as archive:
        xml = {name: archive.read(name) for name in archive.namelist()}
    right = {f"ITEM{n}": process_item(xml[f"items/{n:06}.xml"], {"RESPONSE": "A"}) for n in (1, 2)}
    assert score_test(xml["test.xml"], right)["SCORE"] == 5


def test_the_office_takes_a_frozen_form_out_and_the_audit_trail_keeps_it(house: House) -> None:
    stock(house.database, [choice("x"), choice("y")], house.clock())
    draws = [{"count": 2, "refs": ["x", "y"]}]
    plan = Blueprint.model_validate({"title": "T", "sections": [{"id": "s", "title": "S", "draws": draws}]})
    frozen = published(house.database, plan, house.clock())
    house.account("author", Role.AUTHOR)
    house.account("office", Role.OFFICE)
    assert house.browser("author").get(f"/api/v1/bank/forms/{frozen}/export").status_code == 403
    office = house.browser("office")
    answer = office.get(f"/api/v1/bank/forms/{frozen}/export?format=qti22")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={frozen}-qti22.zip"
    assert office.get(f"/api/v1/bank/forms/{frozen}/export?report=true").json == {"items": 2, "lost": []}
    assert office.get(f"/api/v1/bank/forms/{frozen}/export?format=gift").status_code == 422
    with house.database.reading() as session:
        assert session.query(AuditRow).where(AuditRow.act == "itembank.form.exported").count() == 2
