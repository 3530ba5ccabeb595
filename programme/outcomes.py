"""Outcomes: who of a sitting passes and in which band, by its policy, from the marks as they stand or as they would be.

The rules are `scoring.band_policy` and `scoring.bands`; here stands whose marks they are given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from delivery import reading as delivery_reading
from programme import queries
from programme.tables import OutcomeRow, ReleaseRow
from scoring import reading as scoring_reading
from scoring.band_policy import BandPolicy, read_policy
from scoring.bands import Cut, Standing, add_late, band_people, standing
from scoring.gates import Totals

Marks = Mapping[str, Mapping[str, Decimal | None]]
"""Candidate → paper's code → marks; None for a paper without marks."""


@dataclass(frozen=True)
class Gathered:
    """The marks of a sitting; `waiting` are the candidates of whom marks are missing that will come."""

    marks: Marks
    waiting: frozenset[str]


@dataclass(frozen=True)
class Outcomes:
    """Where everybody stands, by candidate, and where the bands ended; `waiting` stand nowhere yet."""

    people: dict[str, Standing]
    cuts: list[Cut]
    waiting: frozenset[str] = frozenset()

    @property
    def sitters(self) -> int:
        """Return how many have a mark on any paper."""
        return sum(person.total is not None for person in self.people.values())

    @property
    def passers(self) -> int:
        """Return how many passed."""
        return sum(person.passed for person in self.people.values())


def gather(session: Session, sitting: str, instead: Totals | None = None) -> Gathered:
    """Return the marks of everybody who is enrolled; `instead` are totals that some attempts would have."""
    papers = queries.papers_of(session, sitting)
    totals = {**scoring_reading.totals_of_papers(session, [paper.id for paper in papers]), **(instead or {})}
    undecided = delivery_reading.undecided(session, [paper.id for paper in papers])
    marks: dict[str, dict[str, Decimal | None]] = {
        candidate: {paper.code: None for paper in papers} for candidate in queries.candidates_of(session, sitting)
    }
    waiting = set()
    for paper in papers:
        for attempt in delivery_reading.attempts_of_paper(session, paper.id):
            if attempt.state == "submitted":
                marks[attempt.candidate][paper.code] = totals.get(attempt.id)
                if totals.get(attempt.id) is None or attempt.id in undecided:
                    waiting.add(attempt.candidate)
    return Gathered(marks, frozenset(waiting))


def decide(gathered: Gathered, policy: BandPolicy, last: ReleaseRow | None, told: Mapping[str, OutcomeRow]) -> Outcomes:
    """Decide about everybody whose marks are there.

    When late results are only added (`late: freeze`), whoever was told of a pass or a band keeps it, and everybody else stands under the
    cuts of the last release.
    """
    people = [
        standing(candidate, marks, policy) for candidate, marks in sorted(gathered.marks.items()) if candidate not in gathered.waiting
    ]
    if policy.late == "freeze" and last is not None and last.document is not None:
        cuts = [read_cut(cut) for cut in last.cuts]
        published = {candidate: row.band for candidate, row in told.items()}
        people = add_late(people, published, cuts, policy)
        kept = [replace(person, passed=person.passed or (person.id in told and told[person.id].passed)) for person in people]
        return Outcomes({person.id: person for person in kept}, cuts, gathered.waiting)
    banded, cuts = band_people(people, policy)
    return Outcomes({person.id: person for person in banded}, cuts, gathered.waiting)


def cut_document(cut: Cut) -> dict[str, Any]:
    """Return a cut as it is kept with a release, exact."""
    least = None if cut.least is None else [str(mark) for mark in cut.least]
    return {"band": cut.band, "places": cut.places, "people": cut.people, "least": least}


def read_cut(document: Mapping[str, Any]) -> Cut:
    """Read a cut as it was kept."""
    least = document["least"]
    return Cut(document["band"], document["places"], document["people"], least and tuple(Decimal(mark) for mark in least))


def consequences(session: Session, paper: str, totals: Totals) -> dict[str, Any]:
    """Say who would cross a line, whose band and whose certificate would change if some attempts of a paper had other totals.

    The shape is that of `scoring.gates.Consequences`.  A certificate is due to who passes, and shows the band.
    """
    row = queries.find_paper(session, paper)
    found: dict[str, Any] = {"lines": [], "bands": [], "certificates": [], "released": 0, "policy": False}
    if row is None:
        return found
    found["released"] = sum(r.attempt in totals and r.published is not None for r in queries.results_of_papers(session, [paper]))
    policies = queries.policies_of(session, row.sitting)
    if not policies:
        return found
    policy = read_policy(policies[0].document)
    last, told = next(iter(queries.releases_of(session, row.sitting)), None), queries.outcomes_of(session, row.sitting)
    gathered = gather(session, row.sitting), gather(session, row.sitting, totals)
    before, after = (decide(marks, policy, last, told) for marks in gathered)
    codes = [other.code for other in queries.papers_of(session, row.sitting)]
    found["policy"] = True
    for candidate in sorted(before.people.keys() & after.people.keys()):
        was, will = before.people[candidate], after.people[candidate]
        found["lines"] += _lines(was, will, policy, codes)
        if was.band != will.band:
            found["bands"].append({"candidate": candidate, "before": was.band, "after": will.band})
        if was.passed != will.passed or was.band != will.band:
            change = "gained" if not was.passed else "regraded" if will.passed else "lost"
            found["certificates"].append({"candidate": candidate, "change": change, "before": was.band, "after": will.band})
    return found


def _lines(was: Standing, will: Standing, policy: BandPolicy, codes: list[str]) -> list[dict[str, Any]]:
    """Return the lines that a person crosses; whoever falls below one and passes all the same keeps the pass of a frozen release."""
    pairs = [(code, policy.paper_minimum(code), was.marks[code], will.marks[code]) for code in codes]
    pairs.append(("total", policy.total_min, was.total, will.total))
    return [
        {"candidate": was.id, "line": line, "least": str(least), "before": str(a), "after": str(b)}
        | {"passed": b >= least, "kept": b < least and will.passed}
        for line, least, a, b in pairs
        if a is not None and b is not None and (a >= least) != (b >= least)
    ]
