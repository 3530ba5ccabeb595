"""The policy of a sitting: who passes and how the ranking is cut, set by the office, previewed before, kept with every release."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core import audit
from core.unit import Unit
from itembank import forms
from programme import judgements, outcomes, queries, sittings
from programme.errors import POLICY_FROZEN, POLICY_INVALID
from programme.judgements import Method
from programme.tables import PolicyRow
from scoring.band_policy import BandPolicy, PolicyError, read_policy


@dataclass(frozen=True)
class Evidence:
    """The judgements on which the line of a paper rests: its code, the method, the table as given, and the rating that is just enough."""

    paper: str
    method: Method
    text: str
    borderline: Decimal | None = None


def set_policy(unit: Unit, sitting: str, document: Mapping[str, Any], evidence: Sequence[Evidence], reason: str) -> int:
    """Set the policy of a sitting and return its number; results change by the next release only.

    Raises:
        ExamError: `core.not_found`, `programme.policy_invalid`, `programme.judgements_invalid`, `programme.policy_frozen`.
    """
    sittings.lock(unit, sitting)
    policy = read(unit.session, sitting, document)
    releases = queries.releases_of(unit.session, sitting)
    if releases and releases[0].document and releases[0].document["late"] == "freeze":
        raise POLICY_FROZEN()
    kept = [
        {
            "paper": given.paper,
            "method": given.method,
            "text": given.text,
            "borderline": None if given.borderline is None else str(given.borderline),
            **judge(unit.session, sitting, given).document(),
        }
        for given in evidence
    ]
    before = queries.policies_of(unit.session, sitting)
    number = before[0].number + 1 if before else 1
    row = PolicyRow(sitting=sitting, number=number, document=exact(policy), evidence=kept, reason=reason)
    row.set_by, row.set_at = unit.actor.account, unit.now
    unit.session.add(row)
    audit.record(unit, "programme.policy.set", f"sitting/{sitting}", number=number, policy=exact(policy), reason=reason)
    return number


def exact(policy: BandPolicy) -> dict[str, Any]:
    """Return a policy as it is kept: its document with marks and shares as exact text."""
    minimum = policy.paper_min
    return {
        **policy.document(),
        "paper_min": str(minimum) if isinstance(minimum, Decimal) else {code: str(mark) for code, mark in minimum.items()},
        "total_min": str(policy.total_min),
        "bands": [{"name": band.name, "top": str(Decimal(band.top.numerator) / band.top.denominator)} for band in policy.bands],
    }


def read(session: Session, sitting: str, document: Mapping[str, Any]) -> BandPolicy:
    """Read a policy for the papers of a sitting.

    Raises:
        ExamError: `programme.policy_invalid`.
    """
    try:
        policy = read_policy(dict(document))
    except PolicyError as error:
        raise POLICY_INVALID(detail=str(error)) from error
    codes = {paper.code for paper in queries.papers_of(session, sitting)}
    named = set(policy.tie_keys) | (set() if isinstance(policy.paper_min, Decimal) else set(policy.paper_min))
    if named - codes:
        raise POLICY_INVALID(detail=", ".join(sorted(named - codes)))
    return policy


def judge(session: Session, sitting: str, given: Evidence) -> judgements.Judged:
    """Return the line that judgements about a paper give.

    Raises:
        ExamError: `programme.policy_invalid` for a paper that the sitting does not have, `programme.judgements_invalid`.
    """
    return judgements.cut_score(given.method, given.text, marks_of(session, sitting, given.paper), given.borderline)


def marks_of(session: Session, sitting: str, paper: str) -> dict[str, Decimal]:
    """Return the full marks of each place of a sitting's paper, by the paper's code.

    Raises:
        ExamError: `programme.policy_invalid` for a paper that the sitting does not have.
    """
    form = next((row.form for row in queries.papers_of(session, sitting) if row.code == paper), None)
    if form is None:
        raise POLICY_INVALID(detail=paper)
    marks: dict[str, Decimal] = {}
    for item in forms.get_frozen(session, form).items.values():
        marks |= {place: part.marks for place, part in item.part_places()} or {item.place: item.content.marks}
    return marks


def preview(session: Session, sitting: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Say what a policy would come to if the results were released now: people by band, cuts, and how many have which total.

    Raises:
        ExamError: `core.not_found`, `programme.policy_invalid`.
    """
    queries.get_sitting(session, sitting)
    policy = read(session, sitting, document)
    last, told = next(iter(queries.releases_of(session, sitting)), None), queries.outcomes_of(session, sitting)
    found = outcomes.decide(outcomes.gather(session, sitting), policy, last, told)
    totals = Counter(person.total for person in found.people.values() if person.total is not None)
    changed = [
        c for c, row in told.items() if c in found.people and (row.passed, row.band) != (found.people[c].passed, found.people[c].band)
    ]
    return {
        "sitters": found.sitters,
        "passers": found.passers,
        "waiting": len(found.waiting),
        "changed": len(changed),
        "cuts": [outcomes.cut_document(cut) for cut in found.cuts],
        "totals": {str(total): totals[total] for total in sorted(totals)},
        "total_min": str(policy.total_min),
    }
