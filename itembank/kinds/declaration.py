"""What a kind of item is: its names, the shape of its answers, what its question is made of, what its key may say."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

MARKER = re.compile(r"\[\[([A-Z]|[1-9][0-9]?)\]\]")
"""Where a gap (`[[1]]`) or a passage that may be chosen (`[[A]]`) stands in a stem."""


class Cardinality(StrEnum):
    """How many values an answer holds."""

    NONE = "none"  # the item itself is not answered: its parts are
    SINGLE = "single"
    MULTIPLE = "multiple"
    ORDERED = "ordered"
    LOG = "log"  # every answer is an action added to the ones before


class BaseType(StrEnum):
    """What one value of an answer is."""

    IDENTIFIER = "identifier"
    PAIR = "pair"  # of identifiers: a gap and the option put there
    NUMBER = "number"
    QUANTITY = "quantity"  # a number and the identifier of its unit
    STRING = "string"
    ACTION = "action"


@dataclass(frozen=True)
class ResponseDeclaration:
    """The shape of an answer: its cardinality and base type."""

    cardinality: Cardinality
    base_type: BaseType


class Choosable(Protocol):
    """An option."""

    @property
    def id(self) -> str:
        """Its identifier within the question."""

    @property
    def html(self) -> str:
        """What is read, or heard."""

    @property
    def area(self) -> str:
        """Where it lies on the picture."""


class Fillable(Protocol):
    """A gap, or the left side of a match."""

    @property
    def id(self) -> str:
        """Its number within the question, from 1."""

    @property
    def html(self) -> str:
        """The left side of a match; empty for a gap in the stem."""

    @property
    def options(self) -> Sequence[Choosable]:
        """The options of this gap alone."""


class Question(Protocol):
    """What is asked, with or without its key."""

    @property
    def stem(self) -> str:
        """The question."""

    @property
    def options(self) -> Sequence[Choosable]:
        """What may be chosen, placed, matched or put in order; the units of a quantity."""

    @property
    def gaps(self) -> Sequence[Fillable]:
        """What is to be filled."""

    @property
    def once(self) -> bool:
        """Whether an option may be put into one gap only."""

    @property
    def limit(self) -> int:
        """How many options may be chosen; 0 is any number."""

    @property
    def image(self) -> Any:
        """The picture under hot spots."""


class Answers(Protocol):
    """What a declaration must know of a key: see `itembank.exchange.draft.DraftKey`."""

    @property
    def correct(self) -> Sequence[str]:
        """What is right, in the kind's own notation."""


Flaw = str | None
Check = Callable[[Any], Flaw]

CHOICE_SCHEMES = ("all_or_nothing", "per_option", "partial_no_wrong", "mapped")
ALL_OR_MAPPED = ("all_or_nothing", "mapped")
PLAIN = ("all_or_nothing",)


@dataclass(frozen=True)
class Kind:
    """One kind of item.

    `parts_of_question` names the fields, besides stem and marks, that the question is made of: what an editor offers.  `schemes` are the
    ways in which its key may earn part of the marks.  `is_mixed`: the options stand in an order made from their texts before any paper
    is made, since the author's order may be the answer.
    """

    name: str
    zh: str
    en: str
    response: ResponseDeclaration
    parts_of_question: tuple[str, ...] = ()
    schemes: tuple[str, ...] = PLAIN
    machine_scored: bool = True
    is_mixed: bool = False

    @property
    def wrong_costs(self) -> bool:
        """Whether a wrong choice may cost: not where it stands in the place of a right one."""
        return self.response == ResponseDeclaration(Cardinality.MULTIPLE, BaseType.IDENTIFIER)

    def check_shape(self, value: Any) -> Flaw:
        """Say what is wrong with the shape of an answer; None when it is sound.  `None` clears an answer and is sound."""
        raise NotImplementedError

    def offer(self, question: Question) -> Check:
        """Return the check of answers to this very question: their shape, and that they hold nothing that it does not offer."""
        return self.check_shape

    def atoms(self, value: Any) -> tuple[str, ...]:
        """Return what an answer amounts to: the values, in the notation of a key, that each may earn something."""
        return tuple(value) if isinstance(value, list) else (value,)

    def right(self, correct: Sequence[str]) -> tuple[str, ...]:
        """Return what a right answer amounts to, by a key's `correct`."""
        return tuple(correct)

    def check_question(self, question: Question) -> None:
        """Refuse a question that does not make sense.

        Raises:
            ExamError: of `itembank.errors`.
        """

    def check_correct(self, question: Question, correct: Sequence[str]) -> None:
        """Refuse a key that does not fit the question.

        Raises:
            ExamError: of `itembank.errors`.
        """

    def values(self, question: Question) -> tuple[str, ...]:
        """Return every value, in the notation of a key, that an answer may amount to; empty where they cannot be counted."""
        return ()


def is_different(values: Any) -> bool:
    """Say whether this is a list of different texts."""
    return isinstance(values, list) and all(isinstance(v, str) for v in values) and len(set(values)) == len(values)
