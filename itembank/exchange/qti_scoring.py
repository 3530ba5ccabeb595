"""What the scoring of a QTI item says about its key, read as far as the neutral key can carry it.

The standard template *match correct*, and *map response* where it comes to the same, are carried exactly, and so are numbers within a
tolerance, orders that earn place by place and numbers with a unit (see `itembank.exchange.qti_rules`).  Of any other response
processing only the values that it counts as right are looked at: they serve as the key when there is no correct response, and an
item whose processing counts something else than its correct response is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from itembank import errors
from itembank.exchange.qti_rules import Bounds, Tolerance, bounds_of, decimal, places_of, rules_of, tolerance_of
from itembank.exchange.qti_xml import attribute, below, children, name_of, text_of

_COMPARING = ("match", "equal", "string-match", "member", "contains")
_BRANCHES = ("response-if", "response-else-if")
_PLAIN = {"response-condition", "response-if", "response-else", "variable", "is-null", "not", "set-outcome-value", "base-value"}
_PLAIN_MATCH = frozenset(_PLAIN | {"match", "equal", "correct", "and", "sum"})
_PLAIN_MAP = frozenset(_PLAIN | {"map-response", "sum", "min", "max"})
_PLAIN_PLACES = frozenset(_PLAIN | {"match", "index", "sum", "min", "max"})


@dataclass(frozen=True)
class Scoring:
    """What the item says about one response; `places` is what each option of an order earns where, `bounds` those of the sum of all."""

    response: str
    style: str
    correct: list[str]
    mapped: dict[str, Decimal]
    default: Decimal
    counted: list[str]
    limits: Bounds
    rewrites: bool
    multiple: bool
    folds_case: bool
    tolerance: Tolerance
    places: dict[str, Decimal]
    bounds: Bounds

    @property
    def by_mapping(self) -> bool:
        """Say whether the mapping decides the marks."""
        return bool(self.mapped) and (self.style == "map" or not self.correct)

    def right(self) -> list[str]:
        """Return the right values where they are not mapped.

        Raises:
            ExamError: `itembank.qti_contradiction`.
        """
        if self.correct and self.counted and not set(self.correct) & set(self.counted):
            raise errors.QTI_CONTRADICTION(counted=", ".join(self.counted), correct=", ".join(self.correct), response=self.response)
        return self.correct or self.counted

    def is_kept(self, right: Sequence[str]) -> bool:
        """Say whether "all of `right`, or nothing" is what the item scores by."""
        plain = not self.multiple and not self.rewrites and len(right) == 1 and self.counted == list(right)
        return self.style in {"none", "match"} or plain


def read_scoring(root: etree._Element, declaration: etree._Element, outcome: str = "SCORE") -> Scoring:
    """Return what an item says about the response of a declaration, as far as an outcome goes."""
    response = attribute(declaration, "identifier")
    rules = rules_of(root, outcome)
    how = style(root, rules)
    mapping = next(iter(children(declaration, "mapping")), None)
    correct = correct_values(declaration)
    return Scoring(
        response=response,
        style=how,
        correct=correct,
        mapped=mapped_values(declaration),
        default=(None if mapping is None else decimal(attribute(mapping, "default-value"))) or Decimal(0),
        counted=counted_right(root).get(response, []),
        limits=(None, None)
        if mapping is None
        else (decimal(attribute(mapping, "lower-bound")), decimal(attribute(mapping, "upper-bound"))),
        rewrites=any(True for _ in below(root, "set-response-value", "exit-response")),
        multiple=attribute(declaration, "cardinality", "single") == "multiple",
        folds_case=mapping is not None and all(attribute(entry, "case-sensitive") == "false" for entry in children(mapping, "map-entry")),
        tolerance=tolerance_of(rules, response, correct),
        places=places_of(rules, response) if how == "places" else {},
        bounds=bounds_of(rules),
    )


def joint(root: etree._Element, outcome: str = "SCORE") -> bool:
    """Say whether the responses earn only together."""
    return any(name_of(rule) == "and" for rule in rules_of(root, outcome))


def correct_values(declaration: etree._Element) -> list[str]:
    """Return the values of the correct response."""
    found = children(declaration, "correct-response")
    return [text_of(value) for value in children(found[0], "value")] if found else []


def mapped_values(declaration: etree._Element) -> dict[str, Decimal]:
    """Return the mapping: key → marks; empty when there is none."""
    found: dict[str, Decimal] = {}
    for mapping in children(declaration, "mapping"):
        for entry in children(mapping, "map-entry"):
            found[attribute(entry, "map-key")] = decimal(attribute(entry, "mapped-value")) or Decimal(0)
    return found


def style(root: etree._Element, rules: Sequence[etree._Element]) -> str:
    """Return how the item is scored: `none`, `match` (by the correct response), `map` (by the mapping), `places` or `own`."""
    found = children(root, "response-processing")
    template = (attribute(found[0], "template") or attribute(found[0], "template-location")) if found else ""
    if template:
        name = template.rsplit("/", 1)[-1].lower().removesuffix(".xml").removesuffix(".xsl")
        return {"match_correct": "match", "cc2_match": "match", "map_response": "map", "cc2_map_response": "map"}.get(name, "own")
    if not found or len(found[0]) == 0:
        return "none"
    used = {name_of(element) for element in rules}
    if used <= _PLAIN_MATCH and "correct" in used:
        return "match"
    if used <= _PLAIN_PLACES and "index" in used:
        return "places"
    return "map" if used <= _PLAIN_MAP and "map-response" in used else "own"


def counted_right(root: etree._Element) -> dict[str, list[str]]:
    """Return, for each response, the constants that earn marks when the response is compared with them."""
    counted: dict[str, list[str]] = {}
    for branch in below(root, *_BRANCHES):
        if not _earns(branch) or len(branch) == 0:
            continue
        condition = branch[0]
        for comparison in [condition, *below(condition, *_COMPARING)]:
            if name_of(comparison) in _COMPARING and not _negated(comparison, branch):
                responses = [attribute(variable, "identifier") for variable in below(comparison, "variable")]
                constants = [text_of(value) for value in below(comparison, "base-value")]
                if len(responses) == 1 and len(constants) == 1:
                    held = counted.setdefault(responses[0], [])
                    held += [constants[0]] if constants[0] not in held else []
    return counted


def full_marks(root: etree._Element, ending: str = "") -> Decimal | None:
    """Return what a question is worth by its outcome declarations: MAXSCORE, or the normal maximum of SCORE, with an ending."""
    outcomes = {attribute(outcome, "identifier"): outcome for outcome in children(root, "outcome-declaration")}
    if f"MAXSCORE{ending}" in outcomes:
        for value in below(outcomes[f"MAXSCORE{ending}"], "value"):
            return decimal(text_of(value))
    score = outcomes.get(f"SCORE{ending}")
    return None if score is None else decimal(attribute(score, "normal-maximum"))


def _earns(branch: etree._Element) -> bool:
    """Say whether a branch raises an outcome by a positive constant."""
    for setting in children(branch, "set-outcome-value"):
        constants = [decimal(text_of(value)) for value in below(setting, "base-value")]
        if any(constant is not None and constant > 0 for constant in constants):
            return True
    return False


def _negated(element: etree._Element, until: etree._Element) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not until:
        if name_of(parent) == "not":
            return True
        parent = parent.getparent()
    return False
