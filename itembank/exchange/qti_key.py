"""One QTI interaction as a question: its kind, options, marks and key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from itembank import errors
from itembank.exchange.draft import DraftKey, DraftOption
from itembank.exchange.qti_body import CHOICE, INLINE, TEXT_ENTRY, Body, read_html
from itembank.exchange.qti_engine import Processing
from itembank.exchange.qti_placed import PLACED, key_of, limit_of, mapped_key, read_inline, read_options, read_placed
from itembank.exchange.qti_rules import Quantity, decimal, quantity_of, rules_of
from itembank.exchange.qti_scoring import Scoring, correct_values, full_marks, joint, read_scoring
from itembank.exchange.qti_xml import attribute, children, name_of
from itembank.sanitising import plain_text

_LACKS = errors.QTI_NO_KEY.zh
_NUMBERS = frozenset({"integer", "float"})
_LEAST = Decimal("0.01")
_TRUTHS = ({"对", "错"}, {"正确", "错误"}, {"true", "false"})


@dataclass(frozen=True)
class Question:
    """One answerable question; `reduced` says what of its scoring the key does not carry, `extra` are gaps, bounds and picture."""

    kind: str
    prompt: str
    options: list[DraftOption]
    key: DraftKey
    marks: Decimal
    reduced: str
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """The item in which a question stands, and the ending of its outcomes: those of a part of a case have their own."""

    root: etree._Element
    processing: Processing
    ending: str = ""

    @property
    def outcome(self) -> str:
        """The outcome that its marks go to."""
        return f"SCORE{self.ending}"

    @property
    def stated(self) -> Decimal | None:
        """What the item says that it is worth, where marks can say that."""
        stated = full_marks(self.root, self.ending)
        return _rounded(stated) if stated and 0 < stated <= 1000 and stated == round(stated, 2) else None

    def marks(self, *scorings: Scoring) -> Decimal | None:
        """Return what these responses earn together when they are right, else what the item says."""
        earned = self.processing.earned(self.outcome, [scoring.response for scoring in scorings])
        return _rounded(earned) if earned and 0 < earned <= 1000 else self.stated

    @property
    def quantity(self) -> Quantity | None:
        """The number and its unit, where that is what is counted."""
        return quantity_of(rules_of(self.root, self.outcome))

    def declaration(self, interaction: etree._Element, *, ordered: bool = False) -> etree._Element:
        """Return the declaration of a response.

        Raises:
            ExamError: `itembank.qti_response`.
        """
        response, detail = attribute(interaction, "response-identifier"), "-"
        for declaration in children(self.root, "response-declaration"):
            if attribute(declaration, "identifier") == response:
                detail = attribute(declaration, "cardinality", "single")
                if detail in ({"ordered"} if ordered else {"single", "multiple"}):
                    return declaration
        raise errors.QTI_RESPONSE(response=response, element=name_of(interaction), detail=detail)

    def scoring(self, interaction: etree._Element, *, ordered: bool = False) -> Scoring:
        """Return what is said about a response.

        Raises:
            ExamError: as `declaration`.
        """
        return read_scoring(self.root, self.declaration(interaction, ordered=ordered), self.outcome)


def read_question(scope: Scope, interaction: etree._Element, body: Body) -> Question:
    """Return the question of an interaction.

    Raises:
        ExamError: `itembank.qti_response`, `itembank.qti_contradiction`, `itembank.qti_unsupported`.
    """
    name = name_of(interaction)
    scoring = scope.scoring(interaction, ordered=name == "order-interaction")
    if name in PLACED:
        return _placed(interaction, scoring, body, scope.marks(scoring))
    if name == INLINE:
        return read_gaps(scope, [interaction], body, "[[1]]")
    prompt = read_html(children(interaction, "prompt"), body)
    if name == CHOICE:
        return _choice(interaction, scoring, body, prompt, scope.marks(scoring))
    declaration = scope.declaration(interaction)
    if name == TEXT_ENTRY:
        is_number = attribute(declaration, "base-type") in _NUMBERS
        return (_number if is_number else _text)(scoring, prompt, scope.marks(scoring))
    reference = scoring.correct[0] if scoring.correct and attribute(declaration, "base-type") == "string" else ""
    key = DraftKey(reference=reference, lacks="" if reference else _LACKS)
    return Question("extended", prompt, [], key, scope.stated or Decimal(1), "")


def read_gaps(scope: Scope, interactions: Sequence[etree._Element], body: Body, stem: str) -> Question:
    """Return inline choices as one question with a gap for each.

    Raises:
        ExamError: as `read_question`.
    """
    values, names = read_inline(interactions, body)
    scorings = [scope.scoring(interaction) for interaction in interactions]
    marks = scope.marks(*scorings)
    if all(scoring.by_mapping for scoring in scorings):
        worths = {
            name: scoring.mapped.get(value, scoring.default)
            for scoring, own in zip(scorings, names, strict=True)
            for value, name in own.items()
        }
        best = [max(own.values(), key=lambda name: worths[name]) for own in names]
        stated = [own[value] for scoring, own in zip(scorings, names, strict=True) for value in scoring.correct[:1] if value in own]
        right = stated if len(stated) == len(names) else best
        key, worth, reduced = mapped_key(right, worths, scorings[0].bounds, _LACKS, costs=False)
        return Question("inline", stem, [], key, marks if marks and key.scheme == "per_option" else worth, reduced, values)
    right = [own[value] for scoring, own in zip(scorings, names, strict=True) for value in scoring.right()[:1] if value in own]
    if len(right) < len(interactions):
        return Question("inline", stem, [], DraftKey(lacks=_LACKS), marks or Decimal(1), "", values)
    is_whole = len(interactions) == 1 or joint(scope.root, scope.outcome)
    key = DraftKey(correct=right, scheme="all_or_nothing" if is_whole else "per_option")
    is_kept = scorings[0].style in {"none", "match"}
    return Question("inline", stem, [], key, marks or Decimal(len(right)), "" if is_kept else "responseProcessing", values)


def read_quantity(scope: Scope, quantity: Quantity, interactions: Sequence[etree._Element], body: Body) -> Question:
    """Return a number and the choice of its unit as one question.

    Raises:
        ExamError: as `read_question`.
    """
    number, units = interactions
    choices = children(units, "inline-choice")
    options = read_options(choices, body)
    letters = {attribute(choice, "identifier"): option.id for choice, option in zip(choices, options, strict=True)}
    factors = {letters[unit]: factor for unit, factor in quantity.factors.items() if unit in letters and factor > 0}
    right = [value for value in correct_values(scope.declaration(number)) if decimal(value) is not None][:1]
    tolerance, reduced = (None, quantity.tolerance) if isinstance(quantity.tolerance, str) else (quantity.tolerance, "")
    key = DraftKey(correct=right, factors=factors, tolerance=tolerance) if right and factors else DraftKey(lacks=_LACKS)
    return Question("quantity", "", options, key, scope.stated or _rounded(quantity.marks), reduced)


def _placed(interaction: etree._Element, scoring: Scoring, body: Body, marks: Decimal | None) -> Question:
    kind, stem, values, names = read_placed(interaction, body)
    key, worth, reduced = key_of(kind, scoring, names, marks, _LACKS)
    return Question(kind, stem, values.pop("options", []), key, marks if marks and key.scheme != "mapped" else worth, reduced, values)


def _choice(interaction: etree._Element, scoring: Scoring, body: Body, prompt: str, marks: Decimal | None) -> Question:
    choices = children(interaction, "simple-choice")
    is_mixed = attribute(interaction, "shuffle") == "true"
    options = [
        DraftOption.model_construct(
            id=attribute(choice, "identifier"),
            html=read_html([choice], body) or attribute(choice, "identifier"),
            fixed=not is_mixed or attribute(choice, "fixed") == "true",
            area="",
        )
        for choice in choices
    ]
    ids = [option.id for option in options]
    kind = "multiple" if scoring.multiple else "truefalse" if _is_truth(options) else "single"
    extra = {"limit": limit_of(interaction, options)} if kind == "multiple" else {}
    if scoring.by_mapping:
        key, worth, reduced = _mapped_choice(kind, ids, scoring)
        kind = "single" if key.scheme == "mapped" and kind == "truefalse" else kind
        return Question(kind, prompt, options, key, marks if marks and key.scheme != "mapped" else worth, reduced, extra)
    right = [value for value in dict.fromkeys(scoring.right()) if value in ids or value in scoring.correct]
    if not right:
        return Question(kind, prompt, options, DraftKey(lacks=_LACKS), marks or Decimal(1), "", extra)
    reduced = "" if scoring.is_kept(right) else "responseProcessing"
    return Question(kind, prompt, options, DraftKey(correct=right), marks or Decimal(1), reduced, extra)


def _is_truth(options: Sequence[DraftOption]) -> bool:
    return all(option.fixed for option in options) and {plain_text(option.html).lower() for option in options} in _TRUTHS


def _mapped_choice(kind: str, ids: list[str], scoring: Scoring) -> tuple[DraftKey, Decimal, str]:
    """Carry a mapping value by value; of a single choice the best value is the right one."""
    worths = {option: scoring.mapped.get(option, scoring.default) for option in ids}
    earning = [option for option, worth in worths.items() if worth > 0]
    if not earning:
        return DraftKey(lacks=_LACKS), Decimal(1), "mapping"
    stated = [value for value in dict.fromkeys(scoring.correct) if value in ids]
    if kind == "multiple":
        return mapped_key(stated or earning, worths, scoring.limits, _LACKS, costs=True)
    best = max(earning, key=lambda option: worths[option])
    least, most = scoring.limits
    if len(earning) == 1 and not least:
        return (
            DraftKey(correct=[best]),
            _rounded(min(worths[best], most or worths[best])),
            "" if least == 0 or min(worths.values()) >= 0 else "mapping",
        )
    return mapped_key([best], worths, scoring.limits, _LACKS, costs=False)


def _number(scoring: Scoring, prompt: str, marks: Decimal | None) -> Question:
    reduced, worth = "", marks or Decimal(1)
    if scoring.by_mapping:
        best = max(scoring.mapped.values())
        right = [value for value, mapped in scoring.mapped.items() if mapped == best and mapped > 0]
        worth = marks or _rounded(best)
        reduced = "" if len(scoring.mapped) == 1 else "mapping"
    else:
        right = scoring.right()
        reduced = "" if scoring.is_kept(right) or not right else "responseProcessing"
    right = [value for value in right if decimal(value) is not None][:1]
    tolerance, reduced = (None, scoring.tolerance) if isinstance(scoring.tolerance, str) else (scoring.tolerance, reduced)
    key = DraftKey(correct=right, tolerance=tolerance) if right else DraftKey(lacks=_LACKS)
    return Question("numeric", prompt, [], key, worth, reduced)


def _text(scoring: Scoring, prompt: str, marks: Decimal | None) -> Question:
    """Carry accepted texts; those that earn less than the best as a mapping.  That case counts is not carried."""
    if not scoring.by_mapping:
        right = scoring.right()
        reduced = "" if scoring.is_kept(right) or not right else "responseProcessing"
        key = DraftKey(correct=right) if right else DraftKey(lacks=_LACKS)
        return Question("text", prompt, [], key, marks or Decimal(1), reduced or _case(right))
    earning = {value: worth for value, worth in scoring.mapped.items() if worth > 0}
    if not earning:
        return Question("text", prompt, [], DraftKey(lacks=_LACKS), marks or Decimal(1), "mapping")
    reduced = "mapping" if scoring.default > 0 else "" if scoring.folds_case else _case(list(earning))
    best = max(earning.values())
    right = [value for value, worth in earning.items() if worth == best]
    if len(right) == len(earning) and not scoring.limits[0]:
        return Question("text", prompt, [], DraftKey(correct=right), marks or _rounded(best), reduced)
    worths = {value: round(worth, 6) for value, worth in earning.items()}
    marks = _rounded(min(best, scoring.limits[1] or best))
    return Question(
        "text",
        prompt,
        [],
        DraftKey(correct=right, scheme="mapped", worths=worths, floor=max(scoring.limits[0] or 0, 0) or None),
        marks,
        reduced,
    )


def _case(texts: Sequence[str]) -> str:
    return "case-sensitive" if any(text.upper() != text.lower() for text in texts) else ""


def _rounded(marks: Decimal) -> Decimal:
    return max(round(marks, 2).normalize() + 0, _LEAST)
