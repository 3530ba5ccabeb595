"""Errors of item processing: why an item or a response could not be processed."""

from core.errors import ErrorKind, ExamError, define


class ProcessingError(ExamError):
    """A processing that was refused or stopped; `kind.code` says which law was broken."""

    def __init__(self, kind: ErrorKind, **fields: object) -> None:
        super().__init__(kind, fields)


XML_BAD = define("scoring.item.xml_bad", 422, "题目不是有效的 XML:{detail}", "The item is not well-formed XML: {detail}")
XML_UNSAFE = define(
    "scoring.item.xml_unsafe",
    422,
    "题目含有 DOCTYPE 声明,已拒绝",
    "The item has a DOCTYPE, which is refused",
)
TOO_LARGE = define("scoring.item.too_large", 422, "题目过大或过于复杂:{detail}", "The item is too large: {detail}")
NOT_AN_ITEM = define("scoring.item.not_an_item", 422, "不是 QTI 题目:{name}", "This is not a QTI item: {name}")
NOT_A_TEST = define("scoring.item.not_a_test", 422, "不是 QTI 试卷:{name}", "This is not a QTI test: {name}")
DECLARATION_BAD = define(
    "scoring.item.declaration_bad",
    422,
    "变量 {identifier} 的声明有误:{detail}",
    "The declaration of {identifier} is wrong: {detail}",
)
VALUE_BAD = define(
    "scoring.item.value_bad",
    422,
    "“{text}”不是 {base} 类型的值",
    "“{text}” is not a value of the base type {base}",
)
ATTRIBUTE_BAD = define(
    "scoring.item.attribute_bad",
    422,
    "{element} 的属性 {attribute} 缺失或有误",
    "The attribute {attribute} of {element} is missing or wrong",
)
EXPRESSION_UNKNOWN = define(
    "scoring.item.expression_unknown",
    422,
    "QTI 没有表达式 {name}",
    "QTI has no expression {name}",
)
CUSTOM_UNKNOWN = define(
    "scoring.item.custom_unknown",
    422,
    "不支持自定义运算 {name}",
    "The custom operator {name} is not known here",
)
RULE_UNKNOWN = define("scoring.item.rule_unknown", 422, "QTI 没有规则 {name}", "QTI has no rule {name}")
OPERANDS_BAD = define(
    "scoring.item.operands_bad",
    422,
    "{name} 的操作数个数有误:{count}",
    "{name} has a wrong number of operands: {count}",
)
VARIABLE_UNKNOWN = define(
    "scoring.item.variable_unknown",
    422,
    "没有声明变量 {identifier}",
    "The variable {identifier} is not declared",
)
TYPE_MISMATCH = define(
    "scoring.item.type_mismatch",
    422,
    "不能把此值赋给变量 {identifier}:类型不符",
    "The value does not fit the type of the variable {identifier}",
)
TEMPLATE_UNKNOWN = define(
    "scoring.item.template_unknown",
    422,
    "不支持评分模板 {name}",
    "The response processing template {name} is not known here",
)
PATTERN_BAD = define("scoring.item.pattern_bad", 422, "正则表达式有误:{detail}", "The regular expression is wrong: {detail}")
TOO_LONG = define("scoring.item.too_long", 422, "题目的计算量过大,已停止", "The processing takes too many steps and was stopped")
TEST_ONLY = define(
    "scoring.item.test_only",
    422,
    "{name} 只能用于试卷,不能用于题目",
    "{name} asks about a test and has no meaning in an item",
)
CASE_BAD = define("scoring.item.case_bad", 422, "用例有误:{detail}", "The case is wrong: {detail}")
