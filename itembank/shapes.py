"""Shapes that the bank's routes share: what a request may say, and how it is read."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Literal, TypeVar

from flask_babel import get_locale
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from core.faults import invalid
from itembank.blueprint import Programmes
from itembank.kinds.catalogue import KindName
from itembank.queries import ItemFilter

NamesOf = Callable[[Session, Iterable[str]], Mapping[str, str]]
"""(session, accounts): account → name, of those that exist."""

ProgrammesOf = Callable[[Session], Programmes]
"""What the programmes of this house are called."""

Word = Annotated[str, Field(max_length=200)]
Told = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S")]
VersionNumber = Annotated[int, Field(ge=1, le=1_000_000)]


class Strict(BaseModel):
    """An unknown name is an error."""

    model_config = ConfigDict(extra="forbid")


Query = TypeVar("Query", bound=Strict)


class NoBody(Strict):
    """Nothing."""


class Reason(Strict):
    """Why."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class ItemQuery(Strict):
    """What a list of items is narrowed to; empty fields do not narrow."""

    kind: Literal["", KindName] = ""
    language: Literal["", "zh", "en"] = ""
    pool: Literal["", "live", "practice"] = ""
    state: Literal["", "draft", "review", "approved", "live", "retired"] = ""
    level: Word = ""
    programme: Word = ""
    knowledge: Word = ""
    text: Word = ""
    author: Word = ""
    difficulty: Literal["", "easy", "medium", "hard"] = ""
    page: Annotated[int, Field(ge=1, le=1000)] = 1

    def filter(self) -> ItemFilter:
        """Return what the queries take."""
        return ItemFilter(**self.model_dump(include=set(ItemFilter.__dataclass_fields__)))


def read_query(shape: type[Query], given: Mapping[str, str]) -> Query:
    """Read the query of an address.

    Raises:
        ExamError: `core.invalid`.
    """
    try:
        return shape.model_validate(dict(given))
    except ValidationError as error:
        raise invalid(error) from error


def language() -> str:
    """Return `zh` or `en`: what the page speaks."""
    return "en" if str(get_locale()).startswith("en") else "zh"
