"""Rules of response processing that a key can say: numbers within a tolerance, places of an order, units, bounds of a sum.

Source: QTI 3.0 ASI information model, clauses ResponseProcessing, Equal, Index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from itembank.exchange.qti_xml import attribute, below, children, name_of, text_of

Bounds = tuple[Decimal | None, Decimal | None]
"""The least and the most, where there is such a bound."""
Tolerance = Decimal | str | None
"""An absolute tolerance, or what of it a key cannot say."""


@dataclass(frozen=True)
class Quantity:
    """A number and its unit: their responses, what one of each unit is in that of the right number, and what the whole earns."""

    number: str
    unit: str
    factors: dict[str, Decimal]
    marks: Decimal
    tolerance: Tolerance


def rules_of(root: etree._Element, outcome: str) -> list[etree._Element]:
    """Return all elements of the rules, but for those that set only other outcomes."""
    kept: list[etree._Element] = []
    for processing in children(root, "response-processing"):
        for rule in processing:
            outcomes = {attribute(found, "identifier") for found in [rule, *below(rule, "set-outcome-value")]} - {""}
            if not outcomes or outcome in outcomes:
                kept += [rule, *(element for element in rule.iterdescendants() if isinstance(element.tag, str))]
    return kept


def tolerance_of(rules: Sequence[etree._Element], response: str, correct: Sequence[str]) -> Tolerance:
    """Return the tolerance with which a number is compared with its `correct` response; None where it must be the very number."""
    for equal in rules:
        if name_of(equal) == "equal" and any(attribute(found, "identifier") == response for found in below(equal, "variable")):
            return _tolerance(equal, correct)
    return None


def places_of(rules: Sequence[etree._Element], response: str) -> dict[str, Decimal]:
    """Return what each option of an order earns at each place, as `"B 1"`; empty where something else earns."""
    earned: dict[str, Decimal] = {}
    for rule in rules:
        if name_of(rule) != "response-condition":
            continue
        (branch, *others), found = list(rule) or [rule], None
        if not others and name_of(branch) == "response-if" and len(branch) == 2 and name_of(branch[0]) == "match":
            found = _place(branch[0], response), _added(branch[1])
        if found is None or found[0] is None or found[1] is None:
            return {}
        earned[found[0]] = earned.get(found[0], Decimal(0)) + found[1]
    return earned


def bounds_of(rules: Sequence[etree._Element]) -> Bounds:
    """Return within which bounds a sum is kept: the constants of a minimum and of a maximum."""
    found: dict[str, Decimal | None] = {}
    for rule in rules:
        if name_of(rule) in {"min", "max"}:
            found[name_of(rule)] = next((decimal(text_of(value)) for value in children(rule, "base-value")), None)
    return found.get("max"), found.get("min")


def quantity_of(rules: Sequence[etree._Element]) -> Quantity | None:
    """Return what rules say that count a number by the unit chosen; None where they say something else."""
    found: Quantity | None = None
    for rule in rules:
        if name_of(rule) != "response-condition":
            continue
        one = _in_unit(rule[0]) if len(rule) == 1 and len(rule[0]) == 2 else None
        if one is None or (found and (found.number, found.unit, found.marks) != (one.number, one.unit, one.marks)):
            return None
        found = Quantity(one.number, one.unit, {**(found.factors if found else {}), **one.factors}, one.marks, one.tolerance)
    return found


def decimal(text: str) -> Decimal | None:
    """Return a finite number, or None."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= 30 else None


def _tolerance(equal: etree._Element, correct: Sequence[str] = ()) -> Tolerance:
    mode = attribute(equal, "tolerance-mode", "exact")
    told = [decimal(part) for part in attribute(equal, "tolerance").split()]
    if mode == "exact":
        return None
    is_open = "false" in {attribute(equal, "include-lower-bound"), attribute(equal, "include-upper-bound")}
    of = Decimal(1) if mode == "absolute" else _hundredth_of_first(equal, correct) if mode == "relative" else None
    if of is None or is_open or not told or told[0] is None or len(set(told)) > 1:
        bounds = "".join(f" {name} false" for name in ("include-lower-bound", "include-upper-bound") if attribute(equal, name) == "false")
        return f"toleranceMode {mode} {attribute(equal, 'tolerance')}".strip() + bounds
    return (told[0] * of).normalize() + 0


def _hundredth_of_first(equal: etree._Element, correct: Sequence[str]) -> Decimal | None:
    """Return what one per cent is where the first operand, of which per cents are meant, is a constant number."""
    first = equal[0]
    text = text_of(first) if name_of(first) == "base-value" else next(iter(correct), "") if name_of(first) == "correct" else ""
    number = decimal(text)
    return None if number is None else abs(number) / 100


def _place(match: etree._Element, response: str) -> str | None:
    kinds = {name_of(found): found for found in match}
    if len(match) != 2 or set(kinds) != {"index", "base-value"}:
        return None
    if [attribute(found, "identifier") for found in kinds["index"]] != [response]:
        return None
    return f"{text_of(kinds['base-value'])} {attribute(kinds['index'], 'n')}"


def _added(setting: etree._Element) -> Decimal | None:
    """Return the constant that a rule adds to an outcome."""
    if name_of(setting) != "set-outcome-value" or len(setting) != 1 or name_of(setting[0]) != "sum" or len(setting[0]) != 2:
        return None
    held = [attribute(found, "identifier") for found in children(setting[0], "variable")]
    values = [decimal(text_of(found)) for found in children(setting[0], "base-value")]
    return values[0] if held == [attribute(setting, "identifier")] and len(values) == 1 else None


def _in_unit(branch: etree._Element) -> Quantity | None:
    both, setting = branch
    if name_of(both) != "and" or [name_of(found) for found in both] not in (["match", "equal"], ["match", "match"]):
        return None
    chosen, compared = both
    products = children(compared, "product")
    names = [[attribute(found, "identifier") for found in below(where, "variable")] for where in (chosen, compared)]
    unit = next((text_of(value) for value in children(chosen, "base-value")), "")
    factor = next((decimal(text_of(value)) for product in products for value in children(product, "base-value")), None)
    marks = next((decimal(text_of(value)) for value in children(setting, "base-value")), None)
    if not unit or factor is None or marks is None or [len(name) for name in names] != [1, 1] or not children(compared, "correct"):
        return None
    tolerance = _tolerance(compared) if name_of(compared) == "equal" else None
    return Quantity(names[1][0], names[0][0], {unit: factor}, marks, tolerance)
