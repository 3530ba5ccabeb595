"""Admission: what delivery and practice ask before they let a candidate in."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from programme import queries


@dataclass(frozen=True)
class Standing:
    """Whether a candidate may go on, and if not what is missing, in both languages."""

    allowed: bool
    zh: str = ""
    en: str = ""


_STANDINGS = {
    None: Standing(allowed=False, zh="您没有报名本场考试", en="You are not enrolled in this sitting"),
    False: Standing(allowed=False, zh="您的报名尚未确认缴费,请联系考点", en="Your enrolment is not marked as paid; ask your site"),
    True: Standing(allowed=True),
}
"""By whether the enrolment is paid; None where there is none."""


def may_all_sit(session: Session, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], Standing]:
    """Say of each (candidate, paper) whether the one may sit the other: enrolled in its sitting, and paid.  One query for all."""
    paid = queries.paid_of(session, {candidate for candidate, _ in pairs}, {paper for _, paper in pairs})
    return {pair: _STANDINGS[paid.get(pair)] for pair in pairs}


def may_sit(session: Session, candidate: str, paper: str) -> Standing:
    """Say whether the candidate may sit the paper."""
    pair = (candidate, paper)
    return may_all_sit(session, [pair])[pair]


def may_practise(session: Session, candidate: str) -> Standing:
    """Say whether the candidate may use the practice bank: at least one enrolment is paid."""
    enrolments = queries.enrolments_of_candidate(session, candidate)
    if any(enrolment.paid_at is not None for enrolment, _ in enrolments):
        return Standing(allowed=True)
    if enrolments:
        titles = "、".join(sitting.title for _, sitting in enrolments)
        return Standing(
            allowed=False,
            zh=f"已报名({titles}),缴费确认后即可使用练习题库",
            en=f"You are enrolled ({titles}); the practice bank opens once your payment is confirmed",
        )
    return Standing(allowed=False, zh="报名并缴费后即可使用练习题库", en="The practice bank opens once you are enrolled and have paid")
