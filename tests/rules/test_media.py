"""Pictures in files of their own: into drafts and out again, whatever cannot come along named."""

import zipfile
from base64 import b64decode, b64encode
from io import BytesIO

import pytest
from lxml import etree

from itembank.exchange.draft import Draft
from itembank.exchange.export import Format, export, settled
from itembank.exchange.intake import Prepared, prepare
from itembank.exchange.recognise import read_file
from itembank.exchange.report import Read
from itembank.pictures import read_picture
from itembank.sanitising import pictures_in
from tests.make.bank import case, choice
from tests.make.kinds import live_of_each
from tests.make.pictures import address, drawn, file_of, img, jpeg, png

ITEM = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="q" title="看图" timeDependent="false">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse><value>a</value></correctResponse>
</responseDeclaration><itemBody>{body}<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>选哪个?</prompt>
<simpleChoice identifier="a">{option}</simpleChoice><simpleChoice identifier="b">乙</simpleChoice></choiceInteraction></itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"/></assessmentItem>"""
PNG, JPEG = b64decode(png().partition(",")[2]), b64decode(jpeg().partition(",")[2])


def package(body: str, option: str = "甲", files: dict[str, bytes] | None = None) -> bytes:
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("items/one/q.xml", ITEM.format(body=body, option=option))
        for name, data in (files or {}).items():
            archive.writestr(name, data)
    return memory.getvalue()


def brought(data: bytes) -> Prepared:
    prepared = prepare(read_file(data, "p"))
    assert not prepared.refused, prepared.refused[0].error
    prepared.warnings = [note for note in prepared.warnings if note.ref]  # what is said of the items, and not of their files
    return prepared


def noted(prepared: Prepared) -> list[tuple[str, str]]:
    return [(note.error.kind.code.removeprefix("itembank."), note.error.fields.get("what", "")) for note in prepared.warnings]


def test_a_package_brings_its_pictures() -> None:
    body = """<p>见图<img src="../../media/%E6%B8%AF%20a.png" alt="港口" width="30" height="99"/></p>
    <div><object type="image/jpeg" data="./b.jpg">码头</object>
    <picture><source srcset="x"/><img src="/media/c.gif" alt=""/></picture></div>"""
    files = {"media/港 a.png": PNG, "items/one/b.jpg": JPEG, "media/c.gif": file_of(drawn(hue=9), "GIF")}
    prepared = brought(package(body, '<img src="b.jpg" alt="甲图"/>', files))
    ((version, _),) = prepared.versions
    stem, option = version.content["stem"], version.content["options"][0]["html"]
    assert [read_picture(source).kind for source in pictures_in(stem)] == ["png", "jpeg", "png"]
    assert img(png(), "港口", width=30, height=20) in stem
    assert 'alt="码头" width="60" height="40">' in stem
    assert pictures_in(option) == [pictures_in(stem)[1]]
    assert noted(prepared) == [("qti_dropped", "source")]
    again = export([Draft.model_validate(version.source)], "qti3")
    assert [lost.feature for lost in again.lost] == []
    with zipfile.ZipFile(BytesIO(again.data)) as archive:
        media = sorted(name for name in archive.namelist() if name.startswith("media/"))
        assert len(media) == 3
        assert all(b"secret" not in archive.read(name) for name in media)
        manifest = etree.fromstring(archive.read("imsmanifest.xml"))
    resources = {str(found.get("identifier")): str(found.get("href")) for found in manifest.iter("{*}resource")}
    needed = [resources[str(found.get("identifierref"))] for found in manifest.iter("{*}dependency")]
    assert sorted(needed) == media


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("c.svg", "SVG"),
        ("gone.png", "没有随附图片文件"),
        ("../../../../etc/passwd", "没有随附图片文件"),
        ("https://example.org/a.png", "不能引用别处的地址"),
        ("//example.org/a.png", "不能引用别处的地址"),
        ("file:///etc/passwd", "不能引用别处的地址"),
        ("d.png", "图片已损坏"),
        ("s.mp3", "不能用作试题图片"),
    ],
)
def test_a_picture_that_cannot_come_along_is_named_and_its_description_stays(source: str, code: str) -> None:
    files = {"items/one/c.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "items/one/d.png": PNG[:50], "items/one/s.mp3": b"ID3"}
    prepared = brought(package(f'<p>见<img src="{source}" alt="港口"/>图</p><audio src="s.mp3"/>', files=files))
    assert prepared.versions[0][0].content["stem"].startswith("<p>见港口图</p>")
    assert noted(prepared) == [("picture_dropped", source), ("qti_dropped", "audio s.mp3")]
    assert code in prepared.warnings[0].error.text("zh")


def test_a_hot_spot_brings_its_picture_from_the_package() -> None:
    body = """<hotspotInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>点港口</prompt>
    <object type="image/png" data="a.png" width="60" height="40"/><hotspotChoice identifier="a" shape="rect" coords="0,0,9,9"/>
    <hotspotChoice identifier="b" shape="circle" coords="30,20,5"/></hotspotInteraction>"""
    data = package(body, files={"items/one/a.png": PNG}).decode("latin-1")
    start, end = data.index("<choiceInteraction"), data.index("</choiceInteraction>") + len("</choiceInteraction>")
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("q.xml", data[data.index("<assessmentItem") : start] + data[end : data.index("</assessmentItem>") + 17])
        archive.writestr("a.png", PNG)
    ((version, _),) = brought(memory.getvalue()).versions
    assert (version.kind, version.content["image"]["width"]) == ("hotspot", 60)


def moodle(question: str) -> bytes:
    return f"""<quiz><question type="multichoice"><name><text>n</text></name>{question}<idnumber>m</idnumber><single>true</single>
    <answer fraction="0"><text>乙</text></answer></question></quiz>""".encode()


def test_moodle_brings_its_pictures_and_gets_them_back() -> None:
    files = f"""<file name="港 a.png" path="/" encoding="base64">{b64encode(PNG).decode()}</file>
    <file name="b.jpg" path="/sub/" encoding="base64">{b64encode(JPEG).decode()}</file><file name="x.mp3" encoding="base64">SUQz</file>"""
    text = """<![CDATA[<p><img src="@@PLUGINFILE@@/%E6%B8%AF%20a.png" alt="港口" width="30"><img alt='b' src='@@PLUGINFILE@@/sub/b.jpg'>
    <a href="@@PLUGINFILE@@/x.mp3">听</a><img src="@@PLUGINFILE@@/gone.png" alt="无"></p>]]>"""
    answer = """<answer fraction="100" format="html"><text>&lt;img src="@@PLUGINFILE@@/a.svg" alt="甲"></text>
    <file name="a.svg">PHN2Zy8+</file></answer>"""
    prepared = brought(moodle(f'<questiontext format="html"><text>{text}</text>{files}</questiontext>{answer}'))
    ((version, _),) = prepared.versions
    stem = version.content["stem"]
    assert img(png(), "港口", width=30, height=20) in stem
    assert [read_picture(source).kind for source in pictures_in(stem)] == ["png", "jpeg"]
    assert (version.content["options"][0]["html"], "无" in stem) == ("甲", True)
    assert noted(prepared) == [
        ("picture_dropped", "gone.png"),
        ("picture_dropped", "a.svg"),
        ("left_out", "file x.mp3"),
        ("markup_dropped", "a"),
    ]
    written = export([Draft.model_validate(version.source)], "moodle")
    assert not [lost for lost in written.lost if lost.feature != "language"]
    root = etree.fromstring(written.data)
    (asked,) = root.iter("questiontext")
    names = [str(file.get("name")) for file in asked.iterfind("file")]
    assert len(names) == 2
    assert all(f"@@PLUGINFILE@@/{name}" in str(asked.findtext("text")) for name in names)
    assert b"base64," not in written.data


def test_plain_text_of_moodle_is_no_markup() -> None:
    text = '<questiontext format="plain_text"><text>&lt;img src="@@PLUGINFILE@@/a.png"></text><file name="a.png">AA==</file></questiontext>'
    prepared = brought(moodle(text + '<answer fraction="100"><text>甲</text></answer>'))
    assert "@@PLUGINFILE@@" in prepared.versions[0][0].content["stem"]
    assert noted(prepared) == [("left_out", "file a.png")]


def pictured() -> list[Draft]:
    options = [{"id": letter, "html": img(png(n, 20, 20), "")} for n, letter in enumerate("ABCD")]
    gif = img(address(file_of(drawn(hue=7), "GIF"), "gif"), "动")
    stem = f"见图 {img(png(), 'a=b:{x}~#$[[1]]')} {img(jpeg(), width=30)}?"
    plain = Draft.model_validate(choice("p1", stem=stem, explanation=f"因 {img(jpeg(5))}").model_dump() | {"options": options})
    gaps = next(draft for draft in live_of_each() if draft.kind == "gapmatch").model_dump() | {"ref": "p4"}
    gaps["options"][0]["html"] = img(png(70), "集装箱")
    told = [{"title": "图", "html": f"<table><tr><td>{img(png(3))}</td></tr></table>"}]
    return [
        plain,
        choice("p2", kind="multiple", stem=gif, explanation=""),
        case("p3", stimulus=f"材料 {img(jpeg(3))}", exhibits=told),
        Draft.model_validate(gaps),
        *live_of_each(),
    ]


@pytest.mark.parametrize("form", ["jsonl", "qti3", "moodle", "gift", "xlsx"])
def test_what_goes_out_with_pictures_comes_in_again_the_same(form: Format) -> None:
    first = export(pictured(), form)
    drafts = [reading.draft for reading in read_file(first.data, "f") if isinstance(reading, Read)]
    assert export(drafts, form).data == first.data
    lost = {lost.feature for lost in first.lost if lost.ref in {"p1", "p2", "p3"}}
    assert not lost & {"stem", "options.html", "stimulus", "exhibits.html"} or (form == "xlsx" and lost == {"exhibits"})
    kept = {draft.ref: draft for draft in drafts}
    assert len(pictures_in(kept["p1"].stem)) == 2
    assert all(pictures_in(option.html) for option in kept["p1"].options)
    if form == "qti3":
        assert kept["p4"].options == settled(pictured()[3]).options


def test_a_cell_that_cannot_hold_its_pictures_holds_their_descriptions_and_says_so() -> None:
    large = img(png(0, 2000, 500) if len(png(0, 2000, 500)) > 40_000 else jpeg(), "大图")
    noise = img(address(file_of(drawn(400, 400).effect_spread(99), "PNG")), "大图")
    assert len(noise) > 32_767
    written = export([choice("x", stem=f"看{noise}回答", explanation=large)], "xlsx")
    assert ("x", "stem") in [(lost.ref, lost.feature) for lost in written.lost]
    (reading,) = read_file(written.data, "f")
    assert isinstance(reading, Read)
    assert reading.draft.stem == "看大图回答"
