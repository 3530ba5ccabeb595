"""What carries out the processing of a QTI item stands above the bank, and is handed in; what an item is worth by its own processing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from lxml import etree

from core.errors import ExamError
from itembank.exchange.qti_rules import decimal
from itembank.exchange.qti_scoring import correct_values, counted_right
from itembank.exchange.qti_xml import attribute, children


class Engine(NamedTuple):
    """Processing by two doors, both of which raise `ExamError` where it cannot be carried out.

    `clone` returns the XML of a parameterised item without its templates, drawn by a seed; `score` the outcomes of responses in JSON.
    """

    clone: Callable[[bytes, int], bytes]
    score: Callable[[bytes, Mapping[str, object]], Mapping[str, object]]


@dataclass(frozen=True)
class Processing:
    """An item's own processing, as far as there is an engine to carry it out."""

    data: bytes
    root: etree._Element
    engine: Engine | None

    def earned(self, outcome: str, responses: list[str] | None = None) -> Decimal | None:
        """Return what an outcome comes to when these responses, or all, are right and no other is given.

        None where a response has no right value, or nothing processes it.
        """
        right = self._right()
        asked = list(right) if responses is None else responses
        if self.engine is None or not children(self.root, "response-processing") or not all(right.get(name) for name in asked):
            return None
        try:
            outcomes = self.engine.score(self.data, {name: right[name] for name in asked})
        except ExamError:
            return None
        return decimal(str(outcomes.get(outcome)))

    def _right(self) -> dict[str, str | list[str]]:
        """Return the right value, or values, of each response: those declared, else those that the rules count."""
        right: dict[str, str | list[str]] = {}
        counted = counted_right(self.root)
        for declaration in children(self.root, "response-declaration"):
            name = attribute(declaration, "identifier")
            values = correct_values(declaration) or counted.get(name, [])
            is_single = attribute(declaration, "cardinality", "single") == "single"
            right[name] = (values[0] if values else "") if is_single else values
        return right
