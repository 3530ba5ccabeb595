"""Tables of expressions: the decorators that enter one, with its number of operands and its way with NULL."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from scoring.processing.errors import OPERANDS_BAD, ProcessingError
from scoring.processing.reading import Node, plain
from scoring.processing.session import Expression, Session
from scoring.processing.values import Result, is_null

Operator = Callable[Concatenate[Session, Node, ...], Result]
MANY = 10_000


class Table(dict[str, Expression]):
    """Expressions by plain name."""

    def expression(self, name: str) -> Callable[[Expression], Expression]:
        """Enter an expression that looks at its own children, if it has any."""

        def enter(function: Expression) -> Expression:
            self[plain(name)] = function
            return function

        return enter

    def operator(self, name: str, least: int, most: int, *, nulls: bool = False) -> Callable[[Operator], Operator]:
        """Enter an operator of `least` to `most` operands, evaluated in order; with `nulls` it sees NULL operands itself."""

        def enter(function: Operator) -> Operator:
            @wraps(function)
            def evaluate(session: Session, node: Node) -> Result:
                if not least <= len(node.children) <= most:
                    raise ProcessingError(OPERANDS_BAD, name=node.spelling, count=len(node.children))
                operands = [session.evaluate(child) for child in node.children]
                if not nulls and any(is_null(operand) for operand in operands):
                    return None
                return function(session, node, *operands)

            self[plain(name)] = evaluate
            return function

        return enter
