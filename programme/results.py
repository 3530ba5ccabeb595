"""Results: held as the marks come in, released together, seen by nobody outside the office before.

What is released changes by a further release only: until then the candidate sees what was released, and that it is looked at again.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core import audit, outbox
from core.errors import Words
from core.facts import Fact
from core.unit import Unit
from delivery import reading as delivery_reading
from itembank import forms
from programme import outcomes, queries, sittings
from programme.errors import NOT_RELEASABLE, RELEASED_ALREADY
from programme.facts import RELEASED
from programme.sittings import OPEN_STATES
from programme.tables import OutcomeRow, PaperRow, ReleaseRow, ResultRow, SittingRow
from scoring import reading as scoring_reading
from scoring.band_policy import read_policy


@dataclass(frozen=True)
class Readiness:
    """Whether a sitting can be released: attempts still open, scripts still without all marks, results held, results out already.

    Of those held, `amended` were out before and have changed.  `new_policy` says that the rules were set anew since the last release.
    `undecided` attempts have answers that were kept aside and wait for two people; their results wait with them, and are not in `held`.
    """

    open_attempts: int
    unmarked: int
    held: int
    released: int
    undecided: int
    amended: int = 0
    new_policy: bool = False

    @property
    def releasable(self) -> bool:
        """Say whether nothing is missing."""
        return self.open_attempts == 0 and self.unmarked == 0 and (self.held > 0 or self.new_policy)


def hold(unit: Unit, fact: Fact) -> None:
    """Take in an attempt whose marks are all there (`scoring.attempt.scored`) and hold its result.

    A result that was out and has changed waits for a further release; one that is again as it was released does not.
    """
    attempt = delivery_reading.get_attempt(unit.session, fact.data["attempt"])
    standing = scoring_reading.get_marks(unit.session, [attempt.id])[attempt.id]
    if standing.marks is None:  # opened again meanwhile; the marks of the new hand-in will be told
        return
    paper = unit.session.get_one(PaperRow, attempt.paper)
    by_section = {part.section: part for part in standing.sections}
    sections = [
        {"title": section.title, "marks": str(by_section[section.id].marks), "max_marks": str(by_section[section.id].max_marks)}
        for section in forms.get_frozen(unit.session, paper.form).sections
    ]
    row = unit.session.get(ResultRow, attempt.id, with_for_update=True)
    if row is None:
        row = ResultRow(attempt=attempt.id, paper=paper.id, candidate=attempt.candidate)
        unit.session.add(row)
    row.submitted_at, row.marks, row.max_marks, row.sections = standing.submitted_at, standing.marks, standing.max_marks, sections
    row.state = "held" if row.published is None else "released" if _published(row).items() <= row.published.items() else "amended"


def _published(row: ResultRow) -> dict[str, Any]:
    return {"marks": str(row.marks), "max_marks": str(row.max_marks), "sections": row.sections}


def readiness(session: Session, sitting: str) -> Readiness:
    """Count what a release of the sitting still waits for."""
    standing = _standing(session, sitting)
    released = sum(result.state == "released" for result in standing.results)
    return Readiness(
        open_attempts=standing.open_attempts,
        unmarked=standing.unmarked,
        held=len(standing.held),
        released=released,
        undecided=len(standing.undecided),
        amended=sum(result.state == "amended" for result in standing.held),
        new_policy=_has_new_policy(session, sitting),
    )


def release(unit: Unit, sitting: str) -> int:
    """Release all held results of a sitting at once and return how many; a second time only those that came or changed after the first.

    With a policy everybody of whom all marks are there is told of pass and band; the policy and its cuts are kept with the release.

    Raises:
        ExamError: `core.not_found`, `programme.released_already`, or `programme.not_releasable` naming what is missing.
    """
    row = sittings.lock(unit, sitting)
    standing = _standing(unit.session, sitting, lock=True)
    _check_releasable(unit.session, row, standing)
    held = standing.held
    row.released_at, row.released_by = unit.now, unit.actor.account
    told = _release_outcomes(unit, sitting, len(held))
    for result in held:
        is_amended = result.state == "amended"
        instead_of = {"instead_of": result.published["marks"]} if result.published else {}
        result.state, result.released_at, result.published = "released", unit.now, {**_published(result), **instead_of}
        outcome = told.get(result.candidate)
        data = {**_told(result, sitting), "amended": is_amended}
        if outcome is not None:
            data |= {"passed": outcome.passed, "band": outcome.band}
        outbox.announce(unit, RELEASED, f"attempt/{result.attempt}", data)
    audit.record(unit, "programme.sitting.released", f"sitting/{sitting}", results=len(held))
    return len(held)


def _check_releasable(session: Session, row: SittingRow, standing: "_Standing") -> None:
    is_whole = not standing.open_attempts and not standing.unmarked
    if is_whole and (standing.held or (row.released_at and _has_new_policy(session, row.id))):
        return
    if row.released_at is not None and is_whole:
        raise RELEASED_ALREADY(sitting=row.id)
    held = len(standing.held)
    raise NOT_RELEASABLE(
        detail=Words(
            f"未结束 {standing.open_attempts} 份,未评完 {standing.unmarked} 份,可发布 {held} 份",
            f"{standing.open_attempts} open, {standing.unmarked} unmarked, {held} ready",
        ),
        open_attempts=standing.open_attempts,
        unmarked=standing.unmarked,
        held=held,
    )


def _has_new_policy(session: Session, sitting: str) -> bool:
    """Say whether the policy that holds is another than that of the last release."""
    policies, releases = queries.policies_of(session, sitting), queries.releases_of(session, sitting)
    return bool(policies and releases and releases[0].policy != policies[0].number)


def _release_outcomes(unit: Unit, sitting: str, results: int) -> dict[str, OutcomeRow]:
    """Keep the release with its policy, and what everybody is told by it; return what is told, by candidate."""
    policies, releases = queries.policies_of(unit.session, sitting), queries.releases_of(unit.session, sitting)
    number = releases[0].number + 1 if releases else 1
    row = ReleaseRow(sitting=sitting, number=number, policy=None, document=None, cuts=[], sitters=0, passers=0, results=results)
    row.released_at, row.released_by = unit.now, unit.actor.account
    unit.session.add(row)
    told = queries.outcomes_of(unit.session, sitting)
    if not policies:
        return told
    policy = read_policy(policies[0].document)
    found = outcomes.decide(outcomes.gather(unit.session, sitting), policy, next(iter(releases), None), told)
    row.policy, row.document, row.cuts = policies[0].number, policies[0].document, [outcomes.cut_document(cut) for cut in found.cuts]
    row.sitters, row.passers = found.sitters, found.passers
    for candidate, person in found.people.items():
        if person.total is None:
            continue
        made = told.get(candidate) or OutcomeRow(sitting=sitting, candidate=candidate)
        if candidate not in told:
            unit.session.add(made)
        made.release, made.total, made.passed, made.band = number, person.total, person.passed, person.band
        told[candidate] = made
    return told


@dataclass(frozen=True)
class _Standing:
    """Attempts still open, scripts not marked, and the results that are those of an attempt as it is handed in now.

    `undecided` are the submitted attempts with answers kept aside about which nothing is decided.
    """

    open_attempts: int
    unmarked: int
    results: list[ResultRow]
    undecided: frozenset[str]

    @property
    def held(self) -> list[ResultRow]:
        """Return the results that can be released."""
        return [result for result in self.results if result.state in ("held", "amended") and result.attempt not in self.undecided]


def _standing(session: Session, sitting: str, *, lock: bool = False) -> _Standing:
    papers = [paper.id for paper in queries.papers_of(session, sitting)]
    attempts = [attempt for paper in papers for attempt in delivery_reading.attempts_of_paper(session, paper)]
    submitted = {attempt.id: attempt.standing_since for attempt in attempts if attempt.state == "submitted"}
    results = queries.results_of_papers(session, papers, lock=lock)
    marked = scoring_reading.marked(session, list(submitted))  # what is being read anew has a result, and no marks that stand
    current = [result for result in results if submitted.get(result.attempt) == result.submitted_at and result.attempt in marked]
    open_attempts = sum(attempt.state in OPEN_STATES for attempt in attempts)
    undecided = frozenset(submitted.keys() & delivery_reading.undecided(session, papers).keys())
    return _Standing(open_attempts, len(submitted) - len(current), current, undecided)


def _told(result: ResultRow, sitting: str) -> dict[str, Any]:
    return {
        "attempt": result.attempt,
        "paper": result.paper,
        "sitting": sitting,
        "marks": str(result.marks),
        "max_marks": str(result.max_marks),
    }
