"""What a Moodle question asks that an item has no room for is named, and what is wrong with one is said in words."""

import pytest

from itembank.exchange.dividing import divide
from itembank.exchange.recognise import read_file
from itembank.exchange.report import Read, Remark

ESSAY = ("essay", "Write.")
ORDER = ("ordering", "Sort.", *(f'<answer fraction="{n}"><text>{n}</text></answer>' for n in (1, 2, 3)))
CHOICE = ("multichoice", "Which?", '<answer fraction="100"><text>A</text></answer><answer fraction="0"><text>B</text></answer>')
MATCH = ("matching", "Match.", *(f"<subquestion><text>{n}</text><answer><text>{n}!</text></answer></subquestion>" for n in (1, 2)))


def quiz(kind: str, text: str, *inside: str) -> bytes:
    stem = f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>'
    return f'<quiz><question type="{kind}"><name><text>Q</text></name>{stem}{"".join(inside)}</question></quiz>'.encode()


def settings(**told: object) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in told.items())


def words(box: str, *of: tuple[str, int, str]) -> str:
    return "".join(f"<{box}><text>{text}</text><group>{group}</group>{more}</{box}>" for text, group, more in of)


def left_out(data: bytes) -> str:
    (reading,) = read_file(data, "q.xml")
    assert isinstance(reading, Read), reading
    return "; ".join(note.error.fields["what"] for note in reading.notes if note.error.kind.code == "itembank.left_out")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (quiz(*ESSAY, settings(minwordlimit=10, maxwordlimit=200)), "minwordlimit 10; maxwordlimit 200"),
        (quiz(*ESSAY, settings(responserequired=1, responseformat="noinline")), "responserequired 1; responseformat noinline"),
        (quiz(*ESSAY, settings(responserequired=0, responseformat="editor", minwordlimit="", responsefieldlines=15, maxbytes=0)), ""),
        (
            quiz(*ESSAY, settings(attachmentsrequired=1, filetypeslist=".pdf", maxbytes=1000)),
            "attachmentsrequired 1; filetypeslist .pdf; maxbytes 1000",
        ),
        (
            quiz(*ORDER, settings(gradingtype="ALL_OR_NOTHING", selecttype="RANDOM", selectcount=2, layouttype="HORIZONTAL")),
            "selecttype RANDOM; selectcount 2; layouttype HORIZONTAL",
        ),
        (quiz(*ORDER, settings(gradingtype="ALL_OR_NOTHING", selecttype="ALL", selectcount=0, layouttype="VERTICAL")), ""),
        (quiz(*CHOICE, settings(answernumbering="iii")), "answernumbering iii"),
        (quiz(*CHOICE, settings(answernumbering="abc")), ""),
        (quiz(*MATCH, settings(shuffleanswers="false")), "shuffleanswers 0"),
        (quiz("ddwtos", "[[1]] [[2]]", words("dragbox", ("a", 1, "<infinite/>"), ("b", 1, ""))), "infinite"),
        (quiz("ddwtos", "[[1]] [[2]]", words("dragbox", ("a", 1, "<infinite/>"), ("b", 1, "<infinite/>"))), ""),
    ],
)
def test_what_is_asked_and_not_kept_is_named(data: bytes, told: str) -> None:
    assert left_out(data) == told


def test_looks_of_tags_that_stay_are_named_as_taken_out() -> None:
    (reading,) = read_file(quiz(CHOICE[0], 'A <span style="color:red" class="x">red</span> <a href="b">c</a>', *CHOICE[2:]), "q.xml")
    assert isinstance(reading, Read)
    assert divide(reading.draft).lost == ("a", "span style")


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (quiz(*CHOICE, settings(defaultgrade="2.345")), "marks_places", "2.345"),
        (quiz("ddwtos", "[[1]] [[2]]", words("dragbox", ("a", 1, ""), ("b", 2, ""))), "gap_groups", "2 组"),
        (quiz("gapselect", "[[1]] [[3]]", words("selectoption", ("a", 1, ""), ("b", 1, ""), ("c", 2, ""))), "gap_words", "第 2 空"),
        (quiz("essay", "<p>" * 3, "<a>" * 400 + "</a>" * 400), "file_unreadable", "嵌套过深"),
    ],
)
def test_why_a_question_stays_out_is_said_in_words(data: bytes, code: str, says: str) -> None:
    (refused,) = read_file(data, "q.xml")
    assert isinstance(refused, Remark)
    assert refused.error.kind.code == f"itembank.{code}"
    assert says in refused.error.text("zh")
