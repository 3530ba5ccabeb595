"""Errors of the scoring rooms."""

from core.errors import define

TASK_NOT_YOURS = define(
    "scoring.task_not_yours",
    409,
    "这份答卷已不在您手中(租期已过或已交还),您刚才的评分未计入,草稿已保留",
    "This script is no longer yours (the lease ended or it was returned); your mark was not counted, your draft is kept",
)
SITE_UNKNOWN = define(
    "scoring.site_unknown",
    422,
    "这份试卷没有考点“{site}”，请从列出的考点中选择",
    "This paper was not sat at a site {site}: choose one of those listed",
)
NO_TASK = define("scoring.no_task", 404, "目前没有待评的答卷", "There is nothing to mark at the moment")
MARK_INVALID = define("scoring.mark_invalid", 422, "评分不符合评分标准:{detail}", "The mark does not fit the rubric: {detail}")
NOT_CHECKABLE = define("scoring.not_checkable", 422, "此题不能自动判分", "This item cannot be checked by machine")
MARKING_STOPPED = define(
    "scoring.marking_stopped",
    409,
    "这份试卷的阅卷已由阅卷组长暂停,您的草稿已保留,恢复后可以继续",
    "The chief marker has stopped the marking of this paper; your draft is kept, and you can go on when it is resumed",
)
MARKER_PAUSED = define(
    "scoring.marker_paused",
    409,
    "您的阅卷已暂停,请与阅卷组长联系后再继续",
    "Your marking is paused; please talk with the chief marker before going on",
)
NOT_QUALIFIED = define(
    "scoring.not_qualified",
    409,
    "您尚未通过定标考核,不能评阅正式答卷,请与阅卷组长联系",
    "You have not qualified for live marking yet; please talk with the chief marker",
)
SCHEME_FIXED = define(
    "scoring.scheme_fixed",
    409,
    "这份试卷已有评分,评阅方案不能再改;质量规则仍可调整",
    "This paper has marks already, so its scheme can no longer change; its quality rules still can",
)
OWN_READING = define(
    "scoring.own_reading",
    409,
    "您看过或评过这份答卷(或它是您本人的),请由他人裁决",
    "You have had this script to mark, or it is your own; somebody else must decide it",
)
NOT_TO_DECIDE = define(
    "scoring.not_to_decide",
    409,
    "这份答卷目前不需要裁决,请刷新页面",
    "This script does not wait for a decision any more; please reload the page",
)
REASON_MISSING = define(
    "scoring.reason_missing",
    422,
    "被上报的答卷由您一人定分,请在“说明”中写明理由",
    "A reported script is decided by you alone; please say why in the field for it",
)
NOT_ANALYSED = define(
    "scoring.not_analysed",
    409,
    "这份试卷还没有分析结果,请先开始分析",
    "This paper has not been analysed yet; please start the analysis first",
)
REGRADE_INVALID = define("scoring.regrade_invalid", 422, "改判内容有误:{detail}", "The regrade is not sound: {detail}")
REGRADE_STATE = define(
    "scoring.regrade_state",
    409,
    "这份改判现在不能这样处理(已生效、已撤销或预览尚未完成),请刷新页面",
    "This regrade cannot be treated like that now (committed, taken back, or without a finished preview); please reload the page",
)
SAME_PERSON = define(
    "scoring.same_person",
    409,
    "提出改判的人不能自己批准,请另一位考务人员核对后批准",
    "Whoever proposed a regrade cannot approve it; somebody else of the office must look at it and approve",
)
PREVIEW_OUTDATED = define(
    "scoring.preview_outdated",
    409,
    "预览之后成绩或规则有变动,预览已不作准,请重新预览后再批准",
    "Marks or rules have changed since the preview, which holds no more; please preview again and approve then",
)
SAMPLES_UNREADABLE = define(
    "scoring.samples_unreadable",
    422,
    "样卷文件无法读取,请用下载的空白表填写:{detail}",
    "The workbook of scripts cannot be read; please fill in the one that was downloaded: {detail}",
)
GROUPS_UNREADABLE = define(
    "scoring.groups_unreadable",
    422,
    "分组表无法使用:需要表头、答卷编号一列和分组一列,至少两组({detail})",
    "The table of groups cannot be used: it needs a heading, a column of attempts and a column of groups, at least two ({detail})",
)
GROUP_UNKNOWN = define(
    "scoring.group_unknown", 422, "没有这个组,或两组相同:{group}", "There is no such group, or the two are the same: {group}"
)
SAME_PAPER = define("scoring.same_paper", 422, "等值需要两份不同的试卷", "Equating needs two different papers")
