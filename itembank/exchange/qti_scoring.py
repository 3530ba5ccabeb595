"""What the scoring of a QTI item says about its key, read as far as the neutral key can carry it.

The standard template *match correct*, and *map response* where it comes to the same, are carried exactly.  Of any other response
processing only the values that it counts as right are looked at: they serve as the key when there is no correct response, and an
item whose processing counts something else than its correct response is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from itembank import errors
from itembank.exchange.qti_xml import attribute, below, children, name_of, text_of

_COMPARING = ("match", "equal", "string-match", "member", "contains")
_BRANCHES = ("response-if", "response-else-if")
_PLAIN = {"response-condition", "response-if", "response-else", "variable", "is-null", "not", "set-outcome-value", "base-value"}
_PLAIN_MATCH = frozenset(_PLAIN | {"match", "correct", "and", "sum"})
_PLAIN_MAP = frozenset(_PLAIN | {"map-response", "sum"})


@dataclass(frozen=True)
class Scoring:
    """What the item says about one response."""

    response: str
    style: str
    correct: list[str]
    mapped: dict[str, Decimal]
    default: Decimal
    counted: list[str]
    most: Decimal | None
    rewrites: bool
    multiple: bool

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


def read_scoring(root: etree._Element, declaration: etree._Element) -> Scoring:
    """Return what an item says about the response of a declaration."""
    response = attribute(declaration, "identifier")
    return Scoring(
        response=response,
        style=style(root),
        correct=correct_values(declaration),
        mapped=mapped_values(declaration),
        default=default_mapped(declaration),
        counted=counted_right(root).get(response, []),
        most=most_mapped(declaration),
        rewrites=any(True for _ in below(root, "set-response-value", "exit-response")),
        multiple=attribute(declaration, "cardinality", "single") == "multiple",
    )


def joint(root: etree._Element) -> bool:
    """Say whether the responses earn only together."""
    return any(True for _ in below(root, "and"))


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


def default_mapped(declaration: etree._Element) -> Decimal:
    """Return what a value outside the mapping is worth."""
    mapping = children(declaration, "mapping")
    return (decimal(attribute(mapping[0], "default-value")) if mapping else None) or Decimal(0)


def most_mapped(declaration: etree._Element) -> Decimal | None:
    """Return the upper bound of the mapping."""
    mapping = children(declaration, "mapping")
    return decimal(attribute(mapping[0], "upper-bound")) if mapping else None


def style(root: etree._Element) -> str:
    """Return how the item is scored: `none`, `match` (by the correct response), `map` (by the mapping) or `own`."""
    found = children(root, "response-processing")
    if not found or (len(found[0]) == 0 and not attribute(found[0], "template")):
        return "none"
    template = attribute(found[0], "template") or attribute(found[0], "template-location")
    name = template.rsplit("/", 1)[-1].lower().removesuffix(".xml").removesuffix(".xsl")
    if template:
        return {"match_correct": "match", "cc2_match": "match", "map_response": "map", "cc2_map_response": "map"}.get(name, "own")
    used = {name_of(element) for element in _rules_of_score(found[0])}
    if used <= _PLAIN_MATCH and "correct" in used:
        return "match"
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


def full_marks(root: etree._Element) -> Decimal | None:
    """Return what the item is worth by its outcome declarations: MAXSCORE, or the normal maximum of SCORE."""
    for outcome in children(root, "outcome-declaration"):
        if attribute(outcome, "identifier") == "MAXSCORE":
            for value in below(outcome, "value"):
                return decimal(text_of(value))
    for outcome in children(root, "outcome-declaration"):
        if attribute(outcome, "identifier") == "SCORE" and attribute(outcome, "normal-maximum"):
            return decimal(attribute(outcome, "normal-maximum"))
    return None


def decimal(text: str) -> Decimal | None:
    """Return a finite number, or None."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _rules_of_score(processing: etree._Element) -> list[etree._Element]:
    """Return all elements of the rules, but for conditions that set only outcomes other than SCORE."""
    kept: list[etree._Element] = []
    for rule in processing:
        outcomes = {attribute(found, "identifier") for found in below(rule, "set-outcome-value")}
        if outcomes and "SCORE" not in outcomes:
            continue
        kept += [rule, *(element for element in rule.iterdescendants() if isinstance(element.tag, str))]
    return kept


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
