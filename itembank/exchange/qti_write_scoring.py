"""What a question is worth in QTI 3.0: its declarations and its response processing, so that the item scores there as it does here.

Of a text the folding of full-width forms stays out, and so do its patterns: QTI has no words for either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from lxml import etree

from itembank.exchange.draft import Draft, DraftPart
from itembank.exchange.qti_element import sub

_SHAPES = {
    "numeric": ("single", "float"),
    "text": ("single", "string"),
    "extended": ("single", "string"),
    "ordering": ("ordered", "identifier"),
    "gapmatch": ("multiple", "directedPair"),
    "matching": ("multiple", "directedPair"),
    "multiple": ("multiple", "identifier"),
    "hottext": ("multiple", "identifier"),
    "hotspot": ("multiple", "identifier"),
}
_ONE = ("single", "identifier")
_MILLIONTH = Decimal("0.000001")
Bounds = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Slot:
    """One question of an item, and the ending of its variables: `_2` for the second part of a case."""

    asked: Draft | DraftPart
    ending: str = ""

    @property
    def response(self) -> str:
        """The response variable, or what begins the names of several."""
        return f"RESPONSE{self.ending}"

    @property
    def score(self) -> str:
        """The outcome variable of its marks."""
        return f"SCORE{self.ending}"

    @property
    def unit(self) -> str:
        """The response variable of the unit of a quantity."""
        return f"UNIT{self.ending}"

    @property
    def responses(self) -> list[str]:
        """Every response variable whose values the key names: of inline choices one a gap."""
        return [f"{self.response}_{gap.id}" for gap in self.asked.gaps] if self.asked.kind == "inline" else [self.response]

    @property
    def is_mapped(self) -> bool:
        """Whether values earn one by one."""
        key = self.asked.key
        return bool(key.correct) and (self.asked.kind == "text" or key.scheme != "all_or_nothing")

    @property
    def bounds(self) -> Bounds:
        """The least and the most that its values earn together."""
        key = self.asked.key
        return key.floor or Decimal(0), self.asked.marks if key.ceiling is None else key.ceiling

    def worths(self) -> Mapping[str, Decimal]:
        """Return what each value of a mapped key earns or costs, so that added up within the bounds it is what the key gives."""
        asked, key = self.asked, self.asked.key
        if key.scheme == "mapped":
            return key.worths
        if asked.kind == "text":
            return dict.fromkeys(key.correct, asked.marks)
        right = [f"{option} {n}" for n, option in enumerate(key.correct, 1)] if asked.kind == "ordering" else key.correct
        share = _share(asked.marks, max(len(right), 1))
        worths = dict.fromkeys(right, share)
        if not asked.gaps and asked.kind != "ordering":
            cost = share if key.scheme == "per_option" else asked.marks
            worths |= {option.id: -cost for option in asked.options if option.id not in worths}
        return worths


def _share(marks: Decimal, count: int) -> Decimal:
    """Return what each of so many values earns: not less than its share, so that all of them reach the upper bound, which is the marks.

    That must hold for an engine that adds up in floating point, too.
    """
    share = (marks / count).quantize(_MILLIONTH, ROUND_UP).normalize() + 0
    return share if sum([float(share)] * count) >= float(marks) else share + _MILLIONTH


def declare(root: etree._Element, slot: Slot) -> None:
    """Write the response declarations of a question."""
    asked = slot.asked
    if asked.kind == "inline":
        for gap, name in zip(asked.gaps, slot.responses, strict=True):
            _declare(root, name, _ONE, list(_of_gap(gap.id, asked.key.correct)))
            if slot.is_mapped:
                _map(root[-1], {value: slot.worths()[f"{gap.id} {value}"] for value in _of_gap(gap.id, slot.worths())}, None)
        return
    right = (
        [] if asked.kind == "extended" else asked.key.correct[:1] if asked.kind in {"numeric", "quantity", "text"} else asked.key.correct
    )
    shape = ("single", "float") if asked.kind == "quantity" else _SHAPES.get(asked.kind, _ONE)
    _declare(root, slot.response, shape, [named(slot, value) for value in right])
    if asked.kind == "quantity":
        _declare(root, slot.unit, _ONE, [unit for unit, factor in asked.key.factors.items() if factor == 1][:1])
    elif slot.is_mapped and asked.kind != "ordering":
        worths = {named(slot, value): worth for value, worth in slot.worths().items()}
        _map(root[-1], worths, slot.bounds, {"case-sensitive": "false"} if asked.kind == "text" else {})


def named(slot: Slot, value: str) -> str:
    """Return a value of the key as the response has it: a pair of a match is gap and option, of a gap match option and gap."""
    gap, blank, option = value.partition(" ")
    if not blank or slot.asked.kind not in {"gapmatch", "matching"}:
        return value
    return f"G{gap} {option}" if slot.asked.kind == "matching" else f"{option} G{gap}"


def outcome_of(root: etree._Element, name: str, value: str, attributes: dict[str, str] | None = None) -> None:
    """Declare an outcome that begins with a value: a number, where the attributes do not say otherwise."""
    told = {"identifier": name, "cardinality": "single", "base-type": "float"} | (attributes or {})
    sub(sub(sub(root, "qti-outcome-declaration", told), "qti-default-value"), "qti-value", text=value)


def process(processing: etree._Element, slot: Slot) -> None:
    """Write the rules that set the marks of a question; without a right answer there are none."""
    asked = slot.asked
    if asked.kind == "extended" or not asked.key.correct:
        return
    if asked.kind == "quantity":
        _quantity(processing, slot)
    elif slot.is_mapped and asked.kind == "ordering":
        _places(processing, slot)
    elif slot.is_mapped:
        _mapped(processing, slot)
    else:
        _whole(processing, slot)


def add_up(processing: etree._Element, slots: list[Slot]) -> None:
    """Write the rule that adds the marks of the parts up."""
    total = sub(sub(processing, "qti-set-outcome-value", {"identifier": "SCORE"}), "qti-sum")
    for slot in slots:
        _variable(total, slot.score)


def _declare(root: etree._Element, name: str, shape: tuple[str, str], right: list[str]) -> None:
    declaration = sub(root, "qti-response-declaration", {"identifier": name, "cardinality": shape[0], "base-type": shape[1]})
    if right:
        correct = sub(declaration, "qti-correct-response")
        for value in right:
            sub(correct, "qti-value", text=value)


def _map(
    declaration: etree._Element, worths: Mapping[str, Decimal], bounds: Bounds | None, attributes: dict[str, str] | None = None
) -> None:
    limits = {"lower-bound": f"{bounds[0]:f}", "upper-bound": f"{bounds[1]:f}"} if bounds else {}
    mapping = sub(declaration, "qti-mapping", {**limits, "default-value": "0"})
    for value, worth in worths.items():
        sub(mapping, "qti-map-entry", {"map-key": value, "mapped-value": f"{worth:f}"} | (attributes or {}))


def _of_gap(gap: str, values: Mapping[str, Decimal] | list[str]) -> Iterator[str]:
    return (value.partition(" ")[2] for value in values if value.partition(" ")[0] == gap)


def _variable(parent: etree._Element, name: str) -> None:
    sub(parent, "qti-variable", {"identifier": name})


def _constant(parent: etree._Element, value: str, base_type: str = "float") -> None:
    sub(parent, "qti-base-value", {"base-type": base_type}, value)


def _set(parent: etree._Element, slot: Slot) -> etree._Element:
    return sub(parent, "qti-set-outcome-value", {"identifier": slot.score})


def _branch(processing: etree._Element) -> etree._Element:
    return sub(sub(processing, "qti-response-condition"), "qti-response-if")


def _whole(processing: etree._Element, slot: Slot) -> None:
    """Everything right earns the marks, anything else nothing."""
    branch = _branch(processing)
    together = sub(branch, "qti-and") if len(slot.responses) > 1 else branch
    for name in slot.responses:
        compared = _compared(together, slot.asked.key.tolerance)
        _variable(compared, name)
        sub(compared, "qti-correct", {"identifier": name})
    _constant(_set(branch, slot), f"{slot.asked.marks:f}")


def _compared(parent: etree._Element, tolerance: Decimal | None) -> etree._Element:
    if tolerance is None:
        return sub(parent, "qti-match")
    return sub(parent, "qti-equal", {"tolerance-mode": "absolute", "tolerance": f"{tolerance:f} {tolerance:f}"})


def _mapped(processing: etree._Element, slot: Slot) -> None:
    """Each value earns what it is mapped to; several responses are kept within the bounds here, one by its own mapping."""
    setting = _set(processing, slot)
    if len(slot.responses) > 1:
        setting = sub(_within(setting, slot), "qti-sum")
    for name in slot.responses:
        sub(setting, "qti-map-response", {"identifier": name})


def _within(parent: etree._Element, slot: Slot) -> etree._Element:
    least, most = slot.bounds
    lowest = sub(parent, "qti-min")
    _constant(lowest, f"{most:f}")
    highest = sub(lowest, "qti-max")
    _constant(highest, f"{least:f}")
    return highest


def _places(processing: etree._Element, slot: Slot) -> None:
    """Each option of an order earns at its place."""
    for value, worth in slot.worths().items():
        option, _, place = value.partition(" ")
        branch = _branch(processing)
        match = sub(branch, "qti-match")
        _variable(sub(match, "qti-index", {"n": place}), slot.response)
        _constant(match, option, "identifier")
        total = sub(_set(branch, slot), "qti-sum")
        _variable(total, slot.score)
        _constant(total, f"{worth:f}")
    _variable(_within(_set(processing, slot), slot), slot.score)


def _quantity(processing: etree._Element, slot: Slot) -> None:
    """The number, in the unit chosen, is the right one."""
    key = slot.asked.key
    for unit, factor in key.factors.items():
        branch = _branch(processing)
        both = sub(branch, "qti-and")
        match = sub(both, "qti-match")
        _variable(match, slot.unit)
        _constant(match, unit, "identifier")
        compared = _compared(both, key.tolerance)
        product = sub(compared, "qti-product")
        _variable(product, slot.response)
        _constant(product, f"{factor:f}")
        sub(compared, "qti-correct", {"identifier": slot.response})
        _constant(_set(branch, slot), f"{slot.asked.marks:f}")
