"""What stands in one cell of a sheet, read into the neutral shape or refused with the column's name."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from itembank import errors
from itembank.exchange.draft import RubricCriterion, RubricLevel
from itembank.exchange.lettering import LETTERS
from itembank.exchange.report import Fault, Refusal
from itembank.exchange.sheet_columns import BY_NAME

KINDS: dict[str, str] = {
    **dict.fromkeys(("单选题", "单选", "单项选择题", "单项选择", "选择题", "single"), "single"),
    **dict.fromkeys(("多选题", "多选", "多项选择题", "多项选择", "不定项选择题", "不定项选择", "multiple"), "multiple"),
    **dict.fromkeys(("判断题", "判断", "是非题", "truefalse", "true/false"), "truefalse"),
    **dict.fromkeys(("计算题", "计算", "数值题", "numeric"), "numeric"),
    **dict.fromkeys(("填空题", "填空", "text"), "text"),
    **dict.fromkeys(("带单位的计算题", "带单位计算题", "单位计算题", "quantity"), "quantity"),
    **dict.fromkeys(("选词填空题", "选词填空", "下拉填空题", "inline"), "inline"),
    **dict.fromkeys(("选项填空题", "选项填空", "拖拽填空题", "gapmatch"), "gapmatch"),
    **dict.fromkeys(("配伍题", "配伍", "匹配题", "配对题", "连线题", "matching"), "matching"),
    **dict.fromkeys(("排序题", "排序", "ordering"), "ordering"),
    **dict.fromkeys(("文中选择题", "文中选择", "hottext"), "hottext"),
    **dict.fromkeys(("问答题", "简答题", "论述题", "分析题", "主观题", "案例分析题", "案例题", "案例分析", "extended"), "extended"),
}
_CASE_NAMES = frozenset({"案例分析题", "案例题", "案例分析"})
_ELSEWHERE = frozenset({"模拟业务题", "模拟业务", "business", "图中选择题", "图中选择", "热点题", "hotspot"})
_DIFFICULTY = {"易": "0.2", "容易": "0.2", "较易": "0.35", "中": "0.5", "中等": "0.5", "较难": "0.65", "难": "0.8", "困难": "0.8"}
_LANGUAGES = {
    **dict.fromkeys(("", "中文", "汉语", "中", "zh", "chinese"), "zh"),
    **dict.fromkeys(("英文", "英语", "英", "en", "english"), "en"),
}
_POOLS = {
    **dict.fromkeys(("", "正式", "正式题库", "live"), "live"),
    **dict.fromkeys(("练习", "练习题库", "practice"), "practice"),
}
_SCHEMES = {
    "": "all_or_nothing",
    **dict.fromkeys(("全对得分", "全部正确得分", "all_or_nothing"), "all_or_nothing"),
    **dict.fromkeys(("少选得部分分", "少选得分", "漏选得部分分", "partial_no_wrong"), "partial_no_wrong"),
    **dict.fromkeys(("按选项计分", "每个选项计分", "per_option"), "per_option"),
    **dict.fromkeys(("按分值计分", "按各项分值", "mapped"), "mapped"),
}
_ONCE = {
    **dict.fromkeys(("", "可重复", "可重复使用", "多次"), "again"),
    **dict.fromkeys(("每项一次", "一次", "不重复", "不可重复", "once"), "once"),
}
_TABLES = {"language": _LANGUAGES, "pool": _POOLS, "scheme": _SCHEMES, "once": _ONCE}
_CRITERION = re.compile(r"(?P<title>.+?)\s*[(]?(?P<marks>\d+(?:\.\d{1,2})?)\s*(?:分|marks?|points?)?\s*[)]?\s*[。.;;]?")
_LETTERS = re.compile(r"[A-Z\s,;、/&+]*")
_STEPS = 20  # a criterion of so many whole marks is marked in steps of one

Cells = Mapping[str, str]


def show(value: object) -> str:
    """Return the text of a cell's value; numbers as people write them."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date | datetime | time | timedelta):
        return str(value)
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").strip() if value is not None else ""


def kind(cells: Cells) -> str:
    """Return the kind; `案例分析题` asks for a text: a row of a case, or its one question."""
    word = _word(cells.get("kind", ""))
    if word in _ELSEWHERE:
        raise Refusal(Fault(errors.KIND_NOT_IN_SHEET(kind=cells["kind"]), heading("kind")))
    if word not in KINDS:
        raise Refusal(Fault(errors.KIND_UNKNOWN(kind=cells.get("kind", "")), heading("kind")))
    if word in _CASE_NAMES and not (cells.get("group") or cells.get("material")):
        raise Refusal(Fault(errors.CASE_EMPTY(), heading("material")))
    return KINDS[word]


def marks(cells: Cells) -> Decimal:
    """Return the marks; 1 when the cell is empty."""
    return number(cells, "marks", low=Decimal("0.01"), high=Decimal(1000), places=2) or Decimal(1)


def difficulty(cells: Cells) -> Decimal | None:
    """Return the predicted loss of facility, 0 (easy) to 1 (hard)."""
    word = _word(cells.get("difficulty", ""))
    if word in _DIFFICULTY:
        return Decimal(_DIFFICULTY[word])
    return number(cells, "difficulty", low=Decimal(0), high=Decimal(1), places=4)


def tolerance(cells: Cells) -> Decimal | None:
    """Return the absolute tolerance of a number."""
    return number(cells, "tolerance", low=Decimal(0), high=Decimal(10**9), places=6)


def number(cells: Cells, name: str, low: Decimal, high: Decimal, places: int) -> Decimal | None:
    """Return the number in a cell, within its bounds and places; None when the cell is empty."""
    text = unicodedata.normalize("NFKC", cells.get(name, "")).strip().removesuffix("分").strip()
    if not text:
        return None
    try:
        found = Decimal(text)
        if found.is_finite() and low <= found <= high and found == round(found, places):
            return round(found, places).normalize() + 0
    except InvalidOperation:
        pass
    raise wrong(cells, name)


def choice(cells: Cells, name: str) -> str:
    """Return what the word in the cell `language`, `pool`, `scheme` or `once` stands for."""
    table = _TABLES[name]
    word = _word(cells.get(name, ""))
    if word not in table:
        raise wrong(cells, name)
    return table[word]


def scheme(cells: Cells) -> str:
    """Return the scheme; what only worths need says that they are meant."""
    mapped = any(name in cells for name in ("worths", "floor", "ceiling"))
    if "scheme" not in cells and mapped:
        return "mapped"
    found = choice(cells, "scheme")
    if mapped and found != "mapped":
        raise wrong(cells, "scheme")
    return found


def bound(cells: Cells, name: str) -> Decimal | None:
    """Return the least or the most that worths come to, `floor` or `ceiling`."""
    return number(cells, name, low=Decimal(0), high=Decimal(1000), places=6)


def limit(cells: Cells) -> int:
    """Return how many options may be chosen; 0 is any number."""
    return int(number(cells, "limit", low=Decimal(1), high=Decimal(99), places=0) or 0)


def letters(cells: Cells, name: str) -> list[str]:
    """Return the letters of options in a cell."""
    text = unicodedata.normalize("NFKC", cells.get(name, "")).upper()
    if not _LETTERS.fullmatch(text):
        raise wrong(cells, name)
    return [letter for letter in text if letter in LETTERS]


def several(cells: Cells, name: str, separators: str) -> list[str]:
    """Return the entries of a cell that holds several."""
    return [entry.strip() for entry in re.split(separators, cells.get(name, "")) if entry.strip()]


def rubric(cells: Cells) -> list[RubricCriterion]:
    """Return the criteria of a rubric: one a line, its marks at the end."""
    criteria = []
    for n, line in enumerate((cells.get("rubric") or "").splitlines(), 1):
        if not line.strip():
            continue
        found = _CRITERION.fullmatch(unicodedata.normalize("NFKC", line.strip()))
        if found is None or Decimal(found["marks"]) <= 0:
            raise Refusal(Fault(errors.CELL_WRONG(value=line.strip()[:80], column=heading("rubric")), heading("rubric")))
        top = Decimal(found["marks"])
        stepped = top == int(top) and top <= _STEPS
        steps = [Decimal(step) for step in range(int(top) + 1)] if stepped else [Decimal(0), top]
        levels = [RubricLevel(marks=step, text=f"{step} 分") for step in steps]
        criteria.append(RubricCriterion(id=f"c{n}", title=found["title"], levels=levels))
    return criteria


def heading(name: str) -> str:
    """Return the template's heading of a column."""
    return BY_NAME[name].heading


def wrong(cells: Cells, name: str) -> Refusal:
    """Make the refusal of a cell's content."""
    return Refusal(Fault(errors.CELL_WRONG(value=cells.get(name, "")[:80], column=heading(name)), heading(name)))


def _word(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()
