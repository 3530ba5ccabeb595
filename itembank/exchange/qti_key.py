"""One QTI interaction as a question: its kind, options, marks and key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from itembank import errors
from itembank.exchange.draft import DraftKey, DraftOption
from itembank.exchange.qti_body import CHOICE, INLINE, TEXT_ENTRY, Body, read_html
from itembank.exchange.qti_placed import PLACED, key_of, mapped_key, read_inline, read_placed
from itembank.exchange.qti_scoring import Scoring, decimal, full_marks, joint, read_scoring
from itembank.exchange.qti_xml import attribute, children, name_of

_LACKS = errors.QTI_NO_KEY.zh
_NUMBERS = frozenset({"integer", "float"})
_CLOSE = Decimal("0.001")  # mapped values are written as rounded decimals
_LEAST = Decimal("0.01")


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


def read_question(root: etree._Element, interaction: etree._Element, body: Body) -> Question:
    """Return the question of an interaction.

    Raises:
        ExamError: `itembank.qti_response`, `itembank.qti_contradiction`, `itembank.qti_unsupported`.
    """
    name = name_of(interaction)
    declaration = _declaration(root, interaction, ordered=name == "order-interaction")
    scoring = read_scoring(root, declaration)
    stated = full_marks(root)
    marks = _rounded(stated) if stated and 0 < stated <= 1000 and stated == round(stated, 2) else None
    if name in PLACED:
        return _placed(interaction, scoring, body, marks)
    if name == INLINE:
        return read_gaps(root, [interaction], body, "[[1]]", marks)
    prompt = read_html(children(interaction, "prompt"), body)
    if name == CHOICE:
        return _choice(interaction, scoring, body, prompt, marks)
    if name == TEXT_ENTRY:
        return _text(declaration, scoring, prompt, marks)
    reference = scoring.correct[0] if scoring.correct and attribute(declaration, "base-type") == "string" else ""
    key = DraftKey(reference=reference, lacks="" if reference else _LACKS)
    return Question("extended", prompt, [], key, marks or Decimal(1), "")


def read_gaps(root: etree._Element, interactions: Sequence[etree._Element], body: Body, stem: str, marks: Decimal | None) -> Question:
    """Return inline choices as one question with a gap for each.

    Raises:
        ExamError: as `read_question`.
    """
    values, names = read_inline(interactions, body)
    scorings = [read_scoring(root, _declaration(root, interaction)) for interaction in interactions]
    if all(scoring.by_mapping for scoring in scorings):
        worths = {
            name: scoring.mapped.get(value, scoring.default)
            for scoring, own in zip(scorings, names, strict=True)
            for value, name in own.items()
        }
        right = [max(own.values(), key=lambda name: worths[name]) for own in names]
        key, worth, reduced = mapped_key(right, worths, None, _LACKS, costs=False)
        return Question("inline", stem, [], key, marks if marks and key.scheme == "per_option" else worth, reduced, values)
    right = [own[value] for scoring, own in zip(scorings, names, strict=True) for value in scoring.right()[:1] if value in own]
    if len(right) < len(interactions):
        return Question("inline", stem, [], DraftKey(lacks=_LACKS), marks or Decimal(1), "", values)
    is_whole = len(interactions) == 1 or joint(root)
    key = DraftKey(correct=right, scheme="all_or_nothing" if is_whole else "per_option")
    is_kept = scorings[0].style in {"none", "match"}
    return Question("inline", stem, [], key, marks or Decimal(len(right)), "" if is_kept else "responseProcessing", values)


def _placed(interaction: etree._Element, scoring: Scoring, body: Body, marks: Decimal | None) -> Question:
    kind, stem, values, names = read_placed(interaction, body)
    key, worth, reduced = key_of(kind, scoring, names, marks, _LACKS)
    return Question(kind, stem, values.pop("options", []), key, marks if marks and key.scheme != "mapped" else worth, reduced, values)


def _declaration(root: etree._Element, interaction: etree._Element, *, ordered: bool = False) -> etree._Element:
    response = attribute(interaction, "response-identifier")
    for declaration in children(root, "response-declaration"):
        if attribute(declaration, "identifier") == response:
            if attribute(declaration, "cardinality", "single") not in ({"ordered"} if ordered else {"single", "multiple"}):
                detail = attribute(declaration, "cardinality")
                raise errors.QTI_RESPONSE(response=response, element=name_of(interaction), detail=detail)
            return declaration
    raise errors.QTI_RESPONSE(response=response, element=name_of(interaction), detail="-")


def _choice(interaction: etree._Element, scoring: Scoring, body: Body, prompt: str, marks: Decimal | None) -> Question:
    choices = children(interaction, "simple-choice")
    is_mixed = attribute(interaction, "shuffle") == "true"
    options = [
        DraftOption.model_construct(
            id=attribute(choice, "identifier"),
            html=read_html([choice], body) or attribute(choice, "identifier"),
            fixed=not is_mixed or attribute(choice, "fixed") == "true",
        )
        for choice in choices
    ]
    ids = [option.id for option in options]
    kind = "multiple" if scoring.multiple else "single"
    if scoring.by_mapping:
        key, worth, reduced = _mapped_choice(kind, ids, scoring)
        return Question(kind, prompt, options, key, marks or worth, reduced)
    right = [value for value in dict.fromkeys(scoring.right()) if value in ids or value in scoring.correct]
    if not right:
        return Question(kind, prompt, options, DraftKey(lacks=_LACKS), marks or Decimal(1), "")
    reduced = "" if scoring.is_kept(right) else "responseProcessing"
    return Question(kind, prompt, options, DraftKey(correct=right), marks or Decimal(1), reduced)


def _mapped_choice(kind: str, ids: list[str], scoring: Scoring) -> tuple[DraftKey, Decimal, str]:
    """Carry a mapping: exactly where one value alone earns, or where each right option earns what each wrong one costs."""
    worth = {option: scoring.mapped.get(option, scoring.default) for option in ids}
    earning = {option: value for option, value in worth.items() if value > 0}
    if not earning:
        return DraftKey(lacks=_LACKS), Decimal(1), "mapping"
    if kind == "single":
        best = max(earning.values())
        right = [option for option, value in earning.items() if value == best][:1]
        return DraftKey(correct=right), _rounded(best), "" if len(earning) == 1 else "mapping"
    each = next(iter(earning.values()))
    total = sum(earning.values(), Decimal(0))
    wrong = [value for option, value in worth.items() if option not in earning]
    takes_all = len(earning) > 1 and all(value <= _CLOSE - total for value in wrong)  # one wrong choice leaves nothing
    same = all(abs(value - each) < _CLOSE for value in earning.values())
    same = same and (takes_all or all(abs(value + each) < _CLOSE for value in wrong))
    key = DraftKey(correct=list(earning), scheme="partial_no_wrong" if same and takes_all else "per_option")
    return key, _rounded(min(total, scoring.most or total)), "" if same else "mapping"


def _text(declaration: etree._Element, scoring: Scoring, prompt: str, marks: Decimal | None) -> Question:
    kind = "numeric" if attribute(declaration, "base-type") in _NUMBERS else "text"
    worth, reduced = marks or Decimal(1), ""
    if scoring.by_mapping:
        best = max(scoring.mapped.values())
        right = [value for value, mapped in scoring.mapped.items() if mapped == best and mapped > 0]
        worth = marks or _rounded(best)
        reduced = "" if len(set(scoring.mapped.values())) == 1 else "mapping"
    else:
        right = scoring.right()
        reduced = "" if scoring.is_kept(right) or not right else "responseProcessing"
    if kind == "numeric":
        right = [value for value in right if decimal(value) is not None][:1]
    key = DraftKey(correct=right) if right else DraftKey(lacks=_LACKS)
    return Question(kind, prompt, [], key, worth, reduced)


def _rounded(marks: Decimal) -> Decimal:
    return max(round(marks, 2).normalize() + 0, _LEAST)
