"""Judging: what was handed in against the keys of its form, place by place, and under the rules of a regrade."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from delivery.reading import Submission
from itembank import forms, keys, paper
from itembank.business import reducer
from itembank.content import Content, FrozenItem, Part
from itembank.exchange.key_checks import check_key
from scoring.autoscore import REASONS, score
from scoring.business_score import score_business
from scoring.changes import Change, Rule

BY_HAND = frozenset({"extended", "business"})
"""Kinds that no list of right answers decides."""


@dataclass(frozen=True)
class Judged:
    """One place of an attempt: marked by rule, or (`marks` None) waiting for a marker."""

    place: str
    section: str
    max_marks: Decimal
    marks: Decimal | None
    reason: dict[str, Any]
    answer: Any


@dataclass(frozen=True)
class Question:
    """What is asked at a place, with its key."""

    section: str
    item: FrozenItem
    content: Content | Part
    placed: keys.PlacedKey


class Sheet:
    """A frozen form with its keys: every place in the order of the form."""

    def __init__(self, questions: dict[str, Question]) -> None:
        self.questions = questions

    @classmethod
    def of_form(cls, session: Session, form: str) -> "Sheet":
        """Return the sheet of a frozen form."""
        placed = keys.keys_of_form(session, form)
        found: dict[str, Question] = {}
        for section in forms.get_frozen(session, form).sections:
            for item in section.items:
                parts: list[tuple[str, Content | Part]] = [*item.part_places()] or [(item.place, item.content)]
                for place, content in parts:
                    found[place] = Question(section.id, item, content, placed[place])
        return cls(found)

    def judge(self, submission: Submission) -> list[Judged]:
        """Judge every place against its key: a mark with its reason, or none where a person must read."""
        return [_judge(question, question.placed, submission) for question in self.questions.values()]

    def judge_under(self, rule: Rule, place: str, submission: Submission | None = None) -> Judged:
        """Judge a place under a rule; a rule by keys needs what was handed in, of which the key that earns most counts."""
        question = self.questions[place]
        full = question.placed.marks
        if rule.gives == "off_maximum":
            return Judged(place, question.section, Decimal(0), Decimal(0), _told("off_maximum", rule), None)
        if rule.gives == "full_marks":
            return Judged(place, question.section, full, full, _told("full_marks", rule), None)
        assert submission is not None
        tried = [_judge(question, under(question.placed, change), submission) for change in rule.keys]
        best = max(tried, key=lambda judged: judged.marks or Decimal(0))
        return replace(best, reason={**best.reason, "regrade": rule.by})

    def check(self, change: Change) -> None:
        """See that a key of a change fits the question.

        Raises:
            ExamError: of the item bank, saying what does not fit.
        """
        question = self.questions[change.place]
        check_key(question.placed.kind, question.content, under(question.placed, change).key, question.placed.marks)


def under(placed: keys.PlacedKey, change: Change | None) -> keys.PlacedKey:
    """Return the key of a place under a change by key; what values were worth apart falls away with the values."""
    if change is None:
        return placed
    key = placed.key
    scheme = "all_or_nothing" if key.scheme == "mapped" else key.scheme
    tolerance = key.tolerance if change.tolerance is None else change.tolerance
    changed: dict[str, Any] = {
        "correct": change.correct,
        "scheme": scheme,
        "tolerance": tolerance,
        "worths": {},
        "floor": None,
        "ceiling": None,
        "patterns": [],
    }
    return replace(placed, key=key.model_copy(update=changed))


def _judge(question: Question, placed: keys.PlacedKey, submission: Submission) -> Judged:
    answer = submission.answers.get(placed.place)
    if placed.kind == "business":
        marks, reason = _business(question.item, placed, answer or [], submission.seed)
    elif placed.kind == "extended" and isinstance(answer, str) and answer.strip():
        return Judged(placed.place, question.section, placed.marks, None, {}, answer.replace("\0", "\N{REPLACEMENT CHARACTER}"))
    else:
        scored = score(placed.kind, placed.key, None if placed.kind == "extended" else answer, placed.marks)
        marks, reason = scored.marks, _reason(scored.reason)
    return Judged(placed.place, question.section, placed.marks, marks, reason, answer)


def _reason(code: str) -> dict[str, Any]:
    zh, en = REASONS[code]
    return {"code": code, "zh": zh, "en": en}


_RULED = {
    "full_marks": ("改判:本题全体得满分", "Regrade: everybody has full marks for this item"),
    "off_maximum": ("改判:本题作废,不计入满分", "Regrade: this item is dropped and leaves the maximum"),
}


def _told(code: str, rule: Rule) -> dict[str, Any]:
    zh, en = _RULED[code]
    return {"code": code, "zh": zh, "en": en, "regrade": rule.by}


def _business(item: FrozenItem, placed: keys.PlacedKey, log: list[dict[str, Any]], seed: int) -> tuple[Decimal, dict[str, Any]]:
    visible, key = item.content.scenario, placed.scenario_key
    assert visible is not None
    assert key is not None
    own_seed = paper.item_seed(seed, placed.place)
    fields = score_business(visible, key, reducer.fold(visible, log, own_seed), own_seed)
    marks = sum((field.marks for field in fields), Decimal(0))
    told = [
        {"field": f.field, "marks": str(f.marks), "max_marks": str(f.max_marks), "code": f.code, "zh": f.zh, "en": f.en} for f in fields
    ]
    return marks, {"code": "business", "fields": told}
