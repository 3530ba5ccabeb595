"""The columns of the xlsx template: how they are headed, which other headings are understood, and what stands in them."""

import re
import unicodedata
from dataclasses import dataclass

OPTION_LETTERS = "ABCDEFGH"
"""Options that have a column of their own; up to 26 stand in one cell."""


@dataclass(frozen=True)
class Column:
    """One column: `heading` as the template has it, `others` as offices write it, and what stands in it."""

    name: str
    heading: str
    others: tuple[str, ...]
    zh: str
    en: str
    choices: tuple[str, ...] = ()
    width: int = 12


COLUMNS = (
    Column(
        "ref",
        "编号",
        ("题号", "试题编号", "题目编号", "id", "ref"),
        "题目的固定编号（最多 64 字）；同一编号再次导入即为新版本；留空时按内容自动生成",
        "The item's own stable reference; the same again is a new version. Empty: made from the content",
        (),
        14,
    ),
    Column(
        "kind",
        "题型",
        ("试题类型", "题目类型", "类型", "kind", "type"),
        "单选题、多选题、判断题、计算题、带单位的计算题、填空题、问答题、选词填空题、选项填空题、配伍题、排序题、文中选择题",
        "single, multiple, truefalse, numeric, quantity, text, extended, inline, gapmatch, matching, ordering, hottext",
        (
            *("单选题", "多选题", "判断题", "计算题", "带单位的计算题", "填空题", "问答题"),
            *("选词填空题", "选项填空题", "配伍题", "排序题", "文中选择题"),
        ),
        14,
    ),
    Column(
        "stem",
        "题干",
        ("题目", "试题内容", "题目内容", "问题", "stem", "question"),
        "题目正文；公式写在 $…$ 之间；可用 <b>、<sub>、<table> 等简单 HTML；填空处写 [[1]]、[[2]]，文中可选处写 [[A]]、[[B]]",
        "The question; TeX between $…$; simple HTML is kept; gaps stand as [[1]], [[2]], passages that may be chosen as [[A]], [[B]]",
        (),
        48,
    ),
    *(
        Column(
            f"option_{letter}",
            f"选项{letter}",
            (letter.lower(), f"{letter.lower()}选项", f"option{letter.lower()}"),
            f"选择题的选项 {letter}",
            f"Option {letter} of a choice",
            (),
            18,
        )
        for letter in OPTION_LETTERS
    ),
    Column(
        "options",
        "选项",
        ("备选项", "选项内容", "备选答案", "options"),
        "代替选项A–H：所有选项写在一格，每行一个（A. …）；选词填空题每行写一个空的选项：1. 收据|发票|账单",
        "Instead of the columns above: all options in one cell, one a line (A. …); of inline choice one gap a line: 1. receipt|invoice",
        (),
        24,
    ),
    Column(
        "left",
        "左栏",
        ("左项", "题目栏", "left"),
        "配伍题的左栏，每行一个（1. …）；右栏写在选项里",
        "The left sides of a match, one a line (1. …); the right sides are the options",
        (),
        24,
    ),
    Column(
        "answer",
        "答案",
        ("正确答案", "标准答案", "参考答案", "answer", "key"),
        "选择题写字母（如 ABD）；判断题写对或错；计算题写数值（可写 12.5±0.1）；填空题多个可接受答案用 | 分隔；问答题写参考答案；"
        "各空和左栏写 1C 2A 3B；排序题按正确顺序写字母（如 CAB）",
        "Letters; 对 or 错; a number (12.5±0.1); accepted texts parted by |; a reference answer; "
        "gaps and left sides as 1C 2A 3B; an ordering as its letters in the right order (CAB)",
        (),
        16,
    ),
    Column(
        "explanation",
        "解析",
        ("答案解析", "试题解析", "题目解析", "explanation"),
        "答案的解释，练习时显示",
        "Why; shown in practice",
        (),
        36,
    ),
    Column(
        "knowledge",
        "知识点",
        ("考点", "鉴定点", "知识点路径", "knowledge"),
        "知识点路径，各级用 / 分隔，多个知识点用 ; 分隔",
        "Knowledge points: levels parted by /, several by ;",
        (),
        24,
    ),
    Column(
        "difficulty",
        "难度",
        ("难易度", "难易程度", "难度系数", "difficulty"),
        "易、较易、中、较难、难，或 0（易）–1（难）之间的小数",
        "易 … 难， or a number from 0 (easy) to 1 (hard)",
        ("易", "较易", "中", "较难", "难"),
        8,
    ),
    Column("marks", "分值", ("分数", "本题分值", "题目分值", "marks", "score"), "本题满分，留空为 1", "Full marks; empty is 1", (), 8),
    Column("level", "等级", ("级别", "鉴定等级", "适用等级", "level"), "适用等级，多个用 ; 分隔", "Levels, several parted by ;", (), 12),
    Column(
        "programme", "项目", ("考试项目", "证书项目", "programme"), "考试项目代号，多个用 ; 分隔", "Programmes, several parted by ;", (), 10
    ),
    Column(
        "enemies",
        "互斥题",
        ("敌对题", "不同卷", "enemies"),
        "不得与本题同卷的试题编号，多个用 ; 分隔",
        "References of items that must not stand in one form with this one",
        (),
        12,
    ),
    Column("language", "语言", ("语种", "language"), "中文 或 英文，留空为中文", "中文 or 英文", ("中文", "英文"), 8),
    Column("pool", "题库", ("题库类型", "用途", "pool"), "正式 或 练习，留空为正式", "正式 (live) or 练习 (practice)", ("正式", "练习"), 8),
    Column(
        "scheme",
        "计分方式",
        ("评分方式", "得分规则", "scheme"),
        "全对得分；多选题、文中选择题可用少选得部分分；有多个选项或空的题可用按选项计分；各项分值不同的用按分值计分",
        "All or nothing; part marks when nothing wrong is chosen; by option, or by gap; by what each value is worth",
        ("全对得分", "少选得部分分", "按选项计分", "按分值计分"),
        14,
    ),
    Column(
        "worths",
        "各项分值",
        ("选项分值", "分值明细", "worths"),
        "按分值计分时各项的得分（扣分写负数），用 ; 分隔：A=2;B=1;C=-1，各空 1B=2，排序题 B1=1（B 在第 1 位），填空题每行一个",
        "What each value earns or costs, parted by ;: A=2;B=1;C=-1, of gaps 1B=2, of an order B1=1 (B in the first place); a text a line",
        (),
        20,
    ),
    Column(
        "floor", "得分下限", ("最低得分", "floor"), "按分值计分时的最低得分，留空为 0", "The least that worths come to; empty is 0", (), 8
    ),
    Column(
        "ceiling",
        "得分上限",
        ("最高得分", "ceiling"),
        "按分值计分时的最高得分，留空为分值",
        "The most that worths come to; empty is the full marks",
        (),
        8,
    ),
    Column(
        "limit",
        "最多可选",
        ("可选项数", "limit"),
        "多选题、文中选择题最多可选几项，留空不限",
        "How many options may be chosen; empty is any number",
        (),
        8,
    ),
    Column(
        "once",
        "选项用法",
        ("选项重复", "once"),
        "选项填空题、配伍题：可重复（留空）或 每项一次",
        "Gap match and matching: an option may be used again (可重复, or empty), or once (每项一次)",
        ("可重复", "每项一次"),
        10,
    ),
    Column(
        "fixed",
        "固定选项",
        ("不打乱选项", "fixed"),
        "打乱选项时位置不变的选项的字母（如 D）",
        "Letters of options that keep their places when options are shuffled",
        (),
        8,
    ),
    Column(
        "tolerance",
        "容差",
        ("误差", "允许误差", "tolerance"),
        "计算题允许的绝对误差",
        "Absolute tolerance of a number",
        (),
        8,
    ),
    Column(
        "units",
        "计量单位",
        ("数值单位", "units"),
        "带单位的计算题可选的单位，每行一个，写明 1 个单位等于多少答案的单位：千克=1、克=0.001；选了必错的写 =错",
        "Units to choose from, one a line, with what one of them is in the unit of the answer: kg=1, g=0.001; =错 where it is always wrong",
        (),
        14,
    ),
    Column(
        "patterns",
        "通配答案",
        ("模糊答案", "patterns"),
        "填空题另外接受的写法，* 代表任意多个字符，? 代表一个字符，多个用 | 分隔",
        "Further accepted texts, * for any run of characters, ? for one, parted by |",
        (),
        16,
    ),
    Column(
        "rubric",
        "评分标准",
        ("采分点", "评分要点", "评分细则", "rubric"),
        "问答题：每行一个采分点，行末写分值，如：说明贸易术语（2分）；合计等于分值",
        "Extended text: one criterion a line with its marks at the end, e.g. names the term (2)",
        (),
        32,
    ),
    Column(
        "group",
        "材料编号",
        ("案例编号", "材料号", "题组编号", "case"),
        "案例题：同一材料的各小题写相同的材料编号",
        "Case: the sub-questions of one text have the same number here",
        (),
        12,
    ),
    Column("group_title", "材料标题", ("案例标题", "标题", "title"), "案例的标题", "Title of the case", (), 16),
    Column(
        "material",
        "材料",
        ("背景材料", "案例材料", "材料内容", "案例", "material"),
        "案例的材料，写在该组的第一行",
        "Text of the case, in the first row of its group",
        (),
        40,
    ),
    Column("source", "来源", ("出处", "试题来源", "source"), "题目来源", "Where the item comes from", (), 12),
)

BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = ("kind", "stem", "answer")
EXAMPLE_SHEET = "示例"
"""The name of the template's sheet of examples, which nobody means to import."""
HELP_SHEET = "填写说明"
"""The name of the template's sheet that explains the columns."""
OF_KINDS = {
    "left": frozenset({"matching"}),
    "limit": frozenset({"multiple", "hottext"}),
    "once": frozenset({"gapmatch", "matching"}),
    "units": frozenset({"quantity"}),
    "patterns": frozenset({"text"}),
}
"""Columns that mean something to these kinds alone; what stands there in the row of another kind is refused."""
_NOTES = re.compile(r"[(\[【][^)\]】]*[)\]】]|[*\s::]")
_BY_HEADING = {heading: column.name for column in COLUMNS for heading in (column.heading.lower(), *column.others)}


def find_column(heading: str) -> str | None:
    """Return the column meant by a heading: full-width forms, case, blanks, asterisks and remarks in brackets do not matter."""
    return _BY_HEADING.get(_NOTES.sub("", unicodedata.normalize("NFKC", heading)).lower())
