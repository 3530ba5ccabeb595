"""What comparisons say in plain words, Chinese and English; each text stands for a code."""

from collections.abc import Mapping
from typing import Any

from scoring.analysis.words import LOOK, NOTE, REASONS, URGENT, Language, Say
from scoring.analysis.words import speaker as speaker_of_papers

FINDINGS: dict[str, tuple[str, str, str]] = {
    "large_focal": (
        URGENT,
        "水平相同的人中，“{focal}”明显更难得分（C 级），请重读题目：措辞、背景或教材是否只为一方所熟悉？",
        "Clearly harder for “{focal}” at equal scores (class C): is its wording, setting or textbook known to one side only?",
    ),
    "large_reference": (
        URGENT,
        "水平相同的人中，“{reference}”明显更难得分（C 级），请重读题目：措辞、背景或教材是否只为一方所熟悉？",
        "Clearly harder for “{reference}” at equal scores (class C): is its wording, setting or textbook known to one side only?",
    ),
    "moderate_focal": (
        LOOK,
        "水平相同的人中，“{focal}”较难得分（B 级），再用此题前值得一看",
        "Somewhat harder for “{focal}” at equal scores (class B); worth a look before it is used again",
    ),
    "moderate_reference": (
        LOOK,
        "水平相同的人中，“{reference}”较难得分（B 级），再用此题前值得一看",
        "Somewhat harder for “{reference}” at equal scores (class B); worth a look before it is used again",
    ),
    "uneven": (
        NOTE,
        "两组的差别随水平而变：低分段与高分段不一样，见下面的曲线",
        "The difference changes with the score: see the curves below",
    ),
}
"""Code of a finding about a question → how soon, Chinese, English."""

NOTES: dict[str, tuple[str, str]] = {
    "dif_few": ("两组各需至少 30 份答卷，人数不足，没有计算。", "Each group needs at least 30 scripts; nothing was computed."),
    "dif_few_questions": (
        "至少需要 5 道题才能找出水平相同的人，没有计算。",
        "At least 5 questions are needed to tell who is equal; nothing was computed.",
    ),
    "dif_unsound": (
        "较小的一组不足 200 人，或两组合计不足 500 人：下列数字随机波动大，只供参考，不分级、不下结论。",
        "The smaller group has fewer than 200 people, or both have fewer than 500: the figures are shown, and nothing is concluded.",
    ),
    "equating_few": ("每份试卷至少需要 30 份答卷，没有计算。", "Each paper needs at least 30 scripts; nothing was computed."),
    "equating_waiting": (
        "有题目的评分未出，总分不完整，没有计算。请在阅卷结束后再试。",
        "A question still waits for marks, so that totals are not whole; nothing was computed. Try again after the marking.",
    ),
    "equating_alike": ("总分或共同题的得分没有差异，没有计算。", "Totals or anchor scores do not vary; nothing was computed."),
    "equating_no_common": (
        "两份试卷没有共同的题（同一题的同一版本、分值相同），无法用共同题等值。",
        "No question stands on both papers (same version, same marks), so that there is no anchor.",
    ),
    "equating_unsound": (
        "有一份试卷不足 400 人：标准误偏大，换算只供参考。",
        "One paper has fewer than 400 people: errors are wide; take the conversion as a rough guide.",
    ),
    "equating_short_anchor": (
        "共同题的分值不足试卷的 20%，可能代表不了整份试卷。",
        "The anchor holds less than 20 % of the marks of a paper and may not stand for the whole.",
    ),
    "equating_odd": (
        "有共同题在两次考试中的变化与其他共同题不同（表中标出），请先查明原因：是否泄题、是否改动、教学重点是否变化。",
        "A common question has shifted unlike the others (marked in the table); find out why first: was it known, changed, taught more?",
    ),
    "equating_groups": (
        "此法假定两批考生水平相当（例如随机分卷）。若两次考试的考生不是随机分开的，请改用共同题。",
        "This assumes that the two groups are equally able, as when papers are handed out at random. If not, use an anchor.",
    ),
    "skipped": (
        "另有 {n} 份答卷用的是其他卷型，没有计入。",
        "{n} more scripts were of other forms and are left aside.",
    ),
    "waiting": REASONS["waiting"],
    "no_marks": REASONS["no_marks"],
}
"""Code of a note → Chinese, English."""

CARE = (
    "一题对两组的作用不同，是请人重读题目的理由，不是对题目不公或对任何一组的认定。",
    "That a question works differently for two groups is a reason to read it again, not a finding that it is unfair, nor about any group.",
)

BY_TOTAL = (
    """\
这些题可得部分分:总分(到整分)相同的人相比,用 Mantel 检验和标准化平均差。不显著,或差距不超过此题标准差的 0.17 倍,为 A 级;\
显著且超过 0.25 倍为 C 级;其间为 B 级。差别是否随水平而变,这里没有检验。""",
    """\
These earn part marks: people with equal totals, to the whole mark, are compared by Mantel's test and the standardised mean difference. \
Not significant, or up to 0.17 standard deviations of the question, is class A; significant and beyond 0.25 class C; between them \
class B. Whether the difference changes with the score is not tested here.""",
)
"""How questions with part marks are compared, Chinese and English."""

METHODS: dict[str, tuple[str, str, str, str]] = {
    "mean": ("平均数", "两卷只差一个常数", "Mean", "the papers differ by a constant"),
    "linear": ("线性", "平均数与标准差都对齐", "Linear", "means and standard deviations are matched"),
    "equipercentile": ("等百分位", "名次百分比相同的分数相当", "Equipercentile", "scores of equal percentile rank correspond"),
    "equipercentile_smoothed": (
        "等百分位（平滑）",
        "先用对数线性模型磨平分布",
        "Equipercentile, smoothed",
        "after loglinear smoothing of the distributions",
    ),
    "tucker": ("Tucker", "两批考生水平接近时用", "Tucker", "for groups that are alike in ability"),
    "levine": ("Levine", "两批考生水平相差较大时用", "Levine", "for groups that differ in ability"),
    "levine_true": ("Levine 真分数", "按真分数对齐", "Levine true score", "matches true scores"),
    "chained_linear": ("链式线性", "经共同题两次线性换算", "Chained linear", "two linear steps over the anchor"),
    "chained_equipercentile": (
        "链式等百分位",
        "经共同题两次等百分位换算",
        "Chained equipercentile",
        "two equipercentile steps over the anchor",
    ),
    "chained_equipercentile_smoothed": (
        "链式等百分位（平滑）",
        "先磨平四个分布",
        "Chained equipercentile, smoothed",
        "after smoothing the four distributions",
    ),
}
"""Code of a method → its name and what it does, Chinese and English."""

ENGLISH: dict[str, str] = {
    "考点": "Site",
    "性别（据身份证号）": "Sex (from identity numbers)",
    "上传的分组表": "Uploaded table of groups",
    "男": "men",
    "女": "women",
    "其余所有人": "everybody else",
    "群体比较": "Groups compared",
    "等值": "Equating",
    "比较方式": "Groups by",
    "关注组": "Focal group",
    "对照组": "Reference group",
    "关注组人数": "People, focal",
    "对照组人数": "People, reference",
    "关注组答对率": "Right, focal",
    "对照组答对率": "Right, reference",
    "优势比 α": "Odds ratio α",
    "Δ 下限": "Δ from",
    "Δ 上限": "Δ to",
    "MH p": "MH p",
    "MH q": "MH q",
    "分级": "Class",
    "标准化差": "Standardised difference",
    "均方根差": "Root mean square",
    "一致差异 p": "Uniform p",
    "随水平变化 p": "Nonuniform p",
    "R² 增量": "Gain in R²",
    "结论": "Finding",
    "←“{focal}”更难    ETS Δ 与 95% 区间    “{reference}”更难→": (
        "← harder for “{focal}”    ETS Δ and 95 % interval    harder for “{reference}” →"
    ),
    "←“{focal}”得分较低    平均差 / 标准差，95% 区间    “{reference}”得分较低→": (
        "← less earned by “{focal}”    difference / SD, 95 % interval    less earned by “{reference}” →"
    ),
    "差别在哪个水平": "At which scores the difference is",
    "有部分得分的题": "Questions with part marks",
    "关注组得分率": "Share earned, focal",
    "对照组得分率": "Share earned, reference",
    "平均差（分）": "Mean difference (marks)",
    "平均差 / 标准差": "Difference / SD",
    "下限": "From",
    "上限": "To",
    "Mantel p": "Mantel p",
    "Mantel q": "Mantel q",
    "两组的得分率": "Share earned in the two groups",
    "各题在两组间的差别": "Difference of each question between the groups",
    "答对率": "Share right",
    "答对题数组（由低到高）": "Groups by number right, low to high",
    "两组的答对率": "Share right in the two groups",
    "换算表": "Conversion",
    "原卷分数": "Score on X",
    "标准误": "Standard error",
    "原卷 X": "Paper X",
    "目标卷 Y": "Paper Y",
    "平均": "mean",
    "共同题": "Common questions",
    "原卷题号": "No. on X",
    "目标卷题号": "No. on Y",
    "原卷得分率": "Share earned on X",
    "目标卷得分率": "Share earned on Y",
    "变化异常": "Unlike the others",
    "是": "yes",
    "换算后增减的分数": "Marks added by the conversion",
    "两卷总分分布": "Totals on the two papers",
    "累计人数比例": "Share at or below",
    "设计": "Design",
    "共同题（锚题）": "Common questions (anchor)",
    "等组（随机分卷）": "Equivalent groups",
    "斜率": "Slope",
    "截距": "Intercept",
    "方法": "Method",
    "不能用": "Not possible",
}
"""Chinese → English of what plots, tables and workbooks of comparisons say besides."""

ATTRIBUTES = {"site": "考点", "sex": "性别（据身份证号）", "file": "上传的分组表"}
_GROUPS = {"male": "男", "female": "女"}


def speaker(language: Language) -> Say:
    """Return what turns the Chinese texts of comparisons into a language; others are those of the analysis of a paper."""
    of_papers = speaker_of_papers(language)
    return (lambda zh: zh) if language == "zh" else (lambda zh: ENGLISH[zh] if zh in ENGLISH else of_papers(zh))


def group_name(question: Mapping[str, Any], which: str, say: Say) -> str:
    """Return what people call the `focal` or `reference` group of a comparison."""
    group = question[which]
    if group is None:
        return say("其余所有人")
    return say(_GROUPS[group]) if question["by"] == "sex" else str(group)


def group_names(question: Mapping[str, Any], say: Say) -> list[str]:
    """Return what people call the focal and the reference group."""
    return [group_name(question, which, say) for which in ("focal", "reference")]


def finding(code: str, question: Mapping[str, Any], language: Language) -> str:
    """Return a finding, as `fairness.finding` makes it, in words; `question` is what was asked."""
    say = speaker(language)
    names = {which: group_name(question, which, say) for which in ("focal", "reference")}
    return FINDINGS[code][1 if language == "zh" else 2].format(**names)


def note(code: str, language: Language, **fields: Any) -> str:
    """Return a note in words."""
    return NOTES[code][0 if language == "zh" else 1].format(**fields)


def notes(figures: Mapping[str, Any], language: Language) -> list[str]:
    """Return what is to be said of a comparison as a whole: why nothing was computed, or with what care to read it."""
    codes = [code for code in (figures["why"], figures.get("caution")) if code]
    codes = codes[:1] if figures["why"] else [*codes, *figures.get("cautions", [])]
    said = [note(code, language) for code in codes]
    return [*said, note("skipped", language, n=figures["skipped"])] if figures["skipped"] else said


def method(code: str, language: Language) -> tuple[str, str]:
    """Return the name of a method of equating and what it does."""
    names = METHODS[code]
    return names[:2] if language == "zh" else names[2:]
