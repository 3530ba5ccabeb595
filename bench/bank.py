"""The item bank: taking in a sheet against the bare read of it, how that grows, and searching against a look-up by primary key.

`python -m bench --only bank`.  The sheet has 5,000 choices; searching is done among 50,000 items on PostgreSQL, through the app, by
requests in turns with requests for one item.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from bench import importing
from bench.importing import write_sheet
from bench.place import quantile, row
from bench.processes import migrated
from core.actor import Actor, Role
from core.clock import now
from core.settings import Settings
from core.unit import Database
from itembank import items
from itembank.draw import Stream
from itembank.exchange import intake
from itembank.exchange.intake import Prepared
from itembank.exchange.recognise import read_file
from itembank.items import NewVersion
from web import accounts
from web.accounts import AccountDraft, LoginKind
from web.app import create_app
from web.passwords import hash_password

SHEET, ITEMS, TURNS, CALLS = 5_000, 50_000, 3, 400
PASSWORD = "bench-only-pass"
HEADS = ["编号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析", "知识点", "难度", "等级", "项目"]
TERMS = [
    *("跨境电商", "国际物流", "海外仓", "关税", "报关单", "信用证", "提单", "汇票", "保险费", "装运港"),
    *("目的港", "买方", "卖方", "交货", "风险转移", "独立站", "选品", "广告投放", "转化率", "汇率"),
    *("结算", "托收", "原产地证", "增值税", "退税", "平台规则", "知识产权", "侵权", "商标", "客单价"),
    *("物流时效", "清关", "集装箱", "运费", "询盘", "报价", "合同", "违约", "仲裁", "支付网关"),
]
QUERIES: Sequence[dict[str, str]] = (
    {"text": "信用证"},
    {"text": "装运港 风险转移"},
    {"text": "原产地证", "level": "初级"},
    {"knowledge": "结算", "difficulty": "hard"},
    {"text": "海外仓 fob2020"},
    {"kind": "single", "state": "draft", "programme": "cbec"},
    {"text": "b00077"},
    {"text": "没有这个词"},
)


def rows() -> list[dict[str, Any]]:
    """Return the rows: importing a sheet, and searching."""
    with tempfile.TemporaryDirectory(prefix="kaochang-bench-") as name:
        folder = Path(name)
        grown = [importing.memory(_sheet(0, importing.SMALL), _sheet(0, importing.LARGE), folder), importing.corpus(folder)]
        with migrated("bank") as url:
            return [*grown, *_rows(url, folder)]


def _rows(url: str, folder: Path) -> list[dict[str, Any]]:
    database = Database(url)
    author = Actor("acc_bench", frozenset({Role.AUTHOR}))
    imported = _importing(database, author)
    _fill(database, author)
    with database.unit(author, now()) as unit:
        draft = AccountDraft("bench", frozenset({Role.AUTHOR}), {"bench": LoginKind.NAME}, hash_password(PASSWORD))
        accounts.create(unit, draft)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    database.engine.dispose()
    app = create_app(Settings(database_url=url, data_dir=folder, secret_key="bench", rate_limits=False))
    client = app.test_client()
    signed = client.post("/api/v1/session", json={"login": "bench", "password": PASSWORD})
    assert signed.status_code == 200, signed.text
    return [imported, _searching(client)]


def _importing(database: Database, author: Actor) -> dict[str, Any]:
    bare, ours, prepared_s = [], [], []
    for turn in range(TURNS):
        data = _sheet(turn)
        began = time.perf_counter()
        read = len(CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python())
        bare.append(time.perf_counter() - began)
        assert read == SHEET + 1
        began = time.perf_counter()
        prepared = intake.prepare(read_file(data, "bench.xlsx"))
        prepared_s.append(time.perf_counter() - began)
        with database.unit(author, now()) as unit:
            report = intake.store(unit, prepared)
        ours.append(time.perf_counter() - began)
        assert len(report.items) == SHEET, [remark.error.text("en") for remark in report.refused[:3]]
    raw = {
        "import_s": [round(value, 2) for value in ours],
        "of_it_prepared_s": [round(value, 2) for value in prepared_s],
        "bare_read_s": [round(value, 4) for value in bare],
    }
    name = f"import of {SHEET:,} items from a sheet, sanitised, compared with the bank and stored / the bare read of the sheet"
    return row("bank_import", name, median(ours) / median(bare), "<= 400", raw)


def _searching(client: FlaskClient) -> dict[str, Any]:
    found = client.get("/api/v1/bank/items").get_json()
    ids = [item["id"] for item in found["items"]]
    looked, searched = [], []
    told: dict[str, int] = {}
    for n in range(CALLS):
        query = QUERIES[n % len(QUERIES)]
        looked.append(_timed(client, f"/api/v1/bank/items/{ids[n % len(ids)]}", {})[0])
        took, answer = _timed(client, "/api/v1/bank/items", query)
        searched.append(took)
        told[" ".join(query.values())] = answer["total"]
    ratio = quantile(searched, 0.95) / quantile(looked, 0.95)
    raw = {
        "search_p50_ms": round(median(searched) * 1000, 1),
        "search_p95_ms": round(quantile(searched, 0.95) * 1000, 1),
        "look_up_p50_ms": round(median(looked) * 1000, 1),
        "look_up_p95_ms": round(quantile(looked, 0.95) * 1000, 1),
        "worst_by_query_ms": {
            " ".join(query.values()): round(median(searched[n :: len(QUERIES)]) * 1000, 1) for n, query in enumerate(QUERIES)
        },
        "found": told,
    }
    return row("bank_search", f"search among {ITEMS:,} items / look-up of one by primary key, p95 through the app", ratio, "<= 5", raw)


def _timed(client: FlaskClient, path: str, query: dict[str, str]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = client.get(path, query_string=query)
    took = time.perf_counter() - began
    assert answer.status_code == 200, answer.text
    return took, answer.get_json()


def _sentence(chance: Stream, words: int) -> str:
    return "，".join("".join(TERMS[chance.below(len(TERMS))] for _ in range(3)) for _ in range(words))


def _sheet(turn: int, count: int = SHEET) -> bytes:
    chance = Stream(turn, "bench sheet")
    return write_sheet(HEADS, [_cells(f"a{turn}{n:05}", chance) for n in range(count)])


def _cells(ref: str, chance: Stream) -> list[str]:
    options = [f"{_sentence(chance, 1)}{letter}" for letter in "ABCD"]
    point = f"{TERMS[chance.below(8)]}/{TERMS[chance.below(len(TERMS))]}"
    level = ("初级", "中级", "高级")[chance.below(3)]
    cells = [ref, "单选题", f"{_sentence(chance, 3)}？", *options, "ABCD"[chance.below(4)], _sentence(chance, 2)]
    return [*cells, point, str(chance.below(100) / 100), level, "cbec"]


def _fill(database: Database, author: Actor) -> None:
    """Bring the bank to its size with items like those of the sheet, each with words of its own."""
    models = intake.prepare(read_file(_sheet(0), "bench.xlsx"))
    chance = Stream(99, "bench fill")
    for start in range(0, ITEMS - TURNS * SHEET, SHEET):
        fresh = [_other(models, n, start, chance) for n in range(SHEET)]
        with database.unit(author, now()) as unit:
            items.put(unit, [items.place(version, None) for version in fresh])


def _other(models: Prepared, n: int, start: int, chance: Stream) -> NewVersion:
    model = models.versions[n][0]
    words = f"{_sentence(chance, 4)} {'fob2020' if n % 40 == 0 else ''}"
    return replace(model, ref=f"b{start + n:05}", search_text=words, digest=f"{start + n:064}")
