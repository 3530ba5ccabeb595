"""How an import grows with its file: the memory of `kaochang bank import`, and the time for each item of a corpus of real questions.

Both go into the embedded database.  The corpus is the folder `cn-mcq` of the reference corpora, which `KAOCHANG_CORPORA` names; without
it there is no row.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import xlsxwriter

from bench.place import row
from core.actor import SYSTEM
from core.clock import now
from core.migrations import running
from core.unit import Database
from itembank.exchange.intake import import_batches
from itembank.exchange.recognise import read_file

SMALL, LARGE, TURNS = 2_000, 20_000, 3
CORPORA = os.environ.get("KAOCHANG_CORPORA", "")
NAMES = ("cflue", "fin-eva", "gaokao")
KINDS = {"single": "单选题", "multiple": "多选题", "judge": "判断题"}
HEADS = ("编号", "题型", "题干", *(f"选项{letter}" for letter in "ABCDEFGH"), "答案", "知识点")
_CHILD = """
import sys
from web.cli import run
code = run(["bank", "import", sys.argv[1], "--json"])
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(code, peak, file=sys.stderr)
"""


def write_sheet(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return an xlsx file of these rows."""
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        for n, cells in enumerate([heads, *rows]):
            page.write_row(n, 0, cells)
    return memory.getvalue()


def memory(small: bytes, large: bytes, folder: Path) -> dict[str, Any]:
    """Return the row of the memory: sheets of `SMALL` and `LARGE` items, each imported by a process of its own."""
    peaks = [_peak(data, folder / f"memory-{n}") for n, data in enumerate((small, large))]
    raw = {"items": [SMALL, LARGE], "peak_mb": [round(peak / 1024) for peak in peaks]}
    name = f"peak memory of `kaochang bank import` of {LARGE:,} rows / of {SMALL:,} rows"
    return row("bank_memory", name, peaks[1] / peaks[0], "<= 1.5", raw)


def corpus(folder: Path) -> dict[str, Any]:
    """Return the row of the corpus: the time of a core for each item of the whole of it, over that of a quarter."""
    name = "import of the whole corpus cn-mcq / of a quarter of it, by item"
    source = Path(CORPORA) / "cn-mcq"
    if not CORPORA or not source.is_dir():
        return {"key": "bank_corpus", "name": name, "ratio": None, "bound": "<= 1.3", "raw": {"corpus": "not here"}}
    lines = [line for file in NAMES for line in (source / f"{file}.jsonl").read_text("utf-8").splitlines()]
    cells = [_cells(json.loads(line), n) for n, line in enumerate(lines)]
    sheets = {len(chosen): write_sheet(HEADS, chosen) for chosen in (cells[::4], cells)}
    empty = folder / "empty.sqlite"
    running.upgrade(f"sqlite:///{empty}")
    took: dict[int, list[float]] = {count: [] for count in sheets}
    for turn in range(TURNS):
        for count, data in sheets.items():
            took[count].append(_seconds(data, shutil.copyfile(empty, folder / f"corpus-{turn}-{count}.sqlite")) / count)
    quarter, whole = (median(took[count]) for count in sheets)
    raw = {"items": list(sheets), "core_ms_an_item": [round(value * 1000, 3) for value in (quarter, whole)]}
    return row("bank_corpus", name, whole / quarter, "<= 1.3", raw)


def _peak(data: bytes, folder: Path) -> int:
    """Return the peak of the resident memory of an import into an embedded database of its own, in kB."""
    folder.mkdir()
    path = folder / "items.xlsx"
    path.write_bytes(data)
    environment = {**os.environ, "KAOCHANG_DATA_DIR": str(folder), "KAOCHANG_DATABASE_URL": ""}
    command = [sys.executable, "-c", _CHILD, str(path)]
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, text=True)
    code, peak = done.stderr.split()[-2:]
    assert code == "0", done.stderr[-500:]
    return int(peak)


def _seconds(data: bytes, path: Path) -> float:
    database = Database(f"sqlite:///{path}")
    began = time.process_time()
    report = import_batches(database, SYSTEM, now(), read_file(data, "cn-mcq.xlsx"))
    took = time.process_time() - began
    database.engine.dispose()
    assert report.items
    return took


def _cells(record: Mapping[str, Any], n: int) -> list[str]:
    """Return a record as an office would type it; what is no choice as a question with its answer."""
    stem = "\n".join(filter(None, [record["context"], record["stem"]]))
    options = [record["options"].get(letter, "") for letter in "ABCDEFGH"]
    kind = KINDS.get(record["type"], "问答题")
    return [f"m{n}", kind, stem, *options, "".join(map(str, record["answer"])), record["subject"]]
