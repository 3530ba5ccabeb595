"""A rubric and what a marker gave for it: checked, and added up exactly."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.errors import Words
from itembank.exchange.draft import RubricCriterion


def whole_answer(max_marks: Decimal) -> list[RubricCriterion]:
    """Return the rubric of an item that has none of its own: one criterion, marked from nought to full in whole and half marks."""
    halves = [Decimal(n) / 2 for n in range(int(max_marks * 2) + 1)]
    levels = [{"marks": marks, "text": ""} for marks in ([*halves, max_marks] if halves[-1] != max_marks else halves)]
    return [RubricCriterion.model_validate({"id": "whole", "title": "整体评分 Whole answer", "levels": levels})]


def check_levels(rubric: Sequence[RubricCriterion], given: Mapping[str, Decimal]) -> Words | None:
    """Say what does not fit: every criterion has exactly one mark, and it is the mark of one of its levels; None when all fits."""
    for criterion in rubric:
        if criterion.id not in given:
            return Words(f"{criterion.title}：未评分", f"{criterion.title}: not marked")
        mark = given[criterion.id]
        if mark not in {level.marks for level in criterion.levels}:
            return Words(f"{criterion.title}：{mark} 分不是其中一档", f"{criterion.title}: {mark} is none of its levels")
    unknown = "、".join(sorted(set(given) - {criterion.id for criterion in rubric}))
    return Words(f"没有这个评分点：{unknown}", f"unknown criterion: {unknown}") if unknown else None


def total(rubric: Sequence[RubricCriterion], given: Mapping[str, Decimal], max_marks: Decimal) -> Decimal:
    """Add up the levels, capped at full marks."""
    return min(sum((given[criterion.id] for criterion in rubric), Decimal(0)), max_marks)
