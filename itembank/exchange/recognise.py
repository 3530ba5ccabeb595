"""Tell the format of a file by its content, and read it."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from core.errors import ExamError
from itembank import errors
from itembank.exchange import aiken_read, gift_read, jsonl_read, moodle_read, package, qti_read, sheet_read
from itembank.exchange.qti_engine import Engine
from itembank.exchange.report import Place, Reading, Remark, in_file

Format = Literal["auto", "xlsx", "qti", "jsonl", "moodle", "gift", "aiken"]
SUFFIXES = (".xlsx", ".xml", ".zip", ".jsonl", ".gift", ".gift.txt", ".aiken", ".aiken.txt")
_QUIZ = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?[^>]{0,200}\?>\s*|<!--(?:(?!-->).){0,2000}-->\s*){0,20}<quiz[\s>]", re.DOTALL)
_GIFT = re.compile(r"(?<!\\)\{[^{}]*(?<!\\)\}|^\s*(?:::|\$CATEGORY:|\[(?:html|moodle|plain|markdown)\])", re.MULTILINE)
_LOOKED_AT = 200_000  # bytes of a text file by which its format is told
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")
_READERS = {"xlsx": sheet_read.read, "jsonl": jsonl_read.read, "moodle": moodle_read.read, "gift": gift_read.read, "aiken": aiken_read.read}


def recognise(data: bytes, name: str) -> Format:
    """Return the format of a file: `xlsx`, `qti` (one item, or a package), `moodle` (XML), `jsonl`, `aiken` or `gift`.

    Raises:
        ExamError: `itembank.format_unknown`, `itembank.archive_unsafe`.
    """
    if package.is_zip(data):
        names = package.check(data)
        if "xl/workbook.xml" in names:
            return "xlsx"
        if any(entry.lower().endswith(".xml") for entry in names):
            return "qti"
    elif data[:4].startswith(_XML_STARTS) or data.lstrip()[:1] == b"<":
        return "moodle" if _QUIZ.match(data) else "qti"
    elif name.lower().endswith(".jsonl") or data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return "jsonl"  # by its name too: a damaged line must be refused as one, not taken for a question in GIFT
    elif (found := _of_text(data[:_LOOKED_AT])) is not None:
        return found
    raise errors.FORMAT_UNKNOWN(file=name)


def _of_text(data: bytes) -> Format | None:
    text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8", "replace")
    if aiken_read.is_aiken(text):
        return "aiken"
    return "gift" if _GIFT.search(text) else None


def read_file(data: bytes, name: str, wanted: Format = "auto", engine: Engine | None = None) -> Iterator[Reading]:
    """Yield what a file holds; a file that cannot be read at all, or holds nothing, yields one refusal.

    `engine` processes items of QTI: without it parameterised ones are refused, and no worth is known but what an item states.
    """
    found = False
    try:
        for reading in in_file(_read(data, name, wanted, engine), name):
            found = found or not (isinstance(reading, Remark) and reading.is_note)
            yield reading
    except ExamError as error:
        yield Remark("", error, Place(file=name))
    else:
        if not found:
            yield Remark("", errors.FILE_EMPTY(), Place(file=name))


def read_files(files: Iterable[tuple[bytes, str]], wanted: Format, most: int, engine: Engine | None = None) -> Iterator[Reading]:
    """Yield what several files, each with its name, hold; `engine` as `read_file`.

    Raises:
        ExamError: `itembank.too_many`, as soon as there are more than `most` items and refused rows.
    """
    count, last = 0, None
    for reading in (reading for data, name in files for reading in read_file(data, name, wanted, engine)):
        if isinstance(reading, Remark) and reading.is_note:
            yield reading
            continue
        here = (reading.place.file, reading.place.row) if isinstance(reading, Remark) and reading.place.row else None
        if here is None or here != last:  # a row may be refused for several reasons
            count += 1
        if count > most:
            raise errors.TOO_MANY(most=most)
        last = here
        yield reading


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files named, and those below folders named whose endings are known, in the order of names."""
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.name.lower().endswith(SUFFIXES) and found.is_file())
        else:
            yield path


def _read(data: bytes, name: str, wanted: Format, engine: Engine | None) -> Iterable[Reading]:
    found = recognise(data, name) if wanted == "auto" else wanted
    if found == "qti":
        return qti_read.read(data, name, engine)
    return _READERS[found](data)
