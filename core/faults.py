"""What pydantic minds about an input, as a sentence in both languages."""

from typing import Any, NamedTuple

from pydantic import ValidationError

from core.errors import INVALID, ExamError, Words

MOST = 5  # faults named in one sentence

_SENTENCES = {
    "missing": Words("缺少此项", "is missing"),
    "extra_forbidden": Words("没有这一项", "is not known here"),
    "too_short": Words("至少要有 {min_length} 个", "needs at least {min_length}"),
    "too_long": Words("至多 {max_length} 个", "takes at most {max_length}"),
    "string_too_short": Words("至少 {min_length} 个字符", "needs at least {min_length} characters"),
    "string_too_long": Words("至多 {max_length} 个字符", "takes at most {max_length} characters"),
    "string_pattern_mismatch": Words("不符合格式 {pattern}", "does not match {pattern}"),
    "greater_than": Words("须大于 {gt}", "must be more than {gt}"),
    "greater_than_equal": Words("不得小于 {ge}", "must be at least {ge}"),
    "less_than": Words("须小于 {lt}", "must be less than {lt}"),
    "less_than_equal": Words("不得大于 {le}", "must be at most {le}"),
    "finite_number": Words("须为有限的数", "must be a finite number"),
    "literal_error": Words("只能是 {expected}", "must be {expected}"),
    "enum": Words("只能是 {expected}", "must be {expected}"),
    "timezone_aware": Words("时间须带时区", "must tell its time zone"),
    "value_error": Words("不符合规则:{error}", "is against the rules: {error}"),
}
_BLANK = Words("不能是空白", "must not be blank")
_NOUNS = {
    "string": Words("文字", "a text"),
    "int": Words("整数", "a whole number"),
    "float": Words("数", "a number"),
    "decimal": Words("数", "a number"),
    "bool": Words("是或否", "true or false"),
    "list": Words("列表", "a list"),
    "tuple": Words("列表", "a list"),
    "dict": Words("对象", "an object"),
    "model": Words("对象", "an object"),
    "datetime": Words("时间", "an instant"),
    "date": Words("日期", "a date"),
    "json": Words("JSON", "JSON"),
    "none": Words("空", "nothing"),
}


class Fault(NamedTuple):
    """One thing that is wrong: the field as a dotted path, and why."""

    field: str
    reason: Words


def faults_of(error: ValidationError) -> list[Fault]:
    """Return everything that is wrong, in pydantic's order."""
    found: list[Any] = error.errors(include_url=False, include_input=False)
    return [Fault(".".join(map(str, fault["loc"])), _reason(fault["type"], fault.get("ctx", {}), fault["msg"])) for fault in found]


def invalid(error: ValidationError) -> ExamError:
    """Return the catalogue's error for an input of the wrong shape; its field `faults` lists what is wrong where."""
    faults = faults_of(error)
    return INVALID(
        detail=Words(*("; ".join(f"{fault.field}: {reason}" for fault, reason in _in(faults, n)) for n in range(len(Words._fields)))),
        faults=[fault._asdict() for fault in faults],
    )


def _in(faults: list[Fault], language: int) -> list[tuple[Fault, str]]:
    return [(fault, fault.reason[language]) for fault in faults[:MOST]]


def _reason(kind: str, context: dict[str, Any], message: str) -> Words:
    sentence = _BLANK if context.get("pattern") == r"\S" else _SENTENCES.get(kind)
    if sentence:
        return Words(sentence.zh.format_map(_in_chinese(context)), sentence.en.format_map(context))
    noun = _NOUNS.get(kind.partition("_")[0])
    return Words(f"须为{noun.zh}", f"must be {noun.en}") if noun else Words(f"格式不对({message})", message)


def _in_chinese(context: dict[str, Any]) -> dict[str, Any]:
    """Return what a sentence is about, with the choices that pydantic joins by an English word joined by a Chinese one."""
    return {**context, "expected": context["expected"].replace(" or ", " 或 ")} if "expected" in context else context
