"""What an analysis says in plain words: every remark and every reason, Chinese and English.

Each text stands for a code; `{label}` and the like are filled with what was found.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

Language = Literal["zh", "en"]

Say = Callable[[str], str]
"""A Chinese text to the reader's language."""

URGENT, LOOK, NOTE = "urgent", "look", "note"
"""How soon a person should look: before the marks are released, before the question is used again, when there is time."""

REMARKS: dict[str, tuple[str, str, str]] = {
    "negative": (
        URGENT,
        "区分度为负（{r}）：成绩好的考生反而更容易失分，请核对答案",
        "Discrimination is negative ({r}): stronger candidates lose marks here; check the key",
    ),
    "better_option": (
        URGENT,
        "选项 {option} 比答案更受高分考生青睐，请核对答案",
        "Option {option} draws stronger candidates than the key does; check the key",
    ),
    "below_chance": (
        URGENT,
        "得分率 {p}，低于随意猜测，请核对答案与题干",
        "{p} of the marks, less than guessing would earn; check the key and the wording",
    ),
    "alike": (LOOK, "所有考生得分相同，此题区分不出任何人", "Everybody has the same mark; the question tells nobody apart"),
    "weak": (LOOK, "区分度偏低（{r}），几乎分不出水平高低", "Discrimination is low ({r}); the question hardly tells levels apart"),
    "hard": (LOOK, "很难：得分率只有 {p}", "Very hard: only {p} of the marks were earned"),
    "misfit": (
        LOOK,
        "作答比模型预期更杂乱（加权均方 {infit}），可能有歧义",
        "Answers scatter more than the model expects (infit {infit}); it may be ambiguous",
    ),
    "omitted": (LOOK, "{omitted} 的考生没有作答，可能时间不够或题意不清", "{omitted} gave no answer; short of time, or unclear"),
    "easy": (NOTE, "很容易：得分率 {p}", "Very easy: {p} of the marks were earned"),
    "unused_option": (NOTE, "选项 {option} 几乎无人选择", "Hardly anybody chose option {option}"),
}
"""Code of a remark about a question → how soon, Chinese, English; the more urgent first."""

REASONS: dict[str, tuple[str, str]] = {
    "nobody": ("还没有人交卷，没有可分析的答卷。", "Nobody has handed in yet: there is nothing to analyse."),
    "no_questions": ("还没有任何一题评完，没有可计算的得分。", "No question has all its marks yet: there is nothing to compute."),
    "one": ("只有一份答卷，无法计算任何统计量。", "There is one script only: nothing can be computed from it."),
    "few": (
        "答卷不足 30 份：下列数字随机波动很大，只供参考，不据此提出任何提示。",
        "Fewer than 30 scripts: the figures below are mostly chance. They are shown, and no remark is made of them.",
    ),
    "waiting": ("还有评分未出，暂不计入", "Its marks are not all there yet; it is left out for now"),
    "no_marks": ("此题不计分，未计入", "It earns no marks; it is left out"),
    "model_few": ("项目反应模型至少需要 50 份答卷。", "An item response model needs at least 50 scripts."),
    "model_few_questions": (
        "项目反应模型至少需要 3 道能区分考生的题；不足 250 份答卷时只用非对即错的题。",
        "An item response model needs at least 3 questions that tell people apart; below 250 scripts only right-or-wrong ones are used.",
    ),
    "model_alike": ("各题作答没有差异，无法估计模型。", "Everybody answered alike: there is no model to estimate."),
    "pairs_few_questions": (
        "作答一致性分析至少需要同一试卷上的 10 道单选或判断题。",
        "Similarity of answers needs at least 10 single choices on one form.",
    ),
    "pairs_few": ("作答一致性分析至少需要 30 份同一试卷的答卷。", "Similarity of answers needs at least 30 scripts of one form."),
    "pairs_no_rooms": (
        "没有考场信息，无法只比较同一考场的答卷。",
        "No rooms are known, so that pairs of one room cannot be looked at.",
    ),
}
"""Code of a reason why something is not computed or left out → Chinese, English."""

PAIRS_NOTE = (
    "作答相近只是请人复核的理由，不是对任何人行为的认定：同一位老师、同一本教材、相近的水平和偶然都会使作答相近。",
    (
        "Alike answers are a reason for a person to look, not a finding about anybody: a shared teacher or textbook, similar ability and "
        "chance all make answers alike."
    ),
)

ENGLISH: dict[str, str] = {
    "单参数模型（各题共用一个区分度）": "One-parameter model (one slope for all)",
    "双参数模型": "Two-parameter model",
    "等级反应模型（含部分得分的题）": "Graded response model (part marks)",
    "总分": "Total",
    "人数": "People",
    "平均": "mean",
    "总分分布": "Distribution of totals",
    "改判前后的总分分布": "Totals before and after the regrade",
    "合格线": "Pass line",
    "总分分布与各条线": "Totals and the lines",
    "得分率（越右越容易）": "Share of the marks earned (easier to the right)",
    "区分度（与其余题总分的相关）": "Discrimination (correlation with the rest)",
    "试题分布图：得分率与区分度": "Map of the questions: share of the marks and discrimination",
    "总分组（由低到高）": "Score groups, low to high",
    "选择比例": "Share that chose it",
    "选项轨迹": "Trace lines of the options",
    "能力": "Ability",
    "测验信息量（实线），测量误差（虚线，右轴）": "Information (solid), standard error (dashed, right scale)",
    "测验信息量": "Information of the paper",
    "此题的信息量": "Information of this question",
    "考生（左）与试题难度（右），同一把尺": "People (left) and difficulty of questions (right) on one scale",
    "考生能力与试题难度对照图": "Wright map of ability and difficulty",
    "试卷分析": "Analysis of a paper",
    "试卷": "Paper",
    "计算时间": "Computed at",
    "中位数": "Median",
    "标准差": "Standard deviation",
    "最低": "Lowest",
    "最高": "Highest",
    "满分": "Full marks",
    "信度 α": "Alpha",
    "测量标准误": "Standard error of measurement",
    "模型": "Model",
    "能力估计信度": "Reliability of abilities",
    "说明": "Note",
    "概况": "Summary",
    "项目": "Figure",
    "数值": "Value",
    "提示": "Remarks",
    "轻重": "How soon",
    "提示内容": "Remark",
    "请先核对": "Check first",
    "值得一看": "Worth a look",
    "供参考": "For information",
    "试题分析": "Questions",
    "题号": "No.",
    "题目": "Question",
    "部分": "Section",
    "作答人数": "People",
    "平均分": "Mean",
    "得分率": "Share earned",
    "与总分相关": "Item-total r",
    "区分度": "Discrimination",
    "删去此题后的信度": "Alpha without it",
    "未作答比例": "No answer",
    "难度 b": "Difficulty b",
    "加权均方": "Infit",
    "未加权均方": "Outfit",
    "选项分析": "Options",
    "选项": "Option",
    "内容": "Text",
    "选此项者平均总分": "Mean total of choosers",
    "与其余题总分的相关": "r with the rest",
    "答案": "Key",
    "信息量": "Information",
    "标准误": "Standard error",
    "作答相近": "Alike answers",
    "考生一": "Candidate 1",
    "考生二": "Candidate 2",
    "考场": "Room",
    "相同答案": "Shared answers",
    "其中同为错答": "Shared wrong",
    "预期相同": "Expected",
    "题数": "Questions asked",
    "没有需要提示的问题。": "There is nothing to remark on.",
    "没有异常相近的答卷。": "No answer sheets are unusually alike.",
}
"""Chinese → English of what plots and reports say besides."""

MODELS = {"1pl": "单参数模型（各题共用一个区分度）", "2pl": "双参数模型", "graded": "等级反应模型（含部分得分的题）"}


def speaker(language: Language) -> Say:
    """Return what turns the Chinese texts of plots and reports into a language; what holds no Chinese stays."""

    def english(zh: str) -> str:
        return ENGLISH[zh] if any("\u4e00" <= letter <= "\u9fff" for letter in zh) else zh

    return (lambda zh: zh) if language == "zh" else english


def remark(found: Mapping[str, Any], language: Language) -> str:
    """Return a remark, as `flags.flags_of` finds it, in words."""
    text = REMARKS[found["code"]][1 if language == "zh" else 2]
    return text.format(**found)


def reason(code: str, language: Language) -> str:
    """Return why something is not computed."""
    return REASONS[code][0 if language == "zh" else 1]


def cell(value: Any, form: str) -> str:
    """Return a figure as a table on paper shows it; a dash stands where there is none."""
    return "–" if value is None else form.format(value)
