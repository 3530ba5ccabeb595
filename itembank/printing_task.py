"""A simulated-business task on paper: the task, its documents, what is to be filled in, and between which values its parameters are drawn.

Every candidate has values of their own, drawn by the seed of the attempt; the print names them where they stand.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from itembank.business.parameters import DerivedParameter, Parameter, RangeParameter, name_placeholders
from itembank.business.scenario import Document, FormField, HtmlBlock, MailHead, Step, TableBlock, Visible
from itembank.paper import show_marks
from itembank.printing_tree import Tree, paragraph, table, tree

_WORDS = {
    "zh": {
        "drawn": "考生各自的数据：文中〔 〕处的值按各人的种子抽取",
        "name": "名称",
        "values": "取值",
        "range": "{low} 至 {high}，间隔 {step}",
        "or": " 或 ",
        "derived": "由前面的值算出：{expression}",
        "field": "填写栏目",
        "unit": "单位",
        "marks": "分值",
        "start": "初值：",
        "mail": ("发件人", "收件人", "时间", "主题"),
    },
    "en": {
        "drawn": "Values of each candidate: what stands in 〔 〕 is drawn by the seed of the attempt",
        "name": "Name",
        "values": "Values",
        "range": "{low} to {high} in steps of {step}",
        "or": " or ",
        "derived": "follows from those above: {expression}",
        "field": "Field",
        "unit": "Unit",
        "marks": "Marks",
        "start": "At first: ",
        "mail": ("From", "To", "Sent", "Subject"),
    },
}


def print_task(task: Visible, language: str) -> Tree:
    """Return the title, the body and the documents of a task; `language` is `zh` or `en`."""
    words: dict[str, Any] = _WORDS[language]
    documents = [{"title": name_placeholders(document.title), "body": list(_document(document, words))} for document in task.documents]
    steps = [{"title": name_placeholders(step.title), "body": [_step(step, words)]} for step in task.steps]
    drawn = [{"title": words["drawn"], "body": [_parameters(task.parameters, words)]}] if task.parameters else []
    return {
        "title": name_placeholders(task.title),
        "body": [paragraph(name_placeholders(task.task))],
        "exhibits": [*documents, *steps, *drawn],
    }


def _document(document: Document, words: dict[str, Any]) -> Iterator[Any]:
    if document.mail:
        yield from _mail(document.mail, words)
    for block in document.blocks:
        if isinstance(block, HtmlBlock):
            yield from tree(name_placeholders(block.html))
        else:
            yield from _block(block)


def _mail(mail: MailHead, words: dict[str, Any]) -> Iterator[Any]:
    for name, text in zip(words["mail"], (mail.sender, mail.to, mail.sent, mail.subject), strict=True):
        yield paragraph(f"{name}: {name_placeholders(text)}")


def _block(block: TableBlock) -> Iterator[Any]:
    if block.caption:
        yield paragraph(name_placeholders(block.caption))
    right = [column.align == "right" for column in block.columns]
    yield table(
        [name_placeholders(column.label) for column in block.columns], [[*map(name_placeholders, row)] for row in block.rows], right
    )


def _step(step: Step, words: dict[str, Any]) -> Tree:
    rows = [[_field(field, words), field.unit, show_marks(field.marks)] for field in step.fields]
    return table([words["field"], words["unit"], words["marks"]], rows, [False, False, True])


def _field(field: FormField, words: dict[str, Any]) -> str:
    options = words["or"].join(option.label for option in field.options)
    start = f"{words['start']}{field.start}" if field.start else ""
    return name_placeholders("　".join(filter(None, (field.label, field.hint, options, start))))


def _parameters(parameters: Sequence[Parameter], words: dict[str, Any]) -> Tree:
    rows = [[parameter.name, _values(parameter, words)] for parameter in parameters]
    return table([words["name"], words["values"]], rows, [False, False])


def _values(parameter: Parameter, words: dict[str, Any]) -> str:
    if isinstance(parameter, DerivedParameter):
        return str(words["derived"].format(expression=parameter.expression))
    if isinstance(parameter, RangeParameter):
        return str(words["range"].format(low=parameter.low, high=parameter.high, step=parameter.step))
    return str(words["or"].join(map(str, parameter.values)))
