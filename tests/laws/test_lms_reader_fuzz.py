"""Whatever a GIFT, Moodle or Aiken file holds, reading it ends in items and coded refusals: never a traceback."""

import random

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import CATALOGUE
from itembank.exchange.intake import prepare
from itembank.exchange.recognise import read_file
from tests.laws.test_bank_reader_fuzz import LENGTH, mutated
from tests.make.pictures import png

GIFT = r"""// [id:q1] [tag:贸易/术语]
::Name\: one::[html]<p>Which \= one?</p>{=[html]<b>A</b>#yes ~%50%B ~%-50%C ####because}

Numbers {#=3:2 =%50%1..5#near ~#far}

Match {=a->b =c->d}

Short {=x =%0%* =y\*z} text

Really? {T#no#yes}

$CATEGORY: $course$/a

Many {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}
""".encode()
MOODLE = r"""<?xml version="1.0"?><quiz><question type="category"><category><text>a</text></category></question>
<question type="multichoice"><name><text>n</text></name><questiontext format="html"><text><![CDATA[<p>问
<img src="@@PLUGINFILE@@/a.png" alt="a"></p>]]></text><file name="a.png"
encoding="base64">%s</file></questiontext><defaultgrade>2.5</defaultgrade><penalty>0.3</penalty><single>false</single>
<answer fraction="50" format="html"><text>a</text><feedback><text>f</text></feedback></answer><answer fraction="50"><text>b</text></answer>
<answer fraction="-100" format="plain_text"><text>c</text></answer><tags><tag><text>t</text></tag></tags><idnumber>i</idnumber></question>
<question type="numerical"><questiontext><text>n?</text></questiontext><answer fraction="100"><text>1.5</text><tolerance>0.1</tolerance>
</answer><units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units></question>
<question type="truefalse"><questiontext><text>t</text></questiontext><answer fraction="100"><text>true</text></answer>
<answer fraction="0"><text>false</text></answer></question><question type="essay"><questiontext><text>e</text></questiontext>
<graderinfo format="html"><text>g</text></graderinfo></question><question type="shortanswer"><questiontext><text>s</text></questiontext>
<answer fraction="100"><text>x*</text></answer><usecase>1</usecase></question><question type="cloze"><questiontext format="html"><text>
<![CDATA[<p>A {1:MULTICHOICE:=x#f~%50%y~z} b {2:MCS:%0%a\}~%100%b}</p>]]></text></questiontext></question><question type="cloze">
<questiontext><text>A {:SHORTANSWER_C:=x~%50%y\~z} b {2:NUMERICAL:=1.5:0.1~*} c {1:MULTIRESPONSE:=p~=q~r}</text></questiontext></question>
<question type="matching"><questiontext><text>m</text></questiontext><subquestion><text>l</text><answer><text>
r</text></answer></subquestion><subquestion><text/><answer><text>s</text></answer></subquestion></question><question type="ddwtos">
<questiontext><text>a [[1]] b [[2]]</text></questiontext><dragbox><text>x</text><group>1</group></dragbox><dragbox><text>y</text>
<group>1</group><infinite/></dragbox></question><question type="gapselect"><questiontext><text>a [[1]] b</text></questiontext>
<selectoption><text>x</text><group>1</group></selectoption><selectoption><text>y</text><group>1</group></selectoption></question>
<question type="ordering"><questiontext><text>o</text></questiontext><answer fraction="1"><text>1</text></answer><answer fraction="1">
<text>2</text></answer><gradingtype>ABSOLUTE_POSITION</gradingtype></question></quiz>""".replace(
    "%s", png(0, 8, 8).partition(",")[2]
).encode()
AIKEN = b"One\nof them?\nA) a\nB) <b>\nANSWER: B\n\nTwo\nA. c\nB. d\nC. e\nANSWER: C\n"


@settings(max_examples=LENGTH * 3 // 2, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_every_input_ends_in_items_or_coded_refusals(seed: int) -> None:
    rng = random.Random(seed)
    name, whole = rng.choice([("gift", GIFT), ("moodle", MOODLE), ("aiken", AIKEN)])
    prepared = prepare(read_file(mutated(whole, rng), "f", rng.choice(["auto", name])))
    for remark in (*prepared.refused, *prepared.warnings):
        assert remark.error.kind.code in CATALOGUE
        assert remark.as_dict("zh")["reason"]
        assert remark.as_dict("en")["reason"]
    for version, _ in prepared.versions:
        orjson.dumps([version.ref, version.title, version.content, version.key, version.source])


def test_the_seeds_hold_what_they_are_to_try() -> None:
    for data, count in ((GIFT, 6), (MOODLE, 10), (AIKEN, 2)):
        assert len(prepare(read_file(data, "f")).versions) == count
