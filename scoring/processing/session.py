"""The session: the variables of one item or test while its processing runs, and the limits of that work."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from scoring.processing.casting import cast
from scoring.processing.declarations import Declaration, Kind
from scoring.processing.errors import (
    EXPRESSION_UNKNOWN,
    RULE_UNKNOWN,
    TOO_LONG,
    TYPE_MISMATCH,
    VARIABLE_UNKNOWN,
    ProcessingError,
)
from scoring.processing.reading import Node
from scoring.processing.values import NUMERIC, Result, atoms_of, number_of, numeric

MOST_STEPS = 200_000
"""Expressions and container members that one processing may touch."""

DEEPEST = 100
"""How deep expressions and rules may be nested."""

LARGEST_CONTAINER = 2_000


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What outcome processing of a test sees of an item: its place, its outcomes and what became of its responses."""

    identifier: str
    sections: frozenset[str]
    categories: frozenset[str]
    weights: Mapping[str, float]
    declarations: Mapping[str, Declaration]
    outcomes: Mapping[str, Result]
    presented: bool
    responded: bool
    correct: bool | None


@dataclass(slots=True)
class Session:
    """Declared variables and their values; expressions and rules are looked up by plain name.

    `items` is None in an item, where nothing may ask about a test.
    """

    declarations: dict[str, Declaration]
    rng: random.Random
    expressions: Mapping[str, "Expression"]
    rules: Mapping[str, "Rule"]
    items: Sequence[ItemResult] | None = None
    values: dict[str, Result] = field(default_factory=dict)
    corrects: dict[str, Result] = field(default_factory=dict)
    defaults: dict[str, Result] = field(default_factory=dict)
    steps: int = 0
    depth: int = 0

    def evaluate(self, node: Node) -> Result:
        """Return the value of an expression; a result outside the value set, as of a division by zero, is NULL (clauses Divide, Power).

        Raises:
            ProcessingError: when the expression is unknown or wrong, or the work gets too long.
        """
        expression = self.expressions.get(node.name)
        if expression is None:
            raise ProcessingError(EXPRESSION_UNKNOWN, name=node.spelling)
        with self._inside():
            try:
                value = expression(self, node)
            except ArithmeticError:
                value = None
        size = len(atoms_of(value))
        if size > LARGEST_CONTAINER:
            raise ProcessingError(TOO_LONG)
        self.spend(size)
        return value

    def run(self, nodes: Sequence[Node]) -> None:
        """Carry out rules in order.

        Raises:
            ProcessingError: when a rule is unknown or wrong, or the work gets too long.
        """
        for node in nodes:
            rule = self.rules.get(node.name)
            if rule is None:
                raise ProcessingError(RULE_UNKNOWN, name=node.spelling)
            with self._inside():
                rule(self, node)

    @contextmanager
    def _inside(self) -> Iterator[None]:
        self.spend(1)
        self.depth += 1
        try:
            if self.depth > DEEPEST:
                raise ProcessingError(TOO_LONG)
            yield
        finally:
            self.depth -= 1

    def spend(self, steps: int) -> None:
        """Count work.

        Raises:
            ProcessingError: when the budget is used up.
        """
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise ProcessingError(TOO_LONG)

    def declared(self, identifier: str, *kinds: Kind) -> Declaration:
        """Return the declaration of a variable of one of these kinds.

        Raises:
            ProcessingError: when there is none.
        """
        declaration = self.declarations.get(identifier)
        if declaration is None or declaration.kind not in kinds:
            raise ProcessingError(VARIABLE_UNKNOWN, identifier=identifier)
        return declaration

    def assign(self, declaration: Declaration, value: Result) -> Result:
        """Give a variable a value of its type and return it.

        Raises:
            ProcessingError: when the value does not fit the type.
        """
        fitted = self.fit(declaration, value)
        self.values[declaration.identifier] = fitted
        return fitted

    def fit(self, declaration: Declaration, value: Result) -> Result:
        """Return the value as one of the declared type.

        Raises:
            ProcessingError: when it does not fit.
        """
        try:
            return cast(value, declaration.cardinality, declaration.base)
        except ValueError:
            raise ProcessingError(TYPE_MISMATCH, identifier=declaration.identifier) from None

    def number(self, node: Node, attribute: str, default: float | None = None) -> int | float | None:
        """Return a numeric attribute, which may name a variable instead (clause IntegerOrVariableRef); None when that is NULL.

        Raises:
            ProcessingError: when it is missing without a default, or no number and no variable.
        """
        text = node.get(attribute)
        if text or default is None:
            return self.resolve(node, attribute, text)
        return default

    def resolve(self, node: Node, attribute: str, text: str) -> int | float | None:
        """Return one number, or the value of the variable of that name, from an attribute's text.

        Raises:
            ProcessingError: when it is neither.
        """
        literal, name = numeric(text), text.strip("{}")
        if literal is not None:
            return literal
        declaration = self.declarations.get(name)
        if declaration is None or declaration.base not in NUMERIC:
            raise node.wrong(attribute)
        return number_of(self.values.get(name))


Expression = Callable[[Session, Node], Result]
Rule = Callable[[Session, Node], None]
