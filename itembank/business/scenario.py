"""The definition of a simulated-business task: what the candidate reads and fills, and, apart from it, the key.

`visible` holds the texts, the parameters and the fields with their marks; `key` holds every expected value.  The two
are separate from the first line an author writes, so nothing has to be taken out of what a candidate is given.  HTML
stands here as its author wrote it: `loading` has it sanitised.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from itembank.business.expression import parse
from itembank.business.parameters import (
    DerivedParameter,
    ExpressionText,
    Name,
    Parameter,
    Template,
    check_order,
    placeholders,
)
from itembank.exchange.draft import Marks, Scheme, Shape

FieldType = Literal["money", "number", "quantity", "date", "text", "choice", "multi_choice", "long_text"]
Id = Annotated[str, Field(min_length=1, max_length=40)]


def _check_html(text: str) -> str:
    """A parameter may stand in text only: an attribute is no place that escaping alone makes safe."""
    if any("{{" in tag.partition(">")[0] for tag in text.split("<")[1:]):
        raise ValueError("a placeholder stands inside a tag")
    return text


Html = Annotated[Template, AfterValidator(_check_html)]


class HtmlBlock(Shape):
    """Running text of a document."""

    html: Html


class Column(Shape):
    """One column of a table; figures stand at the right."""

    label: Template
    align: Literal["left", "right"] = "left"


class TableBlock(Shape):
    """A table of plain texts, a row as long as the columns."""

    caption: Template = ""
    columns: tuple[Column, ...] = Field(min_length=1)
    rows: tuple[tuple[Template, ...], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _rows_fit(self) -> "TableBlock":
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has not as many cells as the table has columns")
        return self


class MailHead(Shape):
    """The head of a mail."""

    sender: Template
    to: Template
    sent: Template
    subject: Template


class Document(Shape):
    """One document to read; `kind` says what it looks like on the desk."""

    id: Id
    kind: Literal["mail", "memo", "price_sheet", "rate_table", "letter_of_credit", "packing_list", "trade_document"]
    title: Template
    mail: MailHead | None = None
    blocks: tuple[HtmlBlock | TableBlock, ...] = Field(min_length=1)


class Option(Shape):
    """One option of a choice."""

    id: Id
    label: Template


class FormField(Shape):
    """One thing to fill in.

    `start` is what stands there at first (an identifier of an option, a number, a date or a text); `unit` names the
    currency of money (ISO 4217) or the unit of a number or quantity.
    """

    name: Name
    type: FieldType
    label: Template
    hint: Template = ""
    marks: Marks
    unit: str = Field(default="", max_length=12)
    options: tuple[Option, ...] = ()
    start: Template = ""

    @model_validator(mode="after")
    def _fits_type(self) -> "FormField":
        ids = [option.id for option in self.options]
        if (self.type in {"choice", "multi_choice"}) != (len(ids) >= 2) or len(set(ids)) != len(ids):
            raise ValueError(f"{self.name}: a choice has at least two different options, any other field has none")
        if self.type == "money" and not (len(self.unit) == 3 and self.unit.isupper()):
            raise ValueError(f"{self.name}: money needs its currency as three capital letters")
        if self.start and self.type == "multi_choice":
            raise ValueError(f"{self.name}: nothing is ticked at first")
        return self


class Step(Shape):
    """One tool of the trade to work in."""

    tool: Literal["mail_reply", "quotation_sheet", "proforma_invoice", "lc_checklist", "back_office"]
    title: Template
    fields: tuple[FormField, ...] = Field(min_length=1)


class Visible(Shape):
    """What the candidate's side is made from; texts in the language of the item."""

    language: Literal["zh", "en"] = "zh"
    title: Template = Field(min_length=1, max_length=200)
    task: Template = Field(min_length=1)
    parameters: tuple[Parameter, ...] = ()
    documents: tuple[Document, ...] = Field(min_length=1)
    steps: tuple[Step, ...] = Field(min_length=1)

    @property
    def fields(self) -> list[FormField]:
        """All fields, in the order in which they stand."""
        return [field for step in self.steps for field in step.fields]

    @property
    def marks(self) -> Decimal:
        """The marks of the whole task."""
        return sum((field.marks for field in self.fields), Decimal(0))

    @model_validator(mode="after")
    def _names_fit(self) -> "Visible":
        known = check_order(self.parameters)
        names = [field.name for field in self.fields]
        ids = [document.id for document in self.documents]
        if len(set(names)) != len(names) or known & set(names) or len(set(ids)) != len(ids):
            raise ValueError("a field or a document has a name that is taken")
        unknown = placeholders(self.model_dump_json(exclude={"parameters"})) - known
        if unknown:
            raise ValueError(f"the texts name {', '.join(sorted(unknown))}, which is no parameter")
        return self


class ValueKey(Shape):
    """A value from an expression, right within `tolerance` (absolute).

    The expression may name fields that stand before.  For those in `given` the candidate's own entry counts
    as well: an error made once is not punished again (error carried forward).
    """

    by: Literal["value"]
    expected: ExpressionText
    tolerance: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    given: tuple[Name, ...] = ()


class AcceptedKey(Shape):
    """Any one of these texts, or options of a choice, is right."""

    by: Literal["accepted"]
    accepted: tuple[Template, ...] = Field(min_length=1)


class TicksKey(Shape):
    """For each option a condition that says whether it belongs to the answer; marks by `scheme` as for a choice."""

    by: Literal["ticks"]
    right: dict[str, ExpressionText]
    scheme: Scheme = "all_or_nothing"
    given: tuple[Name, ...] = ()


class Point(Shape):
    """One thing a reply must say: at least one phrase of every group.

    A placeholder of a field stands for the candidate's own entry there, or the right one when there is none.
    """

    about: Template = Field(min_length=1)
    says: tuple[Annotated[tuple[Template, ...], Field(min_length=1)], ...] = Field(min_length=1)
    marks: Marks

    @property
    def texts(self) -> tuple[str, ...]:
        """All its texts that may hold placeholders."""
        return (self.about, *(phrase for group in self.says for phrase in group))


class PointsKey(Shape):
    """A reply is worth the points that it makes."""

    by: Literal["points"]
    points: tuple[Point, ...] = Field(min_length=1)


FieldKey = Annotated[ValueKey | AcceptedKey | TicksKey | PointsKey, Field(discriminator="by")]

_KEYS_OF: dict[str, frozenset[str]] = {
    "text": frozenset({"accepted"}),
    "choice": frozenset({"value", "accepted"}),
    "multi_choice": frozenset({"ticks"}),
    "long_text": frozenset({"points"}),
}


class Key(Shape):
    """What is right: working values derived from the parameters, and a key for each field."""

    working: tuple[DerivedParameter, ...] = ()
    fields: dict[Name, FieldKey]


class Scenario(Shape):
    """A task as its author means it."""

    visible: Visible
    key: Key

    @model_validator(mode="after")
    def _key_fits(self) -> "Scenario":
        known = check_order(self.key.working, (parameter.name for parameter in self.visible.parameters))
        fields = self.visible.fields
        if {field.name for field in fields} != self.key.fields.keys() or known & self.key.fields.keys():
            raise ValueError("the key must have exactly the fields of the forms, under names of their own")
        entries: set[str] = set()
        for field in fields:
            _check_field_key(field, self.key.fields[field.name], known, entries)
            if isinstance(self.key.fields[field.name], ValueKey):
                entries.add(field.name)
        return self


def split(scenario: Scenario) -> tuple[Visible, Key]:
    """Part the candidate's side from the key; the first holds nothing of the second."""
    return scenario.visible, scenario.key


def _check_field_key(field: FormField, key: FieldKey, known: set[str], entries: set[str]) -> None:
    """Refuse a key that does not fit its field; `entries` are the fields before it that have an expected value."""
    if key.by not in _KEYS_OF.get(field.type, {"value"}):
        raise ValueError(f"{field.name}: a field of type {field.type} has no key by {key.by}")
    ids = {option.id for option in field.options}
    if isinstance(key, TicksKey) and key.right.keys() != ids:
        raise ValueError(f"{field.name}: the key must say for each option whether it is right")
    if isinstance(key, AcceptedKey) and ids and not set(key.accepted) <= ids:
        raise ValueError(f"{field.name}: an accepted answer is not an option")
    if isinstance(key, PointsKey) and sum(point.marks for point in key.points) != field.marks:
        raise ValueError(f"{field.name}: the marks of the points must add up to the marks of the field")
    unknown = _names(key) - known - entries
    if unknown:
        raise ValueError(f"{field.name}: {', '.join(sorted(unknown))} is neither a parameter nor a value before it")
    if isinstance(key, ValueKey | TicksKey) and not set(key.given) <= entries & _names(key):
        raise ValueError(f"{field.name}: only fields that the expression names can be given")


def _names(key: FieldKey) -> set[str]:
    """Every name that `key` needs a value for."""
    if isinstance(key, ValueKey):
        return set(parse(key.expected).names)
    if isinstance(key, TicksKey):
        return {name for condition in key.right.values() for name in parse(condition).names}
    texts = key.accepted if isinstance(key, AcceptedKey) else [text for point in key.points for text in point.texts]
    return {name for text in texts for name in placeholders(text)}
