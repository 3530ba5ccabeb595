"""Whatever a file holds, reading it ends in items and coded refusals: never a traceback."""

import os
import random
import zipfile
from io import BytesIO
from typing import get_args

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import CATALOGUE
from itembank.exchange import form_export
from itembank.exchange.export import export
from itembank.exchange.intake import prepare
from itembank.exchange.recognise import read_file
from itembank.exchange.sheet_columns import BY_NAME, COLUMNS
from itembank.exchange.sheet_examples import EXAMPLES
from tests.make.bank import choice, example_sheet, sheet, written
from tests.make.demo_bank import case_sets, demo_bank
from tests.make.kinds import NEW, live_of_each
from tests.make.pictures import img, jpeg, png

QTI = b"""<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="x" title="T" xml:lang="en">
<qti-response-declaration identifier="R" cardinality="multiple" base-type="identifier"><qti-correct-response><qti-value>a</qti-value>
</qti-correct-response><qti-mapping default-value="-1"><qti-map-entry map-key="a" mapped-value="1"/></qti-mapping>
</qti-response-declaration><qti-outcome-declaration identifier="MAXSCORE"><qti-default-value><qti-value>2</qti-value></qti-default-value>
</qti-outcome-declaration><qti-item-body><p>Q <b>b</b><img src="x.png"/><img src="%s" alt="p" width="9"/></p>
<qti-choice-interaction response-identifier="R" shuffle="true">
<qti-prompt>P</qti-prompt><qti-simple-choice identifier="a">A</qti-simple-choice><qti-simple-choice identifier="b" fixed="true">B
</qti-simple-choice></qti-choice-interaction></qti-item-body><qti-response-processing><qti-response-condition><qti-response-if><qti-member>
<qti-base-value base-type="identifier">a</qti-base-value><qti-variable identifier="R"/></qti-member>
<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">1</qti-base-value></qti-set-outcome-value>
</qti-response-if></qti-response-condition>
</qti-response-processing></qti-assessment-item>""".replace(b"%s", png(0, 8, 8).encode())
LINES = [draft.model_dump_json(exclude_defaults=True).encode() for draft in (*demo_bank()[::7], *live_of_each())]
SHEET = example_sheet()
LENGTH = int(os.environ.get("KAOCHANG_FUZZ", "400"))
"""How many inputs are tried; many more where that is asked for."""
PICTURED = choice("pictured", stem=f"Q {img(png())} {img(jpeg())}")
_DRAFTS = [*(draft for draft in demo_bank() if draft.kind in NEW), *case_sets()[:1], written("w"), PICTURED]
PACKAGE = export(_DRAFTS, "qti3").data
STIMULUS = b"""<assessmentStimulus xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="S" title="S">
<stimulusBody><p>T</p></stimulusBody>
</assessmentStimulus>"""
SECTION = b"""<assessmentSection xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="far" title="F" visible="true">
<timeLimits maxTime="60"/><selection select="1"/><ordering shuffle="true"/><rubricBlock view="candidate"><p>R</p></rubricBlock>
<assessmentItemRef identifier="i2"
href="items/000002.xml" required="true"><weight identifier="W" value="2"/></assessmentItemRef></assessmentSection>"""
TEST = b"""<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="T" title="T"><timeLimits maxTime="5400"/><testPart
identifier="P" navigationMode="linear" submissionMode="individual"><itemSessionControl maxAttempts="0"/><assessmentSection identifier="s"
title="S" visible="true"><assessmentItemRef identifier="i1" href="items/000001.xml"><preCondition/></assessmentItemRef>
<assessmentSection identifier="in" title="I" visible="true"><assessmentItemRef identifier="i3" href="items/000003.xml"/></assessmentSection>
</assessmentSection><assessmentSectionRef identifier="far" href="far.xml"/></testPart></assessmentTest>"""
SHARED = QTI.replace(b"<qti-item-body>", b'<qti-assessment-stimulus-ref identifier="S" href="../s.xml"/><qti-item-body>')
FILES: dict[str, bytes] = {"test.xml": TEST, "far.xml": SECTION, "s.xml": STIMULUS, "items/shared.xml": SHARED}
PLACED: list[bytes] = []
for _format in get_args(form_export.Format):
    with zipfile.ZipFile(BytesIO(export(_DRAFTS, _format).data)) as _archive:
        _written = {name: _archive.read(name) for name in _archive.namelist()}
    PLACED += [data for name, data in _written.items() if name.startswith("items/")]
    FILES |= _written
PIECES = [
    b"<",
    b">",
    b'"',
    b"&x;",
    b"\x00",
    b"\xff\xfe",
    b"[",
    b"{",
    b"null",
    b"1e999",
    b"-1",
    b"NaN",
    "中".encode(),
    b"\\ud800",
    b"\\u0000",
]
PIECES += [b"<p>", b"</p>", b"9" * 400, b"[" * 600, b"<!DOCTYPE x>", b"<![CDATA[", b"$", b"identifier"]

SIGNS = [
    "[[1]]",
    "[[A]]",
    "【【2】】",
    "1.",
    "2. ",
    "A.",
    "I. ",
    "|",
    "；",
    ";",
    "=",
    "＝",
    "错",
    "1A",
    "2B",
    "→",
    "\n",
    "0",
    "-1",
    "1e9",
    "９",
]
SIGNS += [
    "±",
    "$x$",
    "<b>",
    "*",
    "?",
    "每项一次",
    "按分值计分",
    "A=1;B=2",
    "1B=1",
    "B1=1",
    "配伍题",
    "选词填空题",
    "\x0b",
    "x" * 300,
    "1A" * 3000,
]


def mutated(data: bytes, rng: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        start = rng.randrange(len(found) + 1)
        end = min(len(found), start + rng.randrange(1, 40))
        act = rng.randrange(4)
        if act == 0:
            del found[start:end]
        elif act == 1:
            found[start:start] = found[rng.randrange(len(found) + 1) :][: rng.randrange(60)]
        elif act == 2 and start < len(found):
            found[start] = rng.randrange(256)
        else:
            found[start:start] = rng.choice(PIECES)
    return bytes(found)


def mutated_sheet(rng: random.Random) -> bytes:
    """Mutate one part of a sheet of examples inside its archive."""
    memory = BytesIO()
    with zipfile.ZipFile(BytesIO(SHEET)) as old, zipfile.ZipFile(memory, "w") as new:
        victim = rng.choice(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", rng.choice(old.namelist())])
        for name in old.namelist():
            new.writestr(name, mutated(old.read(name), rng) if name == victim else old.read(name))
    return memory.getvalue()


def mutated_package(rng: random.Random) -> bytes:
    """Mutate the test, a section, a shared text, the manifest or an item inside a package, or leave a file out."""
    memory = BytesIO()
    victim = rng.choice(["test.xml", "test.xml", "far.xml", "s.xml", "imsmanifest.xml", rng.choice(list(FILES))])
    missing = rng.choice([*FILES, "", "", "", "", "", "", "", ""])
    with zipfile.ZipFile(memory, "w") as archive:
        for name, data in FILES.items():
            if name != missing:
                archive.writestr(name, mutated(data, rng) if name == victim else data)
    return memory.getvalue()


def mutated_cells(rng: random.Random) -> bytes:
    """Write example rows with cells as a hasty hand would leave them: cut, moved, and with signs of every notation among them."""
    rows = []
    for example in rng.sample(EXAMPLES, 3):
        row = {BY_NAME[name].heading: str(value) for name, value in example.items()}
        for _ in range(rng.choice([1, 1, 2, 5])):
            heading = rng.choice([rng.choice(list(row)), rng.choice(COLUMNS).heading])
            text, sign = row.get(heading, ""), rng.choice(SIGNS)
            at = rng.randrange(len(text) + 1)
            row[heading] = rng.choice([text[:at] + sign + text[at:], text[:at] + text[at + rng.randrange(1, 6) :], sign])
        rows.append(row)
    return sheet(rows)


@settings(max_examples=LENGTH, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_every_input_ends_in_items_or_coded_refusals(seed: int) -> None:
    rng = random.Random(seed)
    data = rng.choice(
        [
            lambda: mutated(QTI, rng),
            lambda: mutated(QTI.replace(b"qti-", b""), rng),
            lambda: mutated(rng.choice(PLACED), rng),
            lambda: mutated(PACKAGE, rng),
            lambda: mutated(rng.choice([TEST, SECTION, STIMULUS]), rng),
            lambda: mutated_package(rng),
            lambda: mutated_package(rng),
            lambda: b"\n".join(mutated(line, rng) for line in rng.sample(LINES, 2)),
            lambda: mutated(SHEET, rng),
            lambda: mutated_sheet(rng),
            lambda: mutated_cells(rng),
        ]
    )()
    prepared = prepare(read_file(data, "f", rng.choice(["auto", "auto", "qti", "jsonl", "xlsx"])))
    for remark in (*prepared.refused, *prepared.warnings):
        assert remark.error.kind.code in CATALOGUE
        assert remark.as_dict("zh")["reason"]
        assert remark.as_dict("en")["reason"]
    for version, _ in prepared.versions:
        orjson.dumps([version.ref, version.title, version.content, version.key, version.source])
    for plan in prepared.tests:
        orjson.dumps(plan.as_dict())
