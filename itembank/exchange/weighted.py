"""Questions whose answers each carry a weight in percent, as GIFT and Moodle XML have them, made into drafts.

Weights become a key only where the key scores the same; where part of them is given up, the report names all of them and what was kept.
"""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from core.errors import ExamError
from core.faults import faults_of
from itembank import errors
from itembank.exchange.draft import Draft, DraftKey, DraftOption
from itembank.exchange.report import Place, Read, Reading, Remark
from itembank.sanitising import from_plain

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LACKS = errors.KEY_LACKING.zh
TRUTHS = {"zh": ("对", "错"), "en": ("True", "False")}
REF_LENGTH = 64
_CLOSE = Decimal("0.001")  # percent; a third is written 33.33333
_WILD = re.compile(r"(?<!\\)\*")
_FULL = Decimal(100)
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Answer:
    """One answer: HTML of an option, plain text of a short answer, or a number; its weight in percent."""

    text: str
    weight: Decimal
    tolerance: Decimal | None = None


@dataclass
class Found:
    """One question as a reader found it; `values` go into the draft as they are, `remarks` into the report.

    Of matches, gaps and orders the `values` hold everything.
    """

    kind: str
    stem: str
    place: Place
    title: str = ""
    id: str = ""
    explanation: str = ""
    answers: tuple[Answer, ...] = ()
    fixed: bool = False
    scheme: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    remarks: list[ExamError] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def as_html(text: str, kind: str) -> str:
    """Return a text as HTML: `plain` and `markdown` as they are written, any other format but `html` as HTML or lines, whichever it is."""
    if kind == "html":
        return text
    if kind in {"plain", "plain_text", "markdown"}:
        return html.escape(text.strip(), quote=False).replace("\n", "<br>")
    return from_plain(text)


def readings(questions: Iterable[Found | Remark]) -> Iterable[Reading]:
    """Yield the draft of each question, or why it is none.

    A question without an identifier gets a reference made from its text, the same every time; the same text again in one file gets
    another one.
    """
    seen: dict[str, int] = {}
    for found in questions:
        if isinstance(found, Remark):
            yield found
            continue
        ref = found.id if 0 < len(found.id) <= REF_LENGTH else _made_ref(found)
        seen[ref] = seen.get(ref, 0) + 1
        if not found.id and seen[ref] > 1:
            ref = f"{ref}-{seen[ref]}"
        yield _reading(found, ref)


def _reading(found: Found, ref: str) -> Reading:
    try:
        draft = _draft(found, ref)
    except ExamError as error:
        return Remark(ref, error, found.place)
    except ValidationError as error:
        first = faults_of(error)[0]
        return Remark(ref, errors.FIELD_WRONG(field=first.field, detail=first.reason), found.place)
    remarks = [*found.remarks]
    if draft.key.lacks:
        remarks.append(errors.KEY_LACKING())
    if found.left_out:
        remarks.append(errors.LEFT_OUT(what="; ".join(dict.fromkeys(found.left_out))))
    return Read(draft, found.place, tuple(Remark(ref, error, found.place) for error in remarks))


def _draft(found: Found, ref: str) -> Draft:
    language = "zh" if _HAN.search(" ".join([found.stem, found.title, *(answer.text for answer in found.answers)])) else "en"
    if found.id and found.id != ref:
        found.left_out.append(f"id {found.id}")
    values: dict[str, Any] = {
        "ref": ref,
        "kind": found.kind,
        "title": found.title[:200],
        "language": language,
        "stem": found.stem,
        "explanation": found.explanation,
        **found.values,
    }
    if len(found.title) > 200:
        found.left_out.append(f"name {found.title[200:]}")
    return Draft(**values | asked(found, language))


def asked(found: Found, language: str = "en") -> dict[str, Any]:
    """Return the options and the key that the weights make; of what the `values` hold already, nothing.

    Raises:
        ExamError: `itembank.weights_refused`, `itembank.question_unsupported`, `itembank.question_wrong`.
    """
    if found.kind == "truefalse":
        true, false = (DraftOption(id=letter, html=text, fixed=True) for letter, text in zip("AB", TRUTHS[language], strict=True))
        return {"options": [true, false], "key": _truth(found)}
    if found.kind in {"single", "multiple"}:
        return {"options": options(found.answers, fixed=found.fixed), "key": _choice_key(found)}
    if found.kind == "text":
        return {"key": _text_key(found)}
    if found.kind == "numeric":
        return {"key": _number_key(found)}
    if found.kind == "extended":
        reference = found.values.get("key", DraftKey()).reference
        return {"key": DraftKey(reference=reference, lacks="" if reference.strip() else LACKS)}
    return {}


def options(answers: Sequence[Answer], *, fixed: bool = False) -> list[DraftOption]:
    """Return the answers of a choice as its options.

    Raises:
        ExamError: `itembank.question_wrong`, when there are too many.
    """
    if len(answers) > len(LETTERS):
        raise errors.QUESTION_WRONG(detail=f"{len(answers)} > {len(LETTERS)}")
    return [
        DraftOption.model_construct(id=letter, html=answer.text, fixed=fixed, area="")
        for letter, answer in zip(LETTERS, answers, strict=False)
    ]


def _truth(found: Found) -> DraftKey:
    """Return the key of a true-or-false question, whose two answers stand for true and for false in this order."""
    weights = [answer.weight for answer in found.answers]
    if weights not in ([_FULL, Decimal(0)], [Decimal(0), _FULL]):
        raise errors.WEIGHTS_REFUSED(weights=told(found.answers))
    return DraftKey(correct=["A" if weights[0] else "B"])


def _choice_key(found: Found) -> DraftKey:
    weights = [answer.weight for answer in found.answers]
    right = [letter for letter, weight in zip(LETTERS, weights, strict=False) if weight > 0]
    if not right:
        if any(weights):
            raise errors.WEIGHTS_REFUSED(weights=told(found.answers))
        return DraftKey(lacks=LACKS)
    if found.kind == "single":
        full = [letter for letter, weight in zip(LETTERS, weights, strict=False) if weight == _FULL]
        if len(full) != 1:
            raise errors.WEIGHTS_REFUSED(weights=told(found.answers))
        if len(right) > 1 or any(weight < 0 for weight in weights):
            _reduce(found, full)
        return DraftKey(correct=full)
    scheme = found.scheme or _scheme(weights)
    if not scheme:
        _reduce(found, right)
    return DraftKey.model_validate({"correct": right, "scheme": scheme or "all_or_nothing"})


def _scheme(weights: Sequence[Decimal]) -> str:
    """Return the scheme that scores as these weights added up, never below 0; empty when none does.

    With n right options: each 100/n and each wrong one -100/n is `per_option`; each 100/n and each wrong one -100 or less is
    `partial_no_wrong`, since one wrong choice then takes away all that there is.  With one right option these are the same, and the same
    as `all_or_nothing`.
    """
    right = [weight for weight in weights if weight > 0]
    wrong = [weight for weight in weights if weight <= 0]
    share = _FULL / len(right)
    if any(abs(weight - share) > _CLOSE for weight in right):
        return ""
    if all(weight <= -_FULL for weight in wrong):
        return "partial_no_wrong" if len(right) > 1 else "all_or_nothing"
    return "per_option" if all(abs(weight + share) <= _CLOSE for weight in wrong) else ""


def _text_key(found: Found) -> DraftKey:
    earning = [answer for answer in found.answers if answer.weight > 0]
    if any(_WILD.search(answer.text) for answer in earning):
        raise errors.QUESTION_UNSUPPORTED(kind="shortanswer *")
    full = [answer.text.replace("\\*", "*") for answer in earning if answer.weight == _FULL]
    if found.answers and not full:
        raise errors.WEIGHTS_REFUSED(weights=told(found.answers))
    _name_others(found, full)
    return DraftKey(correct=full) if full else DraftKey(lacks=LACKS)


def _number_key(found: Found) -> DraftKey:
    full = [answer for answer in found.answers if answer.weight == _FULL]
    if not found.answers:
        return DraftKey(lacks=LACKS)
    if len(full) != 1:
        raise errors.WEIGHTS_REFUSED(weights=told(found.answers))
    _name_others(found, [full[0].text])
    return DraftKey(correct=[full[0].text], tolerance=full[0].tolerance)


def _name_others(found: Found, kept: Sequence[str]) -> None:
    """Name answers that are worth something else than all; those worth nothing score as every other wrong answer does."""
    if any(answer.weight not in {_FULL, 0} for answer in found.answers):
        _reduce(found, kept)
    found.left_out += [f"0% {answer.text[:40]}" for answer in found.answers if answer.weight == 0]


def _reduce(found: Found, kept: Sequence[str]) -> None:
    found.remarks.append(errors.WEIGHTS_REDUCED(weights=told(found.answers), kept=" | ".join(kept)))


def told(answers: Sequence[Answer]) -> str:
    """Return weights with their answers as the report tells them."""
    return "; ".join(f"{answer.weight:f}% {answer.text[:40]}" for answer in answers)[:400]


def number(text: str) -> Decimal:
    """Return a finite number.

    Raises:
        ExamError: `itembank.not_a_number`.
    """
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        raise errors.NOT_A_NUMBER(answer=text.strip()[:40]) from None
    if not found.is_finite() or abs(found.adjusted()) > 30:
        raise errors.NOT_A_NUMBER(answer=text.strip()[:40])
    return found


def _made_ref(found: Found) -> str:
    texts = [answer.text for answer in found.answers] if found.kind in {"single", "multiple"} else []
    whole = "\x1f".join([found.kind, found.title, found.stem, *texts])
    return f"auto-{sha256(whole.encode('utf-8', 'replace')).hexdigest()[:16]}"
