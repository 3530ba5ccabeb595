"""Errors of the item bank: what may be wrong with an item, a file, a blueprint or a form."""

from core.errors import define

# An item: raised by the neutral shape and by what turns it into a version.
STEM_EMPTY = define("itembank.stem_empty", 422, "题干为空", "The stem is empty")
NO_OPTIONS = define("itembank.no_options", 422, "没有选项：选择题至少需要两个选项", "No options: a choice needs at least two options")
OPTIONS_UNCLEAR = define(
    "itembank.options_unclear",
    422,
    "选项字母缺失、重复或不连续，无法确定选项（找到 {found}）",
    "The letters of the options are missing, repeated or out of order (found {found})",
)
OPTION_EMPTY = define("itembank.option_empty", 422, "选项 {option} 为空", "Option {option} is empty")
OPTION_LETTER_TWICE = define(
    "itembank.option_letter_twice", 422, "选项字母 {option} 出现了两次", "Two options have the same letter: {option}"
)
OPTION_TEXT_TWICE = define("itembank.option_text_twice", 422, "选项 {options} 的内容相同", "Options {options} have the same text")
NO_ANSWER = define("itembank.no_answer", 422, "没有给出答案", "No right answer is given")
ANSWER_UNKNOWN = define("itembank.answer_unknown", 422, "答案 {answer} 不是任何一个选项", "The answer {answer} is not one of the options")
ANSWER_TWICE = define("itembank.answer_twice", 422, "答案 {answer} 中有重复的字母", "The answer {answer} names a letter twice")
ONE_ANSWER_ONLY = define(
    "itembank.one_answer_only", 422, "单选题和判断题只能有一个正确答案", "A single choice has exactly one right answer"
)
NOT_A_NUMBER = define("itembank.not_a_number", 422, "答案 {answer} 不是一个数", "The answer {answer} is not one number")
RUBRIC_MISSING = define(
    "itembank.rubric_missing",
    422,
    "主观题需要参考答案或评分标准",
    "An extended text needs a rubric or a reference answer",
)
RUBRIC_MARKS = define(
    "itembank.rubric_marks",
    422,
    "评分标准合计 {rubric} 分，与题目分值 {marks} 不符",
    "The rubric adds up to {rubric} marks, the item has {marks}",
)
RUBRIC_TWICE = define("itembank.rubric_twice", 422, "评分点 {id} 出现了两次", "Two criteria of the rubric have the same id: {id}")
CASE_EMPTY = define("itembank.case_empty", 422, "案例题需要材料和至少一道小题", "A case needs a text and at least one sub-question")
CASE_MARKS = define(
    "itembank.case_marks",
    422,
    "案例题分值 {marks} 应等于各小题分值之和 {parts}",
    "The marks of a case ({marks}) are the sum of its sub-questions' marks ({parts})",
)
CASE_PART_REFUSED = define(
    "itembank.case_part_refused",
    422,
    "本材料的小题有误（第 {rows} 行），整组未导入",
    "Sub-questions of this case are wrong (rows {rows}): the whole case stays out",
)
SCENARIO_MISSING = define("itembank.scenario_missing", 422, "模拟业务题缺少业务场景", "A simulated-business task needs a scenario")
SCENARIO_WRONG = define("itembank.scenario_wrong", 422, "业务场景有误：{detail}", "The scenario is wrong: {detail}")
SCENARIO_MARKS = define(
    "itembank.scenario_marks",
    422,
    "题目分值 {marks} 与业务场景各栏分值之和 {fields} 不符",
    "The marks of the task ({marks}) are not those of its fields ({fields})",
)
FIELD_WRONG = define("itembank.field_wrong", 422, "字段 {field} 有误：{detail}", "The field {field} is wrong: {detail}")
KIND_UNKNOWN = define("itembank.kind_unknown", 422, "无法识别的题型：{kind}", "Unknown item kind: {kind}")
KIND_CHANGED = define(
    "itembank.kind_changed",
    422,
    "编号 {ref} 已是另一题型（{kind}），新版本不能改变题型",
    "{ref} is already an item of another kind ({kind}); a new version keeps the kind",
)
REF_TWICE = define("itembank.ref_twice", 422, "编号 {ref} 在本次导入中重复", "The reference {ref} stands twice in this import")
REF_TAKEN = define("itembank.ref_taken", 409, "编号 {ref} 已被另一道题使用", "The reference {ref} is already that of another item")
ITEM_RETIRED = define("itembank.item_retired", 409, "该题已废止", "The item is retired")
KEY_MISSING = define(
    "itembank.key_missing",
    409,
    "该题没有可用的答案，补全后才能审核通过：{detail}",
    "The item has no usable key and cannot be approved before it has one: {detail}",
)
OWN_ITEM = define("itembank.own_item", 403, "不能审核自己编写的题目，请由另一人审核", "Another person than the author must review an item")
ITEM_STATE = define("itembank.item_state", 409, "题目状态为“{state}”，不能进行此操作", "The item is {state}: this cannot be done now")
REQUESTS_OPEN = define(
    "itembank.requests_open",
    409,
    "还有 {n} 条修改要求没有了结，了结后才能审核通过",
    "{n} requests for changes are still open; settle them before approving",
)
VERSION_MOVED = define(
    "itembank.version_moved",
    409,
    "题目 {ref} 已有更新的版本（第 {n} 版），请刷新后再操作",
    "{ref} has a newer version ({n}) than the one that you see: load the page again",
)
ALIKE = define(
    "itembank.alike",
    200,
    "与{pool}中的 {other} 相似（约 {percent}%），请确认不是同一道题",
    "Much like {other} of {pool} (about {percent} %): make sure that it is not the same question",
)
CHANGE_EMPTIES = define(
    "itembank.change_empties",
    200,
    "上一版本有而新版本没有：{fields}。如文件格式不能保存这些内容，请勿用它更新此题",
    "The version before has what the new one lacks: {fields}. Where the format cannot hold them, do not change this item by it",
)
ENEMY_UNKNOWN = define(
    "itembank.enemy_unknown",
    200,
    "互斥题 {enemies} 不在题库中，组卷时不起作用，请核对编号",
    "The bank does not hold {enemies}, named as enemies of this item: check the references, they bar nothing",
)

# A file.
FORMAT_UNKNOWN = define(
    "itembank.format_unknown",
    422,
    "无法识别文件 {file} 的格式；可导入 xlsx、QTI（xml 或 zip）、Moodle XML、GIFT、Aiken 和 jsonl",
    "The format of {file} is not known; xlsx, QTI (xml or zip), Moodle XML, GIFT, Aiken and jsonl can be imported",
)
FILE_UNREADABLE = define("itembank.file_unreadable", 422, "文件无法读取：{detail}", "The file cannot be read: {detail}")
FILE_EMPTY = define("itembank.file_empty", 422, "文件中没有题目", "There is no item in the file")
TOO_MANY = define(
    "itembank.too_many",
    422,
    "一次最多导入 {most} 题，请分成几个文件",
    "At most {most} questions go in at once: please divide the files",
)
ARCHIVE_UNSAFE = define("itembank.archive_unsafe", 422, "压缩包不能导入：{detail}", "The archive is not taken in: {detail}")
LINE_NOT_JSON = define("itembank.line_not_json", 422, "该行不是 JSON 对象：{detail}", "The line is not a JSON object: {detail}")
COLUMN_MISSING = define("itembank.column_missing", 422, "缺少列：{columns}", "Columns are missing: {columns}")
COLUMN_TWICE = define(
    "itembank.column_twice",
    200,
    "“{column}”列重复：只读取了第一列",
    "There is a second column {column}: only the first was read",
)
CELL_WRONG = define("itembank.cell_wrong", 422, "“{value}”不是有效的{column}", "{value} is not a valid {column}")
KIND_NOT_IN_SHEET = define(
    "itembank.kind_not_in_sheet",
    422,
    "{kind}不能写在表格里，请用 JSON Lines 导入",
    "An item of the kind {kind} cannot be written in a sheet; use JSON Lines",
)
CELL_NEEDLESS = define(
    "itembank.cell_needless",
    422,
    "{kind}不用“{column}”列，请清空或更改题型",
    "The kind {kind} has no {column}: empty the cell, or change the kind",
)
OPTIONS_FROM_STEM = define("itembank.options_from_stem", 200, "选项取自题干末尾", "The options were taken from the end of the stem")
MARKUP_DROPPED = define("itembank.markup_dropped", 200, "不支持的格式已去除：{what}", "Markup that is not kept was taken out: {what}")
PICTURE_DROPPED = define("itembank.picture_dropped", 200, "图片 {what} 未收入：{why}", "The picture {what} was left out: {why}")

# QTI.
QTI_DOCTYPE = define("itembank.qti_doctype", 422, "XML 中不允许 DOCTYPE", "A DOCTYPE is not allowed in the XML")
QTI_NOT_ITEM = define("itembank.qti_not_item", 422, "根元素 {element} 不是 QTI 题目", "The root element {element} is no QTI item")
QTI_UNSUPPORTED = define("itembank.qti_unsupported", 422, "不支持的 QTI 元素：{element}", "The QTI element {element} is not supported")
QTI_NO_INTERACTION = define("itembank.qti_no_interaction", 422, "题目没有作答交互", "The item has nothing to answer")
QTI_RESPONSE = define(
    "itembank.qti_response",
    422,
    "作答声明 {response} 不适用于 {element}：{detail}",
    "The response declaration {response} does not fit {element}: {detail}",
)
QTI_CONTRADICTION = define(
    "itembank.qti_contradiction",
    422,
    "评分规则以 {counted} 为对，而标准答案是 {correct}，两者矛盾（{response}）",
    "The response processing counts {counted} as right, the correct response is {correct} ({response})",
)
QTI_REDUCED = define("itembank.qti_reduced", 200, "评分规则已简化：{detail}", "The response processing is not kept as it is: {detail}")
QTI_WORTH = define(
    "itembank.qti_worth",
    200,
    "本题按 {marks} 分导入，源文件另有说法：{told}（MAXSCORE 为声明的满分，SCORE 为全部答对时评分规则给出的分数）",
    "The item goes in with {marks} marks; its file also says {told} (MAXSCORE as declared, SCORE as processed for the right answer)",
)
QTI_NO_KEY = define(
    "itembank.qti_no_key",
    200,
    "源文件没有给出可用的答案，题目作为草稿导入",
    "The source gives no usable key: the item goes in as a draft",
)
QTI_STEM_FROM_TITLE = define(
    "itembank.qti_stem_from_title", 200, "题目没有题干，以标题代替", "The item has no stem: its title stands for it"
)
QTI_DROPPED = define("itembank.qti_dropped", 200, "未导入的内容：{what}", "Left out: {what}")
QTI_FILE_MISSING = define(
    "itembank.qti_file_missing", 422, "所引用的文件 {file} 不在包中", "The file {file} that is referred to is not in the package"
)
QTI_FILES_UNUSED = define(
    "itembank.qti_files_unused",
    200,
    "包中没有题目用到的文件没有导入（{count} 个）：{files}",
    "Files of the package that no item uses are left out ({count}): {files}",
)
QTI_TEST_REDUCED = define(
    "itembank.qti_test_reduced",
    200,
    "测试的这项要求不会保留：{what}",
    "What the test asks for is not kept: {what}",
)
QTI_TEST_EMPTY = define("itembank.qti_test_empty", 422, "测试没有引用任何题目", "The test refers to no item")
QTI_ITEM_NOT_IN = define(
    "itembank.qti_item_not_in",
    200,
    "测试引用的题目 {file} 没有导入，组卷方案中已略去",
    "The item {file} of the test did not go in: the blueprint leaves it out",
)
QTI_REF_CHANGED = define(
    "itembank.qti_ref_changed",
    200,
    "标识 {identifier} 在多个文件中出现，本题改为 {ref}",
    "The identifier {identifier} stands in several files; this item is now {ref}",
)
QTI_CLONED = define(
    "itembank.qti_cloned",
    200,
    "参数化试题，已抽取为固定试题：{refs}",
    "A parameterised item, drawn as the plain items {refs}",
)

# GIFT, Moodle XML and Aiken.
QUESTION_UNSUPPORTED = define(
    "itembank.question_unsupported", 422, "不支持的题目类型：{kind}", "Questions of the type {kind} are not supported"
)
QUESTION_WRONG = define("itembank.question_wrong", 422, "题目写法有误：{detail}", "The question is not well formed: {detail}")
MARKS_PLACES = define("itembank.marks_places", 422, "分值 {marks} 超过两位小数", "The marks {marks} have more than two decimal places")
GAP_GROUPS = define(
    "itembank.gap_groups",
    422,
    "可选的词分成 {count} 组，选项填空题的各空只能共用一组",
    "The words form {count} groups; here all gaps of a question take theirs from one",
)
GAP_WORDS = define("itembank.gap_words", 422, "第 {gap} 空可选的词不足两个", "Gap {gap} has fewer than two words to choose from")
WEIGHTS_REFUSED = define(
    "itembank.weights_refused",
    422,
    "各答案的分值比例（{weights}）无法对应到任何计分方式",
    "The weights of the answers ({weights}) say nothing that a key could hold",
)
WEIGHTS_REDUCED = define(
    "itembank.weights_reduced",
    200,
    "各答案的分值比例（{weights}）不能原样保留，改为：{kept}",
    "The weights of the answers ({weights}) are not kept as they are; kept: {kept}",
)
KEY_LACKING = define(
    "itembank.key_lacking",
    200,
    "源文件没有给出答案，题目作为草稿导入",
    "The source gives no right answer: the item goes in as a draft",
)
LEFT_OUT = define("itembank.left_out", 200, "未导入的内容：{what}", "Left out: {what}")

# Blueprints and forms.
OUTLINE_WRONG = define(
    "itembank.outline_wrong",
    422,
    "细目表有误（重复、缺少上级，或比重合计不符）：{detail}",
    "The outline is wrong (a point twice or without the one above it, or weights that do not add up): {detail}",
)
BLUEPRINT_WRONG = define("itembank.blueprint_wrong", 422, "组卷方案有误：{detail}", "The blueprint is wrong: {detail}")
FORM_UNKNOWN = define(
    "itembank.form_unknown",
    422,
    "组卷方案要避开的试卷 {forms} 不存在，请核对编号",
    "The blueprint excludes {forms}, and there is no such form: check the ids",
)
FORM_SHORT = define("itembank.form_short", 409, "题库不能满足组卷方案：{detail}", "The bank cannot meet the blueprint: {detail}")
ASSEMBLY_UNSETTLED = define(
    "itembank.assembly_unsettled",
    503,
    "{seconds} 秒内没有找到符合方案的试卷，也没有证明不存在；请放宽要求后再试",
    "In {seconds} s no form was found that meets the blueprint, nor was it proved that there is none; loosen it and try again",
)
FORM_STATE = define("itembank.form_state", 409, "试卷状态为“{state}”，不能进行此操作", "The form is {state}: this cannot be done now")
OWN_FORM = define(
    "itembank.own_form", 403, "封卷人不能发布同一份试卷，请由另一人发布", "Another person than who froze the form must publish it"
)
