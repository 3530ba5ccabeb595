"""The rubric by which a place of a form is marked; it is key material, and opens to whoever marks."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from itembank import keys
from itembank.exchange.draft import RubricCriterion
from scoring.errors import MARK_INVALID
from scoring.rubric import check_levels, total, whole_answer


def rubric_of(session: Session, form: str, place: str, max_marks: Decimal) -> tuple[Sequence[RubricCriterion], str]:
    """Return the rubric and the reference answer of a place.

    Raises:
        ExamError: `core.not_found`.
    """
    key = keys.keys_of_form(session, form)[place].key
    return key.rubric or whole_answer(max_marks), key.reference


def add_up(session: Session, form: str, place: str, max_marks: Decimal, levels: Mapping[str, Decimal]) -> Decimal:
    """Return the marks that levels of a place's rubric add up to.

    Raises:
        ExamError: `scoring.mark_invalid` when the levels do not fit the rubric.
    """
    rubric, _ = rubric_of(session, form, place, max_marks)
    misfit = check_levels(rubric, levels)
    if misfit:
        raise MARK_INVALID(detail=misfit)
    return total(rubric, levels, max_marks)


def plain(levels: Mapping[str, Decimal]) -> dict[str, str]:
    """Write levels as they are kept: criterion → marks without trailing zeros."""
    return {criterion: f"{marks.normalize() + 0:f}" for criterion, marks in levels.items()}  # + 0: no -0
