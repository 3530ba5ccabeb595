"""Some 5,000 Chinese examination questions, written into the template as an office would, and taken in."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.unit import Database
from itembank.exchange.intake import Prepared, import_drafts, prepare
from itembank.exchange.recognise import read_file
from itembank.exchange.report import Read, Reading
from itembank.sanitising import plain_text
from tests.make.bank import AUTHOR, sheet
from tests.make.clock import MovableClock
from tests.make.corpora import corpus

NAMES = ("cflue", "fin-eva", "gaokao")
KINDS = {"single": "单选题", "multiple": "多选题", "judge": "判断题", "case_open": "问答题"}
_QUESTION = re.compile(r"(?<![\d.])(\d{1,2})\s*[．.、]\s*(?!\d)")


def rows_of(name: str, record: dict[str, Any], n: int) -> list[dict[str, Any]]:
    """Write a record as rows of the template; a set with one text becomes one case where its questions can be told apart."""
    shared = {"知识点": record["subject"], "难度": "中", "题库": "练习", "来源": record["id"][:100], "解析": record.get("explanation")}
    ref, marks = f"{name}-{n}", record.get("score")
    if record["type"] == "itemset":
        return [{**shared, "材料编号": ref, "分值": marks, **row} for row in _parts(record)]
    stem = "\n".join(filter(None, [record["context"], record["stem"]]))
    options = {f"选项{letter}": text for letter, text in record["options"].items()}
    answer = "".join(record["answer"])
    return [{**shared, "编号": ref, "题型": KINDS[record["type"]], "题干": stem, **options, "答案": answer, "分值": marks}]


def _parts(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Part a text with numbered questions; where their numbers do not run as the answers do, leave it in one piece."""
    starts = _numbered(record["stem"], len(record["answer"]))
    if not starts:
        return [{"题型": "单选题", "题干": record["stem"], "材料": record["stem"], "答案": ",".join(record["answer"])}]
    ends = [start.start() for start in starts[1:]] + [len(record["stem"])]
    stems = [record["stem"][start.end() : end] for start, end in zip(starts, ends, strict=True)]
    material = record["stem"][: starts[0].start()]
    return [{"题型": "单选题", "题干": s, "材料": material, "答案": a} for s, a in zip(stems, record["answer"], strict=True)]


def _numbered(text: str, questions: int) -> list[re.Match[str]]:
    """Return the last run of so many consecutive numbers."""
    found = list(_QUESTION.finditer(text))
    for last in range(len(found) - 1, -1, -1):
        run = [found[last]]
        for earlier in reversed(found[:last]):
            if len(run) < questions and int(earlier[1]) == int(run[0][1]) - 1:
                run.insert(0, earlier)
        if len(run) == questions:
            return run
    return []


@pytest.fixture(scope="module")
def records() -> dict[str, list[dict[str, Any]]]:
    folder: Path = corpus("cn-mcq")
    return {name: [json.loads(line) for line in (folder / f"{name}.jsonl").open(encoding="utf-8")] for name in NAMES}


@pytest.fixture(scope="module")
def readings(records: dict[str, list[dict[str, Any]]]) -> list[Reading]:
    found: list[Reading] = []
    for name, of_name in records.items():
        rows = [row for n, record in enumerate(of_name) for row in rows_of(name, record, n)]
        found += read_file(sheet(rows), f"{name}.xlsx")
    return found


@pytest.fixture(scope="module")
def prepared(readings: list[Reading]) -> Prepared:
    return prepare(readings)


def broken(stem: str) -> str | None:
    """Say what is wrong with a question whose options stand at the end of its text; None when A to D stand there in order."""
    marks = list(re.finditer(r"(?<![A-Za-z0-9{\\])([A-D])[ \u3000]*[．.、：:)）]", stem))
    at_lines = [mark for mark in marks if not stem[: mark.start()].rsplit("\n", maxsplit=1)[-1].strip()]
    if "".join(mark[1] for mark in at_lines) == "ABCD":
        marks = at_lines  # one a line: whatever else looks like a mark is text
    if "".join(mark[1] for mark in marks)[-4:] != "ABCD":
        return "options_unclear"
    ends = [mark.start() for mark in marks[-3:]] + [len(stem)]
    texts = [stem[mark.end() : end].strip() for mark, end in zip(marks[-4:], ends, strict=True)]
    if not all(texts):
        return "option_empty"
    return "option_text_twice" if len(set(texts)) < 4 else None


def expected_refusal(record: dict[str, Any]) -> str | None:
    """Return the code with which a record must be refused, worked out from the record alone; None when it must go in."""
    if record["options"]:
        texts = [text.strip() for text in record["options"].values()]
        return "option_text_twice" if len(set(texts)) < len(texts) else None
    if record["type"] == "itemset":
        parts = _parts(record)
        is_whole = len(parts) == len(record["answer"]) and not any(broken(part["题干"]) for part in parts)
        return None if is_whole else "case_part_refused"
    return broken(record["stem"]) if record["type"] in {"single", "multiple"} else None


def test_what_is_sound_goes_in_and_what_is_broken_is_refused_for_its_reason(
    records: dict[str, list[dict[str, Any]]], prepared: Prepared
) -> None:
    expected = {f"{name}-{n}": expected_refusal(record) for name, of_name in records.items() for n, record in enumerate(of_name)}
    refused = {remark.ref: remark.error.kind.code.removeprefix("itembank.") for remark in prepared.refused}  # a case's own comes last
    assert refused == {ref: code for ref, code in expected.items() if code}
    assert {version.ref for version, _ in prepared.versions} == {ref for ref, code in expected.items() if not code}
    assert len(expected) == 5105
    assert len(refused) <= 20


def test_every_refusal_names_its_row_and_column(prepared: Prepared) -> None:
    for remark in prepared.refused:
        assert remark.place.row, remark
        assert remark.place.column or remark.error.kind.code == "itembank.case_part_refused", remark


def test_nothing_is_lost_on_the_way(records: dict[str, list[dict[str, Any]]], readings: list[Reading]) -> None:
    """Stem, options and answer of every plain choice come back out of the sheet as they went in."""
    drafts = {reading.draft.ref: reading.draft for reading in readings if isinstance(reading, Read)}
    for name in ("cflue", "fin-eva"):
        for n, record in enumerate(records[name]):
            draft = drafts.get(f"{name}-{n}")
            if draft is None or draft.kind == "case":
                continue
            stem = "\n".join(filter(None, [record["context"], record["stem"]]))
            assert plain(draft.stem) == squeeze(re.sub("</?p>", "", stem))
            assert [plain(option.html) for option in draft.options] == [squeeze(text) for text in record["options"].values()]
            assert sorted(draft.key.correct) == sorted(record["answer"])


def test_questions_read_from_running_text_hold_every_letter_of_it(
    records: dict[str, list[dict[str, Any]]], readings: list[Reading]
) -> None:
    drafts = {reading.draft.ref: reading.draft for reading in readings if isinstance(reading, Read)}
    for n, record in enumerate(records["gaokao"]):
        draft = drafts.get(f"gaokao-{n}")
        if draft is not None and record["type"] in {"single", "multiple"}:
            told = plain(draft.stem) + "".join(plain(option.html) for option in draft.options)
            assert letters_of(told) == letters_of(squeeze(record["stem"])) - Counter("ABCD")
            assert "".join(draft.key.correct) == record["answer"][0]


def test_the_whole_corpus_goes_in_and_a_second_time_changes_nothing(
    database: Database, clock: MovableClock, readings: list[Reading]
) -> None:
    with database.unit(AUTHOR, clock()) as unit:
        dry = import_drafts(unit, readings, dry_run=True)
    with database.unit(AUTHOR, clock()) as unit:
        report = import_drafts(unit, readings)
    assert dry.as_dict() == report.as_dict()
    assert len(report.items) >= 5080
    with database.unit(AUTHOR, clock.move(1)) as unit:
        again = import_drafts(unit, readings)
    assert {entry.status for entry in again.items} == {"unchanged"}


def plain(html: str) -> str:
    return squeeze(plain_text(html))


def squeeze(text: str) -> str:
    return "".join(text.split())


def letters_of(text: str) -> Counter[str]:
    """Count what is not a mark around an option's letter."""
    return Counter(letter for letter in text if letter not in "．.、：:)） ")
